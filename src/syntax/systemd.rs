//! Unit files of systemd (systemd.syntax(7)): sections of keys, of which the same may be assigned
//! several times.
//!
//! A section is a mapping from each key to the list of all that is assigned to it, in order; an
//! empty item takes back what stands before it. Drop-ins are laid over a unit with [`overlay`].

use super::limits::{Limits, Report};
use super::{Document, Entry, Mapping, Node, Parsed, Style, Value};
use crate::source::{SourceId, Span};
use std::collections::HashMap;

/// Reads a unit file.
#[must_use]
pub fn parse(source: SourceId, text: &str, limits: &Limits) -> Parsed {
    let mut report = Report::new(source, limits);
    let mut unit = Builder::default();
    let mut section: Option<Node> = None;
    let mut comments = Vec::new();
    let mut lines = Lines { text, at: 0 };
    while let Some((start, line)) = lines.next() {
        let indent = line.len() - line.trim_start().len();
        let (start, line) = (start + indent, line.trim());
        let end = start + line.len();
        if line.is_empty() {
            continue;
        }
        if line.starts_with(['#', ';']) {
            comments.push(Span::new(source, start, end));
        } else if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            let key = Node::scalar(Span::new(source, start + 1, end - 1), name, Style::Plain);
            unit.section(&key);
            section = Some(key);
        } else if let Some((name, _)) = line.split_once('=') {
            let (value, span) = lines.value(source, start + name.len() + 1, end);
            let name = name.trim_end();
            let key = Node::scalar(Span::new(source, start, start + name.len()), name, Style::Plain);
            match &section {
                Some(section) => unit.assign(section, &key, Node::scalar(span, value, Style::Plain)),
                None => {
                    let message =
                        "this line stands before the first section; write [Unit], [Service] or the like above it";
                    report.error(start, end, message);
                }
            }
        } else {
            report.error(start, end, "this line is neither a section, a comment nor KEY=VALUE; write one of these");
        }
    }
    let root = unit.root(Span::new(source, 0, text.len()));
    Parsed { documents: vec![Document { root, comments: comments.into() }], problems: report.finish() }
}

/// What is assigned to a key in the end, as a list: everything behind the last empty assignment.
#[must_use]
pub fn assigned<'n>(unit: &'n Node, section: &str, key: &str) -> Vec<&'n Node> {
    let items = unit.at(&[section, key]).map_or(&[][..], Node::items);
    let reset = items.iter().rposition(|item| item.text() == Some("")).map_or(0, |last| last + 1);
    items.iter().skip(reset).collect()
}

/// A word of a value.
#[derive(Debug, Clone)]
pub struct Piece {
    /// Its characters, quotes and escapes taken off.
    pub text: String,
    /// Where it stands; the whole value, if that goes over several lines.
    pub at: Span,
}

/// The words of a value (systemd.syntax(7), quoting): between blanks, in quotes of either kind as a
/// whole or in part.
#[must_use]
pub fn words(node: &Node) -> Vec<Piece> {
    let text = node.text().unwrap_or_default();
    let start = node.span.start as usize;
    let is_written_so = node.span.range().len() == text.len();
    let mut pieces = Vec::new();
    let mut open: Option<(usize, String)> = None;
    let mut quote: Option<char> = None;
    let mut characters = text.char_indices();
    let mut close = |open: &mut Option<(usize, String)>, end: usize| {
        if let Some((from, text)) = open.take() {
            let at = if is_written_so { Span::new(node.span.source, start + from, start + end) } else { node.span };
            pieces.push(Piece { text, at });
        }
    };
    while let Some((at, next)) = characters.next() {
        match quote {
            None if next.is_whitespace() => {
                close(&mut open, at);
                continue;
            }
            None if matches!(next, '"' | '\'') => {
                quote = Some(next);
                open.get_or_insert_with(|| (at, String::new()));
                continue;
            }
            Some(mark) if next == mark => {
                quote = None;
                continue;
            }
            _ => {}
        }
        let (_, word) = open.get_or_insert_with(|| (at, String::new()));
        match next {
            '\\' => match characters.next() {
                Some((_, 'n')) => word.push('\n'),
                Some((_, 't')) => word.push('\t'),
                Some((_, 's')) => word.push(' '),
                Some((_, escaped @ ('"' | '\'' | '\\' | ' '))) => word.push(escaped),
                Some((_, other)) => word.extend(['\\', other]),
                None => word.push('\\'),
            },
            next => word.push(next),
        }
    }
    close(&mut open, text.len());
    pieces
}

/// A unit with a drop-in laid over it: what the drop-in assigns comes behind what the unit does.
#[must_use]
pub fn overlay(unit: &Node, drop_in: &Node) -> Node {
    let mut whole = Builder::default();
    for section in unit.entries().iter().chain(drop_in.entries()) {
        whole.section(&section.key);
        for entry in section.value.entries() {
            for item in entry.value.items() {
                whole.assign(&section.key, &entry.key, item.clone());
            }
        }
    }
    whole.root(unit.span)
}

/// A key with all that is assigned to it.
type Assigned = (Node, Vec<Node>);

/// Collects assignments by section and key, in the order in which each comes first.
#[derive(Default)]
struct Builder {
    sections: Vec<(Node, Vec<Assigned>)>,
    by_name: HashMap<String, usize>,
    by_key: HashMap<(usize, String), usize>,
}

impl Builder {
    fn section(&mut self, key: &Node) -> usize {
        let name = key.text().unwrap_or_default().to_owned();
        *self.by_name.entry(name).or_insert_with(|| {
            self.sections.push((key.clone(), Vec::new()));
            self.sections.len() - 1
        })
    }

