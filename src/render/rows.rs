//! Findings as rows: chosen, grouped, worst first.

use super::Paths;
use super::visible::visible;
use crate::findings::{Report, Reported, Verdict};
use crate::rules::{Category, Severity};
use hashbrown::hash_table::Entry;
use hashbrown::{DefaultHashBuilder, HashMap, HashTable};
use rayon::prelude::*;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::hash::BuildHasher;

/// What rows are shown under: a verdict, and of failures the severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Heading {
    /// That of all rows under it.
    pub verdict: Verdict,
    /// The worst of each row's findings, where these failed.
    pub severity: Option<Severity>,
}

/// Rows that are alike and come one behind the other. Most rows of a large audit are only counted.
#[derive(Debug)]
pub(super) struct Run<'r> {
    /// What it is shown under.
    pub heading: Heading,
    /// What is counted as alike.
    pub alike: &'r str,
    /// How many rows there are.
    pub count: usize,
    /// The first of them, as many as are listed.
    pub listed: Vec<Row<'r>>,
}

/// One row of the table, before anything is written out.
#[derive(Debug)]
pub(super) struct Row<'r> {
    alike: &'r str,
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
/// belong to one group are one row. Of rows that are alike so many are listed.
pub(super) fn runs<'r>(report: &'r Report, shown: &[Verdict], most: usize) -> Vec<Run<'r>> {
    let hasher = DefaultHashBuilder::default();
    let shown = report.findings.par_iter().filter(|finding| shown.contains(&finding.verdict));
    let told = shown.map(|finding| (group(finding).map(|group| hasher.hash_one(group)), &**finding));
    let told: Vec<Told<'r>> = told.collect();
    let parts = rayon::current_num_threads();
    let counted = (0..parts).into_par_iter().map(|part| counted(&told, part, parts, most)).collect::<Vec<_>>();
    let mut by_place: BTreeMap<Place<'r>, Counted> = BTreeMap::new();
    for (place, counted) in counted.into_iter().flatten() {
        let known = by_place.entry(place).or_default();
        known.count += counted.count;
        known.first.extend(counted.first);
    }
    let mut runs: Vec<Run<'r>> = Vec::new();
    for (place, mut counted) in by_place {
        counted.first.sort_unstable();
        let rows = counted.first.into_iter().filter_map(|number| told.get(number));
        let rows = rows.map(|(_, finding)| Row { alike: place.alike, first: finding, rest: Vec::new() });
        let heading = place.heading();
        match runs.last_mut().filter(|run| run.heading == heading && run.alike == place.alike) {
            Some(run) => {
                run.count += counted.count;
                run.listed.extend(rows.take(most - run.listed.len()));
            }
            None => {
                runs.push(Run { heading, alike: place.alike, count: counted.count, listed: rows.take(most).collect() })
            }
        }
    }
    complete(&mut runs, &told, &hasher);
    runs
}

/// A finding with the hash of its group.
type Told<'r> = (Option<u64>, &'r Reported);

/// What rows are sorted by.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Place<'r> {
    /// Where the verdict stands among those of a report.
    rank: usize,
    verdict: Verdict,
    severity: Reverse<Severity>,
    is_development: bool,
    category: Category,
    alike: &'r str,
}

/// How many rows have one place, and the numbers of the findings that the first of them begin with.
#[derive(Default)]
struct Counted {
    count: usize,
    first: Vec<usize>,
}

/// The rows of one of several parts of findings. All of one group are in one part. Rows are many and rules
/// few: within a rule the order of the report stays, which is file and line.
fn counted<'r>(told: &[Told<'r>], part: usize, parts: usize, most: usize) -> BTreeMap<Place<'r>, Counted> {
    let is_meant = |number: usize, hash: Option<u64>| hash.map_or(number, |hash| hash as usize) % parts == part;
    let meant = told.iter().enumerate().filter(|(number, (hash, _))| is_meant(*number, *hash));
    let mut by_place: BTreeMap<Place<'r>, Counted> = BTreeMap::new();
    for Joined { number, first, severity, is_development } in joined(meant) {
        let place = Place {
            rank: first.verdict.rank(),
            verdict: first.verdict,
            severity: Reverse(severity),
            is_development,
            category: first.rule.category,
            alike: first.group.as_deref().unwrap_or(&first.rule.id),
        };
        let known = by_place.entry(place).or_default();
        known.count += 1;
        if known.first.len() < most {
            known.first.push(number);
        }
    }
    by_place
}

/// What failures have in common that are one row: the word of their group and the subject.
fn group(finding: &Reported) -> Option<(&str, usize, &str, Option<&str>)> {
    let group = finding.group.as_deref().filter(|_| finding.verdict == Verdict::Fail)?;
    Some((group, finding.deployment, &finding.subject.name, finding.subject.of.as_deref()))
}

/// A row without the rest of what it is made of.
struct Joined<'r> {
    /// The number of its first finding.
    number: usize,
    first: &'r Reported,
    /// The worst severity of its findings.
    severity: Severity,
    /// Whether all of it is of deployments for development.
    is_development: bool,
}

/// One row for each group, where its first finding is.
fn joined<'t, 'r: 't>(told: impl Iterator<Item = (usize, &'t Told<'r>)>) -> Vec<Joined<'r>> {
    let mut joined: Vec<Joined<'r>> = Vec::new();
    let mut groups: HashTable<(u64, usize)> = HashTable::new();
    for (number, (hash, finding)) in told {
        let row = Joined { number, first: finding, severity: finding.severity, is_development: finding.is_development };
        let Some(hash) = *hash else {
            joined.push(row);
            continue;
        };
        let is_same =
            |(_, index): &(u64, usize)| joined.get(*index).is_some_and(|it| group(it.first) == group(finding));
        match groups.entry(hash, is_same, |(hash, _)| *hash) {
            Entry::Occupied(known) => {
                if let Some(known) = joined.get_mut(known.get().1) {
                    known.severity = known.severity.max(row.severity);
                    known.is_development &= row.is_development;
                }
            }
            Entry::Vacant(place) => {
                place.insert((hash, joined.len()));
                joined.push(row);
            }
        }
    }
    joined
}

/// Adds to the rows that are listed what else they are made of.
fn complete<'r>(runs: &mut [Run<'r>], told: &[Told<'r>], hasher: &DefaultHashBuilder) {
    let mut listed: HashMap<u64, Vec<&mut Row<'r>>> = HashMap::new();
    for row in runs.iter_mut().flat_map(|run| &mut run.listed) {
        if let Some(group) = group(row.first) {
            listed.entry(hasher.hash_one(group)).or_default().push(row);
        }
    }
    let of_listed = told.par_iter().filter(|(hash, _)| hash.is_some_and(|hash| listed.contains_key(&hash)));
    let of_listed: Vec<&Told<'r>> = of_listed.collect();
    for (hash, finding) in of_listed {
        for row in hash.and_then(|hash| listed.get_mut(&hash)).into_iter().flatten() {
            if group(row.first) == group(finding) && !std::ptr::eq(row.first, *finding) {
                row.rest.push(finding);
            }
        }
    }
}

impl Place<'_> {
    fn heading(&self) -> Heading {
        let severity = (self.verdict == Verdict::Fail).then_some(self.severity.0);
        Heading { verdict: self.verdict, severity }
    }
}

impl<'r> Row<'r> {
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
