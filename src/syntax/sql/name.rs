//! Names of what statements are about.

use crate::source::Span;

/// A name, with its schema if that is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The schema.
    pub schema: Option<String>,
    /// The name itself, in lower case unless it is quoted.
    pub name: String,
    /// Where it stands.
    pub at: Span,
}
