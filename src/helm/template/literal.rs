//! Constants of the template language: numbers, characters, strings.

use super::ast::Number;

/// Reads a number; `None` within if it is whole but too large for 64 bits.
///
/// # Errors
/// If it is none.
pub fn number(text: &str) -> Result<Option<Number>, String> {
    let bad = || "this is not a number that fits".to_owned();
    let (negative, digits) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let plain = digits.replace('_', "");
    let (base, body) = match plain.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &plain[2..]),
        [b'0', b'o' | b'O', ..] => (8, &plain[2..]),
        [b'0', b'b' | b'B', ..] => (2, &plain[2..]),
        [b'0', rest @ ..] if !rest.is_empty() && rest.iter().all(u8::is_ascii_digit) => (8, &plain[1..]),
        _ => (10, plain.as_str()),
    };
    if let Ok(magnitude) = u64::from_str_radix(body, base) {
        let value = if negative {
            (magnitude <= 1 << 63).then(|| (magnitude as i64).wrapping_neg())
        } else {
            i64::try_from(magnitude).ok()
        };
        return Ok(value.map(Number::Int));
    }
    if base == 16
        && let Some(value) = hexadecimal(body)
    {
        return Ok(Some(Number::Float(if negative { -value } else { value })));
    }
    if base != 10 || !text.contains(['.', 'e', 'E']) {
        return Err(bad());
    }
    let value: f64 = plain.parse().map_err(|_| bad())?;
    if !value.is_finite() {
        return Err(bad());
    }
    Ok(Some(Number::Float(if negative { -value } else { value })))
}

/// `1.8p3`: hexadecimal digits and a power of two.
fn hexadecimal(body: &str) -> Option<f64> {
    let (mantissa, power) = body.split_once(['p', 'P'])?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = u64::from_str_radix(&format!("{whole}{fraction}"), 16).ok()?;
    let power = power.parse::<i32>().ok()?.checked_sub(i32::try_from(fraction.len()).ok()?.checked_mul(4)?)?;
    #[expect(clippy::cast_precision_loss, reason = "Go rounds too")]
    let value = digits as f64 * 2_f64.powi(power);
    value.is_finite().then_some(value)
}

/// The content of a quoted string or character, its quotes included in `text`.
///
/// # Errors
/// If an escape is not one of Go's.
pub fn unquote(text: &str) -> Result<String, String> {
    let mut out = Vec::new();
    let inner = text.get(1..text.len() - 1).unwrap_or_default();
    let mut characters = inner.chars();
    let push = |out: &mut Vec<u8>, character: char| out.extend(character.encode_utf8(&mut [0; 4]).bytes());
    while let Some(character) = characters.next() {
        if character != '\\' {
            push(&mut out, character);
            continue;
        }
        let escape = characters.next().unwrap_or(' ');
        let mut code = |count: usize, base: u32, first: Option<char>| {
            let mut digits: String = first.into_iter().collect();
            digits.extend(characters.by_ref().take(count));
            u32::from_str_radix(&digits, base).ok().filter(|_| digits.len() >= count)
        };
        let plain = match escape {
            'a' => '\u{7}',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\u{b}',
            '\\' => '\\',
            '\'' | '"' if text.starts_with(escape) => escape,
            'x' | '0'..='7' => {
                let value = if escape == 'x' { code(2, 16, None) } else { code(2, 8, Some(escape)) };
                match value.and_then(|value| u8::try_from(value).ok()) {
                    Some(byte) => out.push(byte),
                    None => return Err(bad_escape()),
                }
                continue;
            }
            'u' | 'U' => {
                let value = code(if escape == 'u' { 4 } else { 8 }, 16, None);
                value.and_then(char::from_u32).ok_or_else(bad_escape)?
            }
            _ => return Err(bad_escape()),
        };
        push(&mut out, plain);
    }
    Ok(String::from_utf8(out).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

fn bad_escape() -> String {
    "this text holds an escape that Go does not know".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_go() {
        assert_eq!(number("0x1F"), Ok(Some(Number::Int(31))));
        assert_eq!(number("-1_000"), Ok(Some(Number::Int(-1000))));
        assert_eq!(number("010"), Ok(Some(Number::Int(8))));
        assert_eq!(number("1e3"), Ok(Some(Number::Float(1000.0))));
        assert_eq!(number("0x1p60"), Ok(Some(Number::Float(1_152_921_504_606_846_976.0))));
        assert_eq!(number("18446744073709551615"), Ok(None));
        assert!(number("99999999999999999999").is_err());
    }

    #[test]
    fn escapes_are_those_of_go() {
        assert_eq!(unquote(r#""a\n\x41\u00e9\101\"""#).unwrap(), "a\nAéA\"");
        assert!(unquote(r#""\q""#).is_err());
        assert_eq!(unquote(r"'\''").unwrap(), "'");
    }
}
