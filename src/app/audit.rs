//! An audit, from paths to a report.

use crate::engine::{judge, recognise};
use crate::findings::{Bar, Material, Redactor, Report, SeenFile, SeenStack};
use crate::model::Stack;
use crate::options::{Date, Selection};
use crate::project::{Inputs, Project, assemble};
use crate::rules::{Error, Ruleset};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};

/// What to audit, by which rules, and what counts.
#[derive(Debug, Clone)]
pub struct Request {
    /// The files.
    pub inputs: Inputs,
    /// Folders with more rules.
    pub rules: Vec<PathBuf>,
    /// Which rules.
    pub selection: Selection,
    /// What counts as a failure.
    pub bar: Bar,
    /// The day that counts as today.
    pub as_of: Date,
    /// Whether lines of files and fingerprints are wanted.
    pub excerpts: bool,
}

/// What came of an audit.
#[derive(Debug)]
pub struct Audited {
    /// Everything that is to be said.
    pub report: Report,
    /// What the report's paths are relative to.
    pub root: PathBuf,
}

/// Finds, loads, judges and reports.
///
/// # Errors
/// When the audit cannot be run: a path that does not exist, a mistake in a rule, a selection that
/// no rule answers to.
pub fn audit(request: &Request) -> Result<Audited> {
    let mut ruleset = load_rules(&request.rules)?;
    if let Some(word) = request.selection.unanswered(ruleset.metas().map(|meta| &**meta)) {
        let hint = ruleset.nearest(&word);
        bail!("no rule answers to \"{word}\"{hint}; `seaworthy rules` lists them");
    }
    ruleset.retain(|meta| request.selection.admits(meta));
    for path in [&request.inputs.paths, &request.inputs.compose_files, &request.inputs.env_files].into_iter().flatten()
    {
        check(path)?;
    }
    let mut project = assemble(&request.inputs).context("the paths cannot be resolved")?;
    recognise(&mut project.stacks, &ruleset);
    let findings = judge(&project.stacks, &ruleset);
    let Project { workspace, inventory, stacks, problems } = project;
    let redactor = Redactor::new(&workspace.sources, &stacks);
    let files = inventory
        .files
        .into_iter()
        .map(|(file, entry)| SeenFile {
            file,
            kind: entry.kind.word().to_owned(),
            status: entry.status.word(),
            why: (!entry.why.is_empty()).then_some(entry.why),
        })
        .collect();
    let report = Report::build(Material {
        sources: &workspace.sources,
        redactor: &redactor,
        findings,
        problems,
        files,
        stacks: stacks.iter().map(seen).collect(),
        as_of: request.as_of.to_string(),
        bar: request.bar,
        excerpts: request.excerpts,
    });
    Ok(Audited { report, root: workspace.root() })
}

/// The rules that are built in and those of folders; every mistake in them is told.
///
/// # Errors
/// All mistakes, one a line.
pub fn load_rules(folders: &[PathBuf]) -> Result<Ruleset> {
    for folder in folders {
        check(folder)?;
    }
    Ruleset::load(folders).map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(Error::to_string).collect();
        anyhow::anyhow!("{}", lines.join("\n"))
    })
}

fn check(path: &Path) -> Result<()> {
    match path.try_exists() {
        Ok(true) => Ok(()),
        Ok(false) => bail!("{} does not exist", path.display()),
        Err(error) => Err(error).with_context(|| format!("{} cannot be read", path.display())),
    }
}

fn seen(stack: &Stack) -> SeenStack {
    let mut apps: Vec<String> =
        stack.containers.iter().filter_map(|container| container.app.as_deref()).map(str::to_owned).collect();
    apps.sort();
    apps.dedup();
    SeenStack {
        name: stack.name.clone(),
        kind: stack.platform.word(),
        root: stack.root.clone(),
        variants: stack.variants.clone(),
        apps,
    }
}
