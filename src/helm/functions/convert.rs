//! Between types: numbers, YAML, JSON, TOML.

use super::{Answer, Context, text};
use crate::helm::format::strval;
use crate::helm::value::bytes::{base32, base64, from_base32, from_base64, raw, text as bytes_text};
use crate::helm::value::convert::{MADE, Trees, from_text};
use crate::helm::value::equal::{deep_copy as copied, deep_equal as equal};
use crate::helm::value::{Builder, Came, Data, ListKind, Object, Origin, Value};
use crate::helm::yaml::emit::{Lists, emit};
use crate::helm::yaml::json::{self, Escape};
use crate::helm::yaml::tree::Tree;
use crate::helm::yaml::{read, toml};

/// A value as an `int64`, as sprig turns anything into one: what is no number is 0.
pub(super) fn to_int64(value: &Value) -> i64 {
    match &value.data {
        Data::Int(value) | Data::Int64(value) => *value,
        // Beyond its range the processor answers the smallest number.
        Data::Float(value) if !(-9.3e18..9.223_372_036_854_775e18).contains(value) => i64::MIN,
        #[expect(clippy::cast_possible_truncation, reason = "Go truncates too")]
        Data::Float(value) => *value as i64,
        Data::Bool(value) => i64::from(*value),
        Data::Str(text) => parse_int(text),
        _ => 0,
    }
}

fn parse_int(text: &str) -> i64 {
    let whole = match text.split_once('.') {
        Some((whole, zeros)) if !zeros.is_empty() && zeros.bytes().all(|byte| byte == b'0') => whole,
        _ => text,
    };
    let (negative, digits) = match whole.as_bytes().first() {
        Some(b'-') => (true, &whole[1..]),
        Some(b'+') => (false, &whole[1..]),
        _ => (false, whole),
    };
    if digits.starts_with(['+', '-', '_']) || digits.ends_with('_') {
        return 0;
    }
    let plain = digits.replace('_', "");
    let (base, body) = match plain.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &plain[2..]),
        [b'0', b'o' | b'O', ..] => (8, &plain[2..]),
        [b'0', b'b' | b'B', ..] => (2, &plain[2..]),
        [b'0', _, ..] => (8, &plain[1..]),
        _ => (10, plain.as_str()),
    };
    match u64::from_str_radix(body, base) {
        Ok(magnitude) if negative && magnitude <= 1 << 63 => (magnitude as i64).wrapping_neg(),
        Ok(magnitude) if !negative => i64::try_from(magnitude).unwrap_or(0),
        _ => 0,
    }
}

/// A value as a `float64`, as sprig turns anything into one.
pub(super) fn to_float64(value: &Value) -> f64 {
    match &value.data {
        #[expect(clippy::cast_precision_loss, reason = "Go loses it too")]
        Data::Int(value) | Data::Int64(value) => *value as f64,
        Data::Float(value) => *value,
        Data::Bool(value) => f64::from(u8::from(*value)),
        Data::Str(text) => text.parse().unwrap_or(0.0),
        _ => 0.0,
    }
}

pub(super) fn int(_: &mut Context, args: &[Value]) -> Answer {
    Ok(Value::int(to_int64(&args[0])))
}

pub(super) fn int64(_: &mut Context, args: &[Value]) -> Answer {
    Ok(Value::int64(to_int64(&args[0])))
}

pub(super) fn float64(_: &mut Context, args: &[Value]) -> Answer {
    Ok(to_float64(&args[0]).into())
}

pub(super) fn atoi(_: &mut Context, args: &[Value]) -> Answer {
    Ok(Value::int(text(args, 0).parse().unwrap_or(0)))
}

pub(super) fn to_decimal(_: &mut Context, args: &[Value]) -> Answer {
    Ok(Value::int64(i64::from_str_radix(&strval(&args[0])?, 8).unwrap_or(0)))
}

pub(super) fn type_of(_: &mut Context, args: &[Value]) -> Answer {
    Ok(args[0].type_name().into())
}

pub(super) fn kind_of(_: &mut Context, args: &[Value]) -> Answer {
    Ok(args[0].kind_name().into())
}

pub(super) fn type_is(_: &mut Context, args: &[Value]) -> Answer {
    Ok((text(args, 0) == args[1].type_name()).into())
}

pub(super) fn type_is_like(_: &mut Context, args: &[Value]) -> Answer {
    let name = args[1].type_name();
    Ok((text(args, 0) == name || Some(text(args, 0)) == name.strip_prefix('*')).into())
}

pub(super) fn kind_is(_: &mut Context, args: &[Value]) -> Answer {
    Ok((text(args, 0) == args[1].kind_name()).into())
}

pub(super) fn deep_equal(_: &mut Context, args: &[Value]) -> Answer {
    equal(&args[0], &args[1]).map(Value::from)
}

