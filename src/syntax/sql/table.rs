//! Tables, their columns, indexes and policies.

use super::access::NewPolicy;
use super::cursor::Cursor;
use super::expression::expression;
use super::lexer::{Kind, Token};
use super::statement::{Body, Change, Column, ColumnDefault, Constraint, ConstraintKind, NewIndex, NewTable};
use crate::source::Span;

/// Functions that yield one value for all rows of a statement.
const STABLE: [&str; 22] = [
    "now",
    "transaction_timestamp",
    "statement_timestamp",
    "timezone",
    "to_jsonb",
    "jsonb_build_object",
    "json_build_object",
    "jsonb_build_array",
    "json_build_array",
    "array",
    "coalesce",
    "current_setting",
    "date_trunc",
    "lower",
    "upper",
    "make_interval",
    "to_timestamp",
    "date_part",
    "concat",
    "left",
    "numeric",
    "varchar",
];

/// Words that end a default and begin something else of a column.
const AFTER_DEFAULT: [&str; 9] =
    ["not", "null", "primary", "unique", "references", "check", "constraint", "generated", "collate"];

/// `CREATE TABLE`, behind `CREATE`.
pub(super) fn create(cursor: &mut Cursor<'_>) -> Option<Body> {
    let (mut unlogged, mut temporary) = (false, false);
    while let Some(word) = cursor.takes_one(&["global", "local", "temporary", "temp", "unlogged", "foreign"]) {
        unlogged |= word == "unlogged";
        temporary |= word.starts_with("temp");
    }
    cursor.takes("table").then_some(())?;
    let if_not_exists = cursor.takes("if not exists");
    let name = cursor.name()?;
    let mut table = NewTable {
        name,
        columns: Vec::new(),
        constraints: Vec::new(),
        like: None,
        of_query: false,
        unlogged,
        temporary,
        if_not_exists,
        options: Vec::new(),
    };
    if cursor.takes("partition of") {
        table.like = cursor.name();
    }
    if let Some(inner) = cursor.group() {
        for mut part in cursor.parts(inner) {
            if part.takes("like") {
                table.like = part.name();
            } else if let Some(constraint) = constraint(&mut part.clone()) {
                table.constraints.push(constraint);
            } else if let Some((column, constraints)) = column(&mut part) {
                table.columns.push(column);
                table.constraints.extend(constraints);
            }
        }
    }
    while !cursor.is_end() {
        if cursor.takes("inherits") {
            let mut inner = cursor.group().map(|tokens| cursor.over(tokens))?;
            table.like = inner.name();
        } else if cursor.takes("with") {
            if let Some(inner) = cursor.group() {
                table.options.extend(
                    options(cursor, inner).into_iter().filter_map(|(name, value, at)| Some((name, value?, at))),
                );
            }
        } else if cursor.takes("as") {
            table.of_query = true;
            break;
        } else {
            cursor.step();
        }
    }
    Some(Body::CreateTable(table))
}

/// Storage parameters between brackets.
fn options(cursor: &Cursor<'_>, tokens: &[Token]) -> Vec<(String, Option<String>, Span)> {
    let mut found = Vec::new();
    let mut inner = Cursor { tokens, position: 0, text: cursor.text, source: cursor.source };
    while let Some(name) = inner.name() {
        let from = inner.position - 1;
        let value =
            if inner.takes_sign("=") { inner.value().map(|(value, _)| value.expose().to_owned()) } else { None };
        found.push((name.name, value, inner.since(from)));
        while !inner.is_end() && !inner.takes_sign(",") {
            inner.step();
        }
    }
    found
}

/// A column with what its own constraints come to.
fn column(cursor: &mut Cursor<'_>) -> Option<(Column, Vec<Constraint>)> {
    let start = cursor.position;
    let name = cursor.identifier()?;
    let at = cursor.since(start);
    let of = kind(cursor);
    let is_serial = of.contains("serial");
    let mut column = Column {
        name,
        of,
        not_null: is_serial,
        default: is_serial.then_some(ColumnDefault::Volatile),
        references: None,
        at,
    };
    let mut constraints: Vec<Constraint> = Vec::new();
    while !cursor.is_end() {
        let from = cursor.position;
        let mut named = None;
        if cursor.takes("constraint") {
            named = cursor.identifier();
        }
        let kind = if cursor.takes("not null") {
            column.not_null = true;
            None
        } else if cursor.takes("default") {
            column.default = Some(default(cursor));
            None
        } else if cursor.takes("primary key") {
            column.not_null = true;
            Some(ConstraintKind::Primary)
        } else if cursor.takes("unique") {
            Some(ConstraintKind::Unique)
        } else if cursor.takes("references") {
            column.references = cursor.name();
            Some(ConstraintKind::Foreign)
        } else if cursor.takes("check") {
            cursor.skip_group();
            Some(ConstraintKind::Check)
        } else if cursor.takes("generated") {
            column.default = Some(ColumnDefault::Volatile);
            None
        } else {
            cursor.step();
            None
        };
        if let Some(kind) = kind {
            let columns = vec![column.name.clone()];
            constraints.push(Constraint { name: named, kind, columns, light: false, at: cursor.since(from) });
        }
    }
    Some((column, constraints))
}

