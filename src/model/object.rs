//! A parsed tree with a name.

use super::{ChartValue, Reference, Requirement, UnknownKey};
use crate::source::Span;
use crate::syntax::{Flavour, Node};

/// One Kubernetes object, the merged Compose project, or a file that speaks of a chart.
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
    /// The path of its file, relative to the root; for a rendered one the template's.
    pub file: String,
    /// For the declaration of a chart: what that is built from.
    pub requires: Vec<Requirement>,
    /// For the values of a chart: those that no template reads, by path and key; `None` if that is not
    /// known.
    pub unread: Option<Vec<(String, Span)>>,
    /// For the values of a chart: what they give. `None` for the chart's own where it is seen with one
    /// of several value sets: they are judged where the chart is seen with them alone.
    pub values: Option<Vec<ChartValue>>,
}

impl Object {
    /// An object of which only this is known: `api` and `kind`, name, place, tree.
    #[must_use]
    pub fn new(api: impl Into<String>, kind: impl Into<String>, name: impl Into<String>, at: Span, root: Node) -> Self {
        Self {
            api: api.into(),
            kind: kind.into(),
            name: name.into(),
            namespace: None,
            root,
            flavour: Flavour::Core,
            at,
            references: Vec::new(),
            unknown_keys: Vec::new(),
            file: String::new(),
            requires: Vec::new(),
            unread: None,
            values: None,
        }
    }
}
