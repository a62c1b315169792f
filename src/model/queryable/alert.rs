//! What rules may ask of an alert, of its metrics and of those who are told.

use super::object::raw;
use super::{Datum, FieldDef, Slot, Thing, ThingKind, Type};
use crate::model::receiver::Label;
use crate::model::{Field, Stack, SubjectKind};
use crate::source::{Reason, Span, Text};

/// The fields of an alert.
pub(super) const FIELDS: &[FieldDef] = &[
    field!(Alert, "name", Type::Text, "its name", |_stack, it| Slot::constant(&it.name, Some(it.at))),
    field!(Alert, "group", Type::Text, "the name of its group", |_stack, it| Slot::constant(&it.group, Some(it.at))),
    field!(Alert, "file", Type::Path, "its file", |_stack, it| Slot::constant(&it.file, Some(it.at))),
    field!(Alert, "kind", Type::Word, "prometheus, loki or grafana", |_stack, it| {
        Slot::constant(it.kind, Some(it.at))
    }),
    field!(Alert, "expr", Type::Text, "its expression", |_stack, it| Slot::text(&it.expr)),
    field!(
        Alert,
        "metrics",
        Type::List(&Type::Thing(ThingKind::Metric)),
        "the metrics that its expression names",
        |stack, it| Slot::listed(
            stack,
            &it.metrics,
            Thing::Metric,
            it.expr.at.unwrap_or(it.at),
            it.metrics_more.as_ref()
        )
    ),
    field!(Alert, "functions", Type::List(&Type::Text), "the functions that its expression calls", |_stack, it| {
        let slots = it.functions.iter().map(|name| Slot::constant(name, it.expr.at)).collect();
        Slot::set(Datum::List(slots, it.metrics_more.clone()), it.expr.at)
    }),
    field!(Alert, "compares", Type::Boolean, "whether it yields nothing while all is well", |_stack, it| {
        Slot::field(&it.compares, |flag| Datum::Boolean(*flag))
    }),
    field!(Alert, "threshold", Type::Number, "the number that it compares with, last", |_stack, it| {
        Slot::field(&it.threshold, |number| Datum::Number(*number))
    }),
    field!(Alert, "for", Type::Duration, "how long it has to hold before it fires", |_stack, it| {
        Slot::field(&it.hold, |hold| Datum::Duration(hold.0))
    }),
    field!(Alert, "enabled", Type::Boolean, "whether it is switched on", |_stack, it| {
        Slot::field(&it.enabled, |flag| Datum::Boolean(*flag))
    }),
    field!(Alert, "label", Type::Text, Some("name"), "a label that it sets", |_stack, it, name| {
        named(&it.labels, name, it.at)
    }),
    field!(
        Alert,
        "annotation",
        Type::Text,
        Some("name"),
        "an annotation: summary, runbook_url...",
        |_stack, it, name| { named(&it.annotations, name, it.at) }
    ),
    field!(
        Alert,
        "loaded",
        Type::Boolean,
        "whether a Prometheus of these files loads it; absent where none of them decides it",
        |_stack, it| Slot::field(&it.loaded, |flag| Datum::Boolean(*flag))
    ),
    field!(
        Alert,
        "receivers",
        Type::List(&Type::Thing(ThingKind::Receiver)),
        "who is told once it fires",
        |stack, it| receivers(stack, &it.receivers, it.receivers_more.clone(), it.at)
    ),
    field!(Alert, "at", Type::Any, Some("path"), "a place of its raw tree, for objects", |stack, it, path| {
        match it.object.and_then(|index| stack.objects.get(index)) {
            Some(object) => raw(&object.root, path, object.flavour, Some(it.at)),
            None => Slot::absent(Some(it.at)),
        }
    }),
    field!(Alert, "stack", Type::Thing(ThingKind::Subject(SubjectKind::Stack)), "its stack", |stack, _it| {
        Slot::set(Datum::Thing(Thing::Stack(stack)), Some(stack.at))
    }),
];

/// The fields of a metric that an alert names.
pub(super) const METRIC: &[FieldDef] = &[
    field!(Metric, "name", Type::Text, "its name", |_stack, it| match it.name.as_str() {
        "" => Slot::unknown(Reason::Unseen { what: "which metrics labels alone choose".into() }, Some(it.at)),
        name => Slot::constant(name, Some(it.at)),
    }),
    field!(Metric, "kind", Type::Word, "gauge, counter, histogram or summary, as a pack knows it", |_stack, it| {
        Slot::word(&it.kind)
    }),
    field!(Metric, "known", Type::Boolean, "whether it exists; absent where no pack lists such names", |_stack, it| {
        Slot::field(&it.known, |flag| Datum::Boolean(*flag))
    }),
    field!(Metric, "function", Type::Text, "the function around it, the nearest one", |_stack, it| {
        it.function.as_deref().map_or_else(|| Slot::absent(Some(it.at)), |name| Slot::constant(name, Some(it.at)))
    }),
    field!(
        Metric,
        "label",
        Type::Text,
        Some("name"),
        "the value or pattern that a label must have",
        |_stack, it, name| {
            let found = it.matchers.iter().find(|(label, sign, _)| label == name && matches!(*sign, "=" | "=~"));
            found.map_or_else(|| Slot::absent(Some(it.at)), |(_, _, value)| Slot::constant(value, Some(it.at)))
        }
    ),
    field!(Metric, "chooses", Type::Boolean, "whether its labels choose the series that are bad", |_stack, it| {
        Slot::set(Datum::Boolean(it.chooses()), Some(it.at))
    }),
    field!(
        Metric,
        "unknown-labels",
        Type::List(&Type::Text),
        "labels that it is asked for and that its pack does not list",
        |_stack, it| {
            let slots = it.unknown_labels.iter().map(|label| Slot::constant(label, Some(it.at))).collect();
            Slot::set(Datum::List(slots, None), Some(it.at))
        }
    ),
];

/// The fields of somebody who is told.
pub(super) const RECEIVER: &[FieldDef] = &[
    field!(Receiver, "name", Type::Text, "its name", |_stack, it| Slot::constant(&it.name, Some(it.at))),
    field!(
        Receiver,
        "kind",
        Type::Word,
        "pagerduty, opsgenie, webhook, slack, email...; none for one that drops what it gets",
        |_stack, it| Slot::constant(&it.kind, Some(it.at))
    ),
    // Addresses of hooks are credentials.
    field!(Receiver, "address", Type::Url, "the address that it is told at", |_stack, it| Slot {
        secret: true,
        ..Slot::text(&it.address)
    }),
];

fn named<'m>(list: &'m [(String, Field<Text>)], name: &str, at: Span) -> Slot<'m> {
    let found = list.iter().find(|(known, _)| known == name);
    found.map_or_else(|| Slot::absent(Some(at)), |(_, value)| Slot::text(value))
}

fn receivers<'m>(stack: &'m Stack, indices: &[usize], more: Option<Reason>, at: Span) -> Slot<'m> {
    let receivers = indices.iter().filter_map(|index| stack.receivers.get(*index));
    Slot::things(receivers.map(|it| Thing::Receiver(stack, it)), Some(at), more)
}

/// Who is told of an alert of a severity that has no other label and no name that a route asks for.
pub(super) fn told<'m>(stack: &'m Stack, severity: &str) -> Slot<'m> {
    let reached = stack.told(&|label| Label::Is(if label == "severity" { severity } else { "" }));
    // Where the first of them stands the way of the alert can be mended.
    let first = reached.receivers.first().and_then(|index| stack.receivers.get(*index));
    receivers(stack, &reached.receivers, reached.more, first.map_or(stack.at, |it| it.at))
}
