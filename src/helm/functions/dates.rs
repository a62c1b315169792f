//! Dates, all in UTC; what depends on the present moment is marked as made up.

use super::convert::to_int64;
use super::{Answer, Context, text};
use crate::helm::value::time::{format, parse};
use crate::helm::value::{Data, Object, Value};

/// The moment that an argument means; anything that is none means now.
fn moment(context: &Context, value: &Value) -> (i64, bool) {
    match value.data {
        Data::Object(Object::Time(seconds)) => (seconds, value.came.main().is_some_and(|origin| origin.is_generated())),
        Data::Int(seconds) | Data::Int64(seconds) => (seconds, false),
        _ => (context.now, true),
    }
}

fn marked(value: Value, is_generated: bool) -> Value {
    if is_generated { value.generated() } else { value }
}

fn formatted(context: &Context, layout: &str, value: &Value) -> Value {
    let (seconds, is_generated) = moment(context, value);
    marked(format(seconds, layout).into(), is_generated)
}

fn time(seconds: i64) -> Value {
    Data::Object(Object::Time(seconds)).into()
}

pub(super) fn now(context: &mut Context, _: &[Value]) -> Answer {
    Ok(time(context.now).generated())
}

pub(super) fn date(context: &mut Context, args: &[Value]) -> Answer {
    Ok(formatted(context, text(args, 0), &args[1]))
}

pub(super) fn html_date(context: &mut Context, args: &[Value]) -> Answer {
    Ok(formatted(context, "2006-01-02", &args[0]))
}

pub(super) fn unix_epoch(context: &mut Context, args: &[Value]) -> Answer {
    let (seconds, is_generated) = moment(context, &args[0]);
    Ok(marked(seconds.to_string().into(), is_generated))
}

/// `1h30m`, `-2.5s` and the like in nanoseconds.
fn nanoseconds(text: &str) -> Option<i64> {
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0);
    }
    let mut total = 0.0;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number: f64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let units = [("ns", 1.0), ("us", 1e3), ("µs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 6e10), ("h", 3.6e12)];
        let (unit, factor) = units.into_iter().find(|(unit, _)| rest.starts_with(unit))?;
        total += number * factor;
        rest = &rest[unit.len()..];
    }
    #[expect(clippy::cast_possible_truncation, reason = "Go's durations are whole nanoseconds")]
    let total = total as i64;
    Some(if negative { -total } else { total })
}

fn modified(context: &Context, args: &[Value]) -> Option<Value> {
    let (seconds, is_generated) = moment(context, &args[1]);
    let by = nanoseconds(text(args, 0))?.div_euclid(1_000_000_000);
    Some(marked(time(seconds.saturating_add(by)), is_generated))
}

pub(super) fn date_modify(context: &mut Context, args: &[Value]) -> Answer {
    Ok(modified(context, args).unwrap_or_else(|| args[1].clone()))
}

pub(super) fn must_date_modify(context: &mut Context, args: &[Value]) -> Answer {
    modified(context, args).ok_or_else(|| "this is no duration such as 1h30m".to_owned())
}

/// The zero moment of Go, 1 January of the year 1.
const ZERO: i64 = -62_135_596_800;

pub(super) fn to_date(_: &mut Context, args: &[Value]) -> Answer {
    Ok(time(parse(text(args, 0), text(args, 1)).unwrap_or(ZERO)))
}

pub(super) fn must_to_date(_: &mut Context, args: &[Value]) -> Answer {
    parse(text(args, 0), text(args, 1)).map(time).ok_or_else(|| "the text does not fit the layout".to_owned())
}

/// Whole seconds as Go prints a duration.
fn shown(seconds: i64) -> String {
    let sign = if seconds < 0 { "-" } else { "" };
    let total = seconds.unsigned_abs();
    let (hours, minutes, seconds) = (total / 3600, total % 3600 / 60, total % 60);
    match (hours, minutes) {
        (0, 0) => format!("{sign}{seconds}s"),
        (0, _) => format!("{sign}{minutes}m{seconds}s"),
        _ => format!("{sign}{hours}h{minutes}m{seconds}s"),
    }
}

pub(super) fn duration(_: &mut Context, args: &[Value]) -> Answer {
    // Of the types of numbers sprig takes one only.
    Ok(match args[0].data {
        Data::Str(_) | Data::Int64(_) => shown(to_int64(&args[0])).into(),
        _ => "0s".into(),
    })
}

pub(super) fn ago(context: &mut Context, args: &[Value]) -> Answer {
    let (seconds, _) = moment(context, &args[0]);
    Ok(Value::from(shown(context.now - seconds)).generated())
}

pub(super) fn duration_round(context: &mut Context, args: &[Value]) -> Answer {
    let seconds = match &args[0].data {
        Data::Str(text) => nanoseconds(text).unwrap_or(0) / 1_000_000_000,
        Data::Int(nanoseconds) | Data::Int64(nanoseconds) => nanoseconds / 1_000_000_000,
        Data::Object(Object::Time(seconds)) => context.now - seconds,
        _ => 0,
    };
    let sign = if seconds < 0 { "-" } else { "" };
    let total = seconds.unsigned_abs();
    let units = [(31_536_000, "y"), (2_592_000, "mo"), (86_400, "d"), (3600, "h"), (60, "m"), (1, "s")];
    let found = units.into_iter().find(|(size, _)| total > *size);
    Ok(found.map_or_else(|| "0s".into(), |(size, unit)| format!("{sign}{}{unit}", total / size).into()))
}
