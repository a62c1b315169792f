//! Defects in what was read. A problem is data; it never aborts an audit.

use super::{SourceId, Span};
use std::sync::Arc;

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Something of a deployment could not be seen; the audit is not whole (exit status 3).
    Error,
    /// Worth telling; the audit is whole.
    Warning,
}

/// Where a problem is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Place {
    /// Bytes of a source that was read.
    Span(Span),
    /// A path, relative to the root with `/`, that could not be read or has no lines.
    Path(Arc<str>),
}

/// A defect in the input: where it is, what was found there, and what to do about it.
///
/// The message is shown as it is, so it may name keys, paths and variables but never a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// How bad.
    pub severity: Severity,
    /// What was found, what was expected and what to do next, in one or two sentences.
    pub message: String,
}

impl Problem {
    /// Something that keeps part of a deployment from being seen.
    #[must_use]
    pub fn error(place: impl Into<Place>, message: impl Into<String>) -> Self {
        Self { place: place.into(), severity: Severity::Error, message: message.into() }
    }

    /// Something worth telling that hides nothing.
    #[must_use]
    pub fn warning(place: impl Into<Place>, message: impl Into<String>) -> Self {
        Self { place: place.into(), severity: Severity::Warning, message: message.into() }
    }
}

impl From<Span> for Place {
    fn from(span: Span) -> Self {
        Self::Span(span)
    }
}

impl From<SourceId> for Place {
    fn from(source: SourceId) -> Self {
        Self::Span(Span::file(source))
    }
}

impl From<&str> for Place {
    fn from(path: &str) -> Self {
        Self::Path(path.into())
    }
}
