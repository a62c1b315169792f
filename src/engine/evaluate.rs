//! Whether a condition holds (RULES.md, sections 3 and 4).

mod bound;
mod list;
mod outline;
mod query;
mod why;

use self::bound::bound;
pub(super) use self::list::clashing;
use self::list::{agree, count, unique};
pub(super) use self::outline::is_open;
pub(super) use self::query::{follow, operand, reach, work_out};
use self::why::why;
use super::scope::Scope;
use super::truth::Truth;
use super::{facts, value};
use crate::model::State;
use crate::model::queryable::{Datum, Slot};
use crate::rules::condition::{Condition, Group, Missing, Operand, Quantifier, Relation};
use crate::rules::formula::Formula;
use crate::source::Reason;
use std::borrow::Cow;

/// Whether a condition holds of a thing or value.
pub(super) fn evaluate<'m>(condition: &Condition, slot: &Slot<'m>, scope: Scope<'_, 'm>) -> Truth {
    match condition {
        Condition::All(_) | Condition::Any(_) if is_open(condition, slot) => Truth::Unknown,
        Condition::All(conditions) => Truth::all(conditions.iter().map(|each| evaluate(each, slot, scope))),
        Condition::Any(conditions) => Truth::any(conditions.iter().map(|each| evaluate(each, slot, scope))),
        Condition::Not(inner) if is_absent(slot) => denied(inner, slot, scope),
        Condition::Not(inner) => evaluate(inner, slot, scope).opposite(),
        Condition::At(path, inner) => reach(path, slot, scope, |there| reached(inner, there, scope)),
        Condition::Compute(formula, inner) => computed(formula, inner, scope),
        Condition::Elements(quantifier, inner) => elements(*quantifier, inner, slot, scope),
        Condition::Count(per, inner) => count(per.as_ref(), inner, slot, scope),
        Condition::Unique(per, paths) => unique(per.as_ref(), paths, slot, scope),
        Condition::Same(paths) => agree(paths, slot, scope),
        Condition::Group(group) => grouped(group, slot, scope),
        Condition::Present(wanted) => {
            let present = present(&value::standing(slot));
            if *wanted { present } else { present.opposite() }
        }
        Condition::Equals(_)
        | Condition::Order(..)
        | Condition::Matches(_)
        | Condition::Contains(_)
        | Condition::Within(_) => compared(condition, &value::standing(slot), scope),
    }
}

/// As [`evaluate`], for what a path led to: a thing becomes the innermost record. A setting stands
/// for its value, and a value has no neighbours: those of the thing around count.
fn reached<'m>(condition: &Condition, slot: &Slot<'m>, scope: Scope<'_, 'm>) -> Truth {
    scope.at_end(slot, |scope| evaluate(condition, slot, scope))
}

/// What is said of what a formula yields; where only a part of it is known, of a number that it
/// reaches at least.
fn computed(formula: &Formula, inner: &Condition, scope: Scope<'_, '_>) -> Truth {
    let slot = work_out(formula, scope);
    match (&slot.state, bound(formula, scope)) {
        (State::Unknown(_), Some(least)) => list::at_least(inner, &Slot::set(least, slot.at), scope),
        _ => reached(inner, &slot, scope),
    }
}

/// How a value compares with a formula of which only a part is known: with what it reaches at least.
fn against_more(relation: Relation, datum: &Datum<'_>, least: &Datum<'_>) -> Truth {
    let holds = value::relates(relation, datum, least);
    match relation {
        Relation::Min | Relation::Above if !holds => Truth::False,
        Relation::Max | Relation::Below if holds => Truth::True,
        _ => Truth::Unknown,
    }
}

/// As [`evaluate`], for an element of a list: a thing becomes the innermost record.
pub(super) fn inside<'m>(condition: &Condition, slot: &Slot<'m>, scope: Scope<'_, 'm>) -> Truth {
    scope.within(slot, |scope| evaluate(condition, slot, scope))
}

