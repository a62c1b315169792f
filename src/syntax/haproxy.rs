//! Config files of HAProxy: sections that begin with a keyword, and one statement to a line.
//!
//! Words are split at white space; `\` keeps the next character, `"` and `'` quote, `#` begins a
//! comment. A condition in braces, `{ path_beg /api }`, is words like any other.

use super::limits::Limits;
use super::statements::{Builder, Ground, Statements, is_too_long};

/// Keywords that begin a section.
const SECTIONS: [&str; 16] = [
    "global",
    "defaults",
    "frontend",
    "backend",
    "listen",
    "resolvers",
    "peers",
    "mailers",
    "userlist",
    "cache",
    "program",
    "http-errors",
    "ring",
    "log-forward",
    "fcgi-app",
    "crt-store",
];

/// Reads a file into sections, each with its lines as a block.
#[must_use]
pub fn parse(text: &str, ground: &Ground, limits: &Limits) -> Statements {
    let mut builder = Builder::new(ground, limits);
    if is_too_long(text, &mut builder, limits) {
        return builder.finish(0);
    }
    let mut start = text.len() - text.trim_start_matches('\u{feff}').len();
    for line in text.get(start..).unwrap_or_default().split_inclusive('\n') {
        words(text, start, start + line.len(), &mut builder);
        if SECTIONS.contains(&builder.name()) {
            if builder.level() > 0 {
                builder.close_before();
            }
            builder.begin(start);
        } else {
            builder.end(start);
        }
        start += line.len();
    }
    if builder.level() > 0 {
        builder.close(text.len());
    }
    builder.finish(text.len())
}

/// Reads the words of a line.
fn words(text: &str, start: usize, end: usize, builder: &mut Builder<'_>) {
    let line = text.get(start..end).unwrap_or_default();
    let mut read: Option<(usize, String, bool)> = None;
    let mut quote: Option<(usize, char)> = None;
    let mut characters = line.char_indices();
    let mut last = line.trim_end().len();
    while let Some((offset, next)) = characters.next() {
        let at = start + offset;
        if let Some((_, open)) = quote {
            match (next, &mut read) {
                (next, _) if next == open => quote = None,
                ('\\', Some((_, text, _))) if open == '"' => text.extend(characters.next().map(|(_, escaped)| escaped)),
                (next, Some((_, text, _))) => text.push(next),
                (_, None) => {}
            }
            continue;
        }
        match next {
            '#' => {
                last = offset;
                break;
            }
            next if next.is_whitespace() => {
                if let Some((from, text, quoted)) = read.take() {
                    builder.word(text, quoted, from..at);
                }
            }
            '"' | '\'' => {
                quote = Some((at, next));
                read.get_or_insert_with(|| (at, String::new(), true));
            }
            '\\' => {
                let escaped = characters.next().map(|(_, escaped)| escaped);
                read.get_or_insert_with(|| (at, String::new(), false)).1.extend(escaped);
            }
            next => read.get_or_insert_with(|| (at, String::new(), false)).1.push(next),
        }
    }
    if let Some((at, _)) = quote {
        builder.report.error(at, at + 1, "the quote that begins here is never closed; close it on the same line");
    }
    if let Some((from, text, quoted)) = read.take() {
        builder.word(text, quoted, from..(start + last).max(from));
    }
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
    fn sections_hold_their_lines() {
        for (text, expected) in [
            ("global\n  daemon # c\n\nfrontend web\n  bind :80\n", "global{daemon};frontend|web{bind|:80}"),
            (
                "frontend web\n  redirect scheme https if !{ ssl_fc }\nbackend app\n server a app:80 check\n",
                "frontend|web{redirect|scheme|https|if|!{|ssl_fc|}};backend|app{server|a|app:80|check}",
            ),
            ("listen s\n set \"a b\" c\\ d 'e\\'\n", "listen|s{set|a b|c d|e\\}"),
        ] {
            let read = read(text);
            assert_eq!(shown(&read.list), expected, "{text}");
            assert!(read.problems.is_empty(), "{text}: {:?}", read.problems);
        }
        assert!(read("global\n a \"b\n").problems[0].message.contains("quote"));
    }

    proptest! {
        #[test]
        fn any_text_is_read_within_its_bounds(text in "(global\n|listen a\n|[a-z{}#'\"\\\\ \\té]{0,9}\n){0,12}[a-z\"\\\\]{0,3}") {
            prop_assert!(within(&read(&text).list, &text));
        }
    }
}
