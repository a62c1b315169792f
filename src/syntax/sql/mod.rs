//! SQL of PostgreSQL, as far as it makes a schema: tables, row level security, privileges, roles,
//! functions, indexes. What is none of that is passed over.
//!
//! A text is cut into statements first, each of which is read by itself: what is not understood hides
//! nothing else. Code between dollars is looked into where it runs at once (`DO`); the bodies of
//! functions are only searched for what they may touch.

mod access;
mod code;
mod cursor;
mod expression;
mod function;
mod lexer;
mod name;
mod privilege;
mod read;
mod role;
mod statement;
mod table;

pub use access::*;
pub use name::Name;
pub use statement::*;

use self::cursor::Cursor;
use self::lexer::{Kind, Lexer, Token};
use crate::source::{Problem, SourceId, Span};
use std::ops::Range;

/// How many tokens of one statement are kept; rows of data are what has more.
const TOKENS: usize = 20_000;

/// How many statements of one text are read.
const STATEMENTS: usize = 50_000;

/// What a text holds.
#[derive(Debug, Default)]
pub struct Script {
    /// Its statements, in order.
    pub statements: Vec<Statement>,
    /// What was wrong with it.
    pub problems: Vec<Problem>,
    /// Whether not all of it could be read.
    pub is_cut: bool,
    /// Whether it is SQL of another database.
    pub is_foreign: bool,
}

/// Reads the statements within some ranges of a text, in their order.
#[must_use]
pub fn read(source: SourceId, text: &str, ranges: &[Range<usize>]) -> Script {
    let mut script = Script::default();
    for range in ranges {
        section(source, text, range.clone(), &mut script);
    }
    script
}

fn section(source: SourceId, text: &str, range: Range<usize>, script: &mut Script) {
    let mut lexer = Lexer::new(text, range);
    let mut tokens: Vec<Token> = Vec::new();
    while collect(&mut lexer, text, &mut tokens) {
        if script.statements.len() >= STATEMENTS {
            let at = tokens.first().map_or(Span::file(source), |token| Span::new(source, token.start, token.end));
            let message = format!("only the first {STATEMENTS} statements of this file are read; split it");
            script.problems.push(Problem::warning(at, message));
            script.is_cut = true;
            return;
        }
        script.is_foreign |= lexer.odd.backticks || is_foreign(&tokens, text);
        let cursor = Cursor::new(&tokens, text, source);
        read::statements(&cursor, &mut script.statements);
        let copies = cursor.sees("copy") && tokens.len() < 200 && {
            let words = tokens.windows(2).map(|pair| [cursor.raw(pair[0]), cursor.raw(pair[1])]);
            words.into_iter().any(|[one, two]| one.eq_ignore_ascii_case("from") && two.eq_ignore_ascii_case("stdin"))
        };
        if copies {
            lexer.skip_data();
        }
        tokens.clear();
    }
    if let Some(range) = &lexer.odd.unclosed {
        let message = "what begins here is never closed, so the rest of the file is not read; close the quote or \
                       comment";
        script.problems.push(Problem::warning(Span::new(source, range.start, range.start + 1), message));
        script.is_cut = true;
    }
}

/// Collects the tokens of the next statement; whether there is one.
fn collect(lexer: &mut Lexer<'_>, text: &str, tokens: &mut Vec<Token>) -> bool {
    let word = |token: Token, word: &str| {
        token.kind == Kind::Word && text.get(token.start..token.end).is_some_and(|raw| raw.eq_ignore_ascii_case(word))
    };
    // Statements within one: of a body of a function without quotes, of a rule.
    let mut blocks = 0_usize;
    let mut depth = 0_usize;
    let mut is_rule = false;
    let mut previous: Option<Token> = None;
    for token in lexer {
        let sign = if token.kind == Kind::Sign { text.get(token.start..token.end) } else { None };
        match sign {
            Some(";" | "\\") if blocks == 0 && !(is_rule && depth > 0) => {
                if tokens.is_empty() {
                    continue;
                }
                return true;
            }
            Some("(") => depth += 1,
            Some(")") => depth = depth.saturating_sub(1),
            _ => {}
        }
        if previous.is_some_and(|previous| word(previous, "begin")) && word(token, "atomic") {
            blocks = 1;
        } else if blocks > 0 && word(token, "case") {
            blocks += 1;
        } else if blocks > 0 && word(token, "end") {
            blocks -= 1;
        }
        is_rule |= tokens.len() < 5 && word(token, "rule");
        previous = Some(token);
        if tokens.len() < TOKENS {
            tokens.push(token);
        }
    }
    !tokens.is_empty()
}

