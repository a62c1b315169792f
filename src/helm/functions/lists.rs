//! Lists.

use super::convert::{is_empty, to_int64};
use super::{Answer, Context, int};
use crate::helm::value::equal::deep_equal;
use crate::helm::value::{Data, ListKind, MAX_ITEMS, Value};
use crate::helm::work::Work;

/// The items of an argument that has to be a list.
fn items<'v>(value: &'v Value, what: &str) -> Result<&'v [Value], String> {
    match &value.data {
        Data::List(_, items) => Ok(items),
        Data::Nil(_) => Err(format!("{what} needs a list, but it is not set")),
        _ => Err(format!("{what} needs a list, not a {}", value.type_name())),
    }
}

/// A list of the same kind with other items.
fn like(value: &Value, items: Vec<Value>) -> Value {
    let kind = match &value.data {
        Data::List(ListKind::Versions | ListKind::Strings, _) => ListKind::Strings,
        Data::List(kind, _) => *kind,
        _ => ListKind::Any,
    };
    Value { data: Data::List(kind, items.into()), came: value.came.clone() }
}

fn made(value: &Value, items: Vec<Value>) -> Answer {
    if items.len() > MAX_ITEMS {
        return Err(format!("the list grows beyond {MAX_ITEMS} items"));
    }
    Ok(Value { data: Data::List(ListKind::Any, items.into()), came: value.came.clone() })
}

pub(super) fn list(_: &mut Context, args: &[Value]) -> Answer {
    let wrap = |value: &Value| {
        let mut value = value.clone();
        if value.is_nil() {
            value.data = Data::Nil(true);
        }
        value
    };
    Ok(Value::list(args.iter().map(wrap).collect()))
}

pub(super) fn append(_: &mut Context, args: &[Value]) -> Answer {
    let mut found = items(&args[0], "append")?.to_vec();
    found.push(args[1].clone());
    made(&args[0], found)
}

pub(super) fn prepend(_: &mut Context, args: &[Value]) -> Answer {
    let mut found = vec![args[1].clone()];
    found.extend_from_slice(items(&args[0], "prepend")?);
    made(&args[0], found)
}

pub(super) fn concat(_: &mut Context, args: &[Value]) -> Answer {
    let mut found = Vec::new();
    for arg in args {
        found.extend_from_slice(items(arg, "concat")?);
        if found.len() > MAX_ITEMS {
            break;
        }
    }
    made(&Value::nil(), found)
}

pub(super) fn first(_: &mut Context, args: &[Value]) -> Answer {
    Ok(items(&args[0], "first")?.first().cloned().unwrap_or_else(Value::nil))
}

pub(super) fn last(_: &mut Context, args: &[Value]) -> Answer {
    Ok(items(&args[0], "last")?.last().cloned().unwrap_or_else(Value::nil))
}

pub(super) fn rest(_: &mut Context, args: &[Value]) -> Answer {
    made(&args[0], items(&args[0], "rest")?.iter().skip(1).cloned().collect())
}

pub(super) fn initial(_: &mut Context, args: &[Value]) -> Answer {
    let found = items(&args[0], "initial")?;
    made(&args[0], found[..found.len().saturating_sub(1)].to_vec())
}

pub(super) fn reverse(_: &mut Context, args: &[Value]) -> Answer {
    made(&args[0], items(&args[0], "reverse")?.iter().rev().cloned().collect())
}

pub(super) fn compact(_: &mut Context, args: &[Value]) -> Answer {
    made(&args[0], items(&args[0], "compact")?.iter().filter(|item| !is_empty(item)).cloned().collect())
}

fn holds(list: &[Value], wanted: &Value, work: &mut Work) -> Result<bool, String> {
    for item in list {
        if deep_equal(item, wanted, work)? {
            return Ok(true);
        }
    }
    Ok(false)
}

pub(super) fn uniq(context: &mut Context, args: &[Value]) -> Answer {
    let mut found: Vec<Value> = Vec::new();
    let mut texts = std::collections::HashSet::new();
    for item in items(&args[0], "uniq")? {
        let is_new = match item.shared() {
            Some(text) => texts.insert(text),
            None => !holds(&found, item, &mut context.work)?,
        };
        if is_new {
            found.push(item.clone());
        }
    }
    made(&args[0], found)
}

pub(super) fn has(context: &mut Context, args: &[Value]) -> Answer {
    if args[1].is_nil() {
        return Ok(false.into());
    }
    holds(items(&args[1], "has")?, &args[0], &mut context.work).map(Value::from)
}

pub(super) fn without(context: &mut Context, args: &[Value]) -> Answer {
    let mut found = Vec::new();
    for item in items(&args[0], "without")? {
        if !holds(&args[1..], item, &mut context.work)? {
            found.push(item.clone());
        }
    }
    made(&args[0], found)
}

pub(super) fn slice(_: &mut Context, args: &[Value]) -> Answer {
    let found = items(&args[0], "slice")?;
    if found.is_empty() {
        return Ok(Value::nil());
    }
    let bound = |index: usize, or: usize| {
        args.get(index).map_or(Some(or), |value| usize::try_from(to_int64(value)).ok()).filter(|at| *at <= found.len())
    };
    match (bound(1, 0), bound(2, found.len())) {
        (Some(start), Some(end)) if start <= end => Ok(like(&args[0], found[start..end].to_vec())),
        _ => Err("the bounds are out of range".to_owned()),
    }
}

pub(super) fn chunk(_: &mut Context, args: &[Value]) -> Answer {
    let size = usize::try_from(int(args, 0)).ok().filter(|size| *size > 0);
    let size = size.ok_or_else(|| "the size of a chunk must be positive".to_owned())?;
    let chunks = items(&args[1], "chunk")?.chunks(size);
    Ok(Value::list(chunks.map(|chunk| Value::list(chunk.to_vec())).collect()))
}
