//! Charts: rendered with their own values, then read like manifests.

use crate::discovery::Workspace;
use crate::helm::chart::files::{ChartFiles, FileError, Listed, RootedFiles};
use crate::helm::render::{RenderOptions, Rendered, render};
use crate::kubernetes::{self, Loaded, Manifest};
use crate::model::Platform;
use crate::source::origin::OriginMap;
use crate::source::{Origin, OriginKind, Problem, Reason, Source, SourceId, Span};
use crate::syntax::{self, Document, Entry, Mapping, Node, Provenance, Syntax, Value};
use rayon::prelude::*;
use std::sync::Arc;

/// What became of a chart.
pub struct Audited {
    /// The path of its `Chart.yaml`.
    pub path: String,
    /// Its deployment and what was wrong with it; `None` for a library chart, which is not deployed.
    pub loaded: Option<Loaded>,
}

/// Renders charts, given by the folder of each, and reads what comes out.
pub fn load(folders: &[String], workspace: &Workspace) -> Vec<Audited> {
    folders
        .par_iter()
        .map(|folder| {
            let path = if folder == "." { "Chart.yaml".to_owned() } else { format!("{folder}/Chart.yaml") };
            let loaded = (!is_library(&path, workspace)).then(|| chart(folder, &path, workspace));
            Audited { path, loaded }
        })
        .collect()
}

/// Whether a chart only lends templates to others.
fn is_library(path: &str, workspace: &Workspace) -> bool {
    let parsed = workspace.parse(path, Syntax::Yaml);
    let root = parsed.as_ref().ok().and_then(|parsed| parsed.documents.first());
    root.and_then(|document| document.root.get("type")).and_then(Node::text) == Some("library")
}

fn chart(folder: &str, path: &str, workspace: &Workspace) -> Loaded {
    let within = if folder == "." { "" } else { folder };
    let options = RenderOptions::default();
    let sources = &workspace.sources;
    let rendered = if workspace.root().as_os_str().is_empty() {
        render(&InMemory(workspace), within, sources, &options)
    } else {
        match RootedFiles::new(&workspace.root()) {
            Ok(files) => render(&files, within, sources, &options),
            Err(error) => Err(Problem::error(path, format!("this chart cannot be read: {error}"))),
        }
    };
    let mut rendered = match rendered {
        Ok(rendered) => rendered,
        Err(problem) => return Loaded { stack: None, problems: vec![problem] },
    };
    let manifests = manifests(&mut rendered, workspace);
    let is_empty = manifests.is_empty();
    let mut loaded = kubernetes::load(&rendered.chart, folder, manifests);
    let failed = rendered.problems.iter().any(|problem| problem.severity == crate::source::Severity::Error);
    loaded.problems.append(&mut rendered.problems);
    if is_empty && !failed {
        let message = "this chart renders nothing with its own values, so nothing of it was audited";
        loaded.problems.push(Problem::error(path, message));
    }
    if let Some(stack) = &mut loaded.stack {
        stack.platform = Platform::Helm;
    }
    loaded
}

/// The documents that the chart installs; what `helm test` runs is not deployed.
fn manifests(rendered: &mut Rendered, workspace: &Workspace) -> Vec<Manifest> {
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
    for chain in chains(origins, node.span) {
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

/// The chains of all segments that a span touches.
fn chains(origins: &OriginMap, span: Span) -> impl Iterator<Item = &Arc<[Origin]>> {
    let first = origins.segments.partition_point(|segment| segment.start <= span.start).saturating_sub(1);
    let touching = origins.segments.iter().skip(first);
    touching.take_while(move |segment| segment.start < span.end.max(span.start + 1)).map(|segment| &segment.chain)
}

/// The files of a workspace that exist in memory only.
struct InMemory<'w>(&'w Workspace);

impl ChartFiles for InMemory<'_> {
    fn list(&self, path: &str) -> Result<Vec<Listed>, FileError> {
        let prefix = if path.is_empty() { String::new() } else { format!("{path}/") };
        let mut listed: Vec<Listed> = Vec::new();
        for inner in self.0.memory_paths().iter().filter_map(|name| name.strip_prefix(&prefix)) {
            let (name, is_folder) = inner.split_once('/').map_or((inner, false), |(name, _)| (name, true));
            if listed.iter().all(|known| known.name != name) {
                listed.push(Listed { name: name.to_owned(), is_folder });
            }
        }
        listed.sort_by(|one, other| one.name.cmp(&other.name));
        if listed.is_empty() { Err(FileError::Missing) } else { Ok(listed) }
    }

    fn read(&self, path: &str) -> Result<Arc<[u8]>, FileError> {
        let source = self.0.open(path).map_err(|_| FileError::Missing)?;
        Ok(Arc::from(self.0.sources.get(source).expose().as_bytes()))
    }
}
