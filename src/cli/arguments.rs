//! The arguments, as clap reads them.

use crate::findings::Verdict;
use crate::model::Environment;
use crate::options::Date;
use crate::render::Format;
use crate::rules::Severity;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

const AFTER: &str = "Exit status: 0 nothing that counts has failed; 1 something has; 2 the audit could not be run; \
                     3 nothing failed, but a deployment file could not be seen or there was nothing to audit.";

/// Audits whether what would be deployed from a folder is fit for production.
#[derive(Debug, Parser)]
#[command(name = "seaworthy", version, about, after_help = AFTER, args_conflicts_with_subcommands = true, max_term_width = 100)]
pub(super) struct Arguments {
    /// When to write in colour
    #[arg(long, value_enum, default_value_t = Color::Auto, global = true)]
    pub color: Color,
    #[command(flatten)]
    pub audit: Audit,
    #[command(subcommand)]
    pub command: Option<Command>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Audit (what happens without a command, too)
    #[command(after_help = AFTER)]
    Audit(Box<Audit>),
    /// Tell what a rule asks, why, and how to meet it
    Explain {
        /// The rule's id, such as secrets/plaintext
        rule: String,
        /// More rules beside the built-in ones
        #[arg(long, value_name = "DIR")]
        rules: Vec<PathBuf>,
    },
    /// List the rules, test them, or print the schema of rule files
    Rules {
        #[command(subcommand)]
        command: Option<RulesCommand>,
        /// How to list them
        #[arg(short, long, value_parser = one_format, default_value = "table")]
        format: Format,
        /// More rules beside the built-in ones
        #[arg(long, value_name = "DIR")]
        rules: Vec<PathBuf>,
    },
    /// Print the JSON Schema of the JSON report
    Schema,
    /// Print a script that completes arguments in a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum RulesCommand {
    /// Run the examples that rules carry
    Test {
        /// Folders with rules; without any, the built-in ones are tested
        folders: Vec<PathBuf>,
    },
    /// Print a JSON Schema of rule files, for editors
    Schema,
}

#[derive(Debug, Clone, Args)]
pub(super) struct Audit {
    /// Files and folders; - reads manifests from standard input
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// table or json; =FILE writes it there [default: table]
    #[arg(short, long, value_name = "FORMAT[=FILE]", value_parser = output_format)]
    pub format: Vec<Output>,
    /// Verdicts to list beside failures: pass, unknown, manual, not-applicable, all
    #[arg(long, value_name = "VERDICT", value_delimiter = ',', value_parser = shown)]
    pub show: Vec<Shown>,
    /// Show each finding's lines, the way of its value, and the fix
    #[arg(short, long, conflicts_with = "quiet")]
    pub verbose: bool,
    /// Write only the last line
    #[arg(short, long)]
    pub quiet: bool,

    /// Only these rules: the beginning of an id, an item, a control, severity:S or tag:T
    #[arg(long, value_name = "RULES", value_delimiter = ',', help_heading = "Rules")]
    pub select: Vec<String>,
    /// All but these rules
    #[arg(long, value_name = "RULES", value_delimiter = ',', help_heading = "Rules")]
    pub ignore: Vec<String>,
    /// More rules beside the built-in ones
    #[arg(long, value_name = "DIR", help_heading = "Rules")]
    pub rules: Vec<PathBuf>,

    /// The mildest failure that makes the exit status 1: critical, high, medium, low, info or never
    #[arg(long, value_name = "SEVERITY", default_value = "low", value_parser = fail_on, help_heading = "Outcome")]
    pub fail_on: FailOn,
    /// Count what is unknown or left to a person as failures too
    #[arg(long, help_heading = "Outcome")]
    pub strict: bool,
    /// The day that counts as today
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date, help_heading = "Outcome")]
    pub as_of: Option<Date>,

    /// production, staging or development, instead of guessing it from names
    #[arg(long, value_name = "WHAT FOR", value_parser = environment, help_heading = "Inputs")]
    pub environment: Option<Environment>,
    /// A Compose file of the project to audit; again for files that override it
    #[arg(long, value_name = "FILE", help_heading = "Inputs")]
    pub compose_file: Vec<PathBuf>,
    /// A file with variables for Compose, instead of .env
    #[arg(long, value_name = "FILE", help_heading = "Inputs")]
    pub env_file: Vec<PathBuf>,
    /// A variable for Compose
    #[arg(long, value_name = "NAME=VALUE", value_parser = variable, help_heading = "Inputs")]
    pub env: Vec<(String, String)>,

    /// How many threads to use [default: one for each processor]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
}

/// A format and where it goes.
#[derive(Debug, Clone)]
pub(super) struct Output {
    pub format: Format,
    /// Standard output if there is none.
    pub file: Option<PathBuf>,
}

/// What `--show` names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    All,
    One(Verdict),
}

/// What `--fail-on` names; `None`: nothing fails a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FailOn(pub Option<Severity>);

fn words<'w>(words: impl IntoIterator<Item = &'w str>) -> String {
    words.into_iter().collect::<Vec<_>>().join(", ")
}

fn one_format(word: &str) -> Result<Format, String> {
    Format::parse(word).ok_or_else(|| format!("write one of {}", words(Format::ALL.map(Format::word))))
}

fn output_format(text: &str) -> Result<Output, String> {
    let (word, file) = text.split_once('=').map_or((text, None), |(word, file)| (word, Some(file)));
    if file == Some("") {
        return Err("a file name is missing behind =".to_owned());
    }
    Ok(Output { format: one_format(word)?, file: file.map(PathBuf::from) })
}

fn shown(word: &str) -> Result<Shown, String> {
    if word == "all" {
        return Ok(Shown::All);
    }
    let known = words(Verdict::ALL.map(Verdict::word));
    Verdict::parse(word).map(Shown::One).ok_or_else(|| format!("write all, or some of {known}"))
}

fn fail_on(word: &str) -> Result<FailOn, String> {
    if word == "never" {
        return Ok(FailOn(None));
    }
    let known = words(Severity::ALL.iter().rev().map(|severity| severity.word()));
    Severity::parse(word).map(|severity| FailOn(Some(severity))).ok_or_else(|| format!("write one of {known}, never"))
}

fn date(text: &str) -> Result<Date, String> {
    Date::parse(text).ok_or_else(|| "write a day of the calendar like 2026-11-20".to_owned())
}

fn environment(word: &str) -> Result<Environment, String> {
    let all = [Environment::Production, Environment::Staging, Environment::Development];
    let known = words(all.map(Environment::word));
    all.into_iter().find(|environment| environment.word() == word).ok_or_else(|| format!("write one of {known}"))
}

fn variable(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write NAME=VALUE".to_owned()),
    }
}
