//! Routes of the Gateway API: TLS and redirects come from the Gateways that they hang on.

use super::{Made, Scene, blank, issuer, unseen, word};
use crate::kubernetes::edge;
use crate::kubernetes::spot::Spot;
use crate::kubernetes::workload::elsewhere;
use crate::model::edge::Matching;
use crate::model::{Duration, Edge, Field, Object, Route};
use crate::source::Reason;
use regex::Regex;

/// The edges of an HTTPRoute or GRPCRoute: one for each of its host names.
pub(super) fn lower<'t>(scene: &Scene<'_, 't>, number: usize, object: &'t Object) -> Vec<Made<'t>> {
    let spec = scene.root(object).get("spec");
    let doors = Doors::of(scene, spec, object);
    let hosts: Vec<Spot> = spec.get("hostnames").items().collect();
    let names = if hosts.is_empty() { vec![None] } else { hosts.into_iter().map(Some).collect() };
    let mut made = Vec::new();
    for host in names {
        let at = host.map_or(object.at, |host| host.at);
        let host = host.map_or_else(|| Field::absent(at), Spot::string);
        let mut edge = blank("gateway", number, object, host, at);
        edge.tls = doors.tls.clone();
        edge.redirects = doors.redirects(spec);
        for rule in spec.get("rules").items() {
            add(&mut edge, rule, object.kind == "GRPCRoute");
        }
        edge.headers_more = Some(unseen("what the Gateway adds to answers"));
        edge.tls_min = Field::unknown(unseen("which versions of TLS the Gateway speaks"), object.at);
        made.push(Made { edge, backends: edge::backends(object, scene.sink) });
    }
    made
}

/// What one rule of a route says.
fn add(edge: &mut Edge, rule: Spot, grpc: bool) {
    if grpc {
        edge.upstream_protocol = word("grpc", rule.at);
    }
    let timeout = rule.path(&["timeouts", "request"]);
    if timeout.is_written() {
        edge.timeout = timeout.field("a duration such as 10s", |node| Duration::parse(node.text()?));
    }
    let filters = || rule.get("filters").items();
    let modifiers = filters().map(|filter| filter.get("responseHeaderModifier"));
    let written =
        modifiers.flat_map(|headers| ["set", "add"].into_iter().flat_map(move |key| headers.get(key).items()));
    let headers: Vec<_> = written
        .filter_map(|header| Some((header.get("name").text()?.to_owned(), header.get("value").guarded())))
        .collect();
    let redirect = filters().find(|filter| filter.get("requestRedirect").is_written());
    let policy = || unseen("what policies of the Gateway say of this route");
    let made = |path: &str, exact: bool, spot: Spot| {
        let matching = if exact { Matching::Exact } else { Matching::Prefix };
        let serves = redirect.map_or_else(|| word("upstream", spot.at), |filter| word("redirect", filter.at));
        let headers = (!headers.is_empty()).then(|| headers.clone());
        Route { serves, headers, ..Route::new(path, matching, &policy(), spot.at) }
    };
    let mut matches = rule.get("matches").items().map(|found| found.get("path")).peekable();
    if matches.peek().is_none() {
        edge.routes.push(made("/", false, rule));
    }
    for path in matches {
        match path.get("type").text() {
            Some("RegularExpression") => {
                let text = path.get("value").text().unwrap_or_default();
                let matching = Matching::Pattern(Regex::new(&format!("^(?:{text})$")).ok());
                edge.routes.push(Route { matching, ..made(text, false, path) });
            }
            kind => edge.routes.push(made(path.get("value").text().unwrap_or("/"), kind == Some("Exact"), path)),
        }
    }
}

/// The listeners that a route hangs on.
struct Doors {
    tls: Field<String>,
    /// Whether one of them speaks plain HTTP; unknown if a Gateway is not here.
    plain: Field<bool>,
}

impl Doors {
    fn of<'t>(scene: &Scene<'_, 't>, spec: Spot<'t>, object: &'t Object) -> Self {
        let parents = spec.get("parentRefs");
        let unknown = |reason: Reason| Self {
            tls: Field::unknown(reason.clone(), parents.at),
            plain: Field::unknown(reason, parents.at),
        };
        let mut tls: Option<Field<String>> = None;
        let mut plain = Field::set(false, parents.at);
        for parent in parents.items() {
            let Some(name) = parent.get("name").text() else { continue };
            if !matches!(parent.get("kind").text(), None | Some("Gateway")) {
                return unknown(unseen("what this route hangs on"));
            }
            let namespace = parent.get("namespace").text().unwrap_or_else(|| scene.index.namespace(object));
            let Some(gateway) = scene.find("Gateway", namespace, name) else {
                return unknown(elsewhere(&format!("Gateway {name}")));
            };
            let section = parent.get("sectionName").text();
            let listeners = gateway.path(&["spec", "listeners"]);
            for listener in listeners.items().filter(|one| section.is_none() || one.get("name").text() == section) {
                match listener.get("protocol").text() {
                    Some("HTTPS" | "TLS") => {
                        let annotations = gateway.path(&["metadata", "annotations"]);
                        let asked = issuer::asked(scene, annotations, namespace);
                        let given = || word("certificate", listener.get("tls").at);
                        tls.get_or_insert_with(|| asked.unwrap_or_else(given));
                    }
                    Some("HTTP") => plain = Field::set(true, listener.at),
                    _ => {}
                }
            }
        }
        if tls.is_none() && plain.value() == Some(&false) {
            return unknown(elsewhere("the listener that this route hangs on"));
        }
        let tls = tls.unwrap_or_else(|| word("none", plain.at.unwrap_or(parents.at)));
        Self { tls, plain }
    }

    /// Whether plain HTTP is redirected, or not served. Another route may do it where this one hangs
    /// on a listener for HTTPS only.
    fn redirects(&self, spec: Spot) -> Field<bool> {
        let mut filters = spec.get("rules").items().flat_map(|rule| rule.get("filters").items());
        let redirect = filters.find(|filter| filter.path(&["requestRedirect", "scheme"]).text() == Some("https"));
        match (redirect, self.plain.value()) {
            (Some(filter), _) => Field::set(true, filter.at),
            (None, Some(true)) => Field { state: crate::model::State::Set(false), ..self.plain.clone() },
            (None, Some(false)) => Field::unknown(unseen("whether another route redirects plain HTTP"), spec.at),
            (None, None) => self.plain.clone(),
        }
    }
}
