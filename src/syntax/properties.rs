//! Java property files, by the grammar of `java.util.Properties`.
//!
//! A name ends at the first `=`, `:` or white space that no backslash escapes; a backslash at the
//! end of a line joins it with the next, whose leading white space is dropped; `#` and `!` begin a
//! comment at the start of a line only. Names with dots stay one name.

use super::keys::Entries;
use super::limits::{Limits, Report};
use super::tree::{Document, Entry, Node, Parsed, Style, Value};
use crate::source::{SourceId, Span};

/// Reads a property file into a mapping of names to texts. A name that is written again replaces.
#[must_use]
pub fn parse(source: SourceId, text: &str, limits: &Limits) -> Parsed {
    let start = text.len() - text.trim_start_matches('\u{feff}').len();
    let mut reader = Reader { text, at: start, report: Report::new(source, limits) };
    let (mut entries, mut comments) = (Entries::default(), Vec::new());
    while reader.skip_blank() {
        if matches!(reader.peek(), Some('#' | '!')) {
            let from = reader.at;
            reader.skip_line();
            comments.push(reader.report.span(from, from + text[from..reader.at].trim_end().len()));
            continue;
        }
        let key = reader.token(|character| matches!(character, '=' | ':') || is_space(character));
        reader.skip_spaces();
        if matches!(reader.peek(), Some('=' | ':')) {
            reader.at += 1;
            reader.skip_spaces();
        }
        let value = reader.token(|_| false);
        if key.text().unwrap_or_default().is_empty() {
            let message = "no name stands before this value, so nothing can ask for it; write NAME=VALUE";
            reader.report.warning(key.span.range().start, value.span.range().end, message);
            continue;
        }
        entries.replace(Entry { key, value });
    }
    let root = Node::new(Span::new(source, 0, text.len()), Value::Mapping(entries.finish()));
    Parsed { documents: vec![Document { root, comments: comments.into() }], problems: reader.report.finish() }
}

/// White space of the grammar that does not end a line.
fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\u{c}')
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    report: Report,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at..)?.chars().next()
    }

    /// Steps to the next line with something in it; `false` at the end.
    fn skip_blank(&mut self) -> bool {
        while let Some(next) = self.peek() {
            if !is_space(next) && !matches!(next, '\n' | '\r') {
                return true;
            }
            self.at += next.len_utf8();
        }
        false
    }

    fn skip_spaces(&mut self) {
        while self.joins() {}
    }

    /// Steps over a space, or over a backslash with the line break and the white space behind it.
    fn joins(&mut self) -> bool {
        let rest = self.text.get(self.at..).unwrap_or_default();
        if rest.chars().next().is_some_and(is_space) {
            self.at += 1;
            return true;
        }
        let Some(behind) = rest.strip_prefix("\\\r\n").or_else(|| rest.strip_prefix("\\\n")) else { return false };
        self.at = self.text.len() - behind.trim_start_matches(is_space).len();
        true
    }

    fn skip_line(&mut self) {
        let rest = self.text.get(self.at..).unwrap_or_default();
        self.at += rest.find('\n').unwrap_or(rest.len());
    }

    /// The text up to the end of the line or where `ends` says so.
    fn token(&mut self, ends: impl Fn(char) -> bool) -> Node {
        let start = self.at;
        let mut text = String::new();
        let mut end = start;
        while let Some(next) = self.peek() {
            if next == '\\' && !self.is_joined() {
                self.escape(&mut text);
            } else if next == '\\' {
                self.joins();
                continue;
            } else if next == '\n' || ends(next) || self.text[self.at..].starts_with("\r\n") {
                break;
            } else {
                text.push(next);
                self.at += next.len_utf8();
            }
            end = self.at;
        }
        Node::scalar(self.report.span(start, end), text, Style::Plain)
    }

    fn is_joined(&self) -> bool {
        let rest = self.text.get(self.at..).unwrap_or_default();
        rest.starts_with("\\\n") || rest.starts_with("\\\r\n")
    }

    fn escape(&mut self, text: &mut String) {
        let start = self.at;
        self.at += 1;
        let Some(next) = self.peek() else { return };
        self.at += next.len_utf8();
        match next {
            't' => text.push('\t'),
            'n' => text.push('\n'),
            'r' => text.push('\r'),
            'f' => text.push('\u{c}'),
            'u' => {
                let digits = self.text.get(self.at..self.at + 4);
                let made = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
                match made.and_then(|digits| u32::from_str_radix(digits, 16).ok()) {
                    Some(code) => {
                        self.at += 4;
                        // Half of a pair alone stands for no character.
                        text.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
                    }
                    None => {
                        let message = "four hexadecimal digits have to follow `\\u`, so Java refuses the file; write \
                                       them, or double the backslash";
                        self.report.error(start, self.at, message);
                    }
                }
            }
            other => text.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Parsed {
        parse(SourceId(0), text, &Limits::default())
    }

    fn pairs(text: &str) -> Vec<(String, String)> {
        let parsed = read(text);
        let texts = |entry: &Entry| (entry.name().to_owned(), entry.value.text().unwrap_or_default().to_owned());
        parsed.documents[0].root.entries().iter().map(texts).collect()
    }

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn every_spelling_of_the_grammar_is_read() {
        let text = "# c\n! d\na.b=1\nc : 2\nd 3 # kept\ne\\ f = g\\u00e9\\n\\:\nlong = one, \\\n    two\nempty\nlast=x";
        let expected = [
            pair("a.b", "1"),
            pair("c", "2"),
            pair("d", "3 # kept"),
            pair("e f", "gé\n:"),
            pair("long", "one, two"),
            pair("empty", ""),
            pair("last", "x"),
        ];
        assert_eq!(pairs(text), expected);
        assert_eq!(pairs("a=1\r\nb=2\\\r\n  3\r\n"), [pair("a", "1"), pair("b", "23")]);
    }

    #[test]
    fn places_and_defects_are_told() {
        let text = "password=s3cret\nbad=\\u12\n=x\n";
        let parsed = read(text);
        let node = parsed.documents[0].root.get("password").unwrap();
        assert_eq!(&text[node.span.range()], "s3cret");
        assert_eq!(parsed.problems.len(), 2);
        assert!(parsed.problems[0].message.contains("hexadecimal") && parsed.problems[1].message.contains("no name"));
    }

    proptest! {
        #[test]
        fn any_text_is_read_within_its_bounds(text in "[a-z=:#!\\\\u0-9 \\n\\r\\té]{0,80}") {
            for entry in read(&text).documents[0].root.entries() {
                prop_assert!(text.get(entry.key.span.range()).is_some());
                prop_assert!(text.get(entry.value.span.range()).is_some());
            }
        }

        #[test]
        fn what_is_written_is_read(name in "[a-z][a-z.-]{0,8}", value in "[A-Za-z0-9/+_:=-]{1,12}") {
            let value = value.trim_start_matches([':', '=']);
            prop_assert_eq!(pairs(&format!("{name}={value}\n")), [pair(&name, value)]);
        }
    }
}
