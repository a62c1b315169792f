//! What rules may ask of a workload.

use super::object::raw;
use super::{Datum, FieldDef, Slot, Thing, ThingKind, Type};
use crate::model::{Platform, Stack, SubjectKind, Workload};
use crate::syntax::Node;
use crate::syntax::systemd::{Piece, assigned, words};
use std::borrow::Cow;

/// The fields of a workload.
pub(super) const FIELDS: &[FieldDef] = &[
    field!(Workload, "name", Type::Text, "its name", |_stack, it, _argument| Slot::constant(&it.name, Some(it.at))),
    field!(
        Workload,
        "kind",
        Type::Word,
        "service, unit or the Kubernetes kind in lower case",
        |_stack, it, _argument| { Slot::constant(&it.kind, Some(it.at)) }
    ),
    field!(Workload, "namespace", Type::Text, "its namespace", |_stack, it, _argument| {
        it.namespace.as_deref().map_or_else(|| Slot::absent(Some(it.at)), |name| Slot::constant(name, Some(it.at)))
    }),
    field!(Workload, "one-shot", Type::Boolean, "whether it is meant to end by itself", |_stack, it, _argument| {
        Slot::set(Datum::Boolean(it.one_shot), Some(it.at))
    }),
    field!(Workload, "replicas", Type::Integer, "the least number of copies", |_stack, it, _argument| {
        Slot::field(&it.replicas, |number| Datum::Integer(*number))
    }),
    field!(Workload, "replicas-max", Type::Integer, "the largest number of copies", |_stack, it, _argument| {
        Slot::field(&it.replicas_max, |number| Datum::Integer(*number))
    }),
    field!(
        Workload,
        "grace",
        Type::Duration,
        "how long it may take to stop before it is killed",
        |_stack, it, _argument| { Slot::field(&it.grace, |duration| Datum::Duration(duration.0)) }
    ),
    field!(Workload, "restart", Type::Word, "always, unless-stopped, on-failure or never", |_stack, it, _argument| {
        Slot::word(&it.restart)
    }),
    field!(
        Workload,
        "update",
        Type::Word,
        "rolling, recreate, on-delete; Compose: start-first, stop-first",
        |_stack, it, _argument| { Slot::word(&it.update) }
    ),
    field!(
        Workload,
        "update-unavailable",
        Type::Integer,
        "copies that may be missing during an update",
        |_stack, it, _argument| { Slot::field(&it.update_unavailable, |number| Datum::Integer(*number)) }
    ),
    field!(Workload, "identity", Type::Text, "the account that it runs under", |_stack, it, _argument| Slot::word(
        &it.identity
    )),
    field!(Workload, "token", Type::Boolean, "whether a token of that account is mounted", |_stack, it, _argument| {
        Slot::field(&it.token, |token| Datum::Boolean(*token))
    }),
    field!(Workload, "spread", Type::Boolean, "whether its copies are kept apart", |_stack, it, _argument| {
        Slot::field(&it.spread, |spread| Datum::Boolean(*spread))
    }),
    field!(Workload, "label", Type::Text, Some("key"), "a label", |_stack, it, argument| named(
        &it.labels, argument, it
    )),
    field!(Workload, "annotation", Type::Text, Some("key"), "an annotation", |_stack, it, argument| {
        named(&it.annotations, argument, it)
    }),
    field!(
        Workload,
        "containers",
        Type::List(&Type::Thing(ThingKind::Subject(SubjectKind::Container))),
        "its containers",
        |stack, it, _argument| {
            let containers = it.containers.iter().filter_map(|index| stack.container(*index));
            Slot::things(containers.map(|container| Thing::Container(stack, container)), Some(it.at), None)
        }
    ),
    field!(
        Workload,
        "policies",
        Type::List(&Type::Thing(ThingKind::Subject(SubjectKind::Policy))),
        "the policies that apply to it",
        |stack, it, _argument| {
            let policies = it.policies.iter().filter_map(|index| stack.policies.get(*index));
            let open =
                it.policies_more.clone().or_else(|| stack.open(SubjectKind::Policy).map(|gap| gap.reason.clone()));
            Slot::things(policies.map(|policy| Thing::Policy(stack, policy)), Some(it.at), open)
        }
    ),
    field!(
        Workload,
        "references",
        Type::List(&Type::Thing(ThingKind::Reference)),
        "what it refers to by name",
        |stack, it, _argument| Slot::listed(stack, &it.references, Thing::Reference, it.at, None)
    ),
    field!(
        Workload,
        "unit",
        Type::Any,
        Some("directive"),
        "a directive of its unit, drop-ins included; a list for those that hold several words",
        |stack, it, argument| directive(stack, it, argument)
    ),
    field!(Workload, "at", Type::Any, Some("path"), "a place of its raw tree", |stack, it, argument| {
        let object = it.object.and_then(|index| stack.objects.get(index));
        let root = object.and_then(|object| match stack.platform {
            Platform::Compose => object.root.at(&["services", &it.name]),
            _ => Some(&object.root),
        });
        match (object, root) {
            (Some(object), Some(root)) => raw(root, argument, object.flavour, Some(it.at)),
            _ => Slot::absent(Some(it.at)),
        }
    }),
    field!(
        Workload,
        "stack",
        Type::Thing(ThingKind::Subject(SubjectKind::Stack)),
        "its stack",
        |stack, _it, _argument| { Slot::set(Datum::Thing(Thing::Stack(stack)), Some(stack.at)) }
    ),
];

