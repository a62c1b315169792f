//! Versions and version constraints as Helm understands them: the rules of Masterminds/semver 3.5,
//! which differ from Cargo's and npm's (short versions, a leading `v`, `x` parts, pre-releases).

use std::cmp::Ordering;

/// The longest version or constraint that is looked at, in bytes.
const MAX_LENGTH: usize = 4096;

/// A version, which may have been written short (`1.29`) or with a leading `v`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// First number.
    pub major: u64,
    /// Second number; 0 if it was left out.
    pub minor: u64,
    /// Third number; 0 if it was left out.
    pub patch: u64,
    /// What follows the `-`, without it; may be empty.
    pub prerelease: String,
    /// What follows the `+`, without it; may be empty. It never takes part in comparisons.
    pub metadata: String,
    /// As it was written.
    pub original: String,
}

impl Version {
    /// Reads a version; `None` if the text is not one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > MAX_LENGTH {
            return None;
        }
        let rest = text.strip_prefix('v').unwrap_or(text);
        let (rest, metadata) = match rest.split_once('+') {
            Some((rest, metadata)) => (rest, Some(metadata)),
            None => (rest, None),
        };
        let (numbers, prerelease) = match rest.split_once('-') {
            Some((numbers, prerelease)) => (numbers, Some(prerelease)),
            None => (rest, None),
        };
        let mut parts = numbers.split('.');
        let major = number(parts.next()?)?;
        let minor = parts.next().map_or(Some(0), number)?;
        let patch = parts.next().map_or(Some(0), number)?;
        if parts.next().is_some()
            || !prerelease.is_none_or(|text| text.split('.').all(is_prerelease_part))
            || !metadata.is_none_or(|text| text.split('.').all(is_identifier))
        {
            return None;
        }
        Some(Self {
            major,
            minor,
            patch,
            prerelease: prerelease.unwrap_or_default().to_owned(),
            metadata: metadata.unwrap_or_default().to_owned(),
            original: text.to_owned(),
        })
    }

    /// Order of precedence; metadata is not looked at.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Ordering {
        (self.major, self.minor, self.patch)
            .cmp(&(other.major, other.minor, other.patch))
            .then_with(|| compare_prerelease(&self.prerelease, &other.prerelease))
    }
}

impl std::fmt::Display for Version {
    /// The full form: three numbers, no `v`.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}.{}.{}", self.major, self.minor, self.patch)?;
        if !self.prerelease.is_empty() {
            write!(formatter, "-{}", self.prerelease)?;
        }
        if !self.metadata.is_empty() {
            write!(formatter, "+{}", self.metadata)?;
        }
        Ok(())
    }
}

fn number(text: &str) -> Option<u64> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

