//! Lists of what there is: rules, and the schemas of what is written and read.

use super::{Console, Error, load};
use crate::options::Selection;
use crate::render::{Format, json, wrapped};
use crate::rules::{Meta, Rule, Ruleset, Tuning, schema};
use owo_colors::OwoColorize;
use serde::Serialize;
use std::io::{self, Write};
use std::path::PathBuf;

#[derive(Serialize)]
struct Document<'r> {
    schema_version: u32,
    packs: Vec<PackRow<'r>>,
    rules: Vec<RuleRow<'r>>,
}

#[derive(Serialize)]
struct PackRow<'r> {
    name: &'r str,
    title: &'r str,
    active: &'static str,
    apps: Vec<&'r str>,
}

#[derive(Serialize)]
struct RuleRow<'r> {
    id: &'r str,
    pack: &'r str,
    title: &'r str,
    category: &'static str,
    severity: &'static str,
    confidence: &'static str,
    mode: &'static str,
    #[serde(rename = "for")]
    subject: &'static str,
    items: &'r [String],
    controls: &'r [String],
    tags: &'r [String],
    why: &'r str,
    fix: &'r str,
    file: &'r str,
}

/// Lists the rules that are asked for.
///
/// # Errors
/// When rules cannot be loaded, no rule is meant, or nothing can be written.
pub fn rules(
    folders: &[PathBuf],
    selection: &Selection,
    format: Format,
    console: &mut Console<'_>,
) -> Result<(), Error> {
    let mut ruleset = load::all(folders)?;
    load::choose(&mut ruleset, load::Choice { selection, words: &[], tuning: &Tuning::default() })?;
    let width = console.width;
    match format {
        Format::Table => console.write_styled(|out| write_table(&ruleset, width, out)),
        Format::Json => console.write(|out| {
            serde_json::to_writer_pretty(&mut *out, &document(&ruleset))?;
            out.write_all(b"\n")
        }),
    }
}

/// Writes the JSON Schema of the JSON report.
///
/// # Errors
/// When nothing can be written.
pub fn report_schema(console: &mut Console<'_>) -> Result<(), Error> {
    console.write(|out| out.write_all(json::SCHEMA.as_bytes()))
}

/// Writes the JSON Schema of rule files.
///
/// # Errors
/// When nothing can be written.
pub fn rule_schema(console: &mut Console<'_>) -> Result<(), Error> {
    console.write(|out| writeln!(out, "{}", schema::schema()))
}

/// The word for who decides a rule.
pub(super) fn mode(rule: &Rule) -> &'static str {
    rule.meta.mode.word()
}

fn document(ruleset: &Ruleset) -> Document<'_> {
    let packs = ruleset.packs.iter().map(|pack| PackRow {
        name: &pack.name,
        title: &pack.title,
        active: if pack.always { "always" } else { "recognised" },
        apps: pack.apps.iter().map(|app| app.name.as_str()).collect(),
    });
    let rules = ruleset.rules.iter().map(|rule| RuleRow {
        id: &rule.meta.id,
        pack: &rule.meta.pack,
        title: &rule.meta.title,
        category: rule.meta.category.word(),
        severity: rule.meta.severity.word(),
        confidence: rule.meta.confidence.word(),
        mode: mode(rule),
        subject: rule.subject.word(),
        items: &rule.meta.items,
        controls: &rule.meta.controls,
        tags: &rule.meta.tags,
        why: rule.meta.why.trim(),
        fix: rule.meta.fix.trim(),
        file: &rule.file,
    });
    Document { schema_version: 1, packs: packs.collect(), rules: rules.collect() }
}

fn write_table(ruleset: &Ruleset, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let mut metas: Vec<&Meta> = ruleset.metas().map(|meta| &**meta).collect();
    metas.sort_by_key(|meta| (meta.category, std::cmp::Reverse(meta.severity), &meta.id));
    let longest = metas.iter().map(|meta| meta.id.chars().count()).max().unwrap_or_default();
    // Two blanks, the longest severity, two blanks.
    let indent = longest + 12;
    let mut chapter = None;
    for meta in &metas {
        if chapter != Some(meta.category) {
            let gap = if chapter.is_some() { "\n" } else { "" };
            writeln!(out, "{gap}{}", meta.category.word().bold())?;
            chapter = Some(meta.category);
        }
        let title = wrapped(&meta.title, width.max(indent + 30), indent);
        writeln!(out, "{}  {:<8}  {title}", format!("{:<longest$}", meta.id).cyan(), meta.severity.word())?;
    }
    let count = metas.len();
    let rules = if count == 1 { "rule" } else { "rules" };
    writeln!(out, "\n{count} {rules}; `seaworthy explain RULE` tells why each matters and how to meet it")
}
