//! Caddyfiles: words that end with their line, blocks from a `{` at the end of a line to a `}` on a
//! line of its own.
//!
//! Words may be quoted with `"` or a backtick and may be a here-document behind `<<`. A `\` at the end of a
//! line joins the next one, and so does a comma behind the address of a site. `#` begins a comment
//! where a word could begin. A brace within a word is part of it: `{$NAME}`, `{path}`.

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
            b'\n' => {
                let goes_on =
                    builder.level() == 0 && builder.last().is_some_and(|word| word.text.expose().ends_with(','));
                if !goes_on {
                    builder.end(at);
                }
                at += 1;
            }
            b'#' => {
                at = bytes.iter().skip(at).position(|byte| *byte == b'\n').map_or(bytes.len(), |length| at + length)
            }
            b'\\' if matches!(bytes.get(at + 1), Some(b'\n')) => at += 2,
            b'\\' if matches!(bytes.get(at + 1..at + 3), Some(b"\r\n")) => at += 3,
            next if next.is_ascii_whitespace() => at += 1,
            b'{' if is_alone(bytes, at) => {
                builder.begin(at);
                at += 1;
            }
            b'}' if is_alone(bytes, at) => {
                builder.end(at);
                builder.close(at);
                at += 1;
            }
            _ => at = word(text, at, &mut builder),
        }
    }
    builder.finish(text.len())
}

/// Whether a brace is a word of its own.
fn is_alone(bytes: &[u8], at: usize) -> bool {
    bytes.get(at + 1).is_none_or(u8::is_ascii_whitespace)
}

/// Reads the word that begins at an offset and returns where it ends.
fn word(text: &str, start: usize, builder: &mut Builder<'_>) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    if let Some(end) = here_document(rest, start, builder) {
        return end;
    }
    let quote = rest.chars().next().filter(|first| matches!(first, '"' | '`'));
    let mut read = String::new();
    let mut characters = rest.char_indices().skip(usize::from(quote.is_some())).peekable();
    while let Some((offset, next)) = characters.next() {
        if Some(next) == quote {
            let end = start + offset + next.len_utf8();
            builder.word(read, true, start..end);
            return end;
        }
        let escaped = characters.peek().map(|(_, escaped)| *escaped);
        if next == '\\' && quote != Some('`') && (escaped == quote && quote.is_some() || escaped == Some('{')) {
            read.extend(escaped);
            characters.next();
            continue;
        }
        if quote.is_none() && next.is_whitespace() {
            builder.word(read, false, start..start + offset);
            return start + offset;
        }
        read.push(next);
    }
    builder.last_word(read, quote.is_some(), start..text.len())
}

/// A here-document: `<<WORD`, lines, and the word on a line of its own.
fn here_document(rest: &str, start: usize, builder: &mut Builder<'_>) -> Option<usize> {
    let (marker, lines) = rest.strip_prefix("<<")?.split_once('\n')?;
    let marker = marker.trim();
    let is_name = |next: char| next.is_ascii_alphanumeric() || matches!(next, '_' | '-');
    if marker.is_empty() || !marker.chars().all(is_name) {
        return None;
    }
    let body = rest.len() - lines.len();
    let mut length = 0;
    for line in lines.split_inclusive('\n') {
        if line.trim() == marker {
            let end = body + length + line.trim_end().len();
            builder.word(lines.get(..length).unwrap_or_default().to_owned(), true, start..start + end);
            return Some(start + end);
        }
        length += line.len();
    }
    None
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
            (
                "{\n\temail a@b.example\n}\nacme.example {\n\trespond ok # c\n}\n",
                "{email|a@b.example};acme.example{respond|ok}",
            ),
            ("a.example,\nb.example {\n}\n", "a.example,|b.example{}"),
            ("header X \"a b\" `c\\d`\n", "header|X|a b|c\\d"),
            ("reverse_proxy {$UPSTREAM:app:80} {\n}\n", "reverse_proxy|{$UPSTREAM:app:80}{}"),
            ("a \\\n b\nc#d\n", "a|b;c#d"),
            ("respond <<HTML\n  <b>\n  HTML 200\nx\n", "respond|<<HTML;<b>;HTML|200;x"),
            ("respond <<HTML\n  <b>\n  HTML\nx\n", "respond|  <b>\n;x"),
            ("acme.example\nfile_server\n", "acme.example;file_server"),
        ] {
            let read = read(text);
            assert_eq!(shown(&read.list), expected, "{text}");
            assert!(read.problems.is_empty(), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_and_the_rest_stays() {
        for (text, expected, said) in
            [("a {\nb\n", "a{b}", "never closed"), ("a\n}\n", "a", "closes nothing"), ("a \"b\n", "a|b\n", "quote")]
        {
            let read = read(text);
            assert_eq!(shown(&read.list), expected, "{text}");
            assert!(read.problems.iter().any(|problem| problem.message.contains(said)), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_within_its_bounds(text in "[a-z{}#'\"`\\\\$ \\n\\té,<E]{0,80}") {
            prop_assert!(within(&read(&text).list, &text));
        }
    }
}