fn is_identifier(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// A part of a pre-release: an identifier, and if it is a number one without leading zeros.
fn is_prerelease_part(text: &str) -> bool {
    let padded = text.len() > 1 && text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
    is_identifier(text) && !padded
}

/// No pre-release is higher than any; numbers are lower than words.
fn compare_prerelease(left: &str, right: &str) -> Ordering {
    match (left.is_empty(), right.is_empty()) {
        (true, true) => return Ordering::Equal,
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    let (mut left, mut right) = (left.split('.'), right.split('.'));
    loop {
        let order = match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some(a), Some(b)) => match (number(a), number(b)) {
                (Some(a), Some(b)) => a.cmp(&b),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => a.cmp(b),
            },
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// A condition on a version such as `>=1.19-0 <2`, `^1.2`, `~1.4.x || 2.*` or `1.2 - 1.4`.
#[derive(Debug, Clone)]
pub struct Constraint {
    /// One of these must hold; each is a list of comparisons that must all hold.
    alternatives: Vec<Vec<Comparison>>,
}

#[derive(Debug, Clone)]
struct Comparison {
    operator: Operator,
    version: Version,
    /// A part was left out or written as `x`.
    short: bool,
    /// The second number was left out or `x`.
    no_minor: bool,
    /// The third number was left out or `x`.
    no_patch: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Greater,
    Less,
    AtLeast,
    AtMost,
    Tilde,
    Caret,
}

/// Longest first, so that `>=` is not read as `>`.
const OPERATORS: [(&str, Operator); 11] = [
    ("!=", Operator::NotEqual),
    (">=", Operator::AtLeast),
    ("=>", Operator::AtLeast),
    ("<=", Operator::AtMost),
    ("=<", Operator::AtMost),
    ("~>", Operator::Tilde),
    ("=", Operator::Equal),
    (">", Operator::Greater),
    ("<", Operator::Less),
    ("~", Operator::Tilde),
    ("^", Operator::Caret),
];

impl Constraint {
    /// Reads a constraint; `None` if the text is not one (the empty text is not).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > MAX_LENGTH {
            return None;
        }
        let alternatives = text.split("||").map(parse_all).collect::<Option<Vec<_>>>()?;
        Some(Self { alternatives })
    }

    /// Whether a version satisfies the constraint. A pre-release satisfies only a group of
    /// comparisons of which one names a pre-release.
    #[must_use]
    pub fn check(&self, version: &Version) -> bool {
        self.alternatives.iter().any(|comparisons| {
            let prereleases = comparisons.iter().any(|comparison| !comparison.version.prerelease.is_empty());
            (version.prerelease.is_empty() || prereleases)
                && comparisons.iter().all(|comparison| comparison.holds(version))
        })
    }
}

/// Comparisons separated by blanks or commas, hyphen ranges among them.
fn parse_all(text: &str) -> Option<Vec<Comparison>> {
    let mut comparisons = Vec::new();
    let mut rest = text.trim();
    loop {
        let (operator, behind) = OPERATORS
            .iter()
            .find_map(|(sign, operator)| Some((Some(*operator), rest.strip_prefix(sign)?)))
            .unwrap_or((None, rest));
        let behind = behind.trim_start();
        let (word, behind) = behind.split_at(behind.find([' ', '\t', '\n', '\r', ',']).unwrap_or(behind.len()));
        let next = behind.trim_start();
        if let Some(upper) = next.strip_prefix("- ").filter(|_| operator.is_none() && next.len() < behind.len()) {
            let upper = upper.trim_start();
            let (to, behind) = upper.split_at(upper.find([' ', '\t', '\n', '\r', ',']).unwrap_or(upper.len()));
            comparisons.push(Comparison::parse(Operator::AtLeast, word)?);
            comparisons.push(Comparison::parse(Operator::AtMost, to)?);
            rest = behind.trim_start();
        } else {
            comparisons.push(Comparison::parse(operator.unwrap_or(Operator::Equal), word)?);
            rest = next;
        }
        if rest.is_empty() {
            return Some(comparisons);
        }
        rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
    }
}

impl Comparison {
    fn parse(operator: Operator, text: &str) -> Option<Self> {
        let bare = text.strip_prefix('v').unwrap_or(text);
        let end = bare.find(['-', '+']).unwrap_or(bare.len());
        let (numbers, suffix) = bare.split_at(end);
        let parts: Vec<&str> = numbers.split('.').collect();
        let is_wild = |index: usize| parts.get(index).is_none_or(|part| matches!(*part, "x" | "X" | "*"));
        let readable = |part: &&str| {
            matches!(*part, "x" | "X" | "*") || (!part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
        };
        if parts.len() > 3 || !parts.iter().all(readable) {
            return None;
        }
        let suffix = suffix.split('+').next().unwrap_or_default();
        let part = |index: usize| parts.get(index).copied().unwrap_or("0");
        let (no_major, no_minor, no_patch) =
            (is_wild(0), !is_wild(0) && is_wild(1), !is_wild(0) && !is_wild(1) && is_wild(2));
        let full = if no_major {
            format!("0.0.0{suffix}")
        } else if no_minor {
            format!("{}.0.0{suffix}", part(0))
        } else if no_patch {
            format!("{}.{}.0{suffix}", part(0), part(1))
        } else {
            bare.to_owned()
        };
        let version = Version::parse(&full)?;
        Some(Self { operator, version, short: no_major || no_minor || no_patch, no_minor, no_patch })
    }

    fn holds(&self, version: &Version) -> bool {
        let limit = &self.version;
        let order = version.compare(limit);
        match self.operator {
            Operator::Equal if self.short => self.tilde(version),
            Operator::Equal => order == Ordering::Equal,
            Operator::NotEqual => self.not_equal(version),
            Operator::Greater if !self.short || version.major != limit.major => order == Ordering::Greater,
            Operator::Greater if self.no_minor => false,
            Operator::Greater if self.no_patch => version.minor > limit.minor,
            Operator::Greater => order == Ordering::Greater,
            Operator::Less => order == Ordering::Less,
            Operator::AtLeast => order != Ordering::Less,
            Operator::AtMost if !self.short => order != Ordering::Greater,
            Operator::AtMost => {
                let above = version.major == limit.major && version.minor > limit.minor && !self.no_minor;
                version.major <= limit.major && !above
            }
            Operator::Tilde => self.tilde(version),
            Operator::Caret => order != Ordering::Less && self.same_caret_range(version),
        }
    }

    fn tilde(&self, version: &Version) -> bool {
        let limit = &self.version;
        if version.compare(limit) == Ordering::Less {
            return false;
        }
        // `*`, and by the same rule `~0.0.0`, accept everything.
        if (limit.major, limit.minor, limit.patch) == (0, 0, 0) && !self.no_minor && !self.no_patch {
            return true;
        }
        version.major == limit.major && (version.minor == limit.minor || self.no_minor)
    }

    fn not_equal(&self, version: &Version) -> bool {
        let limit = &self.version;
        if !self.short {
            return version.compare(limit) != Ordering::Equal;
        }
        if limit.major != version.major || (limit.minor != version.minor && !self.no_minor) {
            return true;
        }
        if self.no_minor {
            return false;
        }
        if self.no_patch {
            return compare_prerelease(&version.prerelease, &limit.prerelease) != Ordering::Equal;
        }
        version.compare(limit) != Ordering::Equal
    }

    /// The range of `^`: up to the first number that is not 0.
    fn same_caret_range(&self, version: &Version) -> bool {
        let limit = &self.version;
        if limit.major > 0 || self.no_minor {
            return version.major == limit.major;
        }
        if version.major > 0 {
            return false;
        }
        if limit.minor > 0 || self.no_patch {
            return version.minor == limit.minor;
        }
        version.minor == 0 && version.patch == limit.patch
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constraints_follow_the_table() {
        let table = include_str!("../../tests/data/helm/semver.tsv");
        for line in table.lines().filter(|line| !line.starts_with('#')) {
            let fields: Vec<&str> = line.split('\t').collect();
            let constraint = Constraint::parse(fields[0]);
            let version = Version::parse(fields[1]);
            let answer = match (constraint, version) {
                (Some(constraint), Some(version)) => constraint.check(&version).to_string(),
                _ => "error".to_owned(),
            };
            assert_eq!(answer, fields[2], "{line}");
        }
    }

    #[test]
    fn versions_print_in_full_and_keep_their_original() {
        let version = Version::parse("v1.2-rc.1+build").unwrap();
        assert_eq!(version.to_string(), "1.2.0-rc.1+build");
        assert_eq!(version.original, "v1.2-rc.1+build");
        assert_eq!((version.prerelease.as_str(), version.metadata.as_str()), ("rc.1", "build"));
    }
}
