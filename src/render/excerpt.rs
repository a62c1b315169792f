//! A line of a file with a mark under what is meant.

use super::visible::visible;
use crate::findings::Location;

/// Two lines: the text with its number, and marks under it. Nothing where there is no line.
pub(super) fn excerpt(location: &Location) -> Option<[String; 2]> {
    let line = location.line.as_ref().filter(|line| !line.text.is_empty())?;
    let number = location.start.line.to_string();
    let margin = " ".repeat(number.len());
    let before: String = line.text.chars().take(line.marked.start).collect();
    let meant: String = line.text.chars().skip(line.marked.start).take(line.marked.len()).collect();
    let blanks = " ".repeat(width(&visible(&before)));
    let marks = "^".repeat(width(&visible(&meant)).max(1));
    Some([format!("{number} | {}", visible(&line.text)), format!("{margin} | {blanks}{marks}")])
}

/// Columns that a text takes on a terminal: two for East Asian wide characters.
fn width(text: &str) -> usize {
    text.chars()
        .map(|character| match character as u32 {
            0x300..=0x36f => 0,
            0x1100..=0x115f
            | 0x2e80..=0xa4cf
            | 0xac00..=0xd7a3
            | 0xf900..=0xfaff
            | 0xfe30..=0xfe6f
            | 0xff00..=0xff60
            | 0xffe0..=0xffe6
            | 0x1f300..=0x1faff
            | 0x20000..=0x3fffd => 2,
            _ => 1,
        })
        .sum()
}
