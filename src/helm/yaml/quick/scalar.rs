//! Scalars on their own: plain ones, quoted ones and literal blocks.

use super::Quick;
use crate::helm::yaml::plain::{self, Plain};
use crate::helm::yaml::tree::{Data, Layout, Tree};
use std::borrow::Cow;
use std::rc::Rc;

/// A scalar as it was written: its text, where it begins, and whether it stands without quotes.
pub(super) struct Scalar<'t> {
    pub(super) text: Cow<'t, str>,
    pub(super) start: usize,
    pub(super) is_plain: bool,
}

impl<'t> Quick<'t> {
    /// A scalar on one line; goes behind it.
    pub(super) fn scalar(&mut self, is_key: bool) -> Option<Scalar<'t>> {
        match self.byte(self.at)? {
            b'"' => self.double(),
            b'\'' => self.single(),
            _ => self.plain(is_key),
        }
    }

    fn plain(&mut self, is_key: bool) -> Option<Scalar<'t>> {
        let start = self.at;
        let bytes = self.text.as_bytes().get(start..)?;
        let begins = match bytes.first()? {
            b'-' => bytes.get(1).is_some_and(|next| !matches!(next, b' ' | b'\n')),
            first => first.is_ascii_alphanumeric() || b"_./$(+=~^;<\\".contains(first),
        };
        if !begins {
            return None;
        }
        let mut end = bytes.len();
        for (index, byte) in bytes.iter().enumerate() {
            match byte {
                b'\n' => {
                    end = index;
                    break;
                }
                b'\t' => return None,
                b':' if matches!(bytes.get(index + 1), None | Some(b' ' | b'\n' | b'\t')) => {
                    if !is_key {
                        return None;
                    }
                    end = index;
                    break;
                }
                b'#' if bytes.get(index.wrapping_sub(1)) == Some(&b' ') => {
                    end = index;
                    break;
                }
                _ => {}
            }
        }
        let text = self.text.get(start..start + end)?;
        let trimmed = text.trim_end_matches(' ');
        self.at = start + trimmed.len();
        Some(Scalar { text: Cow::Borrowed(trimmed), start, is_plain: true })
    }

    fn double(&mut self) -> Option<Scalar<'t>> {
        let start = self.at;
        let inner = self.text.get(start + 1..self.line_end(start))?;
        let mut escapes = false;
        let mut bytes = inner.bytes().enumerate();
        let end = loop {
            match bytes.next()? {
                (at, b'"') => break at,
                (_, b'\\') => {
                    escapes = true;
                    if !matches!(bytes.next()?.1, b'"' | b'\\' | b'n') {
                        return None;
                    }
                }
                (_, b'\t') => return None,
                _ => {}
            }
        };
        let inner = inner.get(..end)?;
        self.at = start + end + 2;
        let text = if escapes { Cow::Owned(unescaped(inner)) } else { Cow::Borrowed(inner) };
        Some(Scalar { text, start, is_plain: false })
    }

    fn single(&mut self) -> Option<Scalar<'t>> {
        let start = self.at;
        let inner = self.text.get(start + 1..self.line_end(start))?;
        if inner.contains('\t') {
            return None;
        }
        let mut from = 0;
        let end = loop {
            let quote = from + inner.get(from..)?.find('\'')?;
            if inner.as_bytes().get(quote + 1) != Some(&b'\'') {
                break quote;
            }
            from = quote + 2;
        };
        let inner = inner.get(..end)?;
        self.at = start + end + 2;
        let text = if from > 0 { Cow::Owned(inner.replace("''", "'")) } else { Cow::Borrowed(inner) };
        Some(Scalar { text, start, is_plain: false })
    }

    pub(super) fn leaf(&self, scalar: &Scalar<'_>) -> Option<Tree> {
        let text = || Data::String(scalar.text.as_ref().into(), Layout::Flow);
        let data = match if scalar.is_plain { plain::resolve(&scalar.text) } else { Plain::String } {
            Plain::String | Plain::Timestamp => text(),
            Plain::Bool(value) => Data::Bool(value),
            #[expect(clippy::cast_precision_loss, reason = "JSON has only floats")]
            Plain::Int(value) => Data::Number(value as f64),
            Plain::Float(value) if value.is_finite() => Data::Number(value),
            Plain::Null => Data::Null,
            Plain::Float(_) | Plain::Unsigned(_) | Plain::Merge => return None,
        };
        Some(Tree { at: self.place(scalar.start), data })
    }

    /// The further lines of a plain scalar that ended at `end` so far.
    pub(super) fn go_on(&mut self, scalar: &mut Scalar<'t>, column: usize, mut end: usize) -> Option<()> {
        while let Some(indent) = self.indent.filter(|indent| *indent > column) {
            let line = self.text.get(self.at..self.line_end(self.at))?;
            let is_next = self.text.get(end..self.at - indent).is_some_and(|between| between.trim_matches(' ') == "\n");
            if !is_next || line.contains('\t') || line.contains(": ") || line.contains(" #") || line.ends_with(':') {
                return None;
            }
            let line = line.trim_end_matches(' ');
            scalar.text.to_mut().extend([" ", line]);
            end = self.at + line.len();
            self.line_from(self.line_end(end) + 1)?;
        }
        Some(())
    }

    pub(super) fn flow_scalar(&mut self) -> Option<Scalar<'t>> {
        match self.byte(self.at)? {
            b'"' => return self.double(),
            b'\'' => return self.single(),
            first if first.is_ascii_alphanumeric() => {}
            _ => return None,
        }
        let start = self.at;
        let rest = self.text.as_bytes().get(start..)?;
        let is_simple = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_./%+-".contains(byte);
        let end = start + rest.iter().take_while(is_simple).count();
        self.at = end;
        matches!(self.byte(end)?, b' ' | b',' | b':' | b']' | b'}').then_some(())?;
        Some(Scalar { text: Cow::Borrowed(self.text.get(start..end)?), start, is_plain: true })
    }

    /// A literal block in a collection at a column.
    pub(super) fn literal(&mut self, column: usize) -> Option<Tree> {
        let chomping = self.byte(self.at + 1).filter(|byte| matches!(byte, b'-' | b'+'));
        let header = self.at + 1 + usize::from(chomping.is_some());
        if self.byte(header + self.blanks(header))? != b'\n' {
            return None;
        }
        let first = header + self.blanks(header) + 1;
        let inner = self.blanks(first);
        if inner <= column || matches!(self.byte(first + inner), None | Some(b'\n' | b'\t')) {
            return None;
        }
        let mut text = String::new();
        let mut breaks = 0;
        let mut line = first;
        let mut is_cut = false;
        while line < self.text.len() {
            let blanks = self.blanks(line);
            let end = self.line_end(line);
            let is_blank = line + blanks == end;
            if is_blank && blanks <= inner {
                if end == self.text.len() {
                    return None;
                }
                breaks += 1;
                line = end + 1;
                continue;
            }
            if blanks < inner {
                break;
            }
            (0..breaks).for_each(|_| text.push('\n'));
            text.push_str(self.text.get(line + inner..end)?);
            is_cut = end == self.text.len();
            breaks = usize::from(!is_cut);
            line = (end + 1).min(self.text.len());
        }
        match chomping {
            Some(b'-') => {}
            Some(_) => (0..breaks).for_each(|_| text.push('\n')),
            None if !is_cut => text.push('\n'),
            None => {}
        }
        // A comment between the block and what holds it is left to the full reader.
        if line < self.text.len() && self.blanks(line) > column {
            return None;
        }
        self.line_from(line)?;
        self.closed(column)?;
        Some(Tree { at: self.place(first + inner), data: Data::String(text.into(), Layout::Lines) })
    }
}

/// What a key is called.
pub(super) fn name(key: &Scalar<'_>) -> Option<Rc<str>> {
    match if key.is_plain { plain::resolve(&key.text) } else { Plain::String } {
        Plain::String | Plain::Timestamp => Some(key.text.as_ref().into()),
        Plain::Bool(value) => Some(if value { "true" } else { "false" }.into()),
        Plain::Int(value) => Some(value.to_string().into()),
        Plain::Null | Plain::Unsigned(_) | Plain::Float(_) | Plain::Merge => None,
    }
}

fn unescaped(inner: &str) -> String {
    let mut text = String::with_capacity(inner.len());
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        match (character, characters.as_str().chars().next()) {
            ('\\', Some(escaped)) => {
                characters.next();
                text.push(if escaped == 'n' { '\n' } else { escaped });
            }
            _ => text.push(character),
        }
    }
    text
}
