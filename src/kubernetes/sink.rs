//! Where readers leave the defects that they meet.

use crate::source::{Place, Problem, SourceId};
use hashbrown::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

/// Collects defects; readers share it, also across threads.
#[derive(Debug, Default)]
pub(super) struct Sink(Mutex<Vec<Problem>>);

impl Sink {
    /// Notes a defect.
    pub fn push(&self, problem: Problem) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(problem);
    }

    /// All defects, by their place in the sources in the given order; one that several readers met
    /// stands once.
    pub fn finish(self, order: impl Iterator<Item = SourceId>) -> Vec<Problem> {
        let mut problems = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        if problems.is_empty() {
            return problems;
        }
        let mut rank = HashMap::new();
        for source in order {
            let next = rank.len();
            rank.entry(source).or_insert(next);
        }
        let mut seen = HashSet::new();
        problems.retain(|problem| match &problem.place {
            Place::Span(span) => seen.insert((*span, problem.message.clone())),
            Place::Path(_) => true,
        });
        // The message settles what threads leave open.
        let place = |problem: &Problem| match &problem.place {
            Place::Span(span) => (rank.get(&span.source).copied(), span.start, span.end),
            Place::Path(_) => (None, 0, 0),
        };
        problems.sort_by(|one, other| place(one).cmp(&place(other)).then_with(|| one.message.cmp(&other.message)));
        problems
    }
}
