//! Text within text: what a scalar holds is read as a file of its own, and every place in it is one
//! of the file around.
//!
//! A scalar's characters are not those of its file: quotes, escapes, indentation and folded lines
//! stand between. [`Places`] walks along both and remembers where each character was written. Where
//! that cannot be told (a value that was put together, or base64) the whole scalar is the place.

use super::limits::Limits;
use super::tree::{Document, Entry, Mapping, Node, Parsed, Provenance, Value};
use super::{Syntax, parse};
use crate::source::{Origin, Place, Problem, Span};
use std::ops::Range;
use std::sync::Arc;

/// The longest text within a text that is read, in bytes: what one ConfigMap may hold.
pub const INSIDE_BYTES: usize = 1 << 20;

/// Where the characters of a scalar stand in its file.
#[derive(Debug)]
pub struct Places {
    whole: Span,
    /// The bytes of the file behind each byte of the text; `None` if that is not known.
    bytes: Option<Vec<(u32, u32)>>,
}

impl Places {
    /// Walks along a scalar and the text of the file that it stands in.
    #[must_use]
    pub fn of(node: &Node, file: &str) -> Self {
        let whole = node.span;
        let raw = file.get(whole.range()).unwrap_or_default();
        let text = node.text().unwrap_or_default();
        let base = whole.start;
        let bytes = if raw.starts_with('|') { by_lines(text, raw) } else { along(text, raw) };
        let moved = |(start, end): (u32, u32)| (start.saturating_add(base), end.saturating_add(base));
        Self { whole, bytes: bytes.map(|bytes| bytes.into_iter().map(moved).collect()) }
    }

    /// Every place is the same, as nothing closer can be told.
    #[must_use]
    pub fn whole(span: Span) -> Self {
        Self { whole: span, bytes: None }
    }

    /// The place of a range of bytes of the text.
    #[must_use]
    pub fn span(&self, range: Range<usize>) -> Span {
        let Some(bytes) = &self.bytes else { return self.whole };
        let start = match bytes.get(range.start) {
            Some((start, _)) => *start,
            None => bytes.last().map_or(self.whole.start, |(_, end)| *end),
        };
        let last = range.end.checked_sub(1).filter(|last| *last >= range.start);
        let end =
            last.and_then(|last| bytes.get(last.min(bytes.len().saturating_sub(1)))).map_or(start, |(_, end)| *end);
        Span { source: self.whole.source, start, end: end.max(start) }
    }
}

/// Reads what a scalar holds; `file` is the text of the file that it stands in.
#[must_use]
pub fn read(syntax: Syntax, node: &Node, file: &str, limits: &Limits) -> Parsed {
    read_text(syntax, node.text().unwrap_or_default(), &Places::of(node, file), limits)
}

/// Reads a text whose characters stand at these places.
#[must_use]
pub fn read_text(syntax: Syntax, text: &str, places: &Places, limits: &Limits) -> Parsed {
    let limits = Limits { bytes: limits.bytes.min(INSIDE_BYTES), ..*limits };
    let parsed = parse(syntax, places.whole.source, text, &limits);
    let documents = parsed.documents.into_iter().map(|document| Document {
        root: moved(&document.root, places),
        comments: document.comments.iter().map(|span| places.span(span.range())).collect(),
    });
    let problems = parsed.problems.into_iter().map(|problem| match problem.place {
        Place::Span(span) => Problem { place: Place::Span(places.span(span.range())), ..problem },
        Place::Path(_) => problem,
    });
    Parsed { documents: documents.collect(), problems: problems.collect() }
}

/// The tree with its places moved. Trees are bounded in depth by the parser that made them.
fn moved(node: &Node, places: &Places) -> Node {
    let value = match &node.value {
        Value::Scalar(scalar) => Value::Scalar(scalar.clone()),
        Value::Sequence(items) => Value::Sequence(items.iter().map(|item| moved(item, places)).collect()),
        Value::Mapping(mapping) => {
            let entries = mapping.entries.iter();
            let entries = entries.map(|it| Entry { key: moved(&it.key, places), value: moved(&it.value, places) });
            Value::Mapping(Mapping::new(entries.collect()))
        }
    };
    let provenance = node.provenance.as_ref().map(|provenance| {
        let step =
            |origin: &Origin| Origin { span: origin.span.map(|span| places.span(span.range())), ..origin.clone() };
        let origins = provenance.origins.iter().map(step).collect();
        Arc::new(Provenance { origins, unknown: provenance.unknown.clone() })
    });
    Node { span: places.span(node.span.range()), value, tag: node.tag.clone(), provenance }
}

