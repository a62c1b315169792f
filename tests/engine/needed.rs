//! What every rule needs, for those of tests that do not write it themselves.

use std::fmt::Write;

/// What every rule needs beside its id.
pub const NEEDED: [(&str, &str); 6] = [
    ("title", "All is well"),
    ("why", "It breaks"),
    ("fix", "Mend it"),
    ("category", "hygiene"),
    ("severity", "high"),
    ("for", "container"),
];

/// A rule as it is written, with what it leaves out behind it; all but one key, if that is named.
pub fn completed(rule: &str, id: &str, without: &str) -> String {
    let mut text = rule.to_owned();
    if !text.ends_with('\n') {
        text.push('\n');
    }
    for (key, value) in [("id", id)].into_iter().chain(NEEDED) {
        let is_there = rule.lines().any(|line| line.strip_prefix(key).is_some_and(|rest| rest.starts_with(':')));
        if !is_there && key != without {
            writeln!(text, "{key}: {value}").unwrap();
        }
    }
    text
}
