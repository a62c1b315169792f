//! From rules and stacks to findings.

use super::classes::{Classes, Kept};
use super::scope::{Provided, World};
use super::subject::{Judged, applies, judge_filtered, judge_subject};
use super::tally::{MOST_SITES, Maker, Tally, primary};
use crate::findings::{Finding, Findings, Subject, Verdict};
use crate::model::Stack;
use crate::model::queryable::Thing;
use crate::rules::condition::Condition;
use crate::rules::{Declared, Mode, Rule, Ruleset};
use hashbrown::HashSet;
use rayon::prelude::*;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// The findings of all rules on all stacks, in the order of the stacks and rules.
#[must_use]
pub fn judge(stacks: &[Stack], ruleset: &Ruleset) -> Findings {
    judge_with_places(stacks, ruleset, MOST_SITES)
}

/// As [`judge`]; `most` is how many of the subjects that pass one rule are pointed at.
#[must_use]
pub fn judge_with_places(stacks: &[Stack], ruleset: &Ruleset, most: usize) -> Findings {
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
) -> Findings {
    let world = World::new(ruleset, declared);
    let asked = ruleset.rules.iter().filter(|rule| is_asked(rule));
    let extended: HashSet<&str> = asked.flat_map(|rule| &rule.extends).map(String::as_str).collect();
    let mut questions = Vec::new();
    for (position, stack) in stacks.iter().enumerate() {
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
                position,
                maker: Maker { rule, stack, index, name: Arc::clone(&name) },
                narrower,
            });
        }
    }
    let about = |number: usize| questions.get(number).map(|question| (question.position, question.maker.rule.subject));
    let mut order: Vec<usize> = (0..questions.len()).collect();
    order.sort_by_key(|number| about(*number).map(|(position, kind)| (position, kind as usize)));
    let batches: Vec<&[usize]> = order.chunk_by(|one, other| about(*one) == about(*other)).collect();
    let answer = |numbers: &[usize]| {
        let asked: Vec<&Question<'_>> = numbers.iter().filter_map(|number| questions.get(*number)).collect();
        let findings = answers(&asked, &world, most);
        numbers.iter().copied().zip(findings).collect::<Vec<_>>()
    };
    let mut answers: Vec<(usize, Findings)> = batches.into_par_iter().flat_map_iter(answer).collect();
    answers.sort_by_key(|(number, _)| *number);
    answers.into_iter().flat_map(|(_, findings)| findings).collect()
}

/// What questions on subjects of one kind of one stack come to, in their order. The subjects are gone through
/// in parts, and all is asked of a part while it is at hand.
fn answers(questions: &[&Question<'_>], world: &World<'_>, most: usize) -> Vec<Findings> {
    let Some(first) = questions.first() else { return Vec::new() };
    let classes = Classes::new(first.maker.stack, first.maker.rule.subject);
    let kept: Vec<(Kept, Vec<&Condition>)> =
        questions.par_iter().map(|question| classes.kept(question.maker.rule, world)).collect();
    let part = |number: usize| {
        let part = Part::new(number * PART..classes.all.len().min((number + 1) * PART));
        let answer = |(question, (kept, filter)): (&&Question<'_>, &(Kept, Vec<&Condition>))| {
            question.answer(classes.among(kept, part.range.clone()), filter, world, &part, most)
        };
        questions.par_iter().zip(&kept).map(answer).collect::<Vec<Answer<'_>>>()
    };
    let parts: Vec<Vec<Answer<'_>>> = (0..classes.all.len().div_ceil(PART)).into_par_iter().map(part).collect();
    let mut of_question: Vec<Vec<Answer<'_>>> = questions.iter().map(|_| Vec::with_capacity(parts.len())).collect();
    for answer in parts {
        of_question.iter_mut().zip(answer).for_each(|(all, answer)| all.push(answer));
    }
    let whole = |(question, parts): (&&Question<'_>, Vec<Answer<'_>>)| question.whole(parts, &classes, world, most);
    questions.par_iter().zip(of_question).map(whole).collect()
}

/// The index of the first stack of the deployment that a stack is a variant of; its own if it is none.
fn first_of(stacks: &[Stack], index: usize) -> usize {
    let Some(stack) = stacks.get(index).filter(|stack| stack.variant.is_some()) else { return index };
    stacks.iter().position(|other| other.is_variant_of(stack)).unwrap_or(index)
}

/// What the rules that are asked of its kind say of one thing of a stack. Rules that only a person can
/// decide, and those that others speak for, are left out.
#[must_use]
pub fn judge_thing(stacks: &[Stack], index: usize, thing: Thing<'_>, ruleset: &Ruleset) -> Findings {
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
        tally.add(&maker, thing, || maker.subject(thing), judge_subject(rule, thing, &world));
        tally.findings(&maker, &world)
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

/// Subjects that are judged in one go: few enough for all cores to have work until the end.
const PART: usize = 256;

/// Some subjects in a row, with what all rules that are asked of them share.
struct Part<'m> {
    /// Their numbers.
    range: Range<usize>,
    provided: Provided<'m>,
    /// What findings tell of each, worked out for the first.
    subjects: Vec<OnceLock<Arc<Subject>>>,
}

impl Part<'_> {
    fn new(range: Range<usize>) -> Self {
        let subjects = range.clone().map(|_| OnceLock::new()).collect();
        Self { range, provided: Provided::default(), subjects }
    }

    /// What findings tell of the thing of a number.
    fn subject(&self, number: usize, maker: &Maker<'_>, thing: Thing<'_>) -> Arc<Subject> {
        match number.checked_sub(self.range.start).and_then(|number| self.subjects.get(number)) {
            Some(known) => Arc::clone(known.get_or_init(|| maker.subject(thing))),
            None => maker.subject(thing),
        }
    }
}

