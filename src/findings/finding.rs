//! One rule, one subject, one verdict.

use super::{Attestation, Verdict};
use crate::rules::{Meta, Severity};
use crate::source::{OriginKind, Span};
use std::sync::Arc;

/// What stands in a message before the other subjects that it goes for.
pub const ALSO: &str = "; the same goes for ";

/// What a place has to do with a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// The place to edit.
    Primary,
    /// A place that the value passed through on its way, in order.
    Origin,
    /// Another place that matters.
    Related,
}

impl Role {
    /// The word that reports use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Origin => "origin",
            Self::Related => "related",
        }
    }
}

/// A place that a finding points at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Which bytes.
    pub span: Span,
    /// What they have to do with it.
    pub role: Role,
    /// For an origin, what kind of step it is.
    pub kind: Option<OriginKind>,
    /// What is there, in words; never a value.
    pub note: Option<String>,
}

/// What is at fault where something fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// That something is not there.
    Absent,
    /// What it is.
    Value,
    /// That the time of somebody's word for it is over.
    Expired,
}

impl FaultKind {
    /// The word that fingerprints are made of.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Value => "value",
            Self::Expired => "expired",
        }
    }
}

/// The thing that was judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// Its kind, as rules name it.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// What it belongs to: a setting's container, a container's workload.
    pub of: Option<String>,
    /// The workload of that container, where its name alone does not tell it from others.
    pub workload: Option<String>,
    /// Its stack's name.
    pub stack: Arc<str>,
}

/// Many findings. They are large, and are moved and sorted by their addresses.
#[allow(clippy::vec_box, reason = "to move what the boxes hold is what takes the time")]
pub type Findings = Vec<Box<Finding>>;

/// One rule, one subject, one verdict, with the places that decided it.
///
/// The texts are ready for the redactor: whoever made them printed what a setting's name tells to be
/// secret as `[secret, 12 characters]`. `Debug` leaves them out, as they may quote other values.
#[derive(Clone)]
pub struct Finding {
    /// What the rule says about itself.
    pub rule: Arc<Meta>,
    /// Further items decided by a more general rule that this finding speaks for.
    pub more_items: Arc<[String]>,
    /// The verdict.
    pub verdict: Verdict,
    /// The rule's severity, or the failing clause's, after the environment was taken into account.
    pub severity: Severity,
    /// Whether its deployment is one for development, which is read last.
    pub is_development: bool,
    /// Index of the stack in the project; of a deployment with variants that of its first.
    pub stack: usize,
    /// What was judged, shared by all that is found of it.
    pub subject: Arc<Subject>,
    /// How many subjects it speaks for: 1, or all that passed.
    pub subjects: usize,
    /// The named variants in which it holds; empty if there are none, or if it holds in all.
    pub variants: Vec<String>,
    /// How many variants the deployment has; 0 if it has none.
    pub of_variants: usize,
    /// The word under which failures of one subject are shown as one.
    pub group: Option<Arc<str>>,
    /// What is the case, in words that are true of the primary place.
    pub message: String,
    /// Advice that does not change the verdict.
    pub remark: Option<String>,
    /// What would decide an unknown.
    pub needs: Option<String>,
    /// Who vouched for it.
    pub attestation: Option<Box<Attestation>>,
    /// The places, primary first.
    pub sites: Vec<Site>,
    /// The address of the deciding node within its document, for the fingerprint.
    pub path: Box<str>,
    /// The kind of fault, for the fingerprint where content must not be used.
    pub fault: Option<FaultKind>,
    /// Whether the fingerprint may be derived from the text at the primary place.
    pub content_is_public: bool,
}

impl std::fmt::Debug for Finding {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Finding")
            .field("rule", &self.rule.id)
            .field("verdict", &self.verdict)
            .field("severity", &self.severity)
            .field("stack", &self.stack)
            .field("subjects", &self.subjects)
            .field("sites", &self.sites.iter().map(|site| (site.span, site.role)).collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
