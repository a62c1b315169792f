//! How hard a secret is to guess. Estimates from the characters alone.

use std::collections::HashMap;

/// The rows of a keyboard and other runs that people type.
const RUNS: [&str; 6] = [
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik",
];

/// How many different characters there are; hex digits count once in either case.
pub(super) fn distinct(text: &str) -> usize {
    counts(text).len()
}

fn counts(text: &str) -> HashMap<char, usize> {
    let is_hex = is_hex(text);
    let mut counts = HashMap::new();
    for character in text.chars() {
        *counts.entry(if is_hex { character.to_ascii_lowercase() } else { character }).or_default() += 1;
    }
    counts
}

/// Bits for each character, from how often each occurs.
#[allow(clippy::cast_precision_loss, reason = "lengths of texts are small")]
pub(super) fn entropy(text: &str) -> f64 {
    let length = text.chars().count() as f64;
    let share = |count: usize| count as f64 / length;
    // Rounded, so that the order in which characters are counted makes no difference.
    let bits: f64 = counts(text).into_values().map(|count| -share(count) * share(count).log2()).sum();
    (bits * 1e6).round() / 1e6
}

/// The kind of characters that it consists of.
pub(super) fn alphabet(text: &str) -> &'static str {
    let all = |test: fn(&char) -> bool| !text.is_empty() && text.chars().all(|character| test(&character));
    let has = |test: fn(&char) -> bool| text.chars().any(|character| test(&character));
    if all(char::is_ascii_digit) {
        "digits"
    } else if is_hex(text) {
        "hex"
    } else if all(|next| next.is_ascii_lowercase()) || all(|next| next.is_ascii_uppercase()) {
        "letters"
    } else if all(|next| next.is_ascii_alphanumeric() || matches!(next, '+' | '/' | '=' | '-' | '_'))
        && has(char::is_ascii_lowercase)
        && has(char::is_ascii_uppercase)
        && has(char::is_ascii_digit)
    {
        "base64"
    } else {
        "mixed"
    }
}

/// Digits and letters of hexadecimal numbers, at least one of each, in one case.
fn is_hex(text: &str) -> bool {
    let letters = |range: std::ops::RangeInclusive<char>| text.chars().any(|next| range.contains(&next));
    text.chars().all(|next| next.is_ascii_hexdigit())
        && text.chars().any(|next| next.is_ascii_digit())
        && letters('a'..='f') != letters('A'..='F')
}

/// How many bytes it stands for: two digits a byte for hex of even length, else as it is.
pub(super) fn bytes(text: &str) -> usize {
    if text.len() >= 16 && text.len().is_multiple_of(2) && is_hex(text) { text.len() / 2 } else { text.len() }
}

/// Whether it repeats itself or runs along an alphabet or a keyboard for most of its length.
pub(super) fn is_patterned(text: &str) -> bool {
    let characters: Vec<char> = text.to_lowercase().chars().collect();
    let length = characters.len();
    if length < 4 {
        return true;
    }
    let repeats = |block: usize| characters.iter().zip(characters.iter().skip(block)).all(|(one, other)| one == other);
    if (1..=length / 2).any(repeats) {
        return true;
    }
    let follows = |one: char, other: char| {
        RUNS.iter().any(|run| {
            let place = |wanted: char| run.chars().position(|next| next == wanted);
            matches!((place(one), place(other)), (Some(a), Some(b)) if a.abs_diff(b) == 1)
        })
    };
    let steps =
        characters.windows(2).filter(|pair| matches!(pair, [one, other] if one == other || follows(*one, *other)));
    steps.count() * 4 >= (length - 1) * 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alphabets_and_patterns_are_told_apart() {
        for (text, alphabet) in [
            ("31415926", "digits"),
            ("0f9e8d7c6b5a4321", "hex"),
            ("correcthorse", "letters"),
            ("Zm9vYmFyMTIz+/==", "base64"),
            ("pa ss-W0rd!", "mixed"),
        ] {
            assert_eq!(super::alphabet(text), alphabet, "{text}");
        }
        for patterned in ["abcabcabc", "aaaaaaaa", "12345678", "qwertyuiop", "abcd1234", "987654321"] {
            assert!(is_patterned(patterned), "{patterned}");
        }
        for free in ["0f9e8d7c6b5a4321", "k3J9-xQ2pLw8", "Tr0ub4dor-Zq8x"] {
            assert!(!is_patterned(free), "{free}");
        }
        assert_eq!((bytes("00112233445566778899aabbccddeeff"), bytes("short")), (16, 5));
        assert!(entropy("aaaa") < 0.1 && entropy("abcd") > 1.9);
    }
}
