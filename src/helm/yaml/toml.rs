//! TOML as Helm's `toToml` writes it.

use super::number;
use super::tree::{Data, Table, Tree};

/// Writes a map as TOML: plain values first, then tables, keys in order, tables indented.
///
/// # Errors
/// A sentence, if the value is no map or holds what TOML has no form for.
pub fn write(tree: &Tree) -> Result<String, String> {
    let Some(table) = tree.as_map() else { return Err("TOML top-level must be a map".to_owned()) };
    let mut out = String::new();
    write_table(&mut out, table, &[], 0)?;
    Ok(out)
}

fn write_table(out: &mut String, table: &Table, path: &[String], depth: usize) -> Result<(), String> {
    let indent = "  ".repeat(depth);
    for (key, entry) in table.iter().filter(|(_, entry)| !is_table(&entry.value)) {
        if entry.value.is_null() {
            continue;
        }
        out.push_str(&indent);
        out.push_str(&name(key));
        out.push_str(" = ");
        write_value(out, &entry.value)?;
        out.push('\n');
    }
    for (key, entry) in table.iter().filter(|(_, entry)| is_table(&entry.value)) {
        let mut inner = path.to_vec();
        inner.push(name(key));
        match &entry.value.data {
            Data::Map(table) => {
                header(out, &inner, &indent, ("[", "]"));
                write_table(out, table, &inner, depth + 1)?;
            }
            _ => {
                for table in entry.value.items().iter().filter_map(Tree::as_map) {
                    header(out, &inner, &indent, ("[[", "]]"));
                    write_table(out, table, &inner, depth + 1)?;
                }
            }
        }
    }
    Ok(())
}

fn header(out: &mut String, path: &[String], indent: &str, brackets: (&str, &str)) {
    if !out.is_empty() {
        out.push('\n');
    }
    out.push_str(indent);
    out.push_str(brackets.0);
    out.push_str(&path.join("."));
    out.push_str(brackets.1);
    out.push('\n');
}

/// A map, or a list of nothing but maps.
fn is_table(tree: &Tree) -> bool {
    match &tree.data {
        Data::Map(_) => true,
        Data::List(items) => !items.is_empty() && items.iter().all(|item| item.as_map().is_some()),
        _ => false,
    }
}

fn name(key: &str) -> String {
    let is_bare = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '-');
    if !key.is_empty() && key.chars().all(is_bare) {
        return key.to_owned();
    }
    let mut quoted = String::new();
    write_string(&mut quoted, key);
    quoted
}

fn write_value(out: &mut String, tree: &Tree) -> Result<(), String> {
    match &tree.data {
        Data::Null => return Err("TOML has no form for null".to_owned()),
        Data::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Data::Int(value) => out.push_str(&value.to_string()),
        Data::Number(value) => {
            let text = number::general(*value, 21);
            out.push_str(&text);
            if !text.contains(['.', 'e']) {
                out.push_str(".0");
            }
        }
        Data::String(text, _) => write_string(out, text),
        Data::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                write_value(out, item)?;
            }
            out.push(']');
        }
        Data::Map(table) => {
            out.push('{');
            for (index, (key, entry)) in table.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                out.push_str(&name(key));
                out.push_str(" = ");
                write_value(out, &entry.value)?;
            }
            out.push('}');
        }
    }
    Ok(())
}

fn write_string(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0'..='\u{1f}' | '\u{7f}' => out.push_str(&format!("\\u{:04x}", u32::from(character))),
            _ => out.push(character),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::helm::yaml::json;

    #[test]
    fn tables_follow_plain_values() {
        let tree =
            json::read(r#"{"b":{"c":"x","d":["y"],"t":{"u":true}},"a":"1","g":[{"h":"i"}],"k.l":"\n"}"#).unwrap();
        let expected = "a = \"1\"\n\"k.l\" = \"\\n\"\n\n[b]\n  c = \"x\"\n  d = [\"y\"]\n\n  [b.t]\n    u = true\n\n[[g]]\n  h = \"i\"\n";
        assert_eq!(write(&tree).unwrap(), expected);
        assert!(write(&json::read("[1]").unwrap()).is_err());
    }
}
