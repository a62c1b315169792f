//! One line of a file, fit to be shown.

use super::{MASK, harmless};
use crate::model::secrecy;
use hashbrown::HashSet;
use std::ops::Range;

/// What stands in the place of text that nothing vouches for.
pub(super) const HIDDEN: &str = "[hidden]";

/// The most characters of a line that are shown.
const WIDEST: usize = 160;

/// A line of a file with what may not be shown masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The line without its indentation.
    pub text: String,
    /// Which characters of it the span covers; empty if the span begins at its end.
    pub marked: Range<usize>,
}

/// What becomes of a piece of the line.
#[derive(Clone, Copy, PartialEq)]
enum Fate {
    Shown,
    Hidden,
    Secret,
}

/// Masks a line: `secrets` are ranges that must not be shown, `marked` the range to point at.
pub(super) fn mask(line: &str, mut secrets: Vec<Range<usize>>, marked: Range<usize>, names: &HashSet<String>) -> Line {
    secrets.sort_by_key(|range| range.start);
    let mut pieces: Vec<(Range<usize>, Fate)> = Vec::new();
    let mut reader = Reader { line, at: 0, key: None, secrets: &secrets };
    while let Some((piece, fate)) = reader.next(names) {
        push(&mut pieces, piece, fate, &secrets);
    }
    write(line, &pieces, marked)
}

/// Adds a piece, with the parts of it that are secret cut out.
fn push(pieces: &mut Vec<(Range<usize>, Fate)>, piece: Range<usize>, fate: Fate, secrets: &[Range<usize>]) {
    let mut from = piece.start;
    for secret in secrets.iter().filter(|secret| secret.start < piece.end && secret.end > piece.start) {
        let (start, end) = (secret.start.max(from), secret.end.min(piece.end));
        if start > from {
            pieces.push((from..start, fate));
        }
        if end > from.max(start) {
            pieces.push((from.max(start)..end, Fate::Secret));
            from = end;
        }
    }
    if from < piece.end {
        pieces.push((from..piece.end, fate));
    }
}

/// Cuts a line into pieces that are shown or hidden whole.
struct Reader<'l> {
    line: &'l str,
    at: usize,
    key: Option<&'l str>,
    secrets: &'l [Range<usize>],
}

impl<'l> Reader<'l> {
    fn next(&mut self, names: &HashSet<String>) -> Option<(Range<usize>, Fate)> {
        let rest = self.line.get(self.at..).filter(|rest| !rest.is_empty())?;
        let start = self.at;
        let first = rest.chars().next()?;
        if first == '#'
            && self.line.get(..start).is_none_or(|before| before.is_empty() || before.ends_with([' ', '\t']))
        {
            return self.take(rest.len(), if rest.len() > 1 { Fate::Hidden } else { Fate::Shown });
        }
        if is_separator(first) {
            if matches!(first, ',' | '{' | '}') {
                self.key = None;
            }
            return self.take(first.len_utf8(), Fate::Shown);
        }
        // `${NAME:-a b}` is one word.
        let mut braces = 0_usize;
        let length = rest
            .char_indices()
            .find(|(offset, character)| {
                if *character == '{' && rest.get(..*offset).is_some_and(|before| before.ends_with('$')) {
                    braces += 1;
                    return false;
                }
                if *character == '}' && braces > 0 {
                    braces -= 1;
                    return false;
                }
                braces == 0 && is_separator(*character)
            })
            .map_or(rest.len(), |(offset, _)| offset);
        let word = rest.get(..length)?;
        let after = rest.get(length..)?.trim_start_matches(['"', '\'']).trim_start();
        if let Some(key) = word.strip_suffix(':').filter(|key| is_name(key)) {
            self.key = Some(key);
            return self.take(length, Fate::Shown);
        }
        if is_name(word) && (after.starts_with(':') || after.starts_with('=')) {
            self.key = Some(word);
            return self.take(length, Fate::Shown);
        }
        if let Some((name, value)) = word.split_once('=').filter(|(name, _)| is_name(name)) {
            self.key = Some(name.trim_start_matches('-'));
            return self.take(length - value.len(), Fate::Shown);
        }
        let sign = word.chars().all(|character| "-|>+&*<!:=;()\\$%~".contains(character)) || is_anchor(word);
        let shown = sign || harmless::is_harmless(word, self.key, names) || self.is_masked_url(start, word, names);
        self.take(length, if shown { Fate::Shown } else { Fate::Hidden })
    }

    /// A URL of which nothing but the password is secret, and that is masked anyway.
    fn is_masked_url(&self, start: usize, word: &str, names: &HashSet<String>) -> bool {
        let Some((scheme, rest)) = word.split_once("://") else { return false };
        let Some((user, place)) = rest.rsplit_once('@') else { return false };
        let Some((name, password)) = user.split_once(':') else { return false };
        let from = start + scheme.len() + 3 + name.len() + 1;
        let masked = self.secrets.iter().any(|secret| secret.start <= from && from + password.len() <= secret.end);
        masked
            && !self.key.is_some_and(secrecy::names_a_secret)
            && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
            && harmless::is_harmless(&format!("{scheme}://{place}"), None, names)
    }

    fn take(&mut self, length: usize, fate: Fate) -> Option<(Range<usize>, Fate)> {
        let start = self.at;
        self.at += length;
        Some((start..self.at, fate))
    }
}