/// What one rule says of some subjects of one stack.
struct Answer<'m> {
    tally: Tally<'m>,
    /// Whether a narrower rule asks what this one would.
    is_asked_already: bool,
    /// Whether only a person can say.
    has_to_be_confirmed: bool,
}

/// One rule and one stack.
struct Question<'r> {
    /// The index of the stack.
    position: usize,
    maker: Maker<'r>,
    /// Rules that speak for this one where they apply.
    narrower: Vec<&'r Rule>,
}

impl Question<'_> {
    /// What the answers on all parts of its subjects come to.
    fn whole(&self, parts: Vec<Answer<'_>>, classes: &Classes<'_>, world: &World<'_>, most: usize) -> Findings {
        if parts.iter().any(|part| part.has_to_be_confirmed) {
            return vec![Box::new(self.to_confirm())];
        }
        let is_asked_already = parts.iter().any(|part| part.is_asked_already);
        let mut tally = Tally::new(self.maker.stack, most);
        parts.into_iter().for_each(|part| tally.append(part.tally));
        let findings = tally.findings(&self.maker, world);
        // Where others speak for all that it is asked of, there is nothing to add.
        let is_taken = || is_asked_already || classes.all.iter().any(|thing| self.is_taken(*thing, world));
        let is_unasked = || self.narrower.is_empty() || !is_taken();
        if findings.is_empty() && is_unasked() { vec![Box::new(self.maker.nobody())] } else { findings }
    }

    /// What the rule says of some subjects of a part, told with their numbers; `filter`: the parts of its
    /// filter that have still to be asked.
    fn answer<'m>(
        &self,
        things: impl Iterator<Item = (usize, Thing<'m>)>,
        filter: &[&Condition],
        world: &World<'_>,
        part: &Part<'m>,
        most: usize,
    ) -> Answer<'m> {
        let Maker { rule, stack, .. } = self.maker;
        let tally = Tally::new(stack, most);
        let mut answer = Answer { tally, is_asked_already: false, has_to_be_confirmed: false };
        for (number, thing) in things.filter(|(_, thing)| !self.is_taken(*thing, world)) {
            let judged = judge_filtered(rule, filter, thing, world, &part.provided);
            if rule.meta.mode == Mode::Manual && !matches!(judged, Judged::NotConcerned | Judged::Exempt) {
                answer.has_to_be_confirmed = true;
                break;
            }
            if matches!(judged, Judged::Undecided(_)) && self.is_open_to_others(thing, world) {
                answer.is_asked_already = true;
            } else {
                answer.tally.add(&self.maker, thing, || part.subject(number, &self.maker, thing), judged);
            }
        }
        answer
    }

    /// Whether a narrower rule speaks of a thing.
    fn is_taken(&self, thing: Thing<'_>, world: &World<'_>) -> bool {
        self.narrower.iter().any(|other| applies(other, thing, world))
    }

    /// Whether a narrower rule asks the same of a thing and has no answer either. A finding is hidden by no
    /// question, but a question by a narrower one.
    fn is_open_to_others(&self, thing: Thing<'_>, world: &World<'_>) -> bool {
        self.narrower.iter().any(|other| matches!(judge_subject(other, thing, world), Judged::Undecided(_)))
    }

    /// What only a person can say of a stack.
    fn to_confirm(&self) -> Finding {
        let Maker { rule, stack, .. } = self.maker;
        let message = format!("A person has to confirm: {}", rule.meta.title);
        self.maker.finding(Verdict::Manual, self.maker.subject(Thing::Stack(stack)), message, vec![primary(stack.at)])
    }
}
