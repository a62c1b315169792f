//! Numbers as Go prints them in JSON and in YAML.

/// A finite number as Go's JSON encoder prints it: plain digits, or the exponent form below 1e-6
/// and from 1e21.
#[must_use]
pub fn json(value: f64) -> String {
    let magnitude = value.abs();
    if magnitude != 0.0 && !(1e-6..1e21).contains(&magnitude) {
        exponent(&format!("{value:e}"), 1)
    } else {
        format!("{value}")
    }
}

/// A number as go-yaml prints a float: the exponent form for decimal exponents below -4 and from
/// 6, with at least two digits.
#[must_use]
pub fn yaml(value: f64) -> String {
    if value.is_nan() {
        return ".nan".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    general(value, 6)
}

/// A finite number as Go's `strconv` prints it with format `g` and shortest digits, the exponent
/// form for decimal exponents below -4 and from `threshold`.
#[must_use]
pub fn general(value: f64, threshold: i32) -> String {
    shortest(format!("{value:e}"), || format!("{value}"), threshold)
}

/// [`general`] for a number of 32 bits.
#[must_use]
pub fn general_narrow(value: f32, threshold: i32) -> String {
    shortest(format!("{value:e}"), || format!("{value}"), threshold)
}

fn shortest(scientific: String, plain: impl Fn() -> String, threshold: i32) -> String {
    let decimal = scientific.split_once('e').and_then(|(_, exponent)| exponent.parse::<i32>().ok()).unwrap_or(0);
    if (-4..threshold).contains(&decimal) { plain() } else { exponent(&scientific, 2) }
}

/// `1.5e+21` from `1.5e21`: the sign always, the exponent with at least `width` digits.
fn exponent(scientific: &str, width: usize) -> String {
    let Some((mantissa, exponent)) = scientific.split_once('e') else { return scientific.to_owned() };
    let (sign, digits) = exponent.strip_prefix('-').map_or(('+', exponent), |digits| ('-', digits));
    format!("{mantissa}e{sign}{digits:0>width$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_print_as_in_go() {
        let cases = [
            (1e6, "1000000", "1e+06"),
            (1e20, "100000000000000000000", "1e+20"),
            (100_000.5, "100000.5", "100000.5"),
            (1e21, "1e+21", "1e+21"),
            (0.1, "0.1", "0.1"),
            (1e-6, "0.000001", "1e-06"),
            (1e-7, "1e-7", "1e-07"),
            (-1.5, "-1.5", "-1.5"),
            (0.0, "0", "0"),
            (123_456_789.5, "123456789.5", "1.234567895e+08"),
        ];
        for (value, as_json, as_yaml) in cases {
            assert_eq!(json(value), as_json);
            assert_eq!(yaml(value), as_yaml);
        }
        assert_eq!(general(1_234_567.25, 6), "1.23456725e+06");
    }
}
