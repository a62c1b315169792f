//! Reading fields out of a manifest: each step down remembers where a missing field would stand,
//! and each wrong type becomes a problem.

use super::sink::Sink;
use crate::model::Field;
use crate::source::{Problem, Reason, Span, Text};
use crate::syntax::{Entry, Flavour, Node, Provenance, Resolved, Style, Value};
use std::sync::Arc;

/// Why nothing can be said of what lies below a spot.
#[derive(Clone, Copy)]
enum Hidden<'t> {
    /// Nothing is hidden.
    No,
    /// A node above says so.
    Told(&'t Reason),
    /// A node above has the wrong type.
    Malformed(&'static str),
}

/// A place in a manifest: a node, or where it would have to be written.
#[derive(Clone, Copy)]
pub(super) struct Spot<'t> {
    /// The node; `None` if nothing (or a null) is written.
    pub node: Option<&'t Node>,
    /// The place of its key, or of the nearest parent's.
    pub at: Span,
    /// The way that the collection took in which this would be written, if it came from elsewhere.
    from: Option<&'t Arc<Provenance>>,
    key: &'t str,
    /// Whether this is an item of the list under `key`.
    item: bool,
    hidden: Hidden<'t>,
    sink: &'t Sink,
}

/// What stands for an entry: its key or, if its value is a collection that came from elsewhere as a
/// whole, that, with the way that it took.
fn place_of(entry: &Entry) -> (Span, Option<&Arc<Provenance>>) {
    let from = entry.value.provenance.as_ref().filter(|provenance| !provenance.origins.is_empty());
    match from.filter(|_| !matches!(entry.value.value, Value::Scalar(_))) {
        Some(from) => (Span { end: entry.value.span.start, ..entry.value.span }, Some(from)),
        None => (entry.key.span, None),
    }
}

impl<'t> Spot<'t> {
    /// The top of a manifest, or an item of a list; `at` is the place that stands for it.
    pub fn new(node: &'t Node, at: Span, key: &'t str, sink: &'t Sink) -> Self {
        let node = Some(node).filter(|node| exists(node));
        Self { node, at, from: None, key, item: false, hidden: Hidden::No, sink }.checked()
    }

    /// The same spot, told about at another place.
    pub fn placed(self, at: Span) -> Self {
        Self { at, ..self }
    }

    fn checked(mut self) -> Self {
        if let Some(reason) = self.node.and_then(told) {
            self.hidden = Hidden::Told(reason);
        }
        self
    }

    /// The value under a key. A parent that is no mapping is a problem.
    pub fn get(self, key: &'t str) -> Self {
        let mut spot = Self { node: None, key, item: false, ..self };
        let Some(node) = self.node else { return spot };
        if let Value::Mapping(mapping) = &node.value {
            if let Some(entry) = mapping.entry(key).filter(|entry| exists(&entry.value)) {
                spot.node = Some(&entry.value);
                (spot.at, spot.from) = place_of(entry);
            }
        } else if matches!(self.hidden, Hidden::No) {
            self.wrong("a mapping");
            spot.hidden = Hidden::Malformed("a mapping");
        }
        spot.checked()
    }

    /// Follows keys.
    pub fn path(self, keys: &[&'t str]) -> Self {
        keys.iter().fold(self, |spot, key| spot.get(key))
    }

    /// The items of a list, each standing at its own first byte. Anything else is a problem.
    pub fn items(self) -> impl Iterator<Item = Self> {
        let items: &'t [Node] = match self.node.map(|node| &node.value) {
            Some(Value::Sequence(items)) => items,
            Some(_) if matches!(self.hidden, Hidden::No) => {
                self.wrong("a list");
                &[]
            }
            Some(_) | None => &[],
        };
        items.iter().map(move |item| Self { item: true, ..Self::new(item, item.span, self.key, self.sink) })
    }

