//! Files of one directive to a line: `postgresql.conf`, and the plain kind that Redis reads.
//!
//! `postgresql.conf`: a name, a `=` that may be left out, a value, a comment behind `#`. A value
//! with anything but letters, digits and a few signs stands in single quotes, in which a quote is
//! doubled or escaped. Names count in any case, the last of several wins.
//!
//! Plain: a name, then everything up to the end of the line; `#` begins a comment at the start of a
//! line only. A value that is one text in quotes loses them.

use super::ini::trimmed;
use super::keys::Entries;
use super::limits::{Limits, Report};
use super::tree::{Document, Entry, Node, Parsed, Style, Value};
use crate::source::{SourceId, Span};
use std::ops::Range;

/// Which of the two grammars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grammar {
    Postgres,
    Plain,
}

/// Reads a file into a mapping of names, in lower case, to texts.
pub(super) fn parse(grammar: Grammar, source: SourceId, text: &str, limits: &Limits) -> Parsed {
    let mut reader = Reader { text, grammar, report: Report::new(source, limits), comments: Vec::new() };
    let mut entries = Entries::default();
    let mut start = text.len() - text.trim_start_matches('\u{feff}').len();
    for line in text.get(start..).unwrap_or_default().split_inclusive('\n') {
        let range = trimmed(text, start..start + line.len());
        start += line.len();
        if let Some(entry) = reader.line(range) {
            entries.replace(entry);
        }
    }
    let root = Node::new(Span::new(source, 0, text.len()), Value::Mapping(entries.finish()));
    Parsed { documents: vec![Document { root, comments: reader.comments.into() }], problems: reader.report.finish() }
}

struct Reader<'t> {
    text: &'t str,
    grammar: Grammar,
    report: Report,
    comments: Vec<Span>,
}

