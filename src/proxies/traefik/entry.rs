//! What configures Traefik, as keys and values: labels, flags, variables and the keys of files are the same
//! words in other clothes. Keys count in any case.

use crate::model::Field;
use crate::source::{Span, Text};
use crate::syntax::Node;

/// A key with its value.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The key in lower case, without `traefik.`, its parts joined with dots.
    pub key: String,
    /// Its value; those of a list are joined with commas.
    pub value: Field<Text>,
    /// Where it stands.
    pub at: Span,
    /// The container whose labels say it.
    pub of: Option<String>,
}

impl Entry {
    /// What it says, if that is known.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.value.value().map(Text::expose)
    }

    /// The parts of a list.
    pub fn list(&self) -> impl Iterator<Item = &str> {
        self.text().unwrap_or_default().split(',').map(str::trim).filter(|part| !part.is_empty())
    }

    /// The place of its value.
    #[must_use]
    pub fn place(&self) -> Span {
        self.value.at.unwrap_or(self.at)
    }
}

/// How deep a tree is read.
const DEPTH: usize = 30;

/// The entries of a tree.
#[must_use]
pub fn flat(root: &Node) -> Vec<Entry> {
    let mut found = Vec::new();
    walk(root, String::new(), root.span, 0, &mut found);
    found
}

fn walk(node: &Node, key: String, at: Span, depth: usize, found: &mut Vec<Entry>) {
    if depth > DEPTH {
        return;
    }
    let mut push = |value: Field<Text>| found.push(Entry { key: key.clone(), value, at, of: None });
    let (entries, items) = (node.entries(), node.items());
    if let Some(reason) = node.provenance.as_ref().and_then(|provenance| provenance.unknown.clone()) {
        push(Field::unknown(reason, node.span));
    } else if let Some(text) = node.text() {
        push(Field::set(Text::from(text), node.span));
    } else if entries.is_empty() && items.iter().all(|item| item.text().is_some()) {
        let all: Vec<&str> = items.iter().filter_map(Node::text).collect();
        // `tls: {}` says that there is TLS.
        let text = if all.is_empty() { "true".to_owned() } else { all.join(",") };
        push(Field::set(Text::from(text), node.span));
    } else {
        let join = |part: &str| {
            let part = part.to_ascii_lowercase();
            if key.is_empty() { part } else { format!("{key}.{part}") }
        };
        for entry in entries {
            walk(&entry.value, join(entry.name()), entry.key.span, depth + 1, found);
        }
        for (number, item) in items.iter().enumerate() {
            walk(item, join(&number.to_string()), item.span, depth + 1, found);
        }
    }
}
