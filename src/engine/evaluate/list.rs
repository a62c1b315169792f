//! What is said of lists as a whole: their size, and whether their elements differ or agree.

use super::{evaluate, follow};
use crate::engine::scope::Scope;
use crate::engine::truth::Truth;
use crate::engine::value;
use crate::model::State;
use crate::model::queryable::{Datum, Slot};
use crate::rules::condition::{Condition, Operand, Relation};
use crate::rules::path::Path;
use std::borrow::Cow;

/// How many elements there are; with `per`, how many that differ there. Where some may be missing
/// or the same, that is a number that they reach at least.
pub(super) fn count<'m>(per: Option<&Path>, inner: &Condition, slot: &Slot<'m>, scope: Scope<'_, 'm>) -> Truth {
    let slot = value::standing(slot);
    let (items, open) = match value::elements(&slot) {
        State::Set(known) => known,
        State::Absent => (Cow::Borrowed(&[][..]), None),
        State::Unknown(_) => return Truth::Unknown,
    };
    let mut is_exact = open.is_none();
    let mut number = 0_i64;
    let mut kinds: Vec<Datum<'m>> = Vec::new();
    for item in items.iter() {
        // A setting counts whether or not its value is known.
        match item.state {
            State::Set(_) => {}
            State::Absent => continue,
            State::Unknown(_) => {
                is_exact = false;
                continue;
            }
        }
        match per.map(|per| value::stood(follow(per, item, scope)).state) {
            Some(State::Set(kind)) => {
                if !kinds.iter().any(|known| value::same(known, &kind)) {
                    kinds.push(kind);
                    number += 1;
                }
            }
            Some(State::Unknown(_)) => is_exact = false,
            Some(State::Absent) | None => number += 1,
        }
    }
    let number = Slot::set(Datum::Integer(number), slot.at);
    if is_exact { evaluate(inner, &number, scope) } else { at_least(inner, &number, scope) }
}

/// Whether a condition holds of a number that may be larger than `least`.
pub(super) fn at_least<'m>(condition: &Condition, least: &Slot<'m>, scope: Scope<'_, 'm>) -> Truth {
    match condition {
        Condition::All(inner) => Truth::all(inner.iter().map(|each| at_least(each, least, scope))),
        Condition::Any(inner) => Truth::any(inner.iter().map(|each| at_least(each, least, scope))),
        Condition::Not(inner) => at_least(inner, least, scope).opposite(),
        // What is reached stays reached.
        Condition::Order(Relation::Min | Relation::Above, _) => {
            evaluate(condition, least, scope).unless_open(Truth::False, true)
        }
        // What is exceeded stays exceeded.
        Condition::Order(Relation::Max | Relation::Below, _) => {
            evaluate(condition, least, scope).unless_open(Truth::True, true)
        }
        Condition::Equals(operands) => {
            let is_exceeded = |operand: &Operand| match (operand, &least.state) {
                (Operand::Literal(literal), State::Set(least)) => {
                    value::relates(Relation::Above, least, &value::datum(literal))
                }
                _ => false,
            };
            if operands.iter().all(is_exceeded) { Truth::False } else { Truth::Unknown }
        }
        _ => Truth::Unknown,
    }
}

/// What is said of the elements of a list, of which some may be missing: of what is absent it is
/// false, of what is not known nobody knows.
pub(super) fn of_elements<'m>(slot: &Slot<'m>, say: impl FnOnce(&[Slot<'m>], bool) -> Truth) -> Truth {
    match value::elements(&value::standing(slot)) {
        State::Set((items, open)) => say(&items, open.is_some()),
        State::Absent => Truth::False,
        State::Unknown(_) => Truth::Unknown,
    }
}

/// Whether elements differ pairwise at every path; with `per`, those that agree there never clash.
pub(super) fn unique<'m>(per: Option<&Path>, paths: &[Path], slot: &Slot<'m>, scope: Scope<'_, 'm>) -> Truth {
    of_elements(slot, |items, is_open| {
        let truth = Truth::all(paths.iter().map(|path| {
            let ends: Vec<End<'m>> = items.iter().map(|item| End::of(path, per, item, scope)).collect();
            let pairs =
                ends.iter().enumerate().flat_map(|(index, one)| ends.iter().take(index).map(move |it| (one, it)));
            Truth::all(pairs.map(|(one, other)| one.clashes(other).opposite()))
        }));
        truth.unless_open(Truth::True, is_open)
    })
}

/// The elements that clash with another one, in order.
pub(in crate::engine) fn clashing<'m>(
    per: Option<&Path>,
    path: &Path,
    items: &[Slot<'m>],
    scope: Scope<'_, 'm>,
) -> Vec<Slot<'m>> {
    let ends: Vec<End<'m>> = items.iter().map(|item| End::of(path, per, item, scope)).collect();
    let clashes = |index: usize, one: &End<'m>| {
        ends.iter().enumerate().any(|(at, other)| at != index && one.clashes(other) == Truth::True)
    };
    let found = ends.iter().enumerate().filter(|(index, end)| clashes(*index, end));
    found.map(|(_, end)| end.value.clone()).collect()
}

/// What stands at a path of an element, and the kind of the element if its like never clash.
struct End<'m> {
    value: Slot<'m>,
    kind: Option<Slot<'m>>,
}

impl<'m> End<'m> {
    fn of(path: &Path, per: Option<&Path>, item: &Slot<'m>, scope: Scope<'_, 'm>) -> Self {
        let at = |path: &Path| value::stood(follow(path, item, scope));
        Self { value: at(path), kind: per.map(at) }
    }

    /// Whether both are set and equal, and not of one kind.
    fn clashes(&self, other: &Self) -> Truth {
        let apart = match (&self.kind, &other.kind) {
            (Some(one), Some(other)) => equal(one, other).opposite(),
            _ => Truth::True,
        };
        Truth::all([equal(&self.value, &other.value), apart].into_iter())
    }
}

/// Whether two values are there and equal.
fn equal(one: &Slot<'_>, other: &Slot<'_>) -> Truth {
    match (&one.state, &other.state) {
        (State::Absent, _) | (_, State::Absent) => Truth::False,
        (State::Set(one), State::Set(other)) => value::same(one, other).into(),
        _ => Truth::Unknown,
    }
}

/// Whether elements agree at every path. Absent values agree with all others.
pub(super) fn agree<'m>(paths: &[Path], slot: &Slot<'m>, scope: Scope<'_, 'm>) -> Truth {
    of_elements(slot, |items, is_open| {
        let truth = Truth::all(paths.iter().map(|path| {
            let ends: Vec<Slot<'m>> = items.iter().map(|item| value::stood(follow(path, item, scope))).collect();
            let mut known = ends.iter().filter_map(|end| match &end.state {
                State::Set(datum) => Some(datum),
                State::Absent | State::Unknown(_) => None,
            });
            let first = known.next();
            if known.any(|other| first.is_some_and(|first| !value::same(first, other))) {
                Truth::False
            } else if items.len() > 1 && ends.iter().any(|end| matches!(end.state, State::Unknown(_))) {
                Truth::Unknown
            } else {
                Truth::True
            }
        }));
        truth.unless_open(Truth::True, is_open)
    })
}
