//! Go's own functions: comparison, indexing, printing, escaping.

use super::{Answer, Context, text};
use crate::helm::format;
use crate::helm::value::bytes::raw;
use crate::helm::value::{Data, Object, Value};
use std::cmp::Ordering;

/// What Go calls the basic kind of a value; `None` for all others.
fn basic(value: &Value) -> Option<&'static str> {
    Some(match value.data {
        Data::Bool(_) => "bool",
        Data::Int(_) | Data::Int64(_) => "int",
        Data::Float(_) => "float64",
        Data::Str(_) => "string",
        _ => return None,
    })
}

fn number(value: &Value) -> i64 {
    match value.data {
        Data::Int(value) | Data::Int64(value) => value,
        _ => 0,
    }
}

fn same(left: &Value, right: &Value) -> Result<bool, String> {
    match (basic(left), basic(right)) {
        (Some(kind), Some(other)) if kind == other => Ok(match (&left.data, &right.data) {
            (Data::Bool(left), Data::Bool(right)) => left == right,
            (Data::Float(left), Data::Float(right)) => left == right,
            (Data::Str(left), Data::Str(right)) => left == right,
            _ => number(left) == number(right),
        }),
        (None, None) => {
            if left.is_nil() || right.is_nil() {
                return Ok(left.is_nil() && right.is_nil());
            }
            match (&left.data, &right.data) {
                (Data::Object(Object::Time(left)), Data::Object(Object::Time(right))) => Ok(left == right),
                _ => Err(format!("a {} cannot be compared", left.type_name())),
            }
        }
        _ if left.is_nil() || right.is_nil() => Ok(false),
        _ => Err(unlike(left, right)),
    }
}

fn unlike(left: &Value, right: &Value) -> String {
    let hint = match (basic(left), basic(right)) {
        (Some("float64"), Some("int")) | (Some("int"), Some("float64")) => {
            "; numbers of values files are float64, so write (int .Values.x)"
        }
        _ => "",
    };
    format!("a {} and a {} cannot be compared{hint}", left.type_name(), right.type_name())
}

pub(super) fn eq(_: &mut Context, args: &[Value]) -> Answer {
    let [first, others @ ..] = args else { return Err("an operand is missing".to_owned()) };
    if others.is_empty() {
        return Err("a second operand is missing".to_owned());
    }
    for other in others {
        if same(first, other)? {
            return Ok(true.into());
        }
    }
    Ok(false.into())
}

pub(super) fn ne(_: &mut Context, args: &[Value]) -> Answer {
    same(&args[0], &args[1]).map(|same| (!same).into())
}

fn order(args: &[Value]) -> Result<Option<Ordering>, String> {
    let (left, right) = (&args[0], &args[1]);
    match (&left.data, &right.data) {
        (Data::Float(left), Data::Float(right)) => Ok(left.partial_cmp(right)),
        (Data::Str(left), Data::Str(right)) => Ok(Some(left.cmp(right))),
        _ if basic(left) == Some("int") && basic(right) == Some("int") => Ok(Some(number(left).cmp(&number(right)))),
        _ => Err(unlike(left, right)),
    }
}

pub(super) fn lt(_: &mut Context, args: &[Value]) -> Answer {
    Ok(order(args)?.is_some_and(Ordering::is_lt).into())
}

pub(super) fn le(_: &mut Context, args: &[Value]) -> Answer {
    Ok(order(args)?.is_some_and(Ordering::is_le).into())
}

pub(super) fn gt(_: &mut Context, args: &[Value]) -> Answer {
    Ok((!order(args)?.is_some_and(Ordering::is_le)).into())
}

pub(super) fn ge(_: &mut Context, args: &[Value]) -> Answer {
    Ok((!order(args)?.is_some_and(Ordering::is_lt)).into())
}

pub(super) fn not(_: &mut Context, args: &[Value]) -> Answer {
    Ok((!args[0].truth()).into())
}

pub(super) fn len(_: &mut Context, args: &[Value]) -> Answer {
    let length = match &args[0].data {
        Data::Str(text) => raw(text).len(),
        Data::List(_, items) => items.len(),
        Data::Bytes(bytes) => bytes.len(),
        Data::Map(_, map) => map.len(),
        Data::Object(Object::Files(files)) => files.len(),
        _ => return Err(format!("a {} has no length", args[0].type_name())),
    };
    Ok(Value::int(i64::try_from(length).unwrap_or(i64::MAX)))
}

