//! Texts whose parts remember where they came from.

use super::data::{Data, Value};
use super::origin::{Came, Origin, Part, Site};
use super::{MAX_PARTS, MAX_TEXT};
use std::ops::Range;
use std::rc::Rc;

/// Puts a text together.
#[derive(Default)]
pub struct Builder {
    /// The text so far.
    pub text: String,
    parts: Vec<Part>,
    site: Option<Site>,
    overflowed: bool,
}

impl Builder {
    /// An empty text.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How long the text is, in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// Whether nothing was added.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Whether the text grew too long; what is added then is lost.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.overflowed
    }

    fn mark(&mut self, origin: Option<Origin>, site: Option<Site>) {
        let start = offset(self.text.len());
        let site = site.or(self.site);
        let is_full = self.parts.len() >= MAX_PARTS;
        match self.parts.last_mut() {
            Some(last) if last.origin == origin && last.site == site => {}
            Some(last) if last.start == start => (last.origin, last.site) = (origin, site),
            Some(_) if is_full => {}
            _ => self.parts.push(Part { start, origin, site }),
        }
    }

    fn push(&mut self, text: &str) {
        if self.text.len() + text.len() > MAX_TEXT {
            self.overflowed = true;
        } else {
            self.text.push_str(text);
        }
    }

    /// Adds characters that belong to the expression itself.
    pub fn plain(&mut self, text: &str) {
        if !text.is_empty() {
            self.mark(None, None);
            self.push(text);
        }
    }

    /// Adds characters that belong to a place.
    pub fn place(&mut self, text: &str, origin: Option<Origin>, site: Option<Site>) {
        if !text.is_empty() {
            self.mark(origin, site);
            self.push(text);
        }
    }

    /// Adds characters that belong to whatever stands before them.
    pub fn same(&mut self, text: &str) {
        if self.parts.is_empty() { self.plain(text) } else { self.push(text) }
    }

    /// Adds a text that came from somewhere.
    pub fn came(&mut self, text: &str, came: &Came) {
        self.slice(text, came, 0..text.len());
    }

    /// Adds some bytes of a text that came from somewhere.
    pub fn slice(&mut self, text: &str, came: &Came, range: Range<usize>) {
        let Some(piece) = text.get(range.clone()) else { return };
        if piece.is_empty() {
            return;
        }
        match came {
            Came::Here => self.plain(piece),
            Came::From(origin) if origin.is_block => self.block(text, *origin, range),
            Came::From(origin) => self.place(piece, Some(*origin), None),
            Came::Parts(parts) => {
                let begin = offset(range.start);
                let first = parts.partition_point(|part| part.start <= begin).saturating_sub(1);
                for (index, part) in parts.iter().enumerate().skip(first) {
                    let from = (part.start as usize).max(range.start);
                    let to = parts.get(index + 1).map_or(text.len(), |next| next.start as usize).min(range.end);
                    if from >= range.end {
                        break;
                    }
                    if let Some(piece) = text.get(from..to) {
                        self.place(piece, part.origin, part.site);
                    }
                }
            }
        }
    }

    /// Adds a text that an action writes: what has no place yet gets the action's.
    pub fn write(&mut self, text: &str, came: &Came, site: Option<Site>) {
        self.site = site;
        self.came(text, came);
        self.site = None;
    }

    /// Adds some bytes of a text; what has no place yet gets `site`.
    pub fn write_slice(&mut self, text: &str, came: &Came, range: Range<usize>, site: Option<Site>) {
        self.site = site;
        self.slice(text, came, range);
        self.site = None;
    }

    /// Adds lines that are lines of a file.
    fn block(&mut self, text: &str, origin: Origin, range: Range<usize>) {
        let before = text[..range.start].matches('\n').count();
        for (index, line) in text[range].split_inclusive('\n').enumerate() {
            let below = u32::try_from(before + index).unwrap_or(u32::MAX);
            let origin = Origin { line: origin.line.saturating_add(below), is_block: false, ..origin };
            self.place(line, Some(origin), None);
        }
    }

    /// The text as a value.
    ///
    /// # Errors
    /// If it grew too long.
    pub fn finish(self) -> Result<Value, String> {
        if self.overflowed {
            return Err(too_long());
        }
        let came = self.source();
        Ok(Value { data: Data::Str(self.text.into()), came })
    }

    fn source(&self) -> Came {
        match self.parts.as_slice() {
            [] | [Part { origin: None, site: None, .. }] => Came::Here,
            [Part { origin: Some(origin), site: None, .. }] => Came::From(*origin),
            parts => Came::Parts(parts.into()),
        }
    }

    /// The text and all its parts.
    ///
    /// # Errors
    /// If it grew too long.
    pub fn into_parts(self) -> Result<(String, Vec<Part>), String> {
        if self.overflowed { Err(too_long()) } else { Ok((self.text, self.parts)) }
    }
}

