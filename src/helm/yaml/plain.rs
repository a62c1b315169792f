//! What go-yaml v2 takes a plain scalar for.

/// The type that go-yaml v2 gives to a plain scalar.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Plain {
    /// Empty, `~`, `null`.
    Null,
    /// `true`, `yes`, `on`, `y` and their opposites, in three spellings each.
    Bool(bool),
    /// A whole number that fits 64 bits with sign.
    Int(i64),
    /// A whole number that fits 64 bits only without sign.
    Unsigned(u64),
    /// Any other number.
    Float(f64),
    /// A date or a time; read as the string that it is, but quoted when written.
    Timestamp,
    /// `<<`
    Merge,
    /// Anything else.
    String,
}

/// Resolves the text of a plain scalar without a tag.
#[must_use]
pub fn resolve(text: &str) -> Plain {
    let Some(first) = text.bytes().next() else { return Plain::Null };
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => return Plain::Bool(true),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            return Plain::Bool(false);
        }
        "~" | "null" | "Null" | "NULL" => return Plain::Null,
        ".nan" | ".NaN" | ".NAN" => return Plain::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => return Plain::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => return Plain::Float(f64::NEG_INFINITY),
        "<<" => return Plain::Merge,
        _ => {}
    }
    match first {
        b'.' => float(text).map_or(Plain::String, Plain::Float),
        b'0'..=b'9' | b'+' | b'-' => number(text),
        _ => Plain::String,
    }
}

