//! Which parts of a value are credentials.

use super::names::names_a_secret;
use crate::source::encoding::from_unpadded_base64;
use crate::source::has_hole;
use std::ops::Range;

/// How a provider's token looks: what it begins with, how many characters must follow at least,
/// and which.
struct Shape {
    prefix: &'static str,
    least: usize,
    alphabet: fn(u8) -> bool,
}

const fn shape(prefix: &'static str, least: usize, alphabet: fn(u8) -> bool) -> Shape {
    Shape { prefix, least, alphabet }
}

/// From the providers' own descriptions of their token formats.
const SHAPES: &[Shape] = &[
    shape("AKIA", 16, upper),
    shape("ASIA", 16, upper),
    shape("ghp_", 36, alphanumeric),
    shape("gho_", 36, alphanumeric),
    shape("ghu_", 36, alphanumeric),
    shape("ghs_", 36, alphanumeric),
    shape("ghr_", 36, alphanumeric),
    shape("github_pat_", 40, wide),
    shape("glpat-", 20, wide),
    shape("glptt-", 20, wide),
    shape("gldt-", 20, wide),
    shape("glrt-", 20, wide),
    shape("xoxb-", 16, wide),
    shape("xoxp-", 16, wide),
    shape("xoxa-", 16, wide),
    shape("xoxr-", 16, wide),
    shape("xoxs-", 16, wide),
    shape("xapp-", 16, wide),
    shape("sk_live_", 16, alphanumeric),
    shape("sk_test_", 16, alphanumeric),
    shape("rk_live_", 16, alphanumeric),
    shape("rk_test_", 16, alphanumeric),
    shape("whsec_", 16, wide),
    shape("AIza", 35, wide),
    shape("ya29.", 20, wide),
    shape("GOCSPX-", 20, wide),
    shape("npm_", 36, alphanumeric),
    shape("pypi-AgE", 32, wide),
    shape("dop_v1_", 64, alphanumeric),
    shape("SG.", 60, wide),
    shape("sk-ant-", 32, wide),
    shape("sk-proj-", 32, wide),
    shape("sk-", 40, alphanumeric),
    shape("hf_", 34, alphanumeric),
    shape("dckr_pat_", 20, wide),
    shape("hvs.", 24, wide),
    shape("shpat_", 32, alphanumeric),
    shape("lin_api_", 32, alphanumeric),
    shape("tskey-auth-", 16, wide),
    shape("AGE-SECRET-KEY-1", 50, upper),
];

fn upper(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit()
}

fn alphanumeric(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
}

fn wide(byte: u8) -> bool {
    WIDE.get(usize::from(byte)).copied().unwrap_or_default()
}

/// No provider's token is shorter.
const SHORTEST_TOKEN: usize = 16;

const SCHEME_END: &str = "://";
const KEY_BEGIN: &str = "-----BEGIN ";
const AUTHORIZATIONS: [&str; 4] = ["Bearer ", "bearer ", "Basic ", "basic "];
const WEBHOOKS: [&str; 3] = ["hooks.slack.com/services/", "discord.com/api/webhooks/", "discordapp.com/api/webhooks/"];

/// What stands in every text with a password in a URL, a private key, an authorization or a webhook, as
/// short as it can be told from most other texts; each behind a byte that such a text has and most have not.
const MARKS: [(u8, &str); 5] =
    [(b':', SCHEME_END), (b'B', "--BEGIN"), (b' ', "earer "), (b' ', "asic "), (b'/', "hooks")];

/// What the names and tokens in a text are made of.
const WIDE: [bool; 256] = {
    let mut wide = [false; 256];
    let mut byte = 0;
    while byte < wide.len() {
        let next = byte as u8;
        wide[byte] = next.is_ascii_alphanumeric() || matches!(next, b'_' | b'-' | b'.');
        byte += 1;
    }
    wide
};

/// The parts of a text that are credentials: passwords in URLs and in connection strings,
/// private keys, provider tokens. In ascending order, without overlaps.
///
/// References (`${NAME}`) are none, nor is a public token (a JWT for the role `anon`).
#[must_use]
pub fn credentials(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    // Most values are one short word, which is no token and has no room for anything else.
    let has_room = |byte| matches!(byte, b':' | b'=' | b' ' | b'@' | b'-');
    if text.len() < SHORTEST_TOKEN && !text.bytes().any(has_room) {
        return found;
    }
    assignments(text, &mut found);
    tokens(text, &mut found);
    // Most texts have none of the others.
    let bytes = text.as_bytes();
    let is_marked = |(sign, mark): &(u8, &str)| {
        memchr::memchr(*sign, bytes).is_some() && memchr::memmem::find(bytes, mark.as_bytes()).is_some()
    };
    if MARKS.iter().any(is_marked) {
        url_passwords(text, &mut found);
        private_keys(text, &mut found);
        authorization(text, &mut found);
        webhooks(text, &mut found);
    }
    found.sort_by_key(|range| (range.start, range.end));
    let mut joined: Vec<Range<usize>> = Vec::with_capacity(found.len());
    for range in found {
        match joined.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    joined
}

/// Whether a text stands for a value that is kept elsewhere: `${NAME}`, `$NAME`, `$(NAME)`,
/// `{{ .Values.x }}`, `/run/secrets/x`, an encrypted value.
#[must_use]
pub fn is_reference(value: &str) -> bool {
    let value = value.trim().trim_matches(['"', '\'']);
    if let Some(inner) = value.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) {
        // A default is a value that is written right here.
        return !inner.contains(":-") && !inner.contains('}') && !inner.contains('-');
    }
    if let Some(name) = value.strip_prefix('$') {
        let name = name.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(name);
        return !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    }
    (value.starts_with("{{") && value.ends_with("}}"))
        || ["/run/secrets/", "ENC[", "op://", "vault:", "secret://", "ref+"]
            .iter()
            .any(|start| value.starts_with(start))
}

