//! From rendered templates to manifests whose scalars know the values that they were made from.

use crate::discovery::Workspace;
use crate::helm::render::Rendered;
use crate::kubernetes::Manifest;
use crate::source::origin::OriginMap;
use crate::source::{Origin, OriginKind, Reason, Source, SourceId};
use crate::syntax::{self, Document, Entry, Mapping, Node, Provenance, Syntax, Value};
use std::sync::Arc;

/// The documents that the chart installs; what `helm test` runs is not deployed.
pub(super) fn manifests(rendered: &mut Rendered, workspace: &Workspace) -> Vec<Manifest> {
    let sources = &workspace.sources;
    let found = rendered.manifests(sources);
    let mut manifests = Vec::new();
    let mut parsed: Option<(SourceId, Arc<Source>, Vec<Document>)> = None;
    for document in found.iter().filter(|document| !document.manifest.is_test()) {
        if parsed.as_ref().is_none_or(|(id, ..)| *id != document.source) {
            let source = sources.get(document.source);
            let made = syntax::parse(Syntax::Yaml, document.source, source.expose(), workspace.limits());
            rendered.problems.extend(made.problems);
            parsed = Some((document.source, source, made.documents));
        }
        let Some((id, source, documents)) = &parsed else { continue };
        let range = &document.manifest.range;
        for inner in documents.iter().filter(|inner| range.contains(&inner.root.span.range().start)) {
            let root = match &source.origins {
                Some(origins) => traced(&inner.root, origins),
                None => inner.root.clone(),
            };
            let document = Document { root, comments: inner.comments.clone() };
            manifests.push(Manifest { path: source.name.to_string(), source: *id, document });
        }
    }
    manifests
}

/// The tree in which every scalar knows the values that it was made from.
fn traced(node: &Node, origins: &OriginMap) -> Node {
    let value = match &node.value {
        Value::Scalar(_) => return scalar(node, origins),
        Value::Sequence(items) => Value::Sequence(items.iter().map(|item| traced(item, origins)).collect()),
        Value::Mapping(mapping) => {
            let entry = |entry: &Entry| Entry { key: entry.key.clone(), value: traced(&entry.value, origins) };
            Value::Mapping(Arc::new(Mapping { entries: mapping.entries.iter().map(entry).collect() }))
        }
    };
    Node { value, ..node.clone() }
}

fn scalar(node: &Node, origins: &OriginMap) -> Node {
    let mut values: Vec<Origin> = Vec::new();
    let mut templates: Vec<Origin> = Vec::new();
    let mut is_generated = false;
    for chain in origins.chains(node.span) {
        for origin in chain.iter() {
            is_generated |= origin.kind == OriginKind::Generated;
            let list = if origin.kind == OriginKind::Template { &mut templates } else { &mut values };
            if !list.contains(origin) {
                list.push(origin.clone());
            }
        }
    }
    if values.is_empty() && !is_generated {
        // Written in the template itself: the place is found when the finding is shown.
        return node.clone();
    }
    // The last value of several tends to be what tells them apart: the tag behind the repository.
    values.reverse();
    values.extend(templates);
    let unknown = is_generated.then_some(Reason::Generated);
    Node { provenance: Some(Arc::new(Provenance { origins: values, unknown })), ..node.clone() }
}
