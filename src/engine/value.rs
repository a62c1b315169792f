//! Values: reading them as a type, comparing them.

use super::truth::Truth;
use crate::model::queryable::{Datum, Slot, Thing, Type, setting};
use crate::model::{Cpu, Duration, Memory, State};
use crate::rules::condition::{ReadAs, Relation};
use crate::rules::literal::{self, Literal};
use crate::source::Reason;
use crate::syntax::{Node, Value};
use std::borrow::Cow;
use std::cmp::Ordering;

/// The slot, or the value of the setting that it holds: a setting stands for its value.
pub(super) fn standing<'s, 'm>(slot: &'s Slot<'m>) -> Cow<'s, Slot<'m>> {
    match slot.state {
        State::Set(Datum::Thing(Thing::Setting(_, it))) => Cow::Owned(setting::value(it)),
        _ => Cow::Borrowed(slot),
    }
}

/// As [`standing`], for a slot that nobody else needs.
pub(super) fn stood(slot: Slot<'_>) -> Slot<'_> {
    match slot.state {
        State::Set(Datum::Thing(Thing::Setting(_, it))) => setting::value(it),
        _ => slot,
    }
}

/// A literal as a value.
pub(super) fn datum<'m>(literal: &Literal) -> Datum<'m> {
    match literal {
        Literal::Boolean(flag) => Datum::Boolean(*flag),
        Literal::Number(number) => Datum::Number(*number),
        Literal::Memory(amount) => Datum::Memory(*amount),
        Literal::Cpu(amount) => Datum::Cpu(*amount),
        Literal::Duration(amount) => Datum::Duration(*amount),
        Literal::Version(parts) => {
            let text: Vec<String> = parts.iter().map(ToString::to_string).collect();
            Datum::Text(Cow::Owned(text.join(".")))
        }
        Literal::Text(text) => Datum::Text(Cow::Owned(text.clone())),
    }
}

/// A number in base units as a value of a type.
pub(super) fn amount<'m>(number: f64, of: Type) -> Datum<'m> {
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "saturates, and amounts are not negative"
    )]
    let whole = number.round() as u64;
    match of {
        Type::Memory => Datum::Memory(whole),
        Type::Cpu => Datum::Cpu(whole),
        Type::Duration => Datum::Duration(whole),
        _ => Datum::Number(number),
    }
}

/// The text of a value that is one.
pub(super) fn text<'d>(datum: &'d Datum<'_>) -> Option<Cow<'d, str>> {
    match datum {
        Datum::Text(text) => Some(Cow::Borrowed(text)),
        Datum::Image(image) => Some(Cow::Borrowed(image.reference.as_str())),
        Datum::Node(node, _) => node.text().map(Cow::Borrowed),
        Datum::Boolean(flag) => Some(Cow::Borrowed(if *flag { "true" } else { "false" })),
        Datum::Integer(number) => Some(Cow::Owned(number.to_string())),
        Datum::Number(number) => Some(Cow::Owned(number.to_string())),
        _ => None,
    }
}

/// The number of a value in the base unit of a type: bytes, thousandths of a core, milliseconds.
/// A bare number is taken as bytes, cores or seconds.
#[allow(clippy::cast_precision_loss, reason = "amounts beyond 2^53 need no exact comparison")]
pub(super) fn quantity(datum: &Datum<'_>, of: Type) -> Option<f64> {
    match datum {
        Datum::Integer(number) => Some(*number as f64),
        Datum::Number(number) => Some(*number),
        Datum::Memory(amount) | Datum::Cpu(amount) | Datum::Duration(amount) => Some(*amount as f64),
        Datum::Node(..) | Datum::Text(_) => {
            let text = text(datum)?;
            let text = text.trim();
            if matches!(text, "unlimited" | "infinity") {
                return Some(f64::INFINITY);
            }
            let bare = || text.parse::<f64>().ok().filter(|number| number.is_finite());
            match of {
                Type::Memory => Memory::compose(text).map(|memory| memory.0 as f64),
                Type::Cpu => Cpu::parse(text).map(|cpu| cpu.0 as f64),
                Type::Duration => Duration::parse(text)
                    .map(|duration| duration.0 as f64)
                    .or_else(|| bare().map(|number| number * 1000.0)),
                _ => bare(),
            }
        }
        Datum::Boolean(_) | Datum::Image(_) | Datum::Thing(_) | Datum::List(..) => None,
    }
}

