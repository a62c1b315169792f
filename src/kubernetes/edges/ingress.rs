//! Ingresses: a host for each rule, and what annotations say of all of them.

use super::{Made, Scene, blank, issuer, unseen, word};
use crate::kubernetes::edge::{self, Backend};
use crate::kubernetes::spot::Spot;
use crate::model::edge::Matching;
use crate::model::{Duration, Edge, Field, Object, Route};
use crate::source::Span;
use regex::Regex;

/// Before the names of the annotations of ingress-nginx.
const NGINX: &str = "nginx.ingress.kubernetes.io/";

/// Annotations that give an Ingress a certificate without `tls`.
const CERTIFICATES: [&str; 4] = [
    "alb.ingress.kubernetes.io/certificate-arn",
    "networking.gke.io/managed-certificates",
    "ingress.gcp.kubernetes.io/pre-shared-cert",
    "appgw.ingress.kubernetes.io/appgw-ssl-certificate",
];

/// Annotations of ingress-nginx with which not everybody may ask.
const RESTRICTS: [&str; 5] =
    ["whitelist-source-range", "allowlist-source-range", "auth-url", "auth-type", "auth-tls-secret"];

/// Annotations of ingress-nginx that limit the rate of requests.
const LIMITS: [&str; 3] = ["limit-rps", "limit-rpm", "limit-connections"];

/// The edges of an Ingress: one for each host.
pub(super) fn lower<'t>(scene: &Scene<'_, 't>, number: usize, object: &'t Object) -> Vec<Made<'t>> {
    let root = scene.root(object);
    let spec = root.get("spec");
    let face = Face { scene, spec, annotations: root.path(&["metadata", "annotations"]), class: class(root), object };
    let mut made: Vec<Made> = Vec::new();
    for rule in spec.get("rules").items() {
        let host = rule.get("host");
        let paths = rule.path(&["http", "paths"]);
        let backends: Vec<Backend> = paths.items().map(|path| edge::ingress_backend(path.get("backend"))).collect();
        let routes = paths.items().map(|path| face.route(path));
        let name = host.text();
        // Rules for one host make one edge.
        match made.iter_mut().find(|made| name.is_some() && made.edge.host.value().map(String::as_str) == name) {
            Some(same) => {
                same.edge.routes.extend(routes);
                same.backends.extend(backends);
            }
            None => {
                let at = host.node.map_or(rule.at, |node| node.span);
                let mut edge = face.edge(number, host, at);
                edge.routes = routes.collect();
                made.push(Made { edge, backends });
            }
        }
    }
    let default = [spec.get("defaultBackend"), spec.get("backend")].into_iter().find(|backend| backend.is_written());
    if let Some(default) = default {
        let mut edge = face.edge(number, default.get("host"), default.at);
        edge.host = Field::absent(default.at);
        edge.routes = vec![face.rules_of(default.at)];
        made.push(Made { edge, backends: vec![edge::ingress_backend(default)] });
    }
    made
}

/// Which controller serves an Ingress, if it says so.
fn class<'t>(root: Spot<'t>) -> Option<&'t str> {
    let named = root.path(&["spec", "ingressClassName"]).text();
    named.or_else(|| root.path(&["metadata", "annotations"]).get("kubernetes.io/ingress.class").text())
}

/// What holds for all hosts of an Ingress.
struct Face<'s, 't> {
    scene: &'s Scene<'s, 't>,
    spec: Spot<'t>,
    annotations: Spot<'t>,
    class: Option<&'t str>,
    object: &'t Object,
}

