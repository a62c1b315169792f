//! How the table is shown.

use super::Paths;
use crate::findings::Verdict;

/// How a report is shown.
#[derive(Debug, Clone)]
pub struct Options {
    /// Columns of the terminal.
    pub width: usize,
    /// Verdicts listed beside failures.
    pub shown: Vec<Verdict>,
    /// Whether every row is listed, however many there are alike.
    pub all: bool,
    /// Whether each finding shows its lines, the way of its value, and the fix.
    pub verbose: bool,
    /// Whether only the last line is written.
    pub quiet: bool,
    /// How paths are shown.
    pub paths: Paths,
}

/// A text broken at blanks to a width in columns; all lines but the first are indented.
#[must_use]
pub fn wrapped(text: &str, width: usize, indent: usize) -> String {
    let mut lines = String::with_capacity(text.len() + 16);
    let mut column = indent;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if column > indent && column + 1 + length > width {
            lines.push('\n');
            lines.push_str(&" ".repeat(indent));
            column = indent;
        } else if column > indent {
            lines.push(' ');
            column += 1;
        }
        lines.push_str(word);
        column += length;
    }
    lines
}
