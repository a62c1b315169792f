//! Reads the YAML that most files are written in without the whole grammar of YAML: one document
//! of maps and lists in block style, scalars on one line, literal blocks, short flow collections.
//!
//! What is not plainly of that kind, every error too, is left to the full reader. What is read
//! here is read as there, places included; a test holds one against the other.

#[cfg(test)]
mod agree;
mod scalar;

use super::tree::{At, Data, Entry, Table, Tree};
use crate::source::SourceId;
use scalar::{Scalar, name};
use std::rc::Rc;

/// How deep collections may nest here.
const MAX_DEPTH: usize = 50;
/// The longest key that is read here, in bytes.
const MAX_KEY: usize = 200;

/// The one document of a text; `None` if it takes the full reader to tell.
pub(super) fn only(text: &str, source: SourceId) -> Option<Tree> {
    if !text.bytes().all(is_usual) || (!text.is_ascii() && !text.chars().all(is_usual_character)) {
        return None;
    }
    let mut quick = Quick { text, source, at: 0, indent: None, depth: 0 };
    if quick.line_from(0).is_none() {
        // One line of dashes may stand before the document.
        let behind = text.get(quick.at..)?.strip_prefix("---\n")?;
        quick.line_from(text.len() - behind.len())?;
    }
    quick.indent?;
    let tree = quick.node()?;
    quick.indent.is_none().then_some(tree)
}

fn is_usual(byte: u8) -> bool {
    !matches!(byte, 0..=8 | 11..=31 | 127)
}

