//! Findings as rows: chosen, grouped, worst first.

use super::Paths;
use super::visible::visible;
use crate::findings::{Report, Reported, Verdict};
use crate::rules::Severity;
use hashbrown::HashMap;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// One row of the table, before anything is written out: most rows of a large audit are only counted.
#[derive(Debug)]
pub(super) struct Row<'r> {
    /// What it is shown under.
    pub verdict: Verdict,
    /// The worst severity of its findings.
    pub severity: Severity,
    /// What it is made of.
    pub findings: Vec<&'r Reported>,
    /// What is counted as alike when there are too many.
    pub alike: &'r str,
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
    let mut rows: Vec<Row<'r>> = Vec::with_capacity(report.findings.len());
    let mut groups: HashMap<(&str, usize, &str, Option<&str>), usize> = HashMap::with_capacity(report.findings.len());
    for finding in report.findings.iter().filter(|finding| shown.contains(&finding.verdict)) {
        let group = finding.group.as_deref().filter(|_| finding.verdict == Verdict::Fail);
        if let Some(group) = group {
            let subject = &finding.subject;
            let key = (group, finding.deployment, subject.name.as_str(), subject.of.as_deref());
            let index = *groups.entry(key).or_insert(rows.len());
            if let Some(row) = rows.get_mut(index) {
                row.findings.push(finding);
                row.severity = row.severity.max(finding.severity);
                continue;
            }
        }
        rows.push(Row {
            verdict: finding.verdict,
            severity: finding.severity,
            findings: vec![finding],
            alike: finding.group.as_deref().unwrap_or(&finding.rule.id),
        });
    }
    // Rows are many and rules few: within a rule the order of the report stays, which is file and line.
    let mut sorted: BTreeMap<_, Vec<Row<'r>>> = BTreeMap::new();
    for row in rows {
        let is_development = row.findings.iter().all(|finding| finding.is_development);
        let key = (row.verdict.rank(), Reverse(row.severity), is_development, row.category(), row.alike);
        sorted.entry(key).or_default().push(row);
    }
    sorted.into_values().flatten().collect()
}

impl<'r> Row<'r> {
    /// Writes it out.
    pub fn shown(&self, paths: &Paths) -> Option<Shown<'r>> {
        let mut shown = shown(self.findings.first()?, paths);
        if self.findings.len() > 1 {
            self.join(&mut shown);
        }
        Some(shown)
    }

    /// One row for a group: names what is missing by the last words of the rules' ids.
    fn join(&self, shown: &mut Shown<'r>) {
        let mut names: Vec<&str> = Vec::new();
        for finding in &self.findings {
            let name = finding.rule.id.rsplit('/').next().unwrap_or(&finding.rule.id);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        shown.what = format!("missing {}: {}", self.alike, names.join(", "));
        let pack = self.findings.first().map_or("", |finding| finding.rule.pack.as_str());
        shown.rule = if self.findings.iter().all(|finding| finding.rule.pack == pack) {
            format!("{pack}/…")
        } else {
            self.findings.iter().map(|finding| finding.rule.id.as_str()).collect::<Vec<_>>().join(", ")
        };
        shown.findings.clone_from(&self.findings);
    }

    fn category(&self) -> Option<crate::rules::Category> {
        self.findings.first().map(|finding| finding.rule.category)
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
