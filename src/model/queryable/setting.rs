//! What rules may ask of a setting.

use super::{Datum, FieldDef, Slot, Thing, ThingKind, Type};
use crate::model::{Setting, SubjectKind};

/// A field whose getter takes the setting.
macro_rules! field {
    ($name:literal, $of:expr, $doc:literal, |$stack:ident, $it:ident| $get:expr) => {
        FieldDef {
            name: $name,
            of: $of,
            argument: None,
            doc: $doc,
            get: |thing, _argument| match thing {
                Thing::Setting($stack, $it) => $get,
                _ => Slot::absent(None),
            },
        }
    };
}

/// The fields of a setting.
pub(super) const FIELDS: &[FieldDef] = &[
    field!("name", Type::Text, "its name as the process knows it", |_stack, it| Slot::constant(&it.name, Some(it.at))),
    field!("of", Type::Text, "what it belongs to", |_stack, it| Slot::constant(&it.of, Some(it.at))),
    field!("value", Type::Text, "the value that the process sees", |_stack, it| value(it)),
    field!("source", Type::Word, "env, file, flag, sibling, label, build-arg, probe, default, object", |_stack, it| {
        Slot::constant(it.source.word(), Some(it.at))
    }),
    field!("held", Type::Word, "literal, fallback, default, secret, external or generated", |_stack, it| {
        Slot { origins: it.value.origins().into(), ..Slot::constant(it.held.word(), it.value.at.or(Some(it.at))) }
    }),
    field!("secret", Type::Boolean, "whether its value is to be kept secret", |_stack, it| {
        Slot::set(Datum::Boolean(it.secret()), Some(it.at))
    }),
    field!("layers", Type::List(&Type::Thing(ThingKind::Layer)), "all that set it, winner first", |stack, it| {
        Slot::things(it.layers.iter().map(|layer| Thing::Layer(stack, layer)), Some(it.at), None)
    }),
    field!("app", Type::Text, "the app that it is a setting of", |stack, it| {
        let container = it.container.and_then(|index| stack.containers.get(index));
        let app = container.and_then(|container| container.app.as_deref());
        app.map_or_else(|| Slot::absent(Some(it.at)), |app| Slot::constant(app, Some(it.at)))
    }),
    field!("container", Type::Thing(ThingKind::Subject(SubjectKind::Container)), "its container", |stack, it| {
        let container = it.container.and_then(|index| stack.containers.get(index));
        container.map_or_else(
            || Slot::absent(Some(it.at)),
            |container| Slot::set(Datum::Thing(Thing::Container(stack, container)), Some(container.at)),
        )
    }),
    field!("stack", Type::Thing(ThingKind::Subject(SubjectKind::Stack)), "its stack", |stack, _it| {
        Slot::set(Datum::Thing(Thing::Stack(stack)), Some(stack.at))
    }),
];

/// The value of a setting, marked secret if it is one.
#[must_use]
pub fn value(setting: &Setting) -> Slot<'_> {
    let mut slot = Slot::text(&setting.value);
    slot.at = slot.at.or(Some(setting.at));
    slot.secret = setting.secret();
    slot
}