/// The type of a column, as written.
fn kind(cursor: &mut Cursor<'_>) -> String {
    let mut of = String::new();
    while let Some(token) = cursor.peek(0) {
        let ends = AFTER_DEFAULT.iter().chain(&["default", "using"]).any(|word| cursor.sees(word));
        if ends || (token.kind == Kind::Sign && !"[].(".contains(cursor.raw(token))) {
            break;
        }
        let from = cursor.position;
        cursor.step();
        let glued = of.is_empty() || token.kind == Kind::Sign || of.ends_with('.');
        if !glued {
            of.push(' ');
        }
        let text = cursor.text.get(cursor.since(from).range()).unwrap_or_default();
        of.push_str(&text.to_ascii_lowercase());
    }
    of
}

/// What a default yields; the place is behind it then.
fn default(cursor: &mut Cursor<'_>) -> ColumnDefault {
    let mut found = ColumnDefault::Fixed;
    let start = cursor.position;
    while let Some(token) = cursor.peek(0) {
        if cursor.position > start && AFTER_DEFAULT.iter().any(|word| cursor.sees(word)) {
            break;
        }
        let calls = cursor.peek(1).is_some_and(|next| next.kind == Kind::Sign && cursor.raw(next) == "(");
        let is_cast = cursor.position > start
            && cursor.tokens.get(cursor.position - 1).is_some_and(|before| cursor.raw(*before) == "::");
        let name = cursor.raw(token).to_ascii_lowercase();
        if token.kind == Kind::Word && calls && !is_cast && !STABLE.contains(&name.as_str()) {
            found = ColumnDefault::Volatile;
        }
        cursor.position += 1;
    }
    found
}

/// A constraint of a table.
fn constraint(cursor: &mut Cursor<'_>) -> Option<Constraint> {
    let from = cursor.position;
    let name = if cursor.takes("constraint") { cursor.identifier() } else { None };
    let word = cursor.takes_one(&["primary key", "unique", "foreign key", "check", "exclude"])?;
    let kind = match word {
        "primary key" => ConstraintKind::Primary,
        "unique" => ConstraintKind::Unique,
        "foreign key" => ConstraintKind::Foreign,
        "check" => ConstraintKind::Check,
        _ => ConstraintKind::Exclude,
    };
    cursor.takes("nulls not distinct");
    let mut light = cursor.takes("using index");
    let columns = match cursor.group() {
        Some(inner) if matches!(kind, ConstraintKind::Primary | ConstraintKind::Unique | ConstraintKind::Foreign) => {
            cursor.over(inner).identifiers()
        }
        // A column may bear the name of one of these words.
        None if !light && kind != ConstraintKind::Exclude => return None,
        _ => Vec::new(),
    };
    while !cursor.is_end() {
        light |= cursor.takes("not valid");
        if !cursor.is_end() {
            cursor.step();
        }
    }
    Some(Constraint { name, kind, columns, light, at: cursor.since(from) })
}

/// `ALTER TABLE`, behind these words.
pub(super) fn alter(cursor: &mut Cursor<'_>) -> Option<Body> {
    cursor.takes("if exists");
    cursor.takes("only");
    let name = cursor.name()?;
    cursor.takes_sign("*");
    let rest = cursor.tokens.get(cursor.position..)?;
    let changes = cursor.parts(rest).into_iter().map(|mut part| change(&mut part).unwrap_or(Change::Other)).collect();
    Some(Body::AlterTable(name, changes))
}

