//! Equality with types, as `deepEqual`, `has` and `uniq` see it; copies.

use super::data::{Data, Map, Object, Slot, Value};
use crate::helm::work::Work;
use std::rc::Rc;

/// Whether two values are equal in type and content.
///
/// # Errors
/// If they contain themselves or are too large.
pub fn deep_equal(left: &Value, right: &Value, work: &mut Work) -> Result<bool, String> {
    equal(left, right, 0, work)
}

fn equal(left: &Value, right: &Value, depth: usize, work: &mut Work) -> Result<bool, String> {
    work.visit(depth)?;
    Ok(match (&left.data, &right.data) {
        (Data::Nil(_), Data::Nil(_)) => true,
        (Data::Bool(left), Data::Bool(right)) => left == right,
        (Data::Int(left), Data::Int(right)) | (Data::Int64(left), Data::Int64(right)) => left == right,
        (Data::Float(left), Data::Float(right)) => left == right,
        (Data::Str(left), Data::Str(right)) => left == right,
        (Data::Bytes(left), Data::Bytes(right)) => left == right,
        (Data::List(kind, left), Data::List(other, right)) => {
            if kind != other || left.len() != right.len() {
                return Ok(false);
            }
            for (left, right) in left.iter().zip(right.iter()) {
                if !equal(left, right, depth + 1, work)? {
                    return Ok(false);
                }
            }
            true
        }
        (Data::Map(kind, left), Data::Map(other, right)) => {
            if Rc::ptr_eq(left, right) {
                return Ok(kind == other);
            }
            if kind != other || left.len() != right.len() {
                return Ok(false);
            }
            for (key, slot) in left.entries() {
                let Some(right) = right.get(&key) else { return Ok(false) };
                if !equal(&slot.value, &right, depth + 1, work)? {
                    return Ok(false);
                }
            }
            true
        }
        (Data::Object(Object::Files(left)), Data::Object(Object::Files(right))) => left.is_same(right),
        (Data::Object(left), Data::Object(right)) => {
            left.text() == right.text() && std::mem::discriminant(left) == std::mem::discriminant(right)
        }
        _ => false,
    })
}

/// A copy that shares no map with the original.
///
/// # Errors
/// If the value contains itself or is too large.
pub fn deep_copy(value: &Value, work: &mut Work) -> Result<Value, String> {
    copy(value, 0, work)
}

fn copy(value: &Value, depth: usize, work: &mut Work) -> Result<Value, String> {
    work.visit(depth)?;
    let data = match &value.data {
        Data::List(kind, items) => {
            Data::List(*kind, items.iter().map(|item| copy(item, depth + 1, work)).collect::<Result<_, _>>()?)
        }
        Data::Map(kind, map) => {
            let mut entries = std::collections::BTreeMap::new();
            for (key, slot) in map.entries() {
                entries.insert(key, Slot { key: slot.key, value: copy(&slot.value, depth + 1, work)? });
            }
            Data::Map(*kind, Map::new(entries))
        }
        data => data.clone(),
    };
    Ok(Value { data, came: value.came.clone() })
}
