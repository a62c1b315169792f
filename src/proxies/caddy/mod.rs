//! Sites of Caddy.
//!
//! A site with a host name is served over HTTPS by itself, and plain HTTP is sent on; one whose address is
//! only a port, or begins with `http://`, is not. Names that only the own network knows get certificates
//! of Caddy's own authority.

mod address;
mod deeds;
mod import;
mod matcher;

use self::address::{Address, addresses, certificate, lowest, named};
use self::deeds::Scope;
use self::import::Importer;
use self::matcher::{Matchers, matcher};
use super::{Config, Files, Found, Site};
use crate::model::{Edge, Field};
use crate::source::reader::folder;
use crate::source::{Reason, Span};
use crate::syntax::caddyfile;
use crate::syntax::limits::Limits;
use crate::syntax::statements::Statement;

/// What the file of a Caddy serves.
pub fn read(config: &Config, name: &str, files: &dyn Files) -> Found {
    let mut read = caddyfile::parse(config.text.expose(), &config.ground, &Limits::default());
    let mut problems = std::mem::take(&mut read.problems);
    let mut importer = Importer::new(files, folder(&config.path));
    let list = importer.sites(&whole(read.list));
    problems.append(&mut importer.problems);
    let gone = list.iter().find(|it| it.name() == "import" && it.block.is_none());
    Found { sites: sites(&list, name, files), problems, more: gone.and_then(hidden) }
}

/// What sites serve; statements without words are options for all of them.
pub fn sites(list: &[Statement], name: &str, files: &dyn Files) -> Vec<Site> {
    let options = list.iter().find(|it| it.words.is_empty()).map_or(&[][..], Statement::inner);
    let options = Options::of(options);
    let mut found = Vec::new();
    for site in list.iter().filter(|it| !it.words.is_empty() && it.block.is_some()) {
        for address in addresses(site, files) {
            found.extend(by_host(site, &address, &options, name, files));
        }
    }
    found
}

/// A file without blocks around its sites is one site: the first line is its address.
fn whole(mut list: Vec<Statement>) -> Vec<Statement> {
    let is_single = list.first().is_some_and(|first| !first.words.is_empty() && first.block.is_none());
    let is_import = list.first().is_some_and(|first| first.name() == "import");
    // No directive has such a name, so that other blocks are sites.
    let is_address = |name: &str| name.contains([':', '.']) || name.starts_with("{$") || name.starts_with('(');
    let has_others = list.iter().skip(1).any(|it| it.block.is_some() && is_address(it.name()));
    if !is_single || is_import || has_others {
        return list;
    }
    let rest = list.split_off(1);
    if let Some(first) = list.first_mut() {
        first.block = Some(rest);
    }
    list
}

/// What the block at the top says of all sites.
struct Options {
    /// Nothing gets a certificate by itself.
    off: bool,
    /// Plain HTTP is not sent on by itself.
    no_redirects: bool,
    /// All certificates are of Caddy's own authority.
    local: Option<Span>,
    http_port: u16,
    https_port: u16,
}

impl Options {
    fn of(list: &[Statement]) -> Self {
        let auto: Vec<&str> =
            list.iter().filter(|it| it.name() == "auto_https").flat_map(Statement::arguments).collect();
        let port = |name: &str| list.iter().find(|it| it.name() == name)?.argument(1)?.parse().ok();
        Self {
            off: auto.contains(&"off"),
            no_redirects: auto.contains(&"off") || auto.contains(&"disable_redirects"),
            local: list.iter().find(|it| it.name() == "local_certs").map(|it| it.at),
            http_port: port("http_port").unwrap_or(80),
            https_port: port("https_port").unwrap_or(443),
        }
    }
}

