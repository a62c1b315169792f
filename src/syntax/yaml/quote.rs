//! Writing texts so that they are read back as they are.

use crate::syntax::{Flavour, Resolved};

/// A text in the plainest style that reads as this text and nothing else.
#[must_use]
pub fn quoted(text: &str) -> String {
    let reads_otherwise = || {
        [Flavour::Compose, Flavour::Kubernetes]
            .iter()
            .any(|flavour| !matches!(flavour.resolve_plain(text), Resolved::String(_)))
    };
    let begins = |character: char| {
        !matches!(
            character,
            '-' | '?'
                | ':'
                | ','
                | '['
                | ']'
                | '{'
                | '}'
                | '#'
                | '&'
                | '*'
                | '!'
                | '|'
                | '>'
                | '\''
                | '"'
                | '%'
                | '@'
                | '`'
                | '='
                | '<'
                | '~'
        )
    };
    let holds = |character: char| {
        !character.is_control() && !matches!(character, '\u{feff}' | '\u{85}' | '\u{2028}' | '\u{2029}')
    };
    let is_plain = text.chars().next().is_some_and(begins)
        && text.trim() == text
        && text.chars().all(holds)
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.ends_with(':')
        && !reads_otherwise();
    if is_plain {
        return text.to_owned();
    }
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            other if holds(other) => out.push(other),
            other => out.push_str(&format!("\\U{:08X}", u32::from(other))),
        }
    }
    out.push('"');
    out
}
