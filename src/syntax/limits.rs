//! How much a hostile or broken text may cost, and how its defects are collected.

use crate::source::{Place, Problem, Severity, SourceId, Span};

/// Limits of reading one text. Every limit is reported as a [`Problem`] when it is hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The longest text, in bytes, that is parsed; 16 MiB.
    pub bytes: usize,
    /// How deep lists and mappings may nest, aliases followed; 200.
    pub depth: usize,
    /// How many values the aliases and merge keys of one text may stand for together; a million.
    pub alias_nodes: usize,
    /// How many problems are listed for one text; 50.
    pub problems: usize,
    /// How bad a key is that is written twice. kubectl and Helm take the last one, so it is a
    /// warning by default; `docker compose` refuses the file, so its reader sets an error.
    pub duplicate_keys: Severity,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 16 * 1024 * 1024,
            depth: 200,
            alias_nodes: 1_000_000,
            problems: 50,
            duplicate_keys: Severity::Warning,
        }
    }
}

/// Collects the problems of one text up to [`Limits::problems`].
#[derive(Debug)]
pub(super) struct Report {
    source: SourceId,
    limit: usize,
    problems: Vec<Problem>,
    /// What did not fit: how many, and the worst of them.
    left_out: Option<(usize, Severity)>,
}

impl Report {
    pub(super) fn new(source: SourceId, limits: &Limits) -> Self {
        Self { source, limit: limits.problems, problems: Vec::new(), left_out: None }
    }

    /// A span of the source.
    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.source, start, end)
    }

    pub(super) fn error(&mut self, start: usize, end: usize, message: impl Into<String>) {
        self.add(Severity::Error, start, end, message);
    }

    pub(super) fn warning(&mut self, start: usize, end: usize, message: impl Into<String>) {
        self.add(Severity::Warning, start, end, message);
    }

    pub(super) fn add(&mut self, severity: Severity, start: usize, end: usize, message: impl Into<String>) {
        if self.problems.len() < self.limit {
            let place = Place::Span(self.span(start, end));
            self.problems.push(Problem { place, severity, message: message.into() });
            return;
        }
        let (count, worst) = self.left_out.unwrap_or((0, severity));
        self.left_out = Some((count + 1, worst.min(severity)));
    }

    /// The problems in the order of the text.
    pub(super) fn finish(mut self) -> Vec<Problem> {
        self.problems.sort_by_key(|problem| match &problem.place {
            Place::Span(span) => span.start,
            Place::Path(_) => 0,
        });
        if let Some((count, severity)) = self.left_out {
            self.problems.push(Problem {
                place: Place::Span(Span::file(self.source)),
                severity,
                message: format!("{count} more problems of this file are not listed; mend those listed and run again"),
            });
        }
        self.problems
    }
}
