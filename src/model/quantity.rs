//! Memory, processor time and durations.

/// An amount of memory or storage in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Memory(pub u64);

/// Processor time in thousandths of a core.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cpu(pub u64);

/// A length of time in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(pub u64);

impl Memory {
    /// Reads a Kubernetes quantity: `256Mi`, `1G`, `1e9`, `128974848`, `123m` (rounded up).
    #[must_use]
    pub fn kubernetes(text: &str) -> Option<Self> {
        let value = kubernetes_quantity(text)?.ceil();
        in_range(value).map(Self)
    }

    /// Reads a Compose byte value, in which all units are powers of 1024: `512m`, `1gb`, `64k`,
    /// `2GiB`, `1048576`.
    #[must_use]
    pub fn compose(text: &str) -> Option<Self> {
        let text = text.trim();
        let digits = text.find(|character: char| !character.is_ascii_digit() && character != '.').unwrap_or(text.len());
        let (number, unit) = text.split_at(digits);
        let factor = match unit.trim().to_ascii_lowercase().as_str() {
            "" | "b" => 1.0,
            "k" | "kb" | "ki" | "kib" => 1024.0,
            "m" | "mb" | "mi" | "mib" => 1024.0 * 1024.0,
            "g" | "gb" | "gi" | "gib" => 1024.0 * 1024.0 * 1024.0,
            "t" | "tb" | "ti" | "tib" => 1024.0 * 1024.0 * 1024.0 * 1024.0,
            "p" | "pb" | "pi" | "pib" => 1024.0 * 1024.0 * 1024.0 * 1024.0 * 1024.0,
            _ => return None,
        };
        in_range((number.parse::<f64>().ok()? * factor).floor()).map(Self)
    }
}

impl std::fmt::Display for Memory {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (power, unit) in [(40, "Ti"), (30, "Gi"), (20, "Mi"), (10, "Ki")] {
            if self.0 != 0 && self.0.is_multiple_of(1 << power) {
                return write!(formatter, "{}{unit}", self.0 >> power);
            }
        }
        write!(formatter, "{}", self.0)
    }
}

impl Cpu {
    /// Reads a Kubernetes quantity (`250m`, `0.5`, `2`) or a Compose number of cores; rounded up to
    /// thousandths.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        in_range((kubernetes_quantity(text)? * 1000.0).ceil()).map(Self)
    }
}

impl std::fmt::Display for Cpu {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0.is_multiple_of(1000) {
            write!(formatter, "{}", self.0 / 1000)
        } else {
            write!(formatter, "{}m", self.0)
        }
    }
}

impl Duration {
    /// So many seconds.
    #[must_use]
    pub fn seconds(seconds: u64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// Reads a Go or Prometheus duration: `1m30s`, `90s`, `1h`, `7d`, `500ms`, `2w`. A number
    /// without a unit is none, save `0`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut rest = text.trim();
        if rest == "0" {
            return Some(Self(0));
        }
        if rest.is_empty() {
            return None;
        }
        let mut total = 0.0;
        while !rest.is_empty() {
            let digits = rest.find(|character: char| !character.is_ascii_digit() && character != '.')?;
            let number: f64 = rest[..digits].parse().ok()?;
            let unit_end = rest[digits..]
                .find(|character: char| character.is_ascii_digit() || character == '.')
                .map_or(rest.len(), |length| digits + length);
            let milliseconds = match &rest[digits..unit_end] {
                "ns" => 1e-6,
                "us" | "µs" | "μs" => 1e-3,
                "ms" => 1.0,
                "s" => 1e3,
                "m" => 6e4,
                "h" => 3.6e6,
                "d" => 8.64e7,
                "w" => 6.048e8,
                "y" => 3.1536e10,
                _ => return None,
            };
            total += number * milliseconds;
            rest = &rest[unit_end..];
        }
        in_range(total.round()).map(Self)
    }
}

impl std::fmt::Display for Duration {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (length, unit) in [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1000, "s")] {
            if self.0 != 0 && self.0.is_multiple_of(length) {
                return write!(formatter, "{}{unit}", self.0 / length);
            }
        }
        if self.0 == 0 { formatter.write_str("0s") } else { write!(formatter, "{}ms", self.0) }
    }
}

/// The number that a Kubernetes quantity stands for.
fn kubernetes_quantity(text: &str) -> Option<f64> {
    let text = text.trim();
    let split = text.find(|character: char| character.is_ascii_alphabetic()).unwrap_or(text.len());
    let (number, suffix) = text.split_at(split);
    // `1e3` and `1E3` are numbers with an exponent, `1E` alone is an exa-unit.
    if suffix.len() > 1 && suffix.starts_with(['e', 'E']) {
        return text.parse().ok().filter(|value: &f64| value.is_finite());
    }
    let factor = match suffix {
        "" => 1.0,
        "n" => 1e-9,
        "u" => 1e-6,
        "m" => 1e-3,
        "k" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "T" => 1e12,
        "P" => 1e15,
        "E" => 1e18,
        "Ki" => 1024.0,
        "Mi" => 1024f64.powi(2),
        "Gi" => 1024f64.powi(3),
        "Ti" => 1024f64.powi(4),
        "Pi" => 1024f64.powi(5),
        "Ei" => 1024f64.powi(6),
        _ => return None,
    };
    Some(number.parse::<f64>().ok()? * factor)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked first")]
fn in_range(value: f64) -> Option<u64> {
    // 2^63: beyond it a float no longer fits the integers that rules compute with.
    (0.0..9.3e18).contains(&value).then_some(value as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_read_and_printed() {
        assert_eq!(Memory::kubernetes("256Mi").map(|memory| memory.to_string()), Some("256Mi".into()));
        assert_eq!(Memory::kubernetes("1G"), Some(Memory(1_000_000_000)));
        assert_eq!(Memory::kubernetes("1e3"), Some(Memory(1000)));
        assert_eq!(Memory::kubernetes("512 megs"), None);
        assert_eq!(Memory::kubernetes("-1"), None);
        assert_eq!(Memory::compose("1.5g"), Some(Memory(1_610_612_736)));
        assert_eq!(Memory::compose("50M"), Some(Memory(52_428_800)));
        assert_eq!(Memory::compose("m"), None);
        assert_eq!(Cpu::parse("250m"), Some(Cpu(250)));
        assert_eq!(Cpu::parse("0.5"), Some(Cpu(500)));
        assert_eq!(Cpu::parse("1.0").map(|cpu| cpu.to_string()), Some("1".into()));
    }

    #[test]
    fn durations_are_read_and_printed() {
        assert_eq!(Duration::parse("1m30s"), Some(Duration(90_000)));
        assert_eq!(Duration::parse("1.5h"), Some(Duration(5_400_000)));
        assert_eq!(Duration::parse("7d").map(|duration| duration.to_string()), Some("7d".into()));
        assert_eq!(Duration::parse("90"), None);
        assert_eq!(Duration::parse("s"), None);
        assert_eq!(Duration::parse(""), None);
        assert_eq!(Duration(90_000).to_string(), "90s");
    }
}
