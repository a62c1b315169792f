//! Whether a condition holds (RULES.md, sections 3 and 4).

mod query;

use self::query::operand;
pub(super) use self::query::{follow, work_out};
use super::scope::{Frame, Scope};
use super::truth::Truth;
use super::{facts, value};
use crate::model::State;
use crate::model::queryable::{Datum, Slot};
use crate::rules::condition::{Condition, Group, Missing, Operand, Quantifier};
use crate::rules::path::Path;
use crate::source::Reason;

/// Whether a condition holds of a thing or value.
pub(super) fn evaluate<'m>(condition: &Condition, slot: &Slot<'m>, scope: Scope<'_, 'm>) -> Truth {
    match condition {
        Condition::All(conditions) => Truth::all(conditions.iter().map(|each| evaluate(each, slot, scope))),
        Condition::Any(conditions) => Truth::any(conditions.iter().map(|each| evaluate(each, slot, scope))),
        // Whatever is said of what is absent is false, that it is not something included.
        Condition::Not(inner) if is_absent(slot) && !asks_for_presence(inner) => Truth::False,
        Condition::Not(inner) => evaluate(inner, slot, scope).opposite(),
        Condition::At(path, inner) => inside(inner, &follow(path, slot, scope), scope),
        Condition::Compute(formula, inner) => inside(inner, &work_out(formula, scope), scope),
        Condition::Elements(quantifier, inner) => elements(*quantifier, inner, slot, scope),
        Condition::Count(inner) => count(inner, slot, scope),
        Condition::Unique(paths) => pairs(paths, slot, scope, true),
        Condition::Same(paths) => pairs(paths, slot, scope, false),
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

/// As [`evaluate`], for what a path or a list led to: a thing becomes the innermost record.
pub(super) fn inside<'m>(condition: &Condition, slot: &Slot<'m>, scope: Scope<'_, 'm>) -> Truth {
    match slot.state {
        State::Set(Datum::Thing(thing)) => {
            let frame = Frame { thing, outer: Some(scope.frame) };
            evaluate(condition, slot, Scope { around: scope.around, frame: &frame })
        }
        _ => evaluate(condition, slot, scope),
    }
}

fn is_absent(slot: &Slot<'_>) -> bool {
    matches!(value::standing(slot).state, State::Absent)
}

/// Whether a condition means something for what is absent.
fn asks_for_presence(condition: &Condition) -> bool {
    match condition {
        Condition::Present(_) | Condition::Count(_) => true,
        Condition::Group(group) => group.missing != Missing::False || asks_for_presence(&group.condition),
        Condition::Not(inner) => asks_for_presence(inner),
        Condition::All(inner) | Condition::Any(inner) => inner.iter().any(asks_for_presence),
        _ => false,
    }
}

/// Whether something is there at all. What is referred to is, even if it cannot be read.
fn present(slot: &Slot<'_>) -> Truth {
    match &slot.state {
        State::Set(_) => Truth::True,
        State::Absent => Truth::False,
        State::Unknown(Reason::Elsewhere { .. } | Reason::Malformed { .. } | Reason::Generated) => Truth::True,
        State::Unknown(_) => Truth::Unknown,
    }
}

/// A value against operands.
fn compared<'m>(condition: &Condition, slot: &Slot<'m>, scope: Scope<'_, 'm>) -> Truth {
    let datum = match &slot.state {
        State::Set(datum) => datum,
        // Whatever is said of what is absent is false.
        State::Absent => return Truth::False,
        State::Unknown(_) => return Truth::Unknown,
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
            |other| match &other.state {
                State::Set(other) => value::relates(*relation, datum, other).into(),
                State::Absent => Truth::False,
                State::Unknown(_) => Truth::Unknown,
            },
        ),
        Condition::Matches(expressions) => {
            value::text(datum).is_some_and(|text| expressions.iter().any(|regex| regex.is_match(&text))).into()
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
        Operand::Formula(made) => formula(&value::standing(&work_out(made, scope))),
    }
}

/// A test between two texts, against several operands or the elements of one.
fn textual<'m>(operands: &[Operand], datum: &Datum<'m>, scope: Scope<'_, 'm>, test: fn(&str, &str) -> bool) -> Truth {
    let Some(text) = value::text(datum) else { return Truth::False };
    Truth::any(operands.iter().map(|one| {
        let slot = operand(one, None, scope);
        match value::elements(&slot) {
            State::Set((items, open)) => {
                let hits = items.iter().map(|item| match &value::standing(item).state {
                    State::Set(other) => value::text(other).is_some_and(|other| test(&text, &other)).into(),
                    State::Absent => Truth::False,
                    State::Unknown(_) => Truth::Unknown,
                });
                Truth::any(hits).unless_open(Truth::False, open.is_some())
            }
            State::Absent => Truth::False,
            State::Unknown(_) => Truth::Unknown,
        }
    }))
}

