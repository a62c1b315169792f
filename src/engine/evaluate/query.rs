//! Following paths and working out formulas.

use super::{evaluate, inside, why};
use crate::engine::scope::{Frame, Scope, Surroundings};
use crate::engine::truth::Truth;
use crate::engine::{facts, value};
use crate::model::queryable::{Datum, Slot, Thing, Type, raw};
use crate::model::{Container, State, SubjectKind, pool};
use crate::rules::condition::Operand;
use crate::rules::formula::{Aggregate, Formula, Operator};
use crate::rules::pack::Then;
use crate::rules::path::{POOL, PROVIDED, Path, Start, Step};
use crate::rules::rule::Let;
use crate::source::Reason;
use std::borrow::Cow;

/// What a path leads to from `here`.
pub(in crate::engine) fn follow<'m>(path: &Path, here: &Slot<'m>, scope: Scope<'_, 'm>) -> Slot<'m> {
    let thing = match path.start {
        Start::Here => match here.state {
            State::Set(Datum::Thing(thing)) => Some(thing),
            _ => None,
        },
        Start::Inner => Some(scope.frame.thing),
        Start::Subject => Some(scope.around.subject),
        Start::Outer => Some(scope.frame.outer.unwrap_or(scope.frame).thing),
        Start::Let(_) | Start::Declared(_) => None,
    };
    // Nearly every path is a field or two of a thing, which need not become a slot before.
    if let (Some(thing), Some((Step::Field(field, argument), rest))) = (thing, path.steps.split_first()) {
        return rest.iter().fold((field.get)(thing, argument), |slot, step| take(step, slot, scope));
    }
    let start = match (thing, path.start) {
        (_, Start::Here) => here.clone(),
        (_, Start::Let(number)) => named(number, scope).cloned().unwrap_or_else(|| Slot::absent(None)),
        (_, Start::Declared(number)) => scope.around.world.declared(number, scope.around.subject.at()),
        (Some(thing), _) => Slot::set(Datum::Thing(thing), Some(thing.at())),
        (None, _) => Slot::absent(None),
    };
    path.steps.iter().fold(start, |slot, step| take(step, slot, scope))
}

/// Looks at what a path leads to from `here`. A `let` by itself may be a long list, and is not copied for it.
pub(in crate::engine) fn reach<'m, T>(
    path: &Path,
    here: &Slot<'m>,
    scope: Scope<'_, 'm>,
    look: impl FnOnce(&Slot<'m>) -> T,
) -> T {
    let lent = match path.start {
        Start::Let(number) if path.steps.is_empty() => named(number, scope),
        _ => None,
    };
    match lent {
        Some(slot) => look(slot),
        None => look(&follow(path, here, scope)),
    }
}

/// One step; over a list it is taken for each element.
fn take<'m>(step: &Step, slot: Slot<'m>, scope: Scope<'_, 'm>) -> Slot<'m> {
    match slot.state {
        State::Absent => slot,
        State::Unknown(ref reason) => match step {
            Step::Fact(fact) => facts::fact(*fact, &slot, scope),
            _ => Slot { state: State::Unknown(reason.of_rest().clone()), ..slot },
        },
        State::Set(Datum::List(items, open)) => {
            let mut taken = Vec::with_capacity(items.len());
            let mut missing = open;
            for item in items {
                let next = take(step, item, scope);
                match next.state {
                    State::Set(Datum::List(inner, inner_open)) => {
                        taken.extend(inner);
                        missing = missing.or(inner_open);
                    }
                    _ => taken.push(next),
                }
            }
            Slot { state: State::Set(Datum::List(taken, missing)), ..Slot::absent(slot.at) }
        }
        State::Set(_) => single(step, &slot, scope),
    }
}

fn single<'m>(step: &Step, slot: &Slot<'m>, scope: Scope<'_, 'm>) -> Slot<'m> {
    match (step, &slot.state) {
        (Step::Field(field, argument), State::Set(Datum::Thing(thing))) => (field.get)(*thing, argument),
        (Step::Provided(name), State::Set(Datum::Thing(thing))) => provided(name, *thing, scope),
        (Step::Origins(path), State::Set(Datum::Thing(thing))) => {
            let of = follow(path, slot, scope);
            let steps = match of.origins {
                Cow::Borrowed(origins) => {
                    let stack = thing.stack();
                    origins.iter().map(|origin| Thing::Origin(stack, origin)).collect::<Vec<_>>()
                }
                // Such slots are made by formulas, which have no way of their own.
                Cow::Owned(_) => Vec::new(),
            };
            Slot::things(steps.into_iter(), of.at, None)
        }
        (Step::Raw(keys), State::Set(Datum::Node(node, flavour))) => raw(node, keys, *flavour, slot.at),
        (Step::Fact(fact), _) => facts::fact(*fact, &value::standing(slot), scope),
        _ => Slot::absent(slot.at),
    }
}

