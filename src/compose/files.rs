//! From files to one tree: `include`, `extends`, and files that override each other.

use super::canonical::canonical;
use super::interpolate::interpolate;
use super::merge::{cleaned, merge, merge_service};
use super::variables::Variables;
use crate::discovery::Workspace;
use crate::source::{Place, Problem, reader};
use crate::syntax::{Entry, Mapping, Node, Syntax, Value};
use std::sync::Arc;

/// How deep files may include or extend each other.
const DEPTH: usize = 16;

/// Reads the files of a project.
pub(super) struct Files<'w> {
    /// The files around.
    pub workspace: &'w Workspace,
    /// The project's folder: relative paths start there.
    pub directory: &'w str,
    /// The project's variables.
    pub variables: &'w Variables,
    /// The paths that were read, in order.
    pub read: Vec<String>,
    /// Defects.
    pub problems: Vec<Problem>,
}

impl Files<'_> {
    /// The files merged, later ones over earlier ones. `None` if none could be read.
    pub fn merged(&mut self, paths: &[String]) -> Option<Node> {
        let mut whole: Option<Node> = None;
        for path in paths {
            for root in self.file(path, 0) {
                whole = Some(match whole {
                    Some(base) => merge(&base, &root),
                    None => cleaned(&root),
                });
            }
        }
        whole
    }

    /// The documents of a file, with what it includes and extends.
    fn file(&mut self, path: &str, depth: usize) -> Vec<Node> {
        self.documents(path)
            .into_iter()
            .map(|root| {
                let root = self.with_extended(&root, path, depth);
                self.with_included(root, path, depth)
            })
            .collect()
    }

    /// The documents of a file in canonical form, variables replaced.
    fn documents(&mut self, path: &str) -> Vec<Node> {
        let parsed = match self.workspace.parse(path, Syntax::Yaml) {
            Ok(parsed) => parsed,
            Err(error) => {
                let message = format!("this Compose file {}, so nothing of it was audited", error.phrase());
                self.problems.push(Problem::error(Place::Path(path.into()), message));
                return Vec::new();
            }
        };
        if !self.read.iter().any(|known| known == path) {
            self.read.push(path.to_owned());
            self.problems.extend(parsed.problems.iter().cloned());
        }
        let mut roots = Vec::new();
        for document in &parsed.documents {
            if document.root.as_mapping().is_none() {
                if !document.root.is_null() {
                    let message = format!("a Compose file is a mapping, but this is {}", document.root.describe());
                    self.problems.push(Problem::error(document.root.span, message));
                }
                continue;
            }
            let sources = &self.workspace.sources;
            let root = interpolate(&document.root, self.variables, sources, &mut self.problems);
            roots.push(canonical(&root, sources, &mut self.problems));
        }
        roots
    }

    /// Every service over the one that it extends.
    fn with_extended(&mut self, root: &Node, path: &str, depth: usize) -> Node {
        let Some(services) = root.get("services") else { return root.clone() };
        if !services.entries().iter().any(|entry| entry.value.get("extends").is_some()) {
            return root.clone();
        }
        let mut entries = Vec::new();
        for entry in services.entries() {
            let value = self.extended(&entry.value, services, path, depth);
            entries.push(Entry { key: entry.key.clone(), value });
        }
        let services = Node { value: Value::Mapping(Arc::new(Mapping { entries })), ..services.clone() };
        replaced(root, "services", &services)
    }

    /// A service over the one that it extends; `services` are those of its file.
    fn extended(&mut self, service: &Node, services: &Node, path: &str, depth: usize) -> Node {
        let Some(extends) = service.get("extends") else { return service.clone() };
        let fail = |files: &mut Self, message: String| {
            files.problems.push(Problem::error(extends.span, message));
            service.clone()
        };
        if depth > DEPTH {
            return fail(self, "services extend each other in a circle, or too deeply; break the circle".to_owned());
        }
        let Some(name) = extends.get("service").and_then(Node::text) else {
            return fail(self, "extends names no service; write extends: {service: NAME}".to_owned());
        };
        let base = match extends.get("file").and_then(Node::text) {
            None => services.get(name).map(|base| self.extended(base, services, path, depth + 1)),
            Some(file) => {
                let Some(other) = reader::join(reader::folder(path), file) else {
                    return fail(
                        self,
                        format!("{file} lies outside of what is audited, so what {name} brings in is not known"),
                    );
                };
                let root = self.documents(&other).into_iter().next();
                let found = root.as_ref().and_then(|root| Some((root.get("services")?, root.at(&["services", name])?)));
                let base = found.map(|(others, base)| self.extended(base, others, &other, depth + 1));
                base.map(|base| self.moved(&base, reader::folder(&other)))
            }
        };
        match base {
            Some(base) => merge_service(&base, &without(service, "extends")),
            None => fail(
                self,
                format!("there is no service {name} to extend, so what it brings in is not known; correct the name"),
            ),
        }
    }

    /// What a file includes, with the file itself on top.
    fn with_included(&mut self, root: Node, path: &str, depth: usize) -> Node {
        let Some(include) = root.get("include").cloned() else { return root };
        let mut whole: Option<Node> = None;
        for item in include.items() {
            let list = item.get("path").unwrap_or(item);
            let paths = if list.items().is_empty() { std::slice::from_ref(list) } else { list.items() };
            let mut merged: Option<Node> = None;
            for node in paths {
                let Some(text) = node.text() else { continue };
                let joined = reader::join(reader::folder(path), text).filter(|_| depth < DEPTH);
                let Some(other) = joined.filter(|other| self.workspace.exists(other)) else {
                    let message =
                        format!("the included file {text} is not here, so what it holds is not known; put it in place");
                    self.problems.push(Problem::error(node.span, message));
                    continue;
                };
                let folder = item.get("project_directory").and_then(Node::text);
                let folder = folder.and_then(|folder| reader::join(reader::folder(path), folder));
                let folder = folder.unwrap_or_else(|| reader::folder(&other).to_owned());
                for included in self.file(&other, depth + 1) {
                    let included = self.moved_services(&included, &folder);
                    merged = Some(match merged {
                        Some(base) => merge(&base, &included),
                        None => included,
                    });
                }
            }
            whole = match (whole, merged) {
                (Some(base), Some(more)) => Some(merge(&base, &more)),
                (one, other) => one.or(other),
            };
        }
        let own = without(&root, "include");
        match whole {
            Some(base) => merge(&base, &own),
            None => own,
        }
    }

    fn moved_services(&self, root: &Node, folder: &str) -> Node {
        let Some(services) = root.get("services").filter(|_| folder != self.directory) else { return root.clone() };
        let moved = |entry: &Entry| Entry { key: entry.key.clone(), value: self.moved(&entry.value, folder) };
        let entries = services.entries().iter().map(moved).collect();
        replaced(root, "services", &Node { value: Value::Mapping(Arc::new(Mapping { entries })), ..services.clone() })
    }

    /// A service whose relative paths start at another folder, with paths that start at the project's.
    fn moved(&self, service: &Node, folder: &str) -> Node {
        if folder == self.directory {
            return service.clone();
        }
        let rebased = |node: &Node| {
            let text = node.text().filter(|text| !text.starts_with('/') && !text.contains("://"));
            let path = text.and_then(|text| reader::join(folder, text)).map(|path| self.relative(&path));
            path.map_or_else(|| node.clone(), |path| with_text(node, &path))
        };
        let mut service = service.clone();
        if let Some(build) = service.get("build").cloned() {
            let context = build
                .get("context")
                .map_or_else(|| Node::scalar(build.span, self.relative(folder), crate::syntax::Style::Plain), rebased);
            let build = set(&build, "context", &context);
            service = replaced(&service, "build", &build);
        }
        if let Some(files) = service.get("env_file").cloned() {
            let items: Vec<Node> = files
                .items()
                .iter()
                .map(|item| {
                    item.get("path").map_or_else(|| item.clone(), |path| replaced(item, "path", &rebased(path)))
                })
                .collect();
            service = replaced(&service, "env_file", &Node { value: Value::Sequence(items.into()), ..files });
        }
        service
    }

    /// A path relative to the root, made relative to the project's folder.
    fn relative(&self, path: &str) -> String {
        if self.directory == "." {
            return path.to_owned();
        }
        let up = self.directory.split('/').map(|_| "..").collect::<Vec<_>>().join("/");
        format!("{up}/{path}")
    }
}

