//! What a report holds: every text in it has passed the redactor.

use super::location::Location;
use super::{Attestation, Finding, Subject, Verdict};
use crate::rules::{Meta, Severity};
use crate::source::{self, Position};
use std::borrow::Cow;
use std::sync::Arc;

/// Many findings, which are moved and sorted by their addresses.
#[allow(clippy::vec_box, reason = "to move what the boxes hold is what takes the time")]
pub type ReportedFindings = Vec<Box<Reported>>;

/// A finding, ready to be shown: every text in it has passed the redactor.
#[derive(Debug, Clone)]
pub struct Reported {
    /// What the rule says about itself.
    pub rule: Arc<Meta>,
    /// Further items that it decides, of the more general rules that it speaks for.
    pub more_items: Arc<[String]>,
    /// The verdict.
    pub verdict: Verdict,
    /// How bad it is.
    pub severity: Severity,
    /// The index of its deployment, of which several may have one name.
    pub deployment: usize,
    /// Whether its deployment is one for development, which is read last.
    pub is_development: bool,
    /// What was judged.
    pub subject: Arc<Subject>,
    /// How many subjects it speaks for.
    pub subjects: usize,
    /// The variants in which it holds.
    pub variants: Vec<String>,
    /// The word under which failures of one subject are shown as one.
    pub group: Option<Arc<str>>,
    /// What is the case.
    pub message: String,
    /// Advice.
    pub remark: Option<String>,
    /// What would decide an unknown.
    pub needs: Option<String>,
    /// Who vouched for it.
    pub attestation: Option<Box<Attestation>>,
    /// Where, the primary place first.
    pub locations: Vec<Location>,
    /// Its identity across runs; empty if excerpts were not asked for.
    pub fingerprint: String,
}

// There are many, and each is made where a finding was that is not needed any more.
const _: () =
    assert!(size_of::<Reported>() <= 224 && size_of::<Finding>() <= 224, "both are of one size for allocators");

impl Reported {
    /// The items that it decides: the rule's own, then those it speaks for.
    #[must_use]
    pub fn items(&self) -> Vec<&str> {
        let mut items: Vec<&str> = Vec::with_capacity(self.rule.items.len() + self.more_items.len());
        for item in self.rule.items.iter().chain(self.more_items.iter()) {
            if !items.contains(&item.as_str()) {
                items.push(item);
            }
        }
        items
    }

    /// What to do: the rule's advice and, for what a value of a chart decides, the name of that.
    #[must_use]
    pub fn fix(&self) -> Cow<'_, str> {
        let value = self.primary().and_then(Location::chart_value).filter(|_| self.verdict == Verdict::Fail);
        match value {
            Some(name) => Cow::Owned(format!("Change {name} in the chart's values. {}", self.rule.fix)),
            None => Cow::Borrowed(&self.rule.fix),
        }
    }

    /// The place to edit.
    #[must_use]
    pub fn primary(&self) -> Option<&Location> {
        self.locations.first()
    }
}

/// A problem, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReportedProblem {
    /// The path relative to the root.
    pub file: String,
    /// Where in it, if it has lines.
    pub position: Option<Position>,
    /// How bad.
    pub severity: source::Severity,
    /// What was found, what was expected and what to do.
    pub message: String,
}

/// A file that was come across.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenFile {
    /// The path relative to the root.
    pub file: String,
    /// What it was taken for.
    pub kind: String,
    /// `audited`, `skipped` or `failed`.
    pub status: &'static str,
    /// Why it was skipped or failed.
    pub why: Option<String>,
}

/// A deployment that was audited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenStack {
    /// Its name.
    pub name: String,
    /// `compose`, `helm`, `kubernetes` or `config`.
    pub kind: &'static str,
    /// Its folder relative to the root.
    pub root: String,
    /// Its named variants.
    pub variants: Vec<String>,
    /// The apps that were recognised in it.
    pub apps: Vec<String>,
}
