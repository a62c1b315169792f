//! Layer 14: the command line. The only place that knows how it is read.

pub mod args;
mod charts;
mod exit;
mod failure;
mod terminal;

use crate::app::place::Place;
use crate::app::{self, Console, Error};
use crate::options::settle::PREFIX;
use crate::options::{Attestation, Audit, Output, Raw, Render, Selection, settle};
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
        Some(Command::Options(asked)) => {
            let raw = Raw::from(*asked);
            let outputs = Output::read(&raw.formats)?;
            let format = outputs.first().map_or(Format::Table, |output| output.format);
            app::options::options(settle(raw, &variables()?)?, format, console).map(done)
        }
        Some(Command::Render(asked)) => {
            let asked = Render::check((*asked).into())?;
            app::render::render(&asked, console).map(done)
        }
        Some(Command::Explain { rule, rules, format }) => match Place::parse(&rule) {
            Some(place) => {
                let near = Some(place.file.clone());
                let raw = Raw { paths: vec![place.scope()?], near, rules: rules.rules, ..Raw::default() };
                let format = Format::parse(&format).unwrap_or(Format::Table);
                app::place::explain(&place, completed(raw)?, format, console).map(done)
            }
            None => app::explain::explain(&rule, &rules.rules, console).map(done),
        },
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
        Some(Command::Checklist(asked)) => app::checklist::checklist(completed((*asked).into())?, console).map(done),
        Some(Command::Attest(asked)) => {
            let (words, audit) = asked.split();
            let asked = Attestation::check(words, completed(audit)?)?;
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
    Ok(app::audit::audit(completed(arguments.into())?, console)?.exit_status())
}

/// What is asked for, completed by our variables and the file with options.
fn completed(raw: Raw) -> Result<Audit, Error> {
    Ok(Audit::check(settle(raw, &variables()?)?.raw)?)
}

/// Our own variables, by name and value. The rest of the environment is none of our business.
fn variables() -> Result<Vec<(String, String)>, Error> {
    let mut variables = Vec::new();
    for (name, value) in std::env::vars_os() {
        let Some(name) = name.to_str().filter(|name| name.starts_with(PREFIX)) else { continue };
        let Some(value) = value.to_str() else {
            return Err(crate::options::Error::new(format!("the variable {name} is not UTF-8")).into());
        };
        variables.push((name.to_owned(), value.to_owned()));
    }
    variables.sort();
    Ok(variables)
}
