//! JSON by RFC 8259, with exact spans.
//!
//! Comments, trailing commas and line breaks in strings are reported and read on. Several objects
//! or lists may follow each other, as `kubectl` accepts them.

use super::keys::Entries;
use super::limits::{Limits, Report};
use super::tree::{Document, Entry, Node, Parsed, Style, Value};
use crate::source::{SourceId, Span};
use std::borrow::Cow;
use std::sync::Arc;

/// Reads a text as JSON. What stands behind a syntax error is not read.
#[must_use]
pub fn parse(source: SourceId, text: &str, limits: &Limits) -> Parsed {
    let mut reader = Reader {
        text,
        bytes: text.as_bytes(),
        at: if text.starts_with('\u{feff}') { 3 } else { 0 },
        limits,
        report: Report::new(source, limits),
        comments: Vec::new(),
    };
    let mut documents = Vec::new();
    let mut is_broken = false;
    loop {
        reader.skip();
        if reader.at >= text.len() || is_broken {
            break;
        }
        if !documents.is_empty() && !matches!(reader.peek(), Some(b'{' | b'[')) {
            let _: Broken = reader.broken("something follows the end of the JSON value; remove it");
            break;
        }
        match reader.value(0) {
            Ok(root) => documents.push(Document { root, comments: Arc::default() }),
            Err(Broken) => is_broken = true,
        }
    }
    if let [Document { comments, .. }, ..] = &mut documents[..] {
        *comments = reader.comments.into();
    }
    Parsed { documents, problems: reader.report.finish() }
}

/// The text cannot be read any further; a problem says why.
struct Broken;

struct Reader<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    limits: &'t Limits,
    report: Report,
    comments: Vec<Span>,
}