/// The sites of an address. Where a block is for requests to some hosts only, these are sites of their
/// own: `*.acme.example` with a `handle` for each name is written so.
fn by_host(site: &Statement, address: &Address, options: &Options, name: &str, files: &dyn Files) -> Vec<Site> {
    let block: Vec<&Statement> = site.inner().iter().collect();
    let mut matchers = Matchers::default();
    matchers.learn(&block);
    let hosts = |it: &Statement| match matcher(it).filter(|_| it.name().starts_with("handle")) {
        Some(matcher) => matchers.hosts(matcher),
        None => None,
    };
    let (of_hosts, common): (Vec<&Statement>, Vec<&Statement>) = block.into_iter().partition(|it| hosts(it).is_some());
    let mut found = Vec::new();
    for handle in of_hosts {
        // Of blocks for requests that fit only one is taken.
        let around = common.iter().copied().filter(|it| !it.name().starts_with("handle"));
        let block: Vec<&Statement> = handle.inner().iter().chain(around).collect();
        for host in hosts(handle).unwrap_or_default() {
            let own = Address { host: named(host, files, handle.at), at: handle.at, is_whole: false, ..*address };
            found.push(serve((site, handle.at), &block, &own, options, name, files));
        }
    }
    found.push(serve((site, site.at), &common, address, options, name, files));
    found
}

fn serve(
    (site, place): (&Statement, Span),
    block: &[&Statement],
    address: &Address,
    options: &Options,
    name: &str,
    files: &dyn Files,
) -> Site {
    let at = address.at;
    let mut edge = Edge::new(name, "caddy", address.host.clone(), at);
    let tls = certificate(site, address, options);
    let plain = tls.is_none();
    let blind = block.iter().find_map(|it| hidden(it).or_else(|| unwritten(it, files)));
    let mut scope = Scope::new(files);
    let ways = scope.ways(block, blind.as_ref(), at);
    edge.redirects = if plain { redirects(&ways, blind.as_ref(), at) } else { Field::absent(at) };
    edge.routes = ways.into_iter().map(|way| way.route).collect();
    edge.headers = scope.headers;
    edge.headers_more = blind.or(scope.sometimes);
    let encodes = block.iter().find(|it| it.name() == "encode");
    edge.compresses = encodes.map_or_else(|| Field::set(false, at), |it| Field::set(true, it.at));
    edge.upstream_protocol = protocol(block, at);
    edge.http2 = Field::default(!plain, at);
    edge.upstreams_more = scope.more;
    edge.tls = tls.unwrap_or_else(|| Field::set("none".to_owned(), at));
    edge.tls_min = if plain { Field::absent(at) } else { lowest(site.inner(), at) };
    let ports = match (address.port, plain) {
        (Some(port), true) => vec![port],
        (None, true) => vec![options.http_port],
        (port, false) => vec![port.unwrap_or(options.https_port)],
    };
    // A site that is known by its port only gets no redirect by itself.
    let by_itself = !plain && !address.host.is_absent() && !options.no_redirects;
    let has_tls = site.inner().iter().any(|it| it.name() == "tls");
    Site {
        edge,
        plain,
        fallback: address.host.is_absent(),
        ports,
        targets: scope.targets,
        redirected: by_itself.then(|| match address.host.reason() {
            // Were the variable a port, nothing would be sent on.
            Some(reason) if address.is_whole && !has_tls => Field::unknown(reason.clone(), at),
            _ => Field::default(true, at),
        }),
        block: place,
    }
}

/// Whether all that is asked over plain HTTP is sent on to HTTPS.
fn redirects(ways: &[deeds::Way], blind: Option<&Reason>, at: Span) -> Field<bool> {
    let serves = |way: &&deeds::Way| {
        let word = way.route.serves.value().map(String::as_str);
        !way.route.path.starts_with("/.well-known") && way.https.is_none() && word != Some("nothing")
    };
    match (ways.iter().find(serves), blind) {
        (None, _) => Field::set(true, ways.iter().find_map(|way| way.https).unwrap_or(at)),
        (Some(_), Some(reason)) => Field::unknown(reason.clone(), at),
        (Some(way), None) => Field::set(false, way.route.serves.at.unwrap_or(at)),
    }
}