impl<'t> Face<'_, 't> {
    fn edge(&self, number: usize, host: Spot<'t>, at: Span) -> Edge {
        let mut edge = blank("ingress", number, self.object, host.string(), at);
        edge.tls = self.tls(host);
        edge.redirects = self.redirects(&edge.tls);
        edge.headers_more = Some(unseen("what the ingress controller adds to answers"));
        edge.tls_min = Field::unknown(unseen("which versions of TLS the ingress controller speaks"), at);
        if let Some(protocol) = self.nginx("backend-protocol") {
            edge.upstream_protocol = protocol.string().map(|word| match word.as_str() {
                "GRPC" | "GRPCS" => "grpc".to_owned(),
                other => other.to_ascii_lowercase(),
            });
        }
        if let Some(timeout) = self.nginx("proxy-read-timeout") {
            edge.timeout = timeout.field("seconds", |node| node.text()?.trim().parse().ok().map(Duration::seconds));
        }
        edge
    }

    /// An annotation of ingress-nginx.
    fn nginx(&self, name: &str) -> Option<Spot<'t>> {
        let entries = self.annotations.entries().iter();
        let mut found = entries.filter(|entry| entry.name().strip_prefix(NGINX) == Some(name));
        found.next().map(|entry| self.annotations.get(entry.name())).filter(|spot| spot.is_written())
    }

    fn tls(&self, host: Spot<'t>) -> Field<String> {
        let section = self.spec.get("tls");
        if let Some(reason) = section.reason() {
            return Field::unknown(reason, section.at);
        }
        let covers = |tls: &Spot| {
            let mut hosts = tls.get("hosts").items().peekable();
            hosts.peek().is_none() || hosts.any(|covered| is_covered(host.text(), covered.text()))
        };
        if let Some(tls) = section.items().find(covers) {
            let namespace = self.scene.index.namespace(self.object);
            if let Some(asked) = issuer::asked(self.scene, self.annotations, namespace) {
                return asked;
            }
            return if tls.get("secretName").is_written() {
                word("certificate", tls.at)
            } else {
                Field::unknown(unseen("the certificate that the ingress controller has by default"), tls.at)
            };
        }
        let given = CERTIFICATES.into_iter().map(|key| self.annotations.get(key)).find(|spot| spot.is_written());
        if let Some(given) = given {
            return word("certificate", given.at);
        }
        if self.annotations.get("traefik.ingress.kubernetes.io/router.tls").text() == Some("true") {
            return Field::unknown(unseen("the certificates of Traefik"), self.annotations.at);
        }
        // Clients are sent to HTTPS all the same: to what ends TLS before it, or to its own certificate.
        if let Some(forced) = self.nginx("force-ssl-redirect").filter(|forced| forced.text() == Some("true")) {
            return Field::unknown(unseen("the certificate that is shown instead"), forced.at);
        }
        word("none", host.node.map_or(self.spec.at, |node| node.span))
    }

    fn redirects(&self, tls: &Field<String>) -> Field<bool> {
        for name in ["force-ssl-redirect", "ssl-redirect"] {
            if let Some(written) = self.nginx(name) {
                let forced = name.starts_with("force");
                let flag = written.field("true or false", |node| node.text()?.parse::<bool>().ok());
                if flag.value() != Some(&false) || !forced {
                    return flag;
                }
            }
        }
        let alb = self.annotations.get("alb.ingress.kubernetes.io/ssl-redirect");
        if alb.is_written() {
            return Field::set(true, alb.at);
        }
        let gke = self.annotations.get("kubernetes.io/ingress.allow-http");
        if gke.text() == Some("false") {
            return Field::set(true, gke.at);
        }
        match (tls.value().map(String::as_str), self.class) {
            (Some("none"), _) => Field::set(false, self.spec.at),
            // ingress-nginx redirects whatever has TLS unless it is told not to.
            (_, Some(class)) if class.contains("nginx") => Field::default(true, self.spec.at),
            _ => Field::unknown(unseen("whether the ingress controller redirects by itself"), self.spec.at),
        }
    }

    fn route(&self, path: Spot<'t>) -> Route {
        let written = path.get("path");
        let at = written.node.map_or(path.at, |node| node.span);
        let text = written.text().unwrap_or("/");
        let is_pattern = self.nginx("use-regex").is_some_and(|flag| flag.text() == Some("true"));
        let matching = match path.get("pathType").text() {
            Some("Exact") => Matching::Exact,
            // ingress-nginx then compares every path of the host as an expression, in any case.
            _ if is_pattern => Matching::Pattern(Regex::new(&format!("^(?i:{text})")).ok()),
            _ => Matching::Prefix,
        };
        Route { path: text.to_owned(), matching, ..self.rules_of(at) }
    }

    /// A route at the root, with what the annotations say of all.
    fn rules_of(&self, at: Span) -> Route {
        let any = |names: &[&str]| names.iter().find_map(|name| self.nginx(name));
        let snippet = any(&["server-snippet", "configuration-snippet"]);
        let others = self.annotations.get("traefik.ingress.kubernetes.io/router.middlewares");
        let decide = |written: Option<Spot>| match (written, snippet, others.is_written()) {
            (Some(written), ..) => Field::set(true, written.at),
            (None, Some(snippet), _) => Field::unknown(unseen("what the snippet for nginx says"), snippet.at),
            (None, None, true) => Field::unknown(unseen("what the middlewares of Traefik do"), others.at),
            (None, None, false) if self.class.is_some_and(|class| class.contains("nginx")) => Field::set(false, at),
            (None, None, false) => Field::unknown(unseen("what the ingress controller does by itself"), at),
        };
        Route {
            path: "/".to_owned(),
            matching: Matching::Prefix,
            serves: word("upstream", at),
            restricted: decide(any(&RESTRICTS)),
            limited: decide(any(&LIMITS)),
            headers: None,
            at,
        }
    }
}

/// Whether a certificate for `covered` is good for a host.
fn is_covered(host: Option<&str>, covered: Option<&str>) -> bool {
    match (host, covered) {
        (Some(host), Some(covered)) if host == covered => true,
        (Some(host), Some(covered)) => covered
            .strip_prefix('*')
            .is_some_and(|rest| host.split_once('.').is_some_and(|(_, parent)| rest.strip_prefix('.') == Some(parent))),
        _ => false,
    }
}
