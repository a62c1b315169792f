//! What limits workloads from outside: traffic, disruption, scaling, access, verification.

use super::Field;
use crate::source::{Reason, Span};

/// What a policy is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PolicyKind {
    /// Which traffic reaches pods and leaves them.
    Network,
    /// How many pods may be taken away at once.
    Disruption,
    /// Between which numbers of copies a workload moves.
    Scaling,
    /// What an account may ask of the API.
    Access,
    /// Which images are admitted, and whose signature they need.
    Verification,
}

impl PolicyKind {
    /// The word that rules and reports use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::Disruption => "disruption",
            Self::Scaling => "scaling",
            Self::Access => "access",
            Self::Verification => "verification",
        }
    }
}

/// A network, disruption, scaling, access or verification policy. What its kind does not have is
/// absent.
#[derive(Debug)]
pub struct Policy {
    /// Its name.
    pub name: String,
    /// What it is about.
    pub kind: PolicyKind,
    /// The namespace that it works in; `None` for the whole cluster.
    pub namespace: Option<String>,
    /// Where findings about it point.
    pub at: Span,
    /// Indices into the stack's workloads of those that it applies to.
    pub selects: Vec<usize>,
    /// Why it may apply to further ones, if so.
    pub selects_more: Option<Reason>,
    /// Network: `ingress`, `egress`.
    pub directions: Field<Vec<Field<String>>>,
    /// Network: whether it lets everybody in.
    pub open: Field<bool>,
    /// Network: the directions that it is about and limits in nothing, since a rule admits all.
    pub unlimited: Field<Vec<Field<String>>>,
    /// Disruption: how many pods have to stay, percentages resolved.
    pub min_available: Field<i64>,
    /// Disruption: how many pods may be away, percentages resolved.
    pub max_unavailable: Field<i64>,
    /// Disruption and scaling: the least number of copies.
    pub replicas: Field<i64>,
    /// Disruption and scaling: the largest number of copies.
    pub replicas_max: Field<i64>,
    /// Verification: patterns of the images that need a signature.
    pub images: Field<Vec<Field<String>>>,
    /// Verification: who issued the identity that signs.
    pub issuer: Field<String>,
    /// Verification: the identity that signs.
    pub identity: Field<String>,
    /// Access: what it allows.
    pub rules: Vec<AccessRule>,
    /// Access: why it may allow more, if so.
    pub rules_more: Option<Reason>,
    /// Access: to whom it is given.
    pub bound_to: Vec<Binding>,
    /// Access: why it may be given to others, if so.
    pub bound_more: Option<Reason>,
    /// Index into the stack's objects of the tree that it was read from.
    pub object: usize,
}

impl Policy {
    /// A policy that says nothing yet.
    #[must_use]
    pub fn new(kind: PolicyKind, name: impl Into<String>, namespace: Option<String>, at: Span, object: usize) -> Self {
        Self {
            name: name.into(),
            kind,
            namespace,
            at,
            selects: Vec::new(),
            selects_more: None,
            directions: Field::absent(at),
            open: Field::absent(at),
            unlimited: Field::absent(at),
            min_available: Field::absent(at),
            max_unavailable: Field::absent(at),
            replicas: Field::absent(at),
            replicas_max: Field::absent(at),
            images: Field::absent(at),
            issuer: Field::absent(at),
            identity: Field::absent(at),
            rules: Vec::new(),
            rules_more: None,
            bound_to: Vec::new(),
            bound_more: None,
            object,
        }
    }
}

/// What a role allows: these verbs on these resources of these API groups.
#[derive(Debug)]
pub struct AccessRule {
    /// `get`, `list`, `create`; `*` for all.
    pub verbs: Field<Vec<Field<String>>>,
    /// `pods`, `pods/exec`; `*` for all.
    pub resources: Field<Vec<Field<String>>>,
    /// API groups; the core group is empty, `*` stands for all.
    pub groups: Field<Vec<Field<String>>>,
    /// The names of the objects that it is limited to; absent for all.
    pub names: Field<Vec<Field<String>>>,
    /// Where it stands.
    pub at: Span,
}

/// To whom a role is given.
#[derive(Debug)]
pub struct Binding {
    /// `serviceaccount`, `user` or `group`.
    pub kind: String,
    /// The name.
    pub name: String,
    /// The account's namespace, where it has one.
    pub namespace: Option<String>,
    /// Whether the role holds in the whole cluster, not in one namespace only.
    pub everywhere: bool,
    /// Where it stands.
    pub at: Span,
}
