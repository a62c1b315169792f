//! Layer 10: what people say of findings.

pub mod attestations;
pub mod entry;
