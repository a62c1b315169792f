//! What rules may ask of an edge and its routes.

use super::object::raw;
use super::{Datum, FieldDef, Slot, Thing, ThingKind, Type};
use crate::model::SubjectKind;

/// The fields of an edge.
pub(super) const FIELDS: &[FieldDef] = &[
    field!(Edge, "name", Type::Text, "the name of what it was read from", |_stack, it, _argument| {
        Slot::constant(&it.name, Some(it.at))
    }),
    field!(Edge, "kind", Type::Word, "ingress, gateway, traefik or openshift", |_stack, it, _argument| {
        Slot::constant(it.kind, Some(it.at))
    }),
    field!(Edge, "host", Type::Host, "the host name; absent for every host", |_stack, it, _argument| {
        Slot::word(&it.host)
    }),
    field!(
        Edge,
        "upstreams",
        Type::List(&Type::Thing(ThingKind::Subject(SubjectKind::Container))),
        "the containers that requests are handed to",
        |stack, it, _argument| {
            let containers = it.upstreams.iter().filter_map(|index| stack.containers.get(*index));
            let things = containers.map(|container| Thing::Container(stack, container));
            Slot::things(things, Some(it.at), it.upstreams_more.clone())
        }
    ),
    field!(Edge, "tls", Type::Word, "none, acme, issuer, certificate or self-signed", |_stack, it, _argument| {
        Slot::word(&it.tls)
    }),
    field!(
        Edge,
        "redirects",
        Type::Boolean,
        "whether plain HTTP is redirected to HTTPS, or not served",
        |_stack, it, _argument| Slot::field(&it.redirects, |flag| Datum::Boolean(*flag))
    ),
    field!(Edge, "upstream-protocol", Type::Word, "http, https or grpc", |_stack, it, _argument| {
        Slot::word(&it.upstream_protocol)
    }),
    field!(Edge, "timeout", Type::Duration, "how long an upstream may take to answer", |_stack, it, _argument| {
        Slot::field(&it.timeout, |duration| Datum::Duration(duration.0))
    }),
    field!(
        Edge,
        "route",
        Type::Thing(ThingKind::Route),
        Some("path"),
        "the route that a request for a path takes",
        |stack, it, path| {
            let route = it.route(path);
            route.map_or_else(
                || Slot::absent(Some(it.at)),
                |route| Slot::set(Datum::Thing(Thing::Route(stack, route)), Some(route.at)),
            )
        }
    ),
    field!(Edge, "header", Type::Text, Some("name"), "a header that is added to every answer", |_stack, it, name| {
        let header = it.headers.iter().find(|(have, _)| have.eq_ignore_ascii_case(name));
        match (header, &it.headers_more) {
            (Some((_, value)), _) => Slot::text(value),
            (None, Some(reason)) => Slot::unknown(reason.clone(), Some(it.at)),
            (None, None) => Slot::absent(Some(it.at)),
        }
    }),
    field!(Edge, "at", Type::Any, Some("path"), "a place of its raw tree", |stack, it, path| {
        match it.object.and_then(|index| stack.objects.get(index)) {
            Some(object) => raw(&object.root, path, object.flavour, Some(it.at)),
            None => Slot::absent(Some(it.at)),
        }
    }),
    field!(Edge, "stack", Type::Thing(ThingKind::Subject(SubjectKind::Stack)), "its stack", |stack, _it, _argument| {
        Slot::set(Datum::Thing(Thing::Stack(stack)), Some(stack.at))
    }),
];

/// The fields of a route.
pub(super) const ROUTE: &[FieldDef] = &[
    field!(Route, "path", Type::Text, "the path that it is for", |_stack, it, _argument| {
        Slot::constant(&it.path, Some(it.at))
    }),
    field!(Route, "restricted", Type::Boolean, "whether not everybody may ask", |_stack, it, _argument| {
        Slot::field(&it.restricted, |flag| Datum::Boolean(*flag))
    }),
    field!(Route, "limited", Type::Boolean, "whether the rate of requests is limited", |_stack, it, _argument| {
        Slot::field(&it.limited, |flag| Datum::Boolean(*flag))
    }),
];