/// What an explicit tag makes of a scalar; `None` if it does not fit.
pub(super) fn tagged(kind: &str, resolved: Plain) -> Option<Plain> {
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

fn number(text: &str) -> Plain {
    if is_timestamp(text) {
        return Plain::Timestamp;
    }
    let joined;
    let plain = if text.contains('_') {
        joined = text.replace('_', "");
        joined.as_str()
    } else {
        text
    };
    let (negative, signed, digits) = match plain.as_bytes().first() {
        Some(b'-') => (true, true, &plain[1..]),
        Some(b'+') => (false, true, &plain[1..]),
        _ => (false, false, plain),
    };
    if let Some(magnitude) = magnitude(digits) {
        if negative && magnitude <= 1 << 63 {
            return Plain::Int((magnitude as i64).wrapping_neg());
        }
        if !negative {
            match i64::try_from(magnitude) {
                Ok(value) => return Plain::Int(value),
                // Go's unsigned reader takes no sign.
                Err(_) if !signed => return Plain::Unsigned(magnitude),
                Err(_) => {}
            }
        }
    }
    float(plain).map_or(Plain::String, Plain::Float)
}

/// The digits of Go's `ParseInt` with base 0: `0x`, `0o`, `0b`, and a leading `0` for octal.
fn magnitude(digits: &str) -> Option<u64> {
    let (base, rest) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &digits[2..]),
        [b'0', b'o' | b'O', ..] => (8, &digits[2..]),
        [b'0', b'b' | b'B', ..] => (2, &digits[2..]),
        [b'0', _, ..] => (8, &digits[1..]),
        _ => (10, digits),
    };
    // The standard parser would take one more sign.
    if rest.is_empty() || rest.starts_with(['+', '-']) {
        return None;
    }
    u64::from_str_radix(rest, base).ok()
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, finite.
fn float(text: &str) -> Option<f64> {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut at = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    let whole = digits(at);
    at += whole;
    if bytes.get(at) == Some(&b'.') {
        let fraction = digits(at + 1);
        if whole == 0 && fraction == 0 {
            return None;
        }
        at += 1 + fraction;
    } else if whole == 0 {
        return None;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        at += 1 + usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        let exponent = digits(at);
        if exponent == 0 {
            return None;
        }
        at += exponent;
    }
    if at != bytes.len() {
        return None;
    }
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

/// `2006-1-2`, alone or with a time behind `T`, `t` or a blank; short fields are accepted.
fn is_timestamp(text: &str) -> bool {
    let Some((year, rest)) = text.split_once('-') else { return false };
    if year.len() != 4 || !year.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let date_end = rest.find(['T', 't', ' ']).unwrap_or(rest.len());
    let (date, time) = rest.split_at(date_end);
    let Some((month, day)) = date.split_once('-') else { return false };
    let (Some(month), Some(day), Ok(year)) = (field(month, 12), field(day, 31), year.parse::<u32>()) else {
        return false;
    };
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let last = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    if month == 0 || day == 0 || day > last {
        return false;
    }
    match time.as_bytes().first() {
        None => true,
        Some(b' ') => is_clock(&time[1..]),
        Some(_) => {
            let clock = &time[1..];
            let Some(zone_at) = clock.find(['Z', '+', '-']) else { return false };
            let (clock, zone) = clock.split_at(zone_at);
            is_clock(clock) && (zone == "Z" || is_offset(&zone[1..]))
        }
    }
}

/// One or two digits up to a limit.
fn field(text: &str, most: u32) -> Option<u32> {
    let readable = (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|value| readable && *value <= most)
}

fn is_clock(text: &str) -> bool {
    let mut parts = text.splitn(3, ':');
    let (Some(hour), Some(minute), Some(second)) = (parts.next(), parts.next(), parts.next()) else { return false };
    let (second, fraction) = second.split_once(['.', ',']).map_or((second, None), |(s, f)| (s, Some(f)));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    field(hour, 23).is_some()
        && field(minute, 59).is_some()
        && field(second, 59).is_some()
        && fraction.is_none_or(digits)
}

fn is_offset(text: &str) -> bool {
    let Some((hours, minutes)) = text.split_once(':') else { return false };
    hours.len() == 2 && minutes.len() == 2 && field(hours, 24).is_some() && field(minutes, 60).is_some()
}

/// Whether YAML 1.1 would read the text as a number of base 60, such as `1:30`. go-yaml reads it as
/// a string but quotes it for other readers.
#[must_use]
pub fn is_base60(text: &str) -> bool {
    let rest = text.strip_prefix(['+', '-']).unwrap_or(text);
    let mut parts = rest.split(':');
    let Some(first) = parts.next() else { return false };
    if !first.starts_with(|c: char| c.is_ascii_digit()) || !first.bytes().all(|b| b.is_ascii_digit() || b == b'_') {
        return false;
    }
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return false;
    }
    while let Some(part) = parts.next() {
        let part = match part.split_once('.') {
            Some((whole, fraction)) if parts.peek().is_none() => {
                if !fraction.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_') {
                    return false;
                }
                whole
            }
            _ => part,
        };
        let sexagesimal = match part.as_bytes() {
            [ones] => ones.is_ascii_digit(),
            [b'0'..=b'5', ones] => ones.is_ascii_digit(),
            _ => false,
        };
        if !sexagesimal {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_resolve_as_in_yaml_1_1() {
        let cases = [
            ("", Plain::Null),
            ("~", Plain::Null),
            ("y", Plain::Bool(true)),
            ("OFF", Plain::Bool(false)),
            ("oN", Plain::String),
            ("0755", Plain::Int(493)),
            ("0o17", Plain::Int(15)),
            ("0b11", Plain::Int(3)),
            ("-0x1F", Plain::Int(-31)),
            ("1_000", Plain::Int(1000)),
            ("_1", Plain::String),
            ("089", Plain::Float(89.0)),
            ("1e3", Plain::Float(1000.0)),
            (".5", Plain::Float(0.5)),
            ("5.", Plain::Float(5.0)),
            (".", Plain::String),
            ("-", Plain::String),
            ("+-1", Plain::String),
            ("1e", Plain::String),
            ("1e400", Plain::String),
            ("1:30", Plain::String),
            ("18446744073709551615", Plain::Unsigned(u64::MAX)),
            ("-9223372036854775808", Plain::Int(i64::MIN)),
            ("2024-01-02", Plain::Timestamp),
            ("2024-1-2T3:4:5.6Z", Plain::Timestamp),
            ("2024-01-02 03:04:05", Plain::Timestamp),
            ("2023-02-29", Plain::String),
            ("1-2", Plain::String),
            ("<<", Plain::Merge),
            ("1.2.3", Plain::String),
        ];
        for (text, expected) in cases {
            assert_eq!(resolve(text), expected, "{text}");
        }
    }

    #[test]
    fn base_60_is_recognised() {
        for (text, expected) in [
            ("1:30", true),
            ("1:30:45.5", true),
            ("1:60", false),
            ("a:1", false),
            ("12:5", true),
            ("1", false),
            ("1:", false),
        ] {
            assert_eq!(is_base60(text), expected, "{text}");
        }
    }
}
