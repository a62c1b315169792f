//! Everything that an audit says, sorted and fit to be shown.

use super::fingerprint::fingerprint;
use super::location::Locator;
use super::outcome::{Bar, Outcome};
use super::redact::Redactor;
use super::reported::{Reported, ReportedFindings, ReportedProblem, SeenFile, SeenStack};
use super::summary::Summary;
use super::{Attestation, Finding, Findings, Subject, Verdict};
use crate::source::{self, Problem, Sources};
use hashbrown::HashMap;
use rayon::prelude::*;
use std::borrow::Cow;
use std::hash::Hash;
use std::sync::Arc;

/// What a report is made of.
#[derive(Debug)]
pub struct Material<'s> {
    /// The texts.
    pub sources: &'s Sources,
    /// What masks them.
    pub redactor: &'s Redactor<'s>,
    /// What was judged.
    pub findings: Findings,
    /// What was wrong with what was read.
    pub problems: Vec<Problem>,
    /// What was come across.
    pub files: Vec<SeenFile>,
    /// What was audited.
    pub stacks: Vec<SeenStack>,
    /// The day that counts as today, as `YYYY-MM-DD`.
    pub as_of: String,
    /// What counts as a failure.
    pub bar: Bar,
    /// Whether lines of files are shown and fingerprints taken; both cost time.
    pub excerpts: bool,
}

/// Everything that an audit says.
#[derive(Debug)]
pub struct Report {
    /// The day that counts as today, as `YYYY-MM-DD`.
    pub as_of: String,
    /// Whether the outcome would be clean if any failure but an info counted.
    pub ready: bool,
    /// What it comes to.
    pub outcome: Outcome,
    /// What counted as a failure.
    pub bar: Bar,
    /// The counts.
    pub summary: Summary,
    /// What was come across, by path.
    pub files: Vec<SeenFile>,
    /// What was audited.
    pub stacks: Vec<SeenStack>,
    /// By file, line and rule.
    pub findings: ReportedFindings,
    /// By file and line.
    pub problems: Vec<ReportedProblem>,
}

impl Report {
    /// Locates, redacts, sorts and counts.
    #[must_use]
    pub fn build(material: Material<'_>) -> Self {
        let Material { sources, redactor, findings, problems, files, stacks, as_of, bar, excerpts } = material;
        let locator = Locator::new(sources, redactor, excerpts);
        let mut findings: ReportedFindings = findings
            .into_par_iter()
            .map(|finding| Box::new(reported(*finding, &locator, redactor, excerpts)))
            .collect();
        sort(&mut findings, &locator);
        let mut problems: Vec<ReportedProblem> = problems
            .into_iter()
            .map(|problem| {
                let (file, position) = locator.place(&problem.place);
                let message = redactor.own(problem.message);
                ReportedProblem { file, position, severity: problem.severity, message }
            })
            .collect();
        problems.sort();
        problems.dedup();
        let (files, stacks) = (redacted_files(files, redactor), redacted_stacks(stacks, redactor));
        let nothing = stacks.is_empty();
        Self {
            as_of,
            ready: Outcome::of(&findings, &problems, nothing, Bar::default()) == Outcome::Clean,
            outcome: Outcome::of(&findings, &problems, nothing, bar),
            bar,
            summary: Summary::of(&findings),
            files,
            stacks,
            findings,
            problems,
        }
    }

    /// What kept something of a deployment from being seen.
    pub fn blind_spots(&self) -> impl Iterator<Item = &ReportedProblem> {
        self.problems.iter().filter(|problem| problem.severity == source::Severity::Error)
    }
}

/// Sorts by file, line and rule. The names of files and rules are long, so that findings are put in order by
/// numbers first; what is left is of one rule at one place.
fn sort(findings: &mut [Box<Reported>], locator: &Locator<'_>) {
    // Findings share the names of their files and rules.
    let file = |finding: &Reported| finding.primary().map(|location| location.file.as_ptr().addr());
    let rule = |finding: &Reported| Arc::as_ptr(&finding.rule).addr();
    let files = ranks(locator.names().map(|name| (Some(name.as_ptr().addr()), || Arc::clone(name))));
    let rules = ranks(findings.iter().map(|finding| (rule(finding), || finding.rule.id.clone())));
    let place = |finding: &Reported| {
        let start = finding.primary().map_or((0, 0), |location| (location.start.line, location.start.column));
        (files.get(&file(finding)).copied(), start, rules.get(&rule(finding)).copied())
    };
    findings.par_sort_by_cached_key(|finding| place(finding));
    findings
        .par_chunk_by_mut(|one, other| place(one) == place(other))
        .for_each(|group| group.sort_by(|one, other| key(one).cmp(&key(other))));
}

