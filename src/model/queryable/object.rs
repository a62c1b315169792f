//! What rules may ask of a document, and of keys in raw trees.

use super::{Datum, FieldDef, Slot, Thing, ThingKind, Type, database, job};
use crate::model::api_versions::{added_in, deprecated_in, removed_in};
use crate::model::{Object, SubjectKind, secrecy};
use crate::source::reader::{folder, join};
use crate::source::{Reason, Span};
use crate::syntax::{Flavour, Node};

/// The fields of a document.
pub(super) const FIELDS: &[FieldDef] = &[
    field!(Document, "kind", Type::Word, "its kind, as written", |_stack, it| Slot::constant(&it.kind, Some(it.at))),
    field!(Document, "api", Type::Text, "its apiVersion", |_stack, it| Slot::constant(&it.api, Some(it.at))),
    field!(Document, "name", Type::Text, "its name", |_stack, it| Slot::constant(&it.name, Some(it.at))),
    field!(
        Document,
        "at",
        Type::Any,
        Some("path"),
        "a place of its raw tree, such as at(metadata.labels)",
        |_stack, it, path| raw(&it.root, path, it.flavour, Some(it.at))
    ),
    field!(
        Document,
        "references",
        Type::List(&Type::Thing(ThingKind::Reference)),
        "what it refers to by name, as far as no workload does",
        |stack, it| Slot::listed(stack, &it.references, Thing::Reference, it.at, None)
    ),
    field!(
        Document,
        "unknown-keys",
        Type::List(&Type::Thing(ThingKind::UnknownKey)),
        "keys that its platform does not know",
        |stack, it| Slot::listed(stack, &it.unknown_keys, Thing::UnknownKey, it.at, None)
    ),
    field!(
        Document,
        "sibling",
        Type::Thing(ThingKind::Subject(SubjectKind::Document)),
        Some("name"),
        "the document of another file in its folder, such as sibling(Chart.lock)",
        |stack, it, name| {
            let wanted = join(folder(&it.file), name);
            let found = stack.objects.iter().find(|other| Some(&other.file) == wanted.as_ref());
            found.map_or_else(
                || Slot::absent(Some(it.at)),
                |other| Slot::set(Datum::Thing(Thing::Document(stack, other)), Some(other.at)),
            )
        }
    ),
    field!(
        Document,
        "requires",
        Type::List(&Type::Thing(ThingKind::Requirement)),
        "for a Chart.yaml, the charts that it needs",
        |stack, it| Slot::listed(stack, &it.requires, Thing::Requirement, it.at, None)
    ),
    field!(
        Document,
        "unread",
        Type::List(&Type::Text),
        "for the values of a chart, those that no template reads",
        |_stack, it| match &it.unread {
            Some(unread) => {
                let slots = unread.iter().map(|(path, at)| Slot::constant(path, Some(*at))).collect();
                Slot::set(Datum::List(slots, None), Some(it.at))
            }
            None if it.kind == "Values" => {
                let what = "which of these values the templates use".into();
                Slot::unknown(Reason::Unseen { what }, Some(it.at))
            }
            None => Slot::absent(Some(it.at)),
        }
    ),
    field!(
        Document,
        "values",
        Type::List(&Type::Thing(ThingKind::ChartValue)),
        "for the values of a chart, the texts and numbers in them",
        |stack, it| match &it.values {
            Some(values) => Slot::listed(stack, values, Thing::ChartValue, it.at, None),
            None => Slot::absent(Some(it.at)),
        }
    ),
    field!(
        Document,
        "removed-in",
        Type::Version,
        "the version of Kubernetes that no longer has its apiVersion",
        |_stack, it| version_of(it, removed_in(&it.api, &it.kind))
    ),
    field!(
        Document,
        "added-in",
        Type::Version,
        "the version of Kubernetes that first has its apiVersion, for those younger than 1.16",
        |_stack, it| version_of(it, added_in(&it.api, &it.kind))
    ),
    field!(
        Document,
        "deprecated-in",
        Type::Version,
        "the version of Kubernetes that still has its apiVersion, but advises against it",
        |_stack, it| version_of(it, deprecated_in(&it.api, &it.kind))
    ),
    field!(
        Document,
        "jobs",
        Type::List(&Type::Thing(ThingKind::Subject(SubjectKind::Job))),
        "the jobs that work on its data, for the clusters of operators",
        |stack, it| job::on(Thing::Document(stack, it), |job| {
            let mut clusters = job.clusters.iter().filter_map(|index| stack.objects.get(*index));
            clusters.any(|cluster| std::ptr::eq(cluster, it))
        })
    ),
    field!(
        Document,
        "host-rules",
        Type::List(&Type::Thing(ThingKind::HostRule)),
        "for the cluster of an operator, the lines of pg_hba.conf that it is given",
        |stack, it| database::host_rules(stack, it.at, |rules| {
            let of = rules.object.and_then(|index| stack.objects.get(index));
            of.is_some_and(|of| std::ptr::eq(of, it))
        })
    ),
    field!(
        Document,
        "parameter",
        Type::Text,
        Some("name"),
        "for the cluster of an operator, a parameter of its PostgreSQL, such as parameter(max_connections)",
        |_stack, it, name| parameter(&it.root, name, it.flavour, it.at)
    ),
    FieldDef {
        name: "stack",
        of: Type::Thing(ThingKind::Subject(SubjectKind::Stack)),
        argument: None,
        doc: "its stack",
        get: |thing, _| Slot::set(Datum::Thing(Thing::Stack(thing.stack())), Some(thing.stack().at)),
    },
];