/// The value of a `let`, worked out once.
fn named<'s, 'm>(number: usize, scope: Scope<'s, 'm>) -> Option<&'s Slot<'m>> {
    let frame = Frame { thing: scope.around.subject, outer: None };
    let work_out = || {
        let outside = Scope { around: scope.around, frame: &frame };
        match scope.around.lets.get(number) {
            Some(Let::Formula(formula)) => work_out(formula, outside),
            Some(Let::List(path, filter)) => {
                let all = follow(path, &Slot::absent(None), outside);
                match filter {
                    Some(filter) => {
                        value::filtered(all, |slot| inside(filter, slot, outside), |slot| why(filter, slot, outside))
                    }
                    None => all,
                }
            }
            None => Slot::absent(None),
        }
    };
    scope.around.known.get(number).map(|known| known.get_or_init(work_out))
}

/// What the pack of a container's app provides, worked out once.
fn provided<'m>(name: &'static str, thing: Thing<'m>, scope: Scope<'_, 'm>) -> Slot<'m> {
    let Some(container) = thing.container() else { return Slot::absent(Some(thing.at())) };
    scope.around.provided.of(container, name, || provided_for(container, name, thing, scope))
}

fn provided_for<'m>(container: &'m Container, name: &str, thing: Thing<'m>, scope: Scope<'_, 'm>) -> Slot<'m> {
    let at = container.image.at.or(Some(container.at));
    let app = container.app.as_deref().and_then(|app| scope.around.world.app(app));
    let cases = app.and_then(|app| app.provides.iter().find(|(known, _)| known == name)).map(|(_, cases)| cases);
    let around = Surroundings::new(scope.around.world, &[], thing, scope.around.provided);
    let frame = Frame { thing, outer: None };
    let scope = Scope { around: &around, frame: &frame };
    let here = Slot::set(Datum::Thing(thing), at);
    for case in cases.map_or(&[][..], |cases| cases) {
        let applies = case.when.as_ref().map_or(Truth::True, |when| evaluate(when, &here, scope));
        match (applies, &case.then) {
            (Truth::False, _) => {}
            (Truth::True, Then::Values(values)) => {
                let mut slots: Vec<Slot<'m>> = values.iter().map(|value| operand(value, at, scope)).collect();
                let is_list = PROVIDED.iter().any(|(known, of)| *known == name && matches!(of, Type::List(_)));
                if !is_list {
                    return slots.pop().unwrap_or_else(|| Slot::absent(at));
                }
                return Slot::set(Datum::List(slots, None), at);
            }
            (Truth::True, Then::Unknown(what)) => {
                return Slot::unknown(Reason::Image { what: what.as_str().into() }, at);
            }
            (Truth::Unknown, _) => {
                // The image decides, unless a setting may that is not here.
                if let Some(reason) = container.image.reason() {
                    return Slot::unknown(reason.clone(), at);
                }
                if let Some(gap) = thing.stack().open_in(SubjectKind::Setting, container) {
                    return Slot::unknown(gap.reason.clone(), Some(gap.at));
                }
                return Slot::unknown(Reason::Image { what: format!("the {name} of {}", container.name).into() }, at);
            }
        }
    }
    if name == POOL { pool(thing, container) } else { Slot::absent(at) }
}

/// What settings say in the ways of common libraries, for each of the most copies that may run.
fn pool<'m>(thing: Thing<'m>, container: &'m Container) -> Slot<'m> {
    let stack = thing.stack();
    let of_one = pool::pool(container, stack);
    let copies = stack.workloads.get(container.workload).map(|workload| &workload.replicas_max);
    let state = match (&of_one.state, copies.map(|copies| &copies.state)) {
        (State::Set(size), Some(State::Set(copies))) => State::Set(Datum::Integer(size.saturating_mul(*copies))),
        (State::Set(_), Some(State::Unknown(reason))) => State::Unknown(reason.clone()),
        (State::Set(size), _) => State::Set(Datum::Integer(*size)),
        (State::Absent, _) => State::Absent,
        (State::Unknown(reason), _) => State::Unknown(reason.clone()),
    };
    Slot { state, at: of_one.at, origins: Cow::Owned(of_one.origins().to_vec()), secret: false }
}