pub(super) fn index(_: &mut Context, args: &[Value]) -> Answer {
    let mut item = args[0].clone();
    if item.is_nil() {
        return Err("there is nothing to look into".to_owned());
    }
    for key in &args[1..] {
        item = match &item.data {
            Data::Map(kind, map) => {
                let Some(name) = key.as_str() else {
                    return Err(format!("the key of a map must be a string, not a {}", key.type_name()));
                };
                match map.get(name) {
                    Some(found) => found,
                    None if *kind == crate::helm::value::MapKind::Strings => "".into(),
                    None => Value {
                        data: Data::Nil(true),
                        came: item
                            .came
                            .main()
                            .filter(crate::helm::value::Origin::is_generated)
                            .map_or(crate::helm::value::Came::Here, crate::helm::value::Came::From),
                    },
                }
            }
            Data::Object(Object::Files(files)) => {
                let file = key.as_str().and_then(|name| files.get(name));
                Data::Bytes(file.map_or_else(|| std::rc::Rc::from([]), |file| file.data.as_ref().into())).into()
            }
            Data::List(_, items) => at(items, key)?.clone(),
            Data::Bytes(bytes) => {
                let bytes: Vec<Value> = bytes.iter().map(|byte| Value::int(i64::from(*byte))).collect();
                at(&bytes, key)?.clone()
            }
            Data::Str(text) => {
                let bytes: Vec<Value> = text.bytes().map(|byte| Value::int(i64::from(byte))).collect();
                at(&bytes, key)?.clone()
            }
            Data::Nil(_) => return Err("what is indexed here is not set".to_owned()),
            _ => return Err(format!("a {} has no items", item.type_name())),
        };
    }
    Ok(item)
}

fn at<'v>(items: &'v [Value], key: &Value) -> Result<&'v Value, String> {
    match key.data {
        Data::Int(index) | Data::Int64(index) => usize::try_from(index)
            .ok()
            .and_then(|index| items.get(index))
            .ok_or_else(|| format!("the index {index} is out of range")),
        _ => Err(format!("the index of a list must be an int, not a {}", key.type_name())),
    }
}

pub(super) fn print(_: &mut Context, args: &[Value]) -> Answer {
    format::sprint(args)
}

pub(super) fn println(_: &mut Context, args: &[Value]) -> Answer {
    format::sprintln(args)
}

pub(super) fn printf(_: &mut Context, args: &[Value]) -> Answer {
    format::printf(&args[0], &args[1..])
}

fn escaped(args: &[Value], escape: fn(&mut String, char)) -> Answer {
    let shown = |value: &Value| if value.is_nil() { "<no value>".into() } else { value.clone() };
    let joined = format::sprint(&args.iter().map(shown).collect::<Vec<_>>())?;
    let mut out = String::new();
    joined.as_str().unwrap_or_default().chars().for_each(|character| escape(&mut out, character));
    Ok(out.into())
}

pub(super) fn html(_: &mut Context, args: &[Value]) -> Answer {
    escaped(args, |out, character| match character {
        '\0' => out.push('\u{fffd}'),
        '"' => out.push_str("&#34;"),
        '\'' => out.push_str("&#39;"),
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        _ => out.push(character),
    })
}

pub(super) fn js(_: &mut Context, args: &[Value]) -> Answer {
    escaped(args, |out, character| match character {
        '\\' | '\'' | '"' => out.extend(['\\', character]),
        '<' | '>' | '&' | '=' | '\0'..='\u{1f}' => out.push_str(&format!("\\u{:04X}", u32::from(character))),
        _ => out.push(character),
    })
}

pub(super) fn urlquery(_: &mut Context, args: &[Value]) -> Answer {
    escaped(args, |out, character| match character {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '_' | '.' | '~' => out.push(character),
        ' ' => out.push('+'),
        _ => {
            for byte in character.encode_utf8(&mut [0; 4]).bytes() {
                out.push_str(&format!("%{byte:02X}"));
            }
        }
    })
}

pub(super) fn hello(_: &mut Context, _: &[Value]) -> Answer {
    Ok("Hello!".into())
}

pub(super) fn get_host_by_name(_: &mut Context, args: &[Value]) -> Answer {
    let _ = text(args, 0);
    Ok(Value::from("").generated())
}
