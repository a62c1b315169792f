//! How values print without a verb of their own.

use super::number::{self, Spec};
use super::quote::{quoted, quoted_char};
use crate::helm::value::text::too_long;
use crate::helm::value::{Builder, Came, Data, MAX_TEXT, Object, Value, object};
use crate::helm::work::MAX_NESTING;

/// Writes a value under a verb.
///
/// # Errors
/// If the value contains itself or the text grows too long.
pub fn show(out: &mut String, value: &Value, verb: char, spec: &Spec, depth: usize) -> Result<(), String> {
    if depth > MAX_NESTING {
        return Err("the value contains itself".to_owned());
    }
    if out.len() > MAX_TEXT {
        return Err(too_long());
    }
    let text = match (&value.data, verb) {
        (_, 'T') => spec.pad(value.type_name(), false),
        (Data::Nil(_), _) if depth > 0 && spec.sharp && verb == 'v' => "interface {}(nil)".to_owned(),
        (Data::Nil(_), _) if depth > 0 => "<nil>".to_owned(),
        (Data::Nil(_), 'v') => spec.pad("<nil>", false),
        (Data::Nil(_), _) => format!("%!{verb}(<nil>)"),
        (Data::Bool(value), 'v' | 't') => spec.pad(if *value { "true" } else { "false" }, false),
        (Data::Int(value) | Data::Int64(value), _) => match integer(*value, verb, spec) {
            Some(text) => text,
            None => return bad(out, value_of(*value), verb, depth),
        },
        (Data::Float(value), 'v' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G') => number::float(*value, verb, spec),
        (Data::Str(text), 'v') if spec.sharp => spec.pad(&quoted(text), false),
        (Data::Str(text), 'v' | 's') => spec.pad(&shortened(text, spec), false),
        (Data::Str(text), 'q') if spec.sharp && !text.contains(['`', '\n', '\r']) => {
            spec.pad(&format!("`{text}`"), false)
        }
        (Data::Str(text), 'q') => spec.pad(&quoted(&shortened(text, spec)), false),
        (Data::Str(text), 'x' | 'X') => spec.pad(&hex(text.as_bytes(), verb == 'X', spec), false),
        (Data::Bytes(bytes), 'v' | 'd') => object::bytes(bytes),
        (Data::Bytes(bytes), 's') => spec.pad(&shortened(&String::from_utf8_lossy(bytes), spec), false),
        (Data::Bytes(bytes), 'q') => spec.pad(&quoted(&String::from_utf8_lossy(bytes)), false),
        (Data::Bytes(bytes), 'x' | 'X') => spec.pad(&hex(bytes, verb == 'X', spec), false),
        (Data::Object(Object::Files(files)), _) => {
            out.push_str(&object::shown(files)?);
            return Ok(());
        }
        (Data::Object(object), 'v' | 's') => spec.pad(&object.text(), false),
        (Data::Object(object), 'q') => spec.pad(&quoted(&object.text()), false),
        (Data::List(_, items), _) => {
            let (open, between, close) = brackets(value, "[", verb, spec);
            out.push_str(&open);
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push_str(between);
                }
                show(out, item, verb, spec, depth + 1)?;
            }
            out.push(close);
            return Ok(());
        }
        (Data::Map(_, map), _) => {
            let (open, between, close) = brackets(value, "map[", verb, spec);
            out.push_str(&open);
            for (index, (key, slot)) in map.entries().iter().enumerate() {
                if index > 0 {
                    out.push_str(between);
                }
                show(out, &Value::from(&**key), verb, spec, depth + 1)?;
                out.push(':');
                show(out, &slot.value, verb, spec, depth + 1)?;
            }
            out.push(close);
            return Ok(());
        }
        _ => return bad(out, value.clone(), verb, depth),
    };
    out.push_str(&text);
    Ok(())
}

/// What stands before, between and behind the items of a collection; `%#v` shows its type.
fn brackets(value: &Value, plain: &str, verb: char, spec: &Spec) -> (String, &'static str, char) {
    if verb == 'v' && spec.sharp {
        (format!("{}{{", value.type_name()), ", ", '}')
    } else {
        (plain.to_owned(), " ", ']')
    }
}

