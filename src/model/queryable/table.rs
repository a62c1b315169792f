//! What rules may ask of a table, its columns, indexes and policies.

use super::{Datum, FieldDef, Slot, Thing, ThingKind, Type};
use crate::model::SubjectKind;
use crate::model::database::{RowPolicy, Table, TableIndex};
use crate::source::{Reason, Span};
use std::borrow::Cow;

/// A field that is a yes or no of the model.
macro_rules! flag {
    ($name:literal, $field:ident, $doc:literal) => {
        field!(Table, $name, Type::Boolean, $doc, |_stack, it| Slot::field(&it.$field, |flag| Datum::Boolean(*flag)))
    };
}

/// A field that is known of everything of its kind.
macro_rules! known {
    ($kind:ident, $name:literal, $field:ident, $doc:literal) => {
        field!($kind, $name, Type::Boolean, $doc, |_stack, it| Slot::set(Datum::Boolean(it.$field), Some(it.at)))
    };
}

/// The fields of a table.
pub(super) const FIELDS: &[FieldDef] = &[
    field!(Table, "name", Type::Text, "its name", |_stack, it| Slot::constant(&it.name, Some(it.at))),
    field!(Table, "schema", Type::Text, "its schema", |_stack, it| Slot::constant(&it.schema, Some(it.at))),
    known!(Table, "created", created, "whether it is made in these files, not only changed"),
    flag!("rls", rls, "whether row level security is on after the last migration"),
    flag!("forced", forced, "whether row level security holds for its owner too"),
    flag!("logged", logged, "whether its rows outlive a crash"),
    field!(
        Table,
        "policies",
        Type::List(&Type::Thing(ThingKind::RowPolicy)),
        "its policies of row level security",
        |stack, it| Slot::listed(stack, &it.policies, Thing::RowPolicy, it.at, it.policies_more.as_ref())
    ),
    field!(
        Table,
        "grants",
        Type::List(&Type::Thing(ThingKind::Grant)),
        "the privileges on it, those on all tables of its schema included",
        |stack, it| Slot::listed(stack, &it.grants, Thing::Grant, it.at, it.grants_more.as_ref())
    ),
    field!(Table, "columns", Type::List(&Type::Thing(ThingKind::Column)), "its columns", |stack, it| Slot::listed(
        stack,
        &it.columns,
        Thing::Column,
        it.at,
        it.columns_more.as_ref()
    )),
    field!(
        Table,
        "indexes",
        Type::List(&Type::Thing(ThingKind::Index)),
        "its indexes, those of keys and unique columns included",
        |stack, it| Slot::listed(stack, &it.indexes, Thing::Index, it.at, it.indexes_more.as_ref())
    ),
    field!(
        Table,
        "indexed",
        Type::List(&Type::Text),
        "the columns that lead an index of all its rows",
        |_stack, it| texts(it.leading(), it.at, it.indexes_more.as_ref())
    ),
    field!(Table, "tenant", Type::Text, "the column that says to whom a row belongs, by its name", |_stack, it| {
        tenant(it)
    }),
    field!(
        Table,
        "option",
        Type::Text,
        Some("name"),
        "a storage parameter, such as option(autovacuum_enabled)",
        |_stack, it, name| {
            let found = it.options.iter().find(|(known, _)| known == name);
            found.map_or_else(|| Slot::absent(Some(it.at)), |(_, value)| Slot::word(value))
        }
    ),
    field!(Table, "stack", Type::Thing(ThingKind::Subject(SubjectKind::Stack)), "its stack", |stack, _it| {
        Slot::set(Datum::Thing(Thing::Stack(stack)), Some(stack.at))
    }),
];

