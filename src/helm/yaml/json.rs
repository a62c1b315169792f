//! JSON as Go's encoder writes it.

use super::number;
use super::tree::{Data, Entry, Layout, Table, Tree};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::fmt::Formatter;
use std::rc::Rc;

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

/// A value over several lines, indented by two blanks.
#[must_use]
pub fn pretty(tree: &Tree, escape: Escape) -> String {
    let mut out = String::new();
    write_pretty(&mut out, tree, escape, 0);
    out
}

/// Reads JSON; numbers become floats, as with Go. The places are lost.
///
/// # Errors
/// A sentence about what is wrong, with its place but without the text.
pub fn read(text: &str) -> Result<Tree, String> {
    match serde_json::from_str::<Read>(text) {
        Ok(Read(tree)) => Ok(tree),
        Err(error) if error.is_eof() => Err("unexpected end of JSON input".to_owned()),
        Err(error) => Err(format!("invalid JSON at line {}, column {}", error.line(), error.column())),
    }
}

/// JSON while it is read.
struct Read(Tree);

impl<'de> Deserialize<'de> for Read {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Values).map(Tree::new).map(Self)
    }
}

struct Values;

impl<'de> Visitor<'de> for Values {
    type Value = Data;

    fn expecting(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Data, E> {
        Ok(Data::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Data, E> {
        Ok(Data::Bool(value))
    }

    #[expect(clippy::cast_precision_loss, reason = "JSON has only floats")]
    fn visit_i64<E>(self, value: i64) -> Result<Data, E> {
        Ok(Data::Number(value as f64))
    }

    #[expect(clippy::cast_precision_loss, reason = "JSON has only floats")]
    fn visit_u64<E>(self, value: u64) -> Result<Data, E> {
        Ok(Data::Number(value as f64))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Data, E> {
        Ok(Data::Number(value))
    }

    fn visit_str<E>(self, text: &str) -> Result<Data, E> {
        Ok(Data::String(text.into(), Layout::Flow))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Data, A::Error> {
        let mut items = Vec::new();
        while let Some(Read(item)) = access.next_element()? {
            items.push(item);
        }
        Ok(Data::List(items.into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Data, A::Error> {
        let mut entries = Table::new();
        while let Some((key, Read(value))) = access.next_entry::<String, Read>()? {
            entries.insert(key.into(), Entry { key_at: None, value });
        }
        Ok(Data::Map(Rc::new(entries)))
    }
}

/// A value of `serde_json` as a tree.
#[must_use]
pub fn tree(value: &serde_json::Value) -> Tree {
    Tree::new(match value {
        serde_json::Value::Null => Data::Null,
        serde_json::Value::Bool(value) => Data::Bool(*value),
        serde_json::Value::Number(number) => Data::Number(number.as_f64().unwrap_or(0.0)),
        serde_json::Value::String(text) => Data::String(text.as_str().into(), Layout::Flow),
        serde_json::Value::Array(items) => Data::List(items.iter().map(tree).collect()),
        serde_json::Value::Object(entries) => {
            let entry = |(key, value): (&String, &serde_json::Value)| {
                (Rc::from(key.as_str()), super::tree::Entry { key_at: None, value: tree(value) })
            };
            Data::Map(Rc::new(entries.iter().map(entry).collect::<Table>()))
        }
    })
}

fn write_pretty(out: &mut String, tree: &Tree, escape: Escape, depth: usize) {
    let line = |out: &mut String, depth: usize| {
        out.push('\n');
        (0..depth).for_each(|_| out.push_str("  "));
    };
    match &tree.data {
        Data::List(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                out.push(if index == 0 { '[' } else { ',' });
                line(out, depth + 1);
                write_pretty(out, item, escape, depth + 1);
            }
            line(out, depth);
            out.push(']');
        }
        Data::Map(entries) if !entries.is_empty() => {
            for (index, (key, entry)) in entries.iter().enumerate() {
                out.push(if index == 0 { '{' } else { ',' });
                line(out, depth + 1);
                string(out, key, escape);
                out.push_str(": ");
                write_pretty(out, &entry.value, escape, depth + 1);
            }
            line(out, depth);
            out.push('}');
        }
        _ => write(out, tree, escape),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_written_as_go_writes_it() {
        let tree = read(r#"{"b": [1, {"c": 1e21}], "a": "<é\u2028\u0001\"\\", "e": [], "m": {}}"#).unwrap();
        let text = compact(&tree, Escape::Html);
        assert_eq!(text, r#"{"a":"\u003cé\u2028\u0001\"\\","b":[1,{"c":1e+21}],"e":[],"m":{}}"#);
        assert!(compact(&tree, Escape::None).contains("<é"));
        let lines = "{\n  \"b\": [\n    1,\n    {\n      \"c\": []\n    }\n  ]\n}";
        assert_eq!(pretty(&read(r#"{"b":[1,{"c":[]}]}"#).unwrap(), Escape::Html), lines);
        assert!(read("x").is_err() && read("").is_err());
    }
}
