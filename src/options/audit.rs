//! What an audit is asked to do.

use super::named::{Wanted, folder, named};
use super::{Date, Error, Output, RawCharts, Selection};
use crate::discovery::Exclude;
use crate::findings::{Bar, Verdict};
use crate::model::Environment;
use crate::project::{ComposeSet, Inputs};
use crate::render::Format;
use crate::rules::{Severity, Tuning, suggestion};
use std::path::{Path, PathBuf};

/// The environments that `--environment` knows.
pub const ENVIRONMENTS: [Environment; 3] = [Environment::Production, Environment::Staging, Environment::Development];

/// The word of `--fail-on` for which no failure counts.
pub const NEVER: &str = "never";

/// The word of `--show` for every verdict and every row.
pub const ALL: &str = "all";

/// The command line as it was written. No `Debug`: variables may hold passwords.
#[derive(Default)]
pub struct Raw {
    /// Files and folders; `-` is standard input.
    pub paths: Vec<PathBuf>,
    /// `FORMAT` or `FORMAT=FILE`.
    pub formats: Vec<String>,
    /// Beginnings of rule ids, items, controls, `severity:` and `tag:`.
    pub select: Vec<String>,
    /// The same, for what is left out.
    pub ignore: Vec<String>,
    /// Folders with more rules.
    pub rules: Vec<PathBuf>,
    /// A severity or `never`.
    pub fail_on: Option<String>,
    /// Whether unknown and manual count as failures.
    pub strict: bool,
    /// Verdicts, or `all`.
    pub show: Vec<String>,
    /// A day.
    pub as_of: Option<String>,
    /// What the deployments are for.
    pub environment: Option<String>,
    /// The Compose files of the one project to audit.
    pub compose_files: Vec<PathBuf>,
    /// Files with variables.
    pub env_files: Vec<PathBuf>,
    /// Variables as `NAME=VALUE`.
    pub env: Vec<String>,
    /// The profiles of Compose services that are on.
    pub profiles: Vec<String>,
    /// What is said of charts.
    pub charts: RawCharts,
    /// Whether findings are shown at length.
    pub verbose: bool,
    /// Whether only the last line is shown.
    pub quiet: bool,
    /// How many threads to use.
    pub threads: Option<usize>,
    /// From where the file with options is looked for, if not from the paths.
    pub near: Option<PathBuf>,
    /// Patterns of what is left out.
    pub exclude: Vec<String>,
    /// What those are relative to, if not the working directory.
    pub exclude_base: Option<PathBuf>,
    /// Packs whose rules are asked although no app of theirs was recognised.
    pub packs: Vec<String>,
    /// Compose files that form projects.
    pub compose_sets: Vec<ComposeSet>,
    /// What is said of rules and packs.
    pub tuning: Tuning,
    /// Where words of `select` and `ignore` are written, if not on the command line.
    pub words: Vec<(String, String)>,
    /// Names of commands, in case a path is a misspelt one.
    pub commands: Vec<String>,
}

/// What an audit is asked to do, checked. No `Debug`: variables may hold passwords.
pub struct Audit {
    /// What is audited; standard input is not read yet.
    pub inputs: Inputs,
    /// Whether standard input is to be read.
    pub stdin: bool,
    /// Folders with more rules.
    pub rules: Vec<PathBuf>,
    /// Which rules are asked.
    pub selection: Selection,
    /// What counts as a failure.
    pub bar: Bar,
    /// Verdicts listed beside failures.
    pub shown: Vec<Verdict>,
    /// Whether every row is listed.
    pub all: bool,
    /// The day that counts as today.
    pub as_of: Date,
    /// The reports to write; at least one.
    pub outputs: Vec<Output>,
    /// Whether findings are shown at length.
    pub verbose: bool,
    /// Whether only the last line is shown.
    pub quiet: bool,
    /// How many threads to use, if not one for each processor.
    pub threads: Option<usize>,
    /// Packs whose rules are asked although no app of theirs was recognised.
    pub packs: Vec<String>,
    /// What is said of rules and packs.
    pub tuning: Tuning,
    /// Where words of the selection are written, if not on the command line.
    pub words: Vec<(String, String)>,
}

