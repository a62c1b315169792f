//! The command line, as clap reads it. What its words mean, the options say.

use super::charts::Charts;
use crate::findings::Verdict;
use crate::model::Environment;
use crate::options::audit::{ALL, ENVIRONMENTS, NEVER};
use crate::options::{Raw, RawAttestation, RawRender};
use crate::project::charts::printed::Extent;
use crate::render::Format;
use crate::rules::Severity;
use clap::builder::PossibleValuesParser;
use clap::{Args, ColorChoice, CommandFactory, Parser, Subcommand, ValueHint};
use std::path::PathBuf;

/// The name of the command.
pub const NAME: &str = env!("CARGO_PKG_NAME");

const ABOUT: &str = "Audits whether what would be deployed from a folder is fit for production";

const LONG_ABOUT: &str = "Audits whether what would be deployed from a folder is fit for production: finds Compose \
                          projects, Helm charts and Kubernetes manifests, works out what would really run, and gives every item of \
                          a production checklist a verdict. Reads files only: no network, no engine, no cluster.";

const STATUSES: &str = "Exit status:
  0  nothing that counts has failed
  1  something that counts has failed
  2  the audit could not be run: bad usage, a bad rule, no such path
  3  nothing failed, but a deployment file could not be seen, or there was nothing to audit";

/// The command line.
#[derive(Parser)]
#[command(
    name = NAME,
    version,
    about = ABOUT,
    long_about = LONG_ABOUT,
    after_help = STATUSES,
    max_term_width = 100,
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true
)]
pub struct Arguments {
    /// What to do; nothing said: audit.
    #[command(subcommand)]
    pub command: Option<Command>,

    /// How to audit.
    #[command(flatten)]
    pub audit: Audit,

    /// When to use colours
    #[arg(long, value_name = "WHEN", default_value = "auto", global = true, help_heading = OUTPUT)]
    pub color: ColorChoice,
}

const WHAT: &str = "What is audited";
const RULES: &str = "Which rules";
const STATUS: &str = "What counts";
const OUTPUT: &str = "Output";

/// The commands.
#[derive(Subcommand)]
pub enum Command {
    /// Audit files and folders; the same without a command
    #[command(after_help = STATUSES)]
    Audit(Box<Audit>),
    /// Tell what a rule asks, why and how to fix what it finds; or what is understood at a line of a file
    Explain {
        /// The id of a rule or an item that it decides; or FILE:LINE
        #[arg(value_name = "RULE|FILE:LINE")]
        rule: String,
        /// How to tell what is understood at a line
        #[arg(short, long, value_name = "FORMAT", default_value = Format::Table.word(), value_parser = formats())]
        format: String,
        /// Where rules come from.
        #[command(flatten)]
        rules: RuleFolders,
    },
    /// Show the options that hold for an audit, and who says so: a flag, a variable, seaworthy.toml
    Options(Box<Audit>),
    /// Print what a chart would deploy, as helm template does; secrets are shown unless masked
    Render(Box<Render>),
    /// List the rules, run their examples, or print the schema of rule files
    #[command(args_conflicts_with_subcommands = true)]
    Rules {
        /// What to do with them; nothing said: list.
        #[command(subcommand)]
        command: Option<RulesCommand>,
        /// How to list them
        #[arg(short, long, value_name = "FORMAT", default_value = Format::Table.word(), value_parser = formats())]
        format: String,
        /// Only these rules: see the audit's help
        #[arg(long, value_name = "PREFIX", value_delimiter = ',')]
        select: Vec<String>,
        /// All but these rules
        #[arg(long, value_name = "PREFIX", value_delimiter = ',')]
        ignore: Vec<String>,
        /// Where rules come from.
        #[command(flatten)]
        rules: RuleFolders,
    },
    /// Print the checklist itself as Markdown: boxes ticked, evidence beside each item
    Checklist(Box<Audit>),
    /// Record that a person confirmed what no file shows, unless the files contradict it
    Attest(Box<Attest>),
    /// Print the JSON Schema of the JSON report
    Schema,
    /// Print a script that completes this command line in a shell
    Completions {
        /// The shell
        #[arg(value_name = "SHELL")]
        shell: clap_complete::Shell,
    },
}

