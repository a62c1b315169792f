//! Config files of nginx: words that end at `;`, blocks in braces, comments behind `#`.
//!
//! Words are split at white space and may be quoted, single or double; `\` keeps the next character.
//! `${` belongs to a word. The block of a directive whose name ends in `_by_lua_block` is a program
//! and is skipped.

use super::limits::Limits;
use super::statements::{Builder, Ground, Statements, is_too_long};

/// Reads a file. What cannot be read is a problem; the rest stays.
#[must_use]
pub fn parse(text: &str, ground: &Ground, limits: &Limits) -> Statements {
    let mut builder = Builder::new(ground, limits);
    if is_too_long(text, &mut builder, limits) {
        return builder.finish(0);
    }
    let bytes = text.as_bytes();
    let mut at = text.len() - text.trim_start_matches('\u{feff}').len();
    while let Some(next) = bytes.get(at) {
        match next {
            b';' => {
                builder.end(at);
                at += 1;
            }
            b'{' if builder.name().ends_with("_by_lua_block") => {
                let end = program(bytes, at);
                builder.end(at);
                at = end;
            }
            b'{' => {
                builder.begin(at);
                at += 1;
            }
            b'}' => {
                unfinished(&mut builder, at);
                builder.close(at);
                at += 1;
            }
            b'#' => at = line_end(bytes, at),
            next if next.is_ascii_whitespace() => at += 1,
            _ => at = word(text, at, &mut builder),
        }
    }
    unfinished(&mut builder, text.len());
    builder.finish(text.len())
}

/// Ends a statement that has no `;`.
fn unfinished(builder: &mut Builder<'_>, at: usize) {
    if builder.has_words() {
        let message = "the directive before this has no `;` at its end, so nginx refuses the file; add it";
        builder.report.error(at.saturating_sub(1), at, message);
        builder.end(at);
    }
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    bytes.iter().skip(at).position(|byte| *byte == b'\n').map_or(bytes.len(), |length| at + length)
}

/// The end of the block of a program: where its braces are even.
fn program(bytes: &[u8], at: usize) -> usize {
    let mut depth = 0_usize;
    for (index, byte) in bytes.iter().enumerate().skip(at) {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return index + 1;
        }
    }
    bytes.len()
}

/// Reads the word that begins at an offset and returns where it ends.
fn word(text: &str, start: usize, builder: &mut Builder<'_>) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    let quote = rest.chars().next().filter(|first| matches!(first, '"' | '\''));
    let mut read = String::new();
    let mut characters = rest.char_indices().skip(usize::from(quote.is_some())).peekable();
    let mut dollar = false;
    while let Some((offset, next)) = characters.next() {
        let was_dollar = std::mem::replace(&mut dollar, next == '$');
        if Some(next) == quote {
            let end = start + offset + next.len_utf8();
            builder.word(read, true, start..end);
            return end;
        }
        if next == '\\' {
            if let Some((_, escaped)) = characters.next() {
                match escaped {
                    '"' | '\'' | '\\' | ' ' | ';' => {}
                    // Expressions keep their escapes.
                    _ => read.push('\\'),
                }
                read.push(escaped);
            }
            continue;
        }
        let ends = next.is_whitespace() || next == ';' || (next == '{' && !was_dollar);
        if quote.is_none() && ends {
            builder.word(read, false, start..start + offset);
            return start + offset;
        }
        read.push(next);
    }
    builder.last_word(read, quote.is_some(), start..text.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;
    use crate::syntax::statements::testing::{shown, within};
    use proptest::prelude::*;

    fn read(text: &str) -> Statements {
        parse(text, &Ground::File(SourceId(0)), &Limits::default())
    }

    #[test]
    fn words_blocks_and_comments() {
        for (text, expected) in [
            ("a b; # c\nd;", "a|b;d"),
            ("server { listen 80; }", "server{listen|80}"),
            ("a 'b;{ c' \"d\\\"e\";", "a|b;{ c|d\"e"),
            ("location ~ \\.php$ { deny all; }", "location|~|\\.php${deny|all}"),
            ("return 301 https://${host}$request_uri;", "return|301|https://${host}$request_uri"),
            ("a#b c;", "a#b|c"),
            ("content_by_lua_block { if x then { y } end } a;", "content_by_lua_block;a"),
            ("", ""),
        ] {
            let read = read(text);
            assert_eq!(shown(&read.list), expected, "{text}");
            assert!(read.problems.is_empty(), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_and_the_rest_stays() {
        for (text, expected, said) in [
            ("server { listen 80;", "server{listen|80}", "never closed"),
            ("a; }", "a", "closes nothing"),
            ("server { listen 80 }", "server{listen|80}", "no `;`"),
            ("a 'b", "a|b", "quote"),
        ] {
            let read = read(text);
            assert_eq!(shown(&read.list), expected, "{text}");
            assert!(read.problems.iter().any(|problem| problem.message.contains(said)), "{text}");
        }
        let deep = "a {".repeat(1000);
        assert!(!read(&deep).problems.is_empty());
    }

    proptest! {
        #[test]
        fn any_text_is_read_within_its_bounds(text in "[a-z{};#'\"\\\\$ \\n\\té_]{0,80}") {
            prop_assert!(within(&read(&text).list, &text));
        }
    }
}