fn is_absent(slot: &Slot<'_>) -> bool {
    matches!(value::standing(slot).state, State::Absent)
}

/// Whether the opposite of a condition holds of what is absent. Whatever is said of that is false,
/// that it is not something included; only presence can be denied.
fn denied<'m>(condition: &Condition, slot: &Slot<'m>, scope: Scope<'_, 'm>) -> Truth {
    match condition {
        Condition::All(inner) => Truth::any(inner.iter().map(|each| denied(each, slot, scope))),
        Condition::Any(inner) => Truth::all(inner.iter().map(|each| denied(each, slot, scope))),
        Condition::Not(inner) => evaluate(inner, slot, scope),
        Condition::Present(_) | Condition::Count(..) => evaluate(condition, slot, scope).opposite(),
        // A setting without a value is there all the same, and has other fields.
        Condition::At(path, inner) if matches!(slot.state, State::Set(Datum::Thing(_))) => {
            let reached = follow(path, slot, scope);
            if is_absent(&reached) {
                denied(inner, &reached, scope)
            } else {
                self::reached(inner, &reached, scope).opposite()
            }
        }
        Condition::Group(group) if group.missing == Missing::False => denied(&group.condition, slot, scope),
        Condition::Group(_) => evaluate(condition, slot, scope).opposite(),
        _ => Truth::False,
    }
}

/// Whether a condition holds of what is absent where that counts as `missing`. Whether it is there
/// is known all the same.
fn assumed<'m>(condition: &Condition, missing: Truth, slot: &Slot<'m>, scope: Scope<'_, 'm>) -> Truth {
    match condition {
        Condition::All(inner) if !inner.is_empty() => {
            Truth::all(inner.iter().map(|each| assumed(each, missing, slot, scope)))
        }
        Condition::Any(inner) => Truth::any(inner.iter().map(|each| assumed(each, missing, slot, scope))),
        Condition::Present(_) => evaluate(condition, slot, scope),
        _ => missing,
    }
}

/// Whether something is there at all. What is referred to is, even if it cannot be read.
fn present(slot: &Slot<'_>) -> Truth {
    match &slot.state {
        State::Set(_) => Truth::True,
        State::Absent => Truth::False,
        State::Unknown(Reason::Elsewhere { .. } | Reason::Malformed { .. } | Reason::Generated | Reason::Partly(_)) => {
            Truth::True
        }
        State::Unknown(_) => Truth::Unknown,
    }
}

/// A value against operands.
fn compared<'m>(condition: &Condition, slot: &Slot<'m>, scope: Scope<'_, 'm>) -> Truth {
    let datum = match &slot.state {
        State::Set(datum) => datum,
        // Whatever is said of what is absent is false.
        State::Absent => return Truth::False,
        State::Unknown(reason) => {
            return reason.outline().map_or(Truth::Unknown, |outline| outline::decided(condition, outline.expose()));
        }
    };
    match condition {
        Condition::Equals(operands) => {
            Truth::any(operands.iter().map(|one| {
                against(
                    one,
                    scope,
                    |literal| value::equals(datum, literal),
                    |other| {
                        match &other.state {
                            // A formula that yields a list: one of it.
                            State::Set(Datum::List(items, open)) => {
                                let one = items.iter().map(|item| match &value::standing(item).state {
                                    State::Set(item) => value::same(datum, item).into(),
                                    State::Absent => Truth::False,
                                    State::Unknown(_) => Truth::Unknown,
                                });
                                Truth::any(one).unless_open(Truth::False, open.is_some())
                            }
                            State::Set(other) => value::same(datum, other).into(),
                            State::Absent => Truth::False,
                            State::Unknown(_) => Truth::Unknown,
                        }
                    },
                )
            }))
        }
        Condition::Order(relation, other) => against(
            other,
            scope,
            |literal| value::relates(*relation, datum, &value::datum(literal)),
            |slot| match (&slot.state, other) {
                (State::Set(other), _) => value::relates(*relation, datum, other).into(),
                (State::Absent, _) => Truth::False,
                (State::Unknown(_), Operand::Formula(formula)) => {
                    bound(formula, scope).map_or(Truth::Unknown, |least| against_more(*relation, datum, &least))
                }
                (State::Unknown(_), Operand::Literal(_)) => Truth::Unknown,
            },
        ),
        Condition::Matches(expressions) => {
            value::text(datum).is_some_and(|text| expressions.iter().any(|pattern| pattern.is_in(&text))).into()
        }
        Condition::Contains(operands) => textual(operands, datum, scope, |text, part| text.contains(part)),
        Condition::Within(operands) => textual(operands, datum, scope, facts::belongs),
        _ => Truth::Unknown,
    }
}