pub(super) fn deep_copy(_: &mut Context, args: &[Value]) -> Answer {
    if args[0].is_nil() {
        return Err("there is nothing to copy".to_owned());
    }
    copied(&args[0])
}

/// `toYaml`; every line comes from where the value came from.
///
/// # Errors
/// If the value contains itself or is too large.
pub fn to_yaml(value: &Value) -> Answer {
    yaml(value, Lists::Flush)
}

fn yaml(value: &Value, lists: Lists) -> Answer {
    let (tree, trees) = Trees::tree(value)?;
    let Some(emitted) = emit(&tree, lists) else { return Ok("".into()) };
    let mut out = Builder::new();
    let mut marks = emitted.marks.iter().peekable();
    let first = marks.peek().map_or(emitted.text.len(), |mark| mark.start);
    out.plain(&emitted.text[..first]);
    while let Some(mark) = marks.next() {
        let end = marks.peek().map_or(emitted.text.len(), |next| next.start).min(emitted.text.len());
        let origin = mark.at.and_then(|at| trees.origins.get(at.offset as usize).copied());
        let origin = origin.map(|origin| Origin { line: origin.line + mark.line, is_block: false, ..origin });
        out.place(emitted.text.get(mark.start..end).unwrap_or_default(), origin, None);
    }
    out.finish()
}

pub(super) fn to_yaml_function(_: &mut Context, args: &[Value]) -> Answer {
    to_yaml(&args[0])
}

pub(super) fn to_yaml_pretty(_: &mut Context, args: &[Value]) -> Answer {
    yaml(&args[0], Lists::Indented)
}

fn tree(args: &[Value]) -> Result<Tree, String> {
    Trees::tree(&args[0]).map(|(tree, _)| tree)
}

/// The text of a value as JSON: it comes as a whole from where the value came from.
fn written(args: &[Value], text: String) -> Answer {
    if text.len() > crate::helm::value::MAX_TEXT {
        return Err(crate::helm::value::text::too_long());
    }
    let value = Value::from(text);
    Ok(match args[0].came.main() {
        Some(origin) => value.from_place(Origin { is_block: false, ..origin }),
        None => value,
    })
}

pub(super) fn to_json(_: &mut Context, args: &[Value]) -> Answer {
    written(args, json::compact(&tree(args)?, Escape::Html))
}

pub(super) fn to_raw_json(_: &mut Context, args: &[Value]) -> Answer {
    written(args, json::compact(&tree(args)?, Escape::None))
}

pub(super) fn to_pretty_json(_: &mut Context, args: &[Value]) -> Answer {
    written(args, json::pretty(&tree(args)?, Escape::Html))
}

pub(super) fn to_toml(_: &mut Context, args: &[Value]) -> Answer {
    written(args, toml::write(&tree(args)?)?)
}

fn error_map(message: String) -> Value {
    Value::map([("Error".into(), message.into())])
}

fn unreadable(error: &read::ReadError) -> String {
    let part = if error.message.starts_with("unsupported") { "" } else { "yaml: " };
    format!("error converting YAML to JSON: {part}{}", error.message)
}

const NOT_A_MAP: &str = "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal";

fn go_name(value: &Value) -> &'static str {
    match value.data {
        Data::List(..) => "array",
        Data::Map(..) => "object",
        Data::Str(_) => "string",
        Data::Bool(_) => "bool",
        _ => "number",
    }
}

pub(super) fn from_yaml(_: &mut Context, args: &[Value]) -> Answer {
    Ok(match read::first(text(args, 0), MADE) {
        Ok(tree) => {
            let value = from_text(&tree, &args[0].came);
            match value.data {
                Data::Map(..) => value,
                Data::Nil(_) => Value::map([]),
                _ => error_map(format!(
                    "{NOT_A_MAP} {} into Go value of type map[string]interface {{}}",
                    go_name(&value)
                )),
            }
        }
        Err(error) => error_map(unreadable(&error)),
    })
}

pub(super) fn from_yaml_array(_: &mut Context, args: &[Value]) -> Answer {
    let broken = |message: String| Value::list(vec![message.into()]);
    Ok(match read::first(text(args, 0), MADE) {
        Ok(tree) => {
            let value = from_text(&tree, &args[0].came);
            match value.data {
                Data::List(..) => value,
                Data::Nil(_) => Value::list(Vec::new()),
                _ => broken(format!("{NOT_A_MAP} {} into Go value of type []interface {{}}", go_name(&value))),
            }
        }
        Err(error) => broken(unreadable(&error)),
    })
}

