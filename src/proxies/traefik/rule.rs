//! The rule of a router: which hosts and paths it is for.

use super::Entry;
use crate::model::edge::Matching;
use crate::model::{Field, State};
use crate::source::{Reason, Span};
use regex::Regex;

/// What a router is for.
pub(super) struct Rule {
    /// Its hosts; at least one.
    pub hosts: Vec<Field<String>>,
    /// Its paths; at least one.
    pub paths: Vec<(String, Matching)>,
    /// Whether it asks for the addresses of clients.
    pub asks_who: bool,
}

impl Rule {
    /// Reads a rule; without one Traefik makes it from the container's name.
    pub fn of(written: Option<&Entry>, at: Span) -> Self {
        let all = || vec![("/".to_owned(), Matching::Start)];
        let unknown = |reason: Reason| Self { hosts: vec![Field::unknown(reason, at)], paths: all(), asks_who: false };
        let text = match written.map(|entry| &entry.value.state) {
            Some(State::Set(text)) => text.expose(),
            Some(State::Unknown(reason)) => return unknown(reason.clone()),
            Some(State::Absent) | None => {
                return unknown(Reason::Unseen { what: "the rule that Traefik makes by default".into() });
            }
        };
        let mut hosts: Vec<Field<String>> = ["Host(", "HostHeader("]
            .iter()
            .flat_map(|name| arguments(text, name))
            .map(|host| known(host, at))
            .collect();
        for pattern in arguments(text, "HostRegexp(") {
            hosts.push(if is_everything(pattern) {
                Field::absent(at)
            } else {
                Field::unknown(Reason::Unseen { what: "which hosts this pattern stands for".into() }, at)
            });
        }
        if hosts.is_empty() {
            hosts.push(Field::absent(at));
        }
        let pattern = |text: &str| Matching::Pattern(Regex::new(text).ok());
        let mut paths: Vec<(String, Matching)> = Vec::new();
        paths.extend(arguments(text, "PathPrefix(").into_iter().map(|path| (path.to_owned(), Matching::Start)));
        paths.extend(arguments(text, "Path(").into_iter().map(|path| (path.to_owned(), Matching::Exact)));
        paths.extend(arguments(text, "PathRegexp(").into_iter().map(|path| (path.to_owned(), pattern(path))));
        if paths.is_empty() {
            paths = all();
        }
        Self { hosts, paths, asks_who: !arguments(text, "ClientIP(").is_empty() }
    }
}

fn known(host: &str, at: Span) -> Field<String> {
    if host.contains(['{', '$']) {
        return Field::unknown(Reason::Unseen { what: "the variable in this host name".into() }, at);
    }
    Field::set(host.to_ascii_lowercase(), at)
}

/// Whether a pattern is met by every host: `.+`, `{any:.*}`.
fn is_everything(pattern: &str) -> bool {
    let inside = pattern.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    let inside = inside.and_then(|inside| inside.split_once(':')).map_or(pattern, |(_, pattern)| pattern);
    matches!(inside.trim_start_matches('^').trim_end_matches('$').trim_matches(['(', ')']), ".+" | ".*")
}

/// All arguments of a matcher that is not denied: `a` and `b` of ``Host(`a`, `b`)``.
fn arguments<'t>(text: &'t str, matcher: &str) -> Vec<&'t str> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices(matcher) {
        // `Path(` is no part of another name.
        let before = text.get(..at).unwrap_or_default();
        if before.ends_with(|next: char| next.is_ascii_alphanumeric() || next == '!') {
            continue;
        }
        let mut rest = text.get(at + matcher.len()..).unwrap_or_default();
        // An argument stands between two signs of one kind, and may hold parentheses.
        while let Some(quote) = rest.trim_start_matches([' ', ',']).chars().next() {
            let inside = rest.trim_start_matches([' ', ',']);
            if !matches!(quote, '`' | '"' | '\'') {
                break;
            }
            let Some((argument, after)) = inside.get(1..).and_then(|inside| inside.split_once(quote)) else { break };
            found.push(argument);
            rest = after;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matchers_have_arguments() {
        for (text, matcher, expected) in [
            ("Host(`a.example`)", "Host(", "a.example"),
            ("Host(`a`, `b`) && PathPrefix(`/x`)", "Host(", "a b"),
            ("Host(`a`) || Host(\"b\")", "Host(", "a b"),
            ("PathPrefix(`/x`) || Path(`/y`)", "Path(", "/y"),
            ("HostRegexp(`{any:(a|b).+}`)", "HostRegexp(", "{any:(a|b).+}"),
            ("!Host(`a`)", "Host(", ""),
            ("Host(`a", "Host(", ""),
        ] {
            assert_eq!(arguments(text, matcher).join(" "), expected, "{text}");
        }
        assert!(is_everything(".+") && is_everything("{host:.+}") && is_everything("^.*$"));
        assert!(!is_everything("{sub:[a-z]+}.a.example"));
    }
}