/// Whether something in the place of a password is one.
fn is_literal(password: &str) -> bool {
    let is_known = !password.is_empty() && !has_hole(password) && !is_reference(password);
    is_known && !password.bytes().all(|byte| matches!(byte, b'*' | b'x' | b'.'))
}

/// `scheme://user:password@host`.
fn url_passwords(text: &str, found: &mut Vec<Range<usize>>) {
    for (at, _) in text.match_indices(SCHEME_END) {
        let start = at + SCHEME_END.len();
        let rest = text.get(start..).unwrap_or_default();
        let authority = rest.get(..authority_end(rest)).unwrap_or_default();
        let Some((user, _)) = authority.rsplit_once('@') else { continue };
        let Some((name, password)) = user.split_once(':') else { continue };
        if is_literal(password) {
            found.push(start + name.len() + 1..start + user.len());
        }
    }
}

/// Where the authority of a URL ends. What stands in `${...}` belongs to it whatever it is.
fn authority_end(rest: &str) -> usize {
    let mut braces = 0_usize;
    for (offset, byte) in rest.bytes().enumerate() {
        match byte {
            b'{' => braces += 1,
            b'}' => braces = braces.saturating_sub(1),
            b'/' | b'?' | b'#' | b' ' | b'\t' | b'\r' | b'\n' | b'"' | b'\'' | b'`' | b',' | b'<' | b'>'
                if braces == 0 =>
            {
                return offset;
            }
            _ => {}
        }
    }
    rest.len()
}

/// `password=...` in connection strings, query strings and flags.
fn assignments(text: &str, found: &mut Vec<Range<usize>>) {
    let bytes = text.as_bytes();
    for at in memchr::memchr_iter(b'=', bytes) {
        let name_start = bytes
            .get(..at)
            .unwrap_or_default()
            .iter()
            .rposition(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')))
            .map_or(0, |before| before + 1);
        let name = text.get(name_start..at).unwrap_or_default().trim_start_matches('-');
        let lower = name.to_ascii_lowercase();
        let secret =
            matches!(lower.as_str(), "pwd" | "pass" | "accountkey" | "sharedaccesskey" | "sharedaccesssignature")
                || names_a_secret(name);
        if !secret {
            continue;
        }
        let rest = text.get(at + 1..).unwrap_or_default();
        let quote = rest.chars().next().filter(|first| matches!(first, '"' | '\''));
        let (start, length) = match quote {
            Some(quote) => (at + 2, rest.get(1..).and_then(|rest| rest.find(quote)).unwrap_or(rest.len() - 1)),
            None => (at + 1, value_end(rest)),
        };
        let value = text.get(start..start + length).unwrap_or_default();
        let word = value.to_ascii_lowercase();
        if is_literal(value) && !matches!(word.as_str(), "true" | "false" | "yes" | "no" | "none" | "null" | "required")
        {
            found.push(start..start + length);
        }
    }
}

/// Where an unquoted value ends.
fn value_end(rest: &str) -> usize {
    rest.find(|character: char| {
        character.is_whitespace() || matches!(character, ';' | '&' | ',' | '"' | '\'' | '`' | '#')
    })
    .unwrap_or(rest.len())
}

/// PEM blocks of private keys, to their end line.
fn private_keys(text: &str, found: &mut Vec<Range<usize>>) {
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find(KEY_BEGIN)).map(|at| from + at) {
        let rest = text.get(at..).unwrap_or_default();
        let label = rest.get(11..).and_then(|rest| rest.split_once("-----")).map_or("", |(label, _)| label);
        from = at + 11;
        if label.len() > 64 || !label.ends_with("PRIVATE KEY") && !label.ends_with("PRIVATE KEY BLOCK") {
            continue;
        }
        let end = rest.find("-----END ").map_or(rest.len(), |end| {
            let tail = rest.get(end + 9..).unwrap_or_default();
            tail.find("-----").map_or(rest.len(), |close| end + 9 + close + 5)
        });
        found.push(at..at + end);
        from = at + end;
    }
}