/// Whether a statement is of another database: a word that PostgreSQL does not have.
fn is_foreign(tokens: &[Token], text: &str) -> bool {
    let mut words = tokens.iter().filter(|token| token.kind == Kind::Word).map(|token| lexer::unquoted(*token, text));
    let first = words.next();
    let defines = first.as_deref().is_some_and(|first| matches!(first, "create" | "alter"));
    first.as_deref().is_some_and(|first| matches!(first, "pragma" | "use"))
        || (defines
            && words.any(|word| {
                matches!(&*word, "auto_increment" | "autoincrement" | "engine" | "nvarchar" | "mediumtext")
            }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn whole(text: &str) -> Script {
        read(SourceId(0), text, std::slice::from_ref(&(0..text.len())))
    }

    fn verbs(text: &str) -> Vec<String> {
        let script = whole(text);
        script.statements.into_iter().map(|statement| statement.verb).collect()
    }

    #[test]
    fn statements_are_cut_where_they_end() {
        let text = "create table a (x int default ';'); select 1;;\nCREATE FUNCTION f() RETURNS int LANGUAGE sql\n\
                    BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END; create rule r as on insert to a do \
                    also (insert into b values (1); select 2); drop table a\\gexec\ncopy a from stdin;\nx; y\n\\.\n\
                    truncate a";
        let expected = ["create table", "select", "create function", "create rule", "drop table", "copy a", "truncate"];
        assert_eq!(verbs(text), expected);
    }

    #[test]
    fn other_databases_are_told_apart() {
        for (text, expected) in [
            ("create table `a` (id int);", true),
            ("create table a (id int auto_increment);", true),
            ("create table a (id int) engine = innodb;", true),
            ("pragma foreign_keys = on;", true),
            ("create table a (engine_id int);", false),
            ("insert into a values ('engine');", false),
        ] {
            assert_eq!(whole(text).is_foreign, expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_within_its_bounds(text in "(create|alter|drop|grant|table|policy|on|to|role|do|\\$\\$|begin|end|if|then|execute|set|all|in|schema|function|using|check|index|\\(|\\)|,|;|\\.|'|\"|=|::|--|/\\*|a|b1|é| |\n){0,60}") {
            for statement in whole(&text).statements {
                prop_assert!(text.get(statement.at.range()).is_some());
                for name in statement.objects {
                    prop_assert!(text.get(name.at.range()).is_some());
                }
            }
        }

        #[test]
        fn a_policy_that_is_written_is_read(table in "t_[a-z]{1,8}", column in "c_[a-z]{1,8}", role in "r_[a-z]{1,8}") {
            let text = format!("create policy \"p 1\" on app.{table} for select to {role} using ({column} = (select auth.uid()));");
            let script = whole(&text);
            let Some(Body::Policy(policy)) = script.statements.first().map(|statement| &statement.body) else {
                return Err(TestCaseError::fail("no policy"));
            };
            prop_assert_eq!(&policy.table.name, &table);
            prop_assert_eq!(policy.table.schema.as_deref(), Some("app"));
            prop_assert_eq!(&policy.roles, &vec![role]);
            let compared: Vec<&str> = policy.using.iter().flat_map(|it| &it.compared).map(|it| it.name.as_str()).collect();
            prop_assert_eq!(compared, vec![column.as_str()]);
        }
    }
}
