//! All rules, as a list.

use super::explain::textwrapped;
use crate::rules::{Meta, Ruleset};
use owo_colors::OwoColorize;
use serde::Serialize;
use std::io::{self, Write};

/// Writes the rules for people, by chapter.
///
/// # Errors
/// Those of the writer.
pub fn table(ruleset: &Ruleset, width: usize, mut to: impl Write) -> io::Result<()> {
    let mut metas: Vec<&Meta> = ruleset.metas().map(|meta| &**meta).collect();
    metas.sort_by_key(|meta| (meta.category, std::cmp::Reverse(meta.severity), &meta.id));
    let longest = metas.iter().map(|meta| meta.id.chars().count()).max().unwrap_or_default();
    let indent = longest + 12;
    let mut chapter = None;
    for meta in &metas {
        if chapter != Some(meta.category) {
            let gap = if chapter.is_some() { "\n" } else { "" };
            writeln!(to, "{gap}{}", meta.category.word().bold())?;
            chapter = Some(meta.category);
        }
        let lines = textwrapped(&meta.title, width.saturating_sub(indent).max(30));
        for (number, line) in lines.iter().enumerate() {
            if number == 0 {
                writeln!(to, "{:<longest$}  {:<8}  {line}", meta.id, meta.severity.word())?;
            } else {
                writeln!(to, "{:indent$}{line}", "")?;
            }
        }
    }
    writeln!(to, "\n{} rules. `seaworthy explain RULE` tells why each matters and how to meet it.", metas.len())
}

#[derive(Serialize)]
struct Listed<'r> {
    id: &'r str,
    pack: &'r str,
    title: &'r str,
    why: &'r str,
    fix: &'r str,
    category: &'static str,
    severity: &'static str,
    confidence: &'static str,
    judges: &'static str,
    items: &'r [String],
    controls: &'r [String],
    tags: &'r [String],
}

/// Writes the rules as a JSON list, by id.
///
/// # Errors
/// Those of the writer.
pub fn json(ruleset: &Ruleset, mut to: impl Write) -> io::Result<()> {
    let listed: Vec<Listed<'_>> = ruleset
        .rules
        .iter()
        .map(|rule| Listed {
            id: &rule.meta.id,
            pack: &rule.meta.pack,
            title: &rule.meta.title,
            why: &rule.meta.why,
            fix: &rule.meta.fix,
            category: rule.meta.category.word(),
            severity: rule.meta.severity.word(),
            confidence: rule.meta.confidence.word(),
            judges: rule.subject.word(),
            items: &rule.meta.items,
            controls: &rule.meta.controls,
            tags: &rule.meta.tags,
        })
        .collect();
    serde_json::to_writer_pretty(&mut to, &listed)?;
    writeln!(to)
}
