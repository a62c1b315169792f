//! The kinds of things that are judged, and which of them cannot all be seen.

use crate::source::{Reason, Span};

/// The kinds of things that rules judge (RULES.md, section 2, as far as they are modelled).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SubjectKind {
    /// One deployment.
    Stack,
    /// A thing that is replicated and stopped as a whole.
    Workload,
    /// A process with its image.
    Container,
    /// One effective value that a process sees.
    Setting,
    /// A port and a way to reach it.
    Exposure,
    /// A path in a container that something is mounted at.
    Mount,
    /// What limits workloads: traffic, disruption, scaling, access, verification.
    Policy,
    /// A host that is served.
    Edge,
    /// A file beside the deployment files.
    File,
    /// A scheduled task.
    Job,
    /// A command of a pipeline.
    Step,
    /// A table of the database.
    Table,
    /// An alerting rule.
    Alert,
    /// A scrape job.
    Scrape,
    /// A parsed tree: the way out for what has no subject of its own.
    Document,
}

impl SubjectKind {
    /// All kinds: what `for` may name.
    pub const ALL: [Self; 15] = [
        Self::Stack,
        Self::Workload,
        Self::Container,
        Self::Setting,
        Self::Exposure,
        Self::Mount,
        Self::Policy,
        Self::Edge,
        Self::File,
        Self::Job,
        Self::Step,
        Self::Table,
        Self::Alert,
        Self::Scrape,
        Self::Document,
    ];

    /// The word that rules and reports use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Stack => "stack",
            Self::Workload => "workload",
            Self::Container => "container",
            Self::Setting => "setting",
            Self::Exposure => "exposure",
            Self::Mount => "mount",
            Self::Policy => "policy",
            Self::Edge => "edge",
            Self::File => "file",
            Self::Job => "job",
            Self::Step => "step",
            Self::Table => "table",
            Self::Alert => "alert",
            Self::Scrape => "scrape",
            Self::Document => "document",
        }
    }
}

/// Something of a stack that could not be seen. It opens lists: from then on "none of them" and
/// "there is no such" cannot be said of the named kinds.
#[derive(Debug, Clone)]
pub struct Gap {
    /// Which lists of subjects may miss elements.
    pub kinds: Vec<SubjectKind>,
    /// Why.
    pub reason: Reason,
    /// Where that shows.
    pub at: Span,
    /// Whether what is missing is kept in plain text where it is, as in a ConfigMap.
    pub plain: bool,
}

impl Gap {
    /// A gap in these lists. Nothing says that what is missing is kept in plain text.
    #[must_use]
    pub fn new(kinds: &[SubjectKind], reason: Reason, at: Span) -> Self {
        Self { kinds: kinds.to_vec(), reason, at, plain: false }
    }
}