    fn assign(&mut self, section: &Node, key: &Node, value: Node) {
        let number = self.section(section);
        let Some((_, entries)) = self.sections.get_mut(number) else { return };
        let name = key.text().unwrap_or_default().to_owned();
        let entry = *self.by_key.entry((number, name)).or_insert_with(|| {
            entries.push((key.clone(), Vec::new()));
            entries.len() - 1
        });
        if let Some((_, values)) = entries.get_mut(entry) {
            values.push(value);
        }
    }

    fn root(self, span: Span) -> Node {
        let list = |(key, values): Assigned| {
            let at = values.first().map_or(key.span, |first| first.span);
            Entry { value: Node::new(at, Value::Sequence(values.into())), key }
        };
        let section = |(key, entries): (Node, Vec<Assigned>)| {
            let at = key.span;
            Entry { value: mapping(at, entries.into_iter().map(list).collect()), key }
        };
        mapping(span, self.sections.into_iter().map(section).collect())
    }
}

fn mapping(span: Span, entries: Vec<Entry>) -> Node {
    Node::new(span, Value::Mapping(Mapping::new(entries)))
}

struct Lines<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Lines<'t> {
    /// The next line without its end, and where it starts.
    fn next(&mut self) -> Option<(usize, &'t str)> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let line = rest.split_inclusive('\n').next()?;
        let start = self.at;
        self.at += line.len();
        Some((start, line.trim_end_matches(['\n', '\r'])))
    }

    /// The value from a place on, the lines behind a backslash joined to it.
    fn value(&mut self, source: SourceId, start: usize, end: usize) -> (String, Span) {
        let first = self.text.get(start..end).unwrap_or_default();
        let lead = first.len() - first.trim_start().len();
        let mut value = first.trim().to_owned();
        let mut last = end;
        while let Some(open) = value.strip_suffix('\\').map(str::to_owned) {
            let Some((at, line)) = self.next() else { break };
            if line.trim_start().starts_with(['#', ';']) {
                // A comment between is left out; the line before it still goes on.
                continue;
            }
            last = at + line.trim_end().len();
            value = format!("{} {}", open.trim_end(), line.trim());
        }
        (value, Span::new(source, start + lead, last.max(start + lead)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(text: &str) -> Node {
        let parsed = parse(SourceId(0), text, &Limits::default());
        assert_eq!(parsed.problems, []);
        parsed.documents[0].root.clone()
    }

    fn texts(unit: &Node, section: &str, key: &str) -> Vec<String> {
        assigned(unit, section, key).iter().filter_map(|node| node.text()).map(str::to_owned).collect()
    }

    #[test]
    fn keys_collect_what_is_assigned() {
        let text = "# head\n[Unit]\nDescription = a b \n\n[Service]\nExecStartPre=one\nExecStartPre=two\n; note\n\
                    ExecStart=run \\\n  # between\n  --flag \\\n  x\nEnvironment=\n[Unit]\nAfter=c\n";
        let root = unit(text);
        assert_eq!(texts(&root, "Unit", "Description"), ["a b"]);
        assert_eq!(texts(&root, "Unit", "After"), ["c"]);
        assert_eq!(texts(&root, "Service", "ExecStartPre"), ["one", "two"]);
        assert_eq!(texts(&root, "Service", "ExecStart"), ["run --flag x"]);
        assert!(texts(&root, "Service", "Environment").is_empty());
        let at = assigned(&root, "Unit", "Description")[0].span;
        assert_eq!(&text[at.range()], "a b");
    }

    #[test]
    fn drop_ins_add_and_take_back() {
        let base = unit("[Service]\nExecStart=a\nUser=x\n");
        let over = overlay(&base, &unit("[Service]\nExecStart=\nExecStart=b\n[Install]\nWantedBy=c\n"));
        assert_eq!(texts(&over, "Service", "ExecStart"), ["b"]);
        assert_eq!(texts(&over, "Service", "User"), ["x"]);
        assert_eq!(texts(&over, "Install", "WantedBy"), ["c"]);
    }

    #[test]
    fn values_fall_into_words() {
        let text = "[Service]\nEnvironment=A=1 \"B=x y\" C='d'e \"F=\\\"g\" h\\sj\nExecStart=a \\\n  b\n";
        let root = unit(text);
        let pieces = words(assigned(&root, "Service", "Environment")[0]);
        let texts: Vec<&str> = pieces.iter().map(|piece| piece.text.as_str()).collect();
        assert_eq!(texts, ["A=1", "B=x y", "C=de", "F=\"g", "h j"]);
        assert_eq!(&text[pieces[1].at.range()], "\"B=x y\"");
        let pieces = words(assigned(&root, "Service", "ExecStart")[0]);
        assert_eq!(pieces.len(), 2);
    }

    #[test]
    fn stray_lines_are_told() {
        let parsed = parse(SourceId(0), "a=b\n[Unit]\nnothing\n", &Limits::default());
        assert_eq!(parsed.problems.len(), 2);
    }

    proptest::proptest! {
        /// Whatever is written, it is read, and every value lies inside.
        #[test]
        fn anything_is_only_input(text in "[\\[\\]a-cé=\\\\;# \n]{0,60}") {
            let parsed = parse(SourceId(0), &text, &Limits::default());
            for section in parsed.documents[0].root.entries() {
                for item in section.value.entries().iter().flat_map(|entry| entry.value.items()) {
                    proptest::prop_assert!(text.get(item.span.range()).is_some());
                }
            }
        }
    }
}
