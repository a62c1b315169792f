//! Paths with slashes, and URLs.

use super::{Answer, Context, text};
use crate::helm::value::Value;

fn cleaned(path: &str) -> String {
    let is_rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if is_rooted => {}
            _ => parts.push(part),
        }
    }
    match (is_rooted, parts.is_empty()) {
        (true, _) => format!("/{}", parts.join("/")),
        (false, true) => ".".to_owned(),
        (false, false) => parts.join("/"),
    }
}

pub(super) fn base(_: &mut Context, args: &[Value]) -> Answer {
    let path = text(args, 0);
    let trimmed = path.trim_end_matches('/');
    Ok(match (path.is_empty(), trimmed.is_empty()) {
        (true, _) => ".".into(),
        (_, true) => "/".into(),
        _ => trimmed.rsplit('/').next().unwrap_or_default().into(),
    })
}

pub(super) fn dir(_: &mut Context, args: &[Value]) -> Answer {
    let path = text(args, 0);
    Ok(cleaned(&path[..path.rfind('/').map_or(0, |at| at + 1)]).into())
}

pub(super) fn clean(_: &mut Context, args: &[Value]) -> Answer {
    Ok(cleaned(text(args, 0)).into())
}

pub(super) fn ext(_: &mut Context, args: &[Value]) -> Answer {
    let name = text(args, 0).rsplit('/').next().unwrap_or_default();
    Ok(name.rfind('.').map_or("", |at| &name[at..]).into())
}

pub(super) fn is_abs(_: &mut Context, args: &[Value]) -> Answer {
    Ok(text(args, 0).starts_with('/').into())
}

fn broken() -> String {
    "this is no URL".to_owned()
}

/// `%41` as `A`.
fn unescaped(text: &str) -> Result<String, String> {
    let mut out = Vec::new();
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16)).ok_or_else(broken);
        let value = digit(bytes.next())? * 16 + digit(bytes.next())?;
        out.push(u8::try_from(value).unwrap_or(0));
    }
    Ok(String::from_utf8_lossy(&out).into_owned())
}

/// A URL taken apart: scheme, user, host, path, query, fragment, opaque part.
fn parts(url: &str) -> Result<[(&'static str, String); 8], String> {
    if url.chars().any(char::is_control) {
        return Err(broken());
    }
    let (rest, fragment) = url.split_once('#').unwrap_or((url, ""));
    let mut scheme = String::new();
    let mut rest = rest;
    if let Some(at) = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c)))
        && rest[at..].starts_with(':')
    {
        if at == 0 {
            return Err("this URL lacks its scheme".to_owned());
        }
        if rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            scheme = rest[..at].to_ascii_lowercase();
            rest = &rest[at + 1..];
        }
    }
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (mut user, mut host, mut path, mut opaque) = ("", "", rest, "");
    if let Some(authority) = rest.strip_prefix("//") {
        let end = authority.find('/').unwrap_or(authority.len());
        (host, path) = authority.split_at(end);
        if let Some((before, after)) = host.rsplit_once('@') {
            (user, host) = (before, after);
        }
        let port = host.rsplit_once(':').map_or("", |(_, port)| if port.ends_with(']') { "" } else { port });
        if !port.bytes().all(|byte| byte.is_ascii_digit()) || host.contains(' ') {
            return Err(broken());
        }
    } else if !scheme.is_empty() && !rest.starts_with('/') {
        (opaque, path) = (rest, "");
    }
    let hostname = match host.strip_prefix('[') {
        Some(inner) => inner.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    Ok([
        ("scheme", scheme),
        ("userinfo", user.to_owned()),
        ("host", host.to_owned()),
        ("hostname", hostname.to_owned()),
        ("path", unescaped(path)?),
        ("query", query.to_owned()),
        ("fragment", unescaped(fragment)?),
        ("opaque", opaque.to_owned()),
    ])
}

pub(super) fn url_parse(_: &mut Context, args: &[Value]) -> Answer {
    let entries = parts(text(args, 0))?.into_iter().map(|(key, part)| (key.into(), part.into()));
    Ok(Value::map(entries))
}

pub(super) fn url_join(_: &mut Context, args: &[Value]) -> Answer {
    let part = |key: &str| {
        args[0]
            .as_map()
            .and_then(|map| map.get(key))
            .and_then(|value| value.as_str().map(str::to_owned))
            .unwrap_or_default()
    };
    let mut out = String::new();
    if !part("scheme").is_empty() {
        out.push_str(&part("scheme"));
        out.push(':');
    }
    if !part("opaque").is_empty() {
        out.push_str(&part("opaque"));
    } else {
        if !part("host").is_empty() || !part("userinfo").is_empty() {
            out.push_str("//");
            if !part("userinfo").is_empty() {
                out.push_str(&part("userinfo"));
                out.push('@');
            }
            out.push_str(&part("host"));
            if !part("path").is_empty() && !part("path").starts_with('/') {
                out.push('/');
            }
        }
        out.push_str(&part("path").replace(' ', "%20"));
    }
    for (mark, key) in [('?', "query"), ('#', "fragment")] {
        if !part(key).is_empty() {
            out.push(mark);
            out.push_str(&part(key));
        }
    }
    Ok(out.into())
}
