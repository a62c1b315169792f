//! What a workload or object refers to by name.

use super::Field;
use crate::source::Span;

/// A reference to another object: a ConfigMap, a key of it, a claim, an account.
#[derive(Debug)]
pub struct Reference {
    /// What kind of thing is meant, as its platform calls it: `ConfigMap`, `Secret`, `secret`.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// The key that is meant, if one is.
    pub key: Option<String>,
    /// Whether it is there. What may live outside of these files is unknown, not absent.
    pub found: Field<bool>,
    /// Whether it may be missing.
    pub optional: bool,
    /// Where it is referred to.
    pub at: Span,
}
