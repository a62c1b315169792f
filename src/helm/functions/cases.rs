//! Upper, lower and other cases.

use super::{Answer, Context, text};
use crate::helm::value::Value;

/// A character in upper case, if that is one character.
fn up(character: char) -> char {
    let mut mapped = character.to_uppercase();
    match (mapped.next(), mapped.next()) {
        (Some(one), None) => one,
        _ => character,
    }
}

fn down(character: char) -> char {
    character.to_lowercase().next().unwrap_or(character)
}

pub(super) fn upper(_: &mut Context, args: &[Value]) -> Answer {
    Ok(text(args, 0).chars().map(up).collect::<String>().into())
}

pub(super) fn lower(_: &mut Context, args: &[Value]) -> Answer {
    Ok(text(args, 0).chars().map(down).collect::<String>().into())
}

pub(super) fn title(_: &mut Context, args: &[Value]) -> Answer {
    let mut begins = true;
    let capital = |character: char| {
        let mapped = if begins { up(character) } else { character };
        begins = match character {
            _ if character.is_ascii() => !(character.is_ascii_alphanumeric() || character == '_'),
            _ => !character.is_alphanumeric() && character.is_whitespace(),
        };
        mapped
    };
    Ok(text(args, 0).chars().map(capital).collect::<String>().into())
}

pub(super) fn untitle(_: &mut Context, args: &[Value]) -> Answer {
    let mut begins = true;
    let small = |character: char| {
        let mapped = if begins { down(character) } else { character };
        begins = character.is_whitespace();
        mapped
    };
    Ok(text(args, 0).chars().map(small).collect::<String>().into())
}

pub(super) fn swapcase(_: &mut Context, args: &[Value]) -> Answer {
    let swap = |character: char| if character.is_uppercase() { down(character) } else { up(character) };
    Ok(text(args, 0).chars().map(swap).collect::<String>().into())
}

/// What a piece of a name is made of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Connector,
    Punctuation,
    /// Begins with a capital: a word, or capitals up to the one that begins the next word.
    Capital,
    Small,
    Number,
    Other,
}

fn kind(character: char) -> Kind {
    match character {
        '-' | '_' => Kind::Connector,
        _ if character.is_whitespace() => Kind::Connector,
        // Of ASCII these are symbols, not punctuation.
        '$' | '+' | '<' | '=' | '>' | '^' | '`' | '|' | '~' => Kind::Other,
        _ if character.is_ascii_punctuation() => Kind::Punctuation,
        _ if character.is_uppercase() => Kind::Capital,
        _ if character.is_alphabetic() => Kind::Small,
        _ if character.is_numeric() => Kind::Number,
        _ => Kind::Other,
    }
}

/// The pieces of a name.
fn pieces(text: &str) -> Vec<(Kind, &str)> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let kind_of_piece = kind(first);
        let run = |of: Kind, from: usize| {
            rest[from..].find(|character| kind(character) != of).map_or(rest.len(), |length| from + length)
        };
        let mut end = run(kind_of_piece, 0);
        if kind_of_piece == Kind::Capital {
            let is_followed = rest[end..].chars().next().is_some_and(|next| kind(next) == Kind::Small);
            let last = rest[..end].char_indices().next_back().map_or(0, |(at, _)| at);
            match (is_followed, last) {
                (true, 0) => end = run(Kind::Small, end),
                (true, _) => end = last,
                (false, _) => {}
            }
        }
        pieces.push((kind_of_piece, &rest[..end]));
        rest = &rest[end..];
    }
    pieces
}

/// The words in lower case with connectors between them; connectors in the text are replaced one
/// for one.
fn joined(args: &[Value], between: char) -> Answer {
    let pieces = pieces(text(args, 0));
    let mut out = String::new();
    let mut at = 0;
    let kind_at = |at: usize| pieces.get(at).map(|(kind, _)| *kind);
    let write = |out: &mut String, at: usize| match pieces.get(at) {
        Some((Kind::Connector, text)) => out.extend(text.chars().map(|_| between)),
        Some((Kind::Capital, text)) => out.extend(text.chars().map(down)),
        Some((_, text)) => out.push_str(text),
        None => {}
    };
    let separates = |at: usize| !matches!(kind_at(at), None | Some(Kind::Connector | Kind::Punctuation));
    // A number takes the small letters and numbers behind it along.
    let tail = |out: &mut String, mut at: usize| {
        while let Some(Kind::Small | Kind::Number) = kind_at(at) {
            write(out, at);
            at += 1;
        }
        if separates(at) {
            out.push(between);
        }
        at
    };
    while let Some(kind) = kind_at(at) {
        write(&mut out, at);
        at += 1;
        match kind {
            Kind::Connector | Kind::Punctuation => {}
            Kind::Number => at = tail(&mut out, at),
            _ if kind_at(at) != Some(Kind::Number) => {
                if separates(at) {
                    out.push(between);
                }
            }
            // At the end, or before anything but small letters, a number belongs to the word before it.
            _ if kind_at(at + 1) != Some(Kind::Small) => {
                write(&mut out, at);
                at += 1;
                if separates(at) {
                    out.push(between);
                }
            }
            _ => {
                out.push(between);
                write(&mut out, at);
                at = tail(&mut out, at + 1);
            }
        }
    }
    Ok(out.into())
}

pub(super) fn snakecase(_: &mut Context, args: &[Value]) -> Answer {
    joined(args, '_')
}

pub(super) fn kebabcase(_: &mut Context, args: &[Value]) -> Answer {
    joined(args, '-')
}

/// Capitals at the beginnings of words and small letters behind a capital; of the connectors those
/// at the beginning stay, and of several in a row all but the last.
pub(super) fn camelcase(_: &mut Context, args: &[Value]) -> Answer {
    let is_connector = |character: char| kind(character) == Kind::Connector;
    let whole = text(args, 0);
    let led = whole.find(|character| !is_connector(character)).unwrap_or(whole.len());
    let mut out = whole[..led].to_owned();
    let Some(first) = whole[led..].chars().next() else {
        out.extend(whole.chars().next_back());
        return Ok(out.into());
    };
    let mut before = up(first);
    let mut lowers = first.is_uppercase();
    for character in whole[led..].chars().skip(1) {
        let mut now = character;
        if is_connector(before) && is_connector(now) {
            out.push(before);
        } else if is_connector(before) {
            lowers = now.is_uppercase();
            now = up(now);
        } else {
            lowers &= now.is_uppercase();
            if lowers {
                now = down(now);
            }
            out.push(before);
        }
        before = now;
    }
    out.push(before);
    Ok(out.into())
}

pub(super) fn initials(_: &mut Context, args: &[Value]) -> Answer {
    Ok(text(args, 0).split_whitespace().filter_map(|word| word.chars().next()).collect::<String>().into())
}
