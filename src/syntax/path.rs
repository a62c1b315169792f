//! Addresses of values in a document.

use super::tree::{Node, Value};
use std::fmt;
use std::sync::Arc;

/// One step from a value into it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// The value under a key.
    Key(Arc<str>),
    /// The item of a list, from 0.
    Index(usize),
}

/// The way from the root of a document to a value, such as `spec.containers[0].image`. It does not
/// change with lines, so it may identify what was found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Path {
    /// From the root on; empty for the root itself.
    pub steps: Vec<Step>,
}

impl Path {
    /// This path and one key more.
    #[must_use]
    pub fn key(mut self, key: impl Into<Arc<str>>) -> Self {
        self.steps.push(Step::Key(key.into()));
        self
    }

    /// This path and one index more.
    #[must_use]
    pub fn index(mut self, index: usize) -> Self {
        self.steps.push(Step::Index(index));
        self
    }

    /// The value at this path.
    #[must_use]
    pub fn follow<'n>(&self, root: &'n Node) -> Option<&'n Node> {
        self.steps.iter().try_fold(root, |node, step| match step {
            Step::Key(key) => node.get(key),
            Step::Index(index) => node.items().get(*index),
        })
    }
}

impl fmt::Display for Path {
    /// Keys joined by dots; one that is not made of letters, numbers, `_`, `-` and `/` stands in
    /// brackets and quotes: `metadata.annotations["example.com/x"]`. The root is `.`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.steps.is_empty() {
            return formatter.write_str(".");
        }
        for (position, step) in self.steps.iter().enumerate() {
            match step {
                Step::Index(index) => write!(formatter, "[{index}]")?,
                Step::Key(key) if !is_simple(key) => write!(formatter, "[{key:?}]")?,
                Step::Key(key) if position == 0 => formatter.write_str(key)?,
                Step::Key(key) => write!(formatter, ".{key}")?,
            }
        }
        Ok(())
    }
}

fn is_simple(key: &str) -> bool {
    let is_plain = |character: char| character.is_alphanumeric() || matches!(character, '_' | '-' | '/');
    !key.is_empty() && key.chars().all(is_plain)
}

/// A value that a byte offset lies in.
#[derive(Debug, Clone)]
pub struct Located<'n> {
    /// Where it is in the document.
    pub path: Path,
    /// The value; also when the offset lies in its key.
    pub node: &'n Node,
    /// Whether the offset lies in its key.
    pub is_key: bool,
}

/// The innermost value at a byte offset of the document's own source. Values that came through an
/// alias or a merge key count at their definition only. Between a key and its value, and in the
/// white space of a collection, it is the collection; `None` if the offset lies outside the root.
#[must_use]
pub fn locate(root: &Node, offset: u32) -> Option<Located<'_>> {
    if !contains(root, offset) {
        return None;
    }
    let mut located = Located { path: Path::default(), node: root, is_key: false };
    while !located.is_key {
        let inner = match &located.node.value {
            Value::Scalar(_) => None,
            Value::Sequence(items) => items
                .iter()
                .enumerate()
                .filter(|(_, item)| is_written(item, root) && contains(item, offset))
                .min_by_key(|(_, item)| item.span.end - item.span.start)
                .map(|(index, item)| (Step::Index(index), item, false)),
            Value::Mapping(mapping) => mapping
                .entries
                .iter()
                .filter(|entry| is_written(&entry.value, root))
                .filter_map(|entry| {
                    let is_key = contains(&entry.key, offset);
                    let step = || Step::Key(entry.name().into());
                    (is_key || contains(&entry.value, offset)).then(|| (step(), &entry.value, is_key))
                })
                // Tables of TOML that are written in pieces may overlap.
                .min_by_key(|(_, value, is_key)| if *is_key { 0 } else { value.span.end - value.span.start }),
        };
        let Some((step, node, is_key)) = inner else { break };
        located.path.steps.push(step);
        located.node = node;
        located.is_key = is_key;
    }
    Some(located)
}

fn contains(node: &Node, offset: u32) -> bool {
    node.span.start <= offset && offset < node.span.end
}

fn is_written(node: &Node, root: &Node) -> bool {
    node.origins().is_empty() && node.span.source == root.span.source
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;
    use crate::syntax::{Limits, Syntax, parse};

    #[test]
    fn finds_what_is_at_an_offset() {
        let text = "spec:\n  containers:\n  - name: web\n    image: &i nginx:1\n  - image: *i\nx.y/z: {}\n";
        let parsed = parse(Syntax::Yaml, SourceId(0), text, &Limits::default());
        let root = &parsed.documents[0].root;
        let at = |needle: &str| {
            let offset = u32::try_from(text.find(needle).unwrap()).unwrap();
            let located = locate(root, offset).unwrap();
            assert!(std::ptr::eq(located.path.follow(root).unwrap(), located.node));
            (located.path.to_string(), located.is_key)
        };
        assert_eq!(at("nginx"), ("spec.containers[0].image".to_owned(), false));
        assert_eq!(at("containers"), ("spec.containers".to_owned(), true));
        assert_eq!(at("- name"), ("spec.containers".to_owned(), false));
        assert_eq!(at("x.y"), ("[\"x.y/z\"]".to_owned(), true));
        assert!(locate(root, 9999).is_none());
        assert_eq!(Path::default().key("a").index(2).key("b").to_string(), "a[2].b");
        assert_eq!(Path::default().to_string(), ".");
    }
}
