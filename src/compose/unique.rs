//! Lists in which a later element takes the place of an earlier one that stands for the same thing.

use crate::syntax::{Entry, Mapping, Node, Value};
use std::collections::HashMap;

/// What tells the elements of a list apart.
#[derive(Clone, Copy)]
enum Key {
    /// What stands before `=`.
    Name,
    /// The text.
    Text,
    /// The path in the container.
    Target,
    /// The path of an env file.
    Path,
    /// Address, both ports and protocol.
    Port,
    /// The path in the container, which for a source without one is below this folder.
    Mounted(&'static str),
}

/// The lists, and what tells their elements apart.
const LISTS: [(&[&str], Key); 19] = [
    (&["services", "*", "build", "platform"], Key::Name),
    (&["services", "*", "build", "tags"], Key::Name),
    (&["services", "*", "cap_add"], Key::Name),
    (&["services", "*", "cap_drop"], Key::Name),
    (&["services", "*", "dns"], Key::Name),
    (&["services", "*", "dns_opt"], Key::Name),
    (&["services", "*", "dns_search"], Key::Name),
    (&["services", "*", "links"], Key::Name),
    (&["services", "*", "profiles"], Key::Name),
    (&["services", "*", "tmpfs"], Key::Name),
    (&["services", "*", "networks", "*", "aliases"], Key::Name),
    (&["services", "*", "networks", "*", "link_local_ips"], Key::Name),
    (&["services", "*", "expose"], Key::Text),
    (&["services", "*", "volumes"], Key::Target),
    (&["services", "*", "devices"], Key::Target),
    (&["services", "*", "env_file"], Key::Path),
    (&["services", "*", "ports"], Key::Port),
    (&["services", "*", "configs"], Key::Mounted("")),
    (&["services", "*", "secrets"], Key::Mounted("/run/secrets")),
];

/// The longest path of a list, so that deeper trees are left alone.
const DEPTH: usize = 5;

/// A tree in which every list that stands for a set holds each thing once: the last one, in the
/// place of the first.
#[must_use]
pub(super) fn unique(root: &Node) -> Node {
    below(root, &mut Vec::new())
}

/// Whether a path has the form of a pattern.
pub(super) fn fits(pattern: &[&str], path: &[String]) -> bool {
    pattern.len() == path.len() && pattern.iter().zip(path).all(|(one, other)| *one == "*" || *one == other.as_str())
}

fn below(node: &Node, path: &mut Vec<String>) -> Node {
    match &node.value {
        Value::Mapping(mapping) if path.len() < DEPTH => {
            let below = |entry: &Entry| {
                path.push(entry.name().to_owned());
                let value = below(&entry.value, path);
                path.pop();
                Entry { key: entry.key.clone(), value }
            };
            let entries = mapping.entries.iter().map(below).collect();
            Node { value: Value::Mapping(Mapping::new(entries)), ..node.clone() }
        }
        Value::Sequence(items) => {
            let key = LISTS.iter().find(|(pattern, _)| fits(pattern, path)).map(|(_, key)| *key);
            let Some(key) = key else { return node.clone() };
            let mut kept: Vec<Node> = Vec::new();
            let mut places: HashMap<String, usize> = HashMap::new();
            for item in items.iter() {
                match key.of(item) {
                    Some(name) => {
                        let place = *places.entry(name).or_insert(kept.len());
                        match kept.get_mut(place) {
                            Some(have) => *have = item.clone(),
                            None => kept.push(item.clone()),
                        }
                    }
                    None => kept.push(item.clone()),
                }
            }
            Node { value: Value::Sequence(kept.into()), ..node.clone() }
        }
        _ => node.clone(),
    }
}

impl Key {
    /// What an element is known by; `None` if that is not known, so that it stands for itself.
    fn of(self, item: &Node) -> Option<String> {
        let text = |key: &str| item.get(key).map_or(Some(String::new()), known);
        match self {
            Self::Name => known(item).map(|text| text.split('=').next().unwrap_or_default().to_owned()),
            Self::Text => known(item),
            Self::Target if item.as_scalar().is_some() => {
                let text = known(item)?;
                let mut parts = text.split(':');
                let source = parts.next()?;
                Some(parts.next().unwrap_or(source).to_owned())
            }
            Self::Target => known(item.get("target")?),
            Self::Path => known(item.get("path")?),
            Self::Port => {
                let or = |key: &str, default: &str| {
                    text(key).map(|text| if text.is_empty() { default.to_owned() } else { text })
                };
                let (address, protocol) = (or("host_ip", "0.0.0.0")?, or("protocol", "tcp")?);
                Some(format!("{address}:{}:{}/{protocol}", text("published")?, text("target")?))
            }
            Self::Mounted(folder) => match item.get("target") {
                Some(target) => known(target),
                None => Some(format!("{folder}/{}", known(item.get("source")?)?)),
            },
        }
    }
}

/// The text of a scalar without gaps.
fn known(node: &Node) -> Option<String> {
    let is_unknown = node.provenance.as_ref().is_some_and(|provenance| provenance.unknown.is_some());
    node.text().filter(|_| !is_unknown).map(str::to_owned)
}
