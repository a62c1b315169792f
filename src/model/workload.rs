//! What is replicated and stopped as one.

use super::{Duration, Field, Reference};
use crate::source::{Reason, Span, Text};

/// A Compose service, a pod controller, an operator's cluster, a unit.
#[derive(Debug)]
pub struct Workload {
    /// Its name.
    pub name: String,
    /// `service`, `unit`, or the Kubernetes kind in lower case (`deployment`, `cronjob`).
    pub kind: String,
    /// Its namespace, where the platform has them and one is written.
    pub namespace: Option<String>,
    /// The name's place: where findings about the whole workload point.
    pub at: Span,
    /// Everything that was written about it.
    pub span: Span,
    /// Whether it is meant to end by itself: jobs, Compose services that others wait for to
    /// complete, init runs.
    pub one_shot: bool,
    /// The least number of copies that run.
    pub replicas: Field<i64>,
    /// The largest number of copies that may run.
    pub replicas_max: Field<i64>,
    /// How long it may take to stop before it is killed.
    pub grace: Field<Duration>,
    /// When it is started again: `always`, `on-failure`, `unless-stopped`, `never`.
    pub restart: Field<String>,
    /// How it is replaced: Compose `start-first` or `stop-first`; Kubernetes `rolling`, `recreate`,
    /// `on-delete`.
    pub update: Field<String>,
    /// How many copies may be missing during an update (percentages resolved, rounded down).
    pub update_unavailable: Field<i64>,
    /// The account it runs under.
    pub identity: Field<String>,
    /// Whether a token of that account is mounted.
    pub token: Field<bool>,
    /// Whether its copies are kept apart, by affinity or spread constraints that match them; absent if
    /// there are neither.
    pub spread: Field<bool>,
    /// Its labels, with the values' places.
    pub labels: Vec<(String, Field<Text>)>,
    /// Its annotations.
    pub annotations: Vec<(String, Field<Text>)>,
    /// Indices into the stack's containers.
    pub containers: Vec<usize>,
    /// Indices into the stack's policies of those that apply to it.
    pub policies: Vec<usize>,
    /// Why further policies may apply to it, if so.
    pub policies_more: Option<Reason>,
    /// What it refers to by name, in the order of the file.
    pub references: Vec<Reference>,
    /// Index into the stack's objects of the tree it was read from.
    pub object: Option<usize>,
}
