//! Mistakes in rule files, told with their place.

use crate::source::{Source, Span};

/// A mistake in a rule or pack file. It ends the run with status 2: a rule that is not understood
/// must not look like one that passed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, thiserror::Error)]
#[error("{file}:{line}:{column}: error: {message}")]
pub struct Error {
    /// The file, as `rules/...`.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
    /// What is wrong, and what would be right.
    pub message: String,
}

impl Error {
    /// A mistake at a place of a source.
    #[must_use]
    pub fn at(source: &Source, span: Span, message: impl Into<String>) -> Self {
        let position = source.position(span.start);
        Self { file: source.name.to_string(), line: position.line, column: position.column, message: message.into() }
    }

    /// A mistake that concerns a whole file.
    #[must_use]
    pub fn file(file: impl Into<String>, message: impl Into<String>) -> Self {
        Self { file: file.into(), line: 1, column: 1, message: message.into() }
    }
}
