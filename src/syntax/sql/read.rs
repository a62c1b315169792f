//! From the tokens of a statement to what it says.

use super::access::{Scope, Target};
use super::cursor::Cursor;
use super::lexer::{Kind, Lexer, Token, inside_dollars};
use super::name::Name;
use super::statement::{Body, NewFunction, Statement};
use super::{code, function, privilege, role, table};
use crate::source::Span;

/// Reads the statement that a cursor stands before; code that runs at once yields those in it.
pub(super) fn statements(cursor: &Cursor<'_>, found: &mut Vec<Statement>) {
    if cursor.sees("do") {
        let body = cursor.tokens.iter().find(|token| matches!(token.kind, Kind::Dollar | Kind::Text));
        match body {
            Some(body) if body.kind == Kind::Dollar => block(cursor, *body, found),
            Some(body) => found.push(dynamic(cursor, cursor.raw(*body))),
            None => {}
        }
        return;
    }
    one(cursor.clone(), true, found);
}

fn one(mut cursor: Cursor<'_>, certain: bool, found: &mut Vec<Statement>) {
    let first = cursor.clone();
    let body = body(&mut cursor).unwrap_or(Body::Other);
    let Some(last) = first.tokens.last() else { return };
    let at = first.tokens.first().map_or(first.here(), |start| Span::new(first.source, start.start, last.end));
    found.push(Statement { verb: verb(&first), objects: objects(&body, &first), body, at, certain });
}

fn dynamic(cursor: &Cursor<'_>, text: &str) -> Statement {
    let body = Body::Dynamic(code::effects(text));
    Statement { verb: verb(cursor), objects: Vec::new(), body, at: all(cursor), certain: false }
}

fn all(cursor: &Cursor<'_>) -> Span {
    let end = Cursor { position: cursor.tokens.len(), ..cursor.clone() };
    end.since(0)
}

/// The words that name the kind of a statement.
fn verb(cursor: &Cursor<'_>) -> String {
    const MODIFIERS: [&str; 13] = [
        "or",
        "replace",
        "unique",
        "temp",
        "temporary",
        "unlogged",
        "global",
        "local",
        "recursive",
        "trusted",
        "procedural",
        "constraint",
        "foreign",
    ];
    let mut words = cursor.tokens.iter().take(8).take_while(|token| token.kind == Kind::Word);
    let mut words = words.by_ref().map(|token| cursor.raw(*token).to_ascii_lowercase());
    let Some(first) = words.next() else { return String::new() };
    let is_single = ["truncate", "vacuum", "select", "call", "grant", "revoke", "do", "set", "execute", "perform"];
    if is_single.contains(&first.as_str()) {
        return first;
    }
    match words.find(|word| !MODIFIERS.contains(&word.as_str())) {
        Some(second) if second == "materialized" => format!("{first} materialized view"),
        Some(second) => format!("{first} {second}"),
        None => first,
    }
}

fn body(cursor: &mut Cursor<'_>) -> Option<Body> {
    let first = cursor.takes_one(&[
        "create", "alter", "drop", "grant", "revoke", "set", "select", "call", "perform", "begin", "start", "rollback",
    ])?;
    match first {
        "create" => create(cursor),
        "alter" => alter(cursor),
        "drop" => drop(cursor),
        "grant" => privilege::given(cursor, true),
        "revoke" => privilege::given(cursor, false),
        "set" => {
            cursor.takes_one(&["session", "local"]);
            if !cursor.takes("search_path") {
                return None;
            }
            if !cursor.takes("to") {
                cursor.takes_sign("=");
            }
            cursor.value().map(|(schema, _)| Body::SearchPath(schema.expose().to_owned()))
        }
        "select" if cursor.sees("set_config") || cursor.sees("pg_catalog") => config(cursor),
        "select" | "call" | "perform" => {
            let name = cursor.name()?;
            cursor.sees_sign("(").then(|| Body::Call(vec![name]))
        }
        "rollback" => {
            cursor.takes_one(&["work", "transaction"]);
            cursor.is_end().then_some(Body::Rollback)
        }
        _ => Some(Body::Begin),
    }
}

/// `SELECT pg_catalog.set_config('search_path', ...)`, as dumps write it.
fn config(cursor: &mut Cursor<'_>) -> Option<Body> {
    cursor.name().filter(|name| name.name == "set_config")?;
    let mut inner = cursor.group().map(|tokens| cursor.over(tokens))?;
    let (name, _) = inner.value()?;
    inner.takes_sign(",");
    let (value, _) = inner.value()?;
    let first = value.expose().split(',').next().unwrap_or_default().trim().to_owned();
    (name.expose() == "search_path").then_some(Body::SearchPath(first))
}

