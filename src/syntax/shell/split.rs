//! A line as words, where no shell runs: blanks separate, quotes and backslashes keep together.

use std::ops::Range;

/// The words of a command line that is written as one text, with their bytes in it. Nothing is filled
/// in, and `;`, `|` and `>` are letters like others: that is how Compose takes a text apart.
#[must_use]
pub fn split(line: &str) -> Vec<(Range<usize>, String)> {
    let mut words = Vec::new();
    let mut current: Option<(usize, String)> = None;
    let mut quote = None;
    let mut characters = line.char_indices();
    while let Some((at, next)) = characters.next() {
        match (quote, next) {
            (None, next) if next.is_whitespace() => {
                words.extend(current.take().map(|(start, word)| (start..at, word)));
            }
            (None, '"' | '\'') => {
                quote = Some(next);
                current.get_or_insert_with(|| (at, String::new()));
            }
            (Some(open), next) if open == next => quote = None,
            (None | Some('"'), '\\') => match characters.next() {
                // A line that goes on in the next one.
                Some((_, '\n')) => {}
                escaped => {
                    let (_, word) = current.get_or_insert_with(|| (at, String::new()));
                    word.extend(escaped.map(|(_, escaped)| escaped));
                }
            },
            (_, next) => current.get_or_insert_with(|| (at, String::new())).1.push(next),
        }
    }
    words.extend(current.map(|(start, word)| (start..line.len(), word)));
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::shell;

    fn quoted(word: &str) -> String {
        format!("'{}'", word.replace('\'', "'\\''"))
    }

    #[test]
    fn quotes_and_backslashes_keep_together() {
        for (line, words) in [
            ("a  b\tc\nd", vec!["a", "b", "c", "d"]),
            ("\"a b\" 'c \"d' e\\ f", vec!["a b", "c \"d", "e f"]),
            ("a\"b\"'c' \"\"", vec!["abc", ""]),
            ("run \\\n  --x", vec!["run", "--x"]),
            ("a;b | c > d $E", vec!["a;b", "|", "c", ">", "d", "$E"]),
            ("'it''s open", vec!["its open"]),
            ("sh -c \"pg_dump 'a b' > /x\" \\\"y", vec!["sh", "-c", "pg_dump 'a b' > /x", "\"y"]),
            ("\\", vec![""]),
            ("", vec![]),
        ] {
            assert_eq!(split(line).into_iter().map(|(_, word)| word).collect::<Vec<_>>(), words, "{line}");
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_quoted_comes_back(words in proptest::collection::vec("\\PC{0,8}", 0..5)) {
            let line: Vec<String> = words.iter().map(|word| quoted(word)).collect();
            let line = line.join(" ");
            let found: Vec<String> = split(&line).into_iter().map(|(_, word)| word).collect();
            proptest::prop_assert_eq!(&found, &words);
            // A shell reads the same.
            let (commands, _) = shell::parse(&line);
            let read: Vec<&str> =
                commands.iter().flat_map(|command| &command.words).filter_map(shell::Word::plain).collect();
            // Words such as `if` and `a=b` mean more at the beginning, quoted or not.
            if words.iter().all(|word| word.contains(' ')) {
                proptest::prop_assert_eq!(read, words);
            }
        }

        #[test]
        fn every_word_has_its_place(line in "[a-c \"'\\\\\n$;]{0,40}") {
            let mut end = 0;
            for (range, _) in split(&line) {
                proptest::prop_assert!(range.start >= end && range.end > range.start);
                proptest::prop_assert!(line.get(range.clone()).is_some());
                end = range.end;
            }
        }
    }
}
