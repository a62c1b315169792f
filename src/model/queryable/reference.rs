//! What rules may ask of a reference.

use super::{Datum, FieldDef, Slot, Thing, Type};

/// The fields of a reference.
pub(super) const FIELDS: &[FieldDef] = &[
    field!(Reference, "kind", Type::Word, "what kind of thing is meant, as its platform calls it", |_stack, it| {
        Slot::constant(it.kind, Some(it.at))
    }),
    field!(Reference, "name", Type::Text, "its name", |_stack, it| Slot::constant(&it.name, Some(it.at))),
    field!(Reference, "key", Type::Text, "the key of it that is meant", |_stack, it| {
        it.key.as_deref().map_or_else(|| Slot::absent(Some(it.at)), |key| Slot::constant(key, Some(it.at)))
    }),
    field!(Reference, "found", Type::Boolean, "whether it is there", |_stack, it| {
        Slot::field(&it.found, |found| Datum::Boolean(*found))
    }),
    field!(Reference, "optional", Type::Boolean, "whether it may be missing", |_stack, it| {
        Slot::set(Datum::Boolean(it.optional), Some(it.at))
    }),
];