/// An offset within a scalar.
fn narrow(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

/// The lines of a literal block: each is written as it is behind the indentation. A line that
/// differs, because a variable was replaced in it, agrees with its own at both ends.
fn by_lines(text: &str, raw: &str) -> Option<Vec<(u32, u32)>> {
    let header = raw.find('\n')? + 1;
    let mut at = header;
    let lines: Vec<(usize, &str)> = raw
        .get(header..)?
        .split_inclusive('\n')
        .map(|line| {
            let start = at;
            at += line.len();
            (start, line.trim_end_matches(['\n', '\r']))
        })
        .collect();
    let depth = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let mut both = text.split('\n').zip(&lines);
    let indent =
        both.find_map(|(line, (_, raw))| (!line.trim().is_empty()).then(|| depth(raw).saturating_sub(depth(line))));
    let indent = indent.unwrap_or(0);
    let mut bytes = Vec::with_capacity(text.len());
    let mut end = header;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let written = line.trim_end_matches('\n');
        let (start, raw) = match lines.get(number) {
            Some((start, raw)) => (*start, *raw),
            None => (end, ""),
        };
        let skipped = indent.min(raw.len());
        let (start, raw) = (start + skipped, raw.get(skipped..)?);
        line_places(written, raw, start, &mut bytes);
        end = start + raw.len();
        if line.ends_with('\n') {
            bytes.push((narrow(end), narrow(end)));
        }
    }
    Some(bytes)
}

/// The places of one line: what agrees at its ends, and all the rest for what does not.
fn line_places(text: &str, raw: &str, start: usize, bytes: &mut Vec<(u32, u32)>) {
    let same = |(one, other): &(u8, u8)| one == other;
    let head = text.bytes().zip(raw.bytes()).take_while(same).count();
    let room = text.len().min(raw.len()) - head;
    let tail = text.bytes().rev().zip(raw.bytes().rev()).take_while(same).count().min(room);
    for offset in 0..text.len() {
        let place = if offset < head {
            (start + offset, start + offset + 1)
        } else if offset >= text.len() - tail {
            let at = start + raw.len() - (text.len() - offset);
            (at, at + 1)
        } else {
            (start + head, start + raw.len() - tail)
        };
        bytes.push((narrow(place.0), narrow(place.1)));
    }
}

/// Any other scalar: quoted, plain or folded.
fn along(text: &str, raw: &str) -> Option<Vec<(u32, u32)>> {
    let quote = raw.chars().next().filter(|first| matches!(first, '"' | '\''));
    let mut at = match raw.chars().next() {
        Some('>') => raw.find('\n')? + 1,
        Some('"' | '\'') => 1,
        _ => 0,
    };
    let mut bytes = Vec::with_capacity(text.len());
    for next in text.chars() {
        let (start, length) = loop {
            let rest = raw.get(at..)?;
            let Some(found) = rest.chars().next() else {
                // A last line break need not be written.
                if next.is_whitespace() {
                    break (at, 0);
                }
                return None;
            };
            if found == '\\' && quote == Some('"') {
                let (meant, length) = escape(rest)?;
                if meant.is_none() {
                    at += length;
                    continue;
                }
                if meant == Some(next) {
                    break (at, length);
                }
                return None;
            }
            if found == '\'' && quote == Some('\'') && next == '\'' && rest.starts_with("''") {
                break (at, 2);
            }
            if found == next {
                break (at, found.len_utf8());
            }
            match (found.is_whitespace(), next.is_whitespace()) {
                (true, true) => break (at, found.len_utf8()),
                (true, false) => at += found.len_utf8(),
                (false, true) => break (at, 0),
                (false, false) => return None,
            }
        };
        at = start + length;
        let place = (narrow(start), narrow(at));
        bytes.extend(std::iter::repeat_n(place, next.len_utf8()));
    }
    Some(bytes)
}

