//! What rules may ask of exposures, mounts and the small records behind lists.

use super::{Datum, FieldDef, Slot, Thing, ThingKind, Type};
use crate::model::{MountKind, Stack, SubjectKind};
use crate::source::{Origin, Span};
use std::borrow::Cow;

const CONTAINER: Type = Type::Thing(ThingKind::Subject(SubjectKind::Container));
const STACK: Type = Type::Thing(ThingKind::Subject(SubjectKind::Stack));

/// The fields of an exposure.
pub(super) const EXPOSURE: &[FieldDef] = &[
    field!(Exposure, "port", Type::Integer, "the port of the container", |_stack, it| {
        Slot::field(&it.port, |port| Datum::Integer(*port))
    }),
    field!(Exposure, "host-port", Type::Integer, "the port outside", |_stack, it| {
        Slot::field(&it.host_port, |port| Datum::Integer(*port))
    }),
    field!(Exposure, "host-ip", Type::Host, "the address outside", |_stack, it| Slot::word(&it.host_ip)),
    field!(Exposure, "protocol", Type::Word, "tcp, udp or sctp", |_stack, it| Slot::word(&it.protocol)),
    field!(Exposure, "purpose", Type::Word, "what the app uses it for", |_stack, it| {
        it.purpose.as_deref().map_or_else(|| Slot::absent(Some(it.at)), |word| Slot::constant(word, Some(it.at)))
    }),
    field!(Exposure, "reach", Type::Word, "internal, loopback, private or public", |_stack, it| {
        Slot::field(&it.reach, |reach| Datum::Text(Cow::Borrowed(reach.word())))
    }),
    field!(
        Exposure,
        "via",
        Type::Word,
        "internal port host-network node-port load-balancer host-port edge",
        |_stack, it| { Slot::constant(it.via.word(), Some(it.at)) }
    ),
    field!(Exposure, "container", CONTAINER, "the container that listens", |stack, it| container(
        stack,
        it.container,
        it.at
    )),
    field!(Exposure, "stack", STACK, "its stack", |stack, _it| whole(stack)),
];

/// The fields of a mount.
pub(super) const MOUNT: &[FieldDef] = &[
    field!(Mount, "path", Type::Path, "the path inside", |_stack, it| Slot::text(&it.path)),
    field!(Mount, "source", Type::Path, "the path or name outside", |_stack, it| Slot::text(&it.source)),
    field!(Mount, "sub-path", Type::Path, "the part of it that is mounted", |_stack, it| Slot::text(&it.sub_path)),
    field!(Mount, "mode", Type::Text, "file mode, as written", |_stack, it| Slot::text(&it.mode)),
    field!(
        Mount,
        "kind",
        Type::Word,
        "volume bind claim nfs empty tmpfs config secret anonymous other",
        |_stack, it| match it.source.reason() {
            // What stands for it may be of any kind.
            Some(reason) if it.kind == MountKind::Other => Slot::unknown(reason.clone(), it.source.at),
            _ => Slot::constant(it.kind.word(), Some(it.at)),
        }
    ),
    field!(Mount, "shared", Type::Boolean, "whether several hosts may write to it", |_stack, it| {
        Slot::field(&it.shared, |flag| Datum::Boolean(*flag))
    }),
    field!(Mount, "read-only", Type::Boolean, "whether the container cannot write to it", |_stack, it| {
        Slot::field(&it.read_only, |flag| Datum::Boolean(*flag))
    }),
    field!(Mount, "size", Type::Memory, "how large it is", |_stack, it| {
        Slot::field(&it.size, |memory| Datum::Memory(memory.0))
    }),
    field!(Mount, "reclaim", Type::Word, "what becomes of it when its claim goes", |_stack, it| Slot::word(
        &it.reclaim
    )),
    field!(Mount, "container", CONTAINER, "the container that it is in", |stack, it| container(
        stack,
        it.container,
        it.at
    )),
    field!(Mount, "stack", STACK, "its stack", |stack, _it| whole(stack)),
];

/// The fields of a probe.
pub(super) const PROBE: &[FieldDef] = &[
    field!(Probe, "path", Type::Text, "the HTTP path that it asks for", |_stack, it| Slot::text(&it.path)),
    field!(Probe, "port", Type::Integer, "the port that it connects to", |_stack, it| {
        Slot::field(&it.port, |port| Datum::Integer(*port))
    }),
    field!(Probe, "command", Type::Text, "the command that it runs", |_stack, it| {
        // A probe's command may carry a password.
        Slot { secret: true, ..Slot::text(&it.command) }
    }),
    field!(Probe, "budget", Type::Duration, "how long a fault may last before it counts", |_stack, it| {
        Slot::field(&it.budget, |duration| Datum::Duration(duration.0))
    }),
];

/// The fields of something that a container waits for.
pub(super) const DEPENDENCY: &[FieldDef] = &[
    field!(Dependency, "name", Type::Text, "the name of what it waits for", |_stack, it| {
        Slot::constant(&it.name, Some(it.at))
    }),
    field!(Dependency, "condition", Type::Word, "what it waits for it to be", |_stack, it| Slot::word(&it.condition)),
    field!(Dependency, "container", CONTAINER, "the container that it waits for", |stack, it| {
        it.container.map_or_else(|| Slot::absent(Some(it.at)), |index| container(stack, index, it.at))
    }),
];

/// The fields of a network.
pub(super) const NETWORK: &[FieldDef] = &[
    field!(Network, "name", Type::Text, "its name", |_stack, it| Slot::constant(&it.0, it.1.at)),
    field!(Network, "internal", Type::Boolean, "whether it leads nowhere else", |_stack, it| {
        Slot::field(&it.1, |flag| Datum::Boolean(*flag))
    }),
];

/// The fields of one of the places that set a setting.
pub(super) const LAYER: &[FieldDef] = &[
    field!(Layer, "source", Type::Word, "by which way", |_stack, it| Slot::constant(it.source.word(), it.value.at)),
    field!(
        Layer,
        "held",
        Type::Word,
        "who holds that, as of a setting; unseen where it is not known whether anything does",
        |_stack, it| Slot { origins: it.value.origins().into(), ..Slot::constant(it.held.word(), it.value.at) }
    ),
    field!(Layer, "value", Type::Text, "what it says", |_stack, it| Slot { secret: true, ..Slot::text(&it.value) }),
];

/// The fields of a step of the way that a value took.
pub(super) const ORIGIN: &[FieldDef] = &[
    field!(
        Origin,
        "kind",
        Type::Word,
        "literal env-file variable fallback values template configmap secret default",
        |_stack, it| { Slot::constant(it.kind.word(), it.span) }
    ),
    field!(Origin, "name", Type::Text, "what is named there", |_stack, it| origin_name(it)),
];

fn origin_name(origin: &Origin) -> Slot<'_> {
    origin.name.as_deref().map_or_else(|| Slot::absent(origin.span), |name| Slot::constant(name, origin.span))
}

fn container(stack: &Stack, index: usize, at: Span) -> Slot<'_> {
    stack.container(index).map_or_else(
        || Slot::absent(Some(at)),
        |container| Slot::set(Datum::Thing(Thing::Container(stack, container)), Some(container.at)),
    )
}

fn whole(stack: &Stack) -> Slot<'_> {
    Slot::set(Datum::Thing(Thing::Stack(stack)), Some(stack.at))
}
