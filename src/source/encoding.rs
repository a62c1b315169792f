//! Bytes as text: base64 and base32 of RFC 4648.

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

/// The bytes of a text in base64, line breaks in it skipped as Go does.
///
/// # Errors
/// The offset of the byte at which it is not base64.
pub fn from_base64(text: &str) -> Result<Vec<u8>, usize> {
    decode(text, BASE64, 6, 4)
}

/// The bytes of a text in base64 whose padding may be missing; none if it is no base64.
#[must_use]
pub fn from_unpadded_base64(text: &str) -> Option<Vec<u8>> {
    let body = text.trim_end_matches('=');
    from_base64(&format!("{body}{}", "=".repeat(body.len().wrapping_neg() % 4))).ok()
}

/// The bytes of a text in base32, line breaks in it skipped as Go does.
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
    let rest = digits % group;
    if padding != if rest == 0 { 0 } else { group - rest } || count >= width {
        return Err(digits - rest);
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
            let unpadded = base64(text.as_bytes()).replace('=', "");
            assert_eq!(from_unpadded_base64(&unpadded).as_deref(), Some(text.as_bytes()));
        }
        assert_eq!(from_base64("aHV\n4\r\n").as_deref(), Ok(&b"hux"[..]));
    }

    #[test]
    fn what_is_not_whole_is_refused() {
        for (text, at) in
            [("!!", 0), ("aGk", 0), ("aG=k", 3), ("aG======", 0), ("=aGk", 0), ("a-k=", 1), ("aGk=aGk=", 4)]
        {
            assert_eq!(from_base64(text), Err(at), "{text}");
        }
        assert_eq!(from_base32("NBU====="), Err(0));
        assert_eq!(from_unpadded_base64("aGkaa"), None);
    }
}
