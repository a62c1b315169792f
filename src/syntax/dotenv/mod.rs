//! `.env` files, by the grammar of Docker Compose (the `dotenv` package of compose-go).
//!
//! That grammar reads the file as one stream, not line by line:
//!
//! - White space, blank lines and lines that begin with `#` separate statements. `export ` before a
//!   name is dropped.
//! - A name consists of letters, numbers and `_.-[]` and ends at `=`, `:` or the end of the line.
//!   Without `=` and `:` the variable is inherited from the environment.
//! - A value without quotes ends at ` #` or the end of the line; white space around it is dropped.
//!   A `#` that follows the `=` and blanks directly is not a comment.
//! - A value in quotes may span lines. A backslash before the closing quote's character yields that
//!   character. In single quotes nothing else happens.
//! - In double quotes `\a \b \f \n \r \t \v \\` and octal `\0NNN` are replaced, and `\$` becomes
//!   `$$`. Variables are substituted after that, which turns `$$` into `$`. Other backslashes stay.
//! - What follows a closing quote is the next statement, on the same line too.
//!
//! Substitution itself is not done here; see [`Quoting::is_substituted`].

mod escape;

use self::escape::unescape;
use super::keys::Entries;
use super::limits::{Limits, Report};
use super::tree::{Document, Entry, Node, Parsed, Provenance, Style, Value};
use crate::source::{Problem, Reason, SourceId, Span, Text};
use std::sync::Arc;

/// What a `.env` file holds, in order.
#[derive(Debug, Default)]
pub struct Dotenv {
    /// The statements, repeated names included: substitution sees the ones before it.
    pub lines: Vec<Line>,
    /// Where the comments are, `#` included.
    pub comments: Vec<Span>,
    /// Defects, in the order of the text.
    pub problems: Vec<Problem>,
}

/// One statement.
#[derive(Debug, Clone)]
pub struct Line {
    /// The name of the variable; empty if nothing stands before the `=`.
    pub name: Arc<str>,
    /// Where the name is.
    pub name_span: Span,
    /// The value with escapes replaced and variables not; `None` if the variable is inherited from
    /// the environment.
    pub value: Option<Text>,
    /// Where the value is, quotes included; for an inherited variable its name.
    pub value_span: Span,
    /// How the value was written.
    pub quoting: Quoting,
}

/// How a value was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quoting {
    /// Without quotes.
    None,
    /// In single quotes.
    Single,
    /// In double quotes.
    Double,
}

impl Quoting {
    /// Whether `$NAME` and `${NAME}` in the value are replaced, and `$$` stands for `$`.
    #[must_use]
    pub fn is_substituted(self) -> bool {
        self != Self::Single
    }
}

/// Reads a `.env` file. After a defect reading goes on in the next line, although Compose refuses
/// the file.
#[must_use]
pub fn read(source: SourceId, text: &str, limits: &Limits) -> Dotenv {
    let mut reader =
        Reader { text, at: 0, report: Report::new(source, limits), lines: Vec::new(), comments: Vec::new() };
    if text.starts_with('\u{feff}') {
        reader.at = '\u{feff}'.len_utf8();
    }
    while reader.statement() {}
    Dotenv { lines: reader.lines, comments: reader.comments, problems: reader.report.finish() }
}

/// Reads a `.env` file into a mapping of names to values as written. Of a repeated name the last
/// value counts; an inherited variable is unknown.
#[must_use]
pub fn parse(source: SourceId, text: &str, limits: &Limits) -> Parsed {
    let Dotenv { lines, comments, problems } = read(source, text, limits);
    let mut entries = Entries::default();
    for line in &lines {
        entries.replace(line.entry());
    }
    let root = Node::new(Span::new(source, 0, text.len()), Value::Mapping(entries.finish()));
    Parsed { documents: vec![Document { root, comments: comments.into() }], problems }
}

impl Line {
    fn entry(&self) -> Entry {
        let style = if self.quoting == Quoting::None { Style::Plain } else { Style::Quoted };
        let key = Node::scalar(self.name_span, Text::new(self.name.clone()), Style::Plain);
        let mut value = Node::scalar(self.value_span, self.value.clone().unwrap_or_else(|| Text::from("")), style);
        if self.value.is_none() {
            let unknown = Some(Reason::UnsetVariable { name: self.name.clone() });
            value.provenance = Some(Arc::new(Provenance { origins: Vec::new(), unknown }));
        }
        Entry { key, value }
    }
}

