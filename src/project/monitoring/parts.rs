//! Where configuration of Prometheus, Alertmanager and Grafana stands: files, texts in ConfigMaps and Secrets,
//! objects of operators.

use crate::discovery::{FileKind, Workspace, classify};
use crate::model::{Content, Object, Stack};
use crate::source::Span;
use crate::source::encoding::from_base64;
use crate::syntax::inside::{self, Places};
use crate::syntax::{Node, Parsed, Syntax};
use rayon::prelude::*;

/// A tree that a Prometheus, an Alertmanager or a Grafana reads.
pub(super) struct Part {
    /// What it is.
    pub kind: FileKind,
    /// The tree: of a file, of a text, or of an object's `spec`.
    pub root: Node,
    /// The path of the file that it stands in.
    pub file: String,
    /// Index of the object that it stands in or is.
    pub object: Option<usize>,
    /// Whether it is an object of an operator.
    pub is_object: bool,
    /// Containers that find it at a path.
    pub paths: Vec<(usize, String)>,
}

/// The parts that a file holds.
pub(super) fn of_file(path: &str, parsed: &Parsed, stack: &Stack) -> Vec<Part> {
    let paths: Vec<(usize, String)> = mounted(stack, &|content| match content {
        Content::File(base) => below(path, base),
        _ => None,
    });
    let part = |root: &Node| {
        let kind = classify::watches(root)?;
        let paths = paths.clone();
        Some(Part { kind, root: root.clone(), file: path.to_owned(), object: None, is_object: false, paths })
    };
    parsed.documents.iter().filter_map(|document| part(&document.root)).collect()
}

/// Whether a container of a stack mounts a file.
pub(super) fn mounts_file(stack: &Stack, path: &str) -> bool {
    stack.mounts.iter().flat_map(|mount| &mount.brings).any(|brought| match &brought.content {
        Content::File(base) => below(path, base).is_some(),
        _ => false,
    })
}

/// What leads from a mounted file or folder to a file.
fn below(path: &str, base: &str) -> Option<String> {
    if path == base {
        return Some(String::new());
    }
    let rest = if base == "." { Some(path) } else { path.strip_prefix(base)?.strip_prefix('/') };
    rest.map(|rest| format!("/{rest}"))
}

/// The paths at which containers find a content that this recognises.
fn mounted(stack: &Stack, recognise: &dyn Fn(&Content) -> Option<String>) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for mount in &stack.mounts {
        for brought in &mount.brings {
            if let Some(rest) = recognise(&brought.content) {
                found.push((mount.container, format!("{}{rest}", brought.path.trim_end_matches('/'))));
            }
        }
    }
    found
}

/// The parts that stand in the stack itself.
pub(super) fn inside(stack: &Stack, workspace: &Workspace) -> Vec<Part> {
    let objects = stack.objects.par_iter().enumerate();
    let mut found: Vec<Part> =
        objects.flat_map_iter(|(number, object)| of_object(stack, number, object, workspace)).collect();
    // Compose writes configs into the project itself.
    for brought in stack.mounts.iter().flat_map(|mount| &mount.brings) {
        if let Content::Written(node) = &brought.content
            && !found.iter().any(|part| part.root.span.source == node.span.source && node.span.covers(part.root.span))
        {
            found.extend(text(stack, node, None, workspace));
        }
    }
    found
}

/// The parts that an object is or holds.
fn of_object(stack: &Stack, number: usize, object: &Object, workspace: &Workspace) -> Vec<Part> {
    let group = object.api.split('/').next().unwrap_or_default();
    let kind = match (group, object.kind.as_str()) {
        ("monitoring.coreos.com", "PrometheusRule")
        | ("operator.victoriametrics.com", "VMRule")
        | ("grafana.integreatly.org", "GrafanaAlertRuleGroup") => FileKind::AlertRules,
        ("monitoring.coreos.com", "AlertmanagerConfig") | ("operator.victoriametrics.com", "VMAlertmanagerConfig") => {
            FileKind::Alertmanager
        }
        ("grafana.integreatly.org", "GrafanaContactPoint" | "GrafanaNotificationPolicy") => FileKind::Grafana,
        ("v1", "ConfigMap" | "Secret") => return texts(stack, number, object, workspace),
        _ => return Vec::new(),
    };
    spec(kind, number, object).into_iter().collect()
}

fn spec(kind: FileKind, number: usize, object: &Object) -> Option<Part> {
    let root = object.root.get("spec")?.clone();
    Some(Part { kind, root, file: object.file.clone(), object: Some(number), is_object: true, paths: Vec::new() })
}

fn texts(stack: &Stack, number: usize, object: &Object, workspace: &Workspace) -> Vec<Part> {
    let mut found = Vec::new();
    for key in ["data", "stringData"] {
        let is_coded = object.kind == "Secret" && key == "data";
        for entry in object.root.get(key).map_or(&[][..], Node::entries) {
            if is_coded {
                found.extend(coded(&entry.value, workspace).map(|(kind, root)| {
                    let paths = paths_of(stack, entry.value.span);
                    Part { kind, root, file: object.file.clone(), object: Some(number), is_object: false, paths }
                }));
            } else {
                found.extend(text(stack, &entry.value, Some((number, object)), workspace));
            }
        }
    }
    found
}

/// What a value in base64 holds. Rules and routes take little, so longer ones are left alone.
fn coded(value: &Node, workspace: &Workspace) -> Option<(FileKind, Node)> {
    let written = value.text().filter(|text| text.len() <= inside::INSIDE_BYTES)?;
    let text = String::from_utf8(from_base64(written.trim()).ok()?).ok()?;
    if !classify::may_watch(&text) {
        return None;
    }
    let places = Places::whole(value.span);
    let parsed = inside::read_text(Syntax::Yaml, &text, &places, workspace.limits());
    let root = parsed.documents.into_iter().next()?.root;
    Some((classify::watches(&root)?, root))
}

fn text(stack: &Stack, node: &Node, of: Option<(usize, &Object)>, workspace: &Workspace) -> Option<Part> {
    if !node.text().is_some_and(classify::may_watch) {
        return None;
    }
    let source = workspace.sources.get(node.span.source);
    let parsed = inside::read(Syntax::Yaml, node, source.expose(), workspace.limits());
    let root = parsed.documents.into_iter().next()?.root;
    let kind = classify::watches(&root)?;
    let file = of.map_or_else(|| source.name.to_string(), |(_, object)| object.file.clone());
    let paths = paths_of(stack, node.span);
    Some(Part { kind, root, file, object: of.map(|(number, _)| number), is_object: false, paths })
}

fn paths_of(stack: &Stack, span: Span) -> Vec<(usize, String)> {
    mounted(stack, &|content| match content {
        Content::Written(node) if node.span == span => Some(String::new()),
        Content::Coded(_, at) if *at == span => Some(String::new()),
        _ => None,
    })
}