fn create(cursor: &mut Cursor<'_>) -> Option<Body> {
    let replaces = cursor.takes("or replace");
    match cursor.takes_one(&["policy", "role", "user", "group", "function", "procedure", "extension"]) {
        Some("policy") => return table::policy(cursor, true),
        Some("user") if cursor.sees("mapping") => return None,
        Some("role") => return role::role(cursor, true, false),
        Some("user" | "group") => return role::role(cursor, true, true),
        Some("function" | "procedure") => {
            return function::function(cursor, true)
                .map(|function| Body::Function(NewFunction { replaces, ..function }));
        }
        Some(_) => {
            cursor.takes("if not exists");
            return Some(Body::Extension { made: true, name: cursor.identifier()? });
        }
        None => {}
    }
    let unique = cursor.takes("unique");
    if cursor.takes("index") {
        return table::index(cursor, unique);
    }
    table::create(cursor)
}

fn alter(cursor: &mut Cursor<'_>) -> Option<Body> {
    let kind = cursor.takes_one(&[
        "table",
        "policy",
        "role",
        "user",
        "group",
        "system",
        "database",
        "default privileges",
        "function",
        "procedure",
    ])?;
    match kind {
        "table" => table::alter(cursor),
        "policy" => table::policy(cursor, false),
        "default privileges" => privilege::defaults(cursor),
        "function" | "procedure" => function::function(cursor, false).map(Body::Function),
        "system" | "database" => role::parameter(cursor, kind),
        _ => role::role(cursor, false, false),
    }
}

fn drop(cursor: &mut Cursor<'_>) -> Option<Body> {
    let kind = cursor.takes_one(&[
        "table",
        "index",
        "policy",
        "role",
        "user",
        "group",
        "function",
        "procedure",
        "extension",
        "schema",
    ])?;
    cursor.takes("concurrently");
    cursor.takes("if exists");
    Some(match kind {
        "table" => Body::DropTable(cursor.names()),
        "index" => Body::DropIndex(cursor.names()),
        "policy" => {
            let name = cursor.identifier()?;
            cursor.takes("on").then_some(())?;
            Body::DropPolicy(name, cursor.name()?)
        }
        "function" | "procedure" => Body::DropFunction(cursor.names()),
        "extension" => Body::Extension { made: false, name: cursor.identifier()? },
        "schema" => Body::DropSchema(cursor.identifiers()),
        _ => Body::DropRole(cursor.identifiers()),
    })
}

/// What a statement is about.
fn objects(body: &Body, first: &Cursor<'_>) -> Vec<Name> {
    match body {
        Body::CreateTable(table) => vec![table.name.clone()],
        Body::AlterTable(name, _) => vec![name.clone()],
        Body::DropTable(names) | Body::DropIndex(names) | Body::DropFunction(names) | Body::Call(names) => {
            names.clone()
        }
        Body::CreateIndex(index) => vec![index.table.clone()],
        Body::Policy(policy) => vec![policy.table.clone()],
        Body::DropPolicy(_, table) => vec![table.clone()],
        Body::Grant(privileges) if privileges.scope == Scope::Named && privileges.target != Target::Schema => {
            privileges.names.clone()
        }
        Body::Function(function) => vec![function.name.clone()],
        Body::Other => others(first.clone()),
        _ => Vec::new(),
    }
}

/// What statements are about that say nothing of the schema.
fn others(mut cursor: Cursor<'_>) -> Vec<Name> {
    const BEFORE: [&str; 9] =
        ["truncate", "vacuum", "reindex", "cluster", "analyze", "update", "refresh", "lock", "delete from"];
    if cursor.takes_one(&BEFORE).is_some() || cursor.takes("insert into") || cursor.takes("create") {
        cursor.skip_group();
        const PASSED: [&str; 16] = [
            "table",
            "only",
            "full",
            "freeze",
            "verbose",
            "analyze",
            "index",
            "concurrently",
            "materialized",
            "view",
            "or",
            "replace",
            "unlogged",
            "trigger",
            "sequence",
            "rule",
        ];
        while cursor.takes_one(&PASSED).is_some() {}
        cursor.takes("if not exists");
        return cursor.names();
    }
    Vec::new()
}

