//! A person's word, as it is recorded and as a finding tells it.

use crate::source::{Date, Span};

/// That a person vouched for something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The rule.
    pub rule: String,
    /// Who.
    pub by: String,
    /// When.
    pub on: Date,
    /// What shows it: a link or a path.
    pub evidence: String,
    /// In which stack; all of them without.
    pub stack: Option<String>,
    /// Further words.
    pub note: Option<String>,
    /// The folder of the file that holds it, with `/`; it counts for the stacks below.
    pub folder: String,
    /// Where it is written; `None` for what no file holds.
    pub at: Option<Span>,
}

/// A record as a finding tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attestation {
    /// Who.
    pub by: String,
    /// When.
    pub on: Date,
    /// The first day on which it no longer counts.
    pub until: Date,
    /// What shows it.
    pub evidence: String,
    /// Further words.
    pub note: Option<String>,
}
