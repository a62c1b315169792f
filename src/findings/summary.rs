//! How much of what.

use super::{Reported, Verdict};
use crate::rules::{Category, Meta, Severity};
use hashbrown::HashMap;
use rayon::prelude::*;
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

/// Subjects by the address of their rule, severity and verdict, with that rule.
type ByRule<'f> = HashMap<(usize, Severity, Verdict), (&'f Meta, usize)>;

/// The same with one more finding.
fn counted<'f>(mut counts: ByRule<'f>, finding: &'f Reported) -> ByRule<'f> {
    let key = (Arc::as_ptr(&finding.rule).addr(), finding.severity, finding.verdict);
    counts.entry(key).or_insert((&finding.rule, 0)).1 += finding.subjects;
    counts
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
        let counted =
            findings.par_iter().fold(HashMap::new, |counts, finding| counted(counts, finding)).collect::<Vec<_>>();
        for ((_, severity, verdict), (rule, count)) in counted.into_iter().flatten() {
            summary.all.add(verdict, count);
            summary.by_category.entry(rule.category).or_default().add(verdict, count);
            summary.by_pack.entry(rule.pack.clone()).or_default().add(verdict, count);
            if verdict == Verdict::Fail {
                *summary.failures.entry(std::cmp::Reverse(severity)).or_default() += count;
            }
        }
        summary
    }

    /// How many failures of a severity there are.
    #[must_use]
    pub fn failures(&self, severity: Severity) -> usize {
        self.failures.get(&std::cmp::Reverse(severity)).copied().unwrap_or_default()
    }
}
