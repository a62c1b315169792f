//! What a values file of a chart gives.

use super::{Field, Image, Stack};
use crate::source::{Origin, OriginKind, Span};
use crate::syntax::Provenance;
use std::sync::Arc;

/// One text or number in a values file, whether or not a template reads it.
#[derive(Debug)]
pub struct ChartValue {
    /// Its path in the file, keys between dots: `image.tag`.
    pub path: String,
    /// The place of its key.
    pub at: Span,
    /// The place of the value itself.
    pub value_at: Span,
    /// Whether it is a credential, by its key or by its form, and written out.
    pub holds_secret: bool,
    /// For the tag of an image or a whole reference, the image that is meant.
    pub image: Field<Image>,
}

impl ChartValue {
    /// Whether something of the deployment that is judged by itself was made from it: a setting, or
    /// the image of a container.
    #[must_use]
    pub fn is_deployed(&self, stack: &Stack) -> bool {
        let is_from = |provenance: &Option<Arc<Provenance>>| {
            provenance.iter().flat_map(|provenance| &provenance.origins).any(|origin| self.is_origin(origin))
        };
        stack.containers.iter().any(|container| is_from(&container.image.provenance))
            || stack.settings.iter().any(|setting| is_from(&setting.value.provenance))
    }

    fn is_origin(&self, origin: &Origin) -> bool {
        origin.kind == OriginKind::Values
            && origin.span.is_some_and(|span| {
                span.source == self.value_at.source && (self.value_at.start..=self.value_at.end).contains(&span.start)
            })
    }
}