/// The escape that a text begins with: the character that it stands for and its length. One before
/// a line break stands for nothing.
fn escape(rest: &str) -> Option<(Option<char>, usize)> {
    let mut characters = rest.chars().skip(1);
    let kind = characters.next()?;
    let hexadecimal = |from: usize, digits: usize| u32::from_str_radix(rest.get(from..from + digits)?, 16).ok();
    let coded = |digits: usize| Some((Some(char::from_u32(hexadecimal(2, digits)?)?), 2 + digits));
    let plain = |meant: char| Some((Some(meant), 1 + kind.len_utf8()));
    match kind {
        '\n' => {
            let line = rest.get(2..)?;
            Some((None, 2 + line.len() - line.trim_start_matches([' ', '\t']).len()))
        }
        'n' => plain('\n'),
        't' | '\t' => plain('\t'),
        'r' => plain('\r'),
        '0' => plain('\0'),
        'a' => plain('\u{7}'),
        'b' => plain('\u{8}'),
        'v' => plain('\u{b}'),
        'f' => plain('\u{c}'),
        'e' => plain('\u{1b}'),
        'N' => plain('\u{85}'),
        '_' => plain('\u{a0}'),
        'L' => plain('\u{2028}'),
        'P' => plain('\u{2029}'),
        'x' => coded(2),
        'U' => coded(8),
        'u' => match hexadecimal(2, 4)? {
            high @ 0xD800..=0xDBFF => {
                let low = hexadecimal(8, 4).filter(|low| (0xDC00..0xE000).contains(low))?;
                Some((Some(char::from_u32(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))?), 12))
            }
            code => Some((Some(char::from_u32(code)?), 6)),
        },
        other => plain(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;
    use proptest::prelude::*;

    /// The tree within the value of `k`, and what stands in the file at the value of `a`.
    fn inner(file: &str, syntax: Syntax) -> (Node, String) {
        let outer = parse(Syntax::Yaml, SourceId(0), file, &Limits::default());
        assert!(outer.problems.is_empty(), "{:?}", outer.problems);
        let parsed = read(syntax, outer.documents[0].root.get("k").unwrap(), file, &Limits::default());
        assert!(parsed.problems.is_empty(), "{:?}", parsed.problems);
        let root = parsed.documents[0].root.clone();
        let at = root.get("a").unwrap().span;
        (root, file[at.range()].to_owned())
    }

    #[test]
    fn places_are_those_of_the_file_around() {
        for (file, syntax, written) in [
            ("k: |\n  b: 1\n  a: x1 # c\n", Syntax::Yaml, "x1"),
            ("k: |-\n    b:\n      - 1\n    a:   'x1'\n", Syntax::Yaml, "'x1'"),
            ("k: |2\n    a: x1\n", Syntax::Yaml, "x1"),
            ("k: '{\"b\": \"it''s\", \"a\": \"x1\"}'\n", Syntax::Json, "\"x1\""),
            ("k: \"{\\\"b\\\": \\\"\\u00e9\\\", \\\"a\\\": \\\"x1\\\"}\"\n", Syntax::Json, "\\\"x1\\\""),
            ("k: >\n  {\"b\": 1,\n  \"a\":\n    \"x1\"}\n", Syntax::Json, "\"x1\""),
            ("k: \"b = 1\\n\\\n  a = 'x1'\\n\"\n", Syntax::Toml, "'x1'"),
            ("{\"k\": \"b=1\\na=x1\\n\"}", Syntax::Properties, "x1"),
        ] {
            let (root, at) = inner(file, syntax);
            assert_eq!(at, written, "{file}");
            assert!(root.get("a").unwrap().text().unwrap().contains("x1"));
        }
    }

    #[test]
    fn a_replaced_variable_moves_no_other_place() {
        let file = "k: |\n  b: ${B}-end\n  a: x1\n";
        let outer = parse(Syntax::Yaml, SourceId(0), file, &Limits::default());
        let span = outer.documents[0].root.get("k").unwrap().span;
        let node = Node::scalar(span, "b: some longer value-end\na: x1\n", super::super::Style::Block);
        let parsed = read(Syntax::Yaml, &node, file, &Limits::default());
        let root = &parsed.documents[0].root;
        assert_eq!(&file[root.get("b").unwrap().span.range()], "${B}-end");
        assert_eq!(&file[root.get("a").unwrap().span.range()], "x1");
        let node = Node::scalar(span, "c: unlike\nanything: written\n", super::super::Style::Block);
        let parsed = read(Syntax::Yaml, &node, file, &Limits::default());
        assert!(span.covers(parsed.documents[0].root.span));
    }

    proptest! {
        #[test]
        fn every_place_lies_in_the_scalar(text in "[a-z\"'\\\\ \\n:é{}$]{0,40}", raw in "[a-z\"'\\\\ \\n:é{}$|>]{0,60}") {
            let span = Span::new(SourceId(0), 0, raw.len());
            let node = Node::scalar(span, text.as_str(), super::super::Style::Quoted);
            let places = Places::of(&node, &raw);
            for start in 0..=text.len() {
                for end in start..=text.len() {
                    let place = places.span(start..end);
                    prop_assert!(span.covers(place), "{place:?}");
                }
            }
        }

        #[test]
        fn json_in_a_json_string_keeps_its_places(key in "[a-z]{1,6}", value in "[a-z\"\\\\é\\n ]{0,12}") {
            let inside = serde_json::json!({ &key: &value }).to_string();
            let file = serde_json::json!({ "k": inside }).to_string();
            let outer = parse(Syntax::Json, SourceId(0), &file, &Limits::default());
            let parsed = read(Syntax::Json, outer.documents[0].root.get("k").unwrap(), &file, &Limits::default());
            let node = parsed.documents[0].root.get(&key).unwrap();
            prop_assert_eq!(node.text(), Some(value.as_str()));
            let slice = file.get(node.span.range()).unwrap();
            prop_assert!(slice.starts_with("\\\"") && slice.ends_with("\\\""), "{slice}");
        }
    }
}