/// The type under which a value compares with a literal.
fn type_of(literal: &Literal) -> Type {
    match literal {
        Literal::Memory(_) => Type::Memory,
        Literal::Cpu(_) => Type::Cpu,
        Literal::Duration(_) => Type::Duration,
        Literal::Version(_) => Type::Version,
        _ => Type::Number,
    }
}

/// Whether a text says yes or no.
pub(super) fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => Some(true),
        "false" | "no" | "off" | "0" => Some(false),
        _ => None,
    }
}

/// Whether a value equals a literal.
pub(super) fn equals(datum: &Datum<'_>, literal: &Literal) -> bool {
    match (datum, literal) {
        (Datum::Boolean(one), Literal::Boolean(other)) => one == other,
        (_, Literal::Boolean(other)) => text(datum).and_then(|text| boolean(&text)) == Some(*other),
        (Datum::Boolean(one), Literal::Text(other)) => boolean(other) == Some(*one),
        (Datum::Integer(_) | Datum::Number(_), Literal::Text(other)) => {
            quantity(datum, Type::Number) == other.parse::<f64>().ok()
        }
        (_, Literal::Text(other)) => text(datum).is_some_and(|text| text == other.as_str()),
        (_, Literal::Version(other)) => {
            text(datum).and_then(|text| literal::version(&text)).is_some_and(|version| version.starts_with(other))
        }
        _ => quantity(datum, type_of(literal)).is_some_and(|number| Some(number) == literal.base()),
    }
}

/// Whether two values are equal.
pub(super) fn same(one: &Datum<'_>, other: &Datum<'_>) -> bool {
    match (one, other) {
        (Datum::Boolean(_) | Datum::Text(_) | Datum::Image(_) | Datum::Node(..), _) => text(one) == text(other),
        (Datum::Thing(one), Datum::Thing(other)) => one.at() == other.at() && one.name() == other.name(),
        _ => {
            let number = quantity(one, Type::Number);
            number.is_some() && number == quantity(other, Type::Number)
        }
    }
}

/// How two values compare; `None` if they do not.
fn compare(one: &Datum<'_>, other: &Datum<'_>) -> Option<Ordering> {
    let measure = |datum: &Datum<'_>| match datum {
        Datum::Memory(_) => Some(Type::Memory),
        Datum::Cpu(_) => Some(Type::Cpu),
        Datum::Duration(_) => Some(Type::Duration),
        _ => None,
    };
    // A text is read as what the other side is.
    let of = measure(other).or_else(|| measure(one)).unwrap_or(Type::Number);
    if let (Some(a), Some(b)) = (quantity(one, of), quantity(other, of)) {
        return a.partial_cmp(&b);
    }
    let version = |datum: &Datum<'_>| text(datum).and_then(|text| literal::version(&text));
    Some(version(one)?.cmp(&version(other)?))
}

/// Whether a relation holds between two values. What cannot be compared does not hold.
pub(super) fn relates(relation: Relation, one: &Datum<'_>, other: &Datum<'_>) -> bool {
    let Some(order) = compare(one, other) else { return false };
    match relation {
        Relation::Min => order.is_ge(),
        Relation::Max => order.is_le(),
        Relation::Above => order.is_gt(),
        Relation::Below => order.is_lt(),
    }
}

