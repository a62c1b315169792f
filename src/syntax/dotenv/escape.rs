//! Escapes in double quotes.

/// Replaces the escapes of double quotes; `\$` becomes `$$`, as substitution follows.
pub(super) fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let plain = match after.bytes().next() {
            Some(b'a') => Some("\u{7}"),
            Some(b'b') => Some("\u{8}"),
            Some(b'f') => Some("\u{c}"),
            Some(b'n') => Some("\n"),
            Some(b'r') => Some("\r"),
            Some(b't') => Some("\t"),
            Some(b'v') => Some("\u{b}"),
            Some(b'"') => Some("\""),
            Some(b'\\') => Some("\\"),
            Some(b'$') => Some("$$"),
            _ => None,
        };
        if let Some(plain) = plain {
            out.push_str(plain);
            rest = &after[1..];
        } else if let Some(digits) = after.strip_prefix('0') {
            let length = digits.bytes().take(3).take_while(u8::is_ascii_digit).count();
            let digits = &digits[..length];
            match u8::from_str_radix(digits, 8) {
                Ok(code) if length == 3 => out.push(char::from(code)),
                // Compose loses the zero of an escape that is no octal number.
                _ => {
                    out.push('\\');
                    out.push_str(digits);
                }
            }
            rest = &after[1 + length..];
        } else {
            out.push('\\');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}
