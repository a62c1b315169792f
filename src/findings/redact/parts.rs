//! Parts of a line: names and quoted texts.

/// Whether a name may hold a byte.
pub(super) fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/')
}

/// The name at the end of a text, without quotes, blanks and leading dashes.
pub(super) fn last_name(before: &str) -> &str {
    let before = before.trim_end().trim_end_matches(['"', '\'']);
    let length = before.bytes().rev().take_while(|byte| is_name_byte(*byte)).count();
    before.get(before.len() - length..).unwrap_or_default().trim_start_matches('-')
}

/// The length of a quoted text up to its closing quote.
pub(super) fn closing_quote(text: &str, quote: &str) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + text.get(from..)?.find(quote)?;
        let escaped = quote == "\"" && text.get(..at)?.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1;
        let doubled = quote == "'" && text.get(at + 1..)?.starts_with('\'');
        if !escaped && !doubled {
            return Some(at);
        }
        from = at + if doubled { 2 } else { 1 };
    }
}
