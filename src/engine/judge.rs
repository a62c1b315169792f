//! From rules and stacks to findings.

use super::classes::Classes;
use super::scope::World;
use super::subject::{Judged, applies, judge_subject};
use crate::findings::finding::ALSO;
use crate::findings::{Finding, Role, Site, Subject, Verdict};
use crate::model::queryable::{Thing, subjects};
use crate::model::{Environment, Stack, SubjectKind};
use crate::rules::rule::Otherwise;
use crate::rules::{Declared, Mode, Rule, Ruleset, Severity};
use crate::source::Span;
use rayon::prelude::*;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Places of subjects that passed which are kept.
pub const MOST_SITES: usize = 20;

/// Names of further subjects of a finding that are written out.
const MOST_NAMES: usize = 3;

/// The findings of all rules on all stacks, in the order of the stacks and rules.
#[must_use]
pub fn judge(stacks: &[Stack], ruleset: &Ruleset) -> Vec<Finding> {
    judge_with_places(stacks, ruleset, MOST_SITES)
}

/// As [`judge`]; `most` is how many of the subjects that pass one rule are pointed at.
#[must_use]
pub fn judge_with_places(stacks: &[Stack], ruleset: &Ruleset, most: usize) -> Vec<Finding> {
    judge_declared(stacks, ruleset, most, &ruleset.declared)
}

/// As [`judge_with_places`], with other facts than the ruleset's.
pub(super) fn judge_declared(stacks: &[Stack], ruleset: &Ruleset, most: usize, declared: &Declared) -> Vec<Finding> {
    let world = World::new(ruleset, declared);
    let extended: HashSet<&str> = ruleset.rules.iter().flat_map(|rule| &rule.extends).map(String::as_str).collect();
    let classes: Vec<Classes<'_>> = stacks.iter().map(Classes::new).collect();
    let mut questions = Vec::new();
    for (position, (stack, classes)) in stacks.iter().zip(&classes).enumerate() {
        // The variants of a deployment are told apart later; they go by its first.
        let index = first_of(stacks, position);
        let active: Vec<&Rule> = active(stack, ruleset).collect();
        for rule in active.iter().copied().filter(|rule| rule.parts.is_empty()) {
            let narrower: Vec<&Rule> = match extended.contains(rule.meta.id.as_str()) {
                true => active.iter().copied().filter(|other| other.extends.contains(&rule.meta.id)).collect(),
                false => Vec::new(),
            };
            questions.push(Question { rule, stack, classes, index, narrower });
        }
    }
    questions.into_par_iter().flat_map_iter(|question| question.answers(&world, most)).collect()
}

/// The index of the first stack of the deployment that a stack is a variant of; its own if it is none.
fn first_of(stacks: &[Stack], index: usize) -> usize {
    let Some(stack) = stacks.get(index).filter(|stack| stack.variant.is_some()) else { return index };
    stacks.iter().position(|other| other.is_variant_of(stack)).unwrap_or(index)
}

/// What the rules that are asked of its kind say of one thing of a stack. Rules that only a person can
/// decide, and those that others speak for, are left out.
#[must_use]
pub fn judge_thing(stacks: &[Stack], index: usize, thing: Thing<'_>, ruleset: &Ruleset) -> Vec<Finding> {
    let Some(stack) = stacks.get(index) else { return Vec::new() };
    let world = World::new(ruleset, &ruleset.declared);
    let active: Vec<&Rule> = active(stack, ruleset).collect();
    let asked = active.iter().copied().filter(|rule| {
        let speaks = |other: &&Rule| other.extends.contains(&rule.meta.id) && applies(other, thing, &world);
        let is_of_kind = rule.subject == kind(thing) && rule.parts.is_empty() && rule.meta.mode != Mode::Manual;
        is_of_kind && !active.iter().any(speaks)
    });
    let judge = |rule| {
        let maker = Maker { rule, stack, index, name: stack.name.as_str().into() };
        judge_subjects(&maker, vec![thing], &world, MOST_SITES)
    };
    asked.flat_map(judge).collect()
}

/// The rules that are asked of a stack: those of packs that know one of its apps, and those of
/// packs that are asked of everything.
fn active<'r>(stack: &Stack, ruleset: &'r Ruleset) -> impl Iterator<Item = &'r Rule> {
    let asleep: Vec<&str> = ruleset
        .packs
        .iter()
        .filter(|pack| {
            let known = |name: &str| pack.apps.iter().any(|app| app.name == name);
            !pack.always && !stack.containers.iter().any(|container| container.app.as_deref().is_some_and(known))
        })
        .map(|pack| pack.name.as_str())
        .collect();
    ruleset.rules.iter().filter(move |rule| !asleep.contains(&rule.meta.pack.as_str()))
}