/// The statements of a block of code, each as certain as what stands around it.
fn block(cursor: &Cursor<'_>, body: Token, found: &mut Vec<Statement>) {
    let text = cursor.text.get(inside_dollars(body, cursor.text)).unwrap_or_default();
    let mut lexer = Lexer::new(cursor.text, inside_dollars(body, cursor.text));
    let mut tokens = Vec::new();
    let mut around: Vec<bool> = Vec::new();
    while super::collect(&mut lexer, cursor.text, &mut tokens) {
        let mut inner = Cursor::new(&tokens, cursor.text, cursor.source);
        lead(&mut inner, &mut around);
        let certain = around.iter().all(|certain| *certain);
        let rest = inner.over(tokens.get(inner.position..).unwrap_or_default());
        if rest.sees("execute") {
            execute(rest, text, certain, found);
        } else if ["create", "alter", "drop", "grant", "revoke", "truncate", "perform", "call", "set"]
            .iter()
            .any(|word| rest.sees(word))
        {
            one(rest, certain, found);
        }
        tokens.clear();
    }
}

/// Goes past the words that steer a block, and notes for each level whether it is run for certain.
fn lead(cursor: &mut Cursor<'_>, around: &mut Vec<bool>) {
    loop {
        if cursor.takes("begin") {
            around.push(true);
        } else if cursor.takes("if") {
            let condition = past(cursor, "then");
            around.push(is_precaution(cursor, condition));
        } else if cursor.takes("elsif") || cursor.takes("elseif") || cursor.takes("when") {
            past(cursor, "then");
            unsure(around);
        } else if cursor.takes("else") || cursor.takes("exception") {
            unsure(around);
        } else if cursor.takes_one(&["for", "while", "foreach"]).is_some() {
            past(cursor, "loop");
            around.push(false);
        } else if cursor.takes("loop") {
            around.push(false);
        } else if cursor.takes("end") {
            around.pop();
            cursor.position = cursor.tokens.len();
        } else if cursor.sees("declare") {
            cursor.position = cursor.tokens.len();
        } else {
            return;
        }
    }
}

/// Whether a condition only keeps a statement from failing: that what it makes is not there yet, that
/// a role is there.
fn is_precaution(cursor: &Cursor<'_>, condition: &[Token]) -> bool {
    const CATALOGUES: [&str; 5] = ["pg_roles", "pg_user", "pg_authid", "pg_available_extensions", "pg_extension"];
    let is = |token: &Token, words: &[&str]| words.iter().any(|word| cursor.raw(*token).eq_ignore_ascii_case(word));
    let mut pairs = condition.iter().zip(condition.iter().skip(1));
    pairs.any(|(one, other)| is(one, &["not"]) && is(other, &["exists", "found", "("]))
        || condition.iter().any(|token| is(token, &CATALOGUES))
}

fn unsure(around: &mut [bool]) {
    if let Some(last) = around.last_mut() {
        *last = false;
    }
}

/// Goes behind a word that stands in no brackets; the tokens in front of it.
fn past<'t>(cursor: &mut Cursor<'t>, word: &str) -> &'t [Token] {
    let start = cursor.position;
    while !cursor.is_end() && !cursor.sees(word) {
        cursor.step();
    }
    let passed = cursor.tokens.get(start..cursor.position).unwrap_or_default();
    cursor.takes(word);
    passed
}

/// `EXECUTE`: a statement that is written out is read; of one that is put together only the words
/// are known.
fn execute(mut cursor: Cursor<'_>, block: &str, certain: bool, found: &mut Vec<Statement>) {
    let whole = cursor.clone();
    cursor.takes("execute");
    let text = cursor.peek(0).filter(|token| matches!(token.kind, Kind::Text | Kind::Dollar));
    let alone = cursor.peek(1).is_none();
    if let Some(token) = text.filter(|_| alone) {
        let inner = match token.kind {
            Kind::Dollar => inside_dollars(token, cursor.text),
            _ => token.start + 1..token.end.saturating_sub(1),
        };
        let is_plain = token.kind == Kind::Dollar
            || (cursor.raw(token).starts_with('\'')
                && !cursor.text.get(inner.clone()).unwrap_or_default().contains('\''));
        if is_plain {
            let mut lexer = Lexer::new(cursor.text, inner);
            let mut tokens = Vec::new();
            while super::collect(&mut lexer, cursor.text, &mut tokens) {
                one(Cursor::new(&tokens, cursor.text, cursor.source), certain, found);
                tokens.clear();
            }
            return;
        }
    }
    // Of a variable nothing is seen here; what it holds is written somewhere in the block.
    let is_text = |token: &Token| matches!(token.kind, Kind::Text | Kind::Dollar | Kind::Escaped);
    let own = if whole.tokens.iter().any(is_text) { whole.text.get(all(&whole).range()) } else { None };
    found.push(dynamic(&whole, own.unwrap_or(block)));
}
