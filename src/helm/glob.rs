//! The glob patterns of `.Files.Glob`: `*` and `?` stop at `/`, `**` does not, `[a-z]`, `[!a]`,
//! `{a,b}` and `\` as usual.

use super::work::Work;

/// How deep `{…}` may nest.
const MAX_DEPTH: usize = 32;
/// The longest pattern that is read, in characters; it bounds the depth of the search.
const MAX_LENGTH: usize = 2048;

/// A compiled pattern.
#[derive(Debug, Clone)]
pub struct Glob {
    items: Vec<Item>,
}

#[derive(Debug, Clone)]
enum Item {
    Literal(char),
    /// `?`: any one character but the separator.
    One,
    /// `*`: any characters but the separator.
    Many,
    /// `**`: any characters.
    Everything,
    Class {
        negated: bool,
        ranges: Vec<(char, char)>,
    },
    Alternatives(Vec<Vec<Item>>),
}

impl Glob {
    /// Compiles a pattern; one that cannot be read matches every path, as in Helm.
    #[must_use]
    pub fn new(pattern: &str) -> Self {
        let characters: Vec<char> = pattern.chars().collect();
        let mut at = 0;
        let items = if characters.len() <= MAX_LENGTH { parse(&characters, &mut at, 0) } else { None };
        let items = items.filter(|_| at == characters.len());
        Self { items: items.unwrap_or_else(|| vec![Item::Everything]) }
    }

    /// Whether the whole path matches.
    ///
    /// # Errors
    /// If to find out takes more steps than the chart may take.
    pub fn matches(&self, path: &str, work: &mut Work) -> Result<bool, String> {
        let text: Vec<char> = path.chars().collect();
        let rest: Vec<&Item> = self.items.iter().collect();
        matches(&rest, &text, work)
    }
}

/// Reads items up to the end, or inside braces up to `,` or `}`.
fn parse(pattern: &[char], at: &mut usize, depth: usize) -> Option<Vec<Item>> {
    if depth > MAX_DEPTH {
        return None;
    }
    let mut items = Vec::new();
    while let Some(&character) = pattern.get(*at) {
        *at += 1;
        items.push(match character {
            '*' if pattern.get(*at) == Some(&'*') => {
                *at += 1;
                Item::Everything
            }
            '*' => Item::Many,
            '?' => Item::One,
            '[' => parse_class(pattern, at)?,
            '{' => Item::Alternatives(parse_alternatives(pattern, at, depth)?),
            ',' | '}' if depth > 0 => {
                *at -= 1;
                return Some(items);
            }
            '\\' => {
                *at += 1;
                Item::Literal(*pattern.get(*at - 1)?)
            }
            other => Item::Literal(other),
        });
    }
    (depth == 0).then_some(items)
}

fn parse_alternatives(pattern: &[char], at: &mut usize, depth: usize) -> Option<Vec<Vec<Item>>> {
    let mut alternatives = Vec::new();
    loop {
        alternatives.push(parse(pattern, at, depth + 1)?);
        *at += 1;
        match pattern.get(*at - 1)? {
            ',' => {}
            _ => return Some(alternatives),
        }
    }
}

fn parse_class(pattern: &[char], at: &mut usize) -> Option<Item> {
    let negated = pattern.get(*at) == Some(&'!');
    if negated {
        *at += 1;
    }
    let mut ranges = Vec::new();
    loop {
        let low = *pattern.get(*at)?;
        *at += 1;
        let low = match low {
            ']' if !ranges.is_empty() => return Some(Item::Class { negated, ranges }),
            ']' => return None,
            '\\' => {
                *at += 1;
                *pattern.get(*at - 1)?
            }
            other => other,
        };
        if pattern.get(*at) == Some(&'-') && pattern.get(*at + 1).is_some_and(|next| *next != ']') {
            let high = *pattern.get(*at + 1)?;
            if high < low {
                return None;
            }
            ranges.push((low, high));
            *at += 2;
        } else {
            ranges.push((low, low));
        }
    }
}

fn matches(items: &[&Item], text: &[char], work: &mut Work) -> Result<bool, String> {
    work.spend(1)?;
    let Some((item, rest)) = items.split_first() else { return Ok(text.is_empty()) };
    let accepts: &dyn Fn(char) -> bool = match item {
        Item::Literal(wanted) => &|character| character == *wanted,
        Item::One => &|character| character != '/',
        Item::Class { negated, ranges } => {
            &|character| ranges.iter().any(|(low, high)| (*low..=*high).contains(&character)) != *negated
        }
        Item::Many | Item::Everything => {
            let reach = match item {
                Item::Many => text.iter().position(|character| *character == '/').unwrap_or(text.len()),
                _ => text.len(),
            };
            for taken in 0..=reach {
                if matches(rest, &text[taken..], work)? {
                    return Ok(true);
                }
            }
            return Ok(false);
        }
        Item::Alternatives(alternatives) => {
            for alternative in alternatives {
                work.spend(rest.len())?;
                let joined: Vec<&Item> = alternative.iter().chain(rest.iter().copied()).collect();
                if matches(&joined, text, work)? {
                    return Ok(true);
                }
            }
            return Ok(false);
        }
    };
    match text.split_first() {
        Some((first, tail)) if accepts(*first) => matches(rest, tail, work),
        _ => Ok(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_paths() {
        let cases = [
            ("*.yaml", "a.yaml", true),
            ("*.yaml", "dir/a.yaml", false),
            ("**.yaml", "dir/a.yaml", true),
            ("dir/**", "dir/a/b", true),
            ("dir/**/b", "dir/b", false),
            ("dir/{a,b}.txt", "dir/b.txt", true),
            ("dir/{a,b*}/c", "dir/bcd/c", true),
            ("[!a].txt", "b.txt", true),
            ("[!a].txt", "a.txt", false),
            ("[a-c]x", "bx", true),
            ("a\\*", "a*", true),
            ("a\\*", "ab", false),
            ("?", "/", false),
            ("", "", true),
            ("[", "anything/at/all", true),
            ("{a", "anything", true),
        ];
        for (pattern, path, expected) in cases {
            assert_eq!(Glob::new(pattern).matches(path, &mut Work::default()), Ok(expected), "{pattern} {path}");
        }
    }

    #[test]
    fn hostile_patterns_end() {
        let ends = |pattern: &str, path: &str| Glob::new(pattern).matches(path, &mut Work::default());
        assert!(ends(&"{a,**}".repeat(200), &"b".repeat(2000)).is_ok());
        assert_eq!(ends(&"{".repeat(100_000), "a"), Ok(true));
        assert!(ends(&"*a".repeat(1000), &"b".repeat(4000)).is_ok());
        assert!(ends(&"*a".repeat(1000), &"ab".repeat(4000)).is_err());
    }
}
