//! Bytes as text: base64 and base32 of RFC 4648.

use std::borrow::Cow;

/// Bytes that are no UTF-8 travel through strings as characters of a private plane, from here on.
const SMUGGLED: u32 = 0x10_fe00;

/// Bytes as text; those that are no UTF-8 can be had back with [`raw`].
#[must_use]
pub fn text(mut bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    while !bytes.is_empty() {
        match std::str::from_utf8(bytes) {
            Ok(rest) => {
                out.push_str(rest);
                break;
            }
            Err(error) => {
                let (good, rest) = bytes.split_at(error.valid_up_to());
                out.push_str(&String::from_utf8_lossy(good));
                out.extend(rest.first().and_then(|byte| char::from_u32(SMUGGLED + u32::from(*byte))));
                bytes = rest.get(1..).unwrap_or_default();
            }
        }
    }
    out
}

/// The byte that a character stands for, if it stands for one that is no UTF-8.
fn smuggled(character: char) -> Option<u8> {
    u32::from(character).checked_sub(SMUGGLED).and_then(|byte| u8::try_from(byte).ok())
}

/// Whether a character stands for a byte that is no UTF-8.
#[must_use]
pub fn is_smuggled(character: char) -> bool {
    smuggled(character).is_some()
}

/// The bytes that a text stands for.
#[must_use]
pub fn raw(text: &str) -> Cow<'_, [u8]> {
    if !text.contains(is_smuggled) {
        return Cow::Borrowed(text.as_bytes());
    }
    let mut out = Vec::with_capacity(text.len());
    for character in text.chars() {
        match smuggled(character) {
            Some(byte) => out.push(byte),
            None => out.extend(character.encode_utf8(&mut [0; 4]).bytes()),
        }
    }
    Cow::Owned(out)
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The bytes in base64 with padding.
#[must_use]
pub fn base64(bytes: &[u8]) -> String {
    encode(bytes, BASE64, 6, 4)
}

/// The bytes in base32 with padding.
#[must_use]
pub fn base32(bytes: &[u8]) -> String {
    encode(bytes, BASE32, 5, 8)
}

fn encode(bytes: &[u8], alphabet: &[u8], width: u32, group: usize) -> String {
    let mut out = String::with_capacity(bytes.len() * 8 / width as usize + group);
    let (mut bits, mut count) = (0_u32, 0);
    let digit = |bits: u32| char::from(alphabet[(bits & ((1 << width) - 1)) as usize]);
    for byte in bytes {
        bits = (bits << 8) | u32::from(*byte);
        count += 8;
        while count >= width {
            count -= width;
            out.push(digit(bits >> count));
        }
        bits &= (1 << count) - 1;
    }
    if count > 0 {
        out.push(digit(bits << (width - count)));
    }
    while !out.len().is_multiple_of(group) {
        out.push('=');
    }
    out
}

/// The bytes of a text in base64.
///
/// # Errors
/// The offset of the byte at which it is not base64.
pub fn from_base64(text: &str) -> Result<Vec<u8>, usize> {
    decode(text, BASE64, 6, 4)
}

/// The bytes of a text in base32.
///
/// # Errors
/// The offset of the byte at which it is not base32.
pub fn from_base32(text: &str) -> Result<Vec<u8>, usize> {
    decode(text, BASE32, 5, 8)
}

fn decode(text: &str, alphabet: &[u8], width: u32, group: usize) -> Result<Vec<u8>, usize> {
    let mut out = Vec::with_capacity(text.len() * width as usize / 8);
    let (mut bits, mut count, mut digits, mut padding) = (0_u32, 0, 0_usize, 0_usize);
    for (at, byte) in text.bytes().enumerate() {
        if matches!(byte, b'\n' | b'\r') {
            continue;
        }
        if byte == b'=' && digits % group >= 2 {
            padding += 1;
            continue;
        }
        let Some(value) = alphabet.iter().position(|known| *known == byte).filter(|_| padding == 0) else {
            return Err(at);
        };
        digits += 1;
        bits = (bits << width) | u32::try_from(value).unwrap_or(0);
        count += width;
        if count >= 8 {
            count -= 8;
            out.push(u8::try_from((bits >> count) & 0xff).unwrap_or(0));
            bits &= (1 << count) - 1;
        }
    }
    // Go names the first byte of the group that is not complete.
    if (digits + padding) % group != 0 {
        return Err(digits - digits % group);
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_survive_the_way_there_and_back() {
        assert_eq!(base64(b"hi"), "aGk=");
        assert_eq!(base32(b"hi"), "NBUQ====");
        for text in ["", "a", "ab", "abc", "abcd", "abcde", "line\nline\n"] {
            assert_eq!(from_base64(&base64(text.as_bytes())).as_deref(), Ok(text.as_bytes()));
            assert_eq!(from_base32(&base32(text.as_bytes())).as_deref(), Ok(text.as_bytes()));
        }
        let odd = [b'a', 0xff, 0xc3, b'b', 0xc3, 0xa9];
        assert_eq!(raw(&text(&odd)).as_ref(), odd);
        assert_eq!(from_base64("!!"), Err(0));
        assert_eq!(from_base64("aGk"), Err(0));
        assert!(from_base64("aG=k").is_err());
    }
}
