//! Privileges: `GRANT`, `REVOKE`, `ALTER DEFAULT PRIVILEGES`.

use super::access::{Privileges, Scope, Target};
use super::cursor::Cursor;
use super::name::Name;
use super::statement::Body;

/// `GRANT` or `REVOKE`, behind the word.
pub(super) fn given(cursor: &mut Cursor<'_>, given: bool) -> Option<Body> {
    let option_only = cursor.takes("grant option for");
    let is_membership = cursor.takes("admin option for");
    let verbs = verbs(cursor);
    if is_membership || !cursor.takes("on") {
        cursor.takes(if given { "to" } else { "from" }).then_some(())?;
        return Some(Body::Membership { given, roles: verbs, to: grantees(cursor) });
    }
    let (target, scope, names) = things(cursor);
    cursor.takes(if given { "to" } else { "from" }).then_some(())?;
    let to = grantees(cursor);
    let grantable = cursor.takes("with grant option");
    Some(Body::Grant(Privileges { given, verbs, target, scope, names, to, grantable, option_only }))
}

/// `ALTER DEFAULT PRIVILEGES`, behind these words.
pub(super) fn defaults(cursor: &mut Cursor<'_>) -> Option<Body> {
    let mut schemas = Vec::new();
    loop {
        if cursor.takes("for") {
            cursor.takes_one(&["role", "user"]);
            cursor.identifiers();
        } else if cursor.takes("in schema") {
            schemas = cursor.names();
        } else {
            break;
        }
    }
    let given = cursor.takes_one(&["grant", "revoke"])? == "grant";
    let option_only = cursor.takes("grant option for");
    let verbs = verbs(cursor);
    cursor.takes("on").then_some(())?;
    let target = target(cursor.identifier()?.as_str());
    cursor.takes(if given { "to" } else { "from" }).then_some(())?;
    let to = grantees(cursor);
    let grantable = cursor.takes("with grant option");
    let scope = Scope::Future;
    Some(Body::Grant(Privileges { given, verbs, target, scope, names: schemas, to, grantable, option_only }))
}

/// Privileges, or roles, between commas.
fn verbs(cursor: &mut Cursor<'_>) -> Vec<String> {
    let mut verbs = Vec::new();
    loop {
        if cursor.takes("alter system") {
            verbs.push("alter system".to_owned());
        } else if cursor.takes("all privileges") {
            verbs.push("all".to_owned());
        } else if let Some(verb) = cursor.identifier() {
            verbs.push(verb);
        }
        // Some columns only.
        cursor.skip_group();
        if !cursor.takes_sign(",") {
            return verbs;
        }
    }
}

fn target(word: &str) -> Target {
    match word {
        "table" | "tables" => Target::Table,
        "sequence" | "sequences" => Target::Sequence,
        "function" | "functions" | "procedure" | "procedures" | "routine" | "routines" => Target::Function,
        "schema" | "schemas" => Target::Schema,
        "database" => Target::Database,
        _ => Target::Other,
    }
}

/// What privileges are on.
fn things(cursor: &mut Cursor<'_>) -> (Target, Scope, Vec<Name>) {
    if cursor.takes("all") {
        let target = target(&cursor.identifier().unwrap_or_default());
        cursor.takes("in schema");
        return (target, Scope::AllIn, cursor.names());
    }
    const KINDS: [&str; 15] = [
        "table",
        "sequence",
        "function",
        "procedure",
        "routine",
        "schema",
        "database",
        "type",
        "domain",
        "language",
        "tablespace",
        "foreign data wrapper",
        "foreign server",
        "large object",
        "parameter",
    ];
    // A table may bear the name of one of these words.
    let is_name = cursor.peek(1).is_some_and(|next| matches!(cursor.raw(next), "." | ","))
        || cursor.sees_at(1, "to")
        || cursor.sees_at(1, "from");
    let target = match cursor.takes_one(&KINDS).filter(|_| !is_name) {
        Some(word) => target(word),
        None => Target::Table,
    };
    (target, Scope::Named, cursor.names())
}

/// To whom, between commas.
fn grantees(cursor: &mut Cursor<'_>) -> Vec<String> {
    let mut found = Vec::new();
    loop {
        cursor.takes("group");
        let Some(name) = cursor.identifier() else { return found };
        found.push(name);
        if !cursor.takes_sign(",") {
            return found;
        }
    }
}
