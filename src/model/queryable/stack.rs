//! What rules may ask of a stack.

use super::{Datum, FieldDef, Slot, Thing, ThingKind, Type, environment, subjects};
use crate::model::SubjectKind;
use std::borrow::Cow;

/// The fields of a stack.
pub(super) const FIELDS: &[FieldDef] = &[
    FieldDef {
        name: "name",
        of: Type::Text,
        argument: None,
        doc: "its name",
        get: |thing, _| Slot::constant(&thing.stack().name, Some(thing.stack().at)),
    },
    FieldDef {
        name: "platform",
        of: Type::Word,
        argument: None,
        doc: "compose, helm, kubernetes, systemd or config",
        get: |thing, _| Slot::constant(thing.stack().platform.word(), Some(thing.stack().at)),
    },
    FieldDef {
        name: "environment",
        of: Type::Word,
        argument: None,
        doc: "production, staging or development",
        get: |thing, _| environment(&thing.stack().environment),
    },
    FieldDef {
        name: "apps",
        of: Type::List(&Type::Text),
        argument: None,
        doc: "the apps that were recognised",
        get: |thing, _| apps(thing),
    },
    FieldDef {
        name: "workloads",
        of: Type::List(&Type::Thing(ThingKind::Subject(SubjectKind::Workload))),
        argument: None,
        doc: "its workloads",
        get: |thing, _| all(thing, SubjectKind::Workload),
    },
    FieldDef {
        name: "containers",
        of: Type::List(&Type::Thing(ThingKind::Subject(SubjectKind::Container))),
        argument: None,
        doc: "its containers",
        get: |thing, _| all(thing, SubjectKind::Container),
    },
    FieldDef {
        name: "settings",
        of: Type::List(&Type::Thing(ThingKind::Subject(SubjectKind::Setting))),
        argument: None,
        doc: "its settings",
        get: |thing, _| all(thing, SubjectKind::Setting),
    },
    FieldDef {
        name: "exposures",
        of: Type::List(&Type::Thing(ThingKind::Subject(SubjectKind::Exposure))),
        argument: None,
        doc: "its exposures",
        get: |thing, _| all(thing, SubjectKind::Exposure),
    },
    FieldDef {
        name: "mounts",
        of: Type::List(&Type::Thing(ThingKind::Subject(SubjectKind::Mount))),
        argument: None,
        doc: "its mounts",
        get: |thing, _| all(thing, SubjectKind::Mount),
    },
    FieldDef {
        name: "policies",
        of: Type::List(&Type::Thing(ThingKind::Subject(SubjectKind::Policy))),
        argument: None,
        doc: "its policies",
        get: |thing, _| all(thing, SubjectKind::Policy),
    },
    FieldDef {
        name: "edges",
        of: Type::List(&Type::Thing(ThingKind::Subject(SubjectKind::Edge))),
        argument: None,
        doc: "the hosts that it serves",
        get: |thing, _| all(thing, SubjectKind::Edge),
    },
    FieldDef {
        name: "git",
        of: Type::Boolean,
        argument: None,
        doc: "whether it lies in a git work tree",
        get: |thing, _| Slot::set(Datum::Boolean(thing.stack().git), Some(thing.stack().at)),
    },
    FieldDef {
        name: "files",
        of: Type::List(&Type::Thing(ThingKind::Subject(SubjectKind::File))),
        argument: None,
        doc: "files that it uses, and files beside it that look as if they held secrets",
        get: |thing, _| all(thing, SubjectKind::File),
    },
    FieldDef {
        name: "jobs",
        of: Type::List(&Type::Thing(ThingKind::Subject(SubjectKind::Job))),
        argument: None,
        doc: "its scheduled tasks",
        get: |thing, _| all(thing, SubjectKind::Job),
    },
    FieldDef {
        name: "documents",
        of: Type::List(&Type::Thing(ThingKind::Subject(SubjectKind::Document))),
        argument: None,
        doc: "its documents",
        get: |thing, _| all(thing, SubjectKind::Document),
    },
];

fn all(thing: Thing<'_>, kind: SubjectKind) -> Slot<'_> {
    let stack = thing.stack();
    let open = stack.open(kind).map(|gap| gap.reason.clone());
    Slot::things(subjects(stack, kind).into_iter(), Some(stack.at), open)
}

fn apps(thing: Thing<'_>) -> Slot<'_> {
    let stack = thing.stack();
    let mut apps: Vec<(&str, _)> =
        stack.containers.iter().filter_map(|container| Some((container.app.as_deref()?, container.at))).collect();
    apps.sort_by_key(|(app, _)| *app);
    apps.dedup_by_key(|(app, _)| *app);
    let slots = apps.into_iter().map(|(app, at)| Slot::set(Datum::Text(Cow::Borrowed(app)), Some(at))).collect();
    Slot::set(Datum::List(slots, stack.open(SubjectKind::Container).map(|gap| gap.reason.clone())), Some(stack.at))
}
