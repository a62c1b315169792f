//! What a report comes to: ready, not ready, or not seen.

use super::{Reported, ReportedProblem, Verdict};
use crate::rules::Severity;
use crate::source;

/// What counts as a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bar {
    /// The mildest failure that counts; `None`: none does.
    pub fail_on: Option<Severity>,
    /// Whether unknown and manual count as failures too.
    pub strict: bool,
}

impl Default for Bar {
    fn default() -> Self {
        Self { fail_on: Some(Severity::Low), strict: false }
    }
}

/// What an audit comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing that counts has failed.
    Clean,
    /// Something that counts has failed.
    Failed,
    /// Nothing failed, but not everything could be seen, or there was nothing to audit.
    Blind,
}

impl Outcome {
    /// The exit status, the same for every output format.
    #[must_use]
    pub fn exit_status(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Failed => 1,
            Self::Blind => 3,
        }
    }

    /// Holds findings and problems against the bar. A failure that does not count does not make an
    /// audit with blind spots a clean one.
    #[must_use]
    pub fn of(findings: &[Box<Reported>], problems: &[ReportedProblem], nothing_audited: bool, bar: Bar) -> Self {
        let counts = |finding: &Reported| {
            let verdict = match finding.verdict {
                Verdict::Fail => true,
                Verdict::Unknown | Verdict::Manual => bar.strict,
                Verdict::Pass | Verdict::Attested | Verdict::NotApplicable => false,
            };
            verdict && bar.fail_on.is_some_and(|least| finding.severity >= least)
        };
        if findings.iter().any(|finding| counts(finding)) {
            Self::Failed
        } else if nothing_audited || problems.iter().any(|problem| problem.severity == source::Severity::Error) {
            Self::Blind
        } else {
            Self::Clean
        }
    }
}
