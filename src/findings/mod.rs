//! Layer 8: what came out of judging.

pub mod finding;
pub mod redact;
pub mod verdict;

pub use finding::{Finding, Role, Site, Subject};
pub use redact::Redactor;
pub use verdict::Verdict;
