//! From rules and stacks to findings.

use super::classes::Classes;
use super::scope::World;
use super::subject::{Judged, applies, judge_subject};
use super::tally::{MOST_SITES, Maker, Tally, primary};
use crate::findings::{Finding, Verdict};
use crate::model::Stack;
use crate::model::queryable::{Thing, subjects};
use crate::rules::{Declared, Mode, Rule, Ruleset};
use hashbrown::HashSet;
use rayon::prelude::*;
use std::sync::Arc;

/// The findings of all rules on all stacks, in the order of the stacks and rules.
#[must_use]
pub fn judge(stacks: &[Stack], ruleset: &Ruleset) -> Vec<Finding> {
    judge_with_places(stacks, ruleset, MOST_SITES)
}

/// As [`judge`]; `most` is how many of the subjects that pass one rule are pointed at.
#[must_use]
pub fn judge_with_places(stacks: &[Stack], ruleset: &Ruleset, most: usize) -> Vec<Finding> {
    judge_asked(stacks, ruleset, most, &ruleset.declared, |_| true)
}

/// As [`judge_with_places`], with other facts than the ruleset's, and as if there were only the rules that
/// are asked.
pub(super) fn judge_asked(
    stacks: &[Stack],
    ruleset: &Ruleset,
    most: usize,
    declared: &Declared,
    is_asked: impl Fn(&Rule) -> bool,
) -> Vec<Finding> {
    let world = World::new(ruleset, declared);
    let asked = ruleset.rules.iter().filter(|rule| is_asked(rule));
    let extended: HashSet<&str> = asked.flat_map(|rule| &rule.extends).map(String::as_str).collect();
    let classes: Vec<Classes<'_>> = stacks.iter().map(Classes::new).collect();
    let mut questions = Vec::new();
    for (position, (stack, classes)) in stacks.iter().zip(&classes).enumerate() {
        // The variants of a deployment are told apart later; they go by its first.
        let index = first_of(stacks, position);
        let name: Arc<str> = stack.name.as_str().into();
        let active: Vec<&Rule> = active(stack, ruleset).filter(|rule| is_asked(rule)).collect();
        for rule in active.iter().copied().filter(|rule| rule.parts.is_empty()) {
            let narrower: Vec<&Rule> = match extended.contains(rule.meta.id.as_str()) {
                true => active.iter().copied().filter(|other| other.extends.contains(&rule.meta.id)).collect(),
                false => Vec::new(),
            };
            questions.push(Question {
                maker: Maker { rule, stack, index, name: Arc::clone(&name) },
                classes,
                narrower,
            });
        }
    }
    let answers: Vec<Vec<Finding>> = questions.par_iter().map(|question| question.answers(&world, most)).collect();
    // Findings are large and many: each is moved once.
    let mut findings = Vec::with_capacity(answers.iter().map(Vec::len).sum());
    answers.into_iter().for_each(|mut found| findings.append(&mut found));
    findings
}

/// The index of the first stack of the deployment that a stack is a variant of; its own if it is none.
fn first_of(stacks: &[Stack], index: usize) -> usize {
    let Some(stack) = stacks.get(index).filter(|stack| stack.variant.is_some()) else { return index };
    stacks.iter().position(|other| other.is_variant_of(stack)).unwrap_or(index)
}

/// What the rules that are asked of its kind say of one thing of a stack. Rules that only a person can
/// decide, and those that others speak for, are left out.
#[must_use]
pub fn judge_thing(stacks: &[Stack], index: usize, thing: Thing<'_>, ruleset: &Ruleset) -> Vec<Finding> {
    let Some(stack) = stacks.get(index) else { return Vec::new() };
    let world = World::new(ruleset, &ruleset.declared);
    let active: Vec<&Rule> = active(stack, ruleset).collect();
    let asked = active.iter().copied().filter(|rule| {
        let speaks = |other: &&Rule| other.extends.contains(&rule.meta.id) && applies(other, thing, &world);
        let is_of_kind =
            rule.subject == thing.subject_kind() && rule.parts.is_empty() && rule.meta.mode != Mode::Manual;
        is_of_kind && !active.iter().any(speaks)
    });
    let judge = |rule| {
        let maker = Maker { rule, stack, index, name: stack.name.as_str().into() };
        let mut tally = Tally::new(stack, MOST_SITES);
        tally.add(&maker, thing, judge_subject(rule, thing, &world, true));
        tally.findings(&maker)
    };
    asked.flat_map(judge).collect()
}

/// The rules that are asked of a stack: those of packs that know one of its apps, and those of
/// packs that are asked of everything.
fn active<'r>(stack: &Stack, ruleset: &'r Ruleset) -> impl Iterator<Item = &'r Rule> {
    let asleep: Vec<&str> = ruleset
        .packs
        .iter()
        .filter(|pack| {
            let known = |name: &str| pack.apps.iter().any(|app| app.name == name);
            !pack.always && !stack.containers.iter().any(|container| container.app.as_deref().is_some_and(known))
        })
        .map(|pack| pack.name.as_str())
        .collect();
    ruleset.rules.iter().filter(move |rule| !asleep.contains(&rule.meta.pack.as_str()))
}

/// One rule and one stack.
struct Question<'r> {
    maker: Maker<'r>,
    classes: &'r Classes<'r>,
    /// Rules that speak for this one where they apply.
    narrower: Vec<&'r Rule>,
}

impl Question<'_> {
    fn answers(&self, world: &World<'_>, most: usize) -> Vec<Finding> {
        let Maker { rule, stack, .. } = self.maker;
        let is_taken = |thing: &Thing<'_>| self.narrower.iter().any(|other| applies(other, *thing, world));
        let mut tally = Tally::new(stack, most);
        let mut is_asked_already = false;
        for thing in self.classes.subjects(rule, world) {
            if !is_taken(&thing) {
                let judged = judge_subject(rule, thing, world, tally.has_room());
                if rule.meta.mode == Mode::Manual && !matches!(judged, Judged::NotConcerned | Judged::Exempt) {
                    return vec![self.to_confirm()];
                }
                if matches!(judged, Judged::Undecided(_)) && self.is_open_to_others(thing, world) {
                    is_asked_already = true;
                    continue;
                }
                tally.add(&self.maker, thing, judged);
            }
        }
        let findings = tally.findings(&self.maker);
        // Where others speak for all that it is asked of, there is nothing to add.
        let is_taken = || is_asked_already || subjects(stack, rule.subject).iter().any(is_taken);
        let is_unasked = || self.narrower.is_empty() || !is_taken();
        if findings.is_empty() && is_unasked() { vec![self.maker.nobody()] } else { findings }
    }

    /// Whether a narrower rule asks the same of a thing and has no answer either. A finding is hidden by no
    /// question, but a question by a narrower one.
    fn is_open_to_others(&self, thing: Thing<'_>, world: &World<'_>) -> bool {
        self.narrower.iter().any(|other| matches!(judge_subject(other, thing, world, false), Judged::Undecided(_)))
    }

    /// What only a person can say of a stack.
    fn to_confirm(&self) -> Finding {
        let Maker { rule, stack, .. } = self.maker;
        let message = format!("A person has to confirm: {}", rule.meta.title);
        self.maker.finding(Verdict::Manual, Thing::Stack(stack), message, vec![primary(stack.at)])
    }
}
