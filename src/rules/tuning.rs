//! What the user's options change about rules.

use super::meta::Severity;
use crate::source::{Source, Span};
use std::sync::Arc;

/// A value that the options give to a parameter of a rule or to a fact of a pack.
#[derive(Clone)]
pub struct Tuned {
    /// The rule or pack.
    pub of: String,
    /// Where that is written.
    pub of_at: Span,
    /// The parameter or fact.
    pub name: String,
    /// Where that is written.
    pub at: Span,
    /// The value.
    pub text: String,
    /// Where that is written.
    pub value_at: Span,
}

impl Tuned {
    /// The name by which a fact is declared: `pack/name`.
    pub(super) fn key(&self) -> String {
        format!("{}/{}", self.of, self.name)
    }
}

/// What the user's options change about rules. Everything is checked against the rules that there
/// are when these are loaded.
#[derive(Clone, Default)]
pub struct Tuning {
    /// The text in which all of it is written.
    pub source: Option<Arc<Source>>,
    /// Values for parameters of rules.
    pub params: Vec<Tuned>,
    /// What is declared of the facts of packs.
    pub facts: Vec<Tuned>,
    /// How bad the failures of a rule are.
    pub severities: Vec<(String, Span, Severity)>,
    /// Whether the rules of a pack are asked.
    pub packs: Vec<(String, Span, bool)>,
}

impl Tuning {
    /// What is given for a parameter of a rule.
    pub(super) fn of_rule(&self, id: &str) -> Vec<(&Source, &Tuned)> {
        let Some(source) = &self.source else { return Vec::new() };
        self.params.iter().filter(|tuned| tuned.of == id).map(|tuned| (&**source, tuned)).collect()
    }

    /// Whether it changes any rule or says which are asked.
    #[must_use]
    pub fn is_of_rules(&self) -> bool {
        !(self.params.is_empty() && self.severities.is_empty() && self.packs.is_empty())
    }

    /// Whether the rules of a pack are left out.
    #[must_use]
    pub fn is_off(&self, pack: &str) -> bool {
        self.packs.iter().any(|(name, _, on)| name == pack && !on)
    }
}
