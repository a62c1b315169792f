//! Arithmetic: whole numbers with wrap-around, decimals, ranges.

use super::convert::{ints, to_float64, to_int64};
use super::{Answer, Context, int};
use crate::helm::value::{MAX_ITEMS, Value};

fn fold(args: &[Value], start: i64, apply: fn(i64, i64) -> i64) -> Answer {
    Ok(Value::int64(args.iter().map(to_int64).fold(start, apply)))
}

pub(super) fn add(_: &mut Context, args: &[Value]) -> Answer {
    fold(args, 0, i64::wrapping_add)
}

pub(super) fn add1(_: &mut Context, args: &[Value]) -> Answer {
    fold(args, 1, i64::wrapping_add)
}

pub(super) fn mul(_: &mut Context, args: &[Value]) -> Answer {
    fold(args, 1, i64::wrapping_mul)
}

pub(super) fn sub(_: &mut Context, args: &[Value]) -> Answer {
    Ok(Value::int64(to_int64(&args[0]).wrapping_sub(to_int64(&args[1]))))
}

fn divided(args: &[Value], apply: fn(i64, i64) -> i64) -> Answer {
    match to_int64(&args[1]) {
        0 => Err("a number cannot be divided by zero".to_owned()),
        by => Ok(Value::int64(apply(to_int64(&args[0]), by))),
    }
}

pub(super) fn div(_: &mut Context, args: &[Value]) -> Answer {
    divided(args, i64::wrapping_div)
}

pub(super) fn modulo(_: &mut Context, args: &[Value]) -> Answer {
    divided(args, i64::wrapping_rem)
}

pub(super) fn max(_: &mut Context, args: &[Value]) -> Answer {
    fold(args, to_int64(&args[0]), i64::max)
}

pub(super) fn min(_: &mut Context, args: &[Value]) -> Answer {
    fold(args, to_int64(&args[0]), i64::min)
}

pub(super) fn maxf(_: &mut Context, args: &[Value]) -> Answer {
    Ok(args.iter().map(to_float64).fold(f64::NEG_INFINITY, f64::max).into())
}

pub(super) fn minf(_: &mut Context, args: &[Value]) -> Answer {
    Ok(args.iter().map(to_float64).fold(f64::INFINITY, f64::min).into())
}

/// A number as digits and a power of ten.
#[derive(Clone, Copy)]
struct Decimal(i128, i32);

impl Decimal {
    fn new(value: f64) -> Option<Self> {
        let text = format!("{value:e}");
        let (mantissa, power) = text.split_once('e')?;
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = format!("{whole}{fraction}").parse().ok()?;
        Some(Self(digits, power.parse::<i32>().ok()? - i32::try_from(fraction.len()).ok()?))
    }

    fn aligned(self, other: Self) -> Option<(i128, i128, i32)> {
        let power = self.1.min(other.1);
        let scale = |number: Self| number.0.checked_mul(10_i128.checked_pow((number.1 - power).unsigned_abs())?);
        Some((scale(self)?, scale(other)?, power))
    }

    fn float(self) -> f64 {
        format!("{}e{}", self.0, self.1).parse().unwrap_or(0.0)
    }
}

/// Decimal arithmetic where the digits fit, binary where they do not.
fn decimal(args: &[Value], exact: fn(Decimal, Decimal) -> Option<Decimal>, rough: fn(f64, f64) -> f64) -> Answer {
    let mut numbers = args.iter().map(to_float64);
    let mut total = numbers.next().unwrap_or(0.0);
    for number in numbers {
        let exactly = Decimal::new(total).zip(Decimal::new(number)).and_then(|(left, right)| exact(left, right));
        total = exactly.map_or_else(|| rough(total, number), Decimal::float);
    }
    Ok(total.into())
}

fn plus(left: Decimal, right: Decimal) -> Option<Decimal> {
    let (left, right, power) = left.aligned(right)?;
    Some(Decimal(left.checked_add(right)?, power))
}

pub(super) fn addf(_: &mut Context, args: &[Value]) -> Answer {
    decimal(args, plus, |left, right| left + right)
}

