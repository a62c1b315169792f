//! Collections under construction: spans, duplicate keys and merge keys.

use super::anchors::referenced;
use crate::source::Span;
use crate::syntax::keys::Entries;
use crate::syntax::limits::{Limits, Report};
use crate::syntax::tree::{Entry, Node, Style, Value};
use std::sync::Arc;

/// A finished value and what it costs.
#[derive(Clone)]
pub(super) struct Built {
    pub(super) node: Node,
    /// Where its text ends; for an alias the alias itself, not the value that it names.
    pub(super) end: usize,
    /// Values in it, itself included, aliases followed.
    pub(super) weight: usize,
    /// Nesting in it: 0 for a scalar.
    pub(super) height: usize,
}

/// A collection that is not closed yet.
pub(super) struct Frame {
    pub(super) start: usize,
    end: usize,
    pub(super) anchor: usize,
    pub(super) tag: Option<Arc<str>>,
    weight: usize,
    height: usize,
    shape: Shape,
}

enum Shape {
    List(Vec<Node>),
    Map(Map),
}

#[derive(Default)]
struct Map {
    entries: Entries,
    key: Option<Node>,
    /// What `<<` names, in order, with the span of each.
    merges: Vec<(Node, Span)>,
}

impl Frame {
    pub(super) fn list(start: usize, anchor: usize, tag: Option<Arc<str>>) -> Self {
        Self { start, end: start, anchor, tag, weight: 1, height: 0, shape: Shape::List(Vec::new()) }
    }

    pub(super) fn map(start: usize, anchor: usize, tag: Option<Arc<str>>) -> Self {
        Self { start, end: start, anchor, tag, weight: 1, height: 0, shape: Shape::Map(Map::default()) }
    }

    /// Takes the next item, key or value, which stands at `place`.
    pub(super) fn add(&mut self, built: Built, place: Span, limits: &Limits, report: &mut Report) {
        self.end = self.end.max(built.end);
        self.start = self.start.min(place.start as usize);
        self.weight = self.weight.saturating_add(built.weight);
        self.height = self.height.max(built.height);
        match &mut self.shape {
            Shape::List(items) => items.push(built.node),
            Shape::Map(map) => match map.key.take() {
                None => map.key = Some(built.node),
                Some(key) if is_merge(&key) => map.merges.push((built.node, place)),
                Some(key) => map.entries.add(Entry { key, value: built.node }, limits, report),
            },
        }
    }

    /// Whether this is a mapping whose next value is a key.
    pub(super) fn wants_key(&self) -> bool {
        matches!(&self.shape, Shape::Map(map) if map.key.is_none())
    }

    /// The finished collection. `end` is behind its closing bracket, if it has one.
    pub(super) fn close(self, end: Option<usize>, report: &mut Report) -> Built {
        let end = end.unwrap_or(self.end).max(self.end);
        let value = match self.shape {
            Shape::List(items) => Value::Sequence(items.into()),
            Shape::Map(mut map) => {
                map.merge(report);
                Value::Mapping(map.entries.finish())
            }
        };
        let mut node = Node::new(report.span(self.start, end), value);
        node.tag = self.tag;
        Built { node, end, weight: self.weight, height: self.height + 1 }
    }
}

/// `<<` is a merge key when it is plain and not tagged otherwise.
fn is_merge(key: &Node) -> bool {
    key.as_scalar().is_some_and(|scalar| scalar.style == Style::Plain && scalar.text.expose() == "<<")
}

impl Map {
    /// Appends what `<<` names: written keys win, then what is named first.
    fn merge(&mut self, report: &mut Report) {
        for (node, place) in std::mem::take(&mut self.merges) {
            match &node.value {
                Value::Mapping(_) => self.merge_from(&node, place),
                Value::Sequence(items) => {
                    for item in items.iter() {
                        // An item that is an alias names its own place in the list.
                        let step = item.origins().last().and_then(|origin| origin.span).unwrap_or(place);
                        match item.as_mapping() {
                            Some(_) => self.merge_from(item, step),
                            None => refuse(item, step, report),
                        }
                    }
                }
                Value::Scalar(_) => refuse(&node, place, report),
            }
        }
    }

    fn merge_from(&mut self, node: &Node, place: Span) {
        let is_written_here = place.covers(node.span);
        for entry in node.entries() {
            if self.entries.position(&entry.key).is_some() {
                continue;
            }
            let mut entry = entry.clone();
            if !is_written_here {
                entry.value = referenced(entry.value, place);
            }
            self.entries.push(entry);
        }
    }
}

/// What `<<` names is no mapping. An alias without a value was reported already.
fn refuse(node: &Node, place: Span, report: &mut Report) {
    let is_reported = node.provenance.as_ref().is_some_and(|provenance| provenance.unknown.is_some());
    if !is_reported {
        let found = node.describe();
        report.error(
            place.start as usize,
            place.end as usize,
            format!("`<<` merges mappings, but this is {found}; name a mapping or a list of mappings"),
        );
    }
}
