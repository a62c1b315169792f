//! Values and conditions in words.

use super::evaluate::work_out;
use super::scope::Scope;
use super::value;
use crate::model::State;
use crate::model::queryable::{Datum, Slot};
use crate::rules::condition::{Condition, Operand};
use crate::rules::literal::Literal;
use crate::rules::template::{Part, Template};

/// Characters of a value that are shown.
const LONGEST: usize = 80;

/// Elements of a list that are shown.
const MOST: usize = 5;

/// A message with its values filled in.
pub(super) fn filled<'m>(template: &Template, scope: Scope<'_, 'm>) -> String {
    let mut text = String::new();
    for part in &template.parts {
        match part {
            Part::Text(plain) => text.push_str(plain),
            Part::Value(formula) => text.push_str(&shown(&work_out(formula, scope))),
        }
    }
    text
}

/// A value in words. A secret is only told by its length.
pub(super) fn shown(slot: &Slot<'_>) -> String {
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
            let mut words: Vec<String> = items.iter().take(MOST).map(shown).collect();
            if items.len() > MOST {
                words.push(format!("{} more", items.len() - MOST));
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

/// What a condition that does not hold found and what it wants, for rules without wording.
pub(super) fn phrased<'m>(condition: &Condition, here: &Slot<'m>, scope: Scope<'_, 'm>) -> Option<String> {
    match condition {
        Condition::All(inner) if inner.len() == 1 => phrased(inner.first()?, here, scope),
        Condition::At(path, inner) => {
            let found = shown(&super::evaluate::follow(path, here, scope));
            Some(format!("{} is {found}; expected {}", path.text, wanted(inner)?))
        }
        _ => None,
    }
}

fn wanted(condition: &Condition) -> Option<String> {
    match condition {
        Condition::Equals(operands) => {
            let words: Option<Vec<String>> = operands.iter().map(operand).collect();
            Some(words?.join(" or "))
        }
        Condition::Order(relation, other) => Some(format!("{} {}", relation.phrase(), operand(other)?)),
        Condition::Matches(expressions) => Some(format!("a match of {}", expressions.first()?.as_str())),
        Condition::Present(true) => Some("a value".to_owned()),
        Condition::Present(false) => Some("none".to_owned()),
        Condition::Not(inner) => Some(format!("anything but {}", wanted(inner)?)),
        Condition::All(inner) if inner.len() == 1 => wanted(inner.first()?),
        _ => None,
    }
}

fn operand(operand: &Operand) -> Option<String> {
    let Operand::Literal(literal) = operand else { return None };
    Some(match literal {
        Literal::Boolean(flag) => flag.to_string(),
        Literal::Text(text) => text.clone(),
        other => shown(&Slot::set(value::datum(other), None)),
    })
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