/// A literal is compared at once; a formula is worked out first.
fn against<'m>(
    operand: &Operand,
    scope: Scope<'_, 'm>,
    literal: impl Fn(&crate::rules::literal::Literal) -> bool,
    formula: impl Fn(&Slot<'m>) -> Truth,
) -> Truth {
    match operand {
        Operand::Literal(text) => literal(text).into(),
        Operand::Formula(made) => formula(&value::stood(work_out(made, scope))),
    }
}

/// A test between two texts, against several operands or the elements of one.
fn textual<'m>(operands: &[Operand], datum: &Datum<'m>, scope: Scope<'_, 'm>, test: fn(&str, &str) -> bool) -> Truth {
    let Some(text) = value::text(datum) else { return Truth::False };
    Truth::any(operands.iter().map(|one| {
        let slot = operand(one, None, scope);
        list::of_elements(&slot, |items, is_open| {
            let hits = items.iter().map(|item| match &value::standing(item).state {
                State::Set(other) => value::text(other).is_some_and(|other| test(&text, &other)).into(),
                State::Absent => Truth::False,
                State::Unknown(_) => Truth::Unknown,
            });
            Truth::any(hits).unless_open(Truth::False, is_open)
        })
    }))
}

fn elements<'m>(quantifier: Quantifier, inner: &Condition, slot: &Slot<'m>, scope: Scope<'_, 'm>) -> Truth {
    list::of_elements(slot, |items, is_open| {
        let truths = items.iter().map(|item| inside(inner, item, scope));
        match quantifier {
            Quantifier::Some => Truth::any(truths).unless_open(Truth::False, is_open),
            Quantifier::Each => Truth::all(truths).unless_open(Truth::True, is_open),
            Quantifier::None => Truth::any(truths).opposite().unless_open(Truth::True, is_open),
        }
    })
}

fn grouped<'m>(group: &Group, slot: &Slot<'m>, scope: Scope<'_, 'm>) -> Truth {
    let (changed, absent) = changed(group, slot, scope);
    match group.missing {
        Missing::True if absent => return assumed(&group.condition, Truth::True, slot, scope),
        Missing::Unknown if absent => return assumed(&group.condition, Truth::Unknown, slot, scope),
        _ => {}
    }
    if matches!(&group.condition, Condition::All(conditions) if conditions.is_empty()) {
        // Nothing is said but that it can be read.
        return present(&changed);
    }
    evaluate(&group.condition, &changed, scope)
}

/// What the modifiers of a group make of a slot, and whether there was nothing to begin with.
pub(super) fn changed<'s, 'm>(group: &Group, slot: &'s Slot<'m>, scope: Scope<'_, 'm>) -> (Cow<'s, Slot<'m>>, bool) {
    let absent = is_absent(slot);
    let mut changed = match group.read_as {
        Some(read) => Cow::Owned(value::read_as(slot, read)),
        None => Cow::Borrowed(slot),
    };
    if let Some(filter) = &group.filter {
        let (is_in, why) = (|item: &Slot<'m>| inside(filter, item, scope), |item: &Slot<'m>| why(filter, item, scope));
        changed = Cow::Owned(value::filtered(changed.into_owned(), is_in, why));
    }
    (changed, absent)
}
