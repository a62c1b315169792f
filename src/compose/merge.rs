//! Merging the files of a project, by the merge rules of the Compose specification. Both sides are
//! in canonical form.

use super::unique::{fits, unique};
use crate::syntax::{Entry, Mapping, Node, Style, Value};
use std::collections::HashMap;

/// Values that are replaced as a whole, by nothing too.
const REPLACED: [&[&str]; 4] = [
    &["services", "*", "command"],
    &["services", "*", "entrypoint"],
    &["services", "*", "healthcheck", "test"],
    &["services", "*", "ulimits", "*"],
];

/// Mappings of names to values in which a name without a value is one too.
const PAIRS: [&[&str]; 10] = [
    &["services", "*", "environment"],
    &["services", "*", "labels"],
    &["services", "*", "annotations"],
    &["services", "*", "sysctls"],
    &["services", "*", "deploy", "labels"],
    &["services", "*", "build", "args"],
    &["services", "*", "build", "labels"],
    &["services", "*", "build", "additional_contexts"],
    &["networks", "*", "labels"],
    &["volumes", "*", "labels"],
];

/// What Compose takes away again.
const RESET: &str = "!reset";

/// What Compose replaces instead of merging.
const OVERRIDE: &str = "!override";

/// What becomes of `!reset` and `!override` in the result.
#[derive(Clone, Copy, PartialEq)]
enum Tags {
    /// They have done their work.
    Done,
    /// They are still to be held against an earlier file.
    Kept,
}

/// The base with what another file says on top. When all files are merged, [`finished`] ends it.
#[must_use]
pub fn merge(base: Node, over: &Node) -> Node {
    merged(base, over, &mut Vec::new(), Tags::Done)
}

/// A file that lies on no other.
#[must_use]
pub fn alone(root: &Node) -> Node {
    settled(root)
}

/// A merged project in which each thing stands once. To do that once, and not after each file,
/// comes to the same, as lists only grow.
#[must_use]
pub fn finished(root: &Node) -> Node {
    unique(root)
}

/// A service over the one that it extends. Its own tags stay, as the files before may have the
/// service too.
#[must_use]
pub fn merge_service(base: &Node, over: &Node) -> Node {
    let service = merged(settled(base), over, &mut vec!["services".to_owned(), "*".to_owned()], Tags::Kept);
    // The service is the one that extends, wherever the parts of it stand.
    Node { span: over.span, ..service }
}

fn merged(base: Node, over: &Node, path: &mut Vec<String>, tags: Tags) -> Node {
    let finished = |node: &Node| if tags == Tags::Kept { node.clone() } else { settled(node) };
    let is = |patterns: &[&[&str]]| patterns.iter().any(|pattern| fits(pattern, path));
    let is_pair = || path.split_last().is_some_and(|(_, above)| PAIRS.iter().any(|pattern| fits(pattern, above)));
    if is_tagged(over, OVERRIDE) || is(&REPLACED) {
        return finished(over);
    }
    if is_nothing(over) && !is_pair() {
        return base;
    }
    let has_other_driver = is(&[&["services", "*", "logging"]]) && has_other_driver(&base, over);
    match (base.value, &over.value) {
        (Value::Mapping(_), Value::Mapping(_)) if has_other_driver => finished(over),
        (Value::Mapping(one), Value::Mapping(other)) => {
            let mut entries = one.entries.to_vec();
            let count = entries.len();
            let places = Places::of(&entries, other.entries.len());
            let mut gone = Vec::new();
            for entry in other.entries.iter() {
                let place = places.find(entry.name(), entries.get(..count).unwrap_or_default());
                if is_tagged(&entry.value, RESET) {
                    gone.extend(place);
                    if tags == Tags::Kept {
                        entries.push(entry.clone());
                    }
                    continue;
                }
                match place.and_then(|place| entries.get_mut(place)) {
                    Some(have) => {
                        path.push(entry.name().to_owned());
                        let span = have.value.span;
                        let before = std::mem::replace(&mut have.value, Node::scalar(span, "", Style::Plain));
                        have.value = merged(before, &entry.value, path, tags);
                        path.pop();
                        if have.value.span != span {
                            have.key = entry.key.clone();
                        }
                    }
                    None => entries.push(Entry { key: entry.key.clone(), value: finished(&entry.value) }),
                }
            }
            gone.sort_unstable();
            gone.into_iter().rev().for_each(|place| drop(entries.remove(place)));
            // Findings about the whole point at the base, key and all, where the thing is defined.
            Node { value: Value::Mapping(Mapping::new(entries)), ..base }
        }
        (Value::Sequence(one), Value::Sequence(other)) => {
            let mut items: Vec<Node> = one.to_vec();
            if is(&[&["networks", "*", "ipam", "config"]]) {
                other.iter().for_each(|item| add_subnet(&mut items, item));
            } else if is(&[&["services", "*", "extra_hosts"], &["services", "*", "build", "extra_hosts"]]) {
                items.extend(other.iter().filter(|item| !one.iter().any(|have| have.text() == item.text())).cloned());
            } else {
                items.extend(other.iter().map(finished));
            }
            Node { value: Value::Sequence(items.into()), ..over.clone() }
        }
        _ => finished(over),
    }
}

