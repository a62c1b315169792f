//! What depends on where a file lies, for files that lie elsewhere than the project: relative paths,
//! and variables that only they see.

use super::variables::Variables;
use crate::source::{HOLE, Origin, OriginKind, Text, reader};
use crate::syntax::{Entry, Mapping, Node, Provenance, Style, Value};
use std::sync::Arc;

/// A tree whose relative paths start at `folder`, with paths that start at `directory`. Both are
/// relative to the root. `extends` and `include` are left alone.
#[must_use]
pub(super) fn relocated(root: &Node, folder: &str, directory: &str) -> Node {
    if folder == directory {
        return root.clone();
    }
    let path = |node: &Node| rebased(node, folder, directory);
    let file = |node: &Node| changed(node, "file", path);
    let listed = |key: &'static str| move |node: &Node| each_item(node, |item| changed(item, key, path));
    let service = |node: &Node| {
        let node = changed(node, "build", |build| {
            let build = changed(build, "additional_contexts", |contexts| each_value(contexts, path));
            changed(&build, "context", path)
        });
        let node = changed(&node, "env_file", listed("path"));
        let node = changed(&node, "label_file", |files| each_item(files, path));
        changed(&node, "volumes", |volumes| {
            each_item(volumes, |volume| {
                let is_path = volume.get("type").and_then(Node::text) == Some("bind");
                if is_path { changed(volume, "source", path) } else { volume.clone() }
            })
        })
    };
    let root = changed(root, "services", |services| each_value(services, service));
    let root = changed(&root, "secrets", |secrets| each_value(secrets, file));
    changed(&root, "configs", |configs| each_value(configs, file))
}

/// A tree in which every `build` has a context: where it names none, the folder.
#[must_use]
pub(super) fn contextual(root: &Node, folder: &str, directory: &str) -> Node {
    let context = |build: &Node| match build.get("context") {
        None if folder != directory => {
            with(build, "context", Node::scalar(build.span, relative(folder, directory), Style::Plain))
        }
        _ => build.clone(),
    };
    changed(root, "services", |services| each_value(services, |service| changed(service, "build", context)))
}

/// A tree in which every variable of `environment` that stands without a value has the one that it
/// has here, as it may have none where the tree is included.
#[must_use]
pub(super) fn inherited(root: &Node, variables: &Variables) -> Node {
    let value = |entry: &Entry| {
        let known = variables.get(entry.name()).filter(|_| entry.value.is_null() && entry.value.tag.is_none());
        let Some(known) = known else { return entry.value.clone() };
        let mut origins = known.origins.clone();
        origins.push(Origin::at(OriginKind::Reference, entry.key.span));
        let provenance = Some(Arc::new(Provenance { origins, unknown: known.unknown.clone() }));
        Node { provenance, ..Node::scalar(entry.key.span, known.value.clone(), Style::Quoted) }
    };
    changed(root, "services", |services| {
        each_value(services, |service| changed(service, "environment", |all| each_entry(all, value)))
    })
}

/// A path that started at `folder`, started at `directory`.
fn rebased(node: &Node, folder: &str, directory: &str) -> Node {
    let is_relative = |text: &&str| {
        let is_elsewhere = text.contains("://") || text.starts_with("git@") || text.starts_with("service:");
        !text.is_empty() && !text.starts_with(['/', '~', HOLE]) && !is_elsewhere
    };
    let Some(text) = node.text().filter(is_relative) else { return node.clone() };
    let path = match reader::join(folder, text) {
        Some(path) => relative(&path, directory),
        // It leads out of what is audited, and has to do so still.
        None => format!("{}/{text}", relative(folder, directory)),
    };
    let style = node.as_scalar().map_or(Style::Plain, |scalar| scalar.style);
    Node { value: Node::scalar(node.span, Text::from(path.as_str()), style).value, ..node.clone() }
}

/// The way from a folder to a path; both are relative to the root.
fn relative(path: &str, directory: &str) -> String {
    let steps = |path: &str| path.split('/').filter(|step| *step != ".").map(str::to_owned).collect::<Vec<_>>();
    let (path, directory) = (steps(path), steps(directory));
    let shared = path.iter().zip(&directory).take_while(|(one, other)| one == other).count();
    let up = directory.iter().skip(shared).map(|_| "..".to_owned());
    let way: Vec<String> = up.chain(path.into_iter().skip(shared)).collect();
    if way.is_empty() { ".".to_owned() } else { way.join("/") }
}

fn each_entry(node: &Node, change: impl Fn(&Entry) -> Node) -> Node {
    let Value::Mapping(mapping) = &node.value else { return node.clone() };
    let changed = |entry: &Entry| Entry { key: entry.key.clone(), value: change(entry) };
    let entries = mapping.entries.iter().map(changed).collect();
    Node { value: Value::Mapping(Mapping::new(entries)), ..node.clone() }
}

fn each_value(node: &Node, change: impl Fn(&Node) -> Node) -> Node {
    each_entry(node, |entry| change(&entry.value))
}

fn each_item(node: &Node, change: impl Fn(&Node) -> Node) -> Node {
    let Value::Sequence(items) = &node.value else { return node.clone() };
    Node { value: Value::Sequence(items.iter().map(change).collect::<Vec<_>>().into()), ..node.clone() }
}

/// A mapping with the value of a key changed, if it is there.
fn changed(node: &Node, key: &str, change: impl Fn(&Node) -> Node) -> Node {
    if node.get(key).is_none() {
        return node.clone();
    }
    each_entry(node, |entry| if entry.name() == key { change(&entry.value) } else { entry.value.clone() })
}

/// A mapping with one more entry.
fn with(node: &Node, key: &str, value: Node) -> Node {
    let Value::Mapping(mapping) = &node.value else { return node.clone() };
    let mut entries = mapping.entries.to_vec();
    entries.push(Entry { key: Node::scalar(value.span, key, Style::Plain), value });
    Node { value: Value::Mapping(Mapping::new(entries)), ..node.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_lead_from_folder_to_path() {
        let ways = [
            ("a/b", ".", "a/b"),
            (".", "a/b", "../.."),
            ("a/c", "a/b", "../c"),
            ("a/b/c", "a/b", "c"),
            ("a/b", "a/b", "."),
            ("x", "a", "../x"),
        ];
        for (path, directory, way) in ways {
            assert_eq!(relative(path, directory), way);
        }
    }
}
