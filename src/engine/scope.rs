//! What conditions can see while they are evaluated.

use super::value;
use crate::model::queryable::{Datum, Slot, Thing};
use crate::model::{Container, State};
use crate::rules::Ruleset;
use crate::rules::declared::{Declared, DeclaredFact};
use crate::rules::literal::Literal;
use crate::rules::pack::App;
use crate::rules::pattern::Pattern;
use crate::rules::rule::Let;
use crate::source::{Question, Reason, Span};
use hashbrown::HashMap;
use std::cell::OnceCell;
use std::sync::{Arc, Mutex, PoisonError};

/// What packs know, for a whole run.
pub(super) struct World<'r> {
    apps: HashMap<&'r str, &'r App>,
    known_defaults: Vec<&'r Pattern>,
    placeholders: Vec<&'r Pattern>,
    /// What was declared for each fact of the packs, or that it was not: conditions ask for every subject.
    facts: Vec<Result<&'r Literal, Reason>>,
}

impl<'r> World<'r> {
    pub fn new(ruleset: &'r Ruleset, declared: &'r Declared) -> Self {
        let packs = &ruleset.packs;
        Self {
            facts: ruleset.facts.iter().map(|fact| known(fact, declared)).collect(),
            apps: packs.iter().flat_map(|pack| &pack.apps).map(|app| (app.name.as_str(), app)).collect(),
            known_defaults: packs.iter().flat_map(|pack| &pack.known_defaults).collect(),
            placeholders: packs.iter().flat_map(|pack| &pack.placeholders).collect(),
        }
    }

    /// The app of a name.
    pub fn app(&self, name: &str) -> Option<&'r App> {
        self.apps.get(name).copied()
    }

    /// What an operator declared for the fact of a number; `at` stands for the place, as no file holds it.
    pub fn declared<'m>(&self, number: usize, at: Span) -> Slot<'m> {
        match self.facts.get(number) {
            Some(Ok(value)) => Slot::set(value::datum(value), Some(at)),
            Some(Err(reason)) => Slot::unknown(reason.clone(), Some(at)),
            None => Slot::absent(Some(at)),
        }
    }

    /// Whether a value is published as a default.
    pub fn is_known_default(&self, text: &str) -> bool {
        self.known_defaults.iter().any(|pattern| pattern.is_in(text))
    }

    /// Whether a value is sample text.
    pub fn is_placeholder(&self, text: &str) -> bool {
        self.placeholders.iter().any(|pattern| pattern.is_in(text))
    }
}

/// What was declared for a fact, else its default, else that somebody has to declare it.
fn known<'r>(fact: &'r DeclaredFact, declared: &'r Declared) -> Result<&'r Literal, Reason> {
    let undeclared = || Reason::Undeclared(Arc::new(Question { fact: fact.key(), ask: fact.ask.clone() }));
    declared.get(&fact.key()).or(fact.default.as_ref()).ok_or_else(undeclared)
}

/// What is the same for all conditions of a rule on one subject.
pub(super) struct Surroundings<'s, 'm> {
    pub world: &'s World<'s>,
    pub lets: &'s [Let],
    pub subject: Thing<'m>,
    /// The named values that were worked out already.
    pub known: Vec<OnceCell<Slot<'m>>>,
    pub provided: &'s Provided<'m>,
}

impl<'s, 'm> Surroundings<'s, 'm> {
    pub fn new(world: &'s World<'s>, lets: &'s [Let], subject: Thing<'m>, provided: &'s Provided<'m>) -> Self {
        // Most rules have none.
        let known = if lets.is_empty() { Vec::new() } else { lets.iter().map(|_| OnceCell::new()).collect() };
        Self { world, lets, subject, known, provided }
    }
}

/// What packs provide for containers, as far as it was worked out already: many rules ask for the same.
#[derive(Default)]
pub(super) struct Provided<'m>(Mutex<HashMap<(usize, &'static str), Slot<'m>>>);

impl<'m> Provided<'m> {
    /// What is provided under a name for a container, worked out where nobody asked before.
    pub fn of(&self, container: &'m Container, name: &'static str, work_out: impl FnOnce() -> Slot<'m>) -> Slot<'m> {
        let key = (std::ptr::from_ref(container).addr(), name);
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        known.unwrap_or_else(|| {
            // Nobody waits for it: to work it out may ask for something else that is provided.
            let slot = work_out();
            self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key, slot.clone());
            slot
        })
    }
}

/// A subject or record around the place that is evaluated.
#[derive(Clone, Copy)]
pub(super) struct Frame<'s, 'm> {
    pub thing: Thing<'m>,
    pub outer: Option<&'s Frame<'s, 'm>>,
}

/// What a condition can see.
#[derive(Clone, Copy)]
pub(super) struct Scope<'s, 'm> {
    pub around: &'s Surroundings<'s, 'm>,
    pub frame: &'s Frame<'s, 'm>,
}

impl<'m> Scope<'_, 'm> {
    /// Asks about an element of a list: a thing becomes the innermost record.
    pub fn within<R>(self, slot: &Slot<'m>, ask: impl FnOnce(Scope<'_, 'm>) -> R) -> R {
        match slot.state {
            State::Set(Datum::Thing(thing)) => {
                let frame = Frame { thing, outer: Some(self.frame) };
                ask(Scope { around: self.around, frame: &frame })
            }
            _ => ask(self),
        }
    }

    /// Asks about what a path led to, as [`Scope::within`]. A setting stands for its value, and a value has no
    /// neighbours: those of the thing around count.
    pub fn at_end<R>(self, slot: &Slot<'m>, ask: impl FnOnce(Scope<'_, 'm>) -> R) -> R {
        match slot.state {
            State::Set(Datum::Thing(Thing::Setting(..))) => ask(self),
            _ => self.within(slot, ask),
        }
    }
}
