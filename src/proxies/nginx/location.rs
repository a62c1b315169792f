//! A location: which requests it takes, what becomes of them, who may send them.

use super::level::Level;
use crate::model::edge::Matching;
use crate::model::{Field, Route};
use crate::proxies::Files;
use crate::source::{Reason, Span};
use crate::syntax::statements::Statement;
use regex::Regex;

/// Directives that hand requests on, with the protocol that they speak.
const PASSES: [(&str, &str); 5] = [
    ("proxy_pass", "http"),
    ("grpc_pass", "grpc"),
    ("fastcgi_pass", "fastcgi"),
    ("uwsgi_pass", "uwsgi"),
    ("scgi_pass", "scgi"),
];

/// Variables that tell nothing of who asks.
const HARMLESS: [&str; 9] = [
    "$http_user_agent",
    "$request_method",
    "$host",
    "$http_host",
    "$scheme",
    "$http_referer",
    "$args",
    "$request_uri",
    "$query_string",
];

/// A route with what it hands requests to.
pub(super) struct Way {
    pub route: Route,
    pub targets: Vec<String>,
    /// Why there may be more of them.
    pub more: Option<Reason>,
    pub protocol: Option<String>,
}

/// Whether a status sends a client somewhere else.
fn is_redirect(code: &str) -> bool {
    matches!(code, "301" | "302" | "303" | "307" | "308")
}

/// The URL that a `return` or a `rewrite` sends clients to.
pub(super) fn sends_to(statement: &Statement) -> Option<&str> {
    match statement.name() {
        "return" => match (statement.argument(1)?, statement.argument(2)) {
            (code, Some(url)) if is_redirect(code) => Some(url),
            (url, None) if url.contains("://") => Some(url),
            _ => None,
        },
        "rewrite" => statement.argument(2).filter(|url| url.contains("://")),
        _ => None,
    }
}

/// How a location compares paths.
fn matching(statement: &Statement) -> Option<(String, Matching)> {
    let first = statement.argument(1)?;
    let pattern = |text: &str, any_case: bool| {
        let text = if any_case { format!("(?i){text}") } else { text.to_owned() };
        Matching::Pattern(Regex::new(&text).ok())
    };
    for (sign, kind) in [("~*", 'i'), ("~", 'p'), ("^~", 's'), ("=", 'e')] {
        let Some(rest) = first.strip_prefix(sign) else { continue };
        let text = if rest.is_empty() { statement.argument(2)? } else { rest };
        let matching = match kind {
            'i' => pattern(text, true),
            'p' => pattern(text, false),
            's' => Matching::Strong,
            _ => Matching::Exact,
        };
        return Some((text.to_owned(), matching));
    }
    (!first.starts_with('@')).then(|| (first.to_owned(), Matching::Start))
}

/// The routes of a list of locations, those within them included.
pub(super) fn ways(level: &Level<'_>, files: &dyn Files, found: &mut Vec<Way>) {
    for statement in level.own().iter().filter(|statement| statement.name() == "location") {
        let inside = level.within(statement.inner());
        if let Some((path, matching)) = matching(statement) {
            found.push(way(path, matching, &inside, statement.at, files));
        }
        ways(&inside, files, found);
    }
}

/// The route of a block.
pub(super) fn way(path: String, matching: Matching, level: &Level<'_>, at: Span, files: &dyn Files) -> Way {
    let mut way = Way {
        route: Route {
            path,
            matching,
            serves: Field::set("files".to_owned(), at),
            restricted: restricted(level, at),
            limited: limited(level, at),
            // What stands in `http` and `server` is the edge's.
            headers: level.headers(2),
            at,
        },
        targets: Vec::new(),
        more: None,
        protocol: None,
    };
    let own = level.own();
    if let Some(sent) = own.iter().find(|statement| sends_to(statement).is_some()) {
        way.route.serves = Field::set("redirect".to_owned(), sent.at);
    } else if let Some(end) = own.iter().find(|statement| statement.name() == "return") {
        // A fixed answer, such as that to a health check, or a refusal.
        way.route.serves = Field::set("nothing".to_owned(), end.at);
        if end.argument(1).is_some_and(|code| code.starts_with(['4', '5'])) {
            way.route.restricted = Field::set(true, end.at);
        }
    } else if let Some(page) = level.own_one("stub_status") {
        way.route.serves = Field::set("status".to_owned(), page.at);
    } else {
        // A file is tried first, and then a location with a name.
        let tried = level.own_one("try_files").and_then(|tried| tried.arguments().last());
        let named = tried.filter(|last| last.starts_with('@')).and_then(|name| named(level, name));
        pass(named.unwrap_or(own), level, files, &mut way);
    }
    way
}

/// The block of a location with a name.
fn named<'s>(level: &Level<'s>, name: &str) -> Option<&'s [Statement]> {
    let mut servers = level.around().flat_map(|block| block.iter());
    let is_it = |it: &&Statement| it.name() == "location" && it.argument(1) == Some(name);
    servers.find(is_it).map(Statement::inner)
}

