//! Bytes that are no UTF-8, in texts.

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_survive_the_way_there_and_back() {
        let odd = [b'a', 0xff, 0xc3, b'b', 0xc3, 0xa9];
        assert_eq!(raw(&text(&odd)).as_ref(), odd);
    }
}
