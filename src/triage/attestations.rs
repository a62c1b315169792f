//! The file in which people confirm what no other file shows.

use crate::discovery::Workspace;
use crate::findings::attestation::Record;
use crate::model::Stack;
use crate::rules::{Ruleset, suggestion};
use crate::source::reader::folder;
use crate::source::{Date, Problem, ReadError, Span};
use crate::syntax::{Node, Syntax};
use std::collections::BTreeSet;

/// Its name, beside the deployment.
pub const FILE: &str = "seaworthy-attestations.yaml";

/// The keys of a record.
pub const KEYS: [&str; 6] = ["rule", "by", "on", "evidence", "stack", "note"];

/// Where files of attestations may be: beside each deployment, and in the folders above it, up to the
/// root.
#[must_use]
pub fn candidates(stacks: &[Stack]) -> Vec<String> {
    let mut folders = BTreeSet::new();
    for stack in stacks {
        let mut folder = stack.root.as_str();
        while !matches!(folder, "." | "") && folders.insert(folder) {
            folder = folder.rsplit_once('/').map_or(".", |(above, _)| above);
        }
    }
    let below = folders.into_iter().map(|folder| format!("{folder}/{FILE}"));
    std::iter::once(FILE.to_owned()).chain(below).collect()
}

/// Reads the records of files, whose paths are relative to the root; one that is not there holds none.
/// What is wrong with one is told with its place, and the record does not count.
#[must_use]
pub fn read(paths: &[String], workspace: &Workspace, ruleset: &Ruleset, as_of: Date) -> (Vec<Record>, Vec<Problem>) {
    let (mut records, mut problems) = (Vec::new(), Vec::new());
    for path in paths {
        let parsed = match workspace.parse(path, Syntax::Yaml) {
            Ok(parsed) => parsed,
            Err(ReadError::Missing) => continue,
            Err(error) => {
                problems.push(Problem::error(path.as_str(), format!("This file of attestations {}", error.phrase())));
                continue;
            }
        };
        problems.extend(parsed.problems.iter().cloned());
        let Some(root) = parsed.documents.first().map(|document| &document.root) else { continue };
        let Some(list) = root.get("attestations") else {
            let message = "It holds no attestations; write `attestations:` with a list below it";
            problems.push(Problem::error(root.span, message));
            continue;
        };
        for node in list.items() {
            match record(node, folder(path), ruleset, as_of) {
                Ok(record) => records.push(record),
                Err((at, message)) => problems.push(Problem::error(at, message)),
            }
        }
    }
    (records, problems)
}

fn record(node: &Node, folder: &str, ruleset: &Ruleset, as_of: Date) -> Result<Record, (Span, String)> {
    if let Some(odd) = node.entries().iter().find(|entry| !KEYS.contains(&entry.name())) {
        let hint = suggestion(odd.name(), KEYS);
        return Err((odd.key.span, format!("An attestation has no key \"{}\"{hint}", odd.name())));
    }
    let text = |key: &str| {
        let text = node.get(key).and_then(Node::text).filter(|text| !text.trim().is_empty());
        text.map(str::to_owned).ok_or_else(|| (node.span, format!("The attestation has no {key}; add it")))
    };
    let (rule, by, evidence) = (text("rule")?, text("by")?, text("evidence")?);
    let at = |key: &str| node.get(key).map_or(node.span, |node| node.span);
    match ruleset.meta(&rule) {
        None => return Err((at("rule"), format!("There is no rule \"{rule}\"{}", ruleset.nearest(&rule)))),
        Some(known) if known.attest.is_none() => {
            return Err((at("rule"), format!("The files alone decide {rule}; it cannot be attested")));
        }
        Some(_) => {}
    }
    let written = text("on")?;
    let on =
        Date::parse(&written).ok_or_else(|| (at("on"), format!("\"{written}\" is no day; write it as YYYY-MM-DD")))?;
    if on > as_of {
        return Err((at("on"), format!("{on} is after {as_of}, which counts as today; nobody can confirm ahead")));
    }
    let (stack, note) = (text("stack").ok(), text("note").ok());
    Ok(Record { rule, by, on, evidence, stack, note, folder: folder.to_owned(), at: Some(node.span) })
}
