//! What rules may ask of a reference.

use super::{Datum, FieldDef, Slot, Thing, Type};

/// A field whose getter takes the reference.
macro_rules! field {
    ($name:literal, $of:expr, $doc:literal, |$it:ident| $get:expr) => {
        FieldDef {
            name: $name,
            of: $of,
            argument: None,
            doc: $doc,
            get: |thing, _argument| match thing {
                Thing::Reference(_, $it) => $get,
                _ => Slot::absent(None),
            },
        }
    };
}

/// The fields of a reference.
pub(super) const FIELDS: &[FieldDef] = &[
    field!("kind", Type::Word, "what kind of thing is meant, as its platform calls it", |it| {
        Slot::constant(it.kind, Some(it.at))
    }),
    field!("name", Type::Text, "its name", |it| Slot::constant(&it.name, Some(it.at))),
    field!("key", Type::Text, "the key of it that is meant", |it| {
        it.key.as_deref().map_or_else(|| Slot::absent(Some(it.at)), |key| Slot::constant(key, Some(it.at)))
    }),
    field!("found", Type::Boolean, "whether it is there", |it| {
        Slot::field(&it.found, |found| Datum::Boolean(*found))
    }),
    field!("optional", Type::Boolean, "whether it may be missing", |it| {
        Slot::set(Datum::Boolean(it.optional), Some(it.at))
    }),
];
