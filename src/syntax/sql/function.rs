//! Functions: with whose rights they run, and what their bodies may touch.

use super::code;
use super::cursor::Cursor;
use super::lexer::Kind;
use super::statement::{Effects, NewFunction};

/// `CREATE FUNCTION`, `ALTER FUNCTION`, behind these words.
pub(super) fn function(cursor: &mut Cursor<'_>, new: bool) -> Option<NewFunction> {
    let name = cursor.name()?;
    cursor.skip_group();
    let mut function = NewFunction {
        new,
        replaces: false,
        name,
        definer: None,
        search_path: false,
        language: None,
        effects: Effects::default(),
    };
    while let Some(token) = cursor.peek(0) {
        if cursor.takes("security definer") {
            function.definer = Some(true);
        } else if cursor.takes("security invoker") {
            function.definer = Some(false);
        } else if cursor.takes("set search_path") {
            function.search_path = true;
        } else if cursor.takes("language") {
            function.language = cursor.value().map(|(text, _)| text.expose().to_ascii_lowercase());
        } else if matches!(token.kind, Kind::Dollar | Kind::Text | Kind::Escaped) {
            function.effects = function.effects.and(code::effects(cursor.raw(token)));
            cursor.position += 1;
        } else if cursor.sees("begin atomic") {
            break;
        } else {
            cursor.step();
        }
    }
    Some(function)
}
