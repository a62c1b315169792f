//! What a formula reaches at least although some of its numbers are not known: no number here is
//! negative, so what is left out of a sum can only add to it.

use super::{follow, work_out};
use crate::engine::scope::Scope;
use crate::engine::value;
use crate::model::State;
use crate::model::queryable::{Datum, Slot, Type};
use crate::rules::formula::{Aggregate, Formula, Operator};

/// The amount that a formula reaches at least, if that is known.
pub(super) fn bound<'m>(formula: &Formula, scope: Scope<'_, 'm>) -> Option<Datum<'m>> {
    let of = formula.of();
    least(formula, of, scope).map(|number| value::amount(number, of))
}

fn least(formula: &Formula, of: Type, scope: Scope<'_, '_>) -> Option<f64> {
    let one = |formula: &Formula| least(formula, formula.of(), scope);
    match formula {
        Formula::Literal(_) | Formula::Path(_) => exact(formula, of, scope),
        Formula::Aggregate(aggregate, path) => {
            let here = Slot::set(Datum::Thing(scope.frame.thing), None);
            let State::Set(Datum::List(items, _)) = follow(path, &here, scope).state else { return None };
            let set = items.iter().filter(|item| matches!(item.state, State::Set(_)));
            if *aggregate == Aggregate::Count {
                return Some(set.map(|_| 1.0).sum());
            }
            let numbers = set.filter_map(|item| match &value::standing(item).state {
                State::Set(datum) => value::quantity(datum, of),
                State::Absent | State::Unknown(_) => None,
            });
            match aggregate {
                Aggregate::Sum | Aggregate::Count => Some(numbers.sum()),
                Aggregate::Max => numbers.reduce(f64::max),
                // A smaller one may be among those that are not known.
                Aggregate::Min => None,
            }
        }
        Formula::Binary(operator, left, right) => match operator {
            Operator::Add => Some(one(left)? + one(right)?),
            Operator::Multiply => Some(one(left)? * one(right)?),
            Operator::Subtract => Some(one(left)? - exact(right, right.of(), scope)?),
            Operator::Divide => Some(one(left)? / exact(right, right.of(), scope)?),
        },
    }
    .filter(|number| number.is_finite() && *number >= 0.0)
}

fn exact(formula: &Formula, of: Type, scope: Scope<'_, '_>) -> Option<f64> {
    match &value::standing(&work_out(formula, scope)).state {
        State::Set(datum) => value::quantity(datum, of),
        State::Absent | State::Unknown(_) => None,
    }
}
