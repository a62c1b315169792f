//! Other spellings in which a secret may turn up.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Standard base64 with padding.
pub(super) fn base64(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or_default());
        let group = (byte(0) << 16) | (byte(1) << 8) | byte(2);
        for place in 0..4 {
            let index = (group >> (18 - 6 * place)) & 63;
            let letter = ALPHABET.get(index as usize).copied().unwrap_or(b'=');
            text.push(if place <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    text
}

/// What base64 text stands for, if it is base64 of printable text.
pub(super) fn base64_text(text: &str) -> Option<String> {
    let body = text.trim().trim_end_matches('=');
    if body.len() < 6 || body.len() % 4 == 1 || text.len() > 65_536 {
        return None;
    }
    let (mut bytes, mut held, mut bits) = (Vec::new(), 0_u32, 0);
    for byte in body.bytes() {
        let value = ALPHABET.iter().position(|letter| *letter == byte)?;
        held = ((held << 6) | u32::try_from(value).ok()?) & 0xFFFF;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((held >> bits) & 0xFF).ok()?);
        }
    }
    let text = String::from_utf8(bytes).ok()?;
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
    fn base64_goes_both_ways() {
        assert_eq!(base64(b"hunter2"), "aHVudGVyMg==");
        assert_eq!(base64_text("aHVudGVyMg==").as_deref(), Some("hunter2"));
        assert_eq!(base64_text("aHVudGVyMg").as_deref(), Some("hunter2"));
        assert_eq!(base64_text("no base64"), None);
    }
}
