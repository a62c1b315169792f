//! `.helmignore`: which files of a chart's folder do not belong to the chart.

/// The rules of one `.helmignore`, with the rule that Helm always adds.
#[derive(Debug, Default)]
pub struct Ignore {
    rules: Vec<Rule>,
}

#[derive(Debug)]
struct Rule {
    pattern: Vec<char>,
    /// `!x`: everything that does not match is ignored.
    negated: bool,
    /// `x/`: folders only.
    folder: bool,
    /// The pattern has a `/` before its end and is held against the whole path.
    whole: bool,
}

/// A line of a `.helmignore` that Helm refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRule {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub message: &'static str,
}

impl Ignore {
    /// Reads the text of a `.helmignore`. Lines that Helm refuses are left out and told.
    #[must_use]
    pub fn parse(text: &str) -> (Self, Vec<BadRule>) {
        let mut rules = Vec::new();
        let mut bad = Vec::new();
        for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if line.contains("**") {
                bad.push(BadRule { line: index + 1, message: "`**` is not supported in .helmignore; write `*`" });
                continue;
            }
            match Rule::parse(line) {
                Some(rule) => rules.push(rule),
                None => bad.push(BadRule { line: index + 1, message: "the pattern cannot be read; close its `[`" }),
            }
        }
        rules.extend(Rule::parse("templates/.?*"));
        (Self { rules }, bad)
    }

    /// The rule that holds without a `.helmignore`.
    #[must_use]
    pub fn standard() -> Self {
        Self::parse("").0
    }

    /// Whether a path, relative to the chart with `/`, is left out; a folder with all that it holds.
    #[must_use]
    pub fn ignores(&self, path: &str, is_folder: bool) -> bool {
        if path.is_empty() || path == "." {
            return false;
        }
        let whole: Vec<char> = path.chars().collect();
        let base = whole.iter().rposition(|character| *character == '/').map_or(0, |at| at + 1);
        for rule in &self.rules {
            let matches = || matches(&rule.pattern, if rule.whole { &whole } else { &whole[base..] });
            if rule.negated {
                if (rule.folder && !is_folder) || !matches() {
                    return true;
                }
            } else if (is_folder || !rule.folder) && matches() {
                return true;
            }
        }
        false
    }
}

impl Rule {
    fn parse(line: &str) -> Option<Self> {
        let (negated, rest) = line.strip_prefix('!').map_or((false, line), |rest| (true, rest));
        let (folder, rest) = rest.strip_suffix('/').map_or((false, rest), |rest| (true, rest));
        let whole = rest.contains('/');
        let pattern: Vec<char> = rest.strip_prefix('/').unwrap_or(rest).chars().collect();
        is_readable(&pattern).then_some(Self { pattern, negated, folder, whole })
    }
}

/// Whether every `[` is closed and every `\` has a character behind it.
fn is_readable(pattern: &[char]) -> bool {
    let mut rest = pattern;
    while let Some((first, tail)) = rest.split_first() {
        rest = match first {
            '[' => match class(tail, ' ') {
                Some((_, behind)) => behind,
                None => return false,
            },
            '\\' if tail.is_empty() => return false,
            '\\' => &tail[1..],
            _ => tail,
        };
    }
    true
}

/// A shell pattern without `**`. Only the last `*` needs to be taken back, so the time is at
/// most the product of the lengths.
fn matches(pattern: &[char], text: &[char]) -> bool {
    let (mut pattern, mut text) = (pattern, text);
    let mut last_star: Option<(&[char], &[char])> = None;
    loop {
        if let Some(('*', tail)) = pattern.split_first().map(|(first, tail)| (*first, tail)) {
            last_star = Some((tail, text));
            pattern = tail;
            continue;
        }
        if pattern.is_empty() && text.is_empty() {
            return true;
        }
        if let Some((tail, behind)) = step(pattern, text) {
            pattern = tail;
            text = behind;
            continue;
        }
        match last_star {
            // `*` takes one character more, but never a separator.
            Some((tail, from)) if from.first().is_some_and(|first| *first != '/') => {
                last_star = Some((tail, &from[1..]));
                pattern = tail;
                text = &from[1..];
            }
            _ => return false,
        }
    }
}

/// Matches one character; what is left of pattern and text, or `None`.
fn step<'p, 't>(pattern: &'p [char], text: &'t [char]) -> Option<(&'p [char], &'t [char])> {
    let (first, tail) = pattern.split_first()?;
    let (character, behind) = text.split_first()?;
    match first {
        '?' => (*character != '/').then_some((tail, behind)),
        '[' => {
            let (accepted, tail) = class(tail, *character)?;
            accepted.then_some((tail, behind))
        }
        '\\' => {
            let (escaped, tail) = tail.split_first()?;
            (escaped == character).then_some((tail, behind))
        }
        other => (other == character).then_some((tail, behind)),
    }
}

/// Reads a `[…]` behind its bracket: whether it accepts `character`, and what follows. `None` if
/// it is not closed.
fn class(pattern: &[char], character: char) -> Option<(bool, &[char])> {
    let (negated, mut rest) = match pattern.split_first()? {
        ('^', tail) => (true, tail),
        _ => (false, pattern),
    };
    let (mut accepted, mut count) = (false, 0);
    loop {
        if rest.first()? == &']' && count > 0 {
            return Some((accepted != negated, &rest[1..]));
        }
        let low = class_character(&mut rest)?;
        let high = match rest.split_first()? {
            ('-', tail) => {
                rest = tail;
                class_character(&mut rest)?
            }
            _ => low,
        };
        accepted |= (low..=high).contains(&character);
        count += 1;
    }
}

fn class_character(rest: &mut &[char]) -> Option<char> {
    let (mut first, mut tail) = rest.split_first()?;
    if matches!(first, '-' | ']') {
        return None;
    }
    if *first == '\\' {
        (first, tail) = tail.split_first()?;
    }
    *rest = tail;
    Some(*first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_ignore_as_helm_does() {
        let cases = [
            ("helm.txt", "helm.txt", false, true),
            ("helm.txt", "cargo/helm.txt", false, true),
            ("helm.*", "tiller.txt", false, false),
            ("*", "tiller.txt", false, true),
            ("*.txt", "mast/a.txt", false, true),
            ("/*.txt", "mast/a.txt", false, false),
            ("mast/*.txt", "mast/a.txt", false, true),
            ("mast/", "mast", true, true),
            ("mast/", "mast", false, false),
            ("cargo/a.txt", "ship/cargo/a.txt", false, false),
            ("!helm.txt", "helm.txt", false, false),
            ("!helm.txt", "other.txt", false, true),
            ("[a-c].txt", "b.txt", false, true),
            ("[^a-c].txt", "b.txt", false, false),
            ("a?c", "abc", false, true),
            ("a\\*c", "a*c", false, true),
            ("a*b*c", "aXbYbZc", false, true),
            ("  # comment", "# comment", false, false),
            ("ok", "templates/.dotfile", false, true),
            ("ok", "templates/.", true, false),
        ];
        for (rule, path, is_folder, expected) in cases {
            let (ignore, bad) = Ignore::parse(rule);
            assert!(bad.is_empty(), "{rule}");
            assert_eq!(ignore.ignores(path, is_folder), expected, "{rule} on {path}");
        }
    }

    #[test]
    fn unreadable_rules_are_told() {
        let (_, bad) = Ignore::parse("a\n**/x\n[a\n");
        assert_eq!(bad.iter().map(|rule| rule.line).collect::<Vec<_>>(), [2, 3]);
    }
}
