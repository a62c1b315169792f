//! The options that flags, variables and the file give alike: one table for all three.

use super::audit::{self, Raw};
use super::{Error, Selection};
use crate::discovery::Exclude;
use crate::helm::objects::KubeVersion;
use std::path::{Path, PathBuf};

/// What an option holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// One word.
    Word,
    /// Yes or no.
    Flag,
    /// Words; in a variable with commas between them.
    Words,
    /// Files or folders; in a variable with the separator of `PATH` between them.
    Paths,
}

/// One option.
pub(super) struct Key {
    /// Its name in the file, with dots between tables.
    pub name: &'static str,
    /// Its flag.
    pub flag: &'static str,
    /// Its variable.
    pub variable: &'static str,
    /// Whether the file gives it too.
    pub in_file: bool,
    /// What it holds.
    pub shape: Shape,
    /// What holds if nobody says anything.
    pub default: &'static [&'static str],
    /// Sees to it that one of its words can be understood.
    pub check: fn(&str) -> Result<(), Error>,
    /// What was given; nothing if nothing was.
    pub get: fn(&Raw) -> Vec<String>,
    /// Gives it.
    pub put: fn(&mut Raw, Vec<String>),
}

fn anything(_: &str) -> Result<(), Error> {
    Ok(())
}

fn one(word: Option<&String>) -> Vec<String> {
    word.cloned().into_iter().collect()
}

fn texts(paths: &[PathBuf]) -> Vec<String> {
    paths.iter().map(|path| path.to_string_lossy().into_owned()).collect()
}

fn paths(texts: Vec<String>) -> Vec<PathBuf> {
    texts.into_iter().map(PathBuf::from).collect()
}

fn selected(word: &str) -> Result<(), Error> {
    Selection::parse(&[word.to_owned()], &[]).map(|_| ()).map_err(Error::new)
}

fn version(text: &str) -> Result<(), Error> {
    if KubeVersion::parse(text).is_some() {
        return Ok(());
    }
    Err(Error::with_help(
        format!("\"{text}\" is no version of Kubernetes"),
        "write it as numbers between dots, as in 1.33.0",
    ))
}

fn pattern(text: &str) -> Result<(), Error> {
    Exclude::new(&[(PathBuf::from("/"), text.to_owned())]).map(|_| ()).map_err(Error::new)
}

