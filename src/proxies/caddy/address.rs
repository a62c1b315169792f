//! The addresses of a site: hosts, schemes, ports, and the certificates that come of them.

use super::Options;
use crate::model::Field;
use crate::proxies::Files;
use crate::source::{HOLE, Reason, Span};
use crate::syntax::statements::Statement;
use std::net::IpAddr;

/// An address of a site.
pub(super) struct Address {
    pub host: Field<String>,
    /// Whether it begins with `https://`; `None` without a scheme.
    pub secure: Option<bool>,
    pub port: Option<u16>,
    /// Whether a variable is all of it.
    pub is_whole: bool,
    pub at: Span,
}

/// The addresses of a site. A variable may hold several.
pub(super) fn addresses(site: &Statement, files: &dyn Files) -> Vec<Address> {
    let mut found = Vec::new();
    for word in &site.words {
        let (text, hole) = resolved(word.text.expose(), files);
        let parts = text.split([',', ' ']).map(str::trim).filter(|part| !part.is_empty());
        found.extend(parts.map(|part| address(part, hole.as_ref(), word.at)));
    }
    found
}

fn address(text: &str, hole: Option<&Reason>, at: Span) -> Address {
    let (secure, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (Some(scheme != "http"), rest),
        None => (None, text),
    };
    let rest = rest.split('/').next().unwrap_or_default();
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) if port.chars().all(|digit| digit.is_ascii_digit()) => (host, port.parse().ok()),
        _ => (rest, None),
    };
    let is_whole = text.chars().eq([HOLE]);
    Address { host: host_of(host, hole, at), secure, port, is_whole, at }
}

/// The host that a matcher names.
pub(super) fn named(text: &str, files: &dyn Files, at: Span) -> Field<String> {
    let (text, hole) = resolved(text, files);
    host_of(&text, hole.as_ref(), at)
}

fn host_of(text: &str, hole: Option<&Reason>, at: Span) -> Field<String> {
    if is_open(text) {
        let reason = hole.cloned();
        Field::unknown(reason.unwrap_or(Reason::Unseen { what: "the variable in this address".into() }), at)
    } else if text.is_empty() || text == "*" {
        Field::absent(at)
    } else {
        Field::set(text.to_ascii_lowercase(), at)
    }
}

/// A text with the variables of the environment, `{$NAME}` and `{$NAME:default}`; and why the value of
/// one is not known.
pub(super) fn resolved(text: &str, files: &dyn Files) -> (String, Option<Reason>) {
    let mut made = String::new();
    let mut hole = None;
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("{$") {
        let Some((inside, after)) = behind.split_once('}') else { break };
        made.push_str(before);
        let (name, default) = inside.split_once(':').map_or((inside, None), |(name, default)| (name, Some(default)));
        match (files.variable(name), default) {
            (Ok(Some(text)), _) => made.push_str(text.expose()),
            (Ok(None), Some(default)) => made.push_str(default),
            (Ok(None), None) => {
                hole = Some(Reason::Elsewhere { what: format!("the value of {name}").into() });
                made.push(HOLE);
            }
            (Err(reason), _) => {
                hole = Some(reason);
                made.push(HOLE);
            }
        }
        rest = after;
    }
    made.push_str(rest);
    (made, hole)
}

/// Whether a text that was [`resolved`] leaves something open: a variable, or a placeholder that only a
/// request fills.
pub(super) fn is_open(text: &str) -> bool {
    text.contains([HOLE, '{'])
}

/// How a site comes by its certificate; `None` if it is plain.
pub(super) fn certificate(site: &Statement, address: &Address, options: &Options) -> Option<Field<String>> {
    let at = address.at;
    let unseen = |what: &str| Some(Field::unknown(Reason::Unseen { what: what.into() }, at));
    if address.secure == Some(false) || (address.secure.is_none() && address.port == Some(options.http_port)) {
        return None;
    }
    if let Some(tls) = site.inner().iter().find(|it| it.name() == "tls") {
        // As the first version said it.
        if tls.argument(1) == Some("off") {
            return None;
        }
        return Some(written(tls, address, options));
    }
    if address.host.is_absent() {
        // Only a port: plain, save where it is the one for HTTPS.
        let is_https = address.secure == Some(true) || address.port == Some(options.https_port);
        return if is_https { unseen("for which hosts Caddy has certificates") } else { None };
    }
    if options.off {
        return unseen("which certificates Caddy has without auto_https");
    }
    Some(by_name(address, options))
}

/// The certificate that a `tls` asks for.
fn written(tls: &Statement, address: &Address, options: &Options) -> Field<String> {
    let word = |text: &str| Field::set(text.to_owned(), tls.at);
    let has = |name: &str| tls.inner().iter().any(|it| it.name() == name);
    let issuers = || tls.inner().iter().filter(|it| it.name() == "issuer");
    match (tls.argument(1), tls.argument(2)) {
        (Some("internal"), _) => word("self-signed"),
        (Some(_), Some(_)) => word("certificate"),
        _ if issuers().any(|it| it.argument(1) == Some("internal")) => word("self-signed"),
        _ if has("load") || has("get_certificate") => word("certificate"),
        (Some(_), None) => word("acme"),
        _ if has("dns") || has("on_demand") || has("ca") || issuers().next().is_some() => word("acme"),
        _ => by_name(address, options),
    }
}

/// The certificate that a host's name gets by itself.
fn by_name(address: &Address, options: &Options) -> Field<String> {
    let at = address.at;
    if let Some(local) = options.local {
        return Field::set("self-signed".to_owned(), local);
    }
    match (address.host.value(), address.host.reason()) {
        (Some(host), _) if is_local(host) => Field::default("self-signed".to_owned(), at),
        (Some(_), _) => Field::default("acme".to_owned(), at),
        // Were the variable a port, nothing would be encrypted.
        (None, Some(reason)) => Field::unknown(reason.clone(), at),
        (None, None) => Field::unknown(Reason::Unseen { what: "for which hosts Caddy has certificates".into() }, at),
    }
}

/// Whether a name is one that no public authority gives certificates for.
fn is_local(host: &str) -> bool {
    let ends = [".localhost", ".local", ".internal", ".home.arpa"];
    host == "localhost"
        || ends.iter().any(|end| host.ends_with(end))
        || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok()
}

/// The lowest version of TLS: Caddy's own is 1.2.
pub(super) fn lowest(block: &[Statement], at: Span) -> Field<String> {
    let inside = block.iter().filter(|it| it.name() == "tls").flat_map(Statement::inner);
    let mut protocols = inside.filter(|it| it.name() == "protocols");
    match protocols.next().and_then(|it| Some((it.argument(1)?.strip_prefix("tls")?, it.at))) {
        Some((version, at)) => Field::set(version.to_owned(), at),
        None => Field::default("1.2".to_owned(), at),
    }
}
