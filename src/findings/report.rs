//! Everything that an audit says, sorted and fit to be shown.

use super::fingerprint::fingerprint;
use super::location::Locator;
use super::outcome::{Bar, Outcome};
use super::redact::Redactor;
use super::reported::{Reported, ReportedFindings, ReportedProblem, SeenFile, SeenStack};
use super::summary::{ByRule, Summary};
use super::{Attestation, FaultKind, Finding, Findings, Subject, Verdict};
use crate::rules::Meta;
use crate::source::{self, Position, Problem, Sources};
use hashbrown::HashMap;
use rayon::prelude::*;
use std::borrow::Cow;
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

/// How many findings are made ready in one go: few, as all wait for the last one.
const PART: usize = 512;

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
        let ranks = Ranks::of(&findings, &locator);
        let shown = |finding: Box<Finding>| {
            let shown = Box::new(reported(*finding, &locator, redactor, excerpts));
            (ranks.place(&shown), shown)
        };
        // They are counted while they are at hand.
        let made = findings.into_par_iter().with_max_len(PART).fold(Made::default, |mut made, finding| {
            let (told, shown) = shown(finding);
            made.counts.add(&shown);
            made.findings.push((told, shown));
            made
        });
        let made: Vec<Made> = made.collect();
        let mut findings = Vec::with_capacity(made.iter().map(|made| made.findings.len()).sum());
        let mut counts = ByRule::default();
        for mut made in made {
            findings.append(&mut made.findings);
            counts.append(made.counts);
        }
        let findings = sorted(findings);
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
            summary: counts.summary(),
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

/// Where a finding is told: the rank of its file, its line and column, the rank of its rule. Many are kept.
type Told = (u32, Position, u32);

/// Findings that one core made ready, and their counts.
#[derive(Default)]
struct Made {
    findings: Vec<(Told, Box<Reported>)>,
    counts: ByRule,
}

/// The ranks of files and rules by their names, which are long and which many findings share.
struct Ranks {
    files: HashMap<usize, u32>,
    rules: HashMap<usize, u32>,
}

impl Ranks {
    fn of<'f>(findings: &'f [Box<Finding>], locator: &Locator<'_>) -> Self {
        let files = locator.names().map(|name| (name.as_ptr().addr(), &**name)).collect();
        let add = |mut names: HashMap<usize, &'f str>, rule: &'f Arc<Meta>| {
            names.entry(Arc::as_ptr(rule).addr()).or_insert(&rule.id);
            names
        };
        // There are many findings and few rules.
        let rules = findings.par_iter().map(|finding| &finding.rule);
        let rules: Vec<HashMap<usize, &str>> = rules.fold(HashMap::new, add).collect();
        Self { files: ranks(files), rules: ranks(rules.into_iter().flatten().collect()) }
    }

    fn place(&self, finding: &Reported) -> Told {
        // What has no place comes first.
        let rank = |ranks: &HashMap<usize, u32>, key: usize| ranks.get(&key).map_or(0, |rank| rank + 1);
        let (file, start) = match finding.primary() {
            Some(location) => (rank(&self.files, location.file.as_ptr().addr()), location.start),
            None => (0, Position { line: 0, column: 0 }),
        };
        (file, start, rank(&self.rules, Arc::as_ptr(&finding.rule).addr()))
    }
}

/// Findings by file, line and rule.
fn sorted(mut findings: Vec<(Told, Box<Reported>)>) -> ReportedFindings {
    findings.par_sort_by(|(place, one), (other_place, other)| {
        place.cmp(other_place).then_with(|| key(one).cmp(&key(other)))
    });
    findings.into_iter().map(|(_, finding)| finding).collect()
}

/// The places that keys have when they are sorted by their names.
fn ranks(names: HashMap<usize, &str>) -> HashMap<usize, u32> {
    let mut names: Vec<(usize, &str)> = names.into_iter().collect();
    names.sort_by_key(|(_, name)| *name);
    let same = names.chunk_by(|(_, one), (_, other)| one == other);
    (0..).zip(same).flat_map(|(rank, group)| group.iter().map(move |(key, _)| (*key, rank))).collect()
}

/// What findings of one rule at one place are sorted by. The subject and the message make the order whole.
fn key(finding: &Reported) -> (&str, &str, Verdict, &str) {
    let subject = &finding.subject;
    (&*subject.stack, subject.name.as_str(), finding.verdict, finding.message.as_str())
}

fn reported(finding: Finding, locator: &Locator<'_>, redactor: &Redactor<'_>, excerpts: bool) -> Reported {
    let mask = |text: String| redactor.own(text);
    let locations = locator.locate(&finding.sites);
    let subject = masked_subject(finding.subject, redactor);
    let primary = locations.first();
    let fingerprint = if excerpts {
        let content = primary.and_then(|location| location.line.as_ref()).filter(|_| finding.content_is_public);
        let content: String = content
            .map_or(String::new(), |line| line.text.chars().skip(line.marked.start).take(line.marked.len()).collect());
        let file = primary.map_or("", |location| &*location.file);
        let path = redactor.text(&finding.path);
        let (name, of) = (subject.name.as_str(), subject.of.as_deref().unwrap_or_default());
        let last = if finding.content_is_public { content.as_str() } else { finding.fault.map_or("", FaultKind::word) };
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

/// A subject as it may be shown: the same where no part of it is a secret.
fn masked_subject(subject: Arc<Subject>, redactor: &Redactor<'_>) -> Arc<Subject> {
    let Subject { kind, name, of, workload, stack } = &*subject;
    let name = redactor.text(name);
    let [of, workload] = [of, workload].map(|text| text.as_deref().map(|text| redactor.text(text)));
    let stack = redactor.text(stack);
    let is_masked = |text: Option<&Cow<'_, str>>| matches!(text, Some(Cow::Owned(_)));
    if ![Some(&name), of.as_ref(), workload.as_ref(), Some(&stack)].into_iter().any(is_masked) {
        return Arc::clone(&subject);
    }
    Arc::new(Subject {
        kind,
        name: name.into_owned(),
        of: of.map(Cow::into_owned),
        workload: workload.map(Cow::into_owned),
        stack: stack.into(),
    })
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