/// Tokens by their shape.
fn tokens(text: &str, found: &mut Vec<Range<usize>>) {
    let bytes = text.as_bytes();
    let mut start = 0;
    // Most words are too short: of these only the ends are looked at.
    while let Some(first) = bytes.get(start..start + SHORTEST_TOKEN) {
        if let Some(before) = first.iter().rposition(|byte| !wide(*byte)) {
            start += before + 1;
            continue;
        }
        let end = bytes.iter().skip(start).position(|byte| !wide(*byte)).map_or(bytes.len(), |length| start + length);
        let range = start..end;
        start = end + 1;
        let word = text.get(range.clone()).unwrap_or_default();
        if is_token(word) || is_secret_jwt(word) || is_bot_token(text.get(..range.start).unwrap_or_default(), word) {
            found.push(range);
        }
    }
}

fn is_token(word: &str) -> bool {
    let first = word.as_bytes().first();
    SHAPES.iter().filter(|shape| shape.prefix.as_bytes().first() == first).any(|shape| {
        word.strip_prefix(shape.prefix).is_some_and(|rest| {
            rest.bytes().take_while(|byte| (shape.alphabet)(*byte)).count() >= shape.least && !is_filler(rest)
        })
    })
}

/// A row of one character, as documentation has it.
fn is_filler(rest: &str) -> bool {
    let first = rest.bytes().next();
    rest.bytes().all(|byte| Some(byte) == first)
}

/// Telegram: `<8 to 10 digits>:<35 characters>`.
fn is_bot_token(before: &str, word: &str) -> bool {
    let Some(before) = before.strip_suffix(':') else { return false };
    let digits = before.bytes().rev().take_while(u8::is_ascii_digit).count();
    word.len() == 35 && (8..=10).contains(&digits)
}

/// A signed JSON Web Token that is not the public one of the role `anon`.
fn is_secret_jwt(word: &str) -> bool {
    let mut parts = word.split('.');
    let (Some(header), Some(payload), Some(signature), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    header.starts_with("eyJ")
        && payload.starts_with("eyJ")
        && signature.len() >= 16
        && !base64url(payload).windows(13).any(|window| window == br#""role":"anon""#)
}

/// What base64url text decodes to, as far as it is valid.
fn base64url(text: &str) -> Vec<u8> {
    let digit = |letter: char| match letter {
        '-' => Some('+'),
        '_' => Some('/'),
        '+' | '/' => Some(letter),
        _ => letter.is_ascii_alphanumeric().then_some(letter),
    };
    let mut body: String = text.chars().map_while(digit).collect();
    if body.len() % 4 == 1 {
        body.pop();
    }
    from_unpadded_base64(&body).unwrap_or_default()
}

/// `Bearer ...` and `Basic ...` as in Authorization headers.
fn authorization(text: &str, found: &mut Vec<Range<usize>>) {
    for scheme in AUTHORIZATIONS {
        for (at, _) in text.match_indices(scheme) {
            let start = at + scheme.len();
            let rest = text.get(start..).unwrap_or_default();
            let length =
                rest.bytes().take_while(|byte| wide(*byte) || matches!(byte, b'+' | b'/' | b'=' | b'~')).count();
            let word = rest.get(..length).unwrap_or_default();
            let mixed = word.bytes().any(|byte| byte.is_ascii_digit() || byte == b'=' || byte.is_ascii_uppercase());
            if length >= 12 && mixed && !is_filler(word) {
                found.push(start..start + length);
            }
        }
    }
}

/// Webhook addresses, which are their own key.
fn webhooks(text: &str, found: &mut Vec<Range<usize>>) {
    for start in WEBHOOKS {
        for (at, _) in text.match_indices(start) {
            let key = at + start.len();
            let rest = text.get(key..).unwrap_or_default();
            let length = rest.bytes().take_while(|byte| wide(*byte) || *byte == b'/').count();
            if length >= 20 {
                found.push(key..key + length);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each line: what must be found, joined with ` + `, or `-`; then ` | ` and the value. A `~` is
    /// cut out, so that the list itself sets off no scanner.
    #[test]
    fn the_list_of_values_agrees() {
        let list = include_str!("../../../tests/data/secrecy/values.txt");
        let mut wrong = Vec::new();
        for line in list.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (expected, value) = line.split_once(" | ").unwrap();
            let (expected, value) = (expected.trim().replace('~', ""), value.replace('~', "").replace("\\n", "\n"));
            let found: Vec<String> =
                credentials(&value).into_iter().map(|range| value[range].replace('\n', "\\n")).collect();
            let found = if found.is_empty() { "-".to_owned() } else { found.join(" + ") };
            if found != expected {
                wrong.push(format!("{line}\n  found: {found}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn nothing_panics_on_odd_texts() {
        for text in ["://", "a://:@", "password=", "password=\"", "é=é", "-----BEGIN ", "Bearer ", "eyJ.eyJ."] {
            let _ = credentials(text);
        }
    }
}
