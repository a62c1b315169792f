//! Anchors of a document and what their aliases may cost.

use super::build::Built;
use crate::source::{Origin, OriginKind, Span};
use crate::syntax::tree::{Node, Provenance};
use std::collections::HashMap;
use std::sync::Arc;

/// The finished anchored values of one document, and the budget of the whole text.
pub(super) struct Anchors {
    values: HashMap<usize, Built>,
    budget: usize,
}

/// Why an alias has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// It stands inside of the value that it names.
    Cycle,
    /// The aliases of the text stand for more values than allowed.
    Budget,
    /// Lists and mappings would nest too deep.
    Depth,
}

impl Refused {
    /// The sentence for it.
    pub(super) fn message(self) -> &'static str {
        match self {
            Self::Cycle => {
                "this alias stands inside of the value that it names, which would never end; copy what is needed"
            }
            Self::Budget => {
                "the aliases of this file stand for more values than the audit follows; write the values out"
            }
            Self::Depth => {
                "with this alias, lists and mappings nest deeper than the audit follows; flatten the document"
            }
        }
    }
}

impl Anchors {
    pub(super) fn new(budget: usize) -> Self {
        Self { values: HashMap::new(), budget }
    }

    /// Anchors do not outlive their document; the budget does.
    pub(super) fn next_document(&mut self) {
        self.values.clear();
    }

    pub(super) fn define(&mut self, anchor: usize, value: &Built) {
        if anchor > 0 {
            self.values.insert(anchor, value.clone());
        }
    }

    /// The value of an alias at `span`, `room` levels of nesting allowed.
    pub(super) fn resolve(&mut self, anchor: usize, span: Span, room: usize) -> Result<Built, Refused> {
        let value = self.values.get(&anchor).ok_or(Refused::Cycle)?;
        if value.height > room {
            return Err(Refused::Depth);
        }
        self.budget = self.budget.checked_sub(value.weight).ok_or(Refused::Budget)?;
        let node = referenced(value.node.clone(), span);
        Ok(Built { node, end: span.end as usize, ..value.clone() })
    }
}

/// The node with one more step: it is used at `span` through a reference. The way begins where the node
/// is written, which is the place to edit.
pub(super) fn referenced(mut node: Node, span: Span) -> Node {
    let mut provenance = node.provenance.as_deref().cloned().unwrap_or_else(Provenance::default);
    if provenance.origins.is_empty() {
        provenance.origins.push(Origin::at(OriginKind::Literal, node.span));
    }
    provenance.origins.push(Origin::at(OriginKind::Reference, span));
    node.provenance = Some(Arc::new(provenance));
    node
}
