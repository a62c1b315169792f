//! Collections under construction: spans, duplicate keys and merge keys.

use super::anchors::referenced;
use crate::source::{Span, Text};
use crate::syntax::limits::{Limits, Report};
use crate::syntax::tree::{Entry, Mapping, Node, Style, Value};
use std::collections::HashMap;
use std::sync::Arc;

/// Up to this many entries a key is looked for one by one.
const SMALL: usize = 16;

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
    Map(Entries),
}

#[derive(Default)]
struct Entries {
    list: Vec<Entry>,
    /// Positions in the list by key, once the list is long.
    index: HashMap<Text, usize>,
    key: Option<Node>,
    /// What `<<` names, in order, with the span of each.
    merges: Vec<(Node, Span)>,
}

impl Frame {
    pub(super) fn list(start: usize, anchor: usize, tag: Option<Arc<str>>) -> Self {
        Self { start, end: start, anchor, tag, weight: 1, height: 0, shape: Shape::List(Vec::new()) }
    }

    pub(super) fn map(start: usize, anchor: usize, tag: Option<Arc<str>>) -> Self {
        Self { start, end: start, anchor, tag, weight: 1, height: 0, shape: Shape::Map(Entries::default()) }
    }

    /// Takes the next item, key or value, which stands at `place`.
    pub(super) fn add(&mut self, built: Built, place: Span, limits: &Limits, report: &mut Report) {
        self.end = self.end.max(built.end);
        self.start = self.start.min(place.start as usize);
        self.weight = self.weight.saturating_add(built.weight);
        self.height = self.height.max(built.height);
        match &mut self.shape {
            Shape::List(items) => items.push(built.node),
            Shape::Map(entries) => match entries.key.take() {
                None => entries.key = Some(built.node),
                Some(key) if is_merge(&key) => entries.merges.push((built.node, place)),
                Some(key) => entries.add(Entry { key, value: built.node }, limits, report),
            },
        }
    }

    /// Whether this is a mapping whose next value is a key.
    pub(super) fn wants_key(&self) -> bool {
        matches!(&self.shape, Shape::Map(entries) if entries.key.is_none())
    }

    /// The finished collection. `end` is behind its closing bracket, if it has one.
    pub(super) fn close(self, end: Option<usize>, report: &mut Report) -> Built {
        let end = end.unwrap_or(self.end).max(self.end);
        let value = match self.shape {
            Shape::List(items) => Value::Sequence(items.into()),
            Shape::Map(mut entries) => {
                entries.merge(report);
                Value::Mapping(Arc::new(Mapping { entries: entries.list }))
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

impl Entries {
    fn position(&mut self, key: &Node) -> Option<usize> {
        let scalar = key.as_scalar()?;
        let same = |entry: &Entry| entry.key.as_scalar().is_some_and(|other| other.text == scalar.text);
        if self.list.len() <= SMALL {
            return self.list.iter().position(same);
        }
        if self.index.is_empty() {
            let keys = self.list.iter().enumerate();
            self.index = keys.filter_map(|(at, entry)| Some((entry.key.as_scalar()?.text.clone(), at))).collect();
        }
        self.index.get(&scalar.text).copied()
    }

    fn push(&mut self, entry: Entry) {
        if !self.index.is_empty()
            && let Some(scalar) = entry.key.as_scalar()
        {
            self.index.insert(scalar.text.clone(), self.list.len());
        }
        self.list.push(entry);
    }

    fn add(&mut self, entry: Entry, limits: &Limits, report: &mut Report) {
        let Some(at) = self.position(&entry.key) else { return self.push(entry) };
        let span = entry.key.span;
        report.add(limits.duplicate_keys, span.start as usize, span.end as usize, duplicate(entry.name()));
        self.list[at] = entry;
    }

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
            if self.position(&entry.key).is_some() {
                continue;
            }
            let mut entry = entry.clone();
            if !is_written_here {
                entry.value = referenced(entry.value, place);
            }
            self.push(entry);
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

/// The sentence for a key that is written twice.
pub(in crate::syntax) fn duplicate(key: &str) -> String {
    // A key that is absurdly long would fill the screen.
    let shown: String = key.chars().take(80).collect();
    format!(
        "the key `{shown}` is written twice in this mapping; kubectl and Helm take the last one, `docker compose` \
         refuses the file. Remove one of them"
    )
}
