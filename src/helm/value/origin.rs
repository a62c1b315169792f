//! Where values and the parts of texts came from.

use crate::helm::yaml::tree::At;
use crate::source::Span;
use std::rc::Rc;

/// What kind of place a value came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OriginSource {
    /// A values file, Chart.yaml, or an option of the command line.
    Values,
    /// The text of a template, read back with `fromYaml` and the like.
    Template,
    /// Made up while rendering, or asked of the cluster.
    Generated,
}

/// The place that a whole value, or a part of a text, came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// What kind of place it is.
    pub source: OriginSource,
    /// Its byte; `None` for what no file holds.
    pub at: Option<At>,
    /// How many lines below `at` it stands.
    pub line: u32,
    /// Whether the lines of the text are lines of the file, from `at` on.
    pub is_block: bool,
}

impl Origin {
    /// A value of a values file.
    #[must_use]
    pub fn values(at: Option<At>) -> Self {
        Self { source: OriginSource::Values, at, line: 0, is_block: false }
    }

    /// A value that was made up.
    #[must_use]
    pub fn generated() -> Self {
        Self { source: OriginSource::Generated, at: None, line: 0, is_block: false }
    }

    /// Whether the value was made up.
    #[must_use]
    pub fn is_generated(&self) -> bool {
        self.source == OriginSource::Generated
    }
}

/// A place in a template together with the way that execution came there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Site {
    /// The action, or a line of the template's text.
    pub span: Span,
    /// Index of the call chain; 0 for none.
    pub frame: u32,
}

/// A stretch of a text with one origin; it reaches to the next part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Offset of its first byte.
    pub start: u32,
    /// The value that it came from.
    pub origin: Option<Origin>,
    /// Where it was written; `None` until an action writes it.
    pub site: Option<Site>,
}

/// How a value came to be.
#[derive(Debug, Clone)]
pub enum Came {
    /// From the expression that made it.
    Here,
    /// As a whole from one place.
    From(Origin),
    /// A text put together from several places.
    Parts(Rc<[Part]>),
}

impl Came {
    /// Whether both speak of the same places; of texts put together only the very same count.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Here, Self::Here) => true,
            (Self::From(one), Self::From(other)) => one == other,
            (Self::Parts(one), Self::Parts(other)) => Rc::ptr_eq(one, other),
            _ => false,
        }
    }

    /// The place that speaks for the whole value: what is generated first, else the first one.
    #[must_use]
    pub fn main(&self) -> Option<Origin> {
        match self {
            Self::Here => None,
            Self::From(origin) => Some(*origin),
            Self::Parts(parts) => {
                let mut origins = parts.iter().filter_map(|part| part.origin);
                let first = origins.next()?;
                if first.is_generated() {
                    return Some(first);
                }
                Some(origins.find(Origin::is_generated).unwrap_or(first))
            }
        }
    }
}
