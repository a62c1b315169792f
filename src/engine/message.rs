//! Values and conditions in words.

use super::evaluate::{follow, work_out};
use super::scope::Scope;
use super::truth::Truth;
use super::value;
use crate::model::State;
use crate::model::queryable::{Datum, Slot};
use crate::rules::condition::{Condition, Operand};
use crate::rules::literal::Literal;
use crate::rules::template::{Part, Template};
use std::collections::HashSet;

/// Characters of a value that are shown.
const LONGEST: usize = 80;

/// Bytes that most messages have room in.
const USUAL: usize = 96;

/// Elements of a list that are shown.
const MOST: usize = 5;

/// A message with its values filled in.
pub(super) fn filled<'m>(template: &Template, scope: Scope<'_, 'm>) -> String {
    let mut text = String::with_capacity(USUAL);
    for part in &template.parts {
        match part {
            Part::Text(plain) => text.push_str(plain),
            Part::Value(formula) => text.push_str(&shown(&work_out(formula, scope))),
        }
    }
    text
}

/// A value that a rule or the options write out, in words.
#[must_use]
pub fn literal_in_words(literal: &Literal) -> String {
    shown(&Slot::set(value::datum(literal), None))
}

/// A value in words. A secret is only told by its length.
#[must_use]
pub fn shown(slot: &Slot<'_>) -> String {
    let slot = value::standing(slot);
    let datum = match &slot.state {
        State::Set(datum) => datum,
        State::Absent => return "not set".to_owned(),
        State::Unknown(reason) => return format!("unknown: {}", reason.phrase()),
    };
    if slot.secret
        && let Some(text) = value::text(datum)
    {
        let length = text.chars().count();
        return format!("[secret, {length} character{}]", if length == 1 { "" } else { "s" });
    }
    match datum {
        Datum::Memory(bytes) => memory(*bytes),
        Datum::Cpu(thousandths) if thousandths.is_multiple_of(1000) => (thousandths / 1000).to_string(),
        Datum::Cpu(thousandths) => format!("{thousandths}m"),
        Datum::Duration(milliseconds) => duration(*milliseconds),
        Datum::Thing(thing) => thing.name().0,
        Datum::List(items, _) if items.is_empty() => "empty".to_owned(),
        Datum::List(items, _) => {
            // Two things of one name are told once: the same account, bound twice.
            let mut told = HashSet::new();
            let mut words: Vec<String> = items.iter().map(shown).filter(|word| told.insert(word.clone())).collect();
            if words.len() > MOST {
                let more = words.split_off(MOST).len();
                words.push(format!("{more} more"));
            }
            words.join(", ")
        }
        _ => value::text(datum).map_or_else(|| "not plain".to_owned(), |text| shortened(&text)),
    }
}

fn shortened(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    if line.is_empty() {
        return "empty".to_owned();
    }
    if line.len() == text.len() && line.chars().count() <= LONGEST {
        return line.to_owned();
    }
    let mut short: String = line.chars().take(LONGEST).collect();
    short.push('…');
    short
}

fn memory(bytes: u64) -> String {
    for (unit, size) in [("Gi", 1_u64 << 30), ("Mi", 1 << 20), ("Ki", 1 << 10)] {
        if bytes >= size && bytes.is_multiple_of(size) {
            return format!("{}{unit}", bytes / size);
        }
    }
    bytes.to_string()
}

fn duration(milliseconds: u64) -> String {
    for (unit, size) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000)] {
        if milliseconds >= size && milliseconds.is_multiple_of(size) {
            return format!("{}{unit}", milliseconds / size);
        }
    }
    if milliseconds == 0 { "0s".to_owned() } else { format!("{milliseconds}ms") }
}

/// What a condition that decided a failure found and what is wanted, for rules without wording. The
/// condition came out as `truth`: false where it is required, true where it is rejected.
pub(super) fn phrased<'m>(
    condition: &Condition,
    truth: Truth,
    here: &Slot<'m>,
    scope: Scope<'_, 'm>,
) -> Option<String> {
    told("", condition, truth, here, scope)
}

/// As [`phrased`], for what the path `name` led to.
fn told<'m>(name: &str, condition: &Condition, truth: Truth, slot: &Slot<'m>, scope: Scope<'_, 'm>) -> Option<String> {
    match condition {
        Condition::All(inner) | Condition::Any(inner) if inner.len() == 1 => {
            told(name, inner.first()?, truth, slot, scope)
        }
        Condition::At(path, inner) => {
            let name = if name.is_empty() { path.text.clone() } else { format!("{name}.{}", path.text) };
            let next = follow(path, slot, scope);
            scope.at_end(&next, |scope| told(&name, inner, truth, &next, scope))
        }
        Condition::Not(inner) if matches!(**inner, Condition::At(..)) => {
            told(name, inner, truth.opposite(), slot, scope)
        }
        _ if name.is_empty() => None,
        _ => {
            let wanted = wanted(condition, scope)?;
            let but = if truth == Truth::True { "anything but " } else { "" };
            Some(format!("{name} is {}; expected {but}{wanted}", shown(slot)))
        }
    }
}

fn wanted(condition: &Condition, scope: Scope<'_, '_>) -> Option<String> {
    match condition {
        Condition::Equals(operands) => {
            let words: Option<Vec<String>> = operands.iter().map(|one| operand(one, scope)).collect();
            Some(words?.join(" or "))
        }
        Condition::Order(relation, other) => Some(format!("{} {}", relation.phrase(), operand(other, scope)?)),
        Condition::Matches(expressions) => Some(format!("a match of {}", expressions.first()?.as_str())),
        Condition::Present(true) => Some("a value".to_owned()),
        Condition::Present(false) => Some("none".to_owned()),
        Condition::Not(inner) => Some(format!("anything but {}", wanted(inner, scope)?)),
        Condition::All(inner) if inner.len() == 1 => wanted(inner.first()?, scope),
        _ => None,
    }
}

fn operand(operand: &Operand, scope: Scope<'_, '_>) -> Option<String> {
    match operand {
        Operand::Literal(Literal::Boolean(flag)) => Some(flag.to_string()),
        Operand::Literal(Literal::Text(text)) => Some(text.clone()),
        Operand::Literal(literal) => Some(shown(&Slot::set(value::datum(literal), None))),
        Operand::Formula(formula) => {
            let slot = work_out(formula, scope);
            matches!(value::standing(&slot).state, State::Set(_)).then(|| shown(&slot))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::borrow::Cow;

    #[test]
    fn values_are_shown_by_their_type_and_secrets_by_their_length() {
        let set = |datum| Slot::set(datum, None);
        assert_eq!(shown(&set(Datum::Memory(512 << 20))), "512Mi");
        assert_eq!(shown(&set(Datum::Cpu(250))), "250m");
        assert_eq!(shown(&set(Datum::Duration(90_000))), "90s");
        assert_eq!(shown(&set(Datum::Duration(600_000))), "10m");
        assert_eq!(shown(&Slot::absent(None)), "not set");
        let secret = Slot { secret: true, ..set(Datum::Text(Cow::Borrowed("hunter2"))) };
        assert_eq!(shown(&secret), "[secret, 7 characters]");
    }
}
