//! Maps: they are shared, so what changes one changes it for all that hold it.

use super::convert::is_empty;
use super::{Answer, Context, text};
use crate::helm::format::strval;
use crate::helm::value::{Data, Map, MapKind, Slot, Value};
use crate::helm::work::Work;
use std::rc::Rc;

fn map_at(args: &[Value], index: usize) -> Result<&Rc<Map>, String> {
    args.get(index).and_then(Value::as_map).ok_or_else(|| "a map was expected".to_owned())
}

fn in_collection(mut value: Value) -> Value {
    if value.is_nil() {
        value.data = Data::Nil(true);
    }
    value
}

pub(super) fn dict(_: &mut Context, args: &[Value]) -> Answer {
    let mut entries = Vec::new();
    for pair in args.chunks(2) {
        let value = pair.get(1).cloned().unwrap_or_else(|| "".into());
        entries.push((strval(&pair[0])?.into(), in_collection(value)));
    }
    Ok(Value::map(entries))
}

pub(super) fn get(_: &mut Context, args: &[Value]) -> Answer {
    Ok(map_at(args, 0)?.get(text(args, 1)).unwrap_or_else(|| "".into()))
}

pub(super) fn set(_: &mut Context, args: &[Value]) -> Answer {
    map_at(args, 0)?.set(text(args, 1), in_collection(args[2].clone()));
    Ok(args[0].clone())
}

pub(super) fn unset(_: &mut Context, args: &[Value]) -> Answer {
    map_at(args, 0)?.remove(text(args, 1));
    Ok(args[0].clone())
}

pub(super) fn has_key(_: &mut Context, args: &[Value]) -> Answer {
    Ok(map_at(args, 0)?.has(text(args, 1)).into())
}

pub(super) fn keys(_: &mut Context, args: &[Value]) -> Answer {
    let mut found = Vec::new();
    for arg in args {
        for (key, slot) in arg.as_map().map(|map| map.entries()).unwrap_or_default() {
            let name = Value::from(Data::Str(key));
            found.push(slot.key.map_or_else(|| name.clone(), |origin| name.clone().from_place(origin)));
        }
    }
    Ok(Value::strings(found))
}

pub(super) fn values(_: &mut Context, args: &[Value]) -> Answer {
    Ok(Value::list(map_at(args, 0)?.entries().into_iter().map(|(_, slot)| slot.value).collect()))
}

pub(super) fn pluck(_: &mut Context, args: &[Value]) -> Answer {
    let found = args[1..].iter().filter_map(|arg| arg.as_map()?.get(text(args, 0)));
    Ok(Value::list(found.collect()))
}

fn filtered(args: &[Value], keeps: bool) -> Answer {
    let wanted: Vec<&str> = args[1..].iter().filter_map(Value::as_str).collect();
    let entries = map_at(args, 0)?.entries().into_iter().filter(|(key, _)| wanted.contains(&&**key) == keeps);
    let data = Data::Map(MapKind::Plain, Map::new(entries.collect()));
    Ok(Value { data, came: args[0].came.clone() })
}

pub(super) fn pick(_: &mut Context, args: &[Value]) -> Answer {
    filtered(args, true)
}

pub(super) fn omit(_: &mut Context, args: &[Value]) -> Answer {
    filtered(args, false)
}

struct Merge<'w> {
    overwrites: bool,
    work: &'w mut Work,
}

impl Merge<'_> {
    fn run(&mut self, target: &Rc<Map>, source: &Rc<Map>, depth: usize) -> Result<(), String> {
        if Rc::ptr_eq(target, source) {
            return Ok(());
        }
        for (key, Slot { key: place, value }) in source.entries() {
            self.work.visit(depth)?;
            let known = target.get(&key);
            if value.is_nil() {
                if self.overwrites {
                    target.insert(key, Slot { key: place, value });
                }
                continue;
            }
            if let (Some(below), Some(above)) = (known.as_ref().and_then(Value::as_map), value.as_map()) {
                self.run(below, above, depth + 1)?;
                continue;
            }
            if self.overwrites || known.as_ref().is_none_or(is_empty) {
                target.insert(key, Slot { key: place, value });
            }
        }
        Ok(())
    }
}

fn merged(context: &mut Context, args: &[Value], overwrites: bool) -> Answer {
    let target = map_at(args, 0)?;
    let mut merge = Merge { overwrites, work: &mut context.work };
    for index in 1..args.len() {
        merge.run(target, map_at(args, index)?, 0)?;
    }
    Ok(args[0].clone())
}

pub(super) fn merge(context: &mut Context, args: &[Value]) -> Answer {
    merged(context, args, false)
}

pub(super) fn merge_overwrite(context: &mut Context, args: &[Value]) -> Answer {
    merged(context, args, true)
}

pub(super) fn dig(_: &mut Context, args: &[Value]) -> Answer {
    let [path @ .., or, start] = args else { return Err("dig takes at least three arguments".to_owned()) };
    if path.is_empty() {
        return Err("dig takes at least three arguments".to_owned());
    }
    let mut value = start.clone();
    for key in path {
        let Some(key) = key.as_str() else { return Err(format!("a key must be a string, not a {}", key.type_name())) };
        let Data::Map(MapKind::Plain, map) = &value.data else {
            return Err(format!("a {} stands where a plain map is needed", value.type_name()));
        };
        match map.get(key) {
            Some(found) => value = found,
            None => return Ok(or.clone()),
        }
    }
    Ok(value)
}