/// The places that keys have when they are sorted by their names; the name is asked for once for each key.
fn ranks<K: Copy + Eq + Hash, N: Ord>(keys: impl Iterator<Item = (K, impl FnOnce() -> N)>) -> HashMap<K, usize> {
    let mut names = HashMap::new();
    for (key, name) in keys {
        names.entry(key).or_insert_with(name);
    }
    let mut names: Vec<(K, N)> = names.into_iter().collect();
    names.sort_by(|(_, one), (_, other)| one.cmp(other));
    let same = names.chunk_by(|(_, one), (_, other)| one == other).enumerate();
    same.flat_map(|(rank, group)| group.iter().map(move |(key, _)| (*key, rank))).collect()
}

/// What findings of one rule at one place are sorted by. The subject and the message make the order whole.
fn key(finding: &Reported) -> (&str, &str, Verdict, &str) {
    let subject = &finding.subject;
    (&*subject.stack, subject.name.as_str(), finding.verdict, finding.message.as_str())
}

fn reported(finding: Finding, locator: &Locator<'_>, redactor: &Redactor<'_>, excerpts: bool) -> Reported {
    let mask = |text: String| redactor.own(text);
    let locations = locator.locate(&finding.sites);
    let subject = Subject {
        kind: finding.subject.kind,
        name: mask(finding.subject.name),
        of: finding.subject.of.map(mask),
        workload: finding.subject.workload.map(mask),
        stack: match redactor.text(&finding.subject.stack) {
            Cow::Borrowed(_) => finding.subject.stack.clone(),
            Cow::Owned(masked) => masked.into(),
        },
    };
    let primary = locations.first();
    let fingerprint = if excerpts {
        let content = primary.and_then(|location| location.line.as_ref()).filter(|_| finding.content_is_public);
        let content: String = content
            .map_or(String::new(), |line| line.text.chars().skip(line.marked.start).take(line.marked.len()).collect());
        let file = primary.map_or("", |location| &*location.file);
        let path = redactor.text(&finding.path);
        let (name, of) = (subject.name.as_str(), subject.of.as_deref().unwrap_or_default());
        let last = if finding.content_is_public { content.as_str() } else { finding.fault };
        fingerprint(&[&finding.rule.id, file, &path, of, name, last])
    } else {
        String::new()
    };
    Reported {
        more_items: finding.more_items,
        verdict: finding.verdict,
        severity: finding.severity,
        deployment: finding.stack,
        is_development: finding.is_development,
        subject,
        subjects: finding.subjects,
        variants: finding.variants.into_iter().map(mask).collect(),
        group: finding.group,
        message: mask(finding.message),
        remark: finding.remark.map(mask),
        needs: finding.needs.map(mask),
        attestation: finding.attestation.map(|word| masked(*word, redactor)),
        locations,
        fingerprint,
        rule: finding.rule,
    }
}

fn masked(word: Attestation, redactor: &Redactor<'_>) -> Box<Attestation> {
    let mask = |text| redactor.own(text);
    Box::new(Attestation { by: mask(word.by), evidence: mask(word.evidence), note: word.note.map(mask), ..word })
}

fn redacted_files(mut files: Vec<SeenFile>, redactor: &Redactor<'_>) -> Vec<SeenFile> {
    for file in &mut files {
        file.file = redactor.text(&file.file).into_owned();
        file.why = file.why.take().map(|why| redactor.text(&why).into_owned());
    }
    files.sort_by(|one, other| one.file.cmp(&other.file));
    files
}

fn redacted_stacks(mut stacks: Vec<SeenStack>, redactor: &Redactor<'_>) -> Vec<SeenStack> {
    for stack in &mut stacks {
        stack.name = redactor.text(&stack.name).into_owned();
        stack.root = redactor.text(&stack.root).into_owned();
        for variant in &mut stack.variants {
            *variant = redactor.text(variant).into_owned();
        }
    }
    stacks.sort_by(|one, other| (&one.root, &one.name, one.kind).cmp(&(&other.root, &other.name, other.kind)));
    stacks
}
