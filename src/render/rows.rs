//! Findings as rows: chosen, grouped, worst first.

use super::Paths;
use super::visible::visible;
use crate::findings::{Report, Reported, Verdict};
use crate::rules::{Category, Severity};
use hashbrown::hash_table::Entry;
use hashbrown::{DefaultHashBuilder, HashTable};
use rayon::prelude::*;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::hash::BuildHasher;

/// One row of the table, before anything is written out: most rows of a large audit are only counted.
#[derive(Debug)]
pub(super) struct Row<'r> {
    /// What it is shown under.
    pub verdict: Verdict,
    /// The worst severity of its findings.
    pub severity: Severity,
    /// What is counted as alike when there are too many.
    pub alike: &'r str,
    /// Whether all of it is of deployments for development.
    is_development: bool,
    category: Category,
    /// What it is made of.
    first: &'r Reported,
    rest: Vec<&'r Reported>,
}

/// A row as it is shown.
#[derive(Debug)]
pub(super) struct Shown<'r> {
    /// `file:line`, to be clicked.
    pub place: String,
    /// What was judged.
    pub subject: String,
    /// What is the case.
    pub what: String,
    /// The rule or rules, for `explain`.
    pub rule: String,
    /// What it is made of.
    pub findings: Vec<&'r Reported>,
}

/// The rows of the findings with these verdicts: failures by severity, then the others, each by
/// rule, file and line, those of deployments for development behind the rest. Failures of one subject that
/// belong to one group are one row.
pub(super) fn rows<'r>(report: &'r Report, shown: &[Verdict]) -> Vec<Row<'r>> {
    let hasher = DefaultHashBuilder::default();
    let shown = report.findings.par_iter().filter(|finding| shown.contains(&finding.verdict));
    let each = shown.map(|finding| (group(finding).map(|group| hasher.hash_one(group)), &**finding));
    // Rows are many and rules few: within a rule the order of the report stays, which is file and line.
    let mut sorted: BTreeMap<_, Vec<Row<'r>>> = BTreeMap::new();
    for row in joined(each.collect()) {
        sorted.entry(row.place()).or_default().push(row);
    }
    sorted.into_values().flatten().collect()
}

/// What failures have in common that are one row: the word of their group and the subject.
fn group(finding: &Reported) -> Option<(&str, usize, &str, Option<&str>)> {
    let group = finding.group.as_deref().filter(|_| finding.verdict == Verdict::Fail)?;
    Some((group, finding.deployment, &finding.subject.name, finding.subject.of.as_deref()))
}

/// One row for each group, where its first finding is. With each finding comes the hash of its group.
fn joined(findings: Vec<(Option<u64>, &Reported)>) -> Vec<Row<'_>> {
    let mut joined: Vec<Row<'_>> = Vec::new();
    let mut groups: HashTable<(u64, usize)> = HashTable::new();
    for (hash, finding) in findings {
        let Some(hash) = hash else {
            joined.push(Row::of(finding));
            continue;
        };
        let is_same =
            |(_, index): &(u64, usize)| joined.get(*index).is_some_and(|it| group(it.first) == group(finding));
        match groups.entry(hash, is_same, |(hash, _)| *hash) {
            Entry::Occupied(known) => joined.get_mut(known.get().1).into_iter().for_each(|known| known.add(finding)),
            Entry::Vacant(place) => {
                place.insert((hash, joined.len()));
                joined.push(Row::of(finding));
            }
        }
    }
    joined
}

impl<'r> Row<'r> {
    fn of(finding: &'r Reported) -> Self {
        Self {
            verdict: finding.verdict,
            severity: finding.severity,
            alike: finding.group.as_deref().unwrap_or(&finding.rule.id),
            is_development: finding.is_development,
            category: finding.rule.category,
            first: finding,
            rest: Vec::new(),
        }
    }

    /// Adds another finding of the same group.
    fn add(&mut self, finding: &'r Reported) {
        self.severity = self.severity.max(finding.severity);
        self.is_development &= finding.is_development;
        self.rest.push(finding);
    }

    /// What rows are sorted by.
    fn place(&self) -> impl Ord + use<'r> {
        (self.verdict.rank(), Reverse(self.severity), self.is_development, self.category, self.alike)
    }

    /// What it is made of.
    fn findings(&self) -> impl Iterator<Item = &'r Reported> {
        std::iter::once(self.first).chain(self.rest.iter().copied())
    }

    /// Writes it out.
    pub fn shown(&self, paths: &Paths) -> Shown<'r> {
        let mut shown = shown(self.first, paths);
        if !self.rest.is_empty() {
            self.join(&mut shown);
        }
        shown
    }

    /// One row for a group: names what is missing by the last words of the rules' ids.
    fn join(&self, shown: &mut Shown<'r>) {
        let mut names: Vec<&str> = Vec::new();
        for finding in self.findings() {
            let name = finding.rule.id.rsplit('/').next().unwrap_or(&finding.rule.id);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        shown.what = format!("missing {}: {}", self.alike, names.join(", "));
        let pack = self.first.rule.pack.as_str();
        shown.rule = if self.rest.iter().all(|finding| finding.rule.pack == pack) {
            format!("{pack}/…")
        } else {
            self.findings().map(|finding| finding.rule.id.as_str()).collect::<Vec<_>>().join(", ")
        };
        shown.findings = self.findings().collect();
    }
}

impl Shown<'_> {
    /// Subject and message in one: a message that begins with the subject's name is not made to
    /// say it twice.
    pub fn sentence(&self) -> String {
        let name = self.findings.first().map_or("", |finding| finding.subject.name.as_str());
        match self.what.strip_prefix(name) {
            _ if self.subject.is_empty() => self.what.clone(),
            Some(rest) if !name.is_empty() && rest.starts_with(' ') => format!("{}{rest}", self.subject),
            _ => format!("{}: {}", self.subject, self.what),
        }
    }
}

fn shown<'r>(finding: &'r Reported, paths: &Paths) -> Shown<'r> {
    let place = finding.primary().map_or_else(String::new, |location| {
        format!("{}:{}", visible(&paths.show(&location.file)), location.start.line)
    });
    let subject = &finding.subject;
    let name = visible(&subject.name);
    let subject = match &subject.of {
        Some(of) if *of != subject.name => format!("{name} of {}", visible(of)),
        _ => name.into_owned(),
    };
    let mut what = visible(&finding.message).into_owned();
    if finding.subjects > 1 {
        what.push_str(&format!(" ({} of them)", finding.subjects));
    }
    if !finding.variants.is_empty() {
        what.push_str(&format!(" [in {}]", visible(&finding.variants.join(", "))));
    }
    Shown {
        place,
        subject: if finding.subjects > 1 { String::new() } else { subject },
        what,
        rule: finding.rule.id.clone(),
        findings: vec![finding],
    }
}
