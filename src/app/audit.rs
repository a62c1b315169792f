//! The audit: the whole way from files to reports on one screen.

use super::console::settled;
use super::plain::Plain;
use super::{Console, Error, judged, load};
use crate::discovery::workspace::FILE_BYTES;
use crate::engine;
use crate::findings::{Material, Outcome, Redactor, Report, SeenFile, SeenStack, Verdict};
use crate::model::Stack;
use crate::options::{self, Audit, Output};
use crate::project::{self, Project};
use crate::render::{self, Format, Paths};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufWriter, Read, Write};

/// Columns of a table that goes to a file.
const FILE_WIDTH: usize = 100;

/// Audits, writes the reports, and says what it comes to.
///
/// # Errors
/// When the audit cannot be run as asked, or a report cannot be written.
pub fn audit(mut asked: Audit, console: &mut Console<'_>) -> Result<Outcome, Error> {
    if let Some(threads) = asked.threads {
        let started = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
        started.map_err(|error| options::Error::new(format!("{threads} threads cannot be started: {error}")))?;
    }
    let mut ruleset = load::all(&asked.rules)?;
    load::choose(&mut ruleset, &asked.selection)?;
    if asked.stdin {
        asked.inputs.stdin = Some(standard_input()?);
    }
    let mut project = project::assemble(&asked.inputs)
        .map_err(|error| Error::Read { what: "what is to be audited".to_owned(), error })?;
    engine::recognise(&mut project.stacks, &ruleset);
    // A program that asks for what passes wants every place of it.
    let every =
        asked.shown.contains(&Verdict::Pass) && asked.outputs.iter().any(|output| output.format == Format::Json);
    let findings = judged::findings(&mut project, &ruleset, asked.as_of, every);
    let redactor = Redactor::new(&project.workspace.sources, &project.stacks);
    let report = Report::build(Material {
        sources: &project.workspace.sources,
        redactor: &redactor,
        findings,
        problems: std::mem::take(&mut project.problems),
        files: seen_files(&project),
        stacks: project.stacks.iter().map(seen_stack).collect(),
        as_of: asked.as_of.to_string(),
        bar: asked.bar,
        excerpts: asked.excerpts(),
    });
    let paths = clickable(&project);
    for output in &asked.outputs {
        write(&report, output, &asked, &paths, console)?;
    }
    let outcome = report.outcome;
    // The process ends with this; to take everything apart piece by piece would only take time.
    std::mem::forget((report, redactor));
    std::mem::forget((project, ruleset));
    Ok(outcome)
}

/// Standard input, up to one byte more than is read of a file: that it is too large shows later.
fn standard_input() -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let outcome = io::stdin().lock().take(FILE_BYTES + 1).read_to_end(&mut bytes);
    outcome.map_err(|error| Error::Read { what: "standard input".to_owned(), error })?;
    Ok(bytes)
}

fn seen_files(project: &Project) -> Vec<SeenFile> {
    let seen = project.inventory.files.iter().map(|(path, entry)| SeenFile {
        file: path.clone(),
        kind: entry.kind.word().to_owned(),
        status: entry.status.word(),
        why: Some(entry.why.clone()).filter(|why| !why.is_empty()),
    });
    seen.collect()
}

fn seen_stack(stack: &Stack) -> SeenStack {
    let apps: BTreeSet<&str> = stack.containers.iter().filter_map(|container| container.app.as_deref()).collect();
    SeenStack {
        name: stack.name.clone(),
        kind: stack.platform.word(),
        root: stack.root.clone(),
        variants: stack.variants.clone(),
        apps: apps.into_iter().map(str::to_owned).collect(),
    }
}

/// Paths as they can be clicked from the working directory; from one that is gone, as they are.
fn clickable(project: &Project) -> Paths {
    let here = std::env::current_dir().and_then(|here| here.canonicalize());
    here.map(|here| Paths::new(&project.workspace.root(), &here)).unwrap_or_default()
}

fn write(
    report: &Report,
    output: &Output,
    asked: &Audit,
    paths: &Paths,
    console: &mut Console<'_>,
) -> Result<(), Error> {
    let table = |width: usize| render::Options {
        width,
        shown: asked.shown.clone(),
        all: asked.all,
        verbose: asked.verbose,
        quiet: asked.quiet,
        paths: paths.clone(),
    };
    let each_pass = asked.shown.contains(&Verdict::Pass);
    let Some(path) = &output.file else {
        let table = table(console.width);
        return match output.format {
            Format::Table => console.write_styled(|out| render::table::write(report, &table, out)),
            Format::Json => console.write(|out| render::json::write(report, each_pass, out)),
        };
    };
    let outcome = File::create(path).map(BufWriter::new).and_then(|mut file| {
        match output.format {
            Format::Table => {
                render::table::write(report, &table(FILE_WIDTH), Plain::new(&mut file))?;
            }
            Format::Json => render::json::write(report, each_pass, &mut file)?,
        }
        file.flush()
    });
    settled(&format!("\"{}\"", path.display()), outcome)
}
