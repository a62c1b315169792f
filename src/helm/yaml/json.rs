//! JSON as Go's encoder writes it.

use super::number;
use super::tree::{Data, Tree};

/// Which characters a string hides beside those that it has to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Escape {
    /// `<`, `>` and `&`, as Go does unless told otherwise.
    Html,
    /// None.
    None,
}

/// A value on one line.
#[must_use]
pub fn compact(tree: &Tree, escape: Escape) -> String {
    let mut out = String::new();
    write(&mut out, tree, escape);
    out
}

fn write(out: &mut String, tree: &Tree, escape: Escape) {
    match &tree.data {
        Data::Null => out.push_str("null"),
        Data::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Data::Int(value) => out.push_str(&value.to_string()),
        Data::Number(value) => out.push_str(&number::json(*value)),
        Data::String(text, _) => string(out, text, escape),
        Data::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(out, item, escape);
            }
            out.push(']');
        }
        Data::Map(entries) => {
            out.push('{');
            for (index, (key, entry)) in entries.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                string(out, key, escape);
                out.push(':');
                write(out, &entry.value, escape);
            }
            out.push('}');
        }
    }
}

/// Writes a string with its quotes.
pub fn string(out: &mut String, text: &str, escape: Escape) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '<' | '>' | '&' if escape == Escape::Html => unicode(out, character),
            '\0'..='\u{1f}' | '\u{2028}' | '\u{2029}' => unicode(out, character),
            _ => out.push(character),
        }
    }
    out.push('"');
}

fn unicode(out: &mut String, character: char) {
    out.push_str(&format!("\\u{:04x}", u32::from(character)));
}
