//! Layer 14: the command line. The only place that knows how it is read.

pub mod args;
mod charts;
mod exit;
mod failure;
mod terminal;

use crate::app::{self, Console, Error};
use crate::options::{Attestation, Audit, Render, Selection};
use crate::render::Format;
use args::{Arguments, Command, RulesCommand};
use clap::{CommandFactory, Parser};
use std::io;
use std::process::ExitCode;

/// Reads the command line, does what it says, and tells how that ended.
#[must_use]
pub fn run() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help that nobody reads to its end is no failure.
            let _ = error.print();
            return exit::of_parsing(&error);
        }
    };
    let colour = arguments.color;
    match dispatch(arguments) {
        Ok(status) => ExitCode::from(status),
        Err(error) => {
            failure::tell(&error, colour);
            ExitCode::from(exit::CANNOT_RUN)
        }
    }
}

fn dispatch(arguments: Arguments) -> Result<u8, Error> {
    let stdout = io::stdout();
    let (colour, width) = (terminal::colour(&stdout, arguments.color), terminal::width());
    let mut out = stdout.lock();
    let mut console = Console { out: &mut out, colour, width };
    let console = &mut console;
    let done = |()| exit::DONE;
    match arguments.command {
        None => audit(arguments.audit, console),
        Some(Command::Audit(audited)) => audit(*audited, console),
        Some(Command::Render(asked)) => {
            let asked = Render::check((*asked).into())?;
            app::render::render(&asked, console).map(done)
        }
        Some(Command::Explain { rule, rules }) => app::explain::explain(&rule, &rules.rules, console).map(done),
        Some(Command::Rules { command: Some(RulesCommand::Test { folders }), .. }) => {
            let all_right = app::verify::rules(&folders, console)?;
            Ok(if all_right { exit::DONE } else { exit::FAULTS })
        }
        Some(Command::Rules { command: Some(RulesCommand::Schema), .. }) => app::list::rule_schema(console).map(done),
        Some(Command::Rules { command: None, format, select, ignore, rules }) => {
            let selection = Selection::parse(&select, &ignore).map_err(crate::options::Error::new)?;
            let format = Format::parse(&format).unwrap_or(Format::Table);
            app::list::rules(&rules.rules, &selection, format, console).map(done)
        }
        Some(Command::Checklist(asked)) => app::checklist::checklist(Audit::check((*asked).into())?, console).map(done),
        Some(Command::Attest(asked)) => {
            let (words, audit) = asked.split();
            let asked = Attestation::check(words, Audit::check(audit)?)?;
            app::attest::attest(asked, console).map(done)
        }
        Some(Command::Schema) => app::list::report_schema(console).map(done),
        Some(Command::Completions { shell }) => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), args::NAME, &mut script);
            console.write(|out| out.write_all(&script)).map(done)
        }
    }
}

fn audit(arguments: args::Audit, console: &mut Console<'_>) -> Result<u8, Error> {
    let options = Audit::check(arguments.into())?;
    Ok(app::audit::audit(options, console)?.exit_status())
}
