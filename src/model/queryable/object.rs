//! What rules may ask of a document, and of keys in raw trees.

use super::{Datum, FieldDef, Slot, Thing, ThingKind, Type, job};
use crate::model::removed::removed_in;
use crate::model::{SubjectKind, secrecy};
use crate::source::reader::{folder, join};
use crate::source::{Reason, Span};
use crate::syntax::{Flavour, Node};

/// The fields of a document.
pub(super) const FIELDS: &[FieldDef] = &[
    FieldDef {
        name: "kind",
        of: Type::Word,
        argument: None,
        doc: "its kind, as written",
        get: |thing, _| match thing {
            Thing::Document(_, it) => Slot::constant(&it.kind, Some(it.at)),
            _ => Slot::absent(None),
        },
    },
    FieldDef {
        name: "api",
        of: Type::Text,
        argument: None,
        doc: "its apiVersion",
        get: |thing, _| match thing {
            Thing::Document(_, it) => Slot::constant(&it.api, Some(it.at)),
            _ => Slot::absent(None),
        },
    },
    FieldDef {
        name: "name",
        of: Type::Text,
        argument: None,
        doc: "its name",
        get: |thing, _| match thing {
            Thing::Document(_, it) => Slot::constant(&it.name, Some(it.at)),
            _ => Slot::absent(None),
        },
    },
    FieldDef {
        name: "at",
        of: Type::Any,
        argument: Some("path"),
        doc: "a place of its raw tree, such as at(metadata.labels)",
        get: |thing, path| match thing {
            Thing::Document(_, it) => follow(&it.root, path, it.flavour, it.at),
            _ => Slot::absent(None),
        },
    },
    FieldDef {
        name: "references",
        of: Type::List(&Type::Thing(ThingKind::Reference)),
        argument: None,
        doc: "what it refers to by name, as far as no workload does",
        get: |thing, _| match thing {
            Thing::Document(stack, it) => Slot::listed(stack, &it.references, Thing::Reference, it.at, None),
            _ => Slot::absent(None),
        },
    },
    FieldDef {
        name: "unknown-keys",
        of: Type::List(&Type::Thing(ThingKind::UnknownKey)),
        argument: None,
        doc: "keys that its platform does not know",
        get: |thing, _| match thing {
            Thing::Document(stack, it) => Slot::listed(stack, &it.unknown_keys, Thing::UnknownKey, it.at, None),
            _ => Slot::absent(None),
        },
    },
    FieldDef {
        name: "sibling",
        of: Type::Thing(ThingKind::Subject(SubjectKind::Document)),
        argument: Some("name"),
        doc: "the document of another file in its folder, such as sibling(Chart.lock)",
        get: |thing, name| match thing {
            Thing::Document(stack, it) => {
                let wanted = join(folder(&it.file), name);
                let found = stack.objects.iter().find(|other| Some(&other.file) == wanted.as_ref());
                found.map_or_else(
                    || Slot::absent(Some(it.at)),
                    |other| Slot::set(Datum::Thing(Thing::Document(stack, other)), Some(other.at)),
                )
            }
            _ => Slot::absent(None),
        },
    },
    FieldDef {
        name: "requires",
        of: Type::List(&Type::Thing(ThingKind::Requirement)),
        argument: None,
        doc: "for a Chart.yaml, the charts that it needs",
        get: |thing, _| match thing {
            Thing::Document(stack, it) => Slot::listed(stack, &it.requires, Thing::Requirement, it.at, None),
            _ => Slot::absent(None),
        },
    },
    FieldDef {
        name: "unread",
        of: Type::List(&Type::Text),
        argument: None,
        doc: "for the values of a chart, those that no template reads",
        get: |thing, _| match thing {
            Thing::Document(_, it) => match &it.unread {
                Some(unread) => {
                    let slots = unread.iter().map(|(path, at)| Slot::constant(path, Some(*at))).collect();
                    Slot::set(Datum::List(slots, None), Some(it.at))
                }
                None if it.kind == "Values" => {
                    let what = "which of these values the templates use".into();
                    Slot::unknown(Reason::Unseen { what }, Some(it.at))
                }
                None => Slot::absent(Some(it.at)),
            },
            _ => Slot::absent(None),
        },
    },
    FieldDef {
        name: "removed-in",
        of: Type::Version,
        argument: None,
        doc: "the version of Kubernetes that no longer has its apiVersion",
        get: |thing, _| match thing {
            Thing::Document(_, it) => {
                let at = it.root.get("apiVersion").map_or(it.at, |node| node.span);
                removed_in(&it.api, &it.kind)
                    .map_or_else(|| Slot::absent(Some(at)), |version| Slot::constant(version, Some(at)))
            }
            _ => Slot::absent(None),
        },
    },
    FieldDef {
        name: "jobs",
        of: Type::List(&Type::Thing(ThingKind::Subject(SubjectKind::Job))),
        argument: None,
        doc: "the jobs that work on its data, for the clusters of operators",
        get: |thing, _| match thing {
            Thing::Document(stack, it) => job::on(thing, |job| {
                let mut clusters = job.clusters.iter().filter_map(|index| stack.objects.get(*index));
                clusters.any(|cluster| std::ptr::eq(cluster, it))
            }),
            _ => Slot::absent(None),
        },
    },
    FieldDef {
        name: "stack",
        of: Type::Thing(ThingKind::Subject(SubjectKind::Stack)),
        argument: None,
        doc: "its stack",
        get: |thing, _| Slot::set(Datum::Thing(Thing::Stack(thing.stack())), Some(thing.stack().at)),
    },
];

