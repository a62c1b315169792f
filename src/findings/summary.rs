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

    fn join(&mut self, others: Self) {
        self.0.iter_mut().zip(others.0).for_each(|(count, more)| *count += more);
    }

    fn add(&mut self, verdict: Verdict, subjects: usize) {
        if let Some(count) = self.0.get_mut(verdict as usize) {
            *count += subjects;
        }
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
    /// Counts the findings.
    #[must_use]
    pub fn of(findings: &[Box<Reported>]) -> Self {
        let mut summary = Self::default();
        for severity in Severity::ALL {
            summary.failures.insert(std::cmp::Reverse(severity), 0);
        }
        // There are many findings and few rules.
        let mut by_rule: HashMap<*const Meta, (&Meta, Counts)> = HashMap::new();
        let mut failures: HashMap<Severity, usize> = HashMap::new();
        for finding in findings {
            let of_rule = || (&*finding.rule, Counts::default());
            let (_, counts) = by_rule.entry(Arc::as_ptr(&finding.rule)).or_insert_with(of_rule);
            counts.add(finding.verdict, finding.subjects);
            if finding.verdict == Verdict::Fail {
                *failures.entry(finding.severity).or_default() += finding.subjects;
            }
        }
        for (rule, counts) in by_rule.into_values() {
            summary.all.join(counts);
            summary.by_category.entry(rule.category).or_default().join(counts);
            summary.by_pack.entry(rule.pack.clone()).or_default().join(counts);
        }
        summary.failures.extend(failures.into_iter().map(|(severity, count)| (std::cmp::Reverse(severity), count)));
        summary
    }

    /// How many failures of a severity there are.
    #[must_use]
    pub fn failures(&self, severity: Severity) -> usize {
        self.failures.get(&std::cmp::Reverse(severity)).copied().unwrap_or_default()
    }
}
