//! What goes wrong while templates are parsed or run.

use super::ast::Text;
use crate::source::{Problem, Span};
use std::ops::Range;
use std::rc::Rc;

/// Why a template stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The text is not a template.
    Syntax,
    /// Something went wrong while it ran.
    Run,
    /// The chart itself refused: `fail`, or `required` without a value.
    Refused,
    /// A named template is missing.
    MissingTemplate,
    /// A bound on time, depth or size was reached.
    Limit,
}

/// An error with its place. The message names no value.
#[derive(Clone)]
pub struct TemplateError {
    /// What kind it is.
    pub cause: Cause,
    /// The text in which it stands.
    pub text: Rc<Text>,
    /// Where in that text.
    pub range: Range<usize>,
    /// What is wrong, as a phrase.
    pub message: String,
}

impl TemplateError {
    /// The error as a problem.
    #[must_use]
    pub fn problem(&self) -> Problem {
        let message = match self.cause {
            Cause::Syntax => format!("The template cannot be parsed: {}.", self.message),
            Cause::Refused => format!("The chart refuses these values: {}", self.message),
            Cause::MissingTemplate => format!(
                "{}. If a dependency defines it, run `helm dependency build` and audit again.",
                capital(&self.message)
            ),
            Cause::Limit => format!("Rendering was stopped: {}.", self.message),
            Cause::Run => format!("The template fails here: {}.", self.message),
        };
        match self.text.source {
            Some(source) => Problem::error(Span::new(source, self.range.start, self.range.end), message),
            None => Problem::error(&*self.text.name, message),
        }
    }
}

impl std::fmt::Debug for TemplateError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}@{:?}: {:?}: {}", self.text.name, self.range, self.cause, self.message)
    }
}

/// The text with its first letter in upper case.
pub(in crate::helm) fn capital(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    first + characters.as_str()
}
