//! `pg_hba.conf`: who may connect to which database from where, and how that is proved. The first line
//! that matches decides.

use std::ops::Range;

/// The most lines of one file.
const MOST: usize = 2000;

/// A line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// `local`, `host`, `hostssl`, `hostnossl`, `hostgssenc` or `hostnogssenc`.
    pub kind: String,
    /// Databases, or words such as `all` and `replication`.
    pub databases: Vec<String>,
    /// Users; `+` stands before a role whose members are meant.
    pub users: Vec<String>,
    /// Where from; none for local connections. A mask is written as a length.
    pub address: Option<String>,
    /// `scram-sha-256`, `trust`, `reject` and so on.
    pub method: String,
    /// Options of the method.
    pub options: Vec<(String, String)>,
    /// Its bytes.
    pub at: Range<usize>,
}

/// What a file holds.
#[derive(Debug, Default)]
pub struct Hba {
    /// Its lines, in order.
    pub lines: Vec<Line>,
    /// The bytes of lines that bring in other files.
    pub includes: Vec<Range<usize>>,
    /// The bytes of lines that are none of these.
    pub broken: Vec<Range<usize>>,
}

/// Reads a file.
#[must_use]
pub fn parse(text: &str) -> Hba {
    let mut found = Hba::default();
    let mut start = 0;
    let mut lines = text.split_inclusive('\n').take(MOST);
    while let Some(first) = lines.next() {
        let from = start;
        start += first.len();
        // A backslash at its end continues a line.
        while text.get(from..start).is_some_and(|line| line.trim_end_matches(['\n', '\r']).ends_with('\\')) {
            let Some(next) = lines.next() else { break };
            start += next.len();
        }
        let line = text.get(from..start).unwrap_or_default();
        let indent = line.len() - line.trim_start().len();
        let words = words(line);
        let at = from + indent..from + line.trim_end().len();
        match words.first().and_then(|first| first.first()) {
            None => {}
            Some(first) if matches!(first.as_str(), "include" | "include_if_exists" | "include_dir") => {
                found.includes.push(at);
            }
            Some(_) => match read(words, at.clone()) {
                Some(line) => found.lines.push(line),
                None => found.broken.push(at),
            },
        }
    }
    found
}

fn read(words: Vec<Vec<String>>, at: Range<usize>) -> Option<Line> {
    let mut words = words.into_iter();
    let kind = words.next()?.pop()?.to_ascii_lowercase();
    const KINDS: [&str; 6] = ["local", "host", "hostssl", "hostnossl", "hostgssenc", "hostnogssenc"];
    if !KINDS.contains(&kind.as_str()) {
        return None;
    }
    let databases = words.next()?;
    let users = words.next()?;
    let mut address = None;
    let mut method = words.next()?.pop()?;
    if kind != "local" {
        let mut place = method;
        method = words.next()?.pop()?;
        if let Some(length) = method.parse().ok().and_then(length) {
            place = format!("{place}/{length}");
            method = words.next()?.pop()?;
        }
        address = Some(place);
    }
    let options = words.flatten().filter_map(|option| {
        let (name, value) = option.split_once('=')?;
        Some((name.to_owned(), value.to_owned()))
    });
    Some(Line { kind, databases, users, address, method: method.to_ascii_lowercase(), options: options.collect(), at })
}

/// How many leading bits a mask keeps.
fn length(mask: std::net::IpAddr) -> Option<u32> {
    Some(match mask {
        std::net::IpAddr::V4(mask) => u32::from(mask).leading_ones(),
        std::net::IpAddr::V6(mask) => u128::from(mask).leading_ones(),
    })
}

/// The words of a line, each a list between commas. Quotes keep blanks and commas; `#` begins a
/// comment.
fn words(line: &str) -> Vec<Vec<String>> {
    let mut words: Vec<Vec<String>> = Vec::new();
    let mut word: Vec<String> = Vec::new();
    let mut item: Option<String> = None;
    let mut quoted = false;
    let mut joins = false;
    for next in line.chars() {
        let begins = item.is_none() && !next.is_whitespace() && !matches!(next, ',' | '\\' | '#');
        if begins && !joins && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if begins {
            joins = false;
        }
        match next {
            '"' => {
                quoted = !quoted;
                item.get_or_insert_default();
            }
            _ if quoted => item.get_or_insert_default().push(next),
            '#' => break,
            ',' => {
                word.extend(item.take());
                joins = true;
            }
            _ if next.is_whitespace() || next == '\\' => {
                word.extend(item.take());
            }
            _ => item.get_or_insert_default().push(next),
        }
    }
    word.extend(item);
    if !word.is_empty() {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_are_read_in_every_spelling() {
        let text = "# TYPE DATABASE\nlocal all all peer map=x\nhost a,b \"my user\", c 10.0.0.0 255.0.0.0 md5\n\
                    hostssl all +team \\\n  samenet scram-sha-256 clientcert=verify-full # c\ninclude x.conf\nhost all\n";
        let found = parse(text);
        let lines: Vec<String> = found
            .lines
            .iter()
            .map(|it| {
                let address = it.address.as_deref().unwrap_or("-");
                let (databases, users) = (it.databases.join("+"), it.users.join("|"));
                format!("{} {databases} {users} {address} {} {}", it.kind, it.method, it.options.len())
            })
            .collect();
        assert_eq!(
            lines,
            [
                "local all all - peer 1",
                "host a+b my user|c 10.0.0.0/8 md5 0",
                "hostssl all +team samenet scram-sha-256 1",
            ]
        );
        assert_eq!((found.includes.len(), found.broken.len()), (1, 1));
        assert_eq!(&text[found.broken[0].clone()], "host all");
    }

    proptest! {
        #[test]
        fn any_text_is_read_within_its_bounds(text in "(local|host|all|md5|10.0.0.1|255.0.0.0|\"|,|#|\\\\| |\n|é){0,40}") {
            let found = parse(&text);
            let places = found.lines.into_iter().map(|line| line.at).chain(found.includes).chain(found.broken);
            for at in places {
                prop_assert!(text.get(at).is_some());
            }
        }
    }
}
