//! Why a condition holds, does not, or is not decided: the slots that decided it.

use super::evaluate::{changed, clashing, evaluate, follow, inside, is_open, reach, work_out};
use super::scope::Scope;
use super::truth::Truth;
use super::value;
use crate::model::State;
use crate::model::queryable::{Datum, Slot};
use crate::rules::condition::{Condition, Missing, Operand, Quantifier};
use crate::rules::formula::Formula;
use crate::rules::path::{Path, Step};
use crate::source::{Origin, Reason, Span};
use std::borrow::Cow;

/// Deciding slots of one finding that are kept; more would not be read.
const MOST: usize = 20;

/// A slot that decided.
#[derive(Debug, Clone)]
pub(super) struct Decider<'c, 'm> {
    /// Where it is used, or would have to be written.
    pub at: Option<Span>,
    /// The steps to there.
    pub origins: Cow<'m, [Origin]>,
    /// Whether what stands there is secret.
    pub secret: bool,
    /// The path that led there, as the rule writes it.
    pub path: Cow<'c, str>,
    /// Why it is not known, if it is not.
    pub reason: Option<Reason>,
    /// Whether there is nothing.
    pub absent: bool,
}

/// Collects what made a condition come out as `truth`.
pub(super) struct Explainer<'c, 'f, 'm> {
    truth: Truth,
    path: Vec<&'c str>,
    /// How many there may be.
    most: usize,
    /// In the order of the condition.
    found: &'f mut Vec<Decider<'c, 'm>>,
}

impl<'c, 'f, 'm> Explainer<'c, 'f, 'm> {
    /// Adds why a condition comes out as `truth`; it must have done so.
    pub fn explain(
        condition: &'c Condition,
        truth: Truth,
        slot: &Slot<'m>,
        scope: Scope<'_, 'm>,
        found: &'f mut Vec<Decider<'c, 'm>>,
    ) {
        let most = found.len() + MOST;
        Self { truth, path: Vec::new(), most, found }.walk(condition, slot, scope);
    }

    fn flipped(&mut self, walk: impl FnOnce(&mut Self)) {
        self.truth = self.truth.opposite();
        walk(self);
        self.truth = self.truth.opposite();
    }

    fn walk(&mut self, condition: &'c Condition, slot: &Slot<'m>, scope: Scope<'_, 'm>) {
        if self.found.len() >= self.most {
            return;
        }
        let is_joint = matches!(condition, Condition::All(_) | Condition::Any(_) | Condition::Not(_));
        if self.truth == Truth::Unknown && is_joint && is_open(condition, slot) {
            return self.add(slot, None);
        }
        match condition {
            Condition::All(inner) | Condition::Any(inner) => {
                let (before, truth) = (self.found.len(), self.truth);
                // One by itself came out as the whole did.
                let is_alone = inner.len() == 1;
                for each in inner.iter().filter(|each| is_alone || evaluate(each, slot, scope) == truth) {
                    self.walk(each, slot, scope);
                }
                if self.found.len() == before {
                    self.add(slot, None);
                }
            }
            Condition::Not(inner) => self.flipped(|explainer| explainer.walk(inner, slot, scope)),
            Condition::At(path, inner) => {
                self.path.push(&path.text);
                reach(path, slot, scope, |there| self.reached(inner, there, scope));
                self.path.pop();
            }
            Condition::Compute(formula, inner) => {
                let before = self.found.len();
                self.operands(formula, scope);
                if self.found.len() == before {
                    self.reached(inner, &work_out(formula, scope), scope);
                }
            }
            Condition::Elements(quantifier, inner) => self.elements(*quantifier, inner, slot, scope),
            Condition::Group(group) => {
                let (changed, absent) = changed(group, slot, scope);
                if absent {
                    // What it is there that nobody says.
                    let unsaid =
                        || Reason::Elsewhere { what: format!("the default of {}", self.path.join(".")).into() };
                    self.add(slot, (group.missing == Missing::Unknown && self.truth == Truth::Unknown).then(unsaid));
                } else {
                    self.walk(&group.condition, &changed, scope);
                }
            }
            Condition::Unique(per, paths) => self.compared(paths, slot, |path, items, truth| match truth {
                // Those that differ from all others have no part in it.
                Truth::False => clashing(per.as_ref(), path, items, scope),
                Truth::True | Truth::Unknown => ends(path, items, scope),
            }),
            Condition::Same(paths) => {
                self.compared(paths, slot, |path, items, _| ends(path, items, scope));
            }
            Condition::Count(..) => {
                let open = match value::elements(&value::standing(slot)) {
                    State::Set((items, open)) => open.or_else(|| items.iter().find_map(unknown)),
                    State::Absent | State::Unknown(_) => None,
                };
                self.add(slot, open);
            }
            Condition::Order(_, Operand::Formula(formula)) => {
                self.add(&value::standing(slot), None);
                self.operands(formula, scope);
            }
            Condition::Equals(_)
            | Condition::Order(..)
            | Condition::Matches(_)
            | Condition::Contains(_)
            | Condition::Within(_) => {
                self.add(&value::standing(slot), None);
            }
            Condition::Present(_) => self.add(&value::standing(slot), None),
        }
    }