/// Where requests are handed to.
fn pass(block: &[Statement], level: &Level<'_>, files: &dyn Files, way: &mut Way) {
    let to = |it: &Statement| PASSES.iter().find(|(name, _)| *name == it.name()).map(|(_, protocol)| *protocol);
    let Some((statement, protocol)) = block.iter().find_map(|it| Some((it, to(it)?))) else { return };
    way.route.serves = Field::set("upstream".to_owned(), statement.at);
    let written = statement.argument(1).unwrap_or_default();
    let url = resolved(written, level, files);
    way.protocol = Some(if url.starts_with("https:") { "https" } else { protocol }.to_owned());
    let host = host(&url);
    if host.contains('$') {
        way.more = Some(Reason::Unseen { what: format!("the variable in {}", statement.name()).into() });
    } else if let Some(servers) = group(level, &host) {
        way.targets.extend(servers);
    } else if !host.is_empty() {
        way.targets.push(host);
    }
}

/// The servers of an `upstream`.
fn group(level: &Level<'_>, name: &str) -> Option<Vec<String>> {
    let is_it = |it: &&Statement| it.name() == "upstream" && it.argument(1) == Some(name);
    let block = level.outer().iter().find(is_it)?;
    let servers = block.inner().iter().filter(|it| it.name() == "server").filter_map(|it| it.argument(1));
    Some(servers.map(host).collect())
}

/// The host of a URL or of an address with a port.
fn host(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let authority = authority.rsplit('@').next().unwrap_or(authority);
    if authority.starts_with("unix:") {
        return String::new();
    }
    match authority.rsplit_once(':') {
        Some((host, port)) if port.chars().all(|digit| digit.is_ascii_digit()) => host.to_owned(),
        _ => authority.to_owned(),
    }
}

/// A text with the variables that `set` gives a plain value, and those of the environment.
pub(super) fn resolved(text: &str, level: &Level<'_>, files: &dyn Files) -> String {
    let mut whole = String::new();
    let mut rest = text;
    // As often as there are signs in the text.
    while let Some((before, behind)) = rest.split_once('$') {
        whole.push_str(before);
        let braced = behind.strip_prefix('{').and_then(|inside| inside.split_once('}'));
        let end = behind.find(|next: char| !next.is_ascii_alphanumeric() && next != '_').unwrap_or(behind.len());
        let (name, after) = braced.unwrap_or_else(|| behind.split_at(end));
        rest = after;
        let is_set =
            |it: &&Statement| it.name() == "set" && it.argument(1).and_then(|it| it.strip_prefix('$')) == Some(name);
        let set = level.around().flat_map(|block| block.iter()).find(is_set).and_then(|it| it.argument(2));
        let environment = || files.variable(name).ok().flatten();
        match set.map(str::to_owned).or_else(|| environment().map(|text| text.expose().to_owned())) {
            Some(value) => whole.push_str(&value),
            None => {
                whole.push('$');
                whole.push_str(name);
            }
        }
    }
    whole.push_str(rest);
    whole
}

/// Whether not everybody may ask.
fn restricted(level: &Level<'_>, at: Span) -> Field<bool> {
    if let Some(own) = level.own_one("internal") {
        return Field::set(true, own.at);
    }
    let access = level.inherited(&["allow", "deny"]);
    let everybody = |it: &&&Statement| matches!(it.argument(1), Some("all" | "0.0.0.0/0"));
    if let Some(first) = access.iter().find(everybody).filter(|it| it.name() == "deny") {
        return Field::set(true, first.at);
    }
    for name in ["auth_basic", "auth_request", "auth_jwt"] {
        if let Some(asks) = level.one(name).filter(|it| it.argument(1) != Some("off")) {
            return Field::set(true, asks.at);
        }
    }
    if let Some(asks) = level.one("ssl_verify_client").filter(|it| it.argument(1) == Some("on")) {
        return Field::set(true, asks.at);
    }
    let mut conditions = level.around().flat_map(|block| block.iter()).filter(|it| it.name() == "if");
    if let Some(refusal) = conditions.find(|it| may_tell_who(it)) {
        return Field::unknown(Reason::Unseen { what: "whom this `if` turns away".into() }, refusal.at);
    }
    match level.hidden() {
        Some((reason, at)) => Field::unknown(reason, at),
        None => Field::set(false, at),
    }
}

/// Whether an `if` may turn clients away by who they are.
fn may_tell_who(condition: &Statement) -> bool {
    let refuses = condition.inner().iter().any(|it| {
        it.name() == "return" && it.argument(1).is_some_and(|code| matches!(code, "401" | "403" | "404" | "444"))
    });
    let asked = condition.argument(1).unwrap_or_default().trim_start_matches('(').trim_end_matches(')');
    refuses && !HARMLESS.contains(&asked)
}

/// Whether the rate of requests is limited.
fn limited(level: &Level<'_>, at: Span) -> Field<bool> {
    let dry = level.one("limit_req_dry_run").is_some_and(|it| it.argument(1) == Some("on"));
    let limit = level.one("limit_req").filter(|_| !dry).or_else(|| level.one("limit_conn"));
    match (limit, level.hidden()) {
        (Some(limit), _) => Field::set(true, limit.at),
        (None, Some((reason, at))) => Field::unknown(reason, at),
        (None, None) => Field::set(false, at),
    }
}
