//! Merging the files of a project, by the merge rules of the Compose specification. Both sides are
//! in canonical form.

use crate::syntax::{Entry, Mapping, Node, Value};
use std::sync::Arc;

/// Lists whose elements are told apart by a key, and by which.
const KEYED: [(&[&str], &[&str]); 6] = [
    (&["services", "*", "ports"], &["host_ip", "target", "published", "protocol"]),
    (&["services", "*", "volumes"], &["target"]),
    (&["services", "*", "secrets"], &["target", "source"]),
    (&["services", "*", "configs"], &["target", "source"]),
    (&["services", "*", "env_file"], &["path"]),
    (&["services", "*", "devices"], &["target", "source"]),
];

/// Values that are replaced as a whole.
const REPLACED: [&[&str]; 3] =
    [&["services", "*", "command"], &["services", "*", "entrypoint"], &["services", "*", "healthcheck", "test"]];

/// What Compose takes away again.
pub const RESET: &str = "!reset";

/// What Compose replaces instead of merging.
pub const OVERRIDE: &str = "!override";

/// The base with what another file says on top.
#[must_use]
pub fn merge(base: &Node, over: &Node) -> Node {
    merged(base, over, &mut Vec::new())
}

/// A service over the one that it extends.
#[must_use]
pub fn merge_service(base: &Node, over: &Node) -> Node {
    merged(base, over, &mut vec!["services".to_owned(), "*".to_owned()])
}

fn merged(base: &Node, over: &Node, path: &mut Vec<String>) -> Node {
    if is_tagged(over, OVERRIDE) {
        return cleaned(over);
    }
    let fits = |pattern: &[&str]| {
        pattern.len() == path.len()
            && pattern.iter().zip(path.iter()).all(|(one, other)| *one == "*" || *one == other.as_str())
    };
    if REPLACED.iter().any(|pattern| fits(pattern)) {
        return over.clone();
    }
    match (&base.value, &over.value) {
        (Value::Mapping(one), Value::Mapping(other)) => {
            // Options belong to a driver: another driver has others.
            if path.last().is_some_and(|key| key == "logging") && path.len() == 3 {
                let driver = |node: &Node| node.get("driver").and_then(Node::text).map(str::to_owned);
                if let (Some(one), Some(other)) = (driver(base), driver(over))
                    && one != other
                {
                    return over.clone();
                }
            }
            let mut entries = one.entries.clone();
            for entry in &other.entries {
                let known = entries.iter().position(|have| have.name() == entry.name());
                if is_tagged(&entry.value, RESET) {
                    if let Some(known) = known {
                        entries.remove(known);
                    }
                    continue;
                }
                match known.and_then(|known| entries.get_mut(known)) {
                    Some(have) => {
                        path.push(entry.name().to_owned());
                        let value = merged(&have.value, &entry.value, path);
                        path.pop();
                        *have = Entry { key: entry.key.clone(), value };
                    }
                    None => entries.push(Entry { key: entry.key.clone(), value: cleaned(&entry.value) }),
                }
            }
            // Findings about the whole point at the base, where the thing is defined.
            Node { value: Value::Mapping(Arc::new(Mapping { entries })), ..base.clone() }
        }
        (Value::Sequence(one), Value::Sequence(other)) => {
            let keys = KEYED.iter().find(|(pattern, _)| fits(pattern)).map(|(_, keys)| *keys);
            let mut items: Vec<Node> = one.to_vec();
            for item in other.iter() {
                match items.iter().position(|have| same(have, item, keys)) {
                    Some(known) => {
                        if let Some(have) = items.get_mut(known) {
                            *have = item.clone();
                        }
                    }
                    None => items.push(item.clone()),
                }
            }
            Node { value: Value::Sequence(items.into()), ..over.clone() }
        }
        // A null leaves what is there.
        _ if over.is_null() && over.origins().is_empty() && !base.is_null() && is_collection(base) => base.clone(),
        _ => over.clone(),
    }
}

fn is_collection(node: &Node) -> bool {
    !matches!(node.value, Value::Scalar(_))
}

/// Whether two elements stand for the same thing.
fn same(one: &Node, other: &Node, keys: Option<&[&str]>) -> bool {
    match keys {
        Some(keys) => {
            let text = |node: &Node, key: &str| node.get(key).and_then(Node::text).unwrap_or_default().to_owned();
            let unknown = |node: &Node| {
                keys.iter()
                    .filter_map(|key| node.get(key))
                    .any(|node| node.provenance.as_ref().is_some_and(|provenance| provenance.unknown.is_some()))
            };
            // For mounts of secrets and configs the target counts; without one, the source does.
            if keys == ["target", "source"] {
                let key = |node: &Node| match node.get("target").and_then(Node::text) {
                    Some(target) => target.to_owned(),
                    None => text(node, "source"),
                };
                return key(one) == key(other);
            }
            !unknown(one) && !unknown(other) && keys.iter().all(|key| text(one, key) == text(other, key))
        }
        None => match (one.text(), other.text()) {
            (Some(one), Some(other)) => one == other,
            _ => false,
        },
    }
}

fn is_tagged(node: &Node, tag: &str) -> bool {
    node.tag.as_deref() == Some(tag)
}

/// A tree without what is reset in it.
#[must_use]
pub fn cleaned(node: &Node) -> Node {
    match &node.value {
        Value::Mapping(mapping) => {
            let kept = mapping.entries.iter().filter(|entry| !is_tagged(&entry.value, RESET));
            let entries = kept.map(|entry| Entry { key: entry.key.clone(), value: cleaned(&entry.value) }).collect();
            Node { value: Value::Mapping(Arc::new(Mapping { entries })), ..node.clone() }
        }
        Value::Sequence(items) if items.iter().any(|item| is_tagged(item, RESET)) => {
            let items: Vec<Node> = items.iter().filter(|item| !is_tagged(item, RESET)).cloned().collect();
            Node { value: Value::Sequence(items.into()), ..node.clone() }
        }
        _ => node.clone(),
    }
}
