//! Layer 5: Kubernetes manifests become stacks.
//!
//! Objects of every kind are kept; those that run pods become workloads and containers, and what
//! they refer to (ConfigMaps, Secrets, claims, Services) is looked up in the whole stack.

mod arguments;
mod clusters;
mod container;
mod edge;
mod edges;
mod environment;
mod expand;
mod fields;
mod files;
mod holder;
mod index;
mod jobs;
mod labels;
mod lower;
mod monitors;
mod network;
mod operators;
mod object;
mod pod;
mod policies;
mod probe;
mod references;
mod resources;
mod scaling;
mod selection;
mod settings;
mod share;
mod sink;
mod spot;
mod volumes;
mod workload;

use crate::model::{Object, Platform, Stack};
use crate::source::{Problem, SourceId, Span};
use crate::syntax::Node;
use rayon::prelude::*;

/// One document of a manifest file, or of what a chart renders to.
#[derive(Debug)]
pub struct Manifest {
    /// The path of its file, relative to the root, with `/`.
    pub path: String,
    /// The document.
    pub root: Node,
    /// What it holds.
    objects: Vec<Object>,
    problems: Vec<Problem>,
}

impl Manifest {
    /// Looks at a document. That is best done when it has just been parsed, and is at hand.
    #[must_use]
    pub fn new(path: impl Into<String>, root: Node) -> Self {
        let path = path.into();
        let (objects, problems) = object::objects(&root, &path);
        Self { path, root, objects, problems }
    }
}

/// What became of a set of manifests.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The stack; `None` if there was no object.
    pub stack: Option<Stack>,
    /// Defects, in the order of the manifests.
    pub problems: Vec<Problem>,
}

/// Lowers all manifests of one deployment into a stack named `name`, whose folder is `root`; `whole` if
/// none of it is missing. The order of the manifests does not matter: they are taken in the order of their
/// paths and places.
#[must_use]
pub fn load(name: &str, root: &str, mut manifests: Vec<Manifest>, whole: bool) -> Loaded {
    manifests.sort_by(|one, other| {
        let place = |manifest: &Manifest| (manifest.root.span.start, manifest.root.span.source);
        one.path.cmp(&other.path).then_with(|| place(one).cmp(&place(other)))
    });
    let Some(first) = manifests.first() else { return Loaded::default() };
    let mut stack = Stack::new(name, Platform::Kubernetes, root, Span::file(first.root.span.source));
    let sources: Vec<SourceId> = manifests.iter().map(|manifest| manifest.root.span.source).collect();
    stack.files = manifests.par_iter().map(|manifest| manifest.path.clone()).collect();
    stack.files.dedup();
    let sink = sink::Sink::default();
    let mut objects = Vec::with_capacity(manifests.len());
    for mut manifest in manifests {
        objects.append(&mut manifest.objects);
        manifest.problems.into_iter().for_each(|problem| sink.push(problem));
    }
    for (number, references) in lower::lower(&mut stack, &objects, whole, &sink) {
        if let Some(object) = objects.get_mut(number) {
            object.references.reserve_exact(references.len());
            object.references.extend(references);
        }
    }
    stack.objects = objects;
    let problems = sink.finish(sources.into_iter());
    let stack = (!stack.objects.is_empty()).then_some(stack);
    Loaded { stack, problems }
}