    /// Elements that were compared with each other at some paths; `which` picks the ends that matter.
    fn compared(
        &mut self,
        paths: &[Path],
        slot: &Slot<'m>,
        which: impl Fn(&Path, &[Slot<'m>], Truth) -> Vec<Slot<'m>>,
    ) {
        let slot = value::standing(slot);
        let State::Set((items, open)) = value::elements(&slot) else {
            self.add(&slot, None);
            return;
        };
        let before = self.found.len();
        for path in paths {
            for end in which(path, &items, self.truth) {
                self.add(&end, None);
            }
        }
        if self.found.len() == before || open.is_some() && self.truth == Truth::Unknown {
            self.add(&slot, open);
        }
    }

    fn reached(&mut self, inner: &'c Condition, slot: &Slot<'m>, scope: Scope<'_, 'm>) {
        scope.at_end(slot, |scope| self.walk(inner, slot, scope));
    }

    fn into(&mut self, inner: &'c Condition, slot: &Slot<'m>, scope: Scope<'_, 'm>) {
        scope.within(slot, |scope| self.walk(inner, slot, scope));
    }

    fn elements(&mut self, quantifier: Quantifier, inner: &'c Condition, slot: &Slot<'m>, scope: Scope<'_, 'm>) {
        let slot = value::standing(slot);
        let State::Set((items, open)) = value::elements(&slot) else {
            self.add(&slot, None);
            return;
        };
        // The elements that decided: for `none` those of which the opposite is true.
        let wanted = if quantifier == Quantifier::None { self.truth.opposite() } else { self.truth };
        // That no element satisfies, or that all do, is said of the list as a whole.
        let of_list =
            matches!((quantifier, self.truth), (Quantifier::Some, Truth::False) | (Quantifier::None, Truth::True));
        let before = self.found.len();
        if !of_list {
            for item in items.iter().filter(|item| inside(inner, item, scope) == wanted) {
                let truth = std::mem::replace(&mut self.truth, wanted);
                self.into(inner, item, scope);
                self.truth = truth;
            }
        }
        if self.found.len() == before {
            self.add(&slot, open);
        }
    }

    /// The values that a formula is made from.
    fn operands(&mut self, formula: &'c Formula, scope: Scope<'_, 'm>) {
        match formula {
            Formula::Literal(_) => {}
            Formula::Path(path) | Formula::Aggregate(_, path) => {
                let here = Slot::set(Datum::Thing(scope.frame.thing), None);
                let slot = value::stood(follow(path, &here, scope));
                self.path.push(&path.text);
                match &slot.state {
                    State::Set(Datum::List(items, open)) if !items.is_empty() => {
                        let is_absent = |item: &Slot<'_>| matches!(value::standing(item).state, State::Absent);
                        let is_any_absent = items.iter().any(is_absent);
                        let owners = if is_any_absent { owners(path, items.len(), &here, scope) } else { Vec::new() };
                        for (index, item) in items.iter().enumerate().take(MOST) {
                            let unsaid = || Some(Reason::Unsaid { what: owners.get(index)?.as_str().into() });
                            let item = value::standing(item);
                            let reason = matches!(item.state, State::Absent).then(unsaid).flatten();
                            self.add(&item, reason);
                        }
                        // What it has to be if there is more is asked last.
                        if open.is_some() && self.truth == Truth::Unknown {
                            self.add(&slot, open.clone());
                        }
                    }
                    _ => self.add(&slot, None),
                }
                self.path.pop();
            }
            Formula::Binary(_, left, right) => {
                self.operands(left, scope);
                self.operands(right, scope);
            }
        }
    }

    fn add(&mut self, slot: &Slot<'m>, open: Option<Reason>) {
        if self.found.len() >= self.most {
            return;
        }
        self.found.push(Decider {
            at: slot.at,
            origins: slot.origins.clone(),
            secret: slot.secret,
            // Most are of one part.
            path: match *self.path.as_slice() {
                [only] => Cow::Borrowed(only),
                ref parts => Cow::Owned(parts.join(".")),
            },
            reason: unknown(slot).or(open),
            absent: matches!(slot.state, State::Absent),
        });
    }
}

/// What each of the values at the end of a path is and whose, where they are one of each thing.
fn owners<'m>(path: &Path, count: usize, here: &Slot<'m>, scope: Scope<'_, 'm>) -> Vec<String> {
    let Some((last, before)) = path.steps.split_last() else { return Vec::new() };
    let name = match last {
        Step::Field(field, _) => field.name,
        Step::Provided(name) => name,
        Step::Raw(_) | Step::Fact(_) | Step::Origins(_) => return Vec::new(),
    };
    let things = Path { steps: before.to_vec(), ..path.clone() };
    match follow(&things, here, scope).state {
        State::Set(Datum::List(items, _)) if items.len() == count => {
            let named = items.iter().filter_map(|item| match &item.state {
                State::Set(Datum::Thing(thing)) => Some(format!("the {name} of {}", thing.name().0)),
                _ => None,
            });
            named.collect()
        }
        _ => Vec::new(),
    }
}

/// What stands at a path of each element, where there is something.
fn ends<'m>(path: &Path, items: &[Slot<'m>], scope: Scope<'_, 'm>) -> Vec<Slot<'m>> {
    let ends = items.iter().map(|item| value::stood(follow(path, item, scope)));
    ends.filter(|end| !matches!(end.state, State::Absent)).collect()
}

fn unknown(slot: &Slot<'_>) -> Option<Reason> {
    match &value::standing(slot).state {
        State::Unknown(reason) => Some(reason.clone()),
        State::Set(_) | State::Absent => None,
    }
}
