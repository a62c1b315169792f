//! What a workload or object refers to by name.

use super::Field;
use crate::source::Span;

/// A reference to another object: a ConfigMap, a key of it, a claim, an account.
#[derive(Debug)]
pub struct Reference {
    /// What kind of thing is meant, as its platform calls it: `ConfigMap`, `Secret`,
    /// `secret`; `pods` by their labels, `own pods` by a controller's selector, `port` by its name.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// The key that is meant, if one is; of a Service the port.
    pub key: Option<String>,
    /// Whether it is there. What may live outside of these files is unknown, not absent.
    pub found: Field<bool>,
    /// Whether it may be missing.
    pub optional: bool,
    /// Where it is referred to.
    pub at: Span,
}

impl Reference {
    /// What is meant, for people: `key PORT of ConfigMap app`.
    #[must_use]
    pub fn phrase(&self) -> String {
        match (&self.key, self.kind) {
            (Some(port), "Service") => format!("port {port} of Service {}", self.name),
            (Some(key), kind) => format!("key {key} of {kind} {}", self.name),
            (None, "pods") => format!("pods labelled {}", self.name),
            (None, "own pods") => "its own pods".to_owned(),
            (None, "port") => format!("a container port named {}", self.name),
            (None, kind) => format!("{kind} {}", self.name),
        }
    }
}