/// One rule and one stack.
struct Question<'r> {
    rule: &'r Rule,
    stack: &'r Stack,
    classes: &'r Classes<'r>,
    index: usize,
    /// Rules that speak for this one where they apply.
    narrower: Vec<&'r Rule>,
}

impl Question<'_> {
    fn answers(&self, world: &World<'_>, most: usize) -> Vec<Finding> {
        let Self { rule, stack, index, .. } = *self;
        let maker = Maker { rule, stack, index, name: stack.name.as_str().into() };
        if rule.meta.mode == Mode::Manual {
            if self.narrower.iter().any(|other| applies(other, Thing::Stack(stack), world)) {
                return Vec::new();
            }
            let message = format!("A person has to confirm: {}", rule.meta.title);
            return vec![maker.finding(Verdict::Manual, Thing::Stack(stack), message, vec![primary(stack.at)])];
        }
        let is_taken = |thing: &Thing<'_>| self.narrower.iter().any(|other| applies(other, *thing, world));
        let mut mine = self.classes.subjects(rule, world);
        mine.retain(|thing| !is_taken(thing));
        let findings = judge_subjects(&maker, mine, world, most);
        // Where others speak for all that it is asked of, there is nothing to add.
        let is_unasked = || self.narrower.is_empty() || !subjects(stack, rule.subject).iter().any(is_taken);
        if findings.is_empty() && is_unasked() { vec![maker.nobody()] } else { findings }
    }
}

fn judge_subjects<'m>(maker: &Maker<'m>, things: Vec<Thing<'m>>, world: &World<'_>, most: usize) -> Vec<Finding> {
    let rule = maker.rule;
    let mut findings = Vec::new();
    // What holds in all variants is known only when each subject can be found in each of them.
    let is_split = maker.stack.variant.is_some();
    let mut passed = Crowd::new(most, is_split);
    let mut exempt = Crowd::new(most, is_split);
    for thing in things {
        match judge_subject(rule, thing, world, passed.has_room()) {
            Judged::NotConcerned => {}
            Judged::Exempt => exempt.add(thing, Some(thing.at())),
            Judged::Passed { at, remark: None } => passed.add(thing, at),
            Judged::Passed { at, remark: Some(remark) } => {
                let sites = vec![primary(at.unwrap_or(thing.at()))];
                let finding = maker.finding(Verdict::Pass, thing, rule.meta.title.clone(), sites);
                findings.push(Finding { remark: Some(remark), ..finding });
            }
            Judged::Failed(fault) => {
                let severity = maker.severity(fault.severity.unwrap_or(rule.meta.severity));
                let finding = maker.finding(Verdict::Fail, thing, fault.message, fault.sites);
                findings.push(Finding {
                    severity,
                    group: rule.fold.clone(),
                    path: fault.path,
                    fault: fault.word,
                    content_is_public: fault.content_is_public,
                    ..finding
                });
            }
            Judged::Undecided(doubt) => {
                let finding = maker.finding(Verdict::Unknown, thing, doubt.message, doubt.sites);
                findings.push(Finding {
                    needs: Some(doubt.needs),
                    group: rule.fold.clone(),
                    path: doubt.path,
                    ..finding
                });
            }
        }
    }
    let is_small = matches!(rule.subject, SubjectKind::Setting | SubjectKind::Exposure | SubjectKind::Mount);
    let mut findings = if is_small { told_once(findings) } else { findings };
    findings.extend(passed.findings(maker, Verdict::Pass, &rule.meta.title));
    findings.extend(exempt.findings(maker, Verdict::NotApplicable, "It does not apply here"));
    findings
}

