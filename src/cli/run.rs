//! From arguments to what the program does, and to its exit status.

use super::arguments::{Arguments, Audit, Color, Command, Output, RulesCommand, Shown};
use super::output::{standard, width};
use crate::app::audit::{Audited, audit, load_rules};
use crate::app::{Request, explain, list};
use crate::engine::test_examples;
use crate::findings::{Bar, Verdict};
use crate::options::{Date, Selection};
use crate::project::Inputs;
use crate::render::{Format, Options, Paths, json, table};
use crate::rules::schema;
use anyhow::{Context, Result, anyhow, bail};
use clap::{CommandFactory, Parser};
use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The exit status when the audit could not be run.
const CANNOT_RUN: u8 = 2;

pub(super) fn run() -> ExitCode {
    let arguments = Arguments::parse();
    match arguments.color {
        Color::Auto => {}
        Color::Always => anstream::ColorChoice::Always.write_global(),
        Color::Never => anstream::ColorChoice::Never.write_global(),
    }
    let outcome = match arguments.command {
        None => run_audit(&arguments.audit),
        Some(Command::Audit(audit)) => run_audit(&audit),
        Some(Command::Explain { rule, rules }) => run_explain(&rule, &rules),
        Some(Command::Rules { command: None, format, rules }) => run_list(format, &rules),
        Some(Command::Rules { command: Some(RulesCommand::Test { folders }), .. }) => run_tests(&folders),
        Some(Command::Rules { command: Some(RulesCommand::Schema), .. }) => text(&schema::schema()),
        Some(Command::Schema) => text(json::SCHEMA),
        Some(Command::Completions { shell }) => completions(shell),
    };
    match outcome {
        Ok(status) => ExitCode::from(status),
        Err(error) => {
            // Nobody is left to tell if this fails too.
            let _ = writeln!(anstream::stderr(), "error: {error:#}");
            ExitCode::from(CANNOT_RUN)
        }
    }
}

fn text(text: &str) -> Result<u8> {
    standard(|to| writeln!(to, "{}", text.trim_end()))?;
    Ok(0)
}

fn completions(shell: clap_complete::Shell) -> Result<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "seaworthy", &mut script);
    standard(|to| to.write_all(&script))?;
    Ok(0)
}

fn run_explain(id: &str, folders: &[PathBuf]) -> Result<u8> {
    let ruleset = load_rules(folders)?;
    let Some(rule) = ruleset.find(id) else {
        bail!("there is no rule \"{id}\"{}; `seaworthy rules` lists them", ruleset.nearest(id));
    };
    standard(|to| explain::explain(rule, width(), to))?;
    Ok(0)
}

fn run_list(format: Format, folders: &[PathBuf]) -> Result<u8> {
    let ruleset = load_rules(folders)?;
    standard(|to| match format {
        Format::Table => list::table(&ruleset, width(), to),
        Format::Json => list::json(&ruleset, to),
    })?;
    Ok(0)
}

fn run_tests(folders: &[PathBuf]) -> Result<u8> {
    let ruleset = load_rules(folders)?;
    let wanted = |file: &str| folders.is_empty() || folders.iter().any(|folder| Path::new(file).starts_with(folder));
    let tested = test_examples(&ruleset, |rule| wanted(&rule.file));
    standard(|to| {
        for failure in &tested.failures {
            writeln!(to, "{failure}")?;
        }
        let failed = tested.failures.len();
        let outcome = if failed == 0 { "all as expected".to_owned() } else { format!("{failed} not as expected") };
        writeln!(to, "{} rules, {} examples: {outcome}", tested.rules, tested.examples)
    })?;
    Ok(u8::from(!tested.failures.is_empty()))
}

fn run_audit(arguments: &Audit) -> Result<u8> {
    if let Some(threads) = arguments.threads {
        rayon::ThreadPoolBuilder::new()
            .num_threads(threads.into())
            .build_global()
            .context("the threads cannot be started")?;
    }
    let outputs = outputs(&arguments.format)?;
    let request = request(arguments, &outputs)?;
    let audited = audit(&request)?;
    let shown = &arguments.show;
    for output in &outputs {
        write(&audited, output, arguments, shown)?;
    }
    Ok(audited.report.outcome.exit_status())
}

/// Every format has a place of its own.
fn outputs(asked: &[Output]) -> Result<Vec<Output>> {
    if asked.is_empty() {
        return Ok(vec![Output { format: Format::Table, file: None }]);
    }
    if asked.iter().filter(|output| output.file.is_none()).count() > 1 {
        bail!("two formats go to standard output; write one of them to a file: -f json=report.json");
    }
    Ok(asked.to_vec())
}

fn request(arguments: &Audit, outputs: &[Output]) -> Result<Request> {
    let selection = Selection::parse(&arguments.select, &arguments.ignore).map_err(|message| anyhow!(message))?;
    let (mut paths, mut stdin) = (Vec::new(), None);
    for path in &arguments.paths {
        if path.as_os_str() == "-" {
            let mut bytes = Vec::new();
            io::stdin().lock().read_to_end(&mut bytes).context("standard input cannot be read")?;
            stdin = Some(bytes);
        } else {
            paths.push(path.clone());
        }
    }
    if arguments.paths.is_empty() && arguments.compose_file.is_empty() {
        paths.push(PathBuf::from("."));
    }
    let needs_excerpts = arguments.verbose || outputs.iter().any(|output| output.format == Format::Json);
    Ok(Request {
        inputs: Inputs {
            paths,
            stdin,
            compose_files: arguments.compose_file.clone(),
            env_files: arguments.env_file.clone(),
            env: arguments.env.clone(),
            environment: arguments.environment,
        },
        rules: arguments.rules.clone(),
        selection,
        bar: Bar { fail_on: arguments.fail_on.0, strict: arguments.strict },
        as_of: arguments.as_of.unwrap_or_else(Date::today),
        excerpts: needs_excerpts,
    })
}

fn write(audited: &Audited, output: &Output, arguments: &Audit, shown: &[Shown]) -> Result<()> {
    let all = shown.contains(&Shown::All);
    let listed: Vec<Verdict> =
        Verdict::ALL.into_iter().filter(|verdict| all || shown.contains(&Shown::One(*verdict))).collect();
    let each_pass = listed.contains(&Verdict::Pass);
    let here = std::env::current_dir().unwrap_or_default();
    let options = |width: usize| Options {
        width,
        shown: listed.clone(),
        all,
        verbose: arguments.verbose,
        quiet: arguments.quiet,
        paths: Paths::new(&audited.root, &here),
    };
    let report = &audited.report;
    match (&output.file, output.format) {
        (None, Format::Table) => standard(|to| table::write(report, &options(width()), to))?,
        (None, Format::Json) => standard(|to| json::write(report, each_pass, to))?,
        (Some(path), format) => {
            let file = File::create(path).with_context(|| format!("{} cannot be written", path.display()))?;
            let mut to = BufWriter::new(anstream::StripStream::new(file));
            match format {
                Format::Table => table::write(report, &options(120), &mut to),
                Format::Json => json::write(report, each_pass, &mut to),
            }
            .and_then(|()| to.flush())
            .with_context(|| format!("{} cannot be written", path.display()))?;
        }
    }
    Ok(())
}
