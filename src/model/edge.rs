//! What stands in front of workloads for a host: an Ingress, a Gateway's routes, a proxy.

use super::{Duration, Field};
use crate::source::reader::is_within;
use crate::source::{Reason, Span, Text};

/// A host that is served to clients, and how.
#[derive(Debug)]
pub struct Edge {
    /// The name of what it was read from.
    pub name: String,
    /// By what: `ingress`, `gateway`, `traefik`, `openshift`.
    pub kind: &'static str,
    /// The host name; absent if every host is served.
    pub host: Field<String>,
    /// Indices into the stack's containers of those that requests are handed to.
    pub upstreams: Vec<usize>,
    /// Why there may be more of them, if so.
    pub upstreams_more: Option<Reason>,
    /// `none`, `acme`, `issuer`, `certificate` or `self-signed`.
    pub tls: Field<String>,
    /// Whether plain HTTP is answered with a redirect to HTTPS, or not at all.
    pub redirects: Field<bool>,
    /// How upstreams are spoken to: `http`, `https`, `grpc`.
    pub upstream_protocol: Field<String>,
    /// How long an upstream may take to answer.
    pub timeout: Field<Duration>,
    /// Which paths lead where.
    pub routes: Vec<Route>,
    /// Headers that are added to every answer.
    pub headers: Vec<(String, Field<Text>)>,
    /// Why there may be other headers, if so.
    pub headers_more: Option<Reason>,
    /// Where findings about it point.
    pub at: Span,
    /// Index into the stack's objects of the tree that it was read from.
    pub object: Option<usize>,
}

/// A path of an edge.
#[derive(Debug)]
pub struct Route {
    /// The path that requests have to begin with, or be.
    pub path: String,
    /// Whether only this very path is meant.
    pub exact: bool,
    /// Whether not everybody may ask: by address, password, certificate.
    pub restricted: Field<bool>,
    /// Whether the rate of requests is limited.
    pub limited: Field<bool>,
    /// Where it stands.
    pub at: Span,
}

impl Edge {
    /// An edge about which nothing more is known yet.
    #[must_use]
    pub fn new(name: impl Into<String>, kind: &'static str, host: Field<String>, at: Span) -> Self {
        Self {
            name: name.into(),
            kind,
            host,
            upstreams: Vec::new(),
            upstreams_more: None,
            tls: Field::absent(at),
            redirects: Field::absent(at),
            upstream_protocol: Field::absent(at),
            timeout: Field::absent(at),
            routes: Vec::new(),
            headers: Vec::new(),
            headers_more: None,
            at,
            object: None,
        }
    }

    /// The route that a request for this path takes: an exact one, else the longest that the path
    /// begins with, part by part.
    #[must_use]
    pub fn route(&self, path: &str) -> Option<&Route> {
        let leads = |route: &&Route| {
            let prefix = route.path.trim_end_matches('/');
            if route.exact { route.path == path } else { is_within(path, prefix) }
        };
        self.routes.iter().filter(leads).max_by_key(|route| (route.exact, route.path.trim_end_matches('/').len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;

    #[test]
    fn the_longest_route_is_taken() {
        let at = Span::file(SourceId(0));
        let route = |path: &str, exact| Route {
            path: path.to_owned(),
            exact,
            restricted: Field::absent(at),
            limited: Field::absent(at),
            at,
        };
        let mut edge = Edge::new("web", "ingress", Field::absent(at), at);
        edge.routes = vec![route("/", false), route("/api/", false), route("/api/v1", false), route("/metrics", true)];
        for (path, expected) in [
            ("/", Some("/")),
            ("/api", Some("/api/")),
            ("/apis", Some("/")),
            ("/api/v1/users", Some("/api/v1")),
            ("/metrics", Some("/metrics")),
            ("/metrics/more", Some("/")),
        ] {
            assert_eq!(edge.route(path).map(|route| route.path.as_str()), expected, "{path}");
        }
    }
}
