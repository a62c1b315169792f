//! Numbers under the verbs of `printf`.

use crate::helm::yaml::number::general;

/// The flags, width and precision of one verb.
#[derive(Debug, Clone, Copy, Default)]
#[expect(missing_docs, clippy::struct_excessive_bools, reason = "the flags of Go's fmt")]
pub struct Spec {
    pub minus: bool,
    pub plus: bool,
    pub sharp: bool,
    pub space: bool,
    pub zero: bool,
    pub width: Option<usize>,
    pub precision: Option<usize>,
}

impl Spec {
    /// Fills a text up to the width, with zeros behind a sign if asked.
    #[must_use]
    pub fn pad(&self, text: &str, zeros: bool) -> String {
        let missing = self.width.unwrap_or(0).saturating_sub(text.chars().count());
        if missing == 0 {
            return text.to_owned();
        }
        if self.minus {
            return format!("{text}{}", " ".repeat(missing));
        }
        if zeros && self.zero {
            let sign = usize::from(text.starts_with(['+', '-', ' ']));
            return format!("{}{}{}", &text[..sign], "0".repeat(missing), &text[sign..]);
        }
        format!("{}{text}", " ".repeat(missing))
    }
}

/// A whole number in a base of 2, 8, 10 or 16.
#[must_use]
pub fn integer(value: i64, base: u32, upper: bool, octal_prefix: bool, spec: &Spec) -> String {
    let magnitude = value.unsigned_abs();
    let mut digits = match base {
        2 => format!("{magnitude:b}"),
        8 => format!("{magnitude:o}"),
        16 if upper => format!("{magnitude:X}"),
        16 => format!("{magnitude:x}"),
        _ => magnitude.to_string(),
    };
    let mut wanted = spec.precision.unwrap_or(0);
    if spec.precision == Some(0) && value == 0 {
        return spec.pad("", false);
    }
    if spec.precision.is_none() && spec.zero && !spec.minus {
        let sign = usize::from(value < 0 || spec.plus || spec.space);
        wanted = spec.width.unwrap_or(0).saturating_sub(sign);
    }
    if digits.len() < wanted {
        digits = format!("{}{digits}", "0".repeat(wanted - digits.len()));
    }
    let prefix = match (base, spec.sharp) {
        _ if octal_prefix => "0o",
        (2, true) => "0b",
        (8, true) if !digits.starts_with('0') => "0",
        (16, true) => {
            if upper {
                "0X"
            } else {
                "0x"
            }
        }
        _ => "",
    };
    let sign = match (value < 0, spec.plus, spec.space) {
        (true, ..) => "-",
        (_, true, _) => "+",
        (_, _, true) => " ",
        _ => "",
    };
    spec.pad(&format!("{sign}{prefix}{digits}"), false)
}

/// A float under `e`, `f`, `g` and their upper case.
#[must_use]
pub fn float(value: f64, verb: char, spec: &Spec) -> String {
    let lower = verb.to_ascii_lowercase();
    let mut text = if value.is_nan() {
        "NaN".to_owned()
    } else if value.is_infinite() {
        if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned()
    } else {
        match (lower, spec.precision) {
            ('e', precision) => exponent(&format!("{value:.*e}", precision.unwrap_or(6))),
            ('f', precision) => format!("{value:.*}", precision.unwrap_or(6)),
            (_, None) => general(value, 6),
            (_, Some(precision)) => significant(value, precision.max(1)),
        }
    };
    if verb.is_ascii_uppercase() {
        text = text.to_uppercase();
    }
    let is_signed = text.starts_with(['+', '-']);
    if spec.plus && !is_signed {
        text.insert(0, '+');
    } else if spec.space && !is_signed {
        text.insert(0, ' ');
    }
    spec.pad(&text, value.is_finite())
}

/// `%g` with a number of digits.
fn significant(value: f64, digits: usize) -> String {
    let scientific = format!("{value:.*e}", digits - 1);
    let power: i32 = scientific.split_once('e').and_then(|(_, power)| power.parse().ok()).unwrap_or(0);
    let most = i32::try_from(digits).unwrap_or(i32::MAX);
    if power < -4 || power >= most {
        let (mantissa, power) = scientific.split_once('e').unwrap_or((&scientific, "0"));
        let mantissa =
            if mantissa.contains('.') { mantissa.trim_end_matches('0').trim_end_matches('.') } else { mantissa };
        return exponent(&format!("{mantissa}e{power}"));
    }
    let decimals = usize::try_from(most - 1 - power).unwrap_or(0);
    let fixed = format!("{value:.decimals$}");
    if fixed.contains('.') { fixed.trim_end_matches('0').trim_end_matches('.').to_owned() } else { fixed }
}

/// `1.5e+03` from `1.5e3`.
fn exponent(scientific: &str) -> String {
    let Some((mantissa, power)) = scientific.split_once('e') else { return scientific.to_owned() };
    let (sign, power) = power.strip_prefix('-').map_or(('+', power), |power| ('-', power));
    format!("{mantissa}e{sign}{power:0>2}")
}