    /// The entries of a mapping. Anything else is a problem.
    pub fn entries(self) -> &'t [crate::syntax::Entry] {
        match self.node {
            Some(node) if node.as_mapping().is_some() => node.entries(),
            Some(_) if matches!(self.hidden, Hidden::No) => {
                self.wrong("a mapping");
                &[]
            }
            Some(_) | None => &[],
        }
    }

    /// Whether something is written here.
    pub fn is_written(self) -> bool {
        self.node.is_some()
    }

    /// Why what is written here cannot be seen, if that is so.
    pub fn reason(self) -> Option<Reason> {
        match self.hidden {
            Hidden::No => None,
            Hidden::Told(reason) => Some(reason.clone()),
            Hidden::Malformed(expected) => Some(Reason::Malformed { expected: expected.into() }),
        }
    }

    /// Reads the value with `read`; what that refuses is unknown, and a problem.
    pub fn field<T>(self, expected: &'static str, read: impl FnOnce(&'t Node) -> Option<T>) -> Field<T> {
        if let Some(reason) = self.reason() {
            let mut field = Field::unknown(reason, self.node.map_or(self.at, |node| node.span));
            field.provenance = self.node.and_then(|node| node.provenance.clone());
            return field;
        }
        let Some(node) = self.node else {
            return Field { provenance: self.from.cloned(), ..Field::absent(self.at) };
        };
        let field = Field::read(node, expected, |_| read(node));
        if field.reason().is_some() {
            self.wrong(expected);
        }
        field
    }

    /// A boolean.
    pub fn boolean(self) -> Field<bool> {
        self.field("true or false", |node| match Flavour::Kubernetes.resolve(node)? {
            Resolved::Boolean(value) => Some(value),
            _ => None,
        })
    }

    /// A whole number.
    pub fn integer(self) -> Field<i64> {
        self.field("a whole number", integer)
    }

    /// A word or a number, kept as text.
    pub fn string(self) -> Field<String> {
        self.field("a string", |node| node.text().map(str::to_owned))
    }

    /// Text that may be secret.
    pub fn guarded(self) -> Field<Text> {
        self.field("a string", |node| node.as_scalar().map(|scalar| scalar.text.clone()))
    }

    /// The characters, if a scalar is written; for names and selectors.
    pub fn text(self) -> Option<&'t str> {
        if self.reason().is_some() {
            return None;
        }
        let text = self.node?.text();
        if text.is_none() {
            self.wrong("a string");
        }
        text
    }

    /// Notes that something else than `expected` stands here.
    pub fn wrong(self, expected: &str) {
        if let Some(node) = self.node {
            let what = if self.item { "an item of " } else { "" };
            let quoted = node.as_scalar().is_some_and(|scalar| scalar.style == Style::Quoted);
            let literal = matches!(expected, "true or false" | "a whole number");
            let how = if quoted && literal { ", without quotes" } else { "" };
            let message = format!("{what}{} is {}; write {expected}{how}", self.key, node.describe());
            self.sink.push(Problem::error(node.span, message));
        }
    }

    /// Where defects go.
    pub fn sink(self) -> &'t Sink {
        self.sink
    }
}

/// A whole number as Kubernetes reads it.
pub(super) fn integer(node: &Node) -> Option<i64> {
    match Flavour::Kubernetes.resolve(node)? {
        Resolved::Integer(value) => Some(value),
        _ => None,
    }
}

/// A port by its number or by its name, as Services and probes refer to one.
pub(super) fn number_or_name(spot: Spot<'_>) -> Option<Result<i64, &str>> {
    let text = spot.text()?;
    Some(spot.node.and_then(integer).ok_or(text))
}

/// Gives what is absent the platform's default; the place where it would be written stays.
pub(super) fn or_default<T>(field: Field<T>, value: T) -> Field<T> {
    let Some(at) = field.at.filter(|_| field.is_absent()) else { return field };
    let default = Field::default(value, at);
    if field.origins().is_empty() {
        return default;
    }
    let origins = field.origins().iter().chain(default.origins()).cloned().collect();
    Field { provenance: Some(Arc::new(Provenance { origins, unknown: None })), ..default }
}

fn exists(node: &Node) -> bool {
    !node.is_null() || told(node).is_some()
}

fn told(node: &Node) -> Option<&Reason> {
    node.provenance.as_ref().and_then(|provenance| provenance.unknown.as_ref())
}