/// What a person confirms.
#[derive(Args)]
pub struct Attest {
    /// The id of a rule, or an item that it decides
    #[arg(value_name = "RULE")]
    rule: String,
    /// Who confirms it
    #[arg(long, value_name = "NAME")]
    by: String,
    /// What shows it: a link or a path
    #[arg(long, value_name = "LINK")]
    evidence: String,
    /// When it was confirmed, as YYYY-MM-DD [default: today]
    #[arg(long, value_name = "DATE")]
    on: Option<String>,
    /// Only for the stack of this name
    #[arg(long, value_name = "NAME")]
    stack: Option<String>,
    /// Further words
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// How the deployment is audited first.
    #[command(flatten)]
    audit: Audit,
}

impl Attest {
    /// The words on the record, and how the deployment is audited.
    pub fn split(self) -> (RawAttestation, Raw) {
        let Self { rule, by, evidence, on, stack, note, audit } = self;
        (RawAttestation { rule, by, evidence, on, stack, note }, audit.into())
    }
}

/// What can be done with rules.
#[derive(Subcommand)]
pub enum RulesCommand {
    /// Run the examples that rules carry: status 0 if each comes out as it says, else 1
    Test {
        /// Folders with rules; without any, those that are built in are tested
        #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
        folders: Vec<PathBuf>,
    },
    /// Print the JSON Schema of rule files, for editors
    Schema,
}

/// Where rules come from beside those that are built in.
#[derive(Args)]
pub struct RuleFolders {
    /// More rules beside those that are built in (repeatable)
    #[arg(long = "rules", value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub rules: Vec<PathBuf>,
}

/// What to render.
#[derive(Args)]
pub struct Render {
    /// The folder of a chart or its archive; a Compose file, or the folder of a project
    #[arg(value_name = "PATH", default_value = ".", value_hint = ValueHint::AnyPath)]
    path: PathBuf,
    /// A profile of Compose services that is on (repeatable, or with commas; * for all)
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    profile: Vec<String>,
    /// How charts are rendered.
    #[command(flatten)]
    charts: Charts,
    /// Only the text of this rendered file, whatever it is: templates/NOTES.txt
    #[arg(long, value_name = "TEMPLATE", help_heading = OUTPUT)]
    file: Option<String>,
    /// The custom resource definitions below crds/ too
    #[arg(long, help_heading = OUTPUT)]
    include_crds: bool,
    /// As helm template takes it: without --include-crds no definitions are printed anyway
    #[arg(long, help_heading = OUTPUT)]
    skip_crds: bool,
    /// Without what helm test runs
    #[arg(long, help_heading = OUTPUT)]
    skip_tests: bool,
    /// Show beside each line where in the templates or files and in the values it comes from
    #[arg(long, help_heading = OUTPUT)]
    origins: bool,
    /// Mask secrets
    #[arg(long, help_heading = OUTPUT)]
    redact: bool,
}

impl From<Render> for RawRender {
    fn from(given: Render) -> Self {
        // `skip_crds` says what an installation does; what is printed does not depend on it.
        let Render { path, profile, charts, file, include_crds, skip_crds: _, skip_tests, origins, redact } = given;
        let extent = Extent { include_crds, skip_tests };
        Self { path, profiles: profile, charts: charts.into(), file, extent, origins, redact }
    }
}

/// How to audit.
#[derive(Args)]
pub struct Audit {
    /// Files and folders; - reads manifests from standard input [default: .]
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    paths: Vec<PathBuf>,

