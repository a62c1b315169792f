//! What rules may ask of a scrape job.

use super::object::raw;
use super::{Datum, FieldDef, Slot, Thing, ThingKind, Type};
use crate::model::{Container, Stack, SubjectKind};

/// The fields of a scrape job.
pub(super) const FIELDS: &[FieldDef] = &[
    field!(Scrape, "name", Type::Text, "its name", |_stack, it| Slot::constant(&it.name, Some(it.at))),
    field!(
        Scrape,
        "kind",
        Type::Word,
        "prometheus, service-monitor, pod-monitor, probe or annotation",
        |_stack, it| Slot::constant(it.kind, Some(it.at))
    ),
    field!(Scrape, "path", Type::Text, "the path that is asked for", |_stack, it| Slot::text(&it.path)),
    field!(Scrape, "interval", Type::Duration, "how often", |_stack, it| {
        Slot::field(&it.interval, |interval| Datum::Duration(interval.0))
    }),
    field!(Scrape, "tls", Type::Boolean, "whether over TLS", |_stack, it| {
        Slot::field(&it.tls, |flag| Datum::Boolean(*flag))
    }),
    field!(Scrape, "auth", Type::Word, "how it identifies itself: none, literal or reference", |_stack, it| {
        Slot::word(&it.auth)
    }),
    field!(Scrape, "addresses", Type::List(&Type::Url), "the addresses that are written", |_stack, it| {
        Slot::set(Datum::List(it.addresses.iter().map(Slot::text).collect(), None), Some(it.at))
    }),
    field!(
        Scrape,
        "targets",
        Type::List(&Type::Thing(ThingKind::Subject(SubjectKind::Container))),
        "the containers that it asks",
        |stack, it| {
            let containers = it.targets.items.iter().filter_map(|index| stack.container(*index.value()?));
            let things = containers.map(|container| Thing::Container(stack, container));
            Slot::things(things, Some(it.at), it.targets.open.clone())
        }
    ),
    field!(Scrape, "at", Type::Any, Some("path"), "a place of its raw tree, for objects", |stack, it, path| {
        match it.object.and_then(|index| stack.objects.get(index)) {
            Some(object) => raw(&object.root, path, object.flavour, Some(it.at)),
            None => Slot::absent(Some(it.at)),
        }
    }),
    field!(Scrape, "stack", Type::Thing(ThingKind::Subject(SubjectKind::Stack)), "its stack", |stack, _it| {
        Slot::set(Datum::Thing(Thing::Stack(stack)), Some(stack.at))
    }),
];

/// The scrape jobs that ask a container, as a list of its own; it is open where one may ask anybody.
pub(super) fn of<'m>(stack: &'m Stack, container: &'m Container) -> Slot<'m> {
    let asks = |index: &usize| stack.container(*index).is_some_and(|it| std::ptr::eq(it, container));
    let mut open = stack.open(SubjectKind::Scrape).map(|gap| gap.reason.clone());
    let mut found = Vec::new();
    for scrape in &stack.scrapes {
        if scrape.targets.items.iter().filter_map(|target| target.value()).any(asks) {
            found.push(Thing::Scrape(stack, scrape));
        } else if open.is_none() && !scrape.others {
            open.clone_from(&scrape.targets.open);
        }
    }
    Slot::things(found.into_iter(), Some(container.at), open)
}
