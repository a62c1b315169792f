//! Values as they were read: JSON types, each with its place.

use crate::source::{SourceId, Span};
use std::collections::BTreeMap;
use std::rc::Rc;

/// A byte of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct At {
    /// The source.
    pub source: SourceId,
    /// The offset of the byte.
    pub offset: u32,
}

impl At {
    /// The place as an empty span.
    #[must_use]
    pub fn span(self) -> Span {
        Span { source: self.source, start: self.offset, end: self.offset }
    }
}

/// A value and where it stands. The text may hold secrets, so there is no `Debug`.
#[derive(Clone)]
pub struct Tree {
    /// Its first character; `None` for what no file holds.
    pub at: Option<At>,
    /// What it is.
    pub data: Data,
}

/// The types of JSON. Collections are shared, so clones and aliases cost nothing.
#[derive(Clone)]
pub enum Data {
    /// Nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number of the command line; files have only [`Data::Number`].
    Int(i64),
    /// Every number of a file, whole ones too; always finite.
    Number(f64),
    /// Text.
    String(Rc<str>, Layout),
    /// A list.
    List(Rc<[Tree]>),
    /// A map.
    Map(Rc<Table>),
}

/// A map: keys, with their own places, and values.
pub type Table = BTreeMap<Rc<str>, Entry>;

/// Whether the lines of a string are lines of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Plain, quoted or folded.
    Flow,
    /// A literal block: line for line the lines of the text from the string's place on.
    Lines,
}

/// A key of a map with its value.
#[derive(Clone)]
pub struct Entry {
    /// The place of the key.
    pub key_at: Option<At>,
    /// The value.
    pub value: Tree,
}

impl Tree {
    /// A value that no file holds.
    #[must_use]
    pub fn new(data: Data) -> Self {
        Self { at: None, data }
    }

    /// A string that no file holds.
    #[must_use]
    pub fn string(text: &str) -> Self {
        Self::new(Data::String(text.into(), Layout::Flow))
    }

    /// The value under a key; `None` if this is no map or has no such key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.as_map()?.get(key).map(|entry| &entry.value)
    }

    /// This value as a map.
    #[must_use]
    pub fn as_map(&self) -> Option<&Rc<Table>> {
        match &self.data {
            Data::Map(table) => Some(table),
            _ => None,
        }
    }

    /// The items of a list; none for anything else.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        match &self.data {
            Data::List(items) => items,
            _ => &[],
        }
    }

    /// The text of a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.data {
            Data::String(text, _) => Some(text),
            _ => None,
        }
    }

    /// How many values there are in it, itself included.
    #[must_use]
    pub fn size(&self) -> usize {
        1 + match &self.data {
            Data::List(items) => items.iter().map(Self::size).sum(),
            Data::Map(table) => table.values().map(|entry| entry.value.size()).sum(),
            _ => 0,
        }
    }

    /// Whether this is null.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self.data, Data::Null)
    }

    /// "a map", "a list", "a number"...: for messages.
    #[must_use]
    pub fn describe(&self) -> &'static str {
        match &self.data {
            Data::Null => "nothing",
            Data::Bool(_) => "a boolean",
            Data::Int(_) | Data::Number(_) => "a number",
            Data::String(..) => "a string",
            Data::List(_) => "a list",
            Data::Map(_) => "a map",
        }
    }
}
