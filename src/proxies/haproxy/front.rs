//! A frontend of HAProxy: where it listens, what it does with requests.

use super::condition::{Host, Test, alternatives};
use super::statement::{certificate, header, sends_on, time, version};
use crate::model::edge::{Header, Matching};
use crate::model::{Duration, Edge, Field, Reach, Route};
use crate::proxies::{Files, Site};
use crate::source::{Reason, Span, Text};
use crate::syntax::statements::Statement;

/// A frontend with what it goes by.
pub(super) struct Front<'s> {
    /// A `frontend` or a `listen`.
    pub section: &'s Statement,
    /// The `defaults` before it.
    pub defaults: &'s [Statement],
    /// All sections of the file.
    pub sections: &'s [Statement],
    /// The lowest version of TLS that is set for all.
    pub lowest: Option<&'s (String, Span)>,
    pub files: &'s dyn Files,
}

impl<'s> Front<'s> {
    fn own(&self) -> &'s [Statement] {
        self.section.inner()
    }

    /// A statement of the section, else of the defaults.
    pub fn one(&self, name: &str) -> Option<&'s Statement> {
        let find = |list: &'s [Statement]| list.iter().rev().find(|it| it.name() == name);
        find(self.own()).or_else(|| find(self.defaults))
    }

    fn tests(&self, statement: &Statement, backend: &[Statement]) -> Option<Vec<Vec<Test>>> {
        alternatives(statement, &[self.own(), backend])
    }

    /// One site for its plain ports and one for those with TLS.
    pub fn sites(&self, name: &str) -> Vec<Site> {
        let is_tls = |it: &Statement| {
            it.arguments().any(|word| word == "ssl") || it.argument(1).is_some_and(|word| word.starts_with("quic"))
        };
        let (secure, plain): (Vec<&Statement>, Vec<&Statement>) =
            self.own().iter().filter(|it| it.name() == "bind").partition(|it| is_tls(it));
        let mut found = Vec::new();
        let hosts = self.hosts();
        for (of, plain) in [(plain, true), (secure, false)] {
            let Some(first) = of.first() else { continue };
            found.extend(hosts.iter().map(|host| self.site(host, &hosts, &of, first, plain, name)));
        }
        found
    }

    /// The hosts that it tells apart.
    fn hosts(&self) -> Vec<Field<String>> {
        let mut found: Vec<Field<String>> = Vec::new();
        for statement in self.own().iter().filter(|it| it.name() == "use_backend") {
            let pattern = || Reason::Unseen { what: "which hosts this pattern stands for".into() };
            let mut hosts: Vec<Host> = Vec::new();
            for test in self.tests(statement, &[]).unwrap_or_default().iter().flatten() {
                hosts.extend(test.hosts().unwrap_or_default());
            }
            if statement.argument(1).is_some_and(|name| name.contains("map") && name.contains("host")) {
                hosts.push(Host::Pattern);
            }
            for host in hosts {
                let field = match host {
                    Host::Named(host) => Field::set(host.to_ascii_lowercase(), statement.at),
                    Host::Pattern => Field::unknown(pattern(), statement.at),
                };
                if !found.iter().any(|have| have.state == field.state) {
                    found.push(field);
                }
            }
        }
        if found.is_empty() {
            found.push(Field::absent(self.section.at));
        }
        found
    }

    fn site(
        &self,
        host: &Field<String>,
        hosts: &[Field<String>],
        of: &[&Statement],
        first: &Statement,
        plain: bool,
        name: &str,
    ) -> Site {
        let at = first.at;
        let mut edge = Edge::new(name, "haproxy", host.clone(), at);
        edge.tls = if plain { Field::set("none".to_owned(), at) } else { certificate(first) };
        edge.tls_min = match version(first).or_else(|| self.lowest.cloned()) {
            _ if plain => Field::absent(at),
            Some((version, at)) => Field::set(version, at),
            None => Field::unknown(Reason::Image { what: "which versions of TLS HAProxy speaks".into() }, at),
        };
        let alpn = of.iter().find(|it| it.arguments().any(|word| word == "alpn"));
        edge.http2 = match alpn {
            _ if plain => Field::set(false, at),
            Some(it) => Field::set(it.arguments().any(|word| word.split(',').any(|one| one == "h2")), it.at),
            None => Field::unknown(Reason::Image { what: "which protocols HAProxy offers".into() }, at),
        };
        edge.compresses = self.one("compression").map_or_else(|| Field::set(false, at), |it| Field::set(true, it.at));
        edge.timeout = self.timeout(at);
        let (headers, more) = self.headers(&[self.defaults, self.own()], &[]);
        (edge.headers, edge.headers_more) = (headers, more);
        let addresses: Vec<String> = of.iter().filter_map(|it| it.argument(1)).map(|it| self.resolved(it)).collect();
        let parts = addresses.iter().flat_map(|it| it.split(',')).filter_map(|address| address.rsplit_once(':'));
        let parts: Vec<(&str, &str)> = parts.collect();
        let is_own = |host: &str| !host.is_empty() && Reach::of_address(host) == Reach::Loopback;
        if !parts.is_empty() && parts.iter().all(|(host, _)| is_own(host.trim_start_matches("ipv4@"))) {
            edge.reach = Field::set(Reach::Loopback, at);
        }
        let (mut targets, mut more) = (Vec::new(), None);
        let routes = self.routes(&mut targets, &mut more);
        edge.redirects = if plain { self.redirects(hosts, at) } else { Field::absent(at) };
        let sent = edge.redirects.value() == Some(&true);
        edge.routes = routes;
        for route in edge.routes.iter_mut().filter(|_| plain && sent) {
            route.serves = Field::set("redirect".to_owned(), route.at);
        }
        edge.upstreams_more = more;
        edge.upstream_protocol = Field::set("http".to_owned(), at);
        Site {
            edge,
            plain,
            fallback: self.one("default_backend").is_some() || self.section.name() == "listen" || sent,
            ports: parts.iter().filter_map(|(_, port)| port.parse().ok()).collect(),
            targets,
            redirected: None,
            block: self.section.at,
        }
    }

    /// A text with the variables of the environment.
    fn resolved(&self, text: &str) -> String {
        let mut made = String::new();
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once("${") {
            let Some((name, after)) = behind.split_once('}') else { break };
            let value = self.files.variable(name).ok().flatten();
            made.push_str(before);
            made.push_str(value.as_ref().map_or("$", Text::expose));
            rest = after;
        }
        made + rest
    }

    fn timeout(&self, at: Span) -> Field<Duration> {
        let default = self.default_backend().map_or(&[][..], Statement::inner);
        let lists = [default, self.own(), self.defaults];
        let mut all = lists.iter().flat_map(|list| list.iter());
        match all.find(|it| it.name() == "timeout" && it.argument(1) == Some("server")) {
            Some(it) => match it.argument(2).and_then(time) {
                Some(time) => Field::set(time, it.at),
                None => Field::unknown(Reason::Malformed { expected: "a time such as 30s".into() }, it.at),
            },
            None => Field::absent(at),
        }
    }

    /// Whether all plain HTTP is sent on to HTTPS.
    fn redirects(&self, hosts: &[Field<String>], at: Span) -> Field<bool> {
        let sends = |list: &'s [Statement]| -> Vec<&'s Statement> { list.iter().filter(|it| sends_on(it)).collect() };
        let own = sends(self.own());
        let is_met = |test: &Test| {
            let covers = |named: Vec<Host>| {
                let known = |host: &Field<String>| {
                    let is_it = |it: &Host| matches!(it, Host::Named(name) if Some(name) == host.value());
                    named.iter().any(is_it)
                };
                hosts.iter().all(known)
            };
            (test.denied && (test.asks_for_tls() || test.mentions("/.well-known")))
                || test.hosts().is_some_and(covers)
                || (test.denied && test.mentions("x-forwarded-proto"))
        };
        for statement in &own {
            let alternatives = self.tests(statement, &[]).unwrap_or_default();
            if alternatives.iter().any(|tests| tests.iter().all(is_met)) {
                return Field::set(true, statement.at);
            }
        }
        if let Some(sent) = own.first() {
            return Field::unknown(Reason::Unseen { what: "when HAProxy sends on to HTTPS".into() }, sent.at);
        }
        // Or what it hands requests to does it.
        let backends = self.backends();
        let found: Vec<&Statement> = backends.iter().filter_map(|it| sends(it.inner()).first().copied()).collect();
        match found.first() {
            Some(sent) if found.len() == backends.len() => Field::set(true, sent.at),
            Some(sent) => Field::unknown(Reason::Unseen { what: "when HAProxy sends on to HTTPS".into() }, sent.at),
            None => Field::set(false, at),
        }
    }

    fn backend(&self, name: &str) -> Option<&'s Statement> {
        self.sections.iter().find(|it| matches!(it.name(), "backend" | "listen") && it.argument(1) == Some(name))
    }

    fn default_backend(&self) -> Option<&'s Statement> {
        self.one("default_backend").and_then(|it| it.argument(1)).and_then(|name| self.backend(name))
    }

    fn backends(&self) -> Vec<&'s Statement> {
        let used = self.own().iter().filter(|it| it.name() == "use_backend").filter_map(|it| it.argument(1));
        used.filter_map(|name| self.backend(name)).chain(self.default_backend()).collect()
    }

    fn routes(&self, targets: &mut Vec<String>, more: &mut Option<Reason>) -> Vec<Route> {
        let mut routes: Vec<Route> = Vec::new();
        let all = || ("/".to_owned(), Matching::Start);
        for statement in self.own().iter().filter(|it| it.name() == "use_backend") {
            let name = statement.argument(1).unwrap_or_default();
            let backend = self.backend(name);
            match backend {
                Some(backend) => targets.extend(self.servers(backend)),
                None => *more = Some(Reason::Unseen { what: format!("the backend {name}").into() }),
            }
            let alternatives = self.tests(statement, &[]).unwrap_or_else(|| vec![Vec::new()]);
            for tests in alternatives {
                let paths: Vec<_> = tests.iter().filter_map(Test::paths).flatten().collect();
                let paths = if paths.is_empty() { vec![all()] } else { paths };
                routes.extend(paths.into_iter().map(|path| self.route(path, "upstream", backend, statement.at)));
            }
        }
        for statement in self.own().iter().filter(|it| it.name() == "http-request") {
            let word = match statement.argument(1) {
                Some("use-service") => "status",
                Some("deny" | "reject" | "auth" | "tarpit" | "silent-drop") => "upstream",
                _ => continue,
            };
            for path in
                self.tests(statement, &[]).unwrap_or_default().iter().flatten().filter_map(Test::paths).flatten()
            {
                if !routes.iter().any(|route| route.path == path.0) {
                    routes.push(self.route(path, word, self.default_backend(), statement.at));
                }
            }
        }
        routes.extend(self.stats());
        let default = self.default_backend();
        targets.extend(default.into_iter().flat_map(|it| self.servers(it)));
        targets.extend(self.servers(self.section));
        let has_servers = self.own().iter().any(|it| it.name().starts_with("server"));
        let at = self.one("default_backend").map_or(self.section.at, |it| it.at);
        if default.is_some() || has_servers {
            routes.push(self.route(all(), "upstream", default, at));
        } else if !routes.iter().any(|route| route.path == "/") {
            routes.push(self.route(all(), "nothing", None, at));
        }
        routes
    }

    /// The page that HAProxy shows of itself.
    fn stats(&self) -> Option<Route> {
        let of = |word: &str| self.own().iter().find(|it| it.name() == "stats" && it.argument(1) == Some(word));
        let page = of("enable").or_else(|| of("uri"))?;
        let uri = of("uri").and_then(|it| it.argument(2)).unwrap_or("/haproxy?stats");
        let path = uri.split('?').next().unwrap_or_default().to_owned();
        let mut route = self.route((path, Matching::Start), "status", None, page.at);
        if let Some(asks) = of("auth").or_else(|| of("http-request")) {
            route.restricted = Field::set(true, asks.at);
        }
        Some(route)
    }

    fn route(
        &self,
        (path, matching): (String, Matching),
        serves: &str,
        backend: Option<&'s Statement>,
        at: Span,
    ) -> Route {
        let inner = backend.map_or(&[][..], Statement::inner);
        let (own, _) = self.headers(&[inner], inner);
        let (common, _) = self.headers(&[self.defaults, self.own()], &[]);
        let headers = (!own.is_empty()).then(|| own.into_iter().chain(common).collect());
        Route {
            restricted: self.restricted(&path, inner, at),
            limited: self.limited(&path, inner, at),
            serves: Field::set(serves.to_owned(), at),
            path,
            matching,
            headers,
            at,
        }
    }

    /// Statements that refuse requests.
    fn refusals(&self, inner: &'s [Statement]) -> impl Iterator<Item = &'s Statement> {
        let refuses = |it: &&Statement| {
            matches!(
                (it.name(), it.argument(1), it.argument(2)),
                ("http-request", Some("deny" | "reject" | "auth" | "silent-drop" | "tarpit"), _)
                    | ("tcp-request", Some("connection" | "content" | "session"), Some("reject"))
                    | ("block", ..)
            )
        };
        self.own().iter().chain(inner).filter(refuses)
    }

    /// Whether tests that are met for some paths only are met for this one.
    fn is_here(tests: &[Test], path: &str) -> bool {
        let fits = |paths: Vec<(String, Matching)>| paths.iter().any(|(have, _)| path.starts_with(have.as_str()));
        tests.iter().filter_map(Test::paths).all(fits)
    }

    /// What refuses requests for a path to all but some.
    fn restricted(&self, path: &str, inner: &'s [Statement], at: Span) -> Field<bool> {
        let mut unsure = None;
        for statement in self.refusals(inner) {
            let Some(alternatives) = self.tests(statement, inner) else {
                unsure = Some(statement.at);
                continue;
            };
            // A rate turns nobody away for good.
            let of_who = alternatives.iter().filter(|tests| !tests.iter().any(Test::asks_how_fast));
            for tests in of_who.filter(|tests| Self::is_here(tests, path)) {
                let turns_away = |test: &&Test| test.denied && test.asks_who();
                let others = tests.iter().any(|test| !turns_away(&test) && test.paths().is_none());
                let by_path = tests.iter().any(|test| test.paths().is_some());
                match (others, tests.iter().any(|test| turns_away(&test)) || by_path) {
                    (false, true) => return Field::set(true, statement.at),
                    (true, true) => unsure = Some(statement.at),
                    // Nor does a method.
                    (_, false) => {}
                }
            }
        }
        match unsure {
            Some(at) => Field::unknown(Reason::Unseen { what: "whom this condition turns away".into() }, at),
            None => Field::set(false, at),
        }
    }

    /// What refuses requests for a path that come too fast.
    fn limited(&self, path: &str, inner: &'s [Statement], at: Span) -> Field<bool> {
        if let Some(rate) = self.own().iter().find(|it| it.name() == "rate-limit") {
            return Field::set(true, rate.at);
        }
        let refusal = self.refusals(inner).find(|statement| {
            let alternatives = self.tests(statement, inner).unwrap_or_default();
            let mut here = alternatives.iter().filter(|tests| Self::is_here(tests, path));
            here.any(|tests| tests.iter().any(|test| !test.denied && test.asks_how_fast()))
        });
        refusal.map_or_else(|| Field::set(false, at), |it| Field::set(true, it.at))
    }

    /// The hosts of the servers of a section.
    fn servers(&self, section: &Statement) -> Vec<String> {
        let of = |it: &Statement| match it.name() {
            "server" => it.argument(2).map(str::to_owned),
            "server-template" => it.argument(3).map(str::to_owned),
            _ => None,
        };
        let host = |address: String| {
            let address = self.resolved(&address);
            address.rsplit_once(':').map_or(address.as_str(), |(host, _)| host).to_owned()
        };
        section.inner().iter().filter_map(of).map(host).collect()
    }

    /// The headers that sections add to all answers, and why there may be more.
    fn headers(&self, lists: &[&[Statement]], inner: &[Statement]) -> (Vec<Header>, Option<Reason>) {
        let mut found = Vec::new();
        let mut more = None;
        for statement in lists.iter().flat_map(|list| list.iter()) {
            let Some((name, value, at)) = header(statement) else { continue };
            let alternatives = self.tests(statement, inner).unwrap_or_default();
            // Over plain HTTP a client ignores it anyway.
            if alternatives.iter().any(|tests| tests.iter().all(Test::asks_for_tls)) {
                let made = value.expose().contains("%[");
                let unseen = Reason::Unseen { what: "what HAProxy makes of this".into() };
                found.push((name, if made { Field::unknown(unseen, at) } else { Field::set(value, at) }));
            } else {
                more = Some(Reason::Unseen { what: format!("when HAProxy adds {name}").into() });
            }
        }
        (found, more)
    }
}
