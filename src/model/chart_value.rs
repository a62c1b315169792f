//! What a values file of a chart gives.

use super::{Field, Image};
use crate::source::Span;

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
    /// Whether a setting or the image of a container is made from it, once settings are joined.
    pub deployed: bool,
    /// For a credential, whether git tracks the file; absent outside of a work tree.
    pub tracked: Field<bool>,
    /// For the tag of an image or a whole reference, the image that is meant.
    pub image: Field<Image>,
}
