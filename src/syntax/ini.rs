//! INI files: `my.cnf`, `grafana.ini`, `odbc.ini` and their kin.
//!
//! There is no one grammar; this is what their readers have in common. `[section]` begins a
//! section, a name ends at the first `=` or `:`, `;` and `#` begin a comment at the start of a line
//! or behind a blank, quotes around a whole value are dropped. A section that is written again goes
//! on, a name that is written again replaces. A name alone is a switch and has nothing as its
//! value. An indented line without `=` and `:` goes on with the value before it.

use super::keys::Entries;
use super::limits::{Limits, Report};
use super::tree::{Document, Entry, Node, Parsed, Style, Value};
use crate::source::{SourceId, Span};
use std::collections::HashMap;
use std::ops::Range;

/// Reads an INI file into a mapping: the names before the first section, then one mapping for each
/// section. What cannot be read is left out and told.
#[must_use]
pub fn parse(source: SourceId, text: &str, limits: &Limits) -> Parsed {
    let mut reader = Reader { text, report: Report::new(source, limits), comments: Vec::new(), sections: Vec::new() };
    let mut by_name = HashMap::new();
    let mut current = None;
    let mut start = text.len() - text.trim_start_matches('\u{feff}').len();
    let mut top = Entries::default();
    let mut last: Option<(Option<usize>, Entry)> = None;
    for line in text.get(start..).unwrap_or_default().split_inclusive('\n') {
        let range = trimmed(text, start..start + line.len());
        let is_indented = line.starts_with([' ', '\t']);
        start += line.len();
        match reader.line(range) {
            Line::Nothing => {}
            Line::Section(name) => {
                flush(last.take(), &mut top, &mut reader.sections);
                let number =
                    *by_name.entry(text.get(name.clone()).unwrap_or_default().to_owned()).or_insert_with(|| {
                        reader.sections.push((name.clone(), Entries::default()));
                        reader.sections.len() - 1
                    });
                current = Some(number);
            }
            Line::Switch(place) if is_indented && last.is_some() => {
                if let Some((_, entry)) = &mut last {
                    let more = format!("{}\n{}", entry.value.text().unwrap_or_default(), reader.slice(&place));
                    let span = entry.value.span.to(reader.span(&place));
                    entry.value = Node::scalar(span, more, Style::Plain);
                }
            }
            Line::Switch(place) => {
                flush(last.take(), &mut top, &mut reader.sections);
                let key = Node::scalar(reader.span(&place), reader.slice(&place), Style::Plain);
                let nothing = reader.span(&(place.end..place.end));
                last = Some((current, Entry { key, value: Node::scalar(nothing, "", Style::Plain) }));
            }
            Line::Pair(name, value) => {
                flush(last.take(), &mut top, &mut reader.sections);
                let key = Node::scalar(reader.span(&name), reader.slice(&name), Style::Plain);
                last = Some((current, Entry { key, value: reader.value(&value) }));
            }
        }
    }
    flush(last.take(), &mut top, &mut reader.sections);
    for (name, entries) in std::mem::take(&mut reader.sections) {
        let key = Node::scalar(reader.span(&name), reader.slice(&name), Style::Plain);
        let mapping = entries.finish();
        let span = mapping.entries.iter().fold(reader.span(&name), |span, entry| span.to(entry.span()));
        let value = Node::new(span, Value::Mapping(mapping));
        top.replace(Entry { key, value });
    }
    let root = Node::new(Span::new(source, 0, text.len()), Value::Mapping(top.finish()));
    Parsed { documents: vec![Document { root, comments: reader.comments.into() }], problems: reader.report.finish() }
}

/// Puts an entry where it belongs, once nothing more can be added to its value.
fn flush(entry: Option<(Option<usize>, Entry)>, top: &mut Entries, sections: &mut [(Range<usize>, Entries)]) {
    match entry {
        Some((Some(number), entry)) => {
            if let Some((_, section)) = sections.get_mut(number) {
                section.replace(entry);
            }
        }
        Some((None, entry)) => drop(top.replace(entry)),
        None => {}
    }
}

enum Line {
    Nothing,
    Section(Range<usize>),
    Switch(Range<usize>),
    Pair(Range<usize>, Range<usize>),
}

struct Reader<'t> {
    text: &'t str,
    report: Report,
    comments: Vec<Span>,
    /// The place of each section's name, and what is in it.
    sections: Vec<(Range<usize>, Entries)>,
}