impl<'t> Reader<'t> {
    fn slice(&self, range: &Range<usize>) -> &'t str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    fn line(&mut self, range: Range<usize>) -> Option<Entry> {
        let line = self.slice(&range);
        if line.starts_with('#') {
            self.comments.push(self.report.span(range.start, range.end));
        }
        if line.is_empty() || line.starts_with('#') {
            return None;
        }
        let is_end =
            |next: char| next.is_whitespace() || (self.grammar == Grammar::Postgres && matches!(next, '=' | '#'));
        let end = range.start + line.find(is_end).unwrap_or(line.len());
        let name = self.slice(&(range.start..end));
        let in_name = |next: char| next.is_ascii_alphanumeric() || matches!(next, '_' | '.' | '-' | '$');
        if name.is_empty() || !name.chars().all(in_name) {
            let message = "this line begins with no name of a setting, so it is not read; write NAME VALUE, and `#` \
                           before comments";
            self.report.error(range.start, range.end, message);
            return None;
        }
        let key = Node::scalar(self.report.span(range.start, end), name.to_ascii_lowercase(), Style::Plain);
        if key.text().is_some_and(|name| name == "include" || name.starts_with("include_")) {
            let message = "this line includes other files, which are not read here; what they set is not seen";
            self.report.warning(range.start, range.end, message);
        }
        let mut rest = trimmed(self.text, end..range.end);
        if self.grammar == Grammar::Postgres && self.slice(&rest).starts_with('=') {
            rest = trimmed(self.text, rest.start + 1..rest.end);
        }
        let value = match self.grammar {
            Grammar::Postgres => self.postgres(&rest),
            Grammar::Plain => self.plain(&rest),
        };
        Some(Entry { key, value })
    }

    fn postgres(&mut self, range: &Range<usize>) -> Node {
        let text = self.slice(range);
        if !text.starts_with('\'') {
            let end = text.find(|next: char| next.is_whitespace() || next == '#').unwrap_or(text.len());
            self.behind(range.start + end..range.end);
            let value = text.get(..end).unwrap_or_default();
            return Node::scalar(self.report.span(range.start, range.start + end), value, Style::Plain);
        }
        let mut value = String::new();
        let mut characters = text.char_indices().skip(1).peekable();
        while let Some((at, next)) = characters.next() {
            match next {
                '\'' if characters.peek().is_some_and(|(_, after)| *after == '\'') => {
                    characters.next();
                    value.push('\'');
                }
                '\'' => {
                    self.behind(range.start + at + 1..range.end);
                    return Node::scalar(self.report.span(range.start, range.start + at + 1), value, Style::Quoted);
                }
                '\\' => value.extend(characters.next().map(|(_, escaped)| match escaped {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    other => other,
                })),
                other => value.push(other),
            }
        }
        let message = "the quote that begins here is never closed; close it on the same line";
        self.report.error(range.start, range.end, message);
        Node::scalar(self.report.span(range.start, range.end), value, Style::Quoted)
    }

    /// What follows a value: a comment, or something that does not belong there.
    fn behind(&mut self, range: Range<usize>) {
        let range = trimmed(self.text, range);
        if self.slice(&range).starts_with('#') {
            self.comments.push(self.report.span(range.start, range.end));
        } else if !range.is_empty() {
            let message = "more follows the value here, so PostgreSQL refuses the file; put single quotes around the \
                           whole value";
            self.report.error(range.start, range.end, message);
        }
    }

    fn plain(&mut self, range: &Range<usize>) -> Node {
        let text = self.slice(range);
        let span = self.report.span(range.start, range.end);
        let bare = ['"', '\''].into_iter().find_map(|quote| {
            let inside = text.strip_prefix(quote)?.strip_suffix(quote)?;
            (!inside.contains(quote)).then_some(inside)
        });
        match bare {
            Some(inside) => Node::scalar(span, inside, Style::Quoted),
            None => Node::scalar(span, text, Style::Plain),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(grammar: Grammar, text: &str) -> Parsed {
        parse(grammar, SourceId(0), text, &Limits::default())
    }

    #[test]
    fn postgres_settings_are_read_in_every_spelling() {
        let text = "# c\nmax_connections = 200\t# many\nShared_Buffers '1GB'\nlisten_addresses='it''s \\'x\\''\nssl on\nssl=off\n";
        let parsed = read(Grammar::Postgres, text);
        assert!(parsed.problems.is_empty());
        let root = &parsed.documents[0].root;
        let texts: Vec<_> = root.entries().iter().map(|entry| (entry.name(), entry.value.text().unwrap())).collect();
        let expected =
            [("max_connections", "200"), ("shared_buffers", "1GB"), ("listen_addresses", "it's 'x'"), ("ssl", "off")];
        assert_eq!(texts, expected);
        assert_eq!(&text[root.get("shared_buffers").unwrap().span.range()], "'1GB'");
        assert_eq!(parsed.documents[0].comments.len(), 2);
    }

    #[test]
    fn plain_directives_keep_the_rest_of_their_line() {
        let text = "maxmemory 100mb\nrequirepass \"a b#c\"\nsave 900 1\n#no\nappendonly yes # not a comment\n";
        let root = read(Grammar::Plain, text).documents.remove(0).root;
        let texts: Vec<_> = root.entries().iter().map(|entry| (entry.name(), entry.value.text().unwrap())).collect();
        let expected = [
            ("maxmemory", "100mb"),
            ("requirepass", "a b#c"),
            ("save", "900 1"),
            ("appendonly", "yes # not a comment"),
        ];
        assert_eq!(texts, expected);
    }

    #[test]
    fn what_postgres_refuses_is_told() {
        let problems = read(Grammar::Postgres, "a = 'x\nb = 1 2\n= 3\ninclude 'more.conf'\n").problems;
        let said: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
        assert_eq!(said.len(), 4, "{said:?}");
        assert!(said[0].contains("never closed") && said[1].contains("more follows") && said[3].contains("includes"));
    }

    proptest! {
        #[test]
        fn any_text_is_read_within_its_bounds(text in "[a-zA-Z='\"#\\\\ \\n\\té0-9]{0,80}") {
            for grammar in [Grammar::Postgres, Grammar::Plain] {
                for entry in read(grammar, &text).documents[0].root.entries() {
                    prop_assert!(text.get(entry.key.span.range()).is_some());
                    prop_assert!(text.get(entry.value.span.range()).is_some());
                }
            }
        }

        #[test]
        fn what_is_written_is_read(name in "[a-z][a-z_]{0,8}", value in "[A-Za-z0-9/ #]{0,12}") {
            let text = format!("{name} = '{value}' # c\n");
            let parsed = read(Grammar::Postgres, &text);
            let node = parsed.documents[0].root.get(&name).unwrap();
            prop_assert_eq!(node.text(), Some(value.as_str()));
        }
    }
}