fn value_of(value: i64) -> Value {
    Value::int(value)
}

fn integer(value: i64, verb: char, spec: &Spec) -> Option<String> {
    let character = || u32::try_from(value).ok().and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER);
    Some(match verb {
        'v' | 'd' => number::integer(value, 10, false, false, spec),
        'b' => number::integer(value, 2, false, false, spec),
        'o' => number::integer(value, 8, false, false, spec),
        'O' => number::integer(value, 8, false, true, spec),
        'x' => number::integer(value, 16, false, false, spec),
        'X' => number::integer(value, 16, true, false, spec),
        'c' => spec.pad(&character().to_string(), false),
        'q' => spec.pad(&quoted_char(character()), false),
        'U' if spec.sharp => spec.pad(&format!("U+{value:04X} '{}'", character()), false),
        'U' => spec.pad(&format!("U+{value:04X}"), false),
        _ => return None,
    })
}

fn bad(out: &mut String, value: Value, verb: char, depth: usize) -> Result<(), String> {
    out.push_str(&format!("%!{verb}({}=", value.type_name()));
    show(out, &value, 'v', &Spec::default(), depth + 1)?;
    out.push(')');
    Ok(())
}

fn shortened(text: &str, spec: &Spec) -> String {
    spec.precision.map_or_else(|| text.to_owned(), |most| text.chars().take(most).collect())
}

fn hex(bytes: &[u8], upper: bool, spec: &Spec) -> String {
    let digits = |byte: &u8| if upper { format!("{byte:02X}") } else { format!("{byte:02x}") };
    let between = if spec.space { " " } else { "" };
    let text = bytes.iter().map(digits).collect::<Vec<_>>().join(between);
    if spec.sharp { format!("0x{text}") } else { text }
}

/// A value as `%v` prints it.
///
/// # Errors
/// If the value contains itself or the text grows too long.
pub fn plain(value: &Value) -> Result<String, String> {
    let mut out = String::new();
    show(&mut out, value, 'v', &Spec::default(), 0)?;
    Ok(out)
}

/// A value as the functions for strings take it: text and bytes as they are, all else as `%v`.
///
/// # Errors
/// If the value contains itself or the text grows too long.
pub fn strval(value: &Value) -> Result<String, String> {
    match &value.data {
        Data::Str(text) => Ok(text.to_string()),
        Data::Bytes(bytes) => Ok(crate::helm::value::bytes::text(bytes)),
        _ => plain(value),
    }
}

/// The same as a value that keeps its origins.
///
/// # Errors
/// If the value contains itself or the text grows too long.
pub fn text_value(value: &Value) -> Result<Value, String> {
    if let Data::Str(_) = &value.data {
        return Ok(value.clone());
    }
    let came = value.came.main().map_or(Came::Here, Came::From);
    Ok(Value { data: Data::Str(strval(value)?.into()), came })
}

/// A value as `print` prints it.
fn printed(value: &Value) -> Result<Value, String> {
    if matches!(value.data, Data::Str(_)) {
        return Ok(value.clone());
    }
    let came = value.came.main().map_or(Came::Here, Came::From);
    Ok(Value { data: Data::Str(plain(value)?.into()), came })
}

/// `print`: a blank between neighbours that are both no strings.
///
/// # Errors
/// If a value contains itself or the text grows too long.
pub fn sprint(values: &[Value]) -> Result<Value, String> {
    join(values, |left, right| left.as_str().is_none() && right.as_str().is_none(), "")
}

/// `println`: a blank between all, and a line break.
///
/// # Errors
/// If a value contains itself or the text grows too long.
pub fn sprintln(values: &[Value]) -> Result<Value, String> {
    join(values, |_, _| true, "\n")
}

fn join(values: &[Value], blank: fn(&Value, &Value) -> bool, end: &str) -> Result<Value, String> {
    let mut builder = Builder::new();
    for (index, value) in values.iter().enumerate() {
        if index > 0 && blank(&values[index - 1], value) {
            builder.same(" ");
        }
        let text = printed(value)?;
        builder.came(text.as_str().unwrap_or_default(), &text.came);
    }
    builder.same(end);
    builder.finish()
}
