//! The one tree that YAML, JSON, TOML, `.env` and the other grammars are read into.

use crate::source::{Origin, Problem, Reason, Span, Text};
use std::sync::Arc;

/// What a parser made of one text: the documents that could be read, and what was wrong.
#[derive(Debug, Default)]
pub struct Parsed {
    /// In the order of the text. A document that does not parse is left out, the others stay.
    pub documents: Vec<Document>,
    /// Defects, in the order of the text.
    pub problems: Vec<Problem>,
}

/// One parsed unit of a text: a YAML document, a whole JSON, TOML or `.env` file.
#[derive(Debug, Clone)]
pub struct Document {
    /// The top-level value.
    pub root: Node,
    /// Where the comments are, `#` included, in order.
    pub comments: Arc<[Span]>,
}

/// A value and where it stands.
///
/// Cloning is cheap: collections are shared. A YAML alias is a clone of the node it names, with the
/// span of the definition and an origin step for the alias.
#[derive(Debug, Clone)]
pub struct Node {
    /// The bytes of the value, quotes included, tag and anchor not.
    pub span: Span,
    /// What the value is.
    pub value: Value,
    /// A tag such as `!reset` or `tag:yaml.org,2002:str`, as resolved by the parser.
    pub tag: Option<Arc<str>>,
    /// How the value came here, if it was not simply written here.
    pub provenance: Option<Arc<Provenance>>,
}

/// How a value came to its place.
#[derive(Debug, Clone, Default)]
pub struct Provenance {
    /// From the place to edit to the point of use.
    pub origins: Vec<Origin>,
    /// Why the value is not known although something stands there, such as an unset variable.
    pub unknown: Option<Reason>,
}

/// The three shapes of a value.
#[derive(Debug, Clone)]
pub enum Value {
    /// Text whose type depends on the flavour of the document; an empty plain one is a null.
    Scalar(Scalar),
    /// A list.
    Sequence(Arc<[Node]>),
    /// Keys and values in order.
    Mapping(Mapping),
}

/// A scalar as written, after unescaping.
#[derive(Debug, Clone)]
pub struct Scalar {
    /// The characters.
    pub text: Text,
    /// How it was written, which decides whether it can be anything but a string.
    pub style: Style,
}

/// How a scalar was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Style {
    /// Without quotes: its type is up to the flavour.
    Plain,
    /// Quoted, single or double: always a string.
    Quoted,
    /// A YAML block scalar, literal or folded: always a string.
    Block,
}

/// The entries of a mapping. After parsing keys are unique and YAML merge keys are resolved:
/// merged entries follow the written ones and keep the spans of their definition.
#[derive(Debug, Clone, Default)]
pub struct Mapping {
    /// In the order of the text, then merged ones.
    pub entries: Arc<[Entry]>,
}

/// A key with its value.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The key; a scalar in all but exotic YAML.
    pub key: Node,
    /// The value.
    pub value: Node,
}

impl Entry {
    /// The key's text; empty if the key is not a scalar.
    #[must_use]
    pub fn name(&self) -> &str {
        self.key.text().unwrap_or_default()
    }

    /// Key and value together.
    #[must_use]
    pub fn span(&self) -> Span {
        self.key.span.to(self.value.span)
    }
}

impl Mapping {
    /// These entries.
    #[must_use]
    pub fn new(entries: Vec<Entry>) -> Self {
        Self { entries: entries.into() }
    }

    /// The entry with this key.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.name() == key)
    }
}

impl Node {
    /// A node that was written where it stands.
    #[must_use]
    pub fn new(span: Span, value: Value) -> Self {
        Self { span, value, tag: None, provenance: None }
    }

    /// A scalar that was written where it stands.
    #[must_use]
    pub fn scalar(span: Span, text: impl Into<Text>, style: Style) -> Self {
        Self::new(span, Value::Scalar(Scalar { text: text.into(), style }))
    }

    /// The value under a key of a mapping; `None` if this is no mapping or has no such key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The entry under a key of a mapping, for the position of the key.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.as_mapping()?.entry(key)
    }

    /// Follows keys into nested mappings.
    #[must_use]
    pub fn at(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The entries, or none if this is no mapping.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        self.as_mapping().map_or(&[], |mapping| &mapping.entries)
    }

    /// The items, or none if this is no sequence.
    #[must_use]
    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::Sequence(items) => items,
            Value::Scalar(_) | Value::Mapping(_) => &[],
        }
    }

    /// This node as a mapping.
    #[must_use]
    pub fn as_mapping(&self) -> Option<&Mapping> {
        match &self.value {
            Value::Mapping(mapping) => Some(mapping),
            Value::Scalar(_) | Value::Sequence(_) => None,
        }
    }

    /// This node as a scalar.
    #[must_use]
    pub fn as_scalar(&self) -> Option<&Scalar> {
        match &self.value {
            Value::Scalar(scalar) => Some(scalar),
            Value::Sequence(_) | Value::Mapping(_) => None,
        }
    }

    /// The characters of a scalar, whatever its type. They may be secret; see [`Text::expose`].
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.as_scalar().map(|scalar| scalar.text.expose())
    }

    /// Whether this is a null: an empty plain scalar, `~` or `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.as_scalar().is_some_and(|scalar| {
            scalar.style == Style::Plain && matches!(scalar.text.expose(), "" | "~" | "null" | "Null" | "NULL")
        })
    }

    /// "a mapping", "a list", "a string"...: for messages.
    #[must_use]
    pub fn describe(&self) -> &'static str {
        match &self.value {
            Value::Mapping(_) => "a mapping",
            Value::Sequence(_) => "a list",
            Value::Scalar(_) if self.is_null() => "nothing",
            Value::Scalar(scalar) if scalar.style == Style::Plain => "a plain value",
            Value::Scalar(_) => "a string",
        }
    }

    /// The steps by which the value came here; empty if it was simply written here.
    #[must_use]
    pub fn origins(&self) -> &[Origin] {
        self.provenance.as_ref().map_or(&[], |provenance| &provenance.origins)
    }
}
