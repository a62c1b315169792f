//! Between types, and choices by what a value is.

use super::{Answer, Context, text};
use crate::helm::format::strval;
use crate::helm::value::equal::{deep_copy as copied, deep_equal as equal};
use crate::helm::value::{Data, ListKind, Object, Value};

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

pub(super) fn deep_equal(context: &mut Context, args: &[Value]) -> Answer {
    equal(&args[0], &args[1], &mut context.work).map(Value::from)
}

pub(super) fn deep_copy(context: &mut Context, args: &[Value]) -> Answer {
    if args[0].is_nil() {
        return Err("there is nothing to copy".to_owned());
    }
    copied(&args[0], &mut context.work)
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
