//! A server: its ports, names and certificate, and what it sends on to HTTPS.

use super::level::Level;
use super::location::{Way, resolved, sends_to, way, ways};
use crate::model::edge::Matching;
use crate::model::{Edge, Field, Reach, State};
use crate::proxies::{Files, Site, certificate_at};
use crate::source::{Reason, Span};
use crate::syntax::statements::{Statement, Word};

/// What a server listens on.
struct Listen {
    port: Option<u16>,
    tls: bool,
    http2: bool,
    fallback: bool,
    loopback: bool,
    at: Span,
}

/// The sites of a server: for each of its names one for plain HTTP and one for TLS, as it listens.
pub(super) fn sites(server: &Statement, http: &Level<'_>, name: &str, files: &dyn Files) -> Vec<Site> {
    let level = http.within(server.inner());
    let all_tls = level.own_one("ssl").is_some_and(|it| it.argument(1) == Some("on"));
    let mut listens: Vec<Listen> =
        server.inner().iter().filter(|it| it.name() == "listen").filter_map(|it| listen(it, all_tls)).collect();
    let is_given = server.inner().iter().any(|it| it.name() == "listen");
    if !is_given {
        listens.push(Listen {
            port: Some(80),
            tls: false,
            http2: false,
            fallback: false,
            loopback: false,
            at: server.at,
        });
    }
    if level.one("ssl_reject_handshake").is_some_and(|it| it.argument(1) == Some("on")) {
        listens.retain(|listen| !listen.tls);
    }
    let names: Vec<&Word> =
        server.inner().iter().filter(|it| it.name() == "server_name").flat_map(|it| it.words.iter().skip(1)).collect();
    let hosts: Vec<Field<String>> = if names.is_empty() {
        vec![Field::absent(server.at)]
    } else {
        names.iter().map(|word| host(word, &level, files)).collect()
    };
    let mut found = Vec::new();
    for host in hosts {
        for plain in [true, false] {
            let of: Vec<&Listen> = listens.iter().filter(|listen| listen.tls != plain).collect();
            let Some(first) = of.first() else { continue };
            found.push(site(server, &level, host.clone(), &of, first, name, files));
        }
    }
    found
}

fn site(
    server: &Statement,
    level: &Level<'_>,
    host: Field<String>,
    of: &[&Listen],
    first: &Listen,
    name: &str,
    files: &dyn Files,
) -> Site {
    let at = host.at.unwrap_or(first.at);
    let plain = !first.tls;
    let mut edge = Edge::new(name, "nginx", host, at);
    let mut found = Vec::new();
    ways(level, files, &mut found);
    let takes_all =
        |way: &Way| way.route.path == "/" && matches!(way.route.matching, Matching::Start | Matching::Strong);
    let sent = level.own().iter().find(|it| sends_to(it).is_some() || it.name() == "return");
    if sent.is_some() {
        found.clear();
    }
    if !found.iter().any(takes_all) {
        found.push(way("/".to_owned(), Matching::Start, level, sent.map_or(at, |it| it.at), files));
    }
    edge.redirects = redirects(level, &edge.host, &found, first.at);
    edge.tls = if plain { Field::set("none".to_owned(), first.at) } else { certificate(level, first.at) };
    edge.tls_min = if plain { Field::absent(first.at) } else { lowest(level, first.at) };
    edge.http2 = match of.iter().find(|listen| listen.http2) {
        Some(listen) => Field::set(true, listen.at),
        None => level.flag("http2", first.at),
    };
    edge.compresses = level.flag("gzip", at);
    edge.timeout = level.timeout(at);
    edge.headers = level.headers(0).unwrap_or_default();
    if of.iter().all(|listen| listen.loopback) {
        edge.reach = Field::set(Reach::Loopback, first.at);
    }
    let main = found.iter().find(|way| takes_all(way)).and_then(|way| way.protocol.clone());
    let protocol = main.or_else(|| found.iter().find_map(|way| way.protocol.clone()));
    edge.upstream_protocol = protocol.map_or_else(|| Field::absent(at), |word| Field::set(word, at));
    edge.upstreams_more = found.iter().find_map(|way| way.more.clone());
    edge.headers_more = hidden(level);
    let targets = found.iter().flat_map(|way| way.targets.clone()).collect();
    edge.routes = found.into_iter().map(|way| way.route).collect();
    Site {
        edge,
        plain,
        fallback: of.iter().any(|listen| listen.fallback),
        ports: of.iter().filter_map(|listen| listen.port).collect(),
        targets,
        redirected: None,
        block: server.at,
    }
}