/// The elements of a value that holds several, and why some may be missing: a list, a text with
/// JSON or commas.
pub(super) fn elements<'s, 'm>(slot: &'s Slot<'m>) -> State<(Cow<'s, [Slot<'m>]>, Option<Reason>)> {
    match &slot.state {
        State::Absent => State::Absent,
        State::Unknown(reason) => State::Unknown(reason.clone()),
        State::Set(Datum::List(items, open)) => State::Set((Cow::Borrowed(items.as_slice()), open.clone())),
        State::Set(Datum::Node(Node { value: Value::Sequence(items), .. }, flavour)) => {
            let slot = |item: &'m Node| Slot::set(Datum::Node(item, *flavour), Some(item.span));
            State::Set((Cow::Owned(items.iter().map(slot).collect()), None))
        }
        State::Set(Datum::Node(Node { value: Value::Mapping(_), .. }, _) | Datum::Thing(_)) => {
            State::Set((Cow::Borrowed(std::slice::from_ref(slot)), None))
        }
        State::Set(datum) => {
            let Some(text) = text(datum) else { return State::Set((Cow::Borrowed(std::slice::from_ref(slot)), None)) };
            let json: Option<Vec<serde_json::Value>> =
                if text.trim_start().starts_with('[') { serde_json::from_str(&text).ok() } else { None };
            let words: Vec<String> = match json {
                Some(values) => values
                    .into_iter()
                    .map(|value| match value {
                        serde_json::Value::String(text) => text,
                        other => other.to_string(),
                    })
                    .collect(),
                None => text.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect(),
            };
            let element = |word: String| Slot { state: State::Set(Datum::Text(Cow::Owned(word))), ..slot.clone() };
            State::Set((Cow::Owned(words.into_iter().map(element).collect()), None))
        }
    }
}

/// A list without the elements that a filter refuses. One of which it is not known opens the list, for the
/// reason that `why` tells.
pub(super) fn filtered<'m>(
    slot: Slot<'m>,
    filter: impl Fn(&Slot<'m>) -> Truth,
    why: impl Fn(&Slot<'m>) -> Option<Reason>,
) -> Slot<'m> {
    let (items, mut open) = match elements(&slot) {
        State::Set(known) => known,
        State::Absent | State::Unknown(_) => return slot,
    };
    let mut kept = Vec::new();
    for item in items.iter() {
        match filter(item) {
            Truth::True => kept.push(item.clone()),
            Truth::False => {}
            Truth::Unknown => {
                let what = || Reason::Unseen { what: "what decides whether this counts".into() };
                open.get_or_insert_with(|| why(item).unwrap_or_else(what));
            }
        }
    }
    Slot { state: State::Set(Datum::List(kept, open)), ..Slot::absent(slot.at) }
}

/// The value read as a type. What cannot be read is absent.
pub(super) fn read_as<'m>(slot: &Slot<'m>, read: ReadAs) -> Slot<'m> {
    let slot = stood(slot.clone());
    if let Type::List(of) = read.of {
        return match elements(&slot) {
            State::Set((items, open)) => {
                let items = items.iter().map(|item| read_as(item, ReadAs { of: *of, unit: read.unit })).collect();
                Slot { state: State::Set(Datum::List(items, open)), ..slot }
            }
            State::Absent | State::Unknown(_) => slot,
        };
    }
    let datum = match &slot.state {
        State::Set(datum) => datum,
        // Of a text some may be known, of a number nothing.
        State::Unknown(reason) if !matches!(read.of, Type::Url | Type::Text) => {
            return Slot { state: State::Unknown(reason.of_rest().clone()), ..slot };
        }
        State::Absent | State::Unknown(_) => return slot,
    };
    let Some(text) = text(datum) else { return slot };
    let text = text.trim();
    let made = match (read.of, read.unit) {
        (Type::Boolean, _) => boolean(text).map(Datum::Boolean),
        (Type::Integer, _) => text.parse().ok().map(Datum::Integer),
        (Type::Number, _) => text.parse().ok().map(Datum::Number),
        (of @ (Type::Memory | Type::Cpu | Type::Duration), unit) => {
            let bare = text.parse::<f64>().ok().and_then(|number| unit.map(|unit| number * unit));
            let written = match of {
                Type::Duration => {
                    Duration::parse(text).filter(|_| text.parse::<f64>().is_err()).map(|it| Datum::Duration(it.0))
                }
                _ => quantity(&Datum::Text(Cow::Borrowed(text)), of).map(|number| amount(number, of)),
            };
            bare.map(|number| amount(number, of)).or(written)
        }
        (Type::Version, _) => literal::version(text).map(|_| Datum::Text(Cow::Owned(text.to_owned()))),
        (Type::Url, _) => text.contains("://").then(|| Datum::Text(Cow::Owned(text.to_owned()))),
        _ => Some(Datum::Text(Cow::Owned(text.to_owned()))),
    };
    let state = made.map_or(State::Absent, State::Set);
    Slot { state, ..slot }
}