impl<'t> Reader<'t> {
    fn slice(&self, range: &Range<usize>) -> &'t str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    fn span(&self, range: &Range<usize>) -> Span {
        self.report.span(range.start, range.end)
    }

    fn line(&mut self, range: Range<usize>) -> Line {
        let line = self.slice(&range);
        match line.bytes().next() {
            None => return Line::Nothing,
            Some(b'#' | b';') => {
                self.comments.push(self.span(&range));
                return Line::Nothing;
            }
            Some(b'!') => {
                let message = "this line includes other files, which are not read here; what they set is not seen";
                self.report.warning(range.start, range.end, message);
                return Line::Nothing;
            }
            Some(b'[') => return self.section(&range),
            Some(_) => {}
        }
        let Some(at) = line.find(['=', ':']) else {
            let end = self.without_comment(&range);
            return Line::Switch(range.start..end);
        };
        let name = trimmed(self.text, range.start..range.start + at);
        if name.is_empty() {
            let message = "no name stands before this value, so nothing is set by it; write NAME = VALUE";
            self.report.warning(range.start, range.end, message);
            return Line::Nothing;
        }
        Line::Pair(name, trimmed(self.text, range.start + at + 1..range.end))
    }

    fn section(&mut self, range: &Range<usize>) -> Line {
        let Some(close) = self.slice(range).find(']') else {
            let message = "the `[` of this section is never closed; write [NAME] on a line of its own";
            self.report.error(range.start, range.end, message);
            return Line::Nothing;
        };
        let behind = trimmed(self.text, range.start + close + 1..range.end);
        if self.slice(&behind).starts_with(['#', ';']) {
            self.comments.push(self.span(&behind));
        } else if !behind.is_empty() {
            let message = "this stands behind the name of a section and is not read; put it on a line of its own";
            self.report.warning(behind.start, behind.end, message);
        }
        Line::Section(trimmed(self.text, range.start + 1..range.start + close))
    }

    /// A value without its comment and quotes.
    fn value(&mut self, range: &Range<usize>) -> Node {
        let text = self.slice(range);
        if let Some(quote @ (b'"' | b'\'')) = text.bytes().next()
            && let Some(close) = text.get(1..).and_then(|rest| rest.find(char::from(quote)))
        {
            let behind = trimmed(self.text, range.start + close + 2..range.end);
            let rest = self.slice(&behind);
            if rest.is_empty() || rest.starts_with(['#', ';']) {
                if !rest.is_empty() {
                    self.comments.push(self.span(&behind));
                }
                let span = self.report.span(range.start, range.start + close + 2);
                return Node::scalar(span, text.get(1..=close).unwrap_or_default(), Style::Quoted);
            }
        }
        let end = self.without_comment(range);
        Node::scalar(self.report.span(range.start, end), self.slice(&(range.start..end)), Style::Plain)
    }

    /// Where a text ends that a comment may follow.
    fn without_comment(&mut self, range: &Range<usize>) -> usize {
        let text = self.slice(range);
        let begins = |(at, _): &(usize, &str)| {
            text.get(..*at).is_some_and(|before| before.is_empty() || before.ends_with([' ', '\t']))
        };
        let Some((at, _)) = text.match_indices(['#', ';']).find(begins) else { return range.end };
        self.comments.push(self.report.span(range.start + at, range.end));
        trimmed(self.text, range.start..range.start + at).end
    }
}

/// A range without the white space at its ends.
pub(super) fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let slice = text.get(range.clone()).unwrap_or_default();
    let start = range.start + (slice.len() - slice.trim_start().len());
    let end = start + slice.trim().len();
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Parsed {
        parse(SourceId(0), text, &Limits::default())
    }

    #[test]
    fn sections_names_and_values_know_their_places() {
        let text = "top = 1\n[mysqld]\n max_connections=200 ; many\nskip-name-resolve\n# no\n[client]\npassword : \"a#b\" # c\n\
                    [mysqld]\nmax_connections = 300\n";
        let parsed = read(text);
        assert!(parsed.problems.is_empty());
        let root = &parsed.documents[0].root;
        assert_eq!(root.get("top").unwrap().text(), Some("1"));
        let connections = root.at(&["mysqld", "max_connections"]).unwrap();
        assert_eq!((connections.text(), &text[connections.span.range()]), (Some("300"), "300"));
        assert!(root.at(&["mysqld", "skip-name-resolve"]).unwrap().is_null());
        let password = root.at(&["client", "password"]).unwrap();
        assert_eq!((password.text(), &text[password.span.range()]), (Some("a#b"), "\"a#b\""));
        let comments: Vec<_> = parsed.documents[0].comments.iter().map(|span| &text[span.range()]).collect();
        assert_eq!(comments, ["; many", "# no", "# c"]);
    }

    #[test]
    fn values_go_on_over_indented_lines() {
        let root = &read("[a]\nhosts = one\n  two\n\tthree\nnext = x\n").documents[0].root;
        assert_eq!(root.at(&["a", "hosts"]).unwrap().text(), Some("one\ntwo\nthree"));
        assert_eq!(root.at(&["a", "next"]).unwrap().text(), Some("x"));
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        let problems = read("[a\n= x\n!includedir /etc/mysql\n[b] c\n").problems;
        let said: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
        assert_eq!(said.len(), 4);
        assert!(said[0].contains("never closed") && said[1].contains("no name") && said[2].contains("includes"));
    }

    proptest! {
        #[test]
        fn any_text_is_read_within_its_bounds(text in "[a-z\\[\\]=:;#\"' \\n\\t!é]{0,80}") {
            let parsed = read(&text);
            for section in parsed.documents[0].root.entries() {
                for entry in std::iter::once(section).chain(section.value.entries()) {
                    prop_assert!(text.get(entry.key.span.range()).is_some());
                    prop_assert!(text.get(entry.value.span.range()).is_some());
                }
            }
        }

        #[test]
        fn what_is_written_is_read(name in "[a-z][a-z_.-]{0,8}", value in "[A-Za-z0-9/+_-]{1,12}") {
            let text = format!("[s]\n{name} = {value} # c\n");
            let parsed = read(&text);
            let node = parsed.documents[0].root.at(&["s", &name]).unwrap();
            prop_assert_eq!(node.text(), Some(value.as_str()));
            prop_assert_eq!(&text[node.span.range()], value.as_str());
        }
    }
}
