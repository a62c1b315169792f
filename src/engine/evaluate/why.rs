//! Why it is not known whether a condition holds, where nobody asks for the places.

use super::{changed, evaluate, follow, work_out};
use crate::engine::scope::Scope;
use crate::engine::truth::Truth;
use crate::engine::value;
use crate::model::State;
use crate::model::queryable::{Datum, Slot};
use crate::rules::condition::Condition;
use crate::source::Reason;

/// The first reason why it is not known whether a condition holds of an element of a list.
pub(super) fn why<'m>(condition: &Condition, slot: &Slot<'m>, scope: Scope<'_, 'm>) -> Option<Reason> {
    scope.within(slot, |scope| reason(condition, slot, scope))
}

fn reason<'m>(condition: &Condition, slot: &Slot<'m>, scope: Scope<'_, 'm>) -> Option<Reason> {
    let inner = match condition {
        Condition::All(inner) | Condition::Any(inner) => {
            let mut open = inner.iter().filter(|each| evaluate(each, slot, scope) == Truth::Unknown);
            open.find_map(|each| reason(each, slot, scope))
        }
        Condition::Not(inner) => reason(inner, slot, scope),
        Condition::At(path, inner) => reached(inner, &follow(path, slot, scope), scope),
        Condition::Compute(formula, inner) => reached(inner, &work_out(formula, scope), scope),
        Condition::Group(group) => reason(&group.condition, &changed(group, slot, scope).0, scope),
        _ => None,
    };
    inner.or_else(|| match &value::standing(slot).state {
        State::Unknown(reason) => Some(reason.clone()),
        State::Set(Datum::List(_, open)) => open.clone(),
        State::Set(_) | State::Absent => None,
    })
}

fn reached<'m>(condition: &Condition, slot: &Slot<'m>, scope: Scope<'_, 'm>) -> Option<Reason> {
    scope.at_end(slot, |scope| reason(condition, slot, scope))
}
