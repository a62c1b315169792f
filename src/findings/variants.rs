//! Several renderings of one deployment become one set of findings: what holds in several of its
//! variants is told once, and says in which.

use super::finding::ALSO;
use super::{Finding, Findings, Role, Site, Subject, Verdict};
use crate::source::{SourceId, Sources, Span};
use std::collections::{BTreeMap, HashMap};

/// Merges the findings of the variants of each deployment, where there are any; those of deployments without
/// variants stay as they are. `most` is how many of the subjects that pass one rule are pointed at.
///
/// Of one subject the worst that is found in any variant counts: it passes only if it passes in all
/// variants that have it.
#[must_use]
pub fn merged(findings: Findings, sources: &Sources, most: usize) -> Findings {
    let mut kept = Vec::with_capacity(findings.len());
    let mut groups: BTreeMap<usize, Findings> = BTreeMap::new();
    let mut group_of: HashMap<(usize, String), usize> = HashMap::new();
    for finding in findings {
        if finding.of_variants == 0 {
            kept.push(finding);
            continue;
        }
        let next = group_of.len();
        let group = *group_of.entry((finding.stack, finding.rule.id.clone())).or_insert(next);
        groups.entry(group).or_default().push(finding);
    }
    for (_, group) in groups {
        kept.extend(rule(group, sources, most));
    }
    kept
}

/// The findings of one rule on one deployment.
fn rule(findings: Findings, sources: &Sources, most: usize) -> Findings {
    // Where the rule has subjects in some variant, that another has none says nothing.
    let is_nobody = |finding: &Finding| {
        finding.subject.kind == "stack" && matches!(finding.verdict, Verdict::Pass | Verdict::NotApplicable)
    };
    let has_subjects = findings.iter().any(|finding| finding.subject.kind != "stack");
    let findings: Findings = findings.into_iter().filter(|finding| !(has_subjects && is_nobody(finding))).collect();

    let mut worst: HashMap<Key, Verdict> = HashMap::new();
    for finding in &findings {
        let known = worst.entry(key(&finding.subject)).or_insert(finding.verdict);
        if finding.verdict.rank() < known.rank() {
            *known = finding.verdict;
        }
    }
    let mut told: Findings = Vec::new();
    let mut known: HashMap<(Key, Span, String), usize> = HashMap::new();
    let mut crowds: [Findings; 2] = [Vec::new(), Vec::new()];
    for finding in findings {
        if worst.get(&key(&finding.subject)).is_some_and(|worst| *worst != finding.verdict) {
            continue;
        }
        let is_quiet = finding.remark.is_none() && finding.subjects == 1;
        let message = match finding.verdict {
            // Whichever variant is looked at, what passes is the same thing.
            Verdict::Pass | Verdict::NotApplicable => String::new(),
            // Which others it goes for differs from variant to variant.
            _ => finding.message.split(ALSO).next().unwrap_or_default().to_owned(),
        };
        let place = match finding.verdict {
            Verdict::Pass | Verdict::NotApplicable => Span::file(SourceId(0)),
            _ => place(&finding, sources),
        };
        match known.entry((key(&finding.subject), place, message)) {
            std::collections::hash_map::Entry::Occupied(entry) => {
                if let Some(first) = told.get_mut(*entry.get()) {
                    join(first, *finding);
                }
            }
            std::collections::hash_map::Entry::Vacant(entry) => match finding.verdict {
                Verdict::Pass if is_quiet => {
                    // Later ones of the same subject are not told again.
                    entry.insert(usize::MAX);
                    crowds[0].push(finding);
                }
                Verdict::NotApplicable if is_quiet => {
                    entry.insert(usize::MAX);
                    crowds[1].push(finding);
                }
                _ => {
                    entry.insert(told.len());
                    told.push(finding);
                }
            },
        }
    }
    for finding in &mut told {
        if finding.variants.len() >= finding.of_variants {
            finding.variants.clear();
        }
    }
    told.extend(crowds.into_iter().filter_map(|crowd| together(crowd, most)));
    told
}

/// What a subject is recognised by in every variant.
type Key = (&'static str, String, Option<String>, Option<String>);

fn key(subject: &Subject) -> Key {
    (subject.kind, subject.name.clone(), subject.of.clone(), subject.workload.clone())
}

/// The place to edit: each rendering is a text of its own, but the lines that it was made of are not.
fn place(finding: &Finding, sources: &Sources) -> Span {
    let Some(site) = finding.sites.first() else { return Span::file(SourceId(0)) };
    let source = sources.get(site.span.source);
    source.origins.as_ref().and_then(|origins| origins.first(site.span.start)).unwrap_or(site.span)
}

/// Adds what was found in another variant.
fn join(first: &mut Finding, other: Finding) {
    first.subjects = first.subjects.max(other.subjects);
    first.severity = first.severity.max(other.severity);
    for variant in other.variants {
        if !first.variants.contains(&variant) {
            first.variants.push(variant);
        }
    }
}

/// One finding for many subjects with one quiet verdict.
fn together(crowd: Findings, most: usize) -> Option<Box<Finding>> {
    let count = crowd.len();
    let mut crowd = crowd.into_iter();
    let mut first = crowd.next()?;
    first.variants.clear();
    if count > 1 {
        let stack = first.subject.stack.clone();
        first.subject = Subject { kind: "stack", name: stack.to_string(), of: None, workload: None, stack }.into();
        first.subjects = count;
        first.path = Box::default();
        first.sites.truncate(1);
        let sites = crowd.filter_map(|finding| finding.sites.into_iter().next()).take(most.saturating_sub(1));
        first.sites.extend(sites.map(|site| Site { role: Role::Related, ..site }));
    }
    Some(first)
}
