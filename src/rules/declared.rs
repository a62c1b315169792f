//! Facts that only an operator can tell: how many users there are, what hosts can bear.

use super::error::Error;
use super::literal::{self, Literal};
use crate::model::queryable::Type;
use crate::source::nearest::{one_of, suggestion};
use crate::source::{Source, Span};
use crate::syntax::Node;
use std::collections::BTreeMap;

/// A fact that a pack asks for.
#[derive(Debug, Clone)]
pub struct DeclaredFact {
    /// The pack that asks.
    pub pack: String,
    /// Its name, as rules of the pack write it behind `$`.
    pub name: String,
    /// What it is.
    pub of: Type,
    /// The question to the operator.
    pub ask: String,
    /// What holds unless something else is declared.
    pub default: Option<Literal>,
}

/// What an operator declared: values by `pack/name`.
pub type Declared = BTreeMap<String, Literal>;

/// The types that a fact may be of.
const TYPES: [Type; 8] =
    [Type::Boolean, Type::Integer, Type::Number, Type::Memory, Type::Cpu, Type::Duration, Type::Version, Type::Text];

impl DeclaredFact {
    /// The name by which an operator declares it: `pack/name`.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}/{}", self.pack, self.name)
    }

    /// Reads what an operator declares.
    ///
    /// # Errors
    /// A sentence on what is expected.
    pub fn read(&self, text: &str) -> Result<Literal, String> {
        literal::read(text, self.of)
    }
}

/// Reads a declared value for the fact of a key.
///
/// # Errors
/// A sentence: there is no such fact, with the nearest that there is; or its value is of another type.
pub fn declare(facts: &[DeclaredFact], key: &str, text: &str) -> Result<Literal, String> {
    let Some(fact) = facts.iter().find(|fact| fact.key() == key) else {
        let known: Vec<String> = facts.iter().map(DeclaredFact::key).collect();
        return Err(format!(
            "no pack asks for the fact \"{key}\"{}",
            suggestion(key, known.iter().map(String::as_str))
        ));
    };
    fact.read(text)
}

/// Reads the facts of a pack file.
pub(super) fn facts(source: &Source, root: &Node, pack: &str) -> Result<Vec<DeclaredFact>, Vec<Error>> {
    let mut errors = Vec::new();
    let mut facts = Vec::new();
    let mut mistake = |at: Span, message: String| errors.push(Error::at(source, at, message));
    for entry in root.get("facts").map_or(&[][..], Node::entries) {
        let node = &entry.value;
        for odd in node.entries().iter().filter(|entry| !["type", "ask", "default"].contains(&entry.name())) {
            let hint = suggestion(odd.name(), ["type", "ask", "default"]);
            mistake(odd.key.span, format!("unknown key \"{}\" in a fact{hint}", odd.name()));
        }
        let word = node.get("type").and_then(Node::text).unwrap_or_default();
        let Some(of) = TYPES.into_iter().find(|of| of.word() == word) else {
            let words = TYPES.map(|of| of.word());
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            mistake(node.span, format!("\"{word}\" is no type of a fact{}", one_of(word, &words)));
            continue;
        };
        let Some(ask) = node.get("ask").and_then(Node::text) else {
            mistake(node.span, "ask is missing: the question to the operator".to_owned());
            continue;
        };
        let default = node.get("default").and_then(|node| {
            let read = literal::read(node.text().unwrap_or_default(), of);
            read.map_err(|message| mistake(node.span, message)).ok()
        });
        let (pack, name) = (pack.to_owned(), entry.name().to_owned());
        facts.push(DeclaredFact { pack, name, of, ask: ask.to_owned(), default });
    }
    if errors.is_empty() { Ok(facts) } else { Err(errors) }
}
