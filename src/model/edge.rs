//! What stands in front of workloads for a host: an Ingress, a Gateway's routes, a proxy.

use super::{Duration, Field, Reach};
use crate::source::reader::is_within;
use crate::source::{Reason, Span, Text};
use regex::Regex;

/// A host that is served to clients, and how.
#[derive(Debug)]
pub struct Edge {
    /// The name of what it was read from.
    pub name: String,
    /// By what: `ingress`, `gateway`, `traefik`, `openshift`, `nginx`, `caddy`, `haproxy`.
    pub kind: &'static str,
    /// The host name; absent if every host is served.
    pub host: Field<String>,
    /// Other hosts that are served in the very same way.
    pub aliases: Vec<Field<String>>,
    /// Index into the stack's containers of the proxy that serves it, if that is one of them.
    pub proxy: Option<usize>,
    /// From where clients reach it.
    pub reach: Field<Reach>,
    /// Indices into the stack's containers of those that requests are handed to.
    pub upstreams: Vec<usize>,
    /// Why there may be more of them, if so.
    pub upstreams_more: Option<Reason>,
    /// `none`, `acme`, `issuer`, `certificate` or `self-signed`.
    pub tls: Field<String>,
    /// The lowest version of TLS that clients may speak: `1.0` to `1.3`.
    pub tls_min: Field<String>,
    /// Whether plain HTTP is answered with a redirect to HTTPS, or not at all.
    pub redirects: Field<bool>,
    /// Whether clients may speak HTTP/2.
    pub http2: Field<bool>,
    /// Whether answers are compressed here.
    pub compresses: Field<bool>,
    /// How upstreams are spoken to: `http`, `https`, `grpc`.
    pub upstream_protocol: Field<String>,
    /// How long an upstream may take to answer.
    pub timeout: Field<Duration>,
    /// Which paths lead where.
    pub routes: Vec<Route>,
    /// Headers that are added to the answers of every route that has none of its own.
    pub headers: Vec<Header>,
    /// Why there may be other headers, if so.
    pub headers_more: Option<Reason>,
    /// Where findings about it point.
    pub at: Span,
    /// Index into the stack's objects of the tree that it was read from.
    pub object: Option<usize>,
}

/// The name of a header that is added to answers, and what it says.
pub type Header = (String, Field<Text>);

/// How a route's path is compared with that of a request.
#[derive(Debug, Clone)]
pub enum Matching {
    /// The request's path is this one or lies below it, part by part.
    Prefix,
    /// It is this one.
    Exact,
    /// It begins with these characters.
    Start,
    /// The same, and no pattern is asked any more.
    Strong,
    /// It matches this expression; `None` if that cannot be read.
    Pattern(Option<Regex>),
}

/// A path of an edge.
#[derive(Debug, Clone)]
pub struct Route {
    /// The path that requests have to begin with, or be, or the expression that they have to match.
    pub path: String,
    /// Which of that.
    pub matching: Matching,
    /// What is done there: `upstream`, `files`, `redirect`, `status` (pages of the proxy about itself),
    /// `nothing`.
    pub serves: Field<String>,
    /// Whether not everybody may ask: by address, password, certificate.
    pub restricted: Field<bool>,
    /// Whether the rate of requests is limited.
    pub limited: Field<bool>,
    /// Headers that are added to answers instead of the edge's; `None` if it has none of its own.
    pub headers: Option<Vec<Header>>,
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
            aliases: Vec::new(),
            proxy: None,
            reach: Field::set(Reach::Public, at),
            upstreams: Vec::new(),
            upstreams_more: None,
            tls: Field::absent(at),
            tls_min: Field::absent(at),
            redirects: Field::absent(at),
            http2: Field::absent(at),
            compresses: Field::absent(at),
            upstream_protocol: Field::absent(at),
            timeout: Field::absent(at),
            routes: Vec::new(),
            headers: Vec::new(),
            headers_more: None,
            at,
            object: None,
        }
    }

    /// The route that a request for this path takes: an exact one, else the first pattern that
    /// matches, else the longest beginning; one that is strong comes before patterns.
    ///
    /// # Errors
    /// The place of a pattern that cannot be read, if it might be the one.
    pub fn route(&self, path: &str) -> Result<Option<&Route>, Span> {
        if let Some(exact) = self.routes.iter().find(|it| matches!(it.matching, Matching::Exact) && it.path == path) {
            return Ok(Some(exact));
        }
        let begins = |route: &&Route| match route.matching {
            Matching::Prefix => is_within(path, route.path.trim_end_matches('/')),
            Matching::Start | Matching::Strong => path.starts_with(&route.path),
            Matching::Exact | Matching::Pattern(_) => false,
        };
        let longest = self.routes.iter().filter(begins).max_by_key(|route| route.path.trim_end_matches('/').len());
        if longest.is_some_and(|route| matches!(route.matching, Matching::Strong)) {
            return Ok(longest);
        }
        for route in &self.routes {
            match &route.matching {
                Matching::Pattern(Some(pattern)) if pattern.is_match(path) => return Ok(Some(route)),
                Matching::Pattern(None) => return Err(route.at),
                _ => {}
            }
        }
        Ok(longest)
    }

    /// A header that is added to every answer.
    ///
    /// # Errors
    /// The place of a route without it, else of the edge.
    pub fn header(&self, name: &str) -> Result<&Field<Text>, Span> {
        let find = |headers: &'_ Vec<Header>| headers.iter().position(|(have, _)| have.eq_ignore_ascii_case(name));
        let common = find(&self.headers).and_then(|at| self.headers.get(at)).map(|(_, value)| value);
        let mut found = common;
        for route in &self.routes {
            // Nobody reads the headers of a redirect or a refusal.
            if matches!(route.serves.value().map(String::as_str), Some("redirect" | "nothing")) {
                continue;
            }
            match &route.headers {
                Some(own) => match find(own).and_then(|at| own.get(at)) {
                    Some((_, value)) => found = found.or(Some(value)),
                    None => return Err(route.at),
                },
                None if common.is_none() => return Err(self.at),
                None => {}
            }
        }
        found.ok_or(self.at)
    }
}

