//! Alerting rules: what they watch, when they fire, and what is said then.

use super::{Duration, Field};
use crate::source::{Reason, Span, Text};

/// A metric that an expression names.
#[derive(Debug)]
pub struct Metric {
    /// Its name; empty where only labels choose the series.
    pub name: String,
    /// Its place in the expression.
    pub at: Span,
    /// The conditions on its labels: label, operator, value.
    pub matchers: Vec<(String, &'static str, String)>,
    /// The function around it, the nearest one.
    pub function: Option<String>,
    /// What a catalogue says that it is: gauge, counter, histogram, summary.
    pub kind: Field<String>,
    /// Whether it exists; absent where no catalogue speaks of such names.
    pub known: Field<bool>,
    /// Labels that it is asked for and that a catalogue does not list.
    pub unknown_labels: Vec<String>,
}

/// Labels that targets, rules and clusters give, whatever an app exports.
const OF_TARGETS: [&str; 14] = [
    "job",
    "instance",
    "namespace",
    "pod",
    "container",
    "service",
    "node",
    "endpoint",
    "cluster",
    "le",
    "quantile",
    "environment",
    "env",
    "app",
];

/// Whether a label says where a series comes from, not what it counts.
#[must_use]
pub fn is_of_target(label: &str) -> bool {
    OF_TARGETS.contains(&label)
}

impl Metric {
    /// Whether labels choose the series that are bad, as those of `..._info` metrics do.
    #[must_use]
    pub fn chooses(&self) -> bool {
        self.matchers.iter().any(|(label, ..)| !is_of_target(label))
    }
}

/// An alerting rule.
#[derive(Debug)]
pub struct Alert {
    /// Its name.
    pub name: String,
    /// The name's place.
    pub at: Span,
    /// The name of its group.
    pub group: String,
    /// The path of its file, relative to the root.
    pub file: String,
    /// What evaluates it: `prometheus`, `loki` or `grafana`.
    pub kind: &'static str,
    /// The expression.
    pub expr: Field<Text>,
    /// The metrics that it names.
    pub metrics: Vec<Metric>,
    /// Why there may be more, if so.
    pub metrics_more: Option<Reason>,
    /// The functions and aggregations that it calls.
    pub functions: Vec<String>,
    /// Whether it yields nothing while all is well.
    pub compares: Field<bool>,
    /// The number that decides.
    pub threshold: Field<f64>,
    /// How long it has to hold before it fires.
    pub hold: Field<Duration>,
    /// Whether it is switched on.
    pub enabled: Field<bool>,
    /// Its labels.
    pub labels: Vec<(String, Field<Text>)>,
    /// Its annotations.
    pub annotations: Vec<(String, Field<Text>)>,
    /// Whether a Prometheus of these files loads it; absent where none of them decides it.
    pub loaded: Field<bool>,
    /// Where it is sent once it fires: indices into the stack's receivers.
    pub receivers: Vec<usize>,
    /// Why it may be sent elsewhere too, if so.
    pub receivers_more: Option<Reason>,
    /// Index into the stack's objects of the tree that it was read from.
    pub object: Option<usize>,
}

impl Alert {
    /// The value of a label that every series of it has.
    #[must_use]
    pub fn label(&self, name: &str) -> Option<&Field<Text>> {
        self.labels.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}