pub(super) fn add1f(_: &mut Context, args: &[Value]) -> Answer {
    let one: Value = 1.0.into();
    decimal(&[args[0].clone(), one], plus, |left, right| left + right)
}

pub(super) fn subf(_: &mut Context, args: &[Value]) -> Answer {
    decimal(args, |left, right| plus(left, Decimal(-right.0, right.1)), |left, right| left - right)
}

pub(super) fn mulf(_: &mut Context, args: &[Value]) -> Answer {
    let times = |left: Decimal, right: Decimal| Some(Decimal(left.0.checked_mul(right.0)?, left.1 + right.1));
    decimal(args, times, |left, right| left * right)
}

/// With sixteen digits behind the point.
fn quotient(left: Decimal, right: Decimal) -> Option<Decimal> {
    let power = 16 + left.1 - right.1;
    let scale = 10_i128.checked_pow(power.unsigned_abs())?;
    let (over, under) =
        if power >= 0 { (left.0.checked_mul(scale)?, right.0) } else { (left.0, right.0.checked_mul(scale)?) };
    let twice = (over % under).checked_mul(2)?.checked_abs()?;
    let away = if twice >= under.checked_abs()? { (over ^ under).signum() | 1 } else { 0 };
    Some(Decimal(over / under + away, -16))
}

pub(super) fn divf(_: &mut Context, args: &[Value]) -> Answer {
    if args[1..].iter().any(|by| to_float64(by) == 0.0) {
        return Err("a number cannot be divided by zero".to_owned());
    }
    decimal(args, quotient, |left, right| left / right)
}

pub(super) fn ceil(_: &mut Context, args: &[Value]) -> Answer {
    Ok(to_float64(&args[0]).ceil().into())
}

pub(super) fn floor(_: &mut Context, args: &[Value]) -> Answer {
    Ok(to_float64(&args[0]).floor().into())
}

pub(super) fn round(_: &mut Context, args: &[Value]) -> Answer {
    let on = args.get(2).map_or(0.5, to_float64);
    let power = 10_f64.powi(i32::try_from(int(args, 1)).unwrap_or(0));
    let digit = to_float64(&args[0]) * power;
    let rounded = if digit.fract() >= on { digit.ceil() } else { digit.floor() };
    Ok((rounded / power).into())
}

fn steps(start: i64, stop: i64, step: i64) -> Result<Vec<i64>, String> {
    let mut numbers = Vec::new();
    let mut next = Some(start);
    while let Some(number) = next {
        let goes_on = if stop < start { step < 0 && number > stop } else { step > 0 && number < stop };
        if !goes_on {
            break;
        }
        if numbers.len() >= MAX_ITEMS {
            return Err(format!("the list grows beyond {MAX_ITEMS} items"));
        }
        numbers.push(number);
        next = number.checked_add(step);
    }
    Ok(numbers)
}

pub(super) fn until(_: &mut Context, args: &[Value]) -> Answer {
    let count = int(args, 0);
    Ok(ints(steps(0, count, if count < 0 { -1 } else { 1 })?))
}

pub(super) fn until_step(_: &mut Context, args: &[Value]) -> Answer {
    Ok(ints(steps(int(args, 0), int(args, 1), int(args, 2))?))
}

pub(super) fn seq(_: &mut Context, args: &[Value]) -> Answer {
    let number = |index: usize| int(args, index);
    let (start, step, end) = match args.len() {
        1 => (1, if number(0) < 1 { -1 } else { 1 }, number(0)),
        2 => (number(0), if number(1) < number(0) { -1 } else { 1 }, number(1)),
        3 => (number(0), number(1), number(2)),
        _ => return Ok("".into()),
    };
    if end < start && step > 0 {
        return Ok("".into());
    }
    let past = if end < start { end.wrapping_sub(1) } else { end.wrapping_add(1) };
    let numbers: Vec<String> = steps(start, past, step)?.iter().map(ToString::to_string).collect();
    Ok(numbers.join(" ").into())
}
