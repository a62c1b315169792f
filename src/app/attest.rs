//! Recording that a person confirmed something.

use super::judged::Judged;
use super::{Console, Error};
use crate::findings::{Record, Verdict};
use crate::options::{self, Attestation};
use crate::rules::{Meta, Ruleset};
use crate::triage::entry;
use owo_colors::OwoColorize;
use std::sync::Arc;

/// Records a person's word, unless the files contradict it.
///
/// # Errors
/// When there is no such rule, the files alone decide it or say otherwise, or nothing can be written.
pub fn attest(mut asked: Attestation, console: &mut Console<'_>) -> Result<(), Error> {
    let mut judged = Judged::new(&mut asked.audit)?;
    judged.ruleset.wake_all().map_err(Error::Rules)?;
    let meta = named(&asked.rule, &judged.ruleset)?;
    let Some(terms) = meta.attest else {
        let message = format!("the files alone decide {}; it cannot be attested", meta.id);
        let help = format!("`seaworthy explain {}` tells what it asks", meta.id);
        return Err(options::Error::with_help(message, help).into());
    };
    if asked.on > asked.audit.as_of {
        let message = format!("{} is after {}, which counts as today", asked.on, asked.audit.as_of);
        return Err(options::Error::new(message).into());
    }
    let report = judged.report(&asked.audit);
    let contradicted = report.findings.iter().find(|finding| {
        finding.rule.id == meta.id && finding.verdict == Verdict::Fail && finding.attestation.is_none()
    });
    if let Some(finding) = contradicted {
        let place = finding.primary().map_or_else(String::new, |at| format!("{}:{}: ", at.file, at.start.line));
        let message = format!("the files contradict it: {place}{}", finding.message);
        return Err(options::Error::with_help(message, "mend that first; a failure is never attested away").into());
    }
    let record = Record {
        rule: meta.id.clone(),
        by: asked.by,
        on: asked.on,
        evidence: asked.evidence,
        stack: asked.stack,
        note: asked.note,
        folder: ".".to_owned(),
        at: None,
    };
    let path = entry::add(&asked.folder, &record)
        .map_err(|error| Error::Write { what: "the attestation".to_owned(), error })?;
    let until = record.on.after(terms.valid);
    console.write_styled(|out| {
        writeln!(out, "{} {} in {}; it counts until {until}", "recorded".green(), meta.id, path.display())
    })
}

/// The rule of an id or of an item.
fn named(name: &str, ruleset: &Ruleset) -> Result<Arc<Meta>, options::Error> {
    let decides = |meta: &&Arc<Meta>| meta.items.iter().any(|item| item.eq_ignore_ascii_case(name));
    let found = ruleset.meta(name).or_else(|| ruleset.metas().find(decides));
    let Some(meta) = found else {
        let message = format!("there is no rule \"{name}\"{}", ruleset.nearest(name));
        return Err(options::Error::with_help(message, "`seaworthy rules` lists all rules"));
    };
    match ruleset.find(&meta.id) {
        Some(rule) if !rule.parts.is_empty() => {
            let message = format!("{} is made of others; attest what is open of {}", meta.id, rule.parts.join(", "));
            Err(options::Error::new(message))
        }
        _ => Ok(Arc::clone(meta)),
    }
}