/// What is wrong with a text beyond [`MAX_TEXT`].
#[must_use]
pub fn too_long() -> String {
    format!("the text grows beyond {} MiB", MAX_TEXT / 1024 / 1024)
}

fn offset(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

impl Value {
    /// Some bytes of this text, with their origins; the whole of anything but text.
    #[must_use]
    pub fn cut(&self, range: Range<usize>) -> Self {
        let Data::Str(text) = &self.data else { return self.clone() };
        if range == (0..text.len()) {
            return self.clone();
        }
        let mut builder = Builder::new();
        builder.slice(text, &self.came, range.clone());
        builder.finish().unwrap_or_else(|_| Self::nil())
    }

    /// The same text with a part for each line if its lines are lines of a file: who cuts many
    /// pieces out of it need not count the lines before each.
    #[must_use]
    pub fn by_lines(&self) -> Self {
        match (&self.data, &self.came) {
            (Data::Str(text), Came::From(origin)) if origin.is_block => {
                let mut builder = Builder::new();
                builder.came(text, &self.came);
                Self { data: self.data.clone(), came: builder.source() }
            }
            _ => self.clone(),
        }
    }

    /// The text with each match of `from` replaced by `to`, at most `limit` of them.
    ///
    /// # Errors
    /// If it grows too long.
    pub fn replace(&self, from: &str, to: &Self, limit: usize) -> Result<Self, String> {
        let (Data::Str(text), Data::Str(new)) = (&self.data, &to.data) else { return Ok(self.clone()) };
        let came = self.by_lines().came;
        let mut builder = Builder::new();
        if matches!((&came, &to.came), (Came::Here, Came::Here)) {
            let count = text.matches(from).take(limit).count();
            if text.len() + count.saturating_mul(new.len()) > MAX_TEXT {
                return Err(too_long());
            }
            builder.plain(&text.replacen(from, new, limit));
            return builder.finish();
        }
        let mut last = 0;
        for (at, found) in text.match_indices(from).take(limit) {
            builder.slice(text, &came, last..at);
            builder.came(new, &to.came);
            last = at + found.len();
            if builder.overflowed {
                break;
            }
        }
        builder.slice(text, &came, last..text.len());
        builder.finish()
    }

    /// A string slice shared with this value, if it is text.
    #[must_use]
    pub fn shared(&self) -> Option<Rc<str>> {
        match &self.data {
            Data::Str(text) => Some(text.clone()),
            _ => None,
        }
    }

    /// What a text may show in a message: parts that came from values or were made up are left out.
    #[must_use]
    pub fn redacted(&self) -> String {
        let Data::Str(text) = &self.data else { return self.type_name().to_owned() };
        let hidden = |origin: &Origin| origin.source != super::OriginSource::Template;
        match &self.came {
            Came::Here => text.to_string(),
            Came::From(origin) if hidden(origin) => "…".to_owned(),
            Came::From(_) => text.to_string(),
            Came::Parts(parts) => {
                let mut out = String::new();
                for (index, part) in parts.iter().enumerate() {
                    let end = parts.get(index + 1).map_or(text.len(), |next| next.start as usize);
                    match part.origin {
                        Some(origin) if hidden(&origin) => out.push('…'),
                        _ => out.push_str(text.get(part.start as usize..end).unwrap_or_default()),
                    }
                }
                out
            }
        }
    }
}
