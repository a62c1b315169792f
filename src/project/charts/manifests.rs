//! From rendered templates to manifests whose scalars know the values that they were made from.

use crate::discovery::Workspace;
use crate::helm::render::Rendered;
use crate::helm::template::UNSET;
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
        let Some((_, source, documents)) = &parsed else { continue };
        let range = &document.manifest.range;
        for inner in documents.iter().filter(|inner| range.contains(&inner.root.span.range().start)) {
            let root = match &source.origins {
                Some(origins) => traced(&inner.root, origins),
                None => inner.root.clone(),
            };
            manifests.push(Manifest::new(&*source.name, root));
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
            let entry = |entry: &Entry| Entry { key: entry.key.clone(), value: traced_value(entry, origins) };
            Value::Mapping(Mapping::new(mapping.entries.iter().map(entry).collect()))
        }
    };
    Node { value, ..node.clone() }
}

/// The value of an entry. A collection that comes out of the values as a whole, under a key that the
/// template writes, knows so: what is missing in it has to be written there.
fn traced_value(entry: &Entry, origins: &OriginMap) -> Node {
    let node = traced(&entry.value, origins);
    if matches!(node.value, Value::Scalar(_)) || value_step(origins, entry.key.span.start).is_some() {
        return node;
    }
    let Some(step) = value_step(origins, node.span.start) else { return node };
    let template = origins.chain(node.span.start).into_iter().flat_map(|chain| chain.iter());
    let template = template.filter(|step| step.kind == OriginKind::Template);
    // The first key of a mapping stands for the whole of it, by place but not by name.
    let first = node.entries().first().map(|entry| format!(".{}", entry.name())).unwrap_or_default();
    let name = step.name.as_deref().map(|name| name.strip_suffix(first.as_str()).unwrap_or(name).into());
    let step = Origin { name, ..step.clone() };
    let origins = [step].into_iter().chain(template.cloned()).collect();
    Node { provenance: Some(Arc::new(Provenance { origins, unknown: None })), ..node }
}

/// The step of a byte's chain that is the value it was made from.
fn value_step(origins: &OriginMap, offset: u32) -> Option<&Origin> {
    origins.chain(offset)?.first().filter(|step| step.kind == OriginKind::Values)
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
    // Of a script or a whole file no value stands for the rest: each byte's place is found when a
    // finding is shown, as it is for what is written in the template itself.
    let is_long = values.len() > 1 && node.text().is_some_and(|text| text.contains(char::is_whitespace));
    if (values.is_empty() || is_long) && !is_generated {
        return node.clone();
    }
    // The last value of several tends to be what tells them apart: the tag behind the repository.
    values.reverse();
    values.extend(templates);
    let unset = || Reason::Elsewhere { what: "a value that the chart requires".into() };
    let is_unset = node.text().is_some_and(|text| text.contains(UNSET));
    let unknown = is_generated.then(|| if is_unset { unset() } else { Reason::Generated });
    Node { provenance: Some(Arc::new(Provenance { origins: values, unknown })), ..node.clone() }
}
