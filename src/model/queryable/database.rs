//! What rules may ask of a database's roles, privileges, functions, parameters and migrations.

use super::{Datum, FieldDef, Slot, Thing, Type};
use crate::model::database::Role;
use crate::model::{HostRules, Stack};
use crate::source::Span;

/// A field that is an attribute of a role.
macro_rules! attribute {
    ($name:literal, $flag:literal, $doc:literal) => {
        field!(Role, $name, Type::Boolean, $doc, |_stack, it| attribute(it, $flag))
    };
}

/// The fields of privileges that somebody has.
pub(super) const GRANT: &[FieldDef] = &[
    field!(Grant, "to", Type::Text, "the role that has them; public for everybody", |_stack, it| {
        Slot::constant(&it.to, Some(it.at))
    }),
    field!(Grant, "verbs", Type::List(&Type::Word), "select, insert, execute...; all", |_stack, it| words(
        &it.verbs, it.at
    )),
    field!(
        Grant,
        "on",
        Type::Word,
        "what they are on: table, sequence, function, schema, database or other",
        |_stack, it| Slot::constant(it.on, Some(it.at))
    ),
    field!(
        Grant,
        "reach",
        Type::Word,
        "named: what is named; all: everything in a schema; future: everything that is made from then on",
        |_stack, it| Slot::constant(it.reach, Some(it.at))
    ),
    field!(
        Grant,
        "object",
        Type::Text,
        "what is named, with its schema; else the schema, or * for every one",
        |_stack, it| Slot::constant(&it.object, Some(it.at))
    ),
    field!(Grant, "grantable", Type::Boolean, "whether they may be given on", |_stack, it| {
        Slot::set(Datum::Boolean(it.grantable), Some(it.at))
    }),
];

/// The fields of a role.
pub(super) const ROLE: &[FieldDef] = &[
    field!(Role, "name", Type::Text, "its name", |_stack, it| Slot::constant(&it.name, Some(it.at))),
    field!(Role, "created", Type::Boolean, "whether it is made in these files, not only changed", |_stack, it| {
        Slot::set(Datum::Boolean(it.created), Some(it.at))
    }),
    attribute!("superuser", "superuser", "whether nothing is kept from it"),
    attribute!("login", "login", "whether it may connect"),
    attribute!("bypass-rls", "bypassrls", "whether row level security does not hold for it"),
    attribute!("create-role", "createrole", "whether it may make roles"),
    attribute!("create-db", "createdb", "whether it may make databases"),
    attribute!("replication", "replication", "whether it may replicate"),
    attribute!("inherit", "inherit", "whether it has what the roles have that it is a member of"),
    field!(Role, "password", Type::Text, "its password", |_stack, it| {
        Slot { secret: true, ..Slot::text(&it.password) }
    }),
    field!(Role, "member-of", Type::List(&Type::Text), "the roles that it is a member of", |_stack, it| roles(
        &it.member_of,
        it.at
    )),
    field!(
        Role,
        "removed-from",
        Type::List(&Type::Text),
        "the roles that it was taken out of and not put back",
        |_stack, it| roles(&it.removed_from, it.at)
    ),
];

/// The fields of a function.
pub(super) const FUNCTION: &[FieldDef] = &[
    field!(Function, "name", Type::Text, "its name", |_stack, it| Slot::constant(&it.name, Some(it.at))),
    field!(Function, "schema", Type::Text, "its schema", |_stack, it| Slot::constant(&it.schema, Some(it.at))),
    field!(Function, "definer", Type::Boolean, "whether it runs with the rights of its owner", |_stack, it| {
        Slot::field(&it.definer, |flag| Datum::Boolean(*flag))
    }),
    field!(Function, "search-path", Type::Boolean, "whether it sets its own search path", |_stack, it| {
        Slot::field(&it.search_path, |flag| Datum::Boolean(*flag))
    }),
    field!(Function, "language", Type::Word, "its language", |_stack, it| {
        it.language.as_deref().map_or_else(|| Slot::absent(Some(it.at)), |word| Slot::constant(word, Some(it.at)))
    }),
];

/// The fields of a parameter of the server that SQL sets.
pub(super) const PARAMETER: &[FieldDef] = &[
    field!(Parameter, "name", Type::Text, "its name", |_stack, it| Slot::constant(&it.name, it.value.at)),
    field!(Parameter, "level", Type::Word, "for whom: system, role or database", |_stack, it| {
        Slot::constant(it.level, it.value.at)
    }),
    field!(Parameter, "of", Type::Text, "the role or database", |_stack, it| {
        it.of.as_deref().map_or_else(|| Slot::absent(it.value.at), |of| Slot::constant(of, it.value.at))
    }),
    field!(Parameter, "value", Type::Text, "its value", |_stack, it| Slot::text(&it.value)),
];

