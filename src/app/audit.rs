//! The audit: the whole way from files to reports on one screen.

use super::console::settled;
use super::judged::Judged;
use super::plain::Plain;
use super::{Console, Error};
use crate::findings::{Outcome, Report, Verdict};
use crate::options::{Audit, Output};
use crate::render::{self, Format, Paths};
use std::fs::File;
use std::io::{BufWriter, Write};

/// Columns of a table that goes to a file.
const FILE_WIDTH: usize = 100;

/// Audits, writes the reports, and says what it comes to.
///
/// # Errors
/// When the audit cannot be run as asked, or a report cannot be written.
pub fn audit(mut asked: Audit, console: &mut Console<'_>) -> Result<Outcome, Error> {
    let mut judged = Judged::new(&mut asked)?;
    let report = judged.report(&asked);
    let paths = judged.paths();
    for output in &asked.outputs {
        write(&report, output, &asked, &paths, console)?;
    }
    let outcome = report.outcome;
    // The process ends with this; to take everything apart piece by piece would only take time.
    std::mem::forget((report, judged));
    Ok(outcome)
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
