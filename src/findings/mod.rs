//! Layer 8: what came out of judging.

pub mod attest;
pub mod attestation;
pub mod checklist;
pub mod finding;
pub mod fingerprint;
pub mod location;
pub mod outcome;
pub mod redact;
pub mod report;
pub mod reported;
pub mod summary;
pub mod variants;
pub mod verdict;

pub use attest::{attest, needed};
pub use attestation::{Attestation, Record};
pub use checklist::Checklist;
pub use finding::{FaultKind, Finding, Findings, Role, Site, Subject};
pub use location::Location;
pub use outcome::{Bar, Outcome};
pub use redact::{Redactor, Scanned, Secrets};
pub use report::{Material, Report};
pub use reported::{Reported, ReportedFindings, ReportedProblem, SeenFile, SeenStack};
pub use summary::{Counts, Summary};
pub use verdict::Verdict;