/// Why there may be headers that are not seen: an include in the server or in one of its locations.
fn hidden(level: &Level<'_>) -> Option<Reason> {
    let own = level.hidden().map(|(reason, _)| reason);
    let inner = level.own().iter().filter(|it| it.name() == "location");
    own.or_else(|| inner.into_iter().find_map(|it| hidden(&level.within(it.inner()))))
}

fn listen(statement: &Statement, all_tls: bool) -> Option<Listen> {
    let address = statement.argument(1)?;
    if address.starts_with("unix:") {
        return None;
    }
    let has = |word: &str| statement.arguments().skip(1).any(|argument| argument == word);
    let (host, port) = match address.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port),
        _ if address.chars().all(|next| next.is_ascii_digit()) => ("", address),
        _ => (address, "80"),
    };
    Some(Listen {
        port: port.parse().ok(),
        tls: all_tls || has("ssl") || has("quic"),
        http2: has("http2"),
        fallback: has("default_server") || has("default"),
        loopback: Reach::of_address(host) == Reach::Loopback,
        at: statement.at,
    })
}

fn host(word: &Word, level: &Level<'_>, files: &dyn Files) -> Field<String> {
    let text = word.text.expose();
    let text =
        if text.contains('$') && !text.starts_with('~') { resolved(text, level, files) } else { text.to_owned() };
    match text.as_str() {
        "" | "_" | "*" => Field::absent(word.at),
        text if text.starts_with('~') => {
            Field::unknown(Reason::Unseen { what: "which hosts this pattern stands for".into() }, word.at)
        }
        text if text.contains('$') => {
            Field::unknown(Reason::Unseen { what: "the variable in this host name".into() }, word.at)
        }
        text => Field::set(text.trim_start_matches('.').to_owned(), word.at),
    }
}

/// What kind of certificate is served, by its path.
fn certificate(level: &Level<'_>, at: Span) -> Field<String> {
    let Some(written) = level.one("ssl_certificate") else {
        let reason = level.hidden().map(|(reason, _)| reason);
        let reason = reason.unwrap_or(Reason::Elsewhere { what: "the certificate of this server".into() });
        return Field::unknown(reason, at);
    };
    Field::set(certificate_at(written.argument(1).unwrap_or_default()).to_owned(), written.at)
}

/// The lowest version of TLS that is spoken.
fn lowest(level: &Level<'_>, at: Span) -> Field<String> {
    let Some(written) = level.one("ssl_protocols") else {
        let reason = level.hidden().map(|(reason, _)| reason);
        let what = "which versions of TLS nginx speaks without ssl_protocols";
        return Field::unknown(reason.unwrap_or(Reason::Image { what: what.into() }), at);
    };
    let versions = written.arguments().map(|word| match word {
        "TLSv1.3" => "1.3",
        "TLSv1.2" => "1.2",
        "TLSv1.1" => "1.1",
        // SSL 3 and 2 are older still.
        _ => "1.0",
    });
    versions.min().map_or_else(|| Field::absent(written.at), |word| Field::set(word.to_owned(), written.at))
}

/// Whether all that is asked over plain HTTP is sent on to HTTPS.
fn redirects(level: &Level<'_>, host: &Field<String>, found: &[Way], at: Span) -> Field<bool> {
    let to_https = |it: &&Statement| sends_to(it).is_some_and(|url| url.starts_with("https://"));
    for statement in level.own() {
        if to_https(&statement) {
            return Field::set(true, statement.at);
        }
        if statement.name() == "if"
            && let Some(sent) = statement.inner().iter().find(to_https)
        {
            let asked = statement.words.iter().skip(1).map(|word| word.text.expose()).collect::<Vec<_>>().join(" ");
            let of_host = matches!(&host.state, State::Set(name) if asked.contains(name.as_str()));
            if asked.contains("$scheme") || asked.contains("$https") || asked.contains("x_forwarded_proto") || of_host {
                return Field::set(true, sent.at);
            }
        }
    }
    // Otherwise every location has to do it, save those for certificates.
    let open = found.iter().find(|way| {
        let word = way.route.serves.value().map(String::as_str);
        !way.route.path.starts_with("/.well-known") && !matches!(word, Some("redirect" | "nothing"))
    });
    let sends = level.own().iter().flat_map(Statement::inner).find(to_https);
    match (open, sends) {
        (None, Some(sent)) => Field::set(true, sent.at),
        // Nothing is served here at all.
        (None, None) if found.iter().all(|way| way.route.serves.value().is_some_and(|word| word == "nothing")) => {
            Field::set(true, at)
        }
        _ => match level.hidden() {
            Some((reason, at)) => Field::unknown(reason, at),
            None => Field::set(false, at),
        },
    }
}
