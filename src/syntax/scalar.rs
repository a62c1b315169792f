//! What a plain scalar means, which depends on who reads the document.

use super::tree::{Node, Style};

/// Who reads a document. Resolution of plain scalars is theirs, not the parser's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Flavour {
    /// Kubernetes and Helm: YAML 1.1 as go-yaml v2 reads it (`yes`, `on` are booleans, `0777` is
    /// octal).
    Kubernetes,
    /// Compose: YAML 1.2 core; `yes` and `on` are strings, a field that wants a boolean may still
    /// accept them.
    Compose,
    /// YAML 1.2 core schema.
    Core,
    /// JSON literals only.
    Json,
    /// TOML literals, as the TOML parser checked them.
    Toml,
    /// Everything is a string: `.env`, INI and the like.
    Strings,
}

/// A scalar's meaning under a flavour.
#[derive(Debug, Clone, PartialEq)]
pub enum Resolved<'t> {
    /// Nothing.
    Null,
    /// True or false.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Float(f64),
    /// Text.
    String(&'t str),
}

impl Flavour {
    /// Resolves a scalar node; `None` for lists and mappings.
    #[must_use]
    pub fn resolve(self, node: &Node) -> Option<Resolved<'_>> {
        let scalar = node.as_scalar()?;
        let text = scalar.text.expose();
        if scalar.style != Style::Plain || self == Self::Strings {
            return Some(Resolved::String(text));
        }
        Some(self.resolve_plain(text))
    }

    /// Resolves the text of a plain scalar.
    #[must_use]
    pub fn resolve_plain(self, text: &str) -> Resolved<'_> {
        match text {
            "" | "~" | "null" | "Null" | "NULL" => return Resolved::Null,
            "true" | "True" | "TRUE" => return Resolved::Boolean(true),
            "false" | "False" | "FALSE" => return Resolved::Boolean(false),
            _ => {}
        }
        if self == Self::Kubernetes {
            match text {
                "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => return Resolved::Boolean(true),
                "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => return Resolved::Boolean(false),
                _ => {}
            }
        }
        number(self, text).unwrap_or(Resolved::String(text))
    }
}

/// A number of the flavour, if the text is one.
fn number(flavour: Flavour, text: &str) -> Option<Resolved<'static>> {
    let first = text.bytes().next()?;
    if !(first.is_ascii_digit() || matches!(first, b'+' | b'-' | b'.')) {
        return None;
    }
    if let Some(integer) = integer(flavour, text) {
        return Some(Resolved::Integer(integer));
    }
    let unsigned = text.trim_start_matches(['+', '-']);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") {
        return Some(Resolved::Float(if first == b'-' { f64::NEG_INFINITY } else { f64::INFINITY }));
    }
    if matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Some(Resolved::Float(f64::NAN));
    }
    let plain = unsigned.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-'));
    if !plain || !unsigned.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok().map(Resolved::Float)
}

fn integer(flavour: Flavour, text: &str) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    // go-yaml allows underscores anywhere in a number; the YAML 1.2 core schema does not.
    let cleaned;
    let digits = if flavour == Flavour::Kubernetes && digits.contains('_') {
        cleaned = digits.replace('_', "");
        cleaned.as_str()
    } else {
        digits
    };
    if digits.is_empty() || digits.starts_with(['+', '-']) {
        return None;
    }
    let value = if let Some(hex) = digits.strip_prefix("0x") {
        i64::from_str_radix(hex, 16).ok()?
    } else if let Some(octal) = digits.strip_prefix("0o") {
        i64::from_str_radix(octal, 8).ok()?
    } else if let Some(binary) = digits.strip_prefix("0b").filter(|_| flavour == Flavour::Kubernetes) {
        i64::from_str_radix(binary, 2).ok()?
    } else if flavour == Flavour::Kubernetes && digits.len() > 1 && digits.starts_with('0') {
        i64::from_str_radix(digits, 8).ok()?
    } else {
        digits.parse().ok()?
    };
    Some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flavour_decides() {
        assert_eq!(Flavour::Kubernetes.resolve_plain("yes"), Resolved::Boolean(true));
        assert_eq!(Flavour::Compose.resolve_plain("yes"), Resolved::String("yes"));
        assert_eq!(Flavour::Kubernetes.resolve_plain("0755"), Resolved::Integer(493));
        assert_eq!(Flavour::Compose.resolve_plain("0755"), Resolved::Integer(755));
        assert_eq!(Flavour::Compose.resolve_plain("0o17"), Resolved::Integer(15));
        assert_eq!(Flavour::Kubernetes.resolve_plain("1_000"), Resolved::Integer(1000));
        assert_eq!(Flavour::Core.resolve_plain("1e3"), Resolved::Float(1000.0));
        assert_eq!(Flavour::Core.resolve_plain("~"), Resolved::Null);
        assert_eq!(Flavour::Core.resolve_plain("-"), Resolved::String("-"));
        assert_eq!(Flavour::Core.resolve_plain("."), Resolved::String("."));
        assert_eq!(Flavour::Core.resolve_plain("1.2.3"), Resolved::String("1.2.3"));
        assert_eq!(Flavour::Kubernetes.resolve_plain("089"), Resolved::Float(89.0));
    }
}
