//! What Compose refuses because of its form: keys that it does not know, keys that are missing, and
//! values of another type than it wants. The tables follow the schema of the Compose specification.

mod deploy;
mod kinds;
mod project;
mod service;
mod unknown;

use self::kinds::{Keys, Shape, found};
use crate::source::{Problem, Span};
use crate::syntax::{Entry, Flavour, Node, Resolved, Value};

/// How many problems are told of one project.
const MOST: usize = 200;

/// What is wrong with the form of one file that only shows there: its sections, and what it says of
/// other files. Its sections are looked at when they are merged.
#[must_use]
pub(super) fn of_file(root: &Node) -> Vec<Problem> {
    let mut check = Check::default();
    let known = &project::PROJECT;
    for entry in root.entries() {
        if known.get(entry.name()).is_none() && !is_extension(entry.name()) {
            check.unknown(entry, known, &[]);
        }
    }
    if let Some(include) = root.entry("include").filter(|entry| entry.value.as_scalar().is_none()) {
        check.value(include, &project::INCLUDE, &mut Vec::new());
    }
    for service in root.get("services").map_or(&[][..], Node::entries) {
        if let Some(extends) = service.value.entry("extends") {
            check.value(extends, &project::EXTENDS, &mut Vec::new());
        }
    }
    check.problems
}

/// What is wrong with the form of a merged project.
#[must_use]
pub(super) fn of_project(root: &Node) -> Vec<Problem> {
    let mut check = Check::default();
    for entry in root.entries() {
        if let Some(shape) = project::PROJECT.get(entry.name()) {
            if ["services", "volumes", "secrets", "configs"].contains(&entry.name()) {
                check.names(&entry.value);
            }
            check.value(entry, shape, &mut Vec::new());
        }
    }
    check.problems.truncate(MOST);
    check.problems
}

/// Whether a key belongs to the user.
fn is_extension(name: &str) -> bool {
    name.starts_with("x-")
}

#[derive(Default)]
struct Check {
    problems: Vec<Problem>,
}

impl Check {
    fn tell(&mut self, at: Span, message: String) {
        if self.problems.len() <= MOST {
            self.problems.push(Problem::error(at, message));
        }
    }

    /// A value under its key; `around` are the mappings that it lies in.
    fn value(&mut self, entry: &Entry, shape: &'static Shape, around: &mut Vec<&'static Keys>) {
        self.node(&entry.value, entry.key.span, entry.name(), shape, around);
    }

    fn node(&mut self, node: &Node, at: Span, name: &str, shape: &'static Shape, around: &mut Vec<&'static Keys>) {
        // What holds a variable without a value may be anything; what has the wrong form was told.
        if node.provenance.as_ref().is_some_and(|provenance| provenance.unknown.is_some()) {
            return;
        }
        match shape {
            Shape::Any => {}
            Shape::Perhaps(_) if node.is_null() && node.origins().is_empty() => {}
            Shape::Perhaps(shape) => self.node(node, at, name, shape, around),
            Shape::Either(shapes) => match shapes.iter().find(|shape| shape.is_for(node)) {
                Some(shape) => self.node(node, at, name, shape, around),
                None => self.wrong(node, at, name, shape),
            },
            _ if !shape.is_for(node) => self.wrong(node, at, name, shape),
            Shape::List(item) => {
                for element in node.items() {
                    let what = format!("an element of {name}");
                    self.node(element, element.span, &what, item, around);
                }
            }
            Shape::Names(value) => {
                for entry in node.entries() {
                    self.key(entry);
                    self.value(entry, value, around);
                }
            }
            Shape::Keys(keys) => self.keys(node, at, keys, around),
            _ if !shape.holds(node) => self.wrong(node, at, name, shape),
            _ => {}
        }
    }

    fn keys(&mut self, node: &Node, at: Span, keys: &'static Keys, around: &mut Vec<&'static Keys>) {
        for entry in node.entries() {
            // What a short form stands for was not written by anybody.
            if entry.key.span == node.span {
                continue;
            }
            self.key(entry);
            match keys.get(entry.name()) {
                Some(shape) => {
                    around.push(keys);
                    self.value(entry, shape, around);
                    around.pop();
                }
                None if keys.extensible && is_extension(entry.name()) => {}
                None => self.unknown(entry, keys, around),
            }
        }
        for key in keys.required.iter().filter(|key| node.get(key).is_none()) {
            let message = format!("{} has no {key}, so Compose refuses the file; write one", keys.of);
            self.tell(at, message);
        }
    }

    /// Keys that are no texts.
    fn key(&mut self, entry: &Entry) {
        let is_text = matches!(Flavour::Compose.resolve(&entry.key), Some(Resolved::String(_)));
        if !is_text {
            let message = format!("this key is {}, so Compose refuses the file; put it in quotes", found(&entry.key));
            self.tell(entry.key.span, message);
        }
    }

    /// Names of things that hold what no name may hold.
    fn names(&mut self, section: &Node) {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        for entry in section.entries() {
            if !entry.name().bytes().all(fits) && !is_extension(entry.name()) {
                let message = "a name may hold letters, digits, dots, dashes and underscores only, so Compose refuses the file; give it another";
                self.tell(entry.key.span, message.to_owned());
            }
        }
    }

    fn unknown(&mut self, entry: &Entry, keys: &'static Keys, around: &[&'static Keys]) {
        // A list of services or the like that was indented wrongly has no name.
        let Some(name) = entry.key.text() else { return };
        let hint = unknown::hint(name, keys, around);
        let message = format!("`{name}` is no key of {}, so Compose refuses the file{hint}", keys.of);
        self.tell(entry.key.span, message);
    }

    fn wrong(&mut self, node: &Node, at: Span, name: &str, shape: &Shape) {
        // Nothing has no place of its own.
        let at = if node.is_null() { at } else { node.span };
        let wants_text = matches!(shape, Shape::Text) || matches!(shape, Shape::Either([Shape::Text, ..]));
        let is_bare = matches!(
            Flavour::Compose.resolve(node),
            Some(Resolved::Boolean(_) | Resolved::Integer(_) | Resolved::Float(_))
        );
        let message = if wants_text && is_bare {
            format!("{name} is {}, so Compose refuses the file; put it in quotes", found(node))
        } else if matches!(shape, Shape::Word(_)) && matches!(node.value, Value::Scalar(_)) {
            format!("{name} is none of the words that Compose knows; write {}", shape.phrase())
        } else {
            format!("{name} is {}, so Compose refuses the file; write {}", found(node), shape.phrase())
        };
        self.tell(at, message);
    }
}