    /// A Compose file of the one project to audit, as docker compose -f takes it (repeatable)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = WHAT)]
    compose_file: Vec<PathBuf>,
    /// A file with variables for Compose, instead of .env (repeatable)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = WHAT)]
    env_file: Vec<PathBuf>,
    /// A variable for Compose, which beats those of files (repeatable)
    #[arg(long, value_name = "NAME=VALUE", help_heading = WHAT)]
    env: Vec<String>,
    /// A profile of Compose services that is on, instead of looking at each by itself (repeatable,
    /// or with commas; * for all)
    #[arg(long, value_name = "NAME", value_delimiter = ',', help_heading = WHAT)]
    profile: Vec<String>,
    /// How charts are rendered.
    #[command(flatten)]
    charts: Charts,
    /// What is left out, as in a .gitignore (repeatable, or with commas)
    #[arg(long, value_name = "PATTERN", value_delimiter = ',', help_heading = WHAT)]
    exclude: Vec<String>,
    /// What the deployments are for, instead of guessing it from names below PATH
    #[arg(long, value_name = "NAME", value_parser = environments(), help_heading = WHAT)]
    environment: Option<String>,
    /// The day that counts as today, as YYYY-MM-DD
    #[arg(long, value_name = "DATE", help_heading = WHAT)]
    as_of: Option<String>,

    /// Only these rules: the beginning of an id (secrets, secrets/strong), an item, a control,
    /// severity:S or tag:T (repeatable, or with commas)
    #[arg(long, value_name = "PREFIX", value_delimiter = ',', help_heading = RULES)]
    select: Vec<String>,
    /// All but these rules
    #[arg(long, value_name = "PREFIX", value_delimiter = ',', help_heading = RULES)]
    ignore: Vec<String>,
    /// More rules beside those that are built in (repeatable)
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, help_heading = RULES)]
    rules: Vec<PathBuf>,
    /// Ask the rules of a pack although its app was not recognised (repeatable)
    #[arg(long, value_name = "NAME", value_delimiter = ',', help_heading = RULES)]
    pack: Vec<String>,

    /// The mildest failure that makes the exit status 1 [default: low]
    #[arg(long, value_name = "SEVERITY", value_parser = severities(), help_heading = STATUS)]
    fail_on: Option<String>,
    /// Count what is unknown or for a person to check as failures too
    #[arg(long, help_heading = STATUS)]
    strict: bool,

    /// How to report, and into which file: table (default) or json (repeatable)
    #[arg(short, long, value_name = "FORMAT[=FILE]", help_heading = OUTPUT)]
    format: Vec<String>,
    /// What to list beside failures; all lists every row
    #[arg(long, value_name = "VERDICT", value_delimiter = ',', value_parser = verdicts(), help_heading = OUTPUT)]
    show: Vec<String>,
    /// Show the lines, the way of each value, and the fix
    #[arg(short, long, help_heading = OUTPUT)]
    verbose: bool,
    /// Show the last line only
    #[arg(short, long, conflicts_with = "verbose", help_heading = OUTPUT)]
    quiet: bool,
    /// How many threads to use [default: one for each processor]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024), help_heading = OUTPUT)]
    threads: Option<u16>,
}

fn formats() -> PossibleValuesParser {
    Format::ALL.map(Format::word).into()
}

fn environments() -> PossibleValuesParser {
    ENVIRONMENTS.map(Environment::word).into()
}

fn severities() -> PossibleValuesParser {
    Severity::ALL.iter().rev().map(|severity| severity.word()).chain([NEVER]).collect::<Vec<_>>().into()
}

fn verdicts() -> PossibleValuesParser {
    Verdict::ALL.iter().map(|verdict| verdict.word()).chain([ALL]).collect::<Vec<_>>().into()
}

impl From<Audit> for Raw {
    fn from(given: Audit) -> Self {
        let commands = Arguments::command().get_subcommands().map(|command| command.get_name().to_owned()).collect();
        Self {
            paths: given.paths,
            formats: given.format,
            select: given.select,
            ignore: given.ignore,
            rules: given.rules,
            fail_on: given.fail_on,
            strict: given.strict,
            show: given.show,
            as_of: given.as_of,
            environment: given.environment,
            compose_files: given.compose_file,
            env_files: given.env_file,
            env: given.env,
            profiles: given.profile,
            charts: given.charts.into(),
            verbose: given.verbose,
            quiet: given.quiet,
            threads: given.threads.map(usize::from),
            commands,
            exclude: given.exclude,
            packs: given.pack,
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
    }
}
