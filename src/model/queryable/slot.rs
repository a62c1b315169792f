//! What a path leads to: a value, nothing, or why it is not known.

use super::thing::Thing;
use crate::model::{Field, Image, Stack, State};
use crate::source::{Origin, Reason, Span, Text};
use crate::syntax::{Flavour, Node};
use std::borrow::Cow;

/// A value as the engine sees it.
#[derive(Clone)]
pub enum Datum<'m> {
    /// True or false.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// Any number.
    Number(f64),
    /// Bytes.
    Memory(u64),
    /// Thousandths of a core.
    Cpu(u64),
    /// Milliseconds.
    Duration(u64),
    /// Characters, of whatever textual type.
    Text(Cow<'m, str>),
    /// An image reference.
    Image(&'m Image),
    /// A thing with fields.
    Thing(Thing<'m>),
    /// Several values; with a reason if a file shows that some are missing.
    List(Vec<Slot<'m>>, Option<Reason>),
    /// A raw value.
    Node(&'m Node, Flavour),
}

/// What a path leads to.
#[derive(Clone)]
pub struct Slot<'m> {
    /// What is known of it.
    pub state: State<Datum<'m>>,
    /// Where it is used, or would have to be written.
    pub at: Option<Span>,
    /// The steps from the place to edit to the place of use.
    pub origins: Cow<'m, [Origin]>,
    /// Whether its characters have to be kept secret.
    pub secret: bool,
}

impl<'m> Slot<'m> {
    /// A value that stands at `at`.
    #[must_use]
    pub fn set(datum: Datum<'m>, at: Option<Span>) -> Self {
        Self { state: State::Set(datum), at, origins: Cow::Borrowed(&[]), secret: false }
    }

    /// Nothing.
    #[must_use]
    pub fn absent(at: Option<Span>) -> Self {
        Self { state: State::Absent, at, origins: Cow::Borrowed(&[]), secret: false }
    }

    /// Not known.
    #[must_use]
    pub fn unknown(reason: Reason, at: Option<Span>) -> Self {
        Self { state: State::Unknown(reason.into_rest()), at, origins: Cow::Borrowed(&[]), secret: false }
    }

    /// A field of the model, its value turned into a datum.
    #[must_use]
    pub fn field<T>(field: &'m Field<T>, datum: impl FnOnce(&'m T) -> Datum<'m>) -> Self {
        let state = match &field.state {
            State::Set(value) => State::Set(datum(value)),
            State::Absent => State::Absent,
            State::Unknown(reason) => State::Unknown(reason.of_rest().clone()),
        };
        Self { state, at: field.at, origins: Cow::Borrowed(field.origins()), secret: false }
    }

    /// A text field. Of one that is not known as a whole some may be.
    #[must_use]
    pub fn text(field: &'m Field<Text>) -> Self {
        let slot = Self::field(field, |text| Datum::Text(Cow::Borrowed(text.expose())));
        match &field.state {
            State::Unknown(reason) => Self { state: State::Unknown(reason.clone()), ..slot },
            State::Set(_) | State::Absent => slot,
        }
    }

    /// A word or other plain string field.
    #[must_use]
    pub fn word(field: &'m Field<String>) -> Self {
        Self::field(field, |word| Datum::Text(Cow::Borrowed(word)))
    }

    /// A field with a list of words.
    #[must_use]
    pub fn words(field: &'m Field<Vec<Field<String>>>) -> Self {
        Self::field(field, |words| Datum::List(words.iter().map(Slot::word).collect(), None))
    }

    /// A list of things, open if the stack has a gap of that kind.
    #[must_use]
    pub fn things(things: impl Iterator<Item = Thing<'m>>, at: Option<Span>, open: Option<Reason>) -> Self {
        let slots = things.map(|thing| Slot::set(Datum::Thing(thing), Some(thing.at()))).collect();
        Self::set(Datum::List(slots, open), at)
    }

    /// A list of things of the stack; with a reason if some may be missing.
    #[must_use]
    pub fn listed<T>(
        stack: &'m Stack,
        items: &'m [T],
        thing: impl Fn(&'m Stack, &'m T) -> Thing<'m>,
        at: Span,
        open: Option<&Reason>,
    ) -> Self {
        Self::things(items.iter().map(|item| thing(stack, item)), Some(at), open.cloned())
    }

    /// A constant text.
    #[must_use]
    pub fn constant(text: &'m str, at: Option<Span>) -> Self {
        Self::set(Datum::Text(Cow::Borrowed(text)), at)
    }
}
