//! Scrape jobs: who asks which containers for their metrics.

use super::{Duration, Field, Listed};
use crate::source::{Span, Text};

/// A scrape job of a Prometheus, or an object or annotation that asks for one.
#[derive(Debug)]
pub struct Scrape {
    /// The job's name.
    pub name: String,
    /// The name's place.
    pub at: Span,
    /// `prometheus`, `service-monitor`, `pod-monitor`, `probe` or `annotation`.
    pub kind: &'static str,
    /// The path that is asked for.
    pub path: Field<Text>,
    /// How often.
    pub interval: Field<Duration>,
    /// Whether over TLS.
    pub tls: Field<bool>,
    /// How it identifies itself: `none`, `literal` or `reference`.
    pub auth: Field<String>,
    /// The addresses that are written.
    pub addresses: Vec<Field<Text>>,
    /// Indices of the containers that it asks.
    pub targets: Listed<usize>,
    /// Whether the containers here are known not to be among those that it asks besides.
    pub others: bool,
    /// Index into the stack's objects of the tree that it was read from.
    pub object: Option<usize>,
}

impl Scrape {
    /// A job of which only its name and place are known: it asks `/metrics`, openly.
    #[must_use]
    pub fn new(name: impl Into<String>, kind: &'static str, at: Span) -> Self {
        Self {
            name: name.into(),
            at,
            kind,
            path: Field::default(Text::from("/metrics"), at),
            interval: Field::absent(at),
            tls: Field::default(false, at),
            auth: Field::default("none".to_owned(), at),
            addresses: Vec::new(),
            targets: Listed::none(at),
            others: false,
            object: None,
        }
    }
}