/// A version that is said of a document's apiVersion.
fn version_of<'m>(object: &Object, version: Option<&'m str>) -> Slot<'m> {
    let at = object.root.get("apiVersion").map_or(object.at, |node| node.span);
    version.map_or_else(|| Slot::absent(Some(at)), |version| Slot::constant(version, Some(at)))
}

/// The fields of a chart that another one needs.
pub(super) const REQUIREMENT: &[FieldDef] = &[
    field!(Requirement, "name", Type::Text, "its name", |_stack, it| Slot::constant(&it.name, Some(it.at))),
    field!(
        Requirement,
        "version",
        Type::Text,
        "the version that is asked for, as written: one, or a range",
        |_stack, it| Slot::word(&it.version)
    ),
    field!(Requirement, "repository", Type::Text, "where it comes from", |_stack, it| Slot::word(&it.repository)),
    field!(Requirement, "locked", Type::Text, "the version that the lock beside the chart holds", |_stack, it| {
        Slot::word(&it.locked)
    }),
];

/// The fields of what a values file gives.
pub(super) const CHART_VALUE: &[FieldDef] = &[
    field!(ChartValue, "path", Type::Text, "its path in the values", |_stack, it| Slot::constant(
        &it.path,
        Some(it.at)
    )),
    field!(ChartValue, "image", Type::Image, "for the tag of an image, the image that is meant", |_stack, it| {
        Slot::field(&it.image, Datum::Image)
    }),
    field!(
        ChartValue,
        "holds-secret",
        Type::Boolean,
        "whether it is a credential that is written out",
        |_stack, it| { Slot::set(Datum::Boolean(it.holds_secret), Some(it.value_at)) }
    ),
    field!(ChartValue, "tracked", Type::Boolean, "for a credential, whether git tracks the file", |_stack, it| {
        Slot::field(&it.tracked, |flag| Datum::Boolean(*flag))
    }),
    field!(
        ChartValue,
        "deployed",
        Type::Boolean,
        "whether a setting or the image of a container is made from it, which is judged then",
        |_stack, it| Slot::set(Datum::Boolean(it.deployed), Some(it.value_at))
    ),
];

/// The fields of a key that the platform does not know.
pub(super) const UNKNOWN_KEY: &[FieldDef] =
    &[field!(UnknownKey, "key", Type::Text, "the key", |_stack, it| Slot::constant(&it.key, Some(it.at)))];

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

/// Where operators are given the parameters of a server.
const PARAMETERS: [&[&str]; 3] = [
    &["spec", "postgresql", "parameters"],
    &["spec", "patroni", "dynamicConfiguration", "postgresql", "parameters"],
    &["spec", "config", "parameters"],
];

/// A parameter of an operator's server. One that is not set would stand in the section that is there.
fn parameter<'m>(root: &'m Node, name: &str, flavour: Flavour, at: Span) -> Slot<'m> {
    let sections: Vec<&Node> = PARAMETERS.iter().filter_map(|path| root.at(path)).collect();
    let found = sections.iter().find_map(|section| section.get(name));
    let absent = || Slot::absent(Some(sections.first().map_or(at, |section| section.span)));
    found.map_or_else(absent, |value| node(value, flavour, name))
}

/// Follows keys between dots down a raw tree; a key may have dots of its own, as annotations do. What is
/// missing would have to be written at the nearest parent that exists.
#[must_use]
pub fn raw<'m>(root: &'m Node, path: &str, flavour: Flavour, at: Option<Span>) -> Slot<'m> {
    let (mut here, mut place, mut last) = (root, at, "");
    let mut rest = path;
    while !rest.is_empty() {
        // Keys are short: to look at their bytes is quicker than to search them.
        let end = rest.bytes().position(|byte| byte == b'.').unwrap_or(rest.len());
        let key = rest.get(..end).unwrap_or_default();
        let is_next =
            |name: &str| rest.strip_prefix(name).is_some_and(|behind| behind.is_empty() || behind.starts_with('.'));
        let dotted =
            || here.entries().iter().filter(|entry| is_next(entry.name())).max_by_key(|entry| entry.name().len());
        let Some(entry) = here.entry(key).or_else(dotted) else { return Slot::absent(place) };
        rest = rest.get(entry.name().len()..).unwrap_or_default().trim_start_matches('.');
        (here, place, last) = (&entry.value, Some(entry.key.span), entry.name());
    }
    node(here, flavour, last)
}
