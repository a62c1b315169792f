//! What rules may ask of a step of a pipeline.

use super::job::listed;
use super::{Datum, FieldDef, Slot, Thing, ThingKind, Type};
use crate::model::{Stack, Step, SubjectKind, secrecy};
use crate::source::{Reason, Text};
use std::borrow::Cow;

const STEPS: Type = Type::List(&Type::Thing(ThingKind::Subject(SubjectKind::Step)));

/// The fields of a step.
pub(super) const FIELDS: &[FieldDef] = &[
    field!(Step, "name", Type::Text, "what its pipeline calls it, else its program or action", |_stack, it| {
        Slot::constant(&it.name, Some(it.at))
    }),
    field!(
        Step,
        "place",
        Type::Word,
        "workflow, make for a line of a recipe that one runs, or script for one that people run",
        |_stack, it| { Slot::constant(it.place, Some(it.at)) }
    ),
    field!(Step, "pipeline", Type::Text, "the pipeline that it is of", |_stack, it| {
        Slot::constant(&it.pipeline.name, it.pipeline.at)
    }),
    field!(Step, "triggers", Type::List(&Type::Word), "push, pull_request, schedule...", |_stack, it| {
        words(&it.pipeline.triggers, it)
    }),
    field!(
        Step,
        "branches",
        Type::List(&Type::Text),
        "the branches and tags that start it; none if any does",
        |_stack, it| { words(&it.pipeline.branches, it) }
    ),
    // A command may carry a password.
    field!(Step, "text", Type::Text, "the program and its arguments", |_stack, it| {
        let text = Slot::constant(it.text.expose(), Some(it.at));
        if it.uses.is_some() { Slot::absent(Some(it.at)) } else { Slot { secret: true, ..text } }
    }),
    field!(Step, "program", Type::Text, "the program", |_stack, it| match it.words.first() {
        Some(word) => {
            let slot = argument(word.as_ref(), it);
            let secret = word.as_ref().is_some_and(|word| secrecy::holds_a_credential(word.expose()));
            Slot { secret, ..slot }
        }
        None => Slot::absent(Some(it.at)),
    }),
    field!(Step, "arguments", Type::List(&Type::Text), "its arguments", |_stack, it| {
        let arguments = it.words.iter().skip(1).map(|word| argument(word.as_ref(), it)).collect();
        Slot::set(Datum::List(arguments, None), Some(it.at))
    }),
    field!(
        Step,
        "flag",
        Type::Text,
        Some("name"),
        "the value of a flag, without its dashes; empty if it stands alone",
        |_stack, it, name| match it.flag(name) {
            Some(Some(value)) => Slot { secret: true, ..Slot::set(Datum::Text(Cow::Borrowed(value)), Some(it.at)) },
            Some(None) => Slot::unknown(shell(), Some(it.at)),
            None => Slot::absent(Some(it.at)),
        }
    ),
    field!(Step, "uses", Type::Text, "the action or template that it uses, with its version", |_stack, it| {
        it.uses.as_ref().map_or_else(|| Slot::absent(Some(it.at)), |(uses, at)| Slot::constant(uses, Some(*at)))
    }),
    field!(Step, "input", Type::Text, Some("name"), "what its action is given", |_stack, it, name| {
        let found = it.inputs.iter().find(|(known, _)| known == name);
        found.map_or_else(|| Slot::absent(Some(it.at)), |(_, value)| Slot { secret: true, ..Slot::text(value) })
    }),
    field!(
        Step,
        "does",
        Type::List(&Type::Word),
        "what it is seen to do: build push deploy sign verify-signature scan lint sbom lock unlocked resolve, and what jobs do",
        |_stack, it| { listed(&it.does, Slot::word) }
    ),
    field!(Step, "images", Type::List(&Type::Image), "the images that it pulls, runs or checks", |_stack, it| {
        let images = it.images.iter().map(|image| Slot::field(image, Datum::Image)).collect();
        Slot::set(Datum::List(images, None), Some(it.at))
    }),
    field!(Step, "inside", Type::Text, "the container that it runs in by exec", |_stack, it| {
        it.inside.as_ref().map_or_else(|| Slot::absent(Some(it.at)), |name| Slot::constant(name, Some(it.at)))
    }),
    field!(Step, "tolerated", Type::Boolean, "whether its failure stops nothing", |_stack, it| {
        Slot::set(Datum::Boolean(it.tolerated), Some(it.at))
    }),
    field!(Step, "earlier", STEPS, "the steps of its pipeline that end before it begins", |stack, it| {
        beside(stack, it, |own, number, other, others| other.runs_before(others, own, number))
    }),
    field!(Step, "later", STEPS, "the steps of its pipeline that begin when it has ended", |stack, it| {
        beside(stack, it, |own, number, other, others| own.runs_before(number, other, others))
    }),
    field!(Step, "stack", Type::Thing(ThingKind::Subject(SubjectKind::Stack)), "its stack", |stack, _it| {
        Slot::set(Datum::Thing(Thing::Stack(stack)), Some(stack.at))
    }),
];

fn shell() -> Reason {
    Reason::Unseen { what: "what the running shell puts in".into() }
}

fn argument<'m>(word: Option<&'m Text>, it: &'m Step) -> Slot<'m> {
    match word {
        Some(word) => Slot { secret: true, ..Slot::constant(word.expose(), Some(it.at)) },
        None => Slot::unknown(shell(), Some(it.at)),
    }
}

fn words<'m>(words: &'m [String], it: &'m Step) -> Slot<'m> {
    let slots = words.iter().map(|word| Slot::constant(word, Some(it.at))).collect();
    Slot::set(Datum::List(slots, None), Some(it.at))
}

/// The steps that stand to this one as asked: it and its number, another one and its number.
fn beside<'m>(stack: &'m Stack, it: &'m Step, stands: impl Fn(&'m Step, usize, &'m Step, usize) -> bool) -> Slot<'m> {
    let number = stack.steps.iter().position(|step| std::ptr::eq(step, it)).unwrap_or_default();
    let others = stack.steps.iter().enumerate();
    let found = others.filter(|(others, other)| *others != number && stands(it, number, other, *others));
    Slot::things(found.map(|(_, step)| Thing::Step(stack, step)), Some(it.at), None)
}