/// How many entries are looked for one by one.
const FEW: usize = 8;

/// Where names stand among entries: by an index if many are looked for, so that a large mapping
/// with a few entries over it costs no more than they do.
struct Places(Option<HashMap<String, usize>>);

impl Places {
    fn of(entries: &[Entry], wanted: usize) -> Self {
        let places = || entries.iter().enumerate().map(|(place, entry)| (entry.name().to_owned(), place)).collect();
        Self((wanted > FEW).then(places))
    }

    fn find(&self, name: &str, entries: &[Entry]) -> Option<usize> {
        match &self.0 {
            Some(places) => places.get(name).copied(),
            None => entries.iter().position(|entry| entry.name() == name),
        }
    }
}

/// What a file includes, with the file itself on top. The file's own tags stay.
#[must_use]
pub fn merge_included(base: &Node, over: &Node) -> Node {
    merged(settled(base), over, &mut Vec::new(), Tags::Kept)
}

/// Whether both name a driver of logging, and not the same: options belong to their driver.
fn has_other_driver(base: &Node, over: &Node) -> bool {
    let driver = |node: &Node| node.get("driver").and_then(Node::text).map(str::to_owned);
    matches!((driver(base), driver(over)), (Some(one), Some(other)) if one != other)
}

/// Merges the configuration of a subnet with the one that is there.
fn add_subnet(items: &mut Vec<Node>, item: &Node) {
    let subnet = |node: &Node| node.get("subnet").and_then(Node::text).map(str::to_owned);
    match items.iter_mut().find(|have| subnet(have) == subnet(item)) {
        Some(have) => *have = merged(have.clone(), item, &mut Vec::new(), Tags::Done),
        None => items.push(item.clone()),
    }
}

fn is_tagged(node: &Node, tag: &str) -> bool {
    node.tag.as_deref() == Some(tag)
}

/// A null that was not made by an empty variable.
fn is_nothing(node: &Node) -> bool {
    node.is_null() && node.origins().is_empty()
}

/// A tree without what is reset in it, and without marks.
fn settled(node: &Node) -> Node {
    let tag = node.tag.clone().filter(|tag| **tag != *OVERRIDE);
    let value = match &node.value {
        Value::Mapping(mapping) => {
            let kept = mapping.entries.iter().filter(|entry| !is_tagged(&entry.value, RESET));
            let entries = kept.map(|entry| Entry { key: entry.key.clone(), value: settled(&entry.value) }).collect();
            Value::Mapping(Mapping::new(entries))
        }
        Value::Sequence(items) => {
            let kept = items.iter().filter(|item| !is_tagged(item, RESET));
            Value::Sequence(kept.map(settled).collect::<Vec<_>>().into())
        }
        Value::Scalar(_) => node.value.clone(),
    };
    Node { value, tag, ..node.clone() }
}