/// The options, in the order in which they are listed.
pub(super) const KEYS: [Key; 16] = [
    Key {
        name: "fail-on",
        flag: "--fail-on",
        variable: "SEAWORTHY_FAIL_ON",
        in_file: true,
        shape: Shape::Word,
        default: &["low"],
        check: |word| audit::fail_on(Some(word)).map(|_| ()),
        get: |raw| one(raw.fail_on.as_ref()),
        put: |raw, words| raw.fail_on = words.into_iter().next(),
    },
    Key {
        name: "strict",
        flag: "--strict",
        variable: "SEAWORTHY_STRICT",
        in_file: true,
        shape: Shape::Flag,
        default: &["false"],
        check: anything,
        get: |raw| if raw.strict { vec!["true".to_owned()] } else { Vec::new() },
        put: |raw, words| raw.strict = words.iter().any(|word| word == "true"),
    },
    Key {
        name: "environment",
        flag: "--environment",
        variable: "SEAWORTHY_ENVIRONMENT",
        in_file: true,
        shape: Shape::Word,
        default: &[],
        check: |word| audit::environment(word).map(|_| ()),
        get: |raw| one(raw.environment.as_ref()),
        put: |raw, words| raw.environment = words.into_iter().next(),
    },
    Key {
        name: "select",
        flag: "--select",
        variable: "SEAWORTHY_SELECT",
        in_file: true,
        shape: Shape::Words,
        default: &[],
        check: selected,
        get: |raw| raw.select.clone(),
        put: |raw, words| raw.select = words,
    },
    Key {
        name: "ignore",
        flag: "--ignore",
        variable: "SEAWORTHY_IGNORE",
        in_file: true,
        shape: Shape::Words,
        default: &[],
        check: selected,
        get: |raw| raw.ignore.clone(),
        put: |raw, words| raw.ignore = words,
    },
    Key {
        name: "exclude",
        flag: "--exclude",
        variable: "SEAWORTHY_EXCLUDE",
        in_file: true,
        shape: Shape::Words,
        default: &[],
        check: pattern,
        get: |raw| raw.exclude.clone(),
        put: |raw, words| raw.exclude = words,
    },
    Key {
        name: "rules",
        flag: "--rules",
        variable: "SEAWORTHY_RULES",
        in_file: true,
        shape: Shape::Paths,
        default: &[],
        check: |text| super::folder(Path::new(text)),
        get: |raw| texts(&raw.rules),
        put: |raw, words| raw.rules = paths(words),
    },
    Key {
        name: "inputs.compose-files",
        flag: "--compose-file",
        variable: "SEAWORTHY_COMPOSE_FILE",
        in_file: false,
        shape: Shape::Paths,
        default: &[],
        check: file,
        get: |raw| texts(&raw.compose_files),
        put: |raw, words| raw.compose_files = paths(words),
    },
    Key {
        name: "inputs.env-files",
        flag: "--env-file",
        variable: "SEAWORTHY_ENV_FILE",
        in_file: true,
        shape: Shape::Paths,
        default: &[],
        check: file,
        get: |raw| texts(&raw.env_files),
        put: |raw, words| raw.env_files = paths(words),
    },
    Key {
        name: "inputs.profiles",
        flag: "--profile",
        variable: "SEAWORTHY_PROFILE",
        in_file: true,
        shape: Shape::Words,
        default: &[],
        check: anything,
        get: |raw| raw.profiles.clone(),
        put: |raw, words| raw.profiles = words,
    },
    Key {
        name: "inputs.values",
        flag: "--values",
        variable: "SEAWORTHY_VALUES",
        in_file: true,
        shape: Shape::Paths,
        default: &[],
        check: file,
        get: |raw| texts(&raw.charts.values),
        put: |raw, words| raw.charts.values = paths(words),
    },
    Key {
        name: "inputs.release",
        flag: "--release",
        variable: "SEAWORTHY_RELEASE",
        in_file: true,
        shape: Shape::Word,
        default: &["release-name"],
        check: |word| super::charts::release_name(word.to_owned()).map(|_| ()),
        get: |raw| one(raw.charts.release.as_ref()),
        put: |raw, words| raw.charts.release = words.into_iter().next(),
    },
    Key {
        name: "inputs.namespace",
        flag: "--namespace",
        variable: "SEAWORTHY_NAMESPACE",
        in_file: true,
        shape: Shape::Word,
        default: &["default"],
        check: anything,
        get: |raw| one(raw.charts.namespace.as_ref()),
        put: |raw, words| raw.charts.namespace = words.into_iter().next(),
    },
    Key {
        name: "inputs.kube-version",
        flag: "--kube-version",
        variable: "SEAWORTHY_KUBE_VERSION",
        in_file: true,
        shape: Shape::Word,
        default: &[],
        check: version,
        get: |raw| one(raw.charts.kube_version.as_ref()),
        put: |raw, words| raw.charts.kube_version = words.into_iter().next(),
    },
    Key {
        name: "inputs.api-versions",
        flag: "--api-versions",
        variable: "SEAWORTHY_API_VERSIONS",
        in_file: true,
        shape: Shape::Words,
        default: &[],
        check: anything,
        get: |raw| raw.charts.api_versions.clone(),
        put: |raw, words| raw.charts.api_versions = words,
    },
    Key {
        name: "pack",
        flag: "--pack",
        variable: "SEAWORTHY_PACK",
        in_file: false,
        shape: Shape::Words,
        default: &[],
        check: anything,
        get: |raw| raw.packs.clone(),
        put: |raw, words| raw.packs = words,
    },
];

fn file(text: &str) -> Result<(), Error> {
    super::named::named(Path::new(text), super::named::Wanted::File, &[])
}
