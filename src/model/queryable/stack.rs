//! What rules may ask of a stack.

use super::{Datum, FieldDef, Slot, Thing, ThingKind, Type, subjects};
use crate::model::{Environment, Field, Schema, SubjectKind};
use crate::source::Reason;
use std::borrow::Cow;

/// A field that holds all subjects of a kind.
macro_rules! subjects {
    ($name:literal, $kind:ident, $doc:literal) => {
        FieldDef {
            name: $name,
            of: Type::List(&Type::Thing(ThingKind::Subject(SubjectKind::$kind))),
            argument: None,
            doc: $doc,
            get: |thing, _| all(thing, SubjectKind::$kind),
        }
    };
}

/// A field that holds records of the database.
macro_rules! records {
    ($name:literal, $list:ident, $kind:ident, $more:expr, $doc:literal) => {
        FieldDef {
            name: $name,
            of: Type::List(&Type::Thing(ThingKind::$kind)),
            argument: None,
            doc: $doc,
            get: |thing, _| {
                let stack = thing.stack();
                let more: fn(&Schema) -> Option<&Reason> = $more;
                Slot::listed(stack, &stack.database.$list, Thing::$kind, stack.at, more(&stack.database))
            },
        }
    };
}

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
        name: "variant",
        of: Type::Text,
        argument: None,
        doc: "which of several sets of values or profiles it is made with",
        get: |thing, _| {
            let stack = thing.stack();
            match &stack.variant {
                Some(name) => Slot::constant(name, Some(stack.at)),
                None => Slot::absent(Some(stack.at)),
            }
        },
    },
    FieldDef {
        name: "environment",
        of: Type::Word,
        argument: None,
        doc: "production, staging or development",
        get: |thing, _| environment(&thing.stack().environment),
    },
    FieldDef {
        name: "kube-version",
        of: Type::Version,
        argument: None,
        doc: "the version of Kubernetes that it is for, if somebody says so",
        get: |thing, _| Slot::word(&thing.stack().kube_version),
    },
    FieldDef {
        name: "apps",
        of: Type::List(&Type::Text),
        argument: None,
        doc: "the apps that were recognised",
        get: |thing, _| apps(thing),
    },
    subjects!("workloads", Workload, "its workloads"),
    subjects!("containers", Container, "its containers"),
    subjects!("settings", Setting, "its settings"),
    subjects!("exposures", Exposure, "its exposures"),
    subjects!("mounts", Mount, "its mounts"),
    subjects!("policies", Policy, "its policies"),
    subjects!("edges", Edge, "the hosts that it serves"),
    FieldDef {
        name: "git",
        of: Type::Boolean,
        argument: None,
        doc: "whether it lies in a git work tree",
        get: |thing, _| Slot::set(Datum::Boolean(thing.stack().git), Some(thing.stack().at)),
    },
    subjects!("files", File, "files that it uses, and files beside it that look as if they held secrets"),
    subjects!("jobs", Job, "its scheduled tasks"),
    subjects!("steps", Step, "what the pipelines of its tree run"),
    FieldDef {
        name: "tables",
        of: Type::List(&Type::Thing(ThingKind::Subject(SubjectKind::Table))),
        argument: None,
        doc: "the tables of its database after the last migration",
        get: |thing, _| {
            let stack = thing.stack();
            let things = subjects(stack, SubjectKind::Table).into_iter();
            Slot::things(things, Some(stack.at), stack.database.tables_more.clone())
        },
    },
    records!("roles", roles, Role, |it| it.roles_more.as_ref(), "the roles of its database after the last migration"),
    records!(
        "grants",
        grants,
        Grant,
        |it| it.grants_more.as_ref(),
        "the privileges that are left after the last migration"
    ),
    records!("functions", functions, Function, |_| None, "the functions that its migrations make"),
    records!("parameters", parameters, Parameter, |_| None, "parameters of the database server that SQL sets"),
    records!(
        "statements",
        statements,
        Statement,
        |_| None,
        "statements of its migrations that change or maintain something"
    ),
    records!(
        "migrations",
        migrations,
        Migration,
        |_| None,
        "its migrations and init scripts, in the order in which they run"
    ),
    FieldDef {
        name: "extensions",
        of: Type::List(&Type::Text),
        argument: None,
        doc: "the extensions that its migrations make",
        get: |thing, _| {
            let stack = thing.stack();
            let slots = stack.database.extensions.iter().map(|(name, at)| Slot::constant(name, Some(*at))).collect();
            Slot::set(Datum::List(slots, None), Some(stack.at))
        },
    },
    subjects!("alerts", Alert, "its alerting rules"),
    subjects!("scrapes", Scrape, "its scrape jobs"),
    FieldDef {
        name: "told",
        of: Type::List(&Type::Thing(ThingKind::Receiver)),
        argument: Some("severity"),
        doc: "who is told of alerts of a severity, such as told(critical)",
        get: |thing, severity| super::alert::told(thing.stack(), severity),
    },
    subjects!("documents", Document, "its documents"),
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

/// The environment of a stack as a slot.
fn environment(field: &Field<Environment>) -> Slot<'_> {
    Slot::field(field, |environment| Datum::Text(Cow::Borrowed(environment.word())))
}
