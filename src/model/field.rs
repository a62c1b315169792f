//! A value that may be set, absent or unknown, and knows where it came from.

use crate::source::{Origin, OriginKind, Reason, Span, Text};
use crate::syntax::{Node, Provenance};
use std::sync::Arc;

/// What is known of a field.
#[derive(Debug, Clone, PartialEq)]
pub enum State<T> {
    /// It has this value, written or by a default of the platform.
    Set(T),
    /// The files decide that it has none.
    Absent,
    /// The files do not decide it.
    Unknown(Reason),
}

/// A field of a subject.
#[derive(Debug, Clone)]
pub struct Field<T> {
    /// What is known.
    pub state: State<T>,
    /// The place of use: the value's node or, for something absent or defaulted, the nearest
    /// parent that exists, which is where it would have to be written.
    pub at: Option<Span>,
    /// How the value came here, if it was not simply written at `at`.
    pub provenance: Option<Arc<Provenance>>,
}

thread_local! {
    /// How a value comes that nobody writes, which is the same for all of them. Each thread has one of its
    /// own, so that threads do not wait for each other to count who shares it.
    static BY_DEFAULT: Arc<Provenance> = Arc::new(Provenance {
        origins: vec![Origin { kind: OriginKind::Default, span: None, name: None }],
        unknown: None,
    });
}

impl<T> Field<T> {
    /// A value that stands at `at`.
    #[must_use]
    pub fn set(value: T, at: Span) -> Self {
        Self { state: State::Set(value), at: Some(at), provenance: None }
    }

    /// A value that the platform gives when nothing is written; it would be written at `at`.
    #[must_use]
    pub fn default(value: T, at: Span) -> Self {
        Self { state: State::Set(value), at: Some(at), provenance: Some(BY_DEFAULT.with(Arc::clone)) }
    }

    /// Nothing; it would be written at `at`.
    #[must_use]
    pub fn absent(at: Span) -> Self {
        Self { state: State::Absent, at: Some(at), provenance: None }
    }

    /// Not decided by the files. What may be known of the text that is the reason is not known of this.
    #[must_use]
    pub fn unknown(reason: Reason, at: Span) -> Self {
        Self { state: State::Unknown(reason.into_rest()), at: Some(at), provenance: None }
    }

    /// Reads a node: unknown if the node says so, else `read`; where that yields nothing the field
    /// is unknown as [`Reason::Malformed`], with `expected` naming what should stand there.
    #[must_use]
    pub fn read(node: &Node, expected: &str, read: impl FnOnce(&Node) -> Option<T>) -> Self {
        let unknown = node.provenance.as_ref().and_then(|provenance| provenance.unknown.clone());
        let state = match unknown {
            Some(reason) => State::Unknown(reason),
            None => match read(node) {
                Some(value) => State::Set(value),
                None => State::Unknown(Reason::Malformed { expected: expected.into() }),
            },
        };
        Self { state, at: Some(node.span), provenance: node.provenance.clone() }
    }

    /// As [`Field::read`] if there is a node that is not null, else absent at `parent`.
    #[must_use]
    pub fn read_optional(
        node: Option<&Node>,
        parent: Span,
        expected: &str,
        read: impl FnOnce(&Node) -> Option<T>,
    ) -> Self {
        match node {
            Some(node) if !node.is_null() || !node.origins().is_empty() => Self::read(node, expected, read),
            _ => Self::absent(parent),
        }
    }

    /// The value, if set.
    #[must_use]
    pub fn value(&self) -> Option<&T> {
        match &self.state {
            State::Set(value) => Some(value),
            State::Absent | State::Unknown(_) => None,
        }
    }

    /// Why it is unknown, if it is.
    #[must_use]
    pub fn reason(&self) -> Option<&Reason> {
        match &self.state {
            State::Unknown(reason) => Some(reason),
            State::Set(_) | State::Absent => None,
        }
    }

    /// Whether the files decide that there is nothing.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        matches!(self.state, State::Absent)
    }

    /// The steps from the place to edit to the place of use; empty if written at `at`.
    #[must_use]
    pub fn origins(&self) -> &[Origin] {
        self.provenance.as_ref().map_or(&[], |provenance| &provenance.origins)
    }

    /// The place to edit: where the value was written, else where it would have to be.
    #[must_use]
    pub fn primary(&self) -> Option<Span> {
        self.origins().iter().find_map(|origin| origin.span).or(self.at)
    }

    /// The same field with its value changed.
    #[must_use]
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Field<U> {
        let state = match self.state {
            State::Set(value) => State::Set(change(value)),
            State::Absent => State::Absent,
            // What is known of the one text says nothing of what is made of it.
            State::Unknown(reason) => State::Unknown(reason.into_rest()),
        };
        Field { state, at: self.at, provenance: self.provenance }
    }

    /// This field unless it is absent, else the other: inheritance, such as pod to container.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        if self.is_absent() && !other.is_absent() { other } else { self }
    }
}

impl Field<Text> {
    /// The same; if it is not known as a whole, with what is known of its text.
    #[must_use]
    pub fn outlined(self, text: &str) -> Self {
        match self.state {
            State::Unknown(reason) => Self { state: State::Unknown(reason.partly(text)), ..self },
            state => Self { state, ..self },
        }
    }
}