fn elements<'m>(quantifier: Quantifier, inner: &Condition, slot: &Slot<'m>, scope: Scope<'_, 'm>) -> Truth {
    let (items, open) = match value::elements(&value::standing(slot)) {
        State::Set(known) => known,
        State::Absent => return Truth::False,
        State::Unknown(_) => return Truth::Unknown,
    };
    let truths = items.iter().map(|item| inside(inner, item, scope));
    match quantifier {
        Quantifier::Some => Truth::any(truths).unless_open(Truth::False, open.is_some()),
        Quantifier::Each => Truth::all(truths).unless_open(Truth::True, open.is_some()),
        Quantifier::None => Truth::any(truths).opposite().unless_open(Truth::True, open.is_some()),
    }
}

/// How many elements there are. Where some may be missing, that is a number that they reach at least.
fn count<'m>(inner: &Condition, slot: &Slot<'m>, scope: Scope<'_, 'm>) -> Truth {
    let (items, open) = match value::elements(&value::standing(slot)) {
        State::Set(known) => known,
        State::Absent => (Vec::new(), None),
        State::Unknown(_) => return Truth::Unknown,
    };
    let is = |item: &Slot<'_>, state: fn(&State<Datum<'_>>) -> bool| state(&value::standing(item).state);
    let known = items.iter().filter(|item| is(item, |state| matches!(state, State::Set(_)))).count();
    let perhaps = items.iter().any(|item| is(item, |state| matches!(state, State::Unknown(_))));
    let number = Slot::set(Datum::Integer(i64::try_from(known).unwrap_or(i64::MAX)), slot.at);
    if open.is_none() && !perhaps {
        return evaluate(inner, &number, scope);
    }
    at_least(inner, &number, scope)
}

/// Whether a condition holds of a number that may be larger than `least`.
fn at_least<'m>(condition: &Condition, least: &Slot<'m>, scope: Scope<'_, 'm>) -> Truth {
    use crate::rules::condition::Relation;
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
        _ => Truth::Unknown,
    }
}

/// Whether elements differ pairwise, or agree, at every path.
fn pairs<'m>(paths: &[Path], slot: &Slot<'m>, scope: Scope<'_, 'm>, differ: bool) -> Truth {
    let (items, open) = match value::elements(slot) {
        State::Set(known) => known,
        State::Absent => return Truth::False,
        State::Unknown(_) => return Truth::Unknown,
    };
    let truth = Truth::all(paths.iter().map(|path| {
        let mut seen: Vec<Datum<'m>> = Vec::new();
        let mut is_unknown = false;
        for item in &items {
            let at = value::standing(&follow(path, item, scope));
            match at.state {
                State::Set(datum) => {
                    let equal = seen.iter().any(|known| value::same(known, &datum));
                    if differ && equal || !differ && !seen.is_empty() && !equal {
                        return Truth::False;
                    }
                    seen.push(datum);
                }
                State::Unknown(_) => is_unknown = true,
                State::Absent => {}
            }
        }
        if is_unknown { Truth::Unknown } else { Truth::True }
    }));
    truth.unless_open(Truth::True, open.is_some())
}

fn grouped<'m>(group: &Group, slot: &Slot<'m>, scope: Scope<'_, 'm>) -> Truth {
    let (changed, absent) = changed(group, slot, scope);
    if absent {
        return match group.missing {
            Missing::True => Truth::True,
            Missing::False => evaluate(&group.condition, &changed, scope),
            Missing::Unknown => Truth::Unknown,
        };
    }
    if matches!(&group.condition, Condition::All(conditions) if conditions.is_empty()) {
        // Nothing is said but that it can be read.
        return present(&changed);
    }
    evaluate(&group.condition, &changed, scope)
}

/// What the modifiers of a group make of a slot, and whether there was nothing to begin with.
pub(super) fn changed<'m>(group: &Group, slot: &Slot<'m>, scope: Scope<'_, 'm>) -> (Slot<'m>, bool) {
    let absent = matches!(value::standing(slot).state, State::Absent);
    let mut changed = match group.read_as {
        Some(read) => value::read_as(slot, read),
        None => slot.clone(),
    };
    if let Some(filter) = &group.filter {
        changed = value::filtered(changed, |item| inside(filter, item, scope));
    }
    if let Some(per) = &group.per {
        // A first of its kind counts; the others are the same thing once more.
        let mut seen: Vec<Datum<'m>> = Vec::new();
        if let State::Set(Datum::List(items, _)) = &mut changed.state {
            items.retain(|item| match value::standing(&follow(per, item, scope)).state {
                State::Set(datum) => {
                    let is_new = !seen.iter().any(|known| value::same(known, &datum));
                    seen.push(datum);
                    is_new
                }
                _ => true,
            });
        }
    }
    (changed, absent)
}
