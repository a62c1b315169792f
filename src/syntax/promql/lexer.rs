//! The words of a PromQL expression.

use std::ops::Range;

/// What a word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name of a metric, function, label or keyword.
    Name,
    /// A number.
    Number,
    /// A length of time: `5m`, `1h30m`.
    Duration,
    /// A text in quotes.
    Text,
    /// An operator or a bracket.
    Sign,
}

/// A word and its place.
#[derive(Debug, Clone)]
pub(super) struct Word<'e> {
    /// What it is.
    pub kind: Kind,
    /// How it is written; for a text without its quotes.
    pub text: &'e str,
    /// The bytes, quotes included.
    pub at: Range<usize>,
}

impl Word<'_> {
    /// Whether it is this sign.
    pub fn is(&self, sign: &str) -> bool {
        self.kind == Kind::Sign && self.text == sign
    }

    /// Whether it is this name, in small or capital letters, as keywords are.
    pub fn is_keyword(&self, name: &str) -> bool {
        self.kind == Kind::Name && self.text.eq_ignore_ascii_case(name)
    }
}

/// Signs of two characters, then of one.
const SIGNS: [&str; 26] = [
    "==", "!=", ">=", "<=", "=~", "!~", "=", ">", "<", "+", "-", "*", "/", "%", "^", "(", ")", "[", "]", "{", "}", ",",
    ":", "@", "$", ".",
];

/// The words of an expression, and the places of what is none.
pub(super) fn words(expression: &str) -> (Vec<Word<'_>>, Vec<(Range<usize>, &'static str)>) {
    let mut words = Vec::new();
    let mut defects = Vec::new();
    let mut at = 0;
    while let Some(next) = expression.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = expression.get(at..).unwrap_or_default();
        if next.is_whitespace() {
            at += next.len_utf8();
            continue;
        }
        if next == '#' {
            at += rest.find('\n').unwrap_or(rest.len());
            continue;
        }
        let (kind, length) = match next {
            '"' | '\'' | '`' => match quoted(rest, next) {
                Some(length) => {
                    let text = rest.get(1..length - 1).unwrap_or_default();
                    words.push(Word { kind: Kind::Text, text, at: at..at + length });
                    at += length;
                    continue;
                }
                None => {
                    defects.push((at..expression.len(), "a text whose quote is never closed"));
                    break;
                }
            },
            next if is_name_start(next) => {
                (Kind::Name, length(rest, |next| is_name_start(next) || next.is_ascii_digit()))
            }
            next if next.is_ascii_digit()
                || (next == '.' && rest[1..].starts_with(|digit: char| digit.is_ascii_digit())) =>
            {
                number(rest)
            }
            _ => match SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
                Some(sign) => (Kind::Sign, sign.len()),
                None => {
                    defects.push((at..at + next.len_utf8(), "a character that expressions do not have"));
                    at += next.len_utf8();
                    continue;
                }
            },
        };
        words.push(Word { kind, text: rest.get(..length).unwrap_or_default(), at: at..at + length });
        at += length;
    }
    (words, defects)
}

fn is_name_start(next: char) -> bool {
    next.is_ascii_alphabetic() || next == '_' || next == ':'
}

/// How many bytes belong together at the beginning of a text.
fn length(rest: &str, belongs: impl Fn(char) -> bool) -> usize {
    rest.find(|next| !belongs(next)).unwrap_or(rest.len())
}

/// The length of a text in quotes; `None` if it does not end. Within backquotes nothing is escaped.
fn quoted(rest: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, next) in rest.char_indices().skip(1) {
        match next {
            _ if escaped => escaped = false,
            '\\' if quote != '`' => escaped = true,
            next if next == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// A number or a length of time.
fn number(rest: &str) -> (Kind, usize) {
    let end = length(rest, |next| next.is_ascii_alphanumeric() || next == '.' || next == '_');
    let text = rest.get(..end).unwrap_or_default();
    if super::duration(text).is_some() {
        return (Kind::Duration, end);
    }
    // The sign of an exponent belongs to the number.
    let exponent = text.ends_with(['e', 'E']) && !text.starts_with("0x");
    let behind = rest.get(end..).unwrap_or_default();
    if exponent && behind.starts_with(['+', '-']) {
        let digits = length(behind.get(1..).unwrap_or_default(), |next| next.is_ascii_digit());
        if digits > 0 {
            return (Kind::Number, end + 1 + digits);
        }
    }
    (Kind::Number, end)
}
