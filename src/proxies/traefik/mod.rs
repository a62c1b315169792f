//! Routers of Traefik, as labels and the files of its providers say them.
//!
//! A router is served on its entry points: over TLS if it or the entry point says so, else over plain
//! HTTP. Plain HTTP is sent on by the entry point, or by a router of its own with a middleware.

mod entry;
mod middleware;
mod rule;
mod start;
mod tls;

pub use self::entry::{Entry, flat};
pub use self::start::Start;

use self::middleware::{Deeds, Middlewares};
use self::rule::Rule;
use self::start::{Door, unseen};
use super::Site;
use crate::model::{Edge, Field, Route};
use crate::source::{Reason, Span};

/// A router.
struct Router<'e> {
    name: &'e str,
    entries: Vec<(&'e str, &'e Entry)>,
}

impl<'e> Router<'e> {
    fn get(&self, key: &str) -> Option<&'e Entry> {
        self.entries.iter().find(|(have, _)| *have == key).map(|(_, entry)| *entry)
    }
}

/// What routers are understood with.
struct Scene<'e> {
    entries: &'e [Entry],
    start: &'e Start,
    middlewares: Middlewares<'e>,
    missing: Option<&'e Reason>,
}

/// What routers serve on the entry points of a Traefik. `missing`: why entries may be missing.
#[must_use]
pub fn sites(entries: &[Entry], start: &Start, missing: Option<&Reason>) -> Vec<Site> {
    let mut routers: Vec<Router<'_>> = Vec::new();
    for entry in entries {
        let Some((name, key)) = entry.key.strip_prefix("http.routers.").and_then(|rest| rest.split_once('.')) else {
            continue;
        };
        match routers.iter_mut().find(|router| router.name == name) {
            Some(router) => router.entries.push((key, entry)),
            None => routers.push(Router { name, entries: vec![(key, entry)] }),
        }
    }
    let scene = Scene { entries, start, middlewares: Middlewares { entries, missing }, missing };
    let mut found = start.redirecting();
    for router in &routers {
        found.extend(scene.router(router));
    }
    found
}

impl Scene<'_> {
    fn router(&self, router: &Router<'_>) -> Vec<Site> {
        let Some(first) = router.entries.first().map(|(_, entry)| *entry) else { return Vec::new() };
        let written = router.get("rule");
        let at = written.map_or(first.at, Entry::place);
        let rule = Rule::of(written, at);
        let names: Option<Vec<&str>> = router.get("entrypoints").map(|entry| entry.list().collect());
        let own: Vec<String> =
            router.get("middlewares").into_iter().flat_map(Entry::list).map(str::to_ascii_lowercase).collect();
        let hidden = router.get("middlewares").and_then(|entry| entry.value.reason().cloned());
        let mut sites = Vec::new();
        for door in self.start.doors(names.as_deref()) {
            // Everything is sent on before routers are asked.
            if door.redirects.is_some() {
                continue;
            }
            let asked: Vec<String> = door.middlewares.iter().chain(&own).cloned().collect();
            let mut deeds = self.middlewares.deeds(&asked);
            deeds.missing = hidden.clone().or(deeds.missing).or_else(|| (!door.known).then(unseen));
            for host in &rule.hosts {
                sites.push(self.site(router, first, &rule, host, &door, &deeds, at));
            }
        }
        sites
    }

    #[allow(clippy::too_many_arguments, reason = "what one router is on one entry point for one host")]
    fn site(
        &self,
        router: &Router<'_>,
        first: &Entry,
        rule: &Rule,
        host: &Field<String>,
        door: &Door,
        deeds: &Deeds,
        at: Span,
    ) -> Site {
        let tls = router.tls().or_else(|| door.tls.clone());
        let sent = deeds.sends(host.value().map(String::as_str), tls.is_none());
        // Whoever sends on to HTTPS means what comes over plain HTTP.
        let plain = tls.is_none() && (door.known || sent.is_some());
        let service = router.get("service").and_then(Entry::text);
        let mut edge = Edge::new(router.name, "traefik", host.clone(), at);
        edge.tls = match &tls {
            Some(tls) => self.certificate(tls),
            None if plain => Field::set("none".to_owned(), at),
            None => Field::unknown(unseen(), at),
        };
        edge.tls_min = self.lowest(router, door, plain, at);
        edge.redirects = deeds.flag(sent, at);
        edge.compresses = deeds.flag(deeds.compresses, at);
        edge.http2 = Field::default(!plain, at);
        edge.headers_more = deeds.missing.clone();
        edge.upstream_protocol = self.protocol(service, first, at);
        let restricted = match rule.asks_who {
            true => Field::set(true, at),
            false => deeds.flag(deeds.restricted, at),
        };
        let route = |(path, matching): &(String, _)| Route {
            path: path.clone(),
            matching: Clone::clone(matching),
            serves: Field::set(serves(sent, service).to_owned(), at),
            restricted: restricted.clone(),
            limited: deeds.flag(deeds.limited, at),
            headers: Some(deeds.headers.clone()),
            at,
        };
        edge.routes = rule.paths.iter().map(route).collect();
        Site {
            edge,
            plain,
            fallback: false,
            ports: door.port.into_iter().collect(),
            targets: self.targets(service, first),
            redirected: (!door.known).then(|| Field::unknown(unseen(), at)),
            block: at,
        }
    }

    fn protocol(&self, service: Option<&str>, first: &Entry, at: Span) -> Field<String> {
        let service = service.map(str::to_ascii_lowercase);
        let own = self.entries.iter().filter(|entry| entry.of == first.of);
        let mut schemes = own.filter(|entry| {
            let rest = entry.key.strip_prefix("http.services.").and_then(|rest| rest.split_once('.'));
            rest.is_some_and(|(name, key)| {
                key == "loadbalancer.server.scheme" && service.as_deref().is_none_or(|it| it == name)
            })
        });
        let scheme = schemes.next();
        let word = match scheme.and_then(Entry::text) {
            Some("h2c") => "grpc",
            Some("https") => "https",
            _ => "http",
        };
        Field::set(word.to_owned(), scheme.map_or(at, |entry| entry.at))
    }

    /// The hosts behind a router: the container whose label it is, or the servers of its service.
    fn targets(&self, service: Option<&str>, first: &Entry) -> Vec<String> {
        if service.is_some_and(|name| name.ends_with("@internal")) {
            return Vec::new();
        }
        if let Some(container) = first.of.as_ref().filter(|_| !service.is_some_and(|name| name.contains("@file"))) {
            return vec![container.clone()];
        }
        let Some(name) = service.map(|name| name.split('@').next().unwrap_or(name).to_ascii_lowercase()) else {
            return Vec::new();
        };
        let start = format!("http.services.{name}.loadbalancer.servers.");
        let is_url = |entry: &&Entry| entry.key.starts_with(&start) && entry.key.ends_with(".url");
        let host = |url: &str| {
            let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
            let authority = rest.split('/').next().unwrap_or_default();
            authority.rsplit_once(':').map_or(authority, |(host, _)| host).to_owned()
        };
        self.entries.iter().filter(is_url).filter_map(Entry::text).map(host).collect()
    }
}