/// White space of the grammar that does not end a line.
fn is_blank(character: char) -> bool {
    matches!(character, '\t' | '\u{b}' | '\u{c}' | '\r' | ' ' | '\u{85}' | '\u{a0}')
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    report: Report,
    lines: Vec<Line>,
    comments: Vec<Span>,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The rest of the line that the reader is in, without its line break.
    fn line(&self) -> &'t str {
        self.rest().split('\n').next().unwrap_or_default()
    }

    /// Reads the next statement; `false` at the end.
    fn statement(&mut self) -> bool {
        self.skip(char::is_whitespace);
        if self.rest().is_empty() {
            return false;
        }
        if self.rest().starts_with('#') {
            let length = self.line().trim_end().len();
            self.comments.push(self.report.span(self.at, self.at + length));
            self.at += self.line().len();
            return true;
        }
        if let Some(after) = self.rest().strip_prefix("export")
            && after.starts_with([' ', '\t', '\n', '\r', '\u{c}'])
        {
            self.at += "export".len();
            self.skip(is_blank);
        }
        let Some((name, end)) = self.name() else {
            self.at += self.line().len();
            return true;
        };
        let start = self.at;
        if start + end == self.text.len() {
            self.cut_off(start);
            return true;
        }
        let name_span = self.report.span(start, start + name.len());
        if name.contains(' ') {
            let message = "the name of the variable contains a space, so Compose refuses the file; write NAME=value, \
                           one to a line";
            self.report.error(start, start + name.len(), message);
            self.at += self.line().len();
            return true;
        }
        let name: Arc<str> = name.into();
        self.at += end;
        let is_inherited = self.text.as_bytes().get(self.at) == Some(&b'\n');
        self.at += 1;
        self.skip(is_blank);
        if is_inherited {
            if !name.is_empty() {
                let line = Line { name, name_span, value: None, value_span: name_span, quoting: Quoting::None };
                self.lines.push(line);
            }
            return true;
        }
        if name.is_empty() {
            let message = "no name stands before the `=`; write NAME=value, or remove the line";
            self.report.warning(start, self.at, message);
        }
        self.value(name, name_span);
        true
    }

    fn skip(&mut self, is_skipped: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches(is_skipped).len();
    }

    /// The name that begins here, and how far its `=`, `:` or line break is, or the end.
    fn name(&mut self) -> Option<(&'t str, usize)> {
        let rest = self.rest();
        for (at, character) in rest.char_indices() {
            match character {
                '=' | ':' | '\n' => return Some((rest[..at].trim_end(), at)),
                '_' | '.' | '-' | '[' | ']' => {}
                other if is_blank(other) || other.is_alphanumeric() => {}
                _ => {
                    let message = "a character stands here that no variable name can have, so Compose refuses the \
                                   file; write NAME=value, put values of several lines in quotes and comments behind #";
                    let place = self.at + at;
                    self.report.error(place, place + character.len_utf8(), message);
                    return None;
                }
            }
        }
        Some((rest.trim_end(), rest.len()))
    }

    /// A name that the end of the file cuts off: Compose takes it for a value without a name.
    fn cut_off(&mut self, start: usize) {
        let message = "a name without `=` ends the file without a line break, so Compose does not inherit the \
                       variable; end the line";
        self.report.warning(start, self.text.len(), message);
        self.at = start;
        self.value("".into(), self.report.span(start, start));
    }

    fn value(&mut self, name: Arc<str>, name_span: Span) {
        match self.rest().as_bytes().first() {
            Some(b'"') => self.quoted(name, name_span, b'"', Quoting::Double),
            Some(b'\'') => self.quoted(name, name_span, b'\'', Quoting::Single),
            _ => self.unquoted(name, name_span),
        }
    }

    fn unquoted(&mut self, name: Arc<str>, name_span: Span) {
        let line = self.line();
        let written = match line.split_once(" #") {
            Some((before, _)) => {
                let start = self.at + before.len() + 1;
                self.comments.push(self.report.span(start, self.at + line.trim_end().len()));
                before
            }
            None => line,
        };
        let value = written.trim_end();
        let value_span = self.report.span(self.at, self.at + value.len());
        self.at = (self.at + line.len() + 1).min(self.text.len());
        self.lines.push(Line { name, name_span, value: Some(value.into()), value_span, quoting: Quoting::None });
    }

    fn quoted(&mut self, name: Arc<str>, name_span: Span, quote: u8, quoting: Quoting) {
        let rest = self.rest();
        let mut value = String::new();
        // What was not copied yet begins here; the quote and the backslash are single bytes.
        let mut from = 1;
        let mut is_escaped = false;
        for (at, byte) in rest.bytes().enumerate().skip(1) {
            if byte != quote {
                is_escaped = byte == b'\\' && !is_escaped;
                continue;
            }
            if is_escaped {
                value.push_str(&rest[from..at - 1]);
                from = at;
                is_escaped = false;
                continue;
            }
            value.push_str(&rest[from..at]);
            let value = if quoting == Quoting::Double { unescape(&value) } else { value };
            let value_span = self.report.span(self.at, self.at + at + 1);
            self.lines.push(Line { name, name_span, value: Some(value.into()), value_span, quoting });
            self.at += at + 1;
            let after = self.line().trim();
            if !after.is_empty() && !after.starts_with('#') {
                let message = "something follows the closing quote, which Compose reads as the next variable; put the \
                               whole value in quotes";
                self.report.warning(self.at, self.at + self.line().len(), message);
            }
            return;
        }
        let message = format!(
            "the quoted value of `{name}` is never closed, so Compose refuses the file; add the closing {} quote",
            if quoting == Quoting::Double { "double" } else { "single" }
        );
        self.report.error(self.at, self.at + self.line().len(), message);
        self.at += self.line().len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Severity;

    /// One row of `tests/data/dotenv.yaml`.
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Case {
        note: String,
        file: String,
        #[serde(default)]
        values: Vec<(String, Option<String>)>,
        /// Words of the first problem.
        #[serde(default)]
        problem: Option<String>,
    }

    fn plain(file: &str) -> Dotenv {
        read(SourceId(0), file, &Limits::default())
    }

    #[test]
    fn reads_as_compose_does() {
        let table = std::fs::read_to_string("tests/data/dotenv.yaml").unwrap();
        let cases: Vec<Case> = serde_yaml::from_str(&table).unwrap();
        assert!(cases.len() > 80);
        for case in cases {
            let found = plain(&case.file);
            let values: Vec<_> = found
                .lines
                .iter()
                .map(|line| (line.name.to_string(), line.value.as_ref().map(|value| value.expose().to_owned())))
                .collect();
            assert_eq!(values, case.values, "{}", case.note);
            let problem = found.problems.first().map(|problem| problem.message.clone());
            match (&case.problem, &problem) {
                (None, None) => {}
                (Some(words), Some(message)) if message.contains(words.as_str()) => {}
                _ => panic!("{}: {problem:?}", case.note),
            }
        }
    }

    #[test]
    fn names_and_values_have_places() {
        let file = "# head\nexport A = 'x y' # tail\nB=\"1\n2\"\nC: z #c\nD\n";
        let found = plain(file);
        let slices: Vec<_> =
            found.lines.iter().map(|line| (&file[line.name_span.range()], &file[line.value_span.range()])).collect();
        assert_eq!(slices, [("A", "'x y'"), ("B", "\"1\n2\""), ("C", "z"), ("D", "D")]);
        let comments: Vec<_> = found.comments.iter().map(|span| &file[span.range()]).collect();
        assert_eq!(comments, ["# head", "# tail", "#c"]);
        let quoting: Vec<_> = found.lines.iter().map(|line| line.quoting.is_substituted()).collect();
        assert_eq!(quoting, [false, true, true, true]);
    }

    #[test]
    fn the_document_has_unique_names() {
        let parsed = parse(SourceId(0), "A=1\nB=2\nA=3\nC\n", &Limits::default());
        let root = &parsed.documents[0].root;
        assert_eq!(root.entries().len(), 3);
        assert_eq!(root.get("A").unwrap().text(), Some("3"));
        assert!(root.get("C").unwrap().provenance.as_ref().unwrap().unknown.is_some());
    }

    #[test]
    fn defects_do_not_end_the_reading() {
        let found = plain("A=1\nlol$wut\nB B=2\nC='x\nD=4\n");
        assert!(found.problems.iter().all(|problem| problem.severity == Severity::Error));
        assert_eq!(found.problems.len(), 3);
        assert_eq!(found.lines.len(), 2);
    }
}
