//! What people's words do to verdicts.

use super::attestation::{Attestation, Record};
use super::{FaultKind, Finding, Role, Site, Verdict};
use crate::model::Stack;
use crate::rules::Mode;
use crate::source::reader::is_below;
use crate::source::{Date, Span};
use rayon::prelude::*;

/// Lets people's words count, as of a day: a valid record turns manual into attested, and unknown
/// too where a person may say so; where one is always needed, a pass without is unknown. An expired
/// record is a failure, one step milder than the rule's. What the files contradict stays a failure.
pub fn attest(findings: &mut [Box<Finding>], stacks: &[Stack], records: &[Record], as_of: Date) {
    findings.par_iter_mut().for_each(|finding| {
        let Some(terms) = finding.rule.attest else { return };
        let asked = match finding.verdict {
            Verdict::Manual => true,
            Verdict::Unknown => true,
            Verdict::Pass => terms.always,
            Verdict::Fail | Verdict::Attested | Verdict::NotApplicable => false,
        };
        if !asked {
            return;
        }
        let folder = stacks.get(finding.stack).map_or(".", |stack| stack.root.as_str());
        let covers = |record: &&Record| {
            record.rule == finding.rule.id
                && record.on <= as_of
                && record.stack.as_deref().is_none_or(|stack| *stack == *finding.subject.stack)
                && is_below(folder, &record.folder)
        };
        match records.iter().filter(covers).max_by_key(|record| record.on) {
            Some(record) => vouched(finding, record, record.on.after(terms.valid), as_of),
            None if finding.verdict == Verdict::Pass => {
                finding.verdict = Verdict::Unknown;
                let title = &finding.rule.title;
                finding.message =
                    format!("Nothing in these files contradicts it, but a person has to confirm it: {title}");
                finding.needs = Some(needed(&finding.rule.id));
            }
            None if finding.rule.mode == Mode::Manual => finding.needs = Some(needed(&finding.rule.id)),
            None => {}
        }
    });
}

/// How a person says that a rule holds.
#[must_use]
pub fn needed(rule: &str) -> String {
    format!("confirm it with `seaworthy attest {rule} --by NAME --evidence LINK`")
}

fn vouched(finding: &mut Finding, record: &Record, until: Date, as_of: Date) {
    let (by, on) = (&record.by, record.on);
    if as_of < until {
        finding.verdict = Verdict::Attested;
        finding.message = format!("{by} confirmed on {on}, until {until}: {}", finding.rule.title);
        finding.sites.extend(record.at.map(|span| site(span, Role::Related, "who confirmed it")));
    } else {
        finding.verdict = Verdict::Fail;
        finding.severity = finding.severity.lower();
        finding.message = format!("What {by} confirmed on {on} counted until {until}: {}", finding.rule.title);
        finding.fault = Some(FaultKind::Expired);
        if let Some(span) = record.at {
            finding.sites.iter_mut().for_each(|site| site.role = Role::Related);
            finding.sites.insert(0, site(span, Role::Primary, "the record that expired"));
        }
    }
    finding.needs = None;
    let (evidence, note) = (record.evidence.clone(), record.note.clone());
    finding.attestation = Some(Box::new(Attestation { by: by.clone(), on, until, evidence, note }));
}

fn site(span: Span, role: Role, note: &str) -> Site {
    Site { span, role, kind: None, note: Some(note.to_owned()) }
}