impl Route {
    /// A route about which nothing is known yet, for this reason.
    #[must_use]
    pub fn new(path: impl Into<String>, matching: Matching, reason: &Reason, at: Span) -> Self {
        Self {
            path: path.into(),
            matching,
            serves: Field::unknown(reason.clone(), at),
            restricted: Field::unknown(reason.clone(), at),
            limited: Field::unknown(reason.clone(), at),
            headers: None,
            at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;

    fn route(path: &str, matching: Matching, at: Span) -> Route {
        Route::new(path, matching, &Reason::Generated, at)
    }

    fn taken(routes: &[(&str, Matching)], path: &str) -> Option<String> {
        let at = Span::file(SourceId(0));
        let mut edge = Edge::new("web", "ingress", Field::absent(at), at);
        edge.routes = routes.iter().map(|(path, matching)| route(path, matching.clone(), at)).collect();
        edge.route(path).map_or_else(|_| Some("?".to_owned()), |route| route.map(|route| route.path.clone()))
    }

    #[test]
    fn the_longest_route_is_taken() {
        use Matching::{Exact, Prefix};
        let routes = [("/", Prefix), ("/api/", Prefix), ("/api/v1", Prefix), ("/metrics", Exact)];
        for (path, expected) in [
            ("/", "/"),
            ("/api", "/api/"),
            ("/apis", "/"),
            ("/api/v1/users", "/api/v1"),
            ("/metrics", "/metrics"),
            ("/metrics/more", "/"),
        ] {
            assert_eq!(taken(&routes, path).as_deref(), Some(expected), "{path}");
        }
    }

    #[test]
    fn patterns_stand_between_beginnings() {
        use Matching::{Pattern, Start, Strong};
        let pattern = |text: &str| Pattern(Regex::new(text).ok());
        let routes = [
            ("/", Start),
            ("/assets", Strong),
            ("php", pattern(r"\.php$")),
            ("admin", pattern("^/(admin|debug)")),
            ("/admin/open", Start),
        ];
        for (path, expected) in [
            ("/index.php", "php"),
            ("/assets/x.php", "/assets"),
            ("/admin/open", "admin"),
            ("/debug/x.php", "php"),
            ("/other", "/"),
        ] {
            assert_eq!(taken(&routes, path).as_deref(), Some(expected), "{path}");
        }
        assert_eq!(taken(&[("/", Start), ("x", Pattern(None))], "/other").as_deref(), Some("?"));
        assert_eq!(taken(&[("/api", Start)], "/other"), None);
    }

    #[test]
    fn a_route_with_headers_of_its_own_drops_the_others() {
        let at = Span::file(SourceId(0));
        let elsewhere = Span::new(SourceId(0), 5, 6);
        let header = |name: &str| (name.to_owned(), Field::set(Text::from("x"), at));
        let mut edge = Edge::new("web", "nginx", Field::absent(at), at);
        edge.headers = vec![header("X-A"), header("X-B")];
        edge.routes = vec![route("/", Matching::Start, at)];
        assert!(edge.header("x-a").is_ok() && edge.header("X-B").is_ok());
        edge.routes.push(Route { headers: Some(vec![header("x-b")]), ..route("/api", Matching::Start, elsewhere) });
        assert!(edge.header("X-B").is_ok());
        assert_eq!(edge.header("X-A").err(), Some(elsewhere));
        edge.headers.clear();
        assert_eq!(edge.header("X-B").err(), Some(at));
    }
}
