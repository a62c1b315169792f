//! What a rule says of many subjects, gathered into findings.

use super::scope::World;
use super::subject::{Judged, place_of_pass};
use crate::findings::finding::ALSO;
use crate::findings::{Finding, Findings, Role, Site, Subject, Verdict};
use crate::model::queryable::Thing;
use crate::model::{Environment, Stack, SubjectKind};
use crate::rules::rule::Otherwise;
use crate::rules::{Rule, Severity};
use crate::source::Span;
use hashbrown::HashMap;
use rayon::prelude::*;
use std::sync::Arc;

/// Places of subjects that passed which are kept.
pub const MOST_SITES: usize = 20;

/// Names of further subjects of a finding that are written out.
const MOST_NAMES: usize = 3;

/// What one rule says of some subjects.
pub(super) struct Tally<'m> {
    findings: Findings,
    passed: Crowd<'m>,
    exempt: Crowd<'m>,
}

impl<'m> Tally<'m> {
    /// Of no subject yet; `most` is how many of those that pass are pointed at.
    pub fn new(stack: &Stack, most: usize) -> Self {
        // What holds in all variants is known only when each subject can be found in each of them.
        let crowd = || Crowd::new(most, stack.variant.is_some());
        Self { findings: Vec::new(), passed: crowd(), exempt: crowd() }
    }

    /// Adds what was said of one subject; `subject` tells its names.
    pub fn add(&mut self, maker: &Maker<'_>, thing: Thing<'m>, subject: impl FnOnce() -> Arc<Subject>, judged: Judged) {
        let rule = maker.rule;
        match judged {
            Judged::NotConcerned => {}
            Judged::Exempt => self.exempt.add(thing),
            Judged::Passed => self.passed.add(thing),
            Judged::Advised { at, remark } => {
                let finding = maker.finding(Verdict::Pass, subject(), rule.meta.title.clone(), vec![primary(at)]);
                self.findings.push(Box::new(Finding { remark: Some(remark), ..finding }));
            }
            Judged::Failed(fault) => {
                let severity = maker.severity(fault.severity.unwrap_or(rule.meta.severity));
                let finding = maker.finding(Verdict::Fail, subject(), fault.message, fault.sites);
                self.findings.push(Box::new(Finding {
                    severity,
                    group: rule.fold.clone(),
                    path: fault.path.into(),
                    fault: Some(fault.kind),
                    content_is_public: fault.content_is_public,
                    ..finding
                }));
            }
            Judged::Undecided(doubt) => {
                let finding = maker.finding(Verdict::Unknown, subject(), doubt.message, doubt.sites);
                self.findings.push(Box::new(Finding {
                    needs: Some(doubt.needs),
                    group: rule.fold.clone(),
                    path: doubt.path.into(),
                    ..finding
                }));
            }
        }
    }

    /// Adds what was said of further subjects, which come behind these.
    pub fn append(&mut self, mut more: Self) {
        self.findings.append(&mut more.findings);
        self.passed.append(more.passed);
        self.exempt.append(more.exempt);
    }

    /// The findings: each fault and doubt by itself, all that passed as one, all that it does not apply
    /// to as one.
    pub fn findings(self, maker: &Maker<'_>, world: &World<'_>) -> Findings {
        let rule = maker.rule;
        let mut findings = if is_small(rule.subject) { told_once(self.findings) } else { self.findings };
        let place = |thing: Thing<'m>| place_of_pass(rule, thing, world);
        findings.extend(self.passed.findings(maker, Verdict::Pass, &rule.meta.title, place));
        findings.extend(self.exempt.findings(maker, Verdict::NotApplicable, "It does not apply here", Thing::at));
        findings
    }
}

/// Values, ports and mounts that fail at one place, or are not known for one reason there, are one thing to
/// mend: several containers that read one key, the ports of a range. The first speaks for the others.
fn told_once(findings: Findings) -> Findings {
    let mut kept: Findings = Vec::with_capacity(findings.len());
    let mut others: HashMap<usize, Vec<String>> = HashMap::new();
    let mut first_at: HashMap<(Span, Severity, Option<String>), usize> = HashMap::new();
    for finding in findings {
        let reason = (finding.verdict == Verdict::Unknown).then(|| finding.message.clone());
        let place = finding.sites.first().map(|site| (site.span, finding.severity, reason));
        let Some(place) = place.filter(|_| matches!(finding.verdict, Verdict::Fail | Verdict::Unknown)) else {
            kept.push(finding);
            continue;
        };
        match first_at.get(&place).and_then(|index| Some((*index, kept.get_mut(*index)?))) {
            Some((index, first)) => {
                first.subjects += finding.subjects;
                for mut site in finding.sites.into_iter().skip(1) {
                    if first.sites.len() < MOST_SITES && !first.sites.iter().any(|have| have.span == site.span) {
                        site.role = Role::Related;
                        first.sites.push(site);
                    }
                }
                let subject = &finding.subject;
                others.entry(index).or_default().push(match (&subject.of, &subject.workload) {
                    (Some(of), Some(workload)) => format!("{} of {of} in {workload}", subject.name),
                    (Some(of), None) => format!("{} of {of}", subject.name),
                    (None, _) => subject.name.clone(),
                });
            }
            None => {
                first_at.insert(place, kept.len());
                kept.push(finding);
            }
        }
    }
    for (index, names) in others {
        if let Some(finding) = kept.get_mut(index) {
            let shown = names.iter().take(MOST_NAMES).cloned().collect::<Vec<_>>().join(", ");
            let rest = names.len().saturating_sub(MOST_NAMES);
            let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
            finding.message = format!("{}{ALSO}{shown}{more}", finding.message);
        }
    }
    kept
}

