//! The short forms of a Compose file in their long form, so that files can be merged and read in
//! one way. Every part keeps its place.

mod ports;
mod volumes;

use crate::source::{HOLE, Problem, Reason, Sources, Span, Text};
use crate::syntax::{Entry, Mapping, Node, Provenance, Style, Value};
use std::collections::HashMap;
use std::sync::Arc;

use super::interpolate::aligned;

/// What is a mapping in a service, and nothing else.
const MAPPINGS: [&str; 4] = ["deploy", "healthcheck", "logging", "ulimits"];

/// What is a list in a service, and nothing else.
const LISTS: [&str; 9] =
    ["cap_add", "cap_drop", "devices", "expose", "group_add", "links", "profiles", "security_opt", "volumes_from"];

/// Brings a file into canonical form. What has the wrong shape is a problem and left as it is.
#[must_use]
pub fn canonical(root: &Node, sources: &Sources, problems: &mut Vec<Problem>) -> Node {
    let mut writer = Writer { sources, problems };
    let mut root = writer.at(root, "services", |writer, services| {
        writer.each(services, "services", |writer, service| writer.service(service))
    });
    for section in ["networks", "volumes"] {
        root = writer.at(&root, section, |writer, all| {
            writer.each(all, section, |writer, one| {
                writer.at(one, "labels", |writer, labels| writer.pairs(labels, "labels"))
            })
        });
    }
    root
}

struct Writer<'w> {
    sources: &'w Sources,
    problems: &'w mut Vec<Problem>,
}