/// The fields of a chart that another one needs.
pub(super) const REQUIREMENT: &[FieldDef] = &[
    FieldDef {
        name: "name",
        of: Type::Text,
        argument: None,
        doc: "its name",
        get: |thing, _| match thing {
            Thing::Requirement(_, it) => Slot::constant(&it.name, Some(it.at)),
            _ => Slot::absent(None),
        },
    },
    FieldDef {
        name: "version",
        of: Type::Text,
        argument: None,
        doc: "the version that is asked for, as written: one, or a range",
        get: |thing, _| match thing {
            Thing::Requirement(_, it) => Slot::word(&it.version),
            _ => Slot::absent(None),
        },
    },
    FieldDef {
        name: "repository",
        of: Type::Text,
        argument: None,
        doc: "where it comes from",
        get: |thing, _| match thing {
            Thing::Requirement(_, it) => Slot::word(&it.repository),
            _ => Slot::absent(None),
        },
    },
    FieldDef {
        name: "locked",
        of: Type::Text,
        argument: None,
        doc: "the version that the lock beside the chart holds",
        get: |thing, _| match thing {
            Thing::Requirement(_, it) => Slot::word(&it.locked),
            _ => Slot::absent(None),
        },
    },
];

/// The fields of a key that the platform does not know.
pub(super) const UNKNOWN_KEY: &[FieldDef] = &[FieldDef {
    name: "key",
    of: Type::Text,
    argument: None,
    doc: "the key",
    get: |thing, _| match thing {
        Thing::UnknownKey(_, it) => Slot::constant(&it.key, Some(it.at)),
        _ => Slot::absent(None),
    },
}];

/// The fields of a key with its value.
pub(super) const ENTRY: &[FieldDef] = &[
    FieldDef {
        name: "key",
        of: Type::Text,
        argument: None,
        doc: "the key",
        get: |thing, _| match thing {
            Thing::Entry(_, key, ..) => Slot::constant(key.text().unwrap_or_default(), Some(key.span)),
            _ => Slot::absent(None),
        },
    },
    FieldDef {
        name: "value",
        of: Type::Any,
        argument: None,
        doc: "the value",
        get: |thing, _| match thing {
            Thing::Entry(_, key, value, flavour) => node(value, flavour, key.text().unwrap_or_default()),
            _ => Slot::absent(None),
        },
    },
];

/// A node as a slot; `name` is its key, which tells whether it is secret.
fn node<'m>(node: &'m Node, flavour: Flavour, name: &str) -> Slot<'m> {
    let text = node.text().unwrap_or_default();
    let secret = secrecy::names_a_secret(name) || secrecy::holds_a_credential(text);
    let unknown = node.provenance.as_ref().and_then(|provenance| provenance.unknown.clone());
    let mut slot = match unknown {
        Some(reason) => Slot::unknown(reason, Some(node.span)),
        None if node.is_null() => Slot::absent(Some(node.span)),
        None => Slot::set(Datum::Node(node, flavour), Some(node.span)),
    };
    slot.origins = node.origins().into();
    slot.secret = secret;
    slot
}

/// Follows keys between dots down a raw tree. What is missing
/// would have to be written at the nearest parent that exists.
pub(super) fn follow<'m>(root: &'m Node, path: &str, flavour: Flavour, at: Span) -> Slot<'m> {
    let (mut here, mut place, mut last) = (root, at, "");
    for key in path.split('.') {
        let Some(entry) = here.entry(key) else { return Slot::absent(Some(place)) };
        (here, place, last) = (&entry.value, entry.key.span, entry.name());
    }
    node(here, flavour, last)
}
