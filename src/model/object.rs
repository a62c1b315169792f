//! A parsed tree with a name.

use super::{Reference, UnknownKey};
use crate::source::Span;
use crate::syntax::{Flavour, Node};

/// One Kubernetes object, or the merged Compose project.
#[derive(Debug)]
pub struct Object {
    /// `apiVersion`; `compose` for a Compose project.
    pub api: String,
    /// `kind`; `Project` for a Compose project.
    pub kind: String,
    /// `metadata.name`, or the project's name; empty if there is none.
    pub name: String,
    /// `metadata.namespace`, if written.
    pub namespace: Option<String>,
    /// The whole tree.
    pub root: Node,
    /// How its plain scalars are read.
    pub flavour: Flavour,
    /// Where findings about the whole object point: its name, else its first line.
    pub at: Span,
    /// What it refers to by name, as far as no workload does.
    pub references: Vec<Reference>,
    /// Keys that its platform does not know, in the order of the file.
    pub unknown_keys: Vec<UnknownKey>,
}
