//! Expressions of policies: which names are compared in them.

use super::access::{Compared, Expression};
use super::cursor::Cursor;
use super::lexer::{Kind, Token, unquoted};
use crate::source::{Span, Text};

/// Words behind or before a name that compare it.
const COMPARING: [&str; 6] = ["in", "like", "ilike", "between", "any", "similar"];

/// Words that stand where names may, and are none.
const NO_NAMES: [&str; 14] = [
    "select",
    "with",
    "true",
    "false",
    "null",
    "not",
    "exists",
    "any",
    "case",
    "and",
    "or",
    "array",
    "current_user",
    "session_user",
];

/// Reads the expression that these tokens are.
pub(super) fn expression(of: &Cursor<'_>, tokens: &[Token]) -> Expression {
    let at = match (tokens.first(), tokens.last()) {
        (Some(first), Some(last)) => Span::new(of.source, first.start, last.end),
        _ => of.here(),
    };
    let text = of.text.get(at.range()).unwrap_or_default();
    let mut compared = Vec::new();
    // For each open bracket, whether a query stands in it.
    let mut queries: Vec<bool> = Vec::new();
    let word = |at: usize, words: &[&str]| {
        tokens.get(at).is_some_and(|token: &Token| {
            token.kind == Kind::Word && words.iter().any(|word| of.raw(*token).eq_ignore_ascii_case(word))
        })
    };
    for (index, token) in tokens.iter().enumerate() {
        match of.raw(*token) {
            "(" if token.kind == Kind::Sign => queries.push(word(index + 1, &["select", "with"])),
            ")" if token.kind == Kind::Sign => drop(queries.pop()),
            _ => {}
        }
        let is_name = matches!(token.kind, Kind::Word | Kind::Name);
        let sign = |at: usize| tokens.get(at).filter(|token| token.kind == Kind::Sign).map(|token| of.raw(*token));
        if !is_name || word(index, &NO_NAMES) || matches!(sign(index + 1), Some("." | "(")) {
            continue;
        }
        let dotted = index.checked_sub(1).is_some_and(|before| sign(before) == Some("."));
        let owner = index.checked_sub(2).filter(|_| dotted).and_then(|at| tokens.get(at));
        let first = if dotted { index.saturating_sub(2) } else { index };
        // Behind it, past casts and closing brackets; before it, past opening ones.
        let mut behind = index + 1;
        while let Some("::") = sign(behind) {
            behind += 2;
            while matches!(sign(behind), Some("[" | "]")) {
                behind += 1;
            }
        }
        let mut before = first.checked_sub(1);
        while before.is_some_and(|at| sign(at) == Some("(")) {
            before = before.and_then(|at| at.checked_sub(1));
        }
        let compares = |at: usize| sign(at).is_some_and(|sign| "=<>!~@&".contains(sign)) || word(at, &COMPARING);
        let negated = word(behind, &["not"]) && word(behind + 1, &COMPARING);
        // An index on a yes or no finds half of the rows.
        let other = behind + if matches!(sign(behind + 1), Some("=" | ">")) { 2 } else { 1 };
        if compares(behind) && word(other, &["true", "false"]) {
            continue;
        }
        if compares(behind) || negated || before.is_some_and(compares) {
            compared.push(Compared {
                of: owner.map(|owner| unquoted(*owner, of.text).into_owned()),
                name: unquoted(*token, of.text).into_owned(),
                nested: queries.contains(&true),
            });
        }
    }
    Expression { text: Text::from(text), compared, at }
}