fn with_text(node: &Node, text: &str) -> Node {
    let style = node.as_scalar().map_or(crate::syntax::Style::Plain, |scalar| scalar.style);
    Node { value: Node::scalar(node.span, text, style).value, ..node.clone() }
}

/// A mapping with the value of a key changed.
fn replaced(node: &Node, key: &str, value: &Node) -> Node {
    let entries = node.entries().iter().map(|entry| {
        let value = if entry.name() == key { value.clone() } else { entry.value.clone() };
        Entry { key: entry.key.clone(), value }
    });
    Node { value: Value::Mapping(Arc::new(Mapping { entries: entries.collect() })), ..node.clone() }
}

/// A mapping with a key set, whether it was there or not.
fn set(node: &Node, key: &str, value: &Node) -> Node {
    if node.get(key).is_some() {
        return replaced(node, key, value);
    }
    let mut entries = node.entries().to_vec();
    entries.push(Entry { key: Node::scalar(value.span, key, crate::syntax::Style::Plain), value: value.clone() });
    Node { value: Value::Mapping(Arc::new(Mapping { entries })), ..node.clone() }
}

/// A mapping without a key.
fn without(node: &Node, key: &str) -> Node {
    let entries = node.entries().iter().filter(|entry| entry.name() != key).cloned().collect();
    Node { value: Value::Mapping(Arc::new(Mapping { entries })), ..node.clone() }
}