impl Audit {
    /// Checks what was asked for.
    ///
    /// # Errors
    /// The first thing that cannot be done, with what was probably meant.
    pub fn check(raw: Raw) -> Result<Self, Error> {
        let outputs = Output::read(&raw.formats)?;
        let selection = Selection::parse(&raw.select, &raw.ignore).map_err(Error::new)?;
        let bar = Bar { fail_on: fail_on(raw.fail_on.as_deref())?, strict: raw.strict };
        let (shown, all) = shown(&raw.show)?;
        let as_of = raw.as_of.as_deref().map_or_else(|| Ok(Date::today()), day)?;
        let environment = raw.environment.as_deref().map(environment).transpose()?;
        let env = raw.env.iter().map(|text| variable(text)).collect::<Result<Vec<_>, _>>()?;
        raw.rules.iter().try_for_each(|path| folder(path))?;

        let stdin = raw.paths.iter().any(|path| path == Path::new("-"));
        let mut paths: Vec<PathBuf> = raw.paths.iter().filter(|path| *path != Path::new("-")).cloned().collect();
        paths.iter().try_for_each(|path| named(path, Wanted::Anything, &raw.commands))?;
        let files = raw.compose_files.iter().chain(&raw.env_files);
        files.into_iter().try_for_each(|path| named(path, Wanted::File, &[]))?;
        // Whoever names the Compose files asks for that project alone.
        if paths.is_empty() && !stdin && raw.compose_files.is_empty() {
            paths.push(PathBuf::from("."));
        }
        let charts = raw.charts.check()?;
        let (compose_files, env_files) = (raw.compose_files, raw.env_files);
        let base =
            raw.exclude_base.clone().or_else(|| std::env::current_dir().ok().and_then(|it| it.canonicalize().ok()));
        let base = base.unwrap_or_default();
        let patterns: Vec<_> = raw.exclude.iter().map(|pattern| (base.clone(), pattern.clone())).collect();
        let exclude = Exclude::new(&patterns).map_err(Error::new)?;
        let compose_sets = raw.compose_sets;
        let inputs = Inputs {
            paths,
            stdin: None,
            compose_files,
            compose_sets,
            env_files,
            env,
            profiles: raw.profiles,
            charts,
            environment,
            exclude,
            git: None,
        };
        let Raw { rules, verbose, quiet, threads, packs, tuning, words, .. } = raw;
        Ok(Self {
            inputs,
            stdin,
            rules,
            selection,
            bar,
            shown,
            all,
            as_of,
            outputs,
            verbose,
            quiet,
            threads,
            packs,
            tuning,
            words,
        })
    }

    /// Whether a report shows lines of files: every one but the short table.
    #[must_use]
    pub fn excerpts(&self) -> bool {
        self.outputs.iter().any(|output| output.format != Format::Table || (self.verbose && !self.quiet))
    }
}

pub(super) fn fail_on(word: Option<&str>) -> Result<Option<Severity>, Error> {
    let Some(word) = word else { return Ok(Bar::default().fail_on) };
    if word == NEVER {
        return Ok(None);
    }
    let words = || Severity::ALL.iter().rev().map(|severity| severity.word()).chain([NEVER]);
    Severity::parse(word).map(Some).ok_or_else(|| no_such("severity", word, words().collect()))
}

fn shown(words: &[String]) -> Result<(Vec<Verdict>, bool), Error> {
    let mut shown = Vec::new();
    for word in words {
        if word == ALL {
            return Ok((Verdict::ALL.to_vec(), true));
        }
        let words = || Verdict::ALL.iter().map(|verdict| verdict.word()).chain([ALL]);
        shown.push(Verdict::parse(word).ok_or_else(|| no_such("verdict", word, words().collect()))?);
    }
    Ok((shown, false))
}

pub(super) fn environment(word: &str) -> Result<Environment, Error> {
    let known = ENVIRONMENTS.into_iter().find(|environment| environment.word() == word);
    known.ok_or_else(|| no_such("environment", word, ENVIRONMENTS.map(Environment::word).to_vec()))
}

