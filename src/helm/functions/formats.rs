//! Between values and their texts: YAML, JSON, TOML, base64 and base32.

use super::{Answer, Context, text};
use crate::helm::value::bytes::{raw, text as bytes_text};
use crate::helm::value::convert::{MADE, Trees, from_text};
use crate::helm::value::{Builder, Came, Data, Origin, Value};
use crate::helm::work::Work;
use crate::helm::yaml::emit::{Lists, emit};
use crate::helm::yaml::json::{self, Escape};
use crate::helm::yaml::tree::Tree;
use crate::helm::yaml::{read, toml};
use crate::source::encoding::{base32, base64, from_base32, from_base64};

/// `toYaml`; every line comes from where the value came from.
///
/// # Errors
/// If the value contains itself or is too large.
pub fn to_yaml(value: &Value, work: &mut Work) -> Answer {
    yaml(value, Lists::Flush, work)
}

fn yaml(value: &Value, lists: Lists, work: &mut Work) -> Answer {
    let (tree, trees) = Trees::tree(value, work)?;
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

pub(super) fn to_yaml_function(context: &mut Context, args: &[Value]) -> Answer {
    to_yaml(&args[0], &mut context.work)
}

pub(super) fn to_yaml_pretty(context: &mut Context, args: &[Value]) -> Answer {
    yaml(&args[0], Lists::Indented, &mut context.work)
}

fn tree(context: &mut Context, args: &[Value]) -> Result<Tree, String> {
    Trees::tree(&args[0], &mut context.work).map(|(tree, _)| tree)
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

pub(super) fn to_json(context: &mut Context, args: &[Value]) -> Answer {
    written(args, json::compact(&tree(context, args)?, Escape::Html))
}

pub(super) fn to_raw_json(context: &mut Context, args: &[Value]) -> Answer {
    written(args, json::compact(&tree(context, args)?, Escape::None))
}

pub(super) fn to_pretty_json(context: &mut Context, args: &[Value]) -> Answer {
    written(args, json::pretty(&tree(context, args)?, Escape::Html))
}

pub(super) fn to_toml(context: &mut Context, args: &[Value]) -> Answer {
    written(args, toml::write(&tree(context, args)?)?)
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

/// The first document of a text as a value; the errors are those of [`parsed`].
fn parsed_yaml(context: &mut Context, value: &Value) -> Result<Answer, String> {
    let whole = value.as_str().unwrap_or_default();
    context.work.spend(whole.len() / PARSED_PER_STEP)?;
    match read::first(whole, MADE) {
        Ok(tree) => value_of(context, &tree, &value.came).map(Ok),
        Err(error) => Ok(Err(unreadable(&error))),
    }
}

pub(super) fn from_yaml(context: &mut Context, args: &[Value]) -> Answer {
    Ok(match parsed_yaml(context, &args[0])? {
        Ok(value) if value.as_map().is_some() => value,
        Ok(value) if value.is_nil() => Value::map([]),
        Ok(value) => {
            error_map(format!("{NOT_A_MAP} {} into Go value of type map[string]interface {{}}", go_name(&value)))
        }
        Err(message) => error_map(message),
    })
}

pub(super) fn from_yaml_array(context: &mut Context, args: &[Value]) -> Answer {
    let broken = |message: String| Value::list(vec![message.into()]);
    Ok(match parsed_yaml(context, &args[0])? {
        Ok(value) if value.items().is_some() => value,
        Ok(value) if value.is_nil() => Value::list(Vec::new()),
        Ok(value) => broken(format!("{NOT_A_MAP} {} into Go value of type []interface {{}}", go_name(&value))),
        Err(message) => broken(message),
    })
}

/// Bytes of a text that are one step to read into values.
const PARSED_PER_STEP: usize = 16;

/// A tree that was read from a text as a value.
fn value_of(context: &mut Context, tree: &Tree, came: &Came) -> Answer {
    context.work.spend(tree.size())?;
    Ok(from_text(tree, came))
}

/// JSON as a value; it comes as a whole from where the text came from. The outer error stops the
/// chart, the inner one is an answer.
fn parsed(context: &mut Context, value: &Value) -> Result<Answer, String> {
    let whole = value.as_str().unwrap_or_default();
    context.work.spend(whole.len() / PARSED_PER_STEP)?;
    if !whole
        .trim_start()
        .starts_with(['{', '[', '"', '-', 't', 'f', 'n', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
        && let Some(first) = whole.trim_start().chars().next()
    {
        return Ok(Err(format!("invalid character '{first}' looking for beginning of value")));
    }
    let tree = match json::read(whole) {
        Ok(tree) => tree,
        Err(message) => return Ok(Err(message)),
    };
    value_of(context, &tree, &value.came.main().map_or(Came::Here, Came::From)).map(Ok)
}

pub(super) fn from_json(context: &mut Context, args: &[Value]) -> Answer {
    Ok(match parsed(context, &args[0])? {
        Ok(value) if value.as_map().is_some() => value,
        Ok(value) if value.is_nil() => Value::map([]),
        Ok(value) => error_map(format!(
            "json: cannot unmarshal {} into Go value of type map[string]interface {{}}",
            go_name(&value)
        )),
        Err(message) => error_map(message),
    })
}

pub(super) fn from_json_array(context: &mut Context, args: &[Value]) -> Answer {
    Ok(match parsed(context, &args[0])? {
        Ok(value) if value.items().is_some() => value,
        Ok(value) => Value::list(vec![
            format!("json: cannot unmarshal {} into Go value of type []interface {{}}", go_name(&value)).into(),
        ]),
        Err(message) => Value::list(vec![message.into()]),
    })
}

pub(super) fn must_from_json(context: &mut Context, args: &[Value]) -> Answer {
    parsed(context, &args[0])?
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

pub(super) fn from_toml(context: &mut Context, args: &[Value]) -> Answer {
    let whole = text(args, 0);
    context.work.spend(whole.len() / PARSED_PER_STEP)?;
    Ok(match whole.parse::<::toml::Table>() {
        Ok(table) => {
            let value = toml_value(::toml::Value::Table(table));
            let came = args[0].came.main().map_or(Came::Here, Came::From);
            value_of(context, &json::tree(&value), &came)?
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
