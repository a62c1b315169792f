//! Conditions of HAProxy: what stands behind `if` and `unless`.
//!
//! Tests stand side by side where all have to hold, `or` stands between alternatives, `!` denies a test.
//! A test is one in braces or the name of an `acl`, whose lines are alternatives again.

use crate::model::edge::Matching;
use crate::syntax::statements::Statement;
use regex::Regex;

/// A test.
#[derive(Clone)]
pub(super) struct Test {
    /// Whether it must not hold.
    pub denied: bool,
    /// The words of each of its lines.
    lines: Vec<Vec<String>>,
}

/// What a test of a host compares with.
pub(super) enum Host {
    /// This host, or `*.` and the end of hosts.
    Named(String),
    /// Something that stands for hosts.
    Pattern,
}

impl Test {
    /// Whether each of its lines looks at something whose name begins so.
    pub fn looks_at(&self, names: &[&str]) -> bool {
        let begins = |line: &Vec<String>| line.first().is_some_and(|it| names.iter().any(|name| it.starts_with(name)));
        !self.lines.is_empty() && self.lines.iter().all(begins)
    }

    /// Whether a word of it contains a text.
    pub fn mentions(&self, text: &str) -> bool {
        self.lines.iter().flatten().any(|word| word.contains(text))
    }

    /// Whether it asks whether the connection is one with TLS.
    pub fn asks_for_tls(&self) -> bool {
        self.looks_at(&["ssl_fc"]) && !self.mentions("ssl_fc_")
    }

    /// Whether it asks for the client: by address, password or certificate.
    pub fn asks_who(&self) -> bool {
        self.looks_at(&["src", "http_auth", "ssl_c_", "ssl_fc_has_crt"])
    }

    /// Whether it asks how fast requests come.
    pub fn asks_how_fast(&self) -> bool {
        let is_rate = |line: &Vec<String>| line.first().is_some_and(|it| it.contains("_rate"));
        self.lines.iter().any(is_rate)
    }

    /// The hosts that it is for, if it is one of hosts.
    pub fn hosts(&self) -> Option<Vec<Host>> {
        if self.denied || !self.looks_at(&["hdr", "req.hdr", "ssl_fc_sni", "req.ssl_sni"]) || !self.is_of_host() {
            return None;
        }
        let of = |line: &Vec<String>| -> Vec<Host> {
            let (way, values) = taken(line);
            let host = |value: String| match way.as_str() {
                "" | "str" => Host::Named(value),
                "end" if value.starts_with('.') => Host::Named(format!("*{value}")),
                _ => Host::Pattern,
            };
            values.into_iter().map(host).collect()
        };
        Some(self.lines.iter().flat_map(of).collect())
    }

    fn is_of_host(&self) -> bool {
        self.lines
            .iter()
            .all(|line| line.first().is_some_and(|it| it.to_ascii_lowercase().contains("host") || it.contains("sni")))
    }

    /// The paths that it is for, if it is one of paths.
    pub fn paths(&self) -> Option<Vec<(String, Matching)>> {
        if self.denied || !self.looks_at(&["path", "capture.req.uri", "url"]) {
            return None;
        }
        let of = |line: &Vec<String>| -> Vec<(String, Matching)> {
            let (way, values) = taken(line);
            let matching = |value: &str| match way.as_str() {
                "" | "str" => Matching::Exact,
                "beg" | "dir" => Matching::Start,
                "reg" => Matching::Pattern(Regex::new(value).ok()),
                "end" => Matching::Pattern(Regex::new(&format!("{}$", regex::escape(value))).ok()),
                _ => Matching::Pattern(None),
            };
            values.into_iter().map(|value| (value.clone(), matching(&value))).collect()
        };
        Some(self.lines.iter().flat_map(of).collect())
    }
}

/// How a line compares, and with what.
fn taken(line: &[String]) -> (String, Vec<String>) {
    let first = line.first().map_or("", String::as_str);
    let name = first.split('(').next().unwrap_or_default();
    let ends = ["beg", "end", "dir", "dom", "reg", "sub", "str"];
    let mut way = name.rsplit_once('_').map(|(_, end)| end).filter(|end| ends.contains(end)).unwrap_or("").to_owned();
    let mut values = Vec::new();
    let mut words = line.iter().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "-m" => way = words.next().cloned().unwrap_or_default(),
            "-f" | "-M" => {
                words.next();
                way = "file".into();
                values.push(String::new());
            }
            "--" => {}
            flag if flag.starts_with('-') => {}
            value => values.push(value.to_owned()),
        }
    }
    (way, values)
}

/// The alternatives that a statement's condition leaves, each with tests that all have to hold: one without
/// tests if there is no condition. `None` if it cannot be taken apart.
pub(super) fn alternatives(statement: &Statement, sections: &[&[Statement]]) -> Option<Vec<Vec<Test>>> {
    let words: Vec<&str> = statement.arguments().collect();
    let Some(start) = words.iter().position(|word| matches!(*word, "if" | "unless")) else {
        return Some(vec![Vec::new()]);
    };
    let mut found: Vec<Vec<Test>> = vec![Vec::new()];
    let mut rest = words.get(start + 1..).unwrap_or_default().iter();
    while let Some(word) = rest.next() {
        if matches!(*word, "or" | "||" | "OR") {
            found.push(Vec::new());
            continue;
        }
        if matches!(*word, "and" | "AND") {
            continue;
        }
        let (denied, word) = word.strip_prefix('!').map_or((false, *word), |word| (true, word));
        // `! { ... }` as well as `!{ ... }`.
        let word = if word.is_empty() { rest.next()? } else { word };
        let lines = if word == "{" {
            vec![rest.by_ref().take_while(|word| **word != "}").map(|word| (*word).to_owned()).collect()]
        } else {
            named(word, sections)
        };
        found.last_mut()?.push(Test { denied, lines });
    }
    if words.get(start) != Some(&"unless") {
        return Some(found);
    }
    // Not all of these, or none of those: else there would be too many.
    let not = |test: &Test| Test { denied: !test.denied, ..test.clone() };
    match found.as_slice() {
        [tests] => Some(tests.iter().map(|test| vec![not(test)]).collect()),
        all if all.iter().all(|tests| tests.len() == 1) => Some(vec![all.iter().flatten().map(not).collect()]),
        _ => None,
    }
}

/// The lines of a name that `acl` gives; those that come with HAProxy begin with a capital.
fn named(name: &str, sections: &[&[Statement]]) -> Vec<Vec<String>> {
    let all = sections.iter().flat_map(|section| section.iter());
    let own = all.filter(|it| it.name() == "acl" && it.argument(1) == Some(name));
    let lines: Vec<Vec<String>> = own.map(|it| it.arguments().skip(1).map(str::to_owned).collect()).collect();
    if lines.is_empty() { vec![vec![name.to_owned()]] } else { lines }
}
