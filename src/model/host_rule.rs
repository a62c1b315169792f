//! Who may connect to a PostgreSQL server from where, and how that is proved: `pg_hba.conf`.

use crate::source::{Reason, Span};

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
    /// `local`, `host`, `hostssl`, `hostnossl`, `hostgssenc` or `hostnogssenc`.
    pub kind: String,
    /// Databases, or words such as `all` and `replication`.
    pub databases: Vec<String>,
    /// Users; `+` stands before a role whose members are meant.
    pub users: Vec<String>,
    /// Where from; none for local connections.
    pub address: Option<String>,
    /// `scram-sha-256`, `trust`, `reject` and so on.
    pub method: String,
    /// Options of the method.
    pub options: Vec<(String, String)>,
    /// Whether a line before it decides for everybody that it is for.
    pub shadowed: bool,
    /// Where it stands.
    pub at: Span,
}

impl HostRule {
    /// Whether whoever another line is for is met by this one already. Where that is not sure, no.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        let kind = self.kind == other.kind || (self.kind == "host" && other.kind.starts_with("host"));
        // Connections for replication are no part of `all` databases.
        let databases = |name: &String| {
            self.databases.contains(name) || (name != "replication" && self.databases.iter().any(|own| own == "all"))
        };
        let users = |name: &String| self.users.contains(name) || self.users.iter().any(|own| own == "all");
        let address = match (self.address.as_deref(), other.address.as_deref()) {
            (Some("all"), _) | (None, None) => true,
            (Some("0.0.0.0/0"), Some(other)) => {
                other.starts_with(|first: char| first.is_ascii_digit()) && !other.contains(':')
            }
            (one, other) => one == other,
        };
        kind && address && other.databases.iter().all(databases) && other.users.iter().all(users)
    }
}
