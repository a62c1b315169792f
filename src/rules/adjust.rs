//! Rules and packs, changed as the options say.

use super::declared::{Declared, DeclaredFact, declare};
use super::error::Error;
use super::pack::Pack;
use super::rule::Rule;
use super::tuning::Tuning;
use crate::source::nearest::suggestion;
use std::collections::HashSet;
use std::sync::Arc;

/// What there is to be changed.
pub(super) struct Adjusted<'r> {
    /// The rules that could be read.
    pub rules: &'r mut [Rule],
    /// The packs.
    pub packs: &'r mut [Pack],
    /// What packs ask for.
    pub facts: &'r [DeclaredFact],
    /// What is answered.
    pub declared: &'r mut Declared,
}

/// Changes how bad failures are, what is declared, and which packs are asked although no app was
/// recognised. `ids` are those of all rules, readable or not. Answers every mistake.
pub(super) fn adjust(adjusted: Adjusted<'_>, tuning: &Tuning, ids: &[&str]) -> Vec<Error> {
    let Some(source) = &tuning.source else { return Vec::new() };
    let Adjusted { rules, packs, facts, declared } = adjusted;
    let mut errors = Vec::new();
    let mut told = HashSet::new();
    let named = tuning.params.iter().map(|tuned| (&tuned.of, tuned.of_at));
    for (id, at) in named.chain(tuning.severities.iter().map(|(id, at, _)| (id, *at))) {
        if !ids.contains(&id.as_str()) && told.insert(at.start) {
            let hint = suggestion(id, ids.iter().copied());
            errors.push(Error::at(source, at, format!("there is no rule \"{id}\"{hint}")));
        }
    }
    let of_rules = ids.iter().filter_map(|id| id.split('/').next());
    let known: HashSet<&str> = packs.iter().map(|pack| pack.name.as_str()).chain(of_rules).collect();
    let named = tuning.facts.iter().map(|tuned| (&tuned.of, tuned.of_at));
    for (name, at) in named.chain(tuning.packs.iter().map(|(name, at, _)| (name, *at))) {
        if !known.contains(name.as_str()) && told.insert(at.start) {
            let hint = suggestion(name, known.iter().copied());
            errors.push(Error::at(source, at, format!("there is no pack \"{name}\"{hint}")));
        }
    }
    for tuned in tuning.facts.iter().filter(|tuned| known.contains(tuned.of.as_str())) {
        let key = tuned.key();
        let at = if facts.iter().any(|fact| fact.key() == key) { tuned.value_at } else { tuned.at };
        match declare(facts, &key, &tuned.text) {
            Ok(value) => {
                declared.insert(key, value);
            }
            Err(message) => errors.push(Error::at(source, at, message)),
        }
    }
    errors.sort_by_key(|error| (error.line, error.column));
    for (id, _, severity) in &tuning.severities {
        if let Some(rule) = rules.iter_mut().find(|rule| rule.meta.id == *id) {
            Arc::make_mut(&mut rule.meta).severity = *severity;
            for clause in rule.require.iter_mut().chain(&mut rule.reject) {
                clause.severity = None;
            }
        }
    }
    for (name, ..) in tuning.packs.iter().filter(|(.., on)| *on) {
        packs.iter_mut().filter(|pack| pack.name == *name).for_each(|pack| pack.always = true);
    }
    errors
}
