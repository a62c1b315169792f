//! What rules may ask of an edge and its routes.

use super::object::raw;
use super::{Datum, FieldDef, Slot, Thing, ThingKind, Type};
use crate::model::SubjectKind;
use crate::source::Reason;

/// The fields of an edge.
pub(super) const FIELDS: &[FieldDef] = &[
    field!(Edge, "name", Type::Text, "the name of what it was read from", |_stack, it, _argument| {
        Slot::constant(&it.name, Some(it.at))
    }),
    field!(
        Edge,
        "kind",
        Type::Word,
        "ingress, gateway, openshift, nginx, caddy, traefik or haproxy",
        |_stack, it, _argument| { Slot::constant(it.kind, Some(it.at)) }
    ),
    field!(Edge, "host", Type::Host, "the first host name; absent for every host", |_stack, it, _argument| {
        Slot::word(&it.host)
    }),
    field!(
        Edge,
        "hosts",
        Type::List(&Type::Host),
        "all host names that are served alike; none for every host",
        |_stack, it, _argument| {
            let all = std::iter::once(&it.host).chain(&it.aliases).filter(|host| !host.is_absent());
            Slot::set(Datum::List(all.map(Slot::word).collect(), None), Some(it.at))
        }
    ),
    field!(
        Edge,
        "upstreams",
        Type::List(&Type::Thing(ThingKind::Subject(SubjectKind::Container))),
        "the containers that requests are handed to",
        |stack, it, _argument| {
            let containers = it.upstreams.iter().filter_map(|index| stack.container(*index));
            let things = containers.map(|container| Thing::Container(stack, container));
            Slot::things(things, Some(it.at), it.upstreams_more.clone())
        }
    ),
    field!(
        Edge,
        "proxy",
        Type::Thing(ThingKind::Subject(SubjectKind::Container)),
        "the container that serves it",
        |stack, it, _argument| {
            match it.proxy.and_then(|index| stack.container(index)) {
                Some(proxy) => Slot::set(Datum::Thing(Thing::Container(stack, proxy)), Some(it.at)),
                None => Slot::absent(Some(it.at)),
            }
        }
    ),
    field!(
        Edge,
        "reach",
        Type::Word,
        "from where clients reach it: internal, loopback, private or public",
        |_stack, it, _argument| Slot::field(&it.reach, |reach| Datum::Text(reach.word().into()))
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
    field!(
        Edge,
        "tls-min",
        Type::Version,
        "the lowest version of TLS that clients may speak",
        |_stack, it, _argument| { Slot::word(&it.tls_min) }
    ),
    field!(Edge, "http2", Type::Boolean, "whether clients may speak HTTP/2", |_stack, it, _argument| {
        Slot::field(&it.http2, |flag| Datum::Boolean(*flag))
    }),
    field!(Edge, "compresses", Type::Boolean, "whether answers are compressed here", |_stack, it, _argument| {
        Slot::field(&it.compresses, |flag| Datum::Boolean(*flag))
    }),
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
            match it.route(path) {
                Ok(Some(route)) => Slot::set(Datum::Thing(Thing::Route(stack, route)), Some(route.at)),
                Ok(None) => Slot::absent(Some(it.at)),
                Err(at) => Slot::unknown(
                    Reason::Unseen { what: "the pattern that the path is compared with".into() },
                    Some(at),
                ),
            }
        }
    ),
    field!(Edge, "routes", Type::List(&Type::Thing(ThingKind::Route)), "its routes", |stack, it, _argument| {
        Slot::things(it.routes.iter().map(|route| Thing::Route(stack, route)), Some(it.at), None)
    }),
    field!(Edge, "header", Type::Text, Some("name"), "a header that is added to every answer", |_stack, it, name| {
        match (it.header(name), &it.headers_more) {
            (Ok(value), _) => Slot::text(value),
            // Nothing refers to it: whoever adds headers there may leave this one out.
            (Err(at), Some(Reason::Elsewhere { what })) => {
                Slot::unknown(Reason::Perhaps { what: what.clone() }, Some(at))
            }
            (Err(at), Some(reason)) => Slot::unknown(reason.clone(), Some(at)),
            (Err(at), None) => Slot::absent(Some(at)),
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
    field!(
        Route,
        "serves",
        Type::Word,
        "upstream, files, redirect, status (pages of the proxy itself) or nothing",
        |_stack, it, _argument| Slot::word(&it.serves)
    ),
    field!(Route, "restricted", Type::Boolean, "whether not everybody may ask", |_stack, it, _argument| {
        Slot::field(&it.restricted, |flag| Datum::Boolean(*flag))
    }),
    field!(Route, "limited", Type::Boolean, "whether the rate of requests is limited", |_stack, it, _argument| {
        Slot::field(&it.limited, |flag| Datum::Boolean(*flag))
    }),
];
