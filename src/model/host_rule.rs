//! Who may connect to a PostgreSQL server from where, and how that is proved: `pg_hba.conf`.

use crate::source::{Reason, Span};
use crate::syntax::hba::Line;

/// The lines that one server goes by.
#[derive(Debug)]
pub struct HostRules {
    /// Index into the stack's containers of the server, if it is one.
    pub container: Option<usize>,
    /// Index into the stack's objects of the operator's cluster, if it is one.
    pub object: Option<usize>,
    /// The lines, in order.
    pub rules: Vec<HostRule>,
    /// Why there may be others, if there may.
    pub more: Option<Reason>,
    /// Where they stand.
    pub at: Span,
}

/// A line: the first one that matches decides.
#[derive(Debug)]
pub struct HostRule {
    /// What it says; its bytes are those of the text that it was read from.
    pub line: Line,
    /// Whether a line before it decides for everybody that it is for.
    pub shadowed: bool,
    /// Where it stands.
    pub at: Span,
}

impl HostRule {
    /// Whether whoever another line is for is met by this one already. Where that is not sure, no.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        let (own, other) = (&self.line, &other.line);
        let kind = own.kind == other.kind || (own.kind == "host" && other.kind.starts_with("host"));
        // Connections for replication are no part of `all` databases.
        let databases = |name: &String| {
            own.databases.contains(name) || (name != "replication" && own.databases.iter().any(|name| name == "all"))
        };
        let users = |name: &String| own.users.contains(name) || own.users.iter().any(|name| name == "all");
        let address = match (own.address.as_deref(), other.address.as_deref()) {
            (Some("all"), _) | (None, None) => true,
            (Some("0.0.0.0/0"), Some(other)) => {
                other.starts_with(|first: char| first.is_ascii_digit()) && !other.contains(':')
            }
            (one, other) => one == other,
        };
        kind && address && other.databases.iter().all(databases) && other.users.iter().all(users)
    }
}