impl<'t> Reader<'t> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn broken(&mut self, message: &str) -> Broken {
        let at = self.at.min(self.text.len());
        self.report.error(at, at, format!("{message}. The rest of the file is not audited"));
        Broken
    }

    /// Steps over white space, and over comments with a warning.
    fn skip(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.at += 1,
                Some(b'/') if matches!(self.bytes.get(self.at + 1), Some(b'/' | b'*')) => self.comment(),
                _ => return,
            }
        }
    }

    fn comment(&mut self) {
        let start = self.at;
        let rest = &self.text[start..];
        let length = if rest.starts_with("//") {
            rest.find(['\n', '\r'])
        } else {
            rest[2..].find("*/").map(|length| length + 4)
        };
        self.at = start + length.unwrap_or(rest.len());
        if self.comments.is_empty() {
            let message = "JSON has no comments, most readers refuse this file; remove them";
            self.report.warning(start, self.at, message);
        }
        self.comments.push(self.report.span(start, self.at));
    }

    fn value(&mut self, depth: usize) -> Result<Node, Broken> {
        if depth > self.limits.depth {
            return Err(self.broken("lists and objects nest deeper here than the audit follows; flatten the file"));
        }
        let start = self.at;
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.list(depth),
            Some(b'"') => {
                let text = self.string()?;
                Ok(Node::scalar(self.report.span(start, self.at), &*text, Style::Quoted))
            }
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b'a'..=b'z' | b'A'..=b'Z') => self.word(),
            Some(b'\'') => Err(self.broken("JSON strings stand in double quotes; replace the single ones")),
            Some(_) => Err(self.broken("a JSON value was expected here; check the commas and quotes before it")),
            None => Err(self.broken("the file ends where a JSON value was expected; it may be cut off")),
        }
    }

    fn word(&mut self) -> Result<Node, Broken> {
        let start = self.at;
        let length = self.bytes[start..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        match &self.text[start..start + length] {
            word @ ("true" | "false" | "null") => {
                self.at += length;
                Ok(Node::scalar(self.report.span(start, self.at), word, Style::Plain))
            }
            _ => Err(self.broken("JSON knows the words true, false and null only; put text in double quotes")),
        }
    }

    fn number(&mut self) -> Result<Node, Broken> {
        let start = self.at;
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'-');
        let length = self.bytes[start..].iter().take_while(|byte| is_part(byte)).count();
        let text = &self.text[start..start + length];
        if !is_number(text) {
            return Err(self.broken("this is not a number of JSON; write it like 12, -1.5 or 1e3, or quote it"));
        }
        self.at += length;
        Ok(Node::scalar(self.report.span(start, self.at), text, Style::Plain))
    }

    fn list(&mut self, depth: usize) -> Result<Node, Broken> {
        let start = self.at;
        let mut items = Vec::new();
        self.at += 1;
        self.skip();
        while !self.closes(b']', !items.is_empty())? {
            items.push(self.value(depth + 1)?);
            self.skip();
        }
        Ok(Node::new(self.report.span(start, self.at), Value::Sequence(items.into())))
    }

    fn object(&mut self, depth: usize) -> Result<Node, Broken> {
        let start = self.at;
        let mut entries = Entries::default();
        let mut is_next = false;
        self.at += 1;
        self.skip();
        while !self.closes(b'}', is_next)? {
            is_next = true;
            let key_start = self.at;
            if self.peek() != Some(b'"') {
                return Err(self.broken("a key in double quotes was expected here"));
            }
            let key = self.string()?;
            let key = Node::scalar(self.report.span(key_start, self.at), &*key, Style::Quoted);
            self.skip();
            if self.peek() != Some(b':') {
                return Err(self.broken("a `:` was expected after the key"));
            }
            self.at += 1;
            self.skip();
            let value = self.value(depth + 1)?;
            entries.add(Entry { key, value }, self.limits, &mut self.report);
            self.skip();
        }
        Ok(Node::new(self.report.span(start, self.at), Value::Mapping(entries.finish())))
    }

    /// Before an item: whether the closing bracket comes instead. Between items it takes the comma.
    fn closes(&mut self, bracket: u8, is_next: bool) -> Result<bool, Broken> {
        let comma = self.at;
        if is_next && self.peek() == Some(b',') {
            self.at += 1;
            self.skip();
            if self.peek() == Some(bracket) {
                let message = "a comma stands before the closing bracket, most JSON readers refuse this; remove it";
                self.report.warning(comma, comma + 1, message);
            }
        } else if is_next && self.peek() != Some(bracket) {
            return Err(self.broken("a `,` or the closing bracket was expected here"));
        }
        let is_closed = self.peek() == Some(bracket);
        if is_closed {
            self.at += 1;
        }
        Ok(is_closed)
    }

    /// A string from its opening quote on, unescaped.
    fn string(&mut self) -> Result<Cow<'t, str>, Broken> {
        let start = self.at;
        self.at += 1;
        let mut from = self.at;
        let mut unescaped: Option<String> = None;
        loop {
            match self.peek() {
                Some(b'"') => {
                    let tail = &self.text[from..self.at];
                    self.at += 1;
                    return Ok(match unescaped {
                        Some(text) => Cow::Owned(text + tail),
                        None => Cow::Borrowed(tail),
                    });
                }
                Some(b'\\') => {
                    let text = unescaped.get_or_insert_default();
                    text.push_str(&self.text[from..self.at]);
                    let character = self.escape()?;
                    unescaped.get_or_insert_default().push(character);
                    from = self.at;
                }
                Some(byte) => {
                    if byte < 0x20 {
                        let message = "a line break, tab or other control character stands in a string; JSON wants it \
                                       escaped, like \\n or \\t";
                        self.report.warning(self.at, self.at + 1, message);
                    }
                    self.at += 1;
                }
                None => {
                    self.at = start;
                    return Err(self.broken("this string is never closed; add the closing double quote"));
                }
            }
        }
    }

    /// The character of the escape that begins here.
    fn escape(&mut self) -> Result<char, Broken> {
        let start = self.at;
        let character = match self.bytes.get(start + 1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(),
            _ => {
                let message = "a backslash begins no escape that JSON knows; write `\\\\` for a backslash";
                return Err(self.broken(message));
            }
        };
        self.at += 2;
        Ok(character)
    }

    fn unicode_escape(&mut self) -> Result<char, Broken> {
        let start = self.at;
        let Some(high) = self.unit(start) else {
            return Err(self.broken("four hexadecimal digits were expected after `\\u`"));
        };
        self.at += 6;
        if (0xd800..0xdc00).contains(&high)
            && let Some(low) = self.unit(self.at)
            && (0xdc00..0xe000).contains(&low)
        {
            self.at += 6;
            let code = 0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00);
            return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        Ok(char::from_u32(high).unwrap_or_else(|| {
            let message = "half of a surrogate pair stands alone; write both `\\u` escapes, or the character";
            self.report.warning(start, start + 6, message);
            char::REPLACEMENT_CHARACTER
        }))
    }

    /// The code unit of a `\uXXXX` at an offset.
    fn unit(&self, at: usize) -> Option<u32> {
        let digits = self.bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
        digits.iter().try_fold(0, |code, digit| Some(code * 16 + char::from(*digit).to_digit(16)?))
    }
}

