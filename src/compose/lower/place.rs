//! Reading canonical trees into fields: every absent one knows where it would be written, every
//! malformed one is told once.

use crate::model::{Cpu, Duration, Field, Memory};
use crate::source::{HOLE, Problem, Reason, Span, Text};
use crate::syntax::{Entry, Node};
use std::cell::RefCell;

/// A value that may be there, with the place that stands for it if it is not.
#[derive(Clone, Copy)]
pub(super) struct Place<'n> {
    /// What stands there.
    pub node: Option<&'n Node>,
    /// The place of its key, or of the nearest parent's.
    pub at: Span,
    key: &'n str,
    problems: &'n RefCell<Vec<Problem>>,
}

impl<'n> Place<'n> {
    pub fn new(node: &'n Node, at: Span, key: &'n str, problems: &'n RefCell<Vec<Problem>>) -> Self {
        Self { node: Some(node), at, key, problems }
    }

    /// The value under a key.
    pub fn get(self, key: &'n str) -> Self {
        match self.node.and_then(|node| node.entry(key)) {
            Some(entry) if !is_nothing(&entry.value) => {
                Self { node: Some(&entry.value), at: entry.key.span, key, ..self }
            }
            _ => Self { node: None, key, ..self },
        }
    }

    /// The value at the end of several keys.
    pub fn path(self, keys: &[&'n str]) -> Self {
        keys.iter().fold(self, |place, key| place.get(key))
    }

    pub fn is_there(self) -> bool {
        self.node.is_some()
    }

    /// The text, if it is one that is known.
    pub fn known(self) -> Option<&'n str> {
        let node = self.node?;
        let is_unknown = node.provenance.as_ref().is_some_and(|provenance| provenance.unknown.is_some());
        node.text().filter(|_| !is_unknown)
    }

    /// Why the value is not known, if it is not.
    pub fn unknown(self) -> Option<Reason> {
        self.node?.provenance.as_ref()?.unknown.clone()
    }

    /// Why nothing of the text is known up to where it says what it is, if that is so.
    pub fn hidden(self) -> Option<Reason> {
        self.unknown().filter(|_| self.node.and_then(Node::text).is_some_and(|text| text.starts_with(HOLE)))
    }

    /// The elements of a list; anything else is told.
    pub fn items(self) -> impl Iterator<Item = Place<'n>> {
        let items = match self.node {
            Some(node) if node.as_mapping().is_some() || node.text().is_some() => {
                self.wrong("a list");
                &[]
            }
            Some(node) => node.items(),
            None => &[],
        };
        items.iter().map(move |item| Place { node: Some(item), at: item.span, ..self })
    }

    /// The entries of a mapping; anything else is told.
    pub fn entries(self) -> &'n [Entry] {
        match self.node {
            Some(node) if node.as_mapping().is_none() => {
                self.wrong("a mapping");
                &[]
            }
            Some(node) => node.entries(),
            None => &[],
        }
    }

    /// A value of an entry.
    pub fn entry(self, entry: &'n Entry) -> Place<'n> {
        let node = Some(&entry.value).filter(|node| !is_nothing(node));
        Place { node, at: entry.key.span, key: entry.name(), ..self }
    }

    /// Notes that something else stands here than is expected, if that was not told before.
    pub fn wrong(self, expected: &str) {
        let told = |node: &&Node| node.provenance.as_ref().is_some_and(|provenance| provenance.unknown.is_some());
        if let Some(node) = self.node.filter(|node| !told(node)) {
            let message = format!("{} is {}; write {expected}", self.key, node.describe());
            self.problems.borrow_mut().push(Problem::error(node.span, message));
        }
    }

    /// The field of what stands here.
    pub fn read<T>(self, expected: &str, read: impl FnOnce(&'n str) -> Option<T>) -> Field<T> {
        let Some(node) = self.node else { return Field::absent(self.at) };
        let field = Field::read(node, expected, |_| node.text().and_then(read));
        if matches!(field.reason(), Some(Reason::Malformed { .. })) {
            self.wrong(expected);
        }
        field
    }

    pub fn string(self) -> Field<String> {
        self.read("a text", |text| Some(text.to_owned()))
    }

    pub fn text(self) -> Field<Text> {
        self.read("a text", |text| Some(Text::from(text)))
    }

    pub fn boolean(self) -> Field<bool> {
        self.read("true or false", |text| match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "y" | "1" => Some(true),
            "false" | "no" | "off" | "n" | "0" => Some(false),
            _ => None,
        })
    }

    pub fn integer(self) -> Field<i64> {
        self.read("a whole number", |text| text.trim().parse().ok())
    }

    pub fn memory(self) -> Field<Memory> {
        self.read("an amount of memory such as 512m", Memory::compose)
    }

    pub fn cpu(self) -> Field<Cpu> {
        self.read("a number of processors such as 0.5", Cpu::parse)
    }

    pub fn duration(self) -> Field<Duration> {
        self.read("a duration such as 30s", Duration::parse)
    }

    /// The texts of a list, or of one value.
    pub fn texts(self) -> Field<Vec<Field<String>>> {
        match self.node {
            None => Field::absent(self.at),
            Some(node) if node.text().is_some() => match self.string() {
                field if field.reason().is_some() => field.map(|_| Vec::new()),
                field => Field::set(vec![field], node.span),
            },
            Some(node) => {
                let texts = self.items().map(Place::string).collect();
                Field { provenance: node.provenance.clone(), ..Field::set(texts, node.span) }
            }
        }
    }

    pub fn problem(self, problem: Problem) {
        self.problems.borrow_mut().push(problem);
    }
}

/// A null that was not made by an empty variable.
fn is_nothing(node: &Node) -> bool {
    node.is_null() && node.origins().is_empty() && node.provenance.as_ref().is_none_or(|it| it.unknown.is_none())
}

/// The field, or what the platform takes where nothing is written.
pub(super) fn or_default<T>(field: Field<T>, default: T) -> Field<T> {
    match field.at {
        Some(at) if field.is_absent() => Field::default(default, at),
        _ => field,
    }
}