/// Directives whose value is a list of words.
const LISTS: [&str; 30] = [
    "After",
    "AmbientCapabilities",
    "Before",
    "BindPaths",
    "BindReadOnlyPaths",
    "BindsTo",
    "CapabilityBoundingSet",
    "DeviceAllow",
    "Environment",
    "EnvironmentFile",
    "ExecPaths",
    "ExecStart",
    "ExecStartPost",
    "ExecStartPre",
    "IPAddressAllow",
    "IPAddressDeny",
    "InaccessiblePaths",
    "LoadCredential",
    "LogsDirectory",
    "NoExecPaths",
    "PassEnvironment",
    "ReadOnlyPaths",
    "ReadWritePaths",
    "Requires",
    "RestrictAddressFamilies",
    "RuntimeDirectory",
    "StateDirectory",
    "SystemCallFilter",
    "WantedBy",
    "Wants",
];

/// Directives of which each line is one value, or one command.
const LINES: [&str; 6] =
    ["DeviceAllow", "EnvironmentFile", "ExecStart", "ExecStartPost", "ExecStartPre", "LoadCredential"];

/// Those that may hold a password.
fn is_secret(directive: &str) -> bool {
    directive.starts_with("Exec") || matches!(directive, "Environment" | "SetCredential")
}

fn directive<'m>(stack: &'m Stack, it: &'m Workload, name: &str) -> Slot<'m> {
    let object = it.object.and_then(|index| stack.objects.get(index)).filter(|_| it.kind == "unit");
    let Some(object) = object else { return Slot::absent(Some(it.at)) };
    let found = ["Service", "Unit", "Install"].iter().map(|section| assigned(&object.root, section, name));
    let Some(nodes) = found.into_iter().find(|nodes| !nodes.is_empty()) else { return Slot::absent(Some(it.at)) };
    let secret = is_secret(name);
    let slot = |node: &'m Node| {
        let datum = Datum::Text(Cow::Borrowed(node.text().unwrap_or_default()));
        Slot { secret, ..Slot::set(datum, Some(node.span)) }
    };
    let word = |piece: Piece| Slot { secret, ..Slot::set(Datum::Text(Cow::Owned(piece.text)), Some(piece.at)) };
    let at = nodes.first().map(|node| node.span);
    if LINES.contains(&name) {
        return Slot::set(Datum::List(nodes.into_iter().map(slot).collect(), None), at);
    }
    if LISTS.contains(&name) {
        return Slot::set(Datum::List(nodes.into_iter().flat_map(words).map(word).collect(), None), at);
    }
    nodes.last().map_or_else(|| Slot::absent(Some(it.at)), |node| slot(node))
}

fn named<'m>(
    pairs: &'m [(String, crate::model::Field<crate::source::Text>)],
    name: &str,
    workload: &Workload,
) -> Slot<'m> {
    pairs
        .iter()
        .find(|(key, _)| key == name)
        .map_or_else(|| Slot::absent(Some(workload.at)), |(_, text)| Slot::text(text))
}
