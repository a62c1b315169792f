//! From a merged project to the deployment model.

mod brought;
mod command;
mod environment;
mod image;
mod jobs;
mod mounts;
mod place;
mod ports;
mod security;
mod service;

use self::place::Place;
use super::variables::Variables;
use crate::discovery::Workspace;
use crate::model::{Object, Platform, Stack};
use crate::source::{Problem, Span};
use crate::syntax::{Flavour, Node};
use std::cell::RefCell;
use std::collections::HashMap;

/// A merged project with what is needed to read it.
pub(super) struct Merged<'p> {
    /// Its name.
    pub name: String,
    /// Its folder.
    pub directory: &'p str,
    /// Its files.
    pub files: Vec<String>,
    /// The tree in canonical form.
    pub root: &'p Node,
    /// Its variables.
    pub variables: &'p Variables,
    /// The files around it.
    pub workspace: &'p Workspace,
}

/// Lowers a project. Problems are added to those that are known.
pub(super) fn lower(merged: &Merged<'_>, problems: &mut Vec<Problem>) -> Stack {
    let found = RefCell::new(Vec::new());
    let root = merged.root;
    let start = Span::new(root.span.source, root.span.range().start, root.span.range().start);
    let mut stack = Stack::new(merged.name.as_str(), Platform::Compose, merged.directory, start);
    stack.files.clone_from(&merged.files);
    let whole = Place::new(root, start, "the project", &found);
    let services = whole.get("services");
    let entries = services.entries().iter().enumerate();
    let names: HashMap<&str, usize> = entries.map(|(number, entry)| (entry.name(), number)).collect();
    let completed = service::completed(services);
    for (number, entry) in services.entries().iter().enumerate() {
        let place = services.entry(entry);
        if let Some(node) = place.node.filter(|node| node.as_mapping().is_some()) {
            service::lower(entry, node, number, &names, &completed, whole, merged, &mut stack);
        } else {
            // The numbers of the others stay right.
            service::lower_empty(entry, number, whole, merged, &mut stack);
        }
    }
    stack.objects.push(Object {
        file: stack.files.first().cloned().unwrap_or_default(),
        flavour: Flavour::Compose,
        ..Object::new("compose", "Project", merged.name.as_str(), start, root.clone())
    });
    problems.append(&mut found.into_inner());
    stack
}