/// A value that a rule or pack writes; `at` is the place that stands for a literal.
pub(in crate::engine) fn operand<'m>(
    operand: &Operand,
    at: Option<crate::source::Span>,
    scope: Scope<'_, 'm>,
) -> Slot<'m> {
    match operand {
        Operand::Literal(literal) => Slot::set(value::datum(literal), at),
        Operand::Formula(formula) => {
            let slot = value::stood(work_out(formula, scope));
            Slot { at: slot.at.or(at), ..slot }
        }
    }
}

/// What a formula yields.
pub(in crate::engine) fn work_out<'m>(formula: &Formula, scope: Scope<'_, 'm>) -> Slot<'m> {
    match formula {
        Formula::Literal(literal) => Slot::set(value::datum(literal), None),
        Formula::Path(path) => follow(path, &Slot::set(Datum::Thing(scope.frame.thing), None), scope),
        Formula::Aggregate(aggregate, path) => {
            let list = follow(path, &Slot::set(Datum::Thing(scope.frame.thing), None), scope);
            aggregated(*aggregate, &list, formula.of())
        }
        Formula::Binary(operator, left, right) => {
            let (one, other) = (work_out(left, scope), work_out(right, scope));
            combined(*operator, &one, &other, [left.of(), right.of()], formula.of())
        }
    }
}

fn aggregated<'m>(aggregate: Aggregate, list: &Slot<'m>, of: Type) -> Slot<'m> {
    let (items, open) = match &list.state {
        State::Set(Datum::List(items, open)) => (items, open),
        State::Set(_) => return Slot::absent(list.at),
        State::Absent | State::Unknown(_) => return list.clone(),
    };
    if let Some(reason) = open {
        return Slot::unknown(reason.clone(), list.at);
    }
    if aggregate == Aggregate::Count && items.iter().all(|item| !matches!(item.state, State::Unknown(_))) {
        let count = items.iter().filter(|item| matches!(item.state, State::Set(_))).count();
        return Slot::set(Datum::Integer(i64::try_from(count).unwrap_or(i64::MAX)), list.at);
    }
    let items: Vec<Slot<'m>> = items.iter().cloned().map(value::stood).collect();
    if let Some(unknown) = items.iter().find(|item| matches!(item.state, State::Unknown(_))) {
        return unknown.clone();
    }
    let mut numbers = Vec::with_capacity(items.len());
    for item in &items {
        let number = match &item.state {
            State::Set(datum) => value::quantity(datum, of),
            State::Absent | State::Unknown(_) => None,
        };
        match number {
            Some(number) => numbers.push(number),
            // What is not there may be any number: the whole is not known.
            None => return Slot::unknown(Reason::Unseen { what: "one of the numbers".into() }, item.at.or(list.at)),
        }
    }
    let result = match aggregate {
        Aggregate::Sum | Aggregate::Count => Some(numbers.iter().sum()),
        Aggregate::Min => numbers.iter().copied().reduce(f64::min),
        Aggregate::Max => numbers.iter().copied().reduce(f64::max),
    };
    result.map_or_else(|| Slot::absent(list.at), |number| Slot::set(value::amount(number, of), list.at))
}

fn combined<'m>(operator: Operator, one: &Slot<'m>, other: &Slot<'m>, types: [Type; 2], of: Type) -> Slot<'m> {
    let [left, right] = types;
    // A text is read as what the other side is.
    let wanted = |own: Type, beside: Type| match own {
        Type::Text | Type::Any | Type::Thing(_) => beside,
        _ => own,
    };
    let side = |slot: &Slot<'m>, of: Type| -> Result<f64, Slot<'m>> {
        let slot = value::standing(slot);
        match &slot.state {
            State::Set(datum) => value::quantity(datum, of).ok_or_else(|| Slot::absent(slot.at)),
            State::Absent | State::Unknown(_) => Err(slot.into_owned()),
        }
    };
    let (a, b) = match (side(one, wanted(left, right)), side(other, wanted(right, left))) {
        (Ok(a), Ok(b)) => (a, b),
        (Err(slot), _) | (_, Err(slot)) => return slot,
    };
    let number = match operator {
        Operator::Add => a + b,
        Operator::Subtract => a - b,
        Operator::Multiply => a * b,
        Operator::Divide => a / b,
    };
    if number.is_finite() { Slot::set(value::amount(number, of), one.at.or(other.at)) } else { Slot::absent(one.at) }
}
