//! Documents become objects: kind, metadata, and the items of lists.

use super::fields;
use crate::model::Object;
use crate::source::{Problem, Span};
use crate::syntax::{Flavour, Node};

/// Lists in lists end here; the API knows no such thing.
const MAX_LIST_DEPTH: usize = 4;

/// The objects of a document in a file, in their order, and what is wrong with what is none.
pub(super) fn objects(root: &Node, file: &str) -> (Vec<Object>, Vec<Problem>) {
    let (mut objects, mut problems) = (Vec::new(), Vec::new());
    if !root.is_null() {
        add(root, None, MAX_LIST_DEPTH, &mut problems, &mut objects);
    }
    for object in &mut objects {
        object.file = file.to_owned();
        object.unknown_keys = fields::unknown_keys(object);
    }
    (objects, problems)
}

/// Adds the object that a node holds, or the items of the list that it is. `inherited` is the API
/// version and kind that an item of a `DeploymentList` may leave out.
fn add(
    root: &Node,
    inherited: Option<(&str, &str)>,
    depth: usize,
    problems: &mut Vec<Problem>,
    objects: &mut Vec<Object>,
) {
    if root.as_mapping().is_none() {
        let message =
            format!("this document is {}, not an object; write apiVersion, kind and metadata", root.describe());
        problems.push(Problem::warning(root.span, message));
        return;
    }
    let word = |key: &str| root.get(key).filter(|node| !node.is_null()).and_then(Node::text);
    let api = word("apiVersion").or(inherited.map(|(api, _)| api));
    let kind = word("kind").or(inherited.map(|(_, kind)| kind));
    let (Some(api), Some(kind)) = (api, kind) else {
        let missing = if kind.is_none() { "kind" } else { "apiVersion" };
        let message =
            format!("this document has no {missing}, so it is no Kubernetes object; write apiVersion and kind");
        problems.push(Problem::warning(root.span, message));
        return;
    };
    if let Some(of) = kind.strip_suffix("List")
        && let Some(items) = root.get("items")
    {
        if depth == 0 {
            problems.push(Problem::error(items.span, "lists are nested too deeply here; write the objects themselves"));
            return;
        }
        let inherited = (!of.is_empty()).then_some((api, of));
        for item in items.items() {
            add(item, inherited, depth - 1, problems, objects);
        }
        return;
    }
    let metadata = root.get("metadata");
    let meta = |key: &str| metadata.and_then(|node| node.get(key)).filter(|node| !node.is_null());
    let named = |key: &str| metadata.and_then(|node| node.entry(key)).filter(|entry| entry.value.text().is_some());
    let named = named("name").or_else(|| named("generateName"));
    let name = named.and_then(|entry| entry.value.text()).unwrap_or_default();
    let kind_at = root.entry("kind").map_or(root.span, |entry| entry.value.span);
    let at = named.map_or(kind_at, |entry| name_place(&entry.value, entry.key.span));
    objects.push(Object {
        namespace: meta("namespace").and_then(Node::text).map(str::to_owned),
        flavour: Flavour::Kubernetes,
        ..Object::new(api, kind, name, at, root.clone())
    });
}

/// Where something with a name stands: at the name or, if that came from elsewhere, at its key.
pub(super) fn name_place(name: &Node, key: Span) -> Span {
    if name.origins().is_empty() { name.span } else { key }
}
