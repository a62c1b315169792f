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

/// The words of a name: between separators, at changes of case, around numbers.
fn words(text: &str) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    for (index, character) in characters.iter().enumerate() {
        if !character.is_alphanumeric() {
            if !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
            continue;
        }
        let before = index.checked_sub(1).and_then(|before| characters.get(before));
        let after = characters.get(index + 1);
        let breaks = match before {
            Some(before) if character.is_uppercase() => {
                !before.is_uppercase() || after.is_some_and(|after| after.is_lowercase())
            }
            Some(before) => {
                character.is_numeric()
                    && before.is_uppercase() != before.is_lowercase()
                    && before.is_uppercase()
                    && word.len() > 1
            }
            None => false,
        };
        if breaks && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        word.push(*character);
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// The words in lower case with connectors between them; connectors in the text are replaced one
/// for one.
fn joined(args: &[Value], between: char) -> Answer {
    let characters: Vec<char> = text(args, 0).chars().collect();
    let mut out = String::new();
    let mut word_start = 0;
    for (index, character) in characters.iter().enumerate() {
        if matches!(character, '_' | '-' | ' ') {
            out.push(between);
            word_start = index + 1;
            continue;
        }
        let after = characters.get(index + 1);
        let breaks = match characters[word_start..index].last() {
            None => false,
            Some(before) if character.is_uppercase() => {
                !before.is_uppercase() || after.is_some_and(|after| after.is_lowercase())
            }
            Some(before) if character.is_numeric() && !before.is_numeric() => {
                let behind = characters[index..].iter().find(|character| !character.is_numeric());
                behind.is_some_and(|behind| behind.is_lowercase()) && !characters[word_start].is_numeric()
            }
            Some(_) => false,
        };
        if breaks {
            out.push(between);
            word_start = index;
        }
        out.push(down(*character));
    }
    Ok(out.into())
}

pub(super) fn snakecase(_: &mut Context, args: &[Value]) -> Answer {
    joined(args, '_')
}

pub(super) fn kebabcase(_: &mut Context, args: &[Value]) -> Answer {
    joined(args, '-')
}

pub(super) fn camelcase(_: &mut Context, args: &[Value]) -> Answer {
    let capital = |word: String| {
        let mut characters = word.chars();
        let first = characters.next().map(up);
        first.into_iter().chain(characters.map(down)).collect::<String>()
    };
    Ok(words(text(args, 0)).into_iter().map(capital).collect::<String>().into())
}

pub(super) fn initials(_: &mut Context, args: &[Value]) -> Answer {
    Ok(text(args, 0).split_whitespace().filter_map(|word| word.chars().next()).collect::<String>().into())
}