impl Writer<'_> {
    /// A mapping with one of its values changed, if it is there.
    fn at(&mut self, node: &Node, key: &str, change: impl FnOnce(&mut Self, &Node) -> Node) -> Node {
        let Value::Mapping(mapping) = &node.value else { return node.clone() };
        let Some(index) = mapping.entries.iter().position(|entry| entry.name() == key) else { return node.clone() };
        let mut entries = mapping.entries.to_vec();
        if let Some(entry) = entries.get_mut(index)
            && !(entry.value.is_null() && entry.value.origins().is_empty())
        {
            entry.value = change(self, &entry.value);
        }
        Node { value: Value::Mapping(Mapping::new(entries)), ..node.clone() }
    }

    /// A mapping with each of its values changed.
    fn each(&mut self, node: &Node, what: &str, mut change: impl FnMut(&mut Self, &Node) -> Node) -> Node {
        let Value::Mapping(mapping) = &node.value else {
            return self.wrong(node, what, "a mapping");
        };
        let changed = |entry: &Entry| Entry { key: entry.key.clone(), value: change(self, &entry.value) };
        let entries = mapping.entries.iter().map(changed).collect();
        Node { value: Value::Mapping(Mapping::new(entries)), ..node.clone() }
    }

    /// Tells that something else stands here than is expected, and marks it as told.
    fn wrong(&mut self, node: &Node, what: &str, expected: &str) -> Node {
        let message = format!("{what} is {}; write {expected}", node.describe());
        self.problems.push(Problem::error(node.span, message));
        let unknown = Some(Reason::Malformed { expected: expected.into() });
        Node { provenance: Some(Arc::new(Provenance { origins: node.origins().to_vec(), unknown })), ..node.clone() }
    }

    fn service(&mut self, service: &Node) -> Node {
        if service.is_null() {
            return service.clone();
        }
        if !matches!(service.value, Value::Mapping(_)) {
            return self.wrong(service, "a service", "a mapping");
        }
        let mut node = service.clone();
        for key in ["environment", "labels", "annotations", "sysctls"] {
            node = self.at(&node, key, |writer, value| writer.pairs(value, key));
        }
        node = self.at(&node, "extra_hosts", |_, value| hosts(value));
        for key in MAPPINGS {
            node = self.at(&node, key, |writer, value| match value.value {
                Value::Mapping(_) => value.clone(),
                Value::Scalar(_) | Value::Sequence(_) => writer.wrong(value, key, "a mapping"),
            });
        }
        for key in LISTS {
            node = self.at(&node, key, |writer, value| match value.value {
                Value::Sequence(_) => value.clone(),
                Value::Scalar(_) | Value::Mapping(_) => writer.wrong(value, key, "a list"),
            });
        }
        for key in ["dns", "dns_opt", "dns_search", "label_file", "tmpfs"] {
            node = self.at(&node, key, |_, value| listed(value));
        }
        node = self.at(&node, "env_file", |_, value| mapped(&listed(value), "path"));
        node = self.at(&node, "depends_on", |writer, value| {
            writer.names(value, "depends_on", &[("condition", "service_started"), ("required", "true")])
        });
        for key in ["networks", "models"] {
            node = self.at(&node, key, |writer, value| writer.names(value, key, &[]));
        }
        node = self.at(&node, "extends", |_, value| mapping_of(value, "service"));
        node = self.at(&node, "ports", |writer, value| ports::long(writer, value));
        node = self.at(&node, "volumes", |writer, value| volumes::long(writer, value));
        for key in ["secrets", "configs"] {
            node = self.at(&node, key, |_, value| mapped(value, "source"));
        }
        node = self.at(&node, "build", |writer, value| {
            let build = mapping_of(value, "context");
            let mut build = writer.at(&build, "extra_hosts", |_, value| hosts(value));
            for key in ["args", "labels", "additional_contexts", "ssh"] {
                build = writer.at(&build, key, |writer, value| writer.pairs(value, key));
            }
            build
        });
        self.at(&node, "deploy", |writer, deploy| {
            writer.at(deploy, "labels", |writer, labels| writer.pairs(labels, "labels"))
        })
    }

    /// A list of `name=value` as a mapping.
    fn pairs(&mut self, node: &Node, what: &str) -> Node {
        match &node.value {
            Value::Mapping(_) => node.clone(),
            Value::Sequence(items) => {
                // Of a repeated name the last value counts, and its place.
                let mut entries: Vec<Option<Entry>> = Vec::new();
                let mut places: HashMap<String, usize> = HashMap::new();
                for item in items.iter() {
                    let Some(text) = item.text() else {
                        self.wrong(item, what, "name=value");
                        continue;
                    };
                    let (name, value) = match text.find('=') {
                        Some(at) => (self.part(item, 0, at), self.part(item, at + 1, text.len())),
                        None => (item.clone(), Node::scalar(item.span, "", Style::Plain)),
                    };
                    let before = places.insert(name.text().unwrap_or_default().to_owned(), entries.len());
                    if let Some(entry) = before.and_then(|before| entries.get_mut(before)) {
                        *entry = None;
                    }
                    entries.push(Some(Entry { key: name, value }));
                }
                let entries = entries.into_iter().flatten().collect();
                Node { value: Value::Mapping(Mapping::new(entries)), ..node.clone() }
            }
            Value::Scalar(_) => self.wrong(node, what, "a mapping or a list"),
        }
    }

    /// A list of names as a mapping, each with these entries, or with nothing.
    fn names(&mut self, node: &Node, what: &str, defaults: &[(&str, &str)]) -> Node {
        match &node.value {
            Value::Mapping(_) => node.clone(),
            Value::Sequence(items) => {
                let entries = items
                    .iter()
                    .map(|item| {
                        let word = |word: &str| Node::scalar(item.span, word, Style::Plain);
                        let value = match defaults {
                            [] => word(""),
                            _ => mapping(item.span, defaults.iter().map(|(key, value)| (*key, word(value)))),
                        };
                        Entry { key: item.clone(), value }
                    })
                    .collect();
                Node { value: Value::Mapping(Mapping::new(entries)), ..node.clone() }
            }
            Value::Scalar(_) => self.wrong(node, what, "a list or a mapping"),
        }
    }

    /// A stretch of a scalar's text as a scalar of its own. It has a place of its own if the text
    /// stands in the file as it is; if a variable was replaced, at least its first and last part have.
    fn part(&self, node: &Node, start: usize, end: usize) -> Node {
        let text = node.text().unwrap_or_default();
        let piece = text.get(start..end).unwrap_or_default();
        let source = self.sources.get(node.span.source);
        let offset = aligned(&source, node.span, text).map(|offset| (offset + start, offset + end));
        let written = source.slice(node.span);
        let quote = usize::from(written.starts_with(['"', '\'']));
        let begins = || start == 0 && written.get(quote..).is_some_and(|rest| rest.starts_with(piece));
        let ends = || {
            let lead = text.get(..start).unwrap_or_default();
            end == text.len() && written.get(quote..).is_some_and(|rest| rest.starts_with(lead))
        };
        let from = node.span.range().start + quote;
        let until = node.span.range().end - quote;
        let span = match offset {
            Some((start, end)) => Span::new(node.span.source, start, end),
            None if begins() => Span::new(node.span.source, from, from + piece.len()),
            None if ends() && from + start <= until => Span::new(node.span.source, from + start, until),
            None => node.span,
        };
        // An empty part is an empty text, not a null.
        let style = if piece.is_empty() { Style::Quoted } else { Style::Plain };
        let mut part = Node::scalar(span, Text::from(piece), style);
        // What is literal beside a variable is known, and was written right here.
        let is_literal = offset.is_some() || begins();
        if !is_literal || piece.contains(HOLE) {
            part.provenance = node.provenance.clone();
            if !piece.contains(HOLE)
                && let Some(provenance) = &mut part.provenance
            {
                Arc::make_mut(provenance).unknown = None;
            }
        }
        part
    }
}

