//! What explicit tags make of scalars.

use super::plain::Plain;

/// What an explicit tag makes of a scalar; `None` if it does not fit.
pub(super) fn check_tag(kind: &str, resolved: Plain) -> Option<Plain> {
    match (kind, resolved) {
        ("bool", Plain::Bool(_)) | ("null", Plain::Null) | ("int", Plain::Int(_) | Plain::Unsigned(_)) => {
            Some(resolved)
        }
        ("float", Plain::Float(_) | Plain::Int(_) | Plain::Unsigned(_)) => Some(resolved),
        ("timestamp", Plain::Timestamp) => Some(resolved),
        ("bool" | "null" | "int" | "float" | "timestamp", _) => None,
        _ => Some(Plain::String),
    }
}

/// The text behind `!!binary`; `None` if it is no base64.
pub(super) fn decode_base64(text: &str) -> Option<String> {
    let (mut bits, mut count, mut padding) = (0u32, 0, 0);
    let mut bytes = Vec::new();
    for byte in text.bytes().filter(|byte| !matches!(byte, b'\n' | b'\r')) {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' => {
                padding += 1;
                continue;
            }
            _ => return None,
        };
        if padding > 0 {
            return None;
        }
        bits = (bits << 6) | u32::from(value);
        count += 1;
        if count % 4 != 1 {
            let shift = [0, 0, 4, 2][count % 4];
            bytes.push(u8::try_from((bits >> shift) & 0xff).unwrap_or(0));
        }
    }
    let complete = (count + padding) % 4 == 0 && padding <= 2 && count % 4 != 1;
    complete.then(|| String::from_utf8_lossy(&bytes).into_owned())
}