/// Values, ports and mounts that fail at one place are one thing to mend: several containers that
/// read one key, the ports of a range. The first speaks for the others.
fn told_once(findings: Vec<Finding>) -> Vec<Finding> {
    let mut kept: Vec<Finding> = Vec::with_capacity(findings.len());
    let mut others: HashMap<usize, Vec<String>> = HashMap::new();
    let mut first_at: HashMap<(Span, Severity), usize> = HashMap::new();
    for finding in findings {
        let place = finding.sites.first().map(|site| (site.span, finding.severity));
        let Some(place) = place.filter(|_| finding.verdict == Verdict::Fail) else {
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
                let subject = finding.subject;
                others.entry(index).or_default().push(match subject.of {
                    Some(of) => format!("{} of {of}", subject.name),
                    None => subject.name,
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

/// Subjects with one verdict, told together.
struct Crowd<'m> {
    most: usize,
    count: usize,
    first: Option<Thing<'m>>,
    places: Vec<Span>,
    /// Each of them with its place, if they are to be told one by one.
    each: Option<Vec<(Thing<'m>, Span)>>,
}

impl<'m> Crowd<'m> {
    fn new(most: usize, is_split: bool) -> Self {
        Self { most, count: 0, first: None, places: Vec::new(), each: is_split.then(Vec::new) }
    }

    /// Whether the place of one more is kept.
    fn has_room(&self) -> bool {
        self.each.is_some() || self.places.len() < self.most
    }

    fn add(&mut self, thing: Thing<'m>, at: Option<Span>) {
        if let Some(each) = &mut self.each {
            each.push((thing, at.unwrap_or(thing.at())));
            return;
        }
        self.count += 1;
        self.first.get_or_insert(thing);
        if self.places.len() < self.most {
            self.places.push(at.unwrap_or(thing.at()));
        }
    }

    fn findings(mut self, maker: &Maker<'_>, verdict: Verdict, message: &str) -> Vec<Finding> {
        let each = self.each.take().unwrap_or_default().into_iter();
        let each = each.map(|(thing, at)| maker.finding(verdict, thing, message.to_owned(), vec![primary(at)]));
        let each: Vec<Finding> = each.collect();
        each.into_iter().chain(self.finding(maker, verdict, message.to_owned())).collect()
    }

    fn finding(self, maker: &Maker<'_>, verdict: Verdict, message: String) -> Option<Finding> {
        let first = self.first?;
        let thing = if self.count == 1 { first } else { Thing::Stack(first.stack()) };
        let mut sites: Vec<Site> = self.places.into_iter().map(primary).collect();
        for site in sites.iter_mut().skip(1) {
            site.role = Role::Related;
        }
        let finding = maker.finding(verdict, thing, message, sites);
        Some(Finding { subjects: self.count, ..finding })
    }
}

/// Makes the findings of one rule on one stack.
struct Maker<'r> {
    rule: &'r Rule,
    stack: &'r Stack,
    index: usize,
    /// The stack's name, which every finding tells.
    name: Arc<str>,
}

impl Maker<'_> {
    fn severity(&self, severity: Severity) -> Severity {
        match self.stack.environment.value() {
            Some(Environment::Development) => severity.lower(),
            _ => severity,
        }
    }

    fn finding(&self, verdict: Verdict, thing: Thing<'_>, message: String, sites: Vec<Site>) -> Finding {
        let (name, of) = thing.name();
        Finding {
            rule: self.rule.meta.clone(),
            more_items: self.rule.more_items.clone(),
            verdict,
            severity: self.severity(self.rule.meta.severity),
            stack: self.index,
            subject: Subject { kind: kind(thing).word(), name, of, stack: Arc::clone(&self.name) },
            subjects: 1,
            variants: self.stack.variant.iter().cloned().collect(),
            of_variants: self.stack.variant.as_ref().map_or(0, |_| self.stack.variants.len()),
            group: None,
            message,
            remark: None,
            needs: None,
            attestation: None,
            sites,
            path: String::new(),
            fault: "",
            content_is_public: false,
        }
    }

    /// No subject was concerned.
    fn nobody(&self) -> Finding {
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
        let finding = self.finding(verdict, Thing::Stack(self.stack), message, vec![primary(self.stack.at)]);
        let needs = match (verdict, open) {
            (Verdict::Unknown, Some(gap)) => Some(gap.reason.needs()),
            (Verdict::Unknown, None) => Some("check it by hand".to_owned()),
            _ => None,
        };
        Finding { needs, ..finding }
    }
}

fn kind(thing: Thing<'_>) -> SubjectKind {
    match thing {
        Thing::Workload(..) => SubjectKind::Workload,
        Thing::Container(..) => SubjectKind::Container,
        Thing::Setting(..) => SubjectKind::Setting,
        Thing::Exposure(..) => SubjectKind::Exposure,
        Thing::Mount(..) => SubjectKind::Mount,
        Thing::Policy(..) => SubjectKind::Policy,
        Thing::Edge(..) => SubjectKind::Edge,
        Thing::File(..) => SubjectKind::File,
        Thing::Job(..) => SubjectKind::Job,
        Thing::Table(..) => SubjectKind::Table,
        Thing::Document(..) => SubjectKind::Document,
        _ => SubjectKind::Stack,
    }
}

fn primary(at: Span) -> Site {
    Site { span: at, role: Role::Primary, kind: None, note: None }
}
