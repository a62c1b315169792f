//! How much of what.

use super::{Reported, Verdict};
use crate::rules::{Category, Meta, Severity};
use hashbrown::HashMap;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Subjects by verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts([usize; 6]);

impl Counts {
    /// How many subjects have this verdict.
    #[must_use]
    pub fn of(&self, verdict: Verdict) -> usize {
        self.0.get(verdict as usize).copied().unwrap_or_default()
    }

    /// How many there are in all.
    #[must_use]
    pub fn total(&self) -> usize {
        self.0.iter().sum()
    }

    fn add(&mut self, verdict: Verdict, subjects: usize) {
        if let Some(count) = self.0.get_mut(verdict as usize) {
            *count += subjects;
        }
    }
}

/// Subjects by the address of their rule, severity and verdict, with that rule: there are many findings and
/// few rules.
#[derive(Default)]
pub(super) struct ByRule(HashMap<(usize, Severity, Verdict), (Arc<Meta>, usize)>);

impl ByRule {
    /// Counts one more finding.
    pub fn add(&mut self, finding: &Reported) {
        let key = (Arc::as_ptr(&finding.rule).addr(), finding.severity, finding.verdict);
        self.0.entry(key).or_insert_with(|| (Arc::clone(&finding.rule), 0)).1 += finding.subjects;
    }

    /// Adds the counts of others.
    pub fn append(&mut self, others: Self) {
        for (key, (rule, count)) in others.0 {
            self.0.entry(key).or_insert((rule, 0)).1 += count;
        }
    }

    /// The counts over everything and by chapter, pack and severity.
    pub fn summary(self) -> Summary {
        let mut summary = Summary::default();
        for severity in Severity::ALL {
            summary.failures.insert(std::cmp::Reverse(severity), 0);
        }
        for ((_, severity, verdict), (rule, count)) in self.0 {
            summary.all.add(verdict, count);
            summary.by_category.entry(rule.category).or_default().add(verdict, count);
            summary.by_pack.entry(rule.pack.clone()).or_default().add(verdict, count);
            if verdict == Verdict::Fail {
                *summary.failures.entry(std::cmp::Reverse(severity)).or_default() += count;
            }
        }
        summary
    }
}

/// The counts of a report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Over everything.
    pub all: Counts,
    /// Failures by severity, worst first; a severity without any is 0.
    pub failures: BTreeMap<std::cmp::Reverse<Severity>, usize>,
    /// By chapter, in their order; chapters without findings are left out.
    pub by_category: BTreeMap<Category, Counts>,
    /// By pack.
    pub by_pack: BTreeMap<String, Counts>,
}

impl Summary {
    /// How many failures of a severity there are.
    #[must_use]
    pub fn failures(&self, severity: Severity) -> usize {
        self.failures.get(&std::cmp::Reverse(severity)).copied().unwrap_or_default()
    }
}
