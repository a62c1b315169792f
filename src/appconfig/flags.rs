//! Settings on a command line.

use super::app::App;
use crate::model::{Field, State, Word};
use crate::source::{HOLE, Reason, Span, Text};

/// A flag with its value.
#[derive(Debug)]
pub struct Flag {
    /// Its name, without dashes.
    pub name: String,
    /// Its value.
    pub value: Field<Text>,
    /// The word that it stands in.
    pub word: usize,
    /// The place of its name.
    pub at: Span,
}

/// The flags of a process, not of the other commands of a script that starts it: `-c NAME=VALUE` after
/// words that the app names, `--NAME=VALUE`, `--NAME VALUE` and switches.
#[must_use]
pub fn flags(app: &App, words: &[Word]) -> Vec<Flag> {
    let mut flags = Vec::new();
    let mut position = 0;
    while let Some(word) = words.get(position) {
        let current = position;
        position += 1;
        if !word.own {
            continue;
        }
        let text = word.written.expose();
        if let Some(marker) = app.assigning.iter().find(|marker| text.starts_with(marker.as_str())) {
            let (number, start) = if text.len() > marker.len() { (current, marker.len()) } else { (position, 0) };
            position = number + 1;
            flags.extend(words.get(number).and_then(|word| assigned(word, start, number)));
            continue;
        }
        let Some(long) = text.strip_prefix("--").filter(|name| !name.is_empty()) else { continue };
        if long.contains('=') {
            flags.extend(assigned(word, 2, current));
            continue;
        }
        let Some(at) = word.value.at.filter(|_| is_name(long)) else { continue };
        match words.get(position) {
            Some(next) if next.own && !is_flag(next.written.expose()) => {
                flags.push(Flag { name: long.to_owned(), value: next.value.clone(), word: position, at });
                position += 1;
            }
            _ => {
                let value = Field { state: State::Set(Text::from("true")), ..word.value.clone() };
                flags.push(Flag { name: long.to_owned(), value, word: current, at });
            }
        }
    }
    flags
}

/// Why a command line may hold flags that are not seen, if it does: a word of it is not known from
/// its first character on.
#[must_use]
pub fn hidden_flags(words: &[Word]) -> Option<(Reason, Span)> {
    words.iter().filter(|word| word.own).find_map(|word| {
        let starts = word.written.expose().starts_with(HOLE);
        let reason = word.value.reason().filter(|_| starts)?;
        Some((reason.clone(), word.value.at?))
    })
}

/// `NAME=VALUE` in a word behind its first bytes.
fn assigned(word: &Word, start: usize, number: usize) -> Option<Flag> {
    let (name, _) = word.written.expose().get(start..)?.split_once('=')?;
    if !is_name(name) {
        return None;
    }
    let of = |text: &Text| text.expose().get(start + name.len() + 1..).map(str::to_owned);
    let state = match &word.value.state {
        State::Set(text) => State::Set(Text::from(of(text)?)),
        State::Unknown(reason) => {
            State::Unknown(reason.clone().partly(&reason.outline().and_then(of).unwrap_or_default()))
        }
        State::Absent => State::Absent,
    };
    let at = word.value.at?;
    Some(Flag { name: name.to_owned(), value: Field { state, ..word.value.clone() }, word: number, at })
}

fn is_flag(text: &str) -> bool {
    text.starts_with('-') && text.len() > 1
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|next| next.is_ascii_alphanumeric() || "-_.".contains(next))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Held;
    use crate::source::SourceId;

    #[test]
    fn every_spelling_is_read() {
        let app = App { assigning: vec!["-c".to_owned()], long_flags: true, ..App::default() };
        let word = |text: &str| Word {
            value: Field::set(Text::from(text), Span::new(SourceId(0), 0, 0)),
            written: Text::from(text),
            held: Held::Literal,
            from_secret: false,
            own: text != "--lost",
        };
        let line = "postgres -c max_connections=200 -cssl=on --shared-buffers=1GB --port 5433 --fsync --lost -D /data";
        let words: Vec<Word> = line.split(' ').map(word).collect();
        let found: Vec<(String, String)> = flags(&app, &words)
            .into_iter()
            .map(|flag| (flag.name, flag.value.value().unwrap().expose().to_owned()))
            .collect();
        let expected =
            [("max_connections", "200"), ("ssl", "on"), ("shared-buffers", "1GB"), ("port", "5433"), ("fsync", "true")];
        assert_eq!(found, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
}
