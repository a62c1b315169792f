//! Roles, and parameters of the server that SQL sets.

use super::access::NewRole;
use super::cursor::Cursor;
use super::statement::{Body, NewParameter};

/// Words of attributes, what they are about, and whether they give it.
const FLAGS: [(&str, &str, bool); 14] = [
    ("superuser", "superuser", true),
    ("nosuperuser", "superuser", false),
    ("login", "login", true),
    ("nologin", "login", false),
    ("bypassrls", "bypassrls", true),
    ("nobypassrls", "bypassrls", false),
    ("createrole", "createrole", true),
    ("nocreaterole", "createrole", false),
    ("createdb", "createdb", true),
    ("nocreatedb", "createdb", false),
    ("replication", "replication", true),
    ("noreplication", "replication", false),
    ("inherit", "inherit", true),
    ("noinherit", "inherit", false),
];

/// `CREATE ROLE`, `ALTER ROLE`, behind these words. A `user` may log in.
pub(super) fn role(cursor: &mut Cursor<'_>, new: bool, user: bool) -> Option<Body> {
    cursor.takes("if not exists");
    let name = cursor.identifier()?;
    if !new && (cursor.sees("set") || cursor.sees("reset") || cursor.sees("in database")) {
        if cursor.takes("in database") {
            cursor.identifier();
        }
        return parameter_of(cursor, "role", Some(name));
    }
    let mut role = NewRole { new, name, ..NewRole::default() };
    if user {
        role.flags.push(("login", true, None));
    }
    if !new && cursor.takes("rename to") {
        role.renamed = cursor.identifier();
        return Some(Body::Role(role));
    }
    while !cursor.is_end() {
        let at = cursor.here();
        if let Some((_, about, gives)) = FLAGS.iter().find(|(word, ..)| cursor.takes(word)) {
            role.flags.push((about, *gives, Some(at)));
        } else if cursor.takes("password") {
            let at = cursor.here();
            let is_none = cursor.takes("null");
            role.password = (!is_none).then(|| (cursor.value().map(|(text, _)| text), at));
            if !is_none && role.password.as_ref().is_some_and(|(text, _)| text.is_none()) {
                cursor.step();
            }
        } else if cursor.takes("in role") || cursor.takes("in group") {
            role.member_of = cursor.identifiers();
        } else if cursor.takes("role") || cursor.takes("admin") || cursor.takes("user") {
            role.members = cursor.identifiers();
        } else {
            cursor.step();
        }
    }
    Some(Body::Role(role))
}

/// `ALTER SYSTEM SET`, `ALTER DATABASE name SET`, behind the first two words.
pub(super) fn parameter(cursor: &mut Cursor<'_>, kind: &str) -> Option<Body> {
    match kind {
        "system" => parameter_of(cursor, "system", None),
        _ => {
            let name = cursor.identifier()?;
            parameter_of(cursor, "database", Some(name))
        }
    }
}

fn parameter_of(cursor: &mut Cursor<'_>, level: &'static str, of: Option<String>) -> Option<Body> {
    let from = cursor.position;
    let set = cursor.takes_one(&["set", "reset"])? == "set";
    if !set {
        let name = if cursor.takes("all") { None } else { cursor.name().map(|name| full(&name)) };
        return Some(Body::Parameter(NewParameter { level, of, name, value: None, at: cursor.since(from) }));
    }
    let name = cursor.name().map(|name| full(&name))?;
    if !cursor.takes("to") {
        cursor.takes_sign("=");
    }
    let start = cursor.position;
    if cursor.sees("default") {
        return Some(Body::Parameter(NewParameter { level, of, name: Some(name), value: None, at: cursor.here() }));
    }
    let mut parts = Vec::new();
    while let Some((text, _)) = cursor.value() {
        parts.push(text.expose().to_owned());
        cursor.takes_sign(",");
    }
    let value = Some(parts.join(",").into());
    Some(Body::Parameter(NewParameter { level, of, name: Some(name), value, at: cursor.since(start) }))
}

fn full(name: &super::name::Name) -> String {
    match &name.schema {
        Some(schema) => format!("{schema}.{}", name.name),
        None => name.name.clone(),
    }
}
