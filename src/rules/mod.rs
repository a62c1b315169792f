//! Layer 7: rules as they are written, checked and compiled.

pub mod meta;

pub use meta::{Category, Confidence, Meta, Severity};