/// JSON as a value; it comes as a whole from where the text came from.
fn parsed(value: &Value) -> Result<Value, String> {
    let whole = value.as_str().unwrap_or_default();
    if !whole
        .trim_start()
        .starts_with(['{', '[', '"', '-', 't', 'f', 'n', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
        && let Some(first) = whole.trim_start().chars().next()
    {
        return Err(format!("invalid character '{first}' looking for beginning of value"));
    }
    let tree = json::read(whole)?;
    let came = value.came.main().map_or(Came::Here, Came::From);
    Ok(from_text(&tree, &came))
}

pub(super) fn from_json(_: &mut Context, args: &[Value]) -> Answer {
    Ok(match parsed(&args[0]) {
        Ok(value) if value.as_map().is_some() => value,
        Ok(value) if value.is_nil() => Value::map([]),
        Ok(value) => error_map(format!(
            "json: cannot unmarshal {} into Go value of type map[string]interface {{}}",
            go_name(&value)
        )),
        Err(message) => error_map(message),
    })
}

pub(super) fn from_json_array(_: &mut Context, args: &[Value]) -> Answer {
    Ok(match parsed(&args[0]) {
        Ok(value) if value.items().is_some() => value,
        Ok(value) => Value::list(vec![
            format!("json: cannot unmarshal {} into Go value of type []interface {{}}", go_name(&value)).into(),
        ]),
        Err(message) => Value::list(vec![message.into()]),
    })
}

pub(super) fn must_from_json(_: &mut Context, args: &[Value]) -> Answer {
    parsed(&args[0])
}

/// TOML as JSON; dates become texts.
fn toml_value(value: ::toml::Value) -> serde_json::Value {
    match value {
        ::toml::Value::String(text) => text.into(),
        ::toml::Value::Integer(number) => number.into(),
        ::toml::Value::Float(number) => number.into(),
        ::toml::Value::Boolean(value) => value.into(),
        ::toml::Value::Datetime(date) if date.time.is_none() => format!("{date}T00:00:00Z").into(),
        ::toml::Value::Datetime(date) => date.to_string().into(),
        ::toml::Value::Array(items) => items.into_iter().map(toml_value).collect(),
        ::toml::Value::Table(table) => {
            let entries = table.into_iter().map(|(key, value)| (key, toml_value(value)));
            serde_json::Value::Object(entries.collect())
        }
    }
}

pub(super) fn from_toml(_: &mut Context, args: &[Value]) -> Answer {
    let whole = text(args, 0);
    Ok(match whole.parse::<::toml::Table>() {
        Ok(table) => {
            let value = toml_value(::toml::Value::Table(table));
            let came = args[0].came.main().map_or(Came::Here, Came::From);
            from_text(&json::tree(&value), &came)
        }
        Err(_) if !whole.contains('=') => {
            error_map("toml: line 1: unexpected EOF; expected key separator '='".to_owned())
        }
        Err(_) => error_map("toml: the text is not TOML".to_owned()),
    })
}

pub(super) fn b64enc(_: &mut Context, args: &[Value]) -> Answer {
    Ok(base64(&raw(text(args, 0))).into())
}

pub(super) fn b32enc(_: &mut Context, args: &[Value]) -> Answer {
    Ok(base32(&raw(text(args, 0))).into())
}

fn decoded(bytes: Result<Vec<u8>, usize>, name: &str) -> Answer {
    Ok(match bytes {
        Ok(bytes) => bytes_text(&bytes).into(),
        Err(at) => format!("illegal {name} data at input byte {at}").into(),
    })
}

pub(super) fn b64dec(_: &mut Context, args: &[Value]) -> Answer {
    decoded(from_base64(text(args, 0)), "base64")
}

pub(super) fn b32dec(_: &mut Context, args: &[Value]) -> Answer {
    decoded(from_base32(text(args, 0)), "base32")
}

/// Whether sprig takes a value for empty.
pub(super) fn is_empty(value: &Value) -> bool {
    match &value.data {
        Data::Object(Object::Files(files)) => files.is_empty(),
        _ => !value.truth(),
    }
}

pub(super) fn empty(_: &mut Context, args: &[Value]) -> Answer {
    Ok(is_empty(&args[0]).into())
}

pub(super) fn default(_: &mut Context, args: &[Value]) -> Answer {
    match args.get(1) {
        Some(given) if !is_empty(given) => Ok(given.clone()),
        _ => Ok(args[0].clone()),
    }
}

pub(super) fn coalesce(_: &mut Context, args: &[Value]) -> Answer {
    Ok(args.iter().find(|value| !is_empty(value)).cloned().unwrap_or_else(Value::nil))
}

pub(super) fn all(_: &mut Context, args: &[Value]) -> Answer {
    Ok((!args.iter().any(is_empty)).into())
}

pub(super) fn any(_: &mut Context, args: &[Value]) -> Answer {
    Ok((!args.iter().all(is_empty)).into())
}

pub(super) fn ternary(_: &mut Context, args: &[Value]) -> Answer {
    Ok(args[usize::from(!args[2].truth())].clone())
}

/// A list of integers.
pub(super) fn ints(numbers: Vec<i64>) -> Value {
    Data::List(ListKind::Ints, numbers.into_iter().map(Value::int).collect()).into()
}