fn protocol(block: &[&Statement], at: Span) -> Field<String> {
    let inner = block.iter().flat_map(|it| it.inner());
    let mut proxies = block.iter().copied().chain(inner).filter(|it| it.name() == "reverse_proxy");
    let Some(first) = proxies.next() else { return Field::absent(at) };
    let has = |start: &str| first.arguments().any(|word| word.starts_with(start));
    let word = match (has("h2c://"), has("https://")) {
        (true, _) => "grpc",
        (false, true) => "https",
        (false, false) => "http",
    };
    Field::set(word.to_owned(), first.at)
}

/// Why there may be more than is seen: an import that is not here.
fn hidden(statement: &Statement) -> Option<Reason> {
    if statement.name() == "import" {
        return Some(Reason::MissingFile { path: statement.argument(1).unwrap_or_default().into() });
    }
    statement.inner().iter().find_map(hidden)
}

/// Why there may be more than is seen: a variable that holds directives.
fn unwritten(statement: &Statement, files: &dyn Files) -> Option<Reason> {
    let name = statement.name().strip_prefix("{$").and_then(|rest| rest.strip_suffix('}'));
    let own = name.and_then(|name| match files.variable(name.split(':').next().unwrap_or_default()) {
        Ok(Some(text)) if !text.expose().trim().is_empty() => {
            Some(Reason::Unseen { what: format!("the directives in {name}").into() })
        }
        Ok(_) => None,
        Err(reason) => Some(reason),
    });
    // Within other directives such a word is a value of theirs.
    let is_block = statement.name().starts_with("handle") || statement.name() == "route";
    let inner = if is_block { statement.inner() } else { &[] };
    own.or_else(|| inner.iter().find_map(|inner| unwritten(inner, files)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proxies::edges;
    use crate::proxies::testing::{Given, doors, routes, shown};
    use proptest::prelude::*;

    fn told(text: &str) -> String {
        let config = Given::config("/etc/caddy/Caddyfile", text);
        shown(edges(read(&config, "web", &Given(&[("UP", "api:80"), ("NAMES", "a.example, b.example:8080")])).sites))
    }

    #[test]
    fn addresses_decide_about_tls_and_redirects() {
        for (text, expected) in [
            ("a.example {\n}", "a.example acme redirects"),
            ("http://a.example {\n}", "a.example none redirects"),
            ("http://a.example {\nreverse_proxy app:80\n}", "a.example none serves-plain"),
            (":80 {\nfile_server\n}", "* none serves-plain"),
            (":443 {\nfile_server\n}", "* ? redirects"),
            ("a.example:8443 {\nfile_server\n}", "a.example acme redirects"),
            ("localhost {\nfile_server\n}", "localhost self-signed redirects"),
            ("a.example {\ntls internal\n}", "a.example self-signed redirects"),
            ("a.example {\ntls /x.pem /x.key\n}", "a.example certificate redirects"),
            ("*.a.example {\ntls {\ndns acme {env.TOKEN}\n}\n}", "*.a.example acme redirects"),
            ("{\nauto_https off\n}\na.example {\nfile_server\n}", "a.example ? redirects"),
            (
                "{\nauto_https disable_redirects\n}\na.example {\n}\n:80 {\nfile_server\n}",
                "a.example acme serves-plain; * none serves-plain",
            ),
            ("{\nhttp_port 8080\n}\na.example:8080 {\nfile_server\n}", "a.example none serves-plain"),
            ("{$NAMES} {\n}", "a.example acme redirects; b.example acme redirects"),
            ("{$OTHER} {\n}", "? ? redirects?"),
            ("shop.{$OTHER} {\n}", "? ? redirects"),
            ("{$OTHER} {\ntls ops@a.example\n}", "? acme redirects"),
            ("{$OTHER:http://x.example} {\nfile_server\n}", "x.example none serves-plain"),
            ("a.example\nreverse_proxy app:80", "a.example acme redirects"),
            ("{$UNSET}\na.example {\nreverse_proxy app:80\n}", "a.example acme redirects"),
            (":3000 {\nfile_server\n}\n:9090 {\nfile_server\n}", "* none serves-plain; * none serves-plain"),
            ("a.example {\n}\n:80 {\nfile_server\n}", "a.example acme redirects; * none serves-plain"),
            ("http://a.example {\nredir https://{host}{uri}\n}\nhttps://a.example {\n}", "a.example acme redirects"),
            ("http://a.example {\nredir /x https://a.example/x\nfile_server\n}", "a.example none serves-plain"),
        ] {
            assert_eq!(doors(&told(text)), expected, "{text}");
        }
    }

    #[test]
    fn routes_say_who_may_ask_for_what() {
        for (body, expected) in [
            ("reverse_proxy app:80", "/ upstream"),
            ("basic_auth {\na b\n}\nreverse_proxy app:80", "/ upstream restricted"),
            ("basic_auth {\n{$UP} {$UP}\n}\nreverse_proxy app:80", "/ upstream restricted"),
            ("basic_auth /* {\na b\n}\nreverse_proxy /* app:80", "/ upstream restricted"),
            ("{$UNSET}\nreverse_proxy /{$UP}/x app:80", "/api:80/x upstream, / nothing"),
            ("{$UP}\nreverse_proxy app:80", "/ upstream restricted? limited?"),
            ("basic_auth /admin/* {\na b\n}\nreverse_proxy app:80", "/admin/ upstream restricted, / upstream"),
            ("@in not remote_ip 10.0.0.0/8\nrespond @in 403\nreverse_proxy app:80", "/ upstream restricted"),
            (
                "@in {\npath /admin*\nnot remote_ip private_ranges\n}\nabort @in\nreverse_proxy app:80",
                "/admin upstream restricted, / upstream",
            ),
            (
                "handle /api/* {\nrate_limit {\n}\nreverse_proxy {$UP}\n}\nhandle {\nfile_server\n}",
                "/api/ upstream limited, / files",
            ),
            (
                "@open not path /health\nbasic_auth @open {\na b\n}\nreverse_proxy app:80",
                "/health upstream, / upstream restricted",
            ),
            ("respond /metrics 404\nreverse_proxy app:80", "/metrics nothing restricted, / upstream"),
            ("redir /new\n", "/ redirect"),
            ("metrics /metrics\nfile_server", "/metrics status, / files"),
            ("import gone.conf\nreverse_proxy app:80", "/ upstream restricted? limited?"),
            ("tls {\nclient_auth {\nmode require_and_verify\n}\n}\nreverse_proxy app:80", "/ upstream restricted"),
        ] {
            assert_eq!(routes(&told(&format!("a.example {{\n{body}\n}}"))), Some(expected), "{body}");
        }
    }

    #[test]
    fn snippets_and_hosts_within_a_site_are_followed() {
        let text = "(up) {\nreverse_proxy {args[0]}\nheader X-A {args[1]}\n}\n*.a.example {\n@one host one.a.example\n\
                    handle @one {\nimport up app:80 b\n}\nhandle {\nabort\n}\n}\n";
        let expected = "one.a.example acme redirects [/ upstream; X-A] -> app; \
                        *.a.example acme redirects [/ nothing restricted]";
        assert_eq!(told(text), expected);
    }

    proptest! {
        #[test]
        fn anything_is_only_input(
            parts in proptest::collection::vec(
                prop_oneof![
                    Just("a.example {\n"), Just("{\n"), Just("}\n"), Just("(s) {\n"), Just("import s\n"), Just(":80 {\n"),
                    Just("handle /x* {\n"), Just("@m {\n"), Just("not remote_ip 10.0.0.0/8\n"), Just("respond @m 403\n"),
                    Just("reverse_proxy {$UP:app:80}\n"), Just("header X Y\n"), Just("tls internal\n"), Just("\""),
                    Just("path /a /b\n"), Just("route {\n"), Just("a.example, b.example\n"), Just("import a b {args[0]}\n"),
                ],
                0..30,
            )
        ) {
            let _ = told(&parts.concat());
        }
    }
}