/// The fields of a column.
pub(super) const COLUMN: &[FieldDef] = &[
    field!(Column, "name", Type::Text, "its name", |_stack, it| Slot::constant(&it.name, Some(it.at))),
    field!(Column, "type", Type::Text, "its type, as written", |_stack, it| Slot::constant(&it.of, Some(it.at))),
    known!(Column, "not-null", not_null, "whether it may not be null"),
    known!(Column, "primary", primary, "whether it is part of the primary key"),
    known!(Column, "default", default, "whether it has a default"),
    field!(Column, "references", Type::Text, "the table that it refers to, with its schema", |_stack, it| {
        it.references.as_deref().map_or_else(|| Slot::absent(Some(it.at)), |name| Slot::constant(name, Some(it.at)))
    }),
];

/// The fields of an index.
pub(super) const INDEX: &[FieldDef] = &[
    field!(Index, "name", Type::Text, "its name, if it was given one", |_stack, it| {
        it.name.as_deref().map_or_else(|| Slot::absent(Some(it.at)), |name| Slot::constant(name, Some(it.at)))
    }),
    field!(Index, "columns", Type::List(&Type::Text), "its columns; of expressions nothing is known", |_stack, it| {
        columns(it)
    }),
    known!(Index, "unique", unique, "whether it is unique"),
    known!(Index, "partial", partial, "whether it holds some rows only"),
    known!(Index, "concurrently", concurrently, "whether writes go on while it is built"),
    field!(Index, "method", Type::Word, "btree, gin, gist...", |_stack, it| Slot::constant(&it.method, Some(it.at))),
];

/// The fields of a policy of row level security.
pub(super) const POLICY: &[FieldDef] = &[
    field!(RowPolicy, "name", Type::Text, "its name", |_stack, it| Slot::constant(&it.name, Some(it.at))),
    field!(RowPolicy, "command", Type::Word, "all, select, insert, update or delete", |_stack, it| {
        Slot::constant(&it.command, Some(it.at))
    }),
    known!(RowPolicy, "restrictive", restrictive, "whether it only narrows what others permit"),
    field!(RowPolicy, "roles", Type::List(&Type::Text), "for whom; public for everybody", |_stack, it| roles(it)),
    // A condition may compare with something that is nobody's business.
    field!(RowPolicy, "using", Type::Text, "which rows are seen, as written", |_stack, it| {
        Slot { secret: true, ..Slot::text(&it.using) }
    }),
    field!(RowPolicy, "check", Type::Text, "which rows may be written, as written", |_stack, it| {
        Slot { secret: true, ..Slot::text(&it.check) }
    }),
    field!(RowPolicy, "columns", Type::List(&Type::Text), "the columns of the table that it compares", |_stack, it| {
        texts(it.columns.iter().map(|(name, at)| (name.as_str(), *at)), it.at, None)
    }),
];

/// Texts with their places.
fn texts<'m>(items: impl Iterator<Item = (&'m str, Span)>, at: Span, open: Option<&Reason>) -> Slot<'m> {
    let slots = items.map(|(text, at)| Slot::constant(text, Some(at))).collect();
    Slot::set(Datum::List(slots, open.cloned()), Some(at))
}

fn columns(index: &TableIndex) -> Slot<'_> {
    let slots = index.columns.iter().map(|column| match column {
        Some(name) => Slot::constant(name, Some(index.at)),
        None => Slot::unknown(Reason::Unseen { what: "an expression of an index".into() }, Some(index.at)),
    });
    Slot::set(Datum::List(slots.collect(), None), Some(index.at))
}

fn roles(policy: &RowPolicy) -> Slot<'_> {
    let slots = policy.roles.iter().map(|role| Slot::set(Datum::Text(Cow::Borrowed(role)), Some(policy.at)));
    Slot::set(Datum::List(slots.collect(), None), Some(policy.at))
}

fn tenant(table: &Table) -> Slot<'_> {
    match (table.tenant(), &table.columns_more) {
        (Some(column), _) => Slot::constant(&column.name, Some(column.at)),
        (None, Some(reason)) => Slot::unknown(reason.clone(), Some(table.at)),
        (None, None) => Slot::absent(Some(table.at)),
    }
}
