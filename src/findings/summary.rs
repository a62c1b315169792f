//! How much of what.

use super::{Reported, Verdict};
use crate::rules::{Category, Severity};
use std::collections::BTreeMap;

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
    pub fn of(findings: &[Reported]) -> Self {
        let mut summary = Self::default();
        for severity in Severity::ALL {
            summary.failures.insert(std::cmp::Reverse(severity), 0);
        }
        let mut by_pack: BTreeMap<&str, Counts> = BTreeMap::new();
        for finding in findings {
            summary.all.add(finding.verdict, finding.subjects);
            summary.by_category.entry(finding.rule.category).or_default().add(finding.verdict, finding.subjects);
            by_pack.entry(finding.rule.pack.as_str()).or_default().add(finding.verdict, finding.subjects);
            if finding.verdict == Verdict::Fail {
                *summary.failures.entry(std::cmp::Reverse(finding.severity)).or_default() += finding.subjects;
            }
        }
        summary.by_pack = by_pack.into_iter().map(|(pack, counts)| (pack.to_owned(), counts)).collect();
        summary
    }

    /// How many failures of a severity there are.
    #[must_use]
    pub fn failures(&self, severity: Severity) -> usize {
        self.failures.get(&std::cmp::Reverse(severity)).copied().unwrap_or_default()
    }
}
