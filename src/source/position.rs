//! Lines and columns, for people.

/// A place as people count: line and column both start at 1, and columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1, in characters.
    pub column: u32,
}

/// Bytes of a usual line of a config file.
const LINE: usize = 24;

/// Where the lines of a text begin; answers [`Position`]s in logarithmic time.
#[derive(Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Scans a text once. Lines end with LF or CRLF; a lone CR does not end one.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let breaks = memchr::memchr_iter(b'\n', text.as_bytes());
        let next = |offset: usize| u32::try_from(offset + 1).unwrap_or(u32::MAX);
        let mut starts = Vec::with_capacity(text.len() / LINE + 1);
        starts.push(0);
        starts.extend(breaks.map(next));
        Self { starts }
    }

    /// The position of a byte offset of `text`, which must be the text that was scanned.
    /// An offset behind the end answers the end.
    #[must_use]
    pub fn position(&self, text: &str, offset: u32) -> Position {
        let row = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let start = self.starts.get(row).copied().unwrap_or(0) as usize;
        let end = (offset as usize).min(text.len());
        let bytes = text.as_bytes().get(start..end).unwrap_or_default();
        let line = u32::try_from(row + 1).unwrap_or(u32::MAX);
        Position { line, column: characters(bytes).saturating_add(1) }
    }

    /// The positions of two byte offsets of `text`. Most ends are in the line of their beginning, which need not
    /// be looked for twice.
    #[must_use]
    pub fn positions(&self, text: &str, from: u32, to: u32) -> (Position, Position) {
        let first = self.position(text, from);
        let next = self.starts.get(first.line as usize);
        if to < from || next.is_some_and(|next| *next <= to) {
            return (first, self.position(text, to));
        }
        let inside = text.as_bytes().get(from as usize..(to as usize).min(text.len())).unwrap_or_default();
        (first, Position { line: first.line, column: first.column.saturating_add(characters(inside)) })
    }

    /// The byte range of a line (from 1) without its line break; `None` past the last line.
    #[must_use]
    pub fn line(&self, text: &str, line: u32) -> Option<std::ops::Range<usize>> {
        let row = (line as usize).checked_sub(1)?;
        let start = *self.starts.get(row)? as usize;
        let end = self.starts.get(row + 1).map_or(text.len(), |next| *next as usize - 1);
        let end = if text.as_bytes().get(start..end)?.last() == Some(&b'\r') { end - 1 } else { end };
        Some(start..end)
    }

    /// How many lines there are; an empty text has one.
    #[must_use]
    pub fn count(&self) -> usize {
        self.starts.len()
    }
}

/// How many characters begin in some bytes: that a split one is counted or not cannot panic.
fn characters(bytes: &[u8]) -> u32 {
    let count = bytes.iter().filter(|byte| (**byte & 0xC0) != 0x80).count();
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn two_positions_at_once_are_those_of_each(text in "[aé\r\n]{0,12}", from in 0_u32..20, to in 0_u32..20) {
            let index = LineIndex::new(&text);
            let each = (index.position(&text, from), index.position(&text, to));
            prop_assert_eq!(index.positions(&text, from, to), each);
        }
    }

    #[test]
    fn columns_count_characters_and_crlf_is_one_break() {
        let text = "a\r\nbé: x\nlast";
        let index = LineIndex::new(text);
        assert_eq!(index.position(text, 0), Position { line: 1, column: 1 });
        let x = u32::try_from(text.find('x').unwrap()).unwrap();
        assert_eq!(index.position(text, x), Position { line: 2, column: 5 });
        assert_eq!(index.line(text, 1), Some(0..1));
        assert_eq!(index.line(text, 3).map(|range| &text[range]), Some("last"));
        assert_eq!(index.line(text, 4), None);
        assert_eq!(index.position(text, 9999), Position { line: 3, column: 5 });
    }
}