fn change(cursor: &mut Cursor<'_>) -> Option<Change> {
    for (words, change) in [
        ("enable row level security", Change::Security as fn(bool, Span) -> Change),
        ("force row level security", Change::Forced),
        ("set logged", Change::Logged),
    ] {
        if cursor.takes(words) {
            return Some(change(true, cursor.since(0)));
        }
    }
    for (words, change) in [
        ("disable row level security", Change::Security as fn(bool, Span) -> Change),
        ("no force row level security", Change::Forced),
        ("set unlogged", Change::Logged),
    ] {
        if cursor.takes(words) {
            return Some(change(false, cursor.since(0)));
        }
    }
    match cursor.takes_one(&["add", "drop", "alter", "rename", "set", "reset"])? {
        "add" => {
            if let Some(constraint) = constraint(&mut cursor.clone()) {
                return Some(Change::AddConstraint(constraint));
            }
            cursor.takes("column");
            cursor.takes("if not exists");
            column(cursor).map(|(column, constraints)| Change::AddColumn(column, constraints))
        }
        "drop" => {
            let is_constraint = cursor.takes("constraint");
            cursor.takes("column");
            cursor.takes("if exists");
            let name = cursor.identifier()?;
            Some(if is_constraint { Change::DropConstraint(name) } else { Change::DropColumn(name) })
        }
        "alter" => {
            cursor.takes("column");
            let name = cursor.identifier()?;
            Some(if cursor.takes("set not null") {
                Change::NotNull(name, true)
            } else if cursor.takes("drop not null") {
                Change::NotNull(name, false)
            } else if cursor.takes("type") || cursor.takes("set data type") {
                Change::Type(name)
            } else if cursor.takes("set default") {
                Change::Default(name, Some(default(cursor)))
            } else if cursor.takes("drop default") {
                Change::Default(name, None)
            } else {
                return None;
            })
        }
        "rename" if cursor.takes("to") => cursor.identifier().map(Change::Rename),
        "rename" if cursor.takes("constraint") => None,
        "rename" => {
            cursor.takes("column");
            let from = cursor.identifier()?;
            cursor.takes("to").then_some(())?;
            cursor.identifier().map(|to| Change::RenameColumn(from, to))
        }
        "set" if cursor.takes("schema") => cursor.identifier().map(Change::SetSchema),
        _ => cursor.group().map(|inner| Change::Options(options(cursor, inner))),
    }
}

/// `CREATE INDEX`, behind these words.
pub(super) fn index(cursor: &mut Cursor<'_>, unique: bool) -> Option<Body> {
    let concurrently = cursor.takes("concurrently");
    cursor.takes("if not exists");
    let name = if cursor.sees("on") { None } else { cursor.identifier() };
    cursor.takes("on").then_some(())?;
    cursor.takes("only");
    let table = cursor.name()?;
    let method = if cursor.takes("using") { cursor.identifier()? } else { "btree".to_owned() };
    let inner = cursor.group()?;
    let columns = cursor.parts(inner).into_iter().map(|mut part| {
        let name = part.identifier()?;
        // What is called or computed is no column.
        let plain = part.peek(0).is_none_or(|next| matches!(next.kind, Kind::Word | Kind::Name));
        plain.then_some(name)
    });
    let columns = columns.collect();
    let mut partial = false;
    while !cursor.is_end() {
        partial |= cursor.sees("where");
        cursor.step();
    }
    Some(Body::CreateIndex(NewIndex { name, table, columns, unique, concurrently, partial, method }))
}

/// `CREATE POLICY`, `ALTER POLICY`, behind these words.
pub(super) fn policy(cursor: &mut Cursor<'_>, new: bool) -> Option<Body> {
    cursor.takes("if not exists");
    let name = cursor.identifier()?;
    cursor.takes("on").then_some(())?;
    let table = cursor.name()?;
    let mut policy =
        NewPolicy { new, name, table, restrictive: false, command: None, roles: Vec::new(), using: None, check: None };
    while !cursor.is_end() {
        if cursor.takes("as") {
            policy.restrictive = cursor.takes("restrictive");
        } else if cursor.takes("for") {
            policy.command = cursor.identifier();
        } else if cursor.takes("to") {
            policy.roles = cursor.identifiers();
        } else if cursor.takes("using") {
            policy.using = cursor.group().map(|inner| expression(cursor, inner));
        } else if cursor.takes("with check") {
            policy.check = cursor.group().map(|inner| expression(cursor, inner));
        } else {
            cursor.step();
        }
    }
    Some(Body::Policy(policy))
}
