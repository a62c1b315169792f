//! What is said of lists, and what must not be.

use super::{Compiler, QUANTIFIERS, is_list, valued};
use crate::model::queryable::Type;
use crate::rules::condition::{Condition, Quantifier};
use crate::rules::formula::element;
use crate::rules::path::{self, Path, Start};
use crate::source::Span;
use crate::syntax::{Entry, Node};

impl Compiler<'_> {
    pub(super) fn quantified(&mut self, of: Type, quantifier: Quantifier, entry: &Entry) -> Option<Condition> {
        let element = self.elements(of, entry)?;
        if self.quantifiers == QUANTIFIERS {
            let message =
                "quantifiers nest four deep at most; name the inner list with let, or judge a smaller subject";
            self.error(entry.key.span, message);
            return None;
        }
        self.quantifiers += 1;
        let condition = self.inside(element, &entry.value);
        self.quantifiers -= 1;
        Some(Condition::Elements(quantifier, Box::new(condition?)))
    }

    /// The type of the elements; a mistake if this is no list.
    pub(super) fn elements(&mut self, of: Type, entry: &Entry) -> Option<Type> {
        let of = valued(of);
        // A text or raw value may hold a list: JSON, or separated by commas.
        if is_list(of) || matches!(of, Type::Text | Type::Any) {
            return Some(element(of));
        }
        let (thing, name) = (&self.thing, entry.name());
        let message = format!("\"{thing}\" is one {}, not a list; \"{name}\" does not apply", of.word());
        self.error(entry.key.span, message);
        None
    }

    /// A mistake at `span` if this is a list.
    pub(super) fn single(&mut self, of: Type, span: Span) -> Option<()> {
        if is_list(of) {
            self.error(span, self.is_a_list());
            return None;
        }
        Some(())
    }

    /// What to say where a list is treated like one value.
    pub(super) fn is_a_list(&self) -> String {
        format!("\"{}\" is a list; say some, each, none or count", self.thing)
    }

    /// The path at which elements agree that are to count once.
    pub(super) fn per(&mut self, of: Type, entry: &Entry, beside: &[Entry]) -> Option<Path> {
        if !beside.iter().any(|other| matches!(other.name(), "count" | "unique")) {
            let message = "\"per\" says which elements count once; write count or unique beside it";
            self.error(entry.key.span, message);
            return None;
        }
        self.element_path(of, entry, &entry.value)
    }

    fn element_path(&mut self, of: Type, entry: &Entry, node: &Node) -> Option<Path> {
        let element = self.elements(of, entry)?;
        let text = node.text().unwrap_or_default();
        path::compile(Start::Here, element, text, text).map_err(|message| self.error(node.span, message)).ok()
    }

    /// One path from each element, or several.
    pub(super) fn element_paths(&mut self, of: Type, entry: &Entry) -> Option<Vec<Path>> {
        let nodes =
            if entry.value.items().is_empty() { std::slice::from_ref(&entry.value) } else { entry.value.items() };
        let paths: Vec<Path> = nodes.iter().filter_map(|node| self.element_path(of, entry, node)).collect();
        (paths.len() == nodes.len()).then_some(paths)
    }
}