/// The fields of a statement.
pub(super) const STATEMENT: &[FieldDef] = &[
    field!(Statement, "verb", Type::Text, "its first words, such as create index, truncate", |_stack, it| {
        Slot::constant(&it.verb, Some(it.at))
    }),
    field!(Statement, "objects", Type::List(&Type::Text), "what it is about, with schemas", |_stack, it| words(
        &it.objects,
        it.at
    )),
    field!(
        Statement,
        "locks",
        Type::Word,
        "what keeps others waiting on a table that was there before: rewrite, scan or index",
        |_stack, it| { it.locks.map_or_else(|| Slot::absent(Some(it.at)), |word| Slot::constant(word, Some(it.at))) }
    ),
];

/// The fields of a file of SQL.
pub(super) const MIGRATION: &[FieldDef] = &[
    field!(Migration, "name", Type::Text, "its name without endings", |_stack, it| {
        Slot::constant(&it.name, Some(it.at))
    }),
    field!(Migration, "path", Type::Path, "its path", |_stack, it| Slot::constant(&it.path, Some(it.at))),
    field!(Migration, "version", Type::Number, "the number that its name begins with", |_stack, it| {
        #[allow(clippy::cast_precision_loss, reason = "dates with times have fourteen digits")]
        it.version
            .map_or_else(|| Slot::absent(Some(it.at)), |version| Slot::set(Datum::Number(version as f64), Some(it.at)))
    }),
];

/// The fields of a line of a `pg_hba.conf`.
pub(super) const HOST_RULE: &[FieldDef] = &[
    field!(
        HostRule,
        "kind",
        Type::Word,
        "local, host, hostssl, hostnossl, hostgssenc or hostnogssenc",
        |_stack, it| { Slot::constant(&it.line.kind, Some(it.at)) }
    ),
    field!(HostRule, "databases", Type::List(&Type::Text), "databases, or all, replication", |_stack, it| words(
        &it.line.databases,
        it.at
    )),
    field!(HostRule, "users", Type::List(&Type::Text), "users, or all; +role for its members", |_stack, it| words(
        &it.line.users,
        it.at
    )),
    field!(HostRule, "address", Type::Host, "where from: a network, a name, all, samenet, samehost", |_stack, it| {
        it.line.address.as_deref().map_or_else(|| Slot::absent(Some(it.at)), |host| Slot::constant(host, Some(it.at)))
    }),
    field!(HostRule, "method", Type::Word, "scram-sha-256, md5, trust, reject...", |_stack, it| {
        Slot::constant(&it.line.method, Some(it.at))
    }),
    field!(HostRule, "option", Type::Text, Some("name"), "an option of the method", |_stack, it, name| {
        let found = it.line.options.iter().find(|(known, _)| known == name);
        found.map_or_else(|| Slot::absent(Some(it.at)), |(_, value)| Slot::constant(value, Some(it.at)))
    }),
    field!(
        HostRule,
        "shadowed",
        Type::Boolean,
        "whether a line before it decides for everybody that it is for",
        |_stack, it| Slot::set(Datum::Boolean(it.shadowed), Some(it.at))
    ),
];

/// The lines that a server goes by; absent if none are here, so that it goes by those of its image.
pub(super) fn host_rules<'m>(stack: &'m Stack, at: Span, is_it: impl Fn(&HostRules) -> bool) -> Slot<'m> {
    match stack.host_rules.iter().find(|rules| is_it(rules)) {
        Some(found) => Slot::listed(stack, &found.rules, Thing::HostRule, found.at, found.more.as_ref()),
        None => Slot::absent(Some(at)),
    }
}

/// A list of texts with one place.
fn words<'m>(items: &'m [String], at: Span) -> Slot<'m> {
    Slot::set(Datum::List(items.iter().map(|item| Slot::constant(item, Some(at))).collect(), None), Some(at))
}

fn roles<'m>(items: &'m [(String, Span)], at: Span) -> Slot<'m> {
    let slots = items.iter().map(|(name, at)| Slot::constant(name, Some(*at))).collect();
    Slot::set(Datum::List(slots, None), Some(at))
}

fn attribute<'m>(role: &'m Role, name: &str) -> Slot<'m> {
    let found = role.flags.iter().find(|(flag, _)| *flag == name);
    found.map_or_else(|| Slot::absent(Some(role.at)), |(_, field)| Slot::field(field, |flag| Datum::Boolean(*flag)))
}
