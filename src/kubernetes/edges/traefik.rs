//! IngressRoutes of Traefik, with the middlewares that are here.

use super::{Made, Scene, blank, unseen, word};
use crate::kubernetes::edge;
use crate::kubernetes::spot::Spot;
use crate::kubernetes::workload::elsewhere;
use crate::model::edge::Matching;
use crate::model::{Field, Object, Route};
use crate::source::{Reason, Span};

/// Middlewares with which not everybody may ask.
const RESTRICTS: [&str; 5] = ["basicAuth", "digestAuth", "forwardAuth", "ipAllowList", "ipWhiteList"];

/// Middlewares that limit requests.
const LIMITS: [&str; 2] = ["rateLimit", "inFlightReq"];

/// The edges of an IngressRoute: one for each host that its routes match.
pub(super) fn lower<'t>(scene: &Scene<'_, 't>, number: usize, object: &'t Object) -> Vec<Made<'t>> {
    let spec = scene.root(object).get("spec");
    let tls = spec.get("tls");
    let mut made: Vec<Made> = Vec::new();
    for (position, route) in spec.get("routes").items().enumerate() {
        let matched = route.get("match");
        let at = matched.node.map_or(route.at, |node| node.span);
        let host = matched.text().and_then(|text| argument(text, "Host("));
        let host = host.map_or_else(|| Field::absent(at), |host| Field::set(host.to_owned(), at));
        let mut edge = blank("traefik", number, object, host, at);
        edge.tls = match (tls.reason(), tls.get("certResolver").is_written(), tls.get("secretName").is_written()) {
            (Some(reason), ..) => Field::unknown(reason, tls.at),
            (None, true, _) => word("acme", tls.at),
            (None, false, true) => word("certificate", tls.at),
            (None, false, false) if tls.is_written() => Field::unknown(unseen("the certificates of Traefik"), tls.at),
            (None, false, false) => {
                Field::unknown(unseen("what the entry points of Traefik do by themselves"), spec.at)
            }
        };
        edge.tls_min = Field::unknown(unseen("what the TLS options of Traefik say"), spec.at);
        edge.redirects = Field::unknown(unseen("what the entry points of Traefik do by themselves"), spec.at);
        edge.headers_more = Some(unseen("what the entry points of Traefik do by themselves"));
        let path = matched.text().and_then(|text| argument(text, "PathPrefix(").or_else(|| argument(text, "Path(")));
        let is_exact = matched.text().is_some_and(|text| text.contains("Path(`"));
        let middlewares = Middlewares::of(scene, route, object);
        let redirect = middlewares.find(&["redirectScheme"]);
        edge.routes.push(Route {
            path: path.unwrap_or("/").to_owned(),
            matching: if is_exact { Matching::Exact } else { Matching::Start },
            serves: redirect.map_or_else(|| word("upstream", at), |redirect| word("redirect", redirect.at)),
            restricted: middlewares.any(&RESTRICTS, at),
            limited: middlewares.any(&LIMITS, at),
            headers: None,
            at,
        });
        if let Some(redirect) = redirect {
            edge.redirects = Field::set(true, redirect.at);
        }
        let mut backends = edge::backends(object, scene.sink);
        let own = route.get("services").items().count();
        let before: usize =
            spec.get("routes").items().take(position).map(|route| route.get("services").items().count()).sum();
        backends = backends.into_iter().skip(before).take(own).collect();
        made.push(Made { edge, backends });
    }
    made
}

/// The first argument of a matcher: `acme.example` of ``Host(`acme.example`)``.
fn argument<'m>(text: &'m str, matcher: &str) -> Option<&'m str> {
    let inside = text.split_once(matcher)?.1;
    let quote = inside.chars().next().filter(|first| matches!(first, '`' | '"' | '\''))?;
    inside.get(1..)?.split_once(quote).map(|(argument, _)| argument)
}

/// The middlewares of a route, as far as they are here.
struct Middlewares<'t> {
    specs: Vec<Spot<'t>>,
    missing: Option<Reason>,
}

impl<'t> Middlewares<'t> {
    fn of(scene: &Scene<'_, 't>, route: Spot<'t>, object: &'t Object) -> Self {
        let mut found = Self { specs: Vec::new(), missing: None };
        for middleware in route.get("middlewares").items() {
            let Some(name) = middleware.get("name").text() else { continue };
            let namespace = middleware.get("namespace").text().unwrap_or_else(|| scene.index.namespace(object));
            match scene.find("Middleware", namespace, name) {
                Some(root) => found.specs.push(root.get("spec")),
                None => found.missing = Some(elsewhere(&format!("Middleware {name}"))),
            }
        }
        // A chain leads to others.
        if found.find(&["chain"]).is_some() {
            found.missing.get_or_insert_with(|| unseen("what a chain of middlewares does"));
        }
        found
    }

    fn find(&self, keys: &[&'static str]) -> Option<Spot<'t>> {
        self.specs.iter().flat_map(|spec| keys.iter().map(|key| spec.get(key))).find(|spot| spot.is_written())
    }

    fn any(&self, keys: &[&'static str], at: Span) -> Field<bool> {
        match (self.find(keys), &self.missing) {
            (Some(found), _) => Field::set(true, found.at),
            (None, Some(reason)) => Field::unknown(reason.clone(), at),
            (None, None) => Field::set(false, at),
        }
    }
}
