//! The keys of a config file, each with its value and place.

use crate::model::{Field, State};
use crate::source::{Reason, Span, Text};
use crate::syntax::{Node, Parsed, Style, Syntax, Value};
use serde_json::Value as Json;

/// How many keys of one file are taken.
pub const MOST: usize = 10_000;

/// How deep keys are followed; parsers allow no more.
const DEPTH: usize = 200;

/// A key of a config file.
#[derive(Debug, Clone)]
pub struct Key {
    /// Its name: the segments joined with dots, items of a list in brackets.
    pub name: String,
    /// The place of the name.
    pub at: Span,
    /// Whether a segment of the name has a dot in it.
    pub dotted: bool,
    /// Whether it is a number or a boolean, which are no secrets whatever they are called.
    pub plain: bool,
    /// Its value, at its place. Several plain values are one text: a list in JSON.
    pub value: Field<Text>,
}

/// What a text looks like in which something is missing, and why it is.
#[derive(Debug, Clone)]
pub struct Hole {
    /// The character that stands for what is missing.
    pub mark: char,
    /// Why it is missing.
    pub reason: Reason,
}

/// The keys of all documents of a file, in order. `false` if there are more than [`MOST`].
#[must_use]
pub fn keys(parsed: &Parsed, syntax: Syntax, hole: Option<&Hole>) -> (Vec<Key>, bool) {
    let typed = matches!(syntax, Syntax::Yaml | Syntax::Json | Syntax::Toml);
    let mut found =
        Collector { keys: Vec::new(), hole, typed, switches: syntax == Syntax::Ini, dotted: 0, whole: true };
    for document in &parsed.documents {
        found.value(&document.root, "", document.root.span, 0);
    }
    (found.keys, found.whole)
}

struct Collector<'h> {
    keys: Vec<Key>,
    hole: Option<&'h Hole>,
    /// Whether the grammar tells numbers and booleans from texts, and nesting from dots.
    typed: bool,
    /// Whether a name without a value is switched on.
    switches: bool,
    /// How many of the keys around have a dot in them.
    dotted: usize,
    whole: bool,
}

impl Collector<'_> {
    fn value(&mut self, node: &Node, name: &str, at: Span, depth: usize) {
        if self.keys.len() >= MOST || depth > DEPTH {
            self.whole = false;
            return;
        }
        match &node.value {
            Value::Mapping(mapping) => {
                for entry in mapping.entries.iter() {
                    let inner = match name {
                        "" => entry.name().to_owned(),
                        name => format!("{name}.{}", entry.name()),
                    };
                    let has_dot = usize::from(self.typed && entry.name().contains('.'));
                    self.dotted += has_dot;
                    self.value(&entry.value, &inner, entry.key.span, depth + 1);
                    self.dotted -= has_dot;
                }
            }
            Value::Sequence(items) if items.iter().any(|item| item.as_scalar().is_none()) => {
                for (number, item) in items.iter().enumerate() {
                    self.value(item, &format!("{name}[{number}]"), item.span, depth + 1);
                }
            }
            Value::Sequence(items) => {
                let texts = items.iter().map(|item| Json::String(item.text().unwrap_or_default().to_owned()));
                let text = Json::Array(texts.collect()).to_string();
                let unknown = items.iter().find_map(|item| self.unknown(item));
                // Where the list begins may be a template's, what is in it somebody's value.
                let first = items.first().map_or(node.span, |item| item.span);
                self.add(name, at, node, text, unknown);
                if let Some(key) = self.keys.last_mut() {
                    key.value.at = Some(first);
                }
            }
            Value::Scalar(_) if node.is_null() && self.switches => self.add(name, at, node, "true".to_owned(), None),
            // Whoever writes nothing sets nothing.
            Value::Scalar(_) if node.is_null() && self.unknown(node).is_none() => {}
            Value::Scalar(scalar) => {
                let text = scalar.text.expose();
                let unknown = self.unknown(node).map(|reason| reason.partly(text));
                self.add(name, at, node, text.to_owned(), unknown);
            }
        }
    }

    fn add(&mut self, name: &str, at: Span, node: &Node, text: String, unknown: Option<Reason>) {
        let state = unknown.map_or_else(|| State::Set(Text::from(text)), State::Unknown);
        let value = Field { state, at: Some(node.span), provenance: node.provenance.clone() };
        let is_plain = |text: &str| matches!(text, "true" | "false") || text.parse::<f64>().is_ok();
        let scalar = node.as_scalar().filter(|scalar| self.typed && scalar.style == Style::Plain);
        let plain = scalar.is_some_and(|scalar| is_plain(scalar.text.expose()));
        self.keys.push(Key { name: name.to_owned(), at, dotted: self.dotted > 0, plain, value });
    }

    /// Why a scalar is not known, if it is not.
    fn unknown(&self, node: &Node) -> Option<Reason> {
        let told = node.provenance.as_ref().and_then(|provenance| provenance.unknown.clone());
        let hole = self.hole.filter(|hole| node.text().is_some_and(|text| text.contains(hole.mark)));
        told.or_else(|| hole.map(|hole| hole.reason.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;
    use crate::syntax::{Limits, parse};

    fn read(syntax: Syntax, text: &str, hole: Option<&Hole>) -> Vec<(String, Option<String>)> {
        let parsed = parse(syntax, SourceId(0), text, &Limits::default());
        let (keys, whole) = keys(&parsed, syntax, hole);
        assert!(whole);
        keys.into_iter().map(|key| (key.name, key.value.value().map(|text| text.expose().to_owned()))).collect()
    }

    fn pair(name: &str, value: &str) -> (String, Option<String>) {
        (name.to_owned(), Some(value.to_owned()))
    }

    #[test]
    fn trees_become_names() {
        let text = "a: {b: 1, c: ~, d: [x, 'y z']}\ne:\n  - f: 2\n  - g: 3\nh: ''\n";
        let expected =
            [pair("a.b", "1"), pair("a.d", "[\"x\",\"y z\"]"), pair("e[0].f", "2"), pair("e[1].g", "3"), pair("h", "")];
        assert_eq!(read(Syntax::Yaml, text, None), expected);
        assert_eq!(read(Syntax::Ini, "[s]\nskip\n", None), [pair("s.skip", "true")]);
    }

    #[test]
    fn what_holds_a_hole_is_not_known() {
        let hole = Hole { mark: '#', reason: Reason::Generated };
        let keys = read(Syntax::Json, "{\"a\": \"x#\", \"b\": [\"#\"], \"c\": \"d\"}", Some(&hole));
        assert_eq!(keys, [("a".to_owned(), None), ("b".to_owned(), None), pair("c", "d")]);
    }
}
