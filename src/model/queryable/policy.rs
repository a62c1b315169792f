//! What rules may ask of a policy, and of what a role allows to whom.

use super::object::raw;
use super::{Datum, FieldDef, Slot, Thing, ThingKind, Type};
use crate::model::{Policy, Stack, SubjectKind};

/// A field that is a number of the model.
macro_rules! number {
    ($name:literal, $field:ident, $doc:literal) => {
        field!(Policy, $name, Type::Integer, $doc, |_stack, it| Slot::field(&it.$field, |number| Datum::Integer(
            *number
        )))
    };
}

/// A field that is a list of strings of the model.
macro_rules! words {
    ($kind:ident, $name:literal, $field:ident, $doc:literal) => {
        field!($kind, $name, Type::List(&Type::Text), $doc, |_stack, it| Slot::words(&it.$field))
    };
}

/// The fields of a policy.
pub(super) const FIELDS: &[FieldDef] = &[
    field!(Policy, "name", Type::Text, "its name", |_stack, it| Slot::constant(&it.name, Some(it.at))),
    field!(Policy, "kind", Type::Word, "network, disruption, scaling, access or verification", |_stack, it| {
        Slot::constant(it.kind.word(), Some(it.at))
    }),
    field!(Policy, "namespace", Type::Text, "the namespace that it works in, if not in all", |_stack, it| {
        it.namespace.as_deref().map_or_else(|| Slot::absent(Some(it.at)), |name| Slot::constant(name, Some(it.at)))
    }),
    field!(
        Policy,
        "selects",
        Type::List(&Type::Thing(ThingKind::Subject(SubjectKind::Workload))),
        "the workloads that it applies to",
        |stack, it| selects(stack, it)
    ),
    words!(Policy, "directions", directions, "network: ingress, egress"),
    field!(Policy, "open", Type::Boolean, "network: whether it lets everybody in", |_stack, it| {
        Slot::field(&it.open, |open| Datum::Boolean(*open))
    }),
    words!(
        Policy,
        "unlimited",
        unlimited,
        "network: the directions that it is about and limits in nothing, since a rule admits all"
    ),
    number!("min-available", min_available, "disruption: how many pods have to stay, percentages resolved"),
    number!("max-unavailable", max_unavailable, "disruption: how many pods may be away, percentages resolved"),
    number!("replicas", replicas, "disruption and scaling: the least number of copies"),
    number!("replicas-max", replicas_max, "disruption and scaling: the largest number of copies"),
    words!(Policy, "images", images, "verification: patterns of the images that need a signature"),
    field!(Policy, "issuer", Type::Text, "verification: who issued the identity that signs", |_stack, it| {
        Slot::word(&it.issuer)
    }),
    field!(Policy, "identity", Type::Text, "verification: the identity that signs", |_stack, it| {
        Slot::word(&it.identity)
    }),
    field!(Policy, "rules", Type::List(&Type::Thing(ThingKind::Access)), "access: what it allows", |stack, it| {
        Slot::listed(stack, &it.rules, Thing::Access, it.at, it.rules_more.as_ref())
    }),
    field!(
        Policy,
        "bound-to",
        Type::List(&Type::Thing(ThingKind::Binding)),
        "access: to whom it is given",
        |stack, it| { Slot::listed(stack, &it.bound_to, Thing::Binding, it.at, it.bound_more.as_ref()) }
    ),
    field!(Policy, "bound", Type::Boolean, "access: whether a binding of it is here", |_stack, it| {
        Slot::set(Datum::Boolean(!it.bound_to.is_empty()), Some(it.at))
    }),
    FieldDef {
        name: "at",
        of: Type::Any,
        argument: Some("path"),
        doc: "a place of its raw tree, such as at(spec.podSelector)",
        get: |thing, path| match thing {
            Thing::Policy(stack, it) => match stack.objects.get(it.object) {
                Some(object) => raw(&object.root, path, object.flavour, Some(it.at)),
                None => Slot::absent(Some(it.at)),
            },
            _ => Slot::absent(None),
        },
    },
    field!(Policy, "stack", Type::Thing(ThingKind::Subject(SubjectKind::Stack)), "its stack", |stack, _it| {
        Slot::set(Datum::Thing(Thing::Stack(stack)), Some(stack.at))
    }),
];

/// The fields of what a role allows.
pub(super) const ACCESS: &[FieldDef] = &[
    words!(Access, "verbs", verbs, "get, list, create...; * for all"),
    words!(Access, "resources", resources, "pods, secrets, pods/exec...; * for all"),
    words!(Access, "groups", groups, "API groups; the core group is empty, * stands for all"),
    words!(Access, "names", names, "the objects that it is limited to; absent for all"),
];

/// The fields of a role's being given to somebody.
pub(super) const BINDING: &[FieldDef] = &[
    field!(Binding, "kind", Type::Word, "serviceaccount, user or group", |_stack, it| {
        Slot::constant(&it.kind, Some(it.at))
    }),
    field!(Binding, "name", Type::Text, "the name", |_stack, it| Slot::constant(&it.name, Some(it.at))),
    field!(Binding, "namespace", Type::Text, "the account's namespace", |_stack, it| {
        it.namespace.as_deref().map_or_else(|| Slot::absent(Some(it.at)), |name| Slot::constant(name, Some(it.at)))
    }),
    field!(Binding, "everywhere", Type::Boolean, "whether it holds in the whole cluster", |_stack, it| {
        Slot::set(Datum::Boolean(it.everywhere), Some(it.at))
    }),
];

fn selects<'m>(stack: &'m Stack, policy: &'m Policy) -> Slot<'m> {
    let workloads = policy.selects.iter().filter_map(|index| stack.workloads.get(*index));
    let open = policy.selects_more.clone().or_else(|| stack.open(SubjectKind::Workload).map(|gap| gap.reason.clone()));
    Slot::things(workloads.map(|workload| Thing::Workload(stack, workload)), Some(policy.at), open)
}