/// A mapping with keys that stand at a place.
fn mapping<'k>(at: Span, entries: impl IntoIterator<Item = (&'k str, Node)>) -> Node {
    let entry = |(key, value): (&str, Node)| Entry { key: Node::scalar(at, Text::from(key), Style::Plain), value };
    Node::new(at, Value::Mapping(Mapping::new(entries.into_iter().map(entry).collect())))
}

/// A single value as a list of one.
fn listed(node: &Node) -> Node {
    match &node.value {
        Value::Scalar(_) => {
            let items = vec![Node { tag: None, ..node.clone() }];
            Node {
                value: Value::Sequence(items.into()),
                tag: node.tag.clone(),
                ..Node::new(node.span, node.value.clone())
            }
        }
        Value::Sequence(_) | Value::Mapping(_) => node.clone(),
    }
}

/// Names of hosts with addresses as a list of `name=address`, as one name may have several.
fn hosts(node: &Node) -> Node {
    let with =
        |node: &Node, text: String| Node { value: Node::scalar(node.span, text, Style::Quoted).value, ..node.clone() };
    let mut items: Vec<Node> = Vec::new();
    match &node.value {
        Value::Mapping(mapping) => {
            for entry in mapping.entries.iter() {
                let addresses = if entry.value.items().is_empty() {
                    std::slice::from_ref(&entry.value)
                } else {
                    entry.value.items()
                };
                let line =
                    |address: &Node| with(address, format!("{}={}", entry.name(), address.text().unwrap_or_default()));
                items.extend(addresses.iter().map(line));
            }
            items.sort_by(|one, other| one.text().cmp(&other.text()));
        }
        Value::Sequence(list) => items.extend(list.iter().map(|item| match item.text() {
            Some(text) if !text.contains('=') => with(item, text.replacen(':', "=", 1)),
            _ => item.clone(),
        })),
        Value::Scalar(_) => return node.clone(),
    }
    Node { value: Value::Sequence(items.into()), ..node.clone() }
}

/// A scalar as a mapping with one key.
fn mapping_of(node: &Node, key: &str) -> Node {
    match &node.value {
        Value::Scalar(_) => mapping(node.span, [(key, node.clone())]),
        Value::Sequence(_) | Value::Mapping(_) => node.clone(),
    }
}

/// A list in which every scalar is a mapping with one key.
fn mapped(node: &Node, key: &str) -> Node {
    match &node.value {
        Value::Sequence(items) => {
            let items: Vec<Node> = items.iter().map(|item| mapping_of(item, key)).collect();
            Node { value: Value::Sequence(items.into()), ..node.clone() }
        }
        Value::Scalar(_) | Value::Mapping(_) => node.clone(),
    }
}