/// The workload that what a container has belongs to, where the container goes by another name: many pods have a
/// container that is called `sidecar`.
fn workload(thing: Thing<'_>) -> Option<String> {
    if !is_small(thing.subject_kind()) {
        return None;
    }
    let container = thing.container()?;
    let workload = thing.stack().workloads.get(container.workload)?;
    (workload.name != container.name).then(|| workload.name.clone())
}

/// Whether subjects of a kind are told together where they are decided at one place.
fn is_small(kind: SubjectKind) -> bool {
    matches!(kind, SubjectKind::Setting | SubjectKind::Exposure | SubjectKind::Mount)
}

/// Subjects with one verdict, told together.
struct Crowd<'m> {
    count: usize,
    /// Those that are pointed at: the first ones, or all if they are told one by one.
    shown: Vec<Thing<'m>>,
    most: usize,
    is_split: bool,
}

impl<'m> Crowd<'m> {
    fn new(most: usize, is_split: bool) -> Self {
        Self { count: 0, shown: Vec::new(), most: if is_split { usize::MAX } else { most.max(1) }, is_split }
    }

    fn add(&mut self, thing: Thing<'m>) {
        self.count += 1;
        if self.shown.len() < self.most {
            self.shown.push(thing);
        }
    }

    /// Adds further ones, which come behind these.
    fn append(&mut self, more: Self) {
        self.count += more.count;
        self.shown.extend(more.shown);
        self.shown.truncate(self.most);
    }

    /// `place` yields the place of one that is pointed at.
    fn findings(
        self,
        maker: &Maker<'_>,
        verdict: Verdict,
        message: &str,
        place: impl Fn(Thing<'m>) -> Span + Sync,
    ) -> Findings {
        let sites: Vec<Site> = self.shown.par_iter().map(|thing| primary(place(*thing))).collect();
        let Some(first) = self.shown.first() else { return Vec::new() };
        if self.is_split {
            let each = self.shown.iter().zip(sites);
            let each =
                each.map(|(thing, site)| maker.finding(verdict, maker.subject(*thing), message.to_owned(), vec![site]));
            return each.map(Box::new).collect();
        }
        let thing = if self.count == 1 { *first } else { Thing::Stack(first.stack()) };
        let roles = std::iter::once(Role::Primary).chain(std::iter::repeat(Role::Related));
        let sites = sites.into_iter().zip(roles).map(|(site, role)| Site { role, ..site }).collect();
        let finding = maker.finding(verdict, maker.subject(thing), message.to_owned(), sites);
        vec![Box::new(Finding { subjects: self.count, ..finding })]
    }
}

/// Makes the findings of one rule on one stack.
pub(super) struct Maker<'r> {
    pub rule: &'r Rule,
    pub stack: &'r Stack,
    pub index: usize,
    /// The stack's name, which every finding tells.
    pub name: Arc<str>,
}

impl Maker<'_> {
    fn is_development(&self) -> bool {
        self.stack.environment.value() == Some(&Environment::Development)
    }

    fn severity(&self, severity: Severity) -> Severity {
        if self.is_development() { severity.lower() } else { severity }
    }

    /// What findings tell of a thing.
    pub fn subject(&self, thing: Thing<'_>) -> Arc<Subject> {
        let (name, of) = thing.name();
        Arc::new(Subject {
            kind: thing.subject_kind().word(),
            name,
            of,
            workload: workload(thing),
            stack: Arc::clone(&self.name),
        })
    }

    pub fn finding(&self, verdict: Verdict, subject: Arc<Subject>, message: String, sites: Vec<Site>) -> Finding {
        Finding {
            rule: self.rule.meta.clone(),
            more_items: Arc::clone(&self.rule.more_items),
            verdict,
            severity: self.severity(self.rule.meta.severity),
            is_development: self.is_development(),
            stack: self.index,
            subject,
            subjects: 1,
            variants: self.stack.variant.iter().cloned().collect(),
            of_variants: self.stack.variant.as_ref().map_or(0, |_| self.stack.variants.len()),
            group: None,
            message,
            remark: None,
            needs: None,
            attestation: None,
            sites,
            path: Box::default(),
            fault: None,
            content_is_public: false,
        }
    }

    /// No subject was concerned.
    pub fn nobody(&self) -> Finding {
        let what = self.rule.subject.word();
        let open = self.stack.open(self.rule.subject);
        let (verdict, message) = match self.rule.otherwise {
            Otherwise::NotApplicable => {
                (Verdict::NotApplicable, format!("There is no {what} here that this is asked of"))
            }
            Otherwise::Pass => (Verdict::Pass, self.rule.meta.title.clone()),
            Otherwise::Fail if open.is_none() => {
                (Verdict::Fail, format!("There is no {what} that does this: {}", self.rule.meta.title))
            }
            Otherwise::Fail | Otherwise::Unknown => {
                (Verdict::Unknown, format!("No {what} can be seen that would decide this"))
            }
        };
        let finding =
            self.finding(verdict, self.subject(Thing::Stack(self.stack)), message, vec![primary(self.stack.at)]);
        let needs = match (verdict, open) {
            (Verdict::Unknown, Some(gap)) => Some(gap.reason.needs()),
            (Verdict::Unknown, None) => Some("check it by hand".to_owned()),
            _ => None,
        };
        Finding { needs, ..finding }
    }
}

pub(super) fn primary(at: Span) -> Site {
    Site { span: at, role: Role::Primary, kind: None, note: None }
}
