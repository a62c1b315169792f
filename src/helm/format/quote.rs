//! Go's quoting of strings.

/// A text in double quotes with Go's escapes.
#[must_use]
pub fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        escape(&mut out, character, '"');
    }
    out.push('"');
    out
}

/// A character in single quotes with Go's escapes.
#[must_use]
pub fn quoted_char(character: char) -> String {
    let mut out = String::from("'");
    escape(&mut out, character, '\'');
    out.push('\'');
    out
}

/// Adds one character of a string between `quote`s.
pub fn escape(out: &mut String, character: char, quote: char) {
    match character {
        '\\' => out.push_str("\\\\"),
        _ if character == quote => {
            out.push('\\');
            out.push(character);
        }
        '\u{7}' => out.push_str("\\a"),
        '\u{8}' => out.push_str("\\b"),
        '\u{c}' => out.push_str("\\f"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\u{b}' => out.push_str("\\v"),
        _ if is_printable(character) => out.push(character),
        _ => {
            let code = u32::from(character);
            out.push_str(&match code {
                0..=0x7f => format!("\\x{code:02x}"),
                0x80..=0xffff => format!("\\u{code:04x}"),
                _ => format!("\\U{code:08x}"),
            });
        }
    }
}

/// Whether Go prints a character as it is: near enough to its tables for what templates hold.
fn is_printable(character: char) -> bool {
    !(character.is_control()
        || (character.is_whitespace() && character != ' ')
        || matches!(u32::from(character), 0xad | 0x200b..=0x200f | 0x202a..=0x202e | 0x2060..=0x206f | 0xfeff | 0xe000..=0xf8ff | 0xfff0..=0xfffb | 0xffff))
}