fn no_such(what: &str, word: &str, words: Vec<&str>) -> Error {
    let near = suggestion(word, words.iter().copied());
    Error::with_help(format!("there is no {what} \"{word}\"{near}"), format!("write one of {}", words.join(", ")))
}

fn day(text: &str) -> Result<Date, Error> {
    Date::parse(text).ok_or_else(|| {
        Error::with_help(format!("\"{text}\" is no day"), "write it as YYYY-MM-DD, as in --as-of 2026-11-20")
    })
}

/// A variable. What stands behind the `=` may be a password, so no message repeats the text.
fn variable(text: &str) -> Result<(String, String), Error> {
    let wrong = |message: &str| Error::with_help(message, "write --env NAME=VALUE, as in --env TAG=1.4.2");
    let (name, value) = text.split_once('=').ok_or_else(|| wrong("--env lacks a value"))?;
    if name.is_empty() || name.contains(|character: char| character.is_whitespace() || character.is_control()) {
        return Err(wrong("--env lacks the name of a variable"));
    }
    Ok((name.to_owned(), value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    fn mistake(raw: Raw) -> String {
        let error = Audit::check(raw).err().expect("a mistake");
        format!("{} / {}", error.message, error.help.unwrap_or_default())
    }

    #[test]
    fn without_flags_the_folder_is_audited_and_shown_as_a_table() {
        let audit = Audit::check(Raw::default()).ok().unwrap();
        assert_eq!(audit.inputs.paths, [PathBuf::from(".")]);
        assert_eq!(audit.bar, Bar::default());
        assert!(!audit.stdin && !audit.excerpts());
    }

    #[test]
    fn standard_input_and_compose_files_stand_for_themselves() {
        let audit = Audit::check(Raw { paths: vec!["-".into()], ..Raw::default() }).ok().unwrap();
        assert!(audit.stdin && audit.inputs.paths.is_empty());
        let audit = Audit::check(Raw { compose_files: vec!["Cargo.toml".into()], ..Raw::default() }).ok().unwrap();
        assert!(audit.inputs.paths.is_empty());
    }

    #[test]
    fn mistakes_say_what_was_probably_meant() {
        let path = |path: &str| Raw { paths: vec![path.into()], commands: texts(&["explain"]), ..Raw::default() };
        assert!(mistake(path("Cargo.tmol")).contains("did you mean \"Cargo.toml\"?"));
        assert!(mistake(path("explian")).contains("did you mean \"explain\"?"));
        assert!(mistake(path("zzzzzz/zzz")).ends_with("\"zzzzzz/zzz\" / "));
        let show = mistake(Raw { show: texts(&["pass", "unknwon"]), ..Raw::default() });
        assert!(show.contains("did you mean \"unknown\"?") && show.contains("not-applicable, all"), "{show}");
        assert!(mistake(Raw { fail_on: Some("hihg".into()), ..Raw::default() }).contains("did you mean \"high\"?"));
        assert!(mistake(Raw { environment: Some("prod".into()), ..Raw::default() }).contains("production, staging"));
        assert!(mistake(Raw { as_of: Some("2026-02-30".into()), ..Raw::default() }).contains("YYYY-MM-DD"));
        assert!(mistake(Raw { env_files: vec!["src".into()], ..Raw::default() }).contains("is a folder"));
        assert!(mistake(Raw { rules: vec!["Cargo.toml".into()], ..Raw::default() }).contains("is a file"));
    }

    #[test]
    fn what_may_be_a_password_is_not_repeated() {
        for text in ["hunter2", "=hunter2", "a b=hunter2"] {
            assert!(!mistake(Raw { env: texts(&[text]), ..Raw::default() }).contains("hunter2"));
        }
        let audit = Audit::check(Raw { env: texts(&["A=b=c", "EMPTY="]), ..Raw::default() }).ok().unwrap();
        assert_eq!(audit.inputs.env, [("A".to_owned(), "b=c".to_owned()), ("EMPTY".to_owned(), String::new())]);
    }
}
