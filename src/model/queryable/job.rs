//! What rules may ask of a job.

use super::{Datum, FieldDef, Slot, Thing, ThingKind, Type};
use crate::model::job::Listed;
use crate::model::{State, SubjectKind};

/// The fields of a job.
pub(super) const FIELDS: &[FieldDef] = &[
    field!(Job, "name", Type::Text, "its name", |_stack, it| Slot::constant(&it.name, Some(it.at))),
    field!(
        Job,
        "does",
        Type::List(&Type::Word),
        "dump, snapshot, copy, prune, verify, restore, vacuum",
        |_stack, it| { listed(&it.does, Slot::word) }
    ),
    field!(Job, "schedule", Type::Text, "when it runs, as written", |_stack, it| Slot::word(&it.schedule)),
    field!(Job, "gap", Type::Duration, "the longest pause between two runs", |_stack, it| {
        Slot::field(&it.gap, |duration| Datum::Duration(duration.0))
    }),
    field!(Job, "suspended", Type::Boolean, "whether it is switched off", |_stack, it| {
        Slot::field(&it.suspended, |flag| Datum::Boolean(*flag))
    }),
    // A command may carry a password.
    field!(Job, "command", Type::Text, "what it runs", |_stack, it| Slot { secret: true, ..Slot::text(&it.command) }),
    field!(
        Job,
        "targets",
        Type::List(&Type::Thing(ThingKind::Subject(SubjectKind::Container))),
        "the containers whose data it works on",
        |stack, it| {
            listed(&it.targets, |field| match field.value().and_then(|index| stack.container(*index)) {
                Some(container) => Slot::set(Datum::Thing(Thing::Container(stack, container)), field.at),
                None => Slot::absent(field.at),
            })
        }
    ),
    field!(Job, "destinations", Type::List(&Type::Url), "where its results go", |_stack, it| {
        listed(&it.destinations, |field| Slot { secret: true, ..Slot::text(field) })
    }),
    field!(Job, "offsite", Type::Boolean, "whether its results leave the host", |_stack, it| {
        Slot::field(&it.offsite, |flag| Datum::Boolean(*flag))
    }),
    field!(Job, "encrypted", Type::Boolean, "whether they are encrypted before that", |_stack, it| {
        Slot::field(&it.encrypted, |flag| Datum::Boolean(*flag))
    }),
    field!(Job, "keep", Type::Duration, "how long the oldest of its results is kept", |_stack, it| {
        Slot::field(&it.keep, |duration| Datum::Duration(duration.0))
    }),
    field!(Job, "keep-count", Type::Integer, "how many of its results are kept", |_stack, it| {
        Slot::field(&it.keep_count, |number| Datum::Integer(*number))
    }),
    field!(Job, "stack", Type::Thing(ThingKind::Subject(SubjectKind::Stack)), "its stack", |stack, _it| {
        Slot::set(Datum::Thing(Thing::Stack(stack)), Some(stack.at))
    }),
];

pub(super) fn listed<'m, T>(list: &'m Listed<T>, slot: impl FnMut(&'m crate::model::Field<T>) -> Slot<'m>) -> Slot<'m> {
    let slots = list.items.iter().map(slot).collect();
    Slot::set(Datum::List(slots, list.open.clone()), Some(list.at))
}

/// The jobs that work on a thing, as a list of theirs; it is open where one may work on anything.
pub(super) fn on<'m>(thing: Thing<'m>, works_on: impl Fn(&'m crate::model::Job) -> bool) -> Slot<'m> {
    let stack = thing.stack();
    let jobs = stack.jobs.iter().filter(|job| works_on(job)).map(|job| Thing::Job(stack, job));
    let unsure = stack.jobs.iter().filter(|job| !works_on(job));
    let unsure = unsure.filter(|job| !matches!(job.suspended.state, State::Set(true)));
    let open = stack.open(SubjectKind::Job).map(|gap| gap.reason.clone());
    let open = open.or_else(|| unsure.into_iter().find_map(|job| job.targets.open.clone()));
    Slot::things(jobs, Some(thing.at()), open)
}