fn is_separator(character: char) -> bool {
    character.is_whitespace() || matches!(character, '"' | '\'' | '{' | '}' | '[' | ']' | ',' | '`')
}

/// Whether a word can be the name of a setting, a key or a flag.
fn is_name(word: &str) -> bool {
    !word.is_empty()
        && word.len() <= 128
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/' | b'$'))
        && word.bytes().any(|byte| byte.is_ascii_alphabetic())
}

fn is_anchor(word: &str) -> bool {
    word.strip_prefix(['&', '*', '!'])
        .is_some_and(|name| is_name(name) && name.bytes().all(|byte| !byte.is_ascii_digit()))
}

/// Puts the pieces together without indentation and cuts what is too long.
fn write(line: &str, pieces: &[(Range<usize>, Fate)], marked: Range<usize>) -> Line {
    let indent = line.len() - line.trim_start().len();
    let end = line.trim_end().len();
    let mut text = String::with_capacity(line.len());
    let (mut from, mut to) = (None, 0);
    let mut characters = 0;
    let mut before = Fate::Shown;
    for (range, fate) in pieces {
        let range = range.start.max(indent)..range.end.min(end);
        if range.start >= range.end {
            continue;
        }
        // The blanks between two hidden words are hidden with them.
        let raw = line.get(range.clone()).unwrap_or_default();
        let piece = match fate {
            Fate::Shown => raw,
            Fate::Hidden if raw.starts_with('#') => "# [hidden]",
            Fate::Hidden if before == Fate::Hidden => "",
            Fate::Secret if before == Fate::Secret => "",
            Fate::Hidden => HIDDEN,
            Fate::Secret => MASK,
        };
        let length = piece.chars().count();
        if range.start < marked.end.max(marked.start + 1) && range.end > marked.start {
            let whole = *fate == Fate::Shown;
            let skip = if whole {
                raw.get(..marked.start.saturating_sub(range.start)).map_or(0, |cut| cut.chars().count())
            } else {
                0
            };
            let keep = if whole {
                raw.get(..(marked.end.max(marked.start + 1) - range.start).min(raw.len()))
                    .map_or(length, |cut| cut.chars().count())
            } else {
                length
            };
            from.get_or_insert(characters + skip);
            to = characters + keep;
        }
        text.push_str(piece);
        characters += length;
        before = *fate;
    }
    let from = from.unwrap_or(characters);
    cut(text, from..to.max(from))
}

/// Cuts a long line to a window around the marked characters.
fn cut(text: String, marked: Range<usize>) -> Line {
    let count = text.chars().count();
    if count <= WIDEST {
        return Line { text, marked };
    }
    let start = marked.start.saturating_sub(WIDEST / 3).min(count - WIDEST);
    let mut window: String = text.chars().skip(start).take(WIDEST).collect();
    let mut shift = start;
    if start > 0 {
        window.insert(0, '…');
        shift = start - 1;
    }
    if start + WIDEST < count {
        window.push('…');
    }
    let limit = window.chars().count();
    let place = |index: usize| index.saturating_sub(shift).min(limit);
    Line { marked: place(marked.start)..place(marked.end), text: window }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(line: &str) -> String {
        mask(line, Vec::new(), 0..0, &HashSet::new()).text
    }

    #[test]
    fn only_the_harmless_is_shown() {
        assert_eq!(shown("    image: postgres:16"), "image: postgres:16");
        assert_eq!(shown("  - \"5432:5432\"   # open"), "- \"5432:5432\"   # [hidden]");
        assert_eq!(shown("LOG_LEVEL=debug"), "LOG_LEVEL=debug");
        assert_eq!(shown("MOTTO=\"to be or\""), "MOTTO=\"[hidden] [hidden] [hidden]\"");
        assert_eq!(shown("      PORT: ${PORT:-8080}"), "PORT: ${PORT:-8080}");
        assert_eq!(shown("  DB_PASSWORD: 1234"), "DB_PASSWORD: [hidden]");
        assert_eq!(shown(r#"{"image": "acme/app:1", "x": "hunter2"}"#), r#"{"image": "acme/app:1", "x": "[hidden]"}"#);
        assert_eq!(shown("test: [\"CMD\", \"curl\", \"-uroot:pw\"]"), "test: [\"CMD\", \"curl\", \"[hidden]\"]");
        assert_eq!(shown("# password: hunter2"), "# [hidden]");
    }

    #[test]
    fn secrets_are_cut_out_and_the_mark_follows() {
        let line = "  DB_URL: postgres://app:hunter2@db/app";
        let at = line.find("hunter2").unwrap();
        let value = line.find("postgres").unwrap();
        let masked = mask(line, std::iter::once(at..at + 7).collect(), value..line.len(), &HashSet::new());
        assert_eq!(masked.text, "DB_URL: postgres://app:[secret]@db/app");
        assert_eq!(masked.marked, 8..38);
    }

    #[test]
    fn long_lines_show_the_marked_part() {
        let line = format!("{} image: redis {}", "1,".repeat(400), "2,".repeat(400));
        let at = line.find("redis").unwrap();
        let masked = mask(&line, Vec::new(), at..at + 5, &HashSet::new());
        assert!(masked.text.chars().count() <= WIDEST + 2);
        let cut: String = masked.text.chars().skip(masked.marked.start).take(masked.marked.len()).collect();
        assert_eq!(cut, "redis");
    }
}