/// Whether a text is a number by the grammar of JSON.
fn is_number(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|text| digits(text.strip_prefix(['+', '-']).unwrap_or(text)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Severity;

    fn parsed(text: &str) -> Parsed {
        parse(SourceId(0), text, &Limits::default())
    }

    fn root(text: &str) -> Node {
        let mut parsed = parsed(text);
        assert!(parsed.problems.is_empty(), "{:?}", parsed.problems);
        parsed.documents.remove(0).root
    }

    #[test]
    fn values_and_spans() {
        let text = "\t{\"a\": [1, -2.5e+3, true, null],\r\n \"b\\/\\u00e9\": \"\\ud83d\\ude00\\n\"}";
        let tree = root(text);
        let slices: Vec<_> = tree.get("a").unwrap().items().iter().map(|item| &text[item.span.range()]).collect();
        assert_eq!(slices, ["1", "-2.5e+3", "true", "null"]);
        let entry = tree.entry("b/é").unwrap();
        assert_eq!(entry.value.text(), Some("😀\n"));
        assert_eq!(&text[entry.key.span.range()], "\"b\\/\\u00e9\"");
        assert_eq!(&text[tree.span.range()], &text[1..]);
        assert_eq!(root(" [ ] ").items().len(), 0);
        assert_eq!(root("{}").describe(), "a mapping");
    }

    #[test]
    fn loose_json_is_read_with_warnings() {
        for text in ["// c\n[1]", "[1, /* c */ 2,]", "{\"a\": 1,}", "{\"a\": \"x\ty\"}", "[\"\\ud800\"]"] {
            let parsed = parsed(text);
            assert_eq!(parsed.documents.len(), 1, "{text}");
            assert!(!parsed.problems.is_empty());
            assert!(parsed.problems.iter().all(|problem| problem.severity == Severity::Warning));
        }
        let parsed = parsed("{\"a\": 1, \"a\": 2}");
        assert_eq!(parsed.documents[0].root.get("a").unwrap().text(), Some("2"));
        assert_eq!(parsed.problems.len(), 1);
    }

    #[test]
    fn broken_json_is_one_error() {
        let broken = [
            "{\"a\" 1}",
            "[1 2]",
            "{a: 1}",
            "['x']",
            "[01]",
            "[+1]",
            "[1.]",
            "\"x",
            "[\"\\x\"]",
            "{",
            "[nul]",
            "[,]",
            "1 2",
            "[\"\\u12\"]",
        ];
        for text in broken {
            let parsed = parsed(text);
            assert_eq!(parsed.problems.len(), 1, "{text}");
            assert_eq!(parsed.problems[0].severity, Severity::Error);
        }
        assert_eq!(parsed(&"[".repeat(100_000)).problems.len(), 1);
    }

    #[test]
    fn objects_may_follow_each_other() {
        assert_eq!(parsed("{\"a\": 1}\n{\"b\": 2}\n").documents.len(), 2);
        assert!(parsed("").documents.is_empty());
    }
}