fn serves(sent: Option<Span>, service: Option<&str>) -> &'static str {
    match service {
        _ if sent.is_some() => "redirect",
        Some("noop@internal") => "nothing",
        Some(service) if service.ends_with("@internal") => "status",
        _ => "upstream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proxies::edges;
    use crate::proxies::testing::{doors, routes, shown};
    use crate::source::{SourceId, Text};
    use proptest::prelude::*;

    fn entries(text: &str) -> Vec<Entry> {
        let at = Span::file(SourceId(0));
        let entry = |line: &str| {
            let (key, value) = line.split_once('=').unwrap_or((line, "true"));
            let value = Field::set(Text::from(value.trim()), at);
            Entry { key: key.trim().to_ascii_lowercase(), value, at, of: Some("app".into()) }
        };
        text.split(';').filter(|line| !line.trim().is_empty()).map(entry).collect()
    }

    /// What routers are served like by a Traefik that is started so; `?` for one that is not here.
    fn told(start: &str, routers: &str) -> String {
        let start = if start == "?" { Start::unseen() } else { Start::of(&entries(start)) };
        shown(edges(sites(&entries(routers), &start, None)))
    }

    const DOORS: &str =
        "entrypoints.web.address=:80;entrypoints.secure.address=:443;certificatesresolvers.le.acme.email=x";

    #[test]
    fn entry_points_decide_about_tls_and_redirects() {
        let sent = format!("{DOORS};entrypoints.web.http.redirections.entrypoint.to=secure");
        let whole = format!("{sent};entrypoints.secure.http.tls.certresolver=le");
        let rule = "http.routers.a.rule=Host(`a.example`)";
        for (start, routers, expected) in [
            ("", rule.to_owned(), "a.example none serves-plain"),
            (DOORS, format!("{rule};http.routers.a.entrypoints=web"), "a.example none serves-plain"),
            (
                DOORS,
                format!("{rule};http.routers.a.entrypoints=secure;http.routers.a.tls.certresolver=le"),
                "a.example acme redirects",
            ),
            (
                DOORS,
                format!("{rule};http.routers.a.entrypoints=secure;http.routers.a.tls=true"),
                "a.example self-signed redirects",
            ),
            (
                DOORS,
                format!(
                    "{rule};http.routers.a.tls=true;tls.certificates.0.certfile=/x;http.routers.a.entrypoints=secure"
                ),
                "a.example certificate redirects",
            ),
            (
                DOORS,
                format!("{rule};http.routers.a.entrypoints=secure;http.routers.a.tls.certresolver=gone"),
                "a.example self-signed redirects",
            ),
            (
                DOORS,
                format!(
                    "{rule};http.routers.a.entrypoints=secure;http.routers.a.tls.certresolver=le;\
                     http.routers.b.rule=Host(`a.example`);http.routers.b.entrypoints=web;http.routers.b.middlewares=s;\
                     http.middlewares.s.redirectscheme.scheme=https"
                ),
                "a.example acme redirects",
            ),
            (
                DOORS,
                format!(
                    "{rule};http.routers.a.entrypoints=secure;http.routers.a.tls.certresolver=le;\
                     http.routers.b.rule=Host(`a.example`);http.routers.b.entrypoints=web"
                ),
                "a.example acme serves-plain",
            ),
            (&sent, format!("{rule};http.routers.a.tls.certresolver=le"), "* none redirects; a.example acme redirects"),
            (&whole, rule.to_owned(), "* none redirects; a.example acme redirects"),
            (
                DOORS,
                format!(
                    "{rule};http.routers.a.entrypoints=web;http.routers.a.middlewares=m;\
                     http.middlewares.m.redirectregex.regex=^http://(.*);\
                     http.middlewares.m.redirectregex.replacement=https://$1"
                ),
                "a.example none redirects",
            ),
            (
                DOORS,
                format!(
                    "{rule};http.routers.a.entrypoints=web;http.routers.a.middlewares=m;\
                     http.middlewares.m.redirectregex.regex=^https?://[^/]*/dav/(.*);\
                     http.middlewares.m.redirectregex.replacement=https://$1"
                ),
                "a.example none serves-plain",
            ),
            (
                "?",
                format!(
                    "{rule};http.routers.a.entrypoints=web;http.routers.a.middlewares=s;\
                     http.middlewares.s.redirectscheme.scheme=https;\
                     http.routers.b.rule=Host(`a.example`);http.routers.b.entrypoints=secure;\
                     http.routers.b.tls.certresolver=le"
                ),
                "a.example acme redirects",
            ),
            ("?", rule.to_owned(), "a.example ? redirects?"),
            ("?", format!("{rule};http.routers.a.tls.certresolver=le"), "a.example acme redirects?"),
        ] {
            assert_eq!(doors(&told(start, &routers)), expected, "{start} {routers}");
        }
    }

    #[test]
    fn middlewares_say_who_may_ask_for_what() {
        for (more, expected) in [
            ("", "/ upstream"),
            ("http.routers.a.middlewares=m;http.middlewares.m.basicauth.users=${X}", "/ upstream restricted"),
            ("http.routers.a.middlewares=m@file", "/ upstream restricted? limited?"),
            ("http.routers.a.middlewares=m;http.middlewares.m.ipallowlist.sourcerange=0.0.0.0/0", "/ upstream"),
            (
                "http.routers.a.middlewares=c;http.middlewares.c.chain.middlewares=r,h;\
                 http.middlewares.r.ratelimit.average=10;http.middlewares.h.headers.stsseconds=31536000",
                "/ upstream limited +Strict-Transport-Security",
            ),
            ("http.routers.a.service=api@internal", "/ status"),
            (
                "http.routers.a.tls=true;http.routers.a.middlewares=m;http.middlewares.m.redirectscheme.scheme=https",
                "/ upstream",
            ),
        ] {
            let told =
                told(DOORS, &format!("http.routers.a.rule=Host(`a.example`);http.routers.a.entrypoints=web;{more}"));
            assert_eq!(routes(&told), Some(expected), "{more}");
        }
    }

    proptest! {
        #[test]
        fn anything_is_only_input(
            parts in proptest::collection::vec(
                (
                    "(http\\.(routers|middlewares)\\.|entrypoints\\.)[a-b]\\.(rule|tls|chain.middlewares|middlewares|basicauth)",
                    "(Host|PathPrefix)?[(`a./)|,@é]{0,8}",
                ),
                0..12,
            )
        ) {
            let text: Vec<String> = parts.iter().map(|(key, value)| format!("{key}={value}")).collect();
            let all = entries(&text.join(";"));
            let _ = edges(sites(&all, &Start::of(&all), None));
            let _ = edges(sites(&all, &Start::unseen(), None));
        }
    }
}