fn is_usual_character(character: char) -> bool {
    !matches!(character, '\u{80}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

struct Quick<'t> {
    text: &'t str,
    source: SourceId,
    /// The next byte; at the beginning of a node its first one.
    at: usize,
    /// The column of the node that begins at `at`; `None` at the end of the text.
    indent: Option<usize>,
    depth: usize,
}

impl<'t> Quick<'t> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn place(&self, offset: usize) -> Option<At> {
        Some(At { source: self.source, offset: u32::try_from(offset).unwrap_or(u32::MAX) })
    }

    fn blanks(&self, from: usize) -> usize {
        self.text.as_bytes().get(from..).unwrap_or_default().iter().take_while(|byte| **byte == b' ').count()
    }

    fn line_end(&self, from: usize) -> usize {
        self.text.get(from..).and_then(|rest| rest.find('\n')).map_or(self.text.len(), |end| from + end)
    }

    /// Goes to the first node that begins on a line from `start` on.
    fn line_from(&mut self, mut start: usize) -> Option<()> {
        loop {
            let column = self.blanks(start);
            self.at = start + column;
            match self.byte(self.at) {
                None => {
                    self.indent = None;
                    return Some(());
                }
                Some(b'\n') => start = self.at + 1,
                Some(b'#') => start = self.line_end(self.at) + 1,
                Some(b'\t') => return None,
                Some(b'-' | b'.' | b'%') if column == 0 && self.is_marker() => return None,
                Some(_) => {
                    self.indent = Some(column);
                    return Some(());
                }
            }
        }
    }

    /// Whether a line begins like one between documents.
    fn is_marker(&self) -> bool {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        rest.starts_with(b"---") || rest.starts_with(b"...") || rest.starts_with(b"%")
    }

    /// Goes behind what may follow a value on its line: blanks and a comment.
    fn finish_line(&mut self) -> Option<()> {
        let blanks = self.blanks(self.at);
        let next = self.at + blanks;
        match self.byte(next) {
            None => self.line_from(next),
            Some(b'\n') => self.line_from(next + 1),
            Some(b'#') if blanks > 0 => self.line_from((self.line_end(next) + 1).min(self.text.len())),
            Some(_) => None,
        }
    }

    fn is_item(&self) -> bool {
        self.byte(self.at) == Some(b'-') && matches!(self.byte(self.at + 1), None | Some(b' ' | b'\n'))
    }

    /// The collection that begins here.
    fn node(&mut self) -> Option<Tree> {
        if self.depth >= MAX_DEPTH {
            return None;
        }
        let column = self.indent?;
        self.depth += 1;
        let tree = if self.is_item() { self.list(column, false) } else { self.map(column) };
        self.depth -= 1;
        tree
    }

    /// A list; one at the column of its key is said to begin at its first item, not at the dash.
    fn list(&mut self, column: usize, is_flush: bool) -> Option<Tree> {
        let mut start = self.at;
        let mut items = Vec::new();
        while self.indent == Some(column) && self.is_item() {
            self.at += 1;
            let blanks = self.blanks(self.at);
            let content = self.at + blanks;
            match self.byte(content)? {
                b'\n' | b'#' => {
                    self.finish_line()?;
                    if is_flush && items.is_empty() {
                        start = self.at;
                    }
                    items.push(self.below(column)?);
                }
                _ => {
                    if is_flush && items.is_empty() {
                        start = content;
                    }
                    self.at = content;
                    self.indent = Some(column + 1 + blanks);
                    let is_nested = self.is_item() || self.is_key();
                    items.push(if is_nested { self.node()? } else { self.value(column)? });
                }
            }
        }
        self.closed(column)?;
        Some(Tree { at: self.place(start), data: Data::List(items.into()) })
    }

    fn map(&mut self, column: usize) -> Option<Tree> {
        let place = self.place(self.at);
        let mut entries = Table::new();
        while self.indent == Some(column) && !self.is_item() {
            let key = self.key()?;
            let key_at = self.place(key.start);
            let name = name(&key)?;
            let content = self.at + self.blanks(self.at);
            let value = match self.byte(content)? {
                b'\n' | b'#' => {
                    let colon = self.at - 1;
                    self.finish_line()?;
                    match self.indent {
                        Some(indent) if indent > column => self.below(column)?,
                        Some(indent) if indent == column && self.is_item() => self.list(column, true)?,
                        // Nothing is said to stand at the colon.
                        _ => Tree { at: self.place(colon), data: Data::Null },
                    }
                }
                _ => {
                    self.at = content;
                    self.value(column)?
                }
            };
            entries.insert(name, Entry { key_at, value });
        }
        self.closed(column)?;
        Some(Tree { at: place, data: Data::Map(Rc::new(entries)) })
    }

    /// What follows a collection has to stand further left, or be the next entry of a map that
    /// holds a list at its own column.
    fn closed(&self, column: usize) -> Option<()> {
        self.indent.is_none_or(|indent| indent <= column).then_some(())
    }

    /// A value on the lines below its key or dash.
    fn below(&mut self, column: usize) -> Option<Tree> {
        let is_deeper = self.indent? > column;
        if !is_deeper {
            return None;
        }
        if self.is_item() || self.is_key() { self.node() } else { self.value(column) }
    }

    /// Whether a key begins here.
    fn is_key(&mut self) -> bool {
        let at = self.at;
        let found = self.key().is_some();
        self.at = at;
        found
    }

    /// A key; goes behind its colon.
    fn key(&mut self) -> Option<Scalar<'t>> {
        let key = self.scalar(true)?;
        let is_short = self.at - key.start <= MAX_KEY;
        let is_closed = self.byte(self.at) == Some(b':') && matches!(self.byte(self.at + 1), Some(b' ' | b'\n'));
        self.at += 1;
        (is_short && is_closed).then_some(key)
    }

    /// A value that begins here, in a collection at a column; goes to the node behind it.
    fn value(&mut self, column: usize) -> Option<Tree> {
        let tree = match self.byte(self.at)? {
            b'|' => return self.literal(column),
            b'[' | b'{' => {
                let tree = self.flow(0)?;
                self.finish_line()?;
                tree
            }
            _ => {
                let mut scalar = self.scalar(false)?;
                let end = self.at;
                self.finish_line()?;
                if scalar.is_plain {
                    self.go_on(&mut scalar, column, end)?;
                }
                self.leaf(&scalar)?
            }
        };
        // A line further right goes on with this one, or is wrong.
        self.closed(column)?;
        Some(tree)
    }

    /// A flow collection on one line, of quoted texts and simple words; goes behind it.
    fn flow(&mut self, depth: usize) -> Option<Tree> {
        if depth >= MAX_DEPTH {
            return None;
        }
        let place = self.place(self.at);
        let is_map = self.byte(self.at) == Some(b'{');
        let close = if is_map { b'}' } else { b']' };
        let (mut items, mut entries) = (Vec::new(), Table::new());
        self.at += 1 + self.blanks(self.at + 1);
        while self.byte(self.at)? != close {
            if is_map {
                let key = self.flow_scalar()?;
                if self.byte(self.at)? != b':' || self.byte(self.at + 1)? != b' ' {
                    return None;
                }
                self.at += 1 + self.blanks(self.at + 1);
                let value = self.flow_value(depth)?;
                entries.insert(name(&key)?, Entry { key_at: self.place(key.start), value });
            } else {
                items.push(self.flow_value(depth)?);
            }
            self.at += self.blanks(self.at);
            match self.byte(self.at)? {
                b',' => {
                    self.at += 1 + self.blanks(self.at + 1);
                    if self.byte(self.at)? == close {
                        return None;
                    }
                }
                byte if byte == close => {}
                _ => return None,
            }
        }
        self.at += 1;
        let data = if is_map { Data::Map(Rc::new(entries)) } else { Data::List(items.into()) };
        Some(Tree { at: place, data })
    }

    fn flow_value(&mut self, depth: usize) -> Option<Tree> {
        match self.byte(self.at)? {
            b'[' | b'{' => self.flow(depth + 1),
            _ => {
                let scalar = self.flow_scalar()?;
                self.leaf(&scalar)
            }
        }
    }
}
