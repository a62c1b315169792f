//! Other spellings in which a secret may turn up.

use crate::source::encoding::from_unpadded_base64;

/// What base64 text stands for, if it is base64 of printable text.
pub(super) fn base64_text(text: &str) -> Option<String> {
    let body = text.trim().trim_end_matches('=');
    if body.len() < 6 || text.len() > 65_536 {
        return None;
    }
    let text = String::from_utf8(from_unpadded_base64(body)?).ok()?;
    text.chars().all(|character| !character.is_control() || character.is_whitespace()).then_some(text)
}

/// As a value stands in a URL.
pub(super) fn percent_encoded(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printable_text_is_found_in_base64() {
        assert_eq!(base64_text("aHVudGVyMg==").as_deref(), Some("hunter2"));
        assert_eq!(base64_text("aHVudGVyMg").as_deref(), Some("hunter2"));
        assert_eq!(base64_text("no base64"), None);
    }
}
