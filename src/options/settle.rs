//! What holds in the end: flags beat variables, variables beat the file, the file beats defaults.

use super::Error;
use super::audit::Raw;
use super::keys::{KEYS, Key, Shape};
use super::written::{self, At, FILE, Written};
use crate::discovery::root;
use crate::source::nearest::suggestion;
use std::path::{Path, PathBuf};

/// What the names of our variables begin with.
pub const PREFIX: &str = "SEAWORTHY_";

/// Who said it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum From {
    /// Nobody.
    Default,
    /// The file, at a line.
    File(String, At),
    /// A variable.
    Variable(&'static str),
    /// A flag.
    Flag(&'static str),
}

/// The value of an option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Held {
    /// None.
    Nothing,
    /// One word.
    Word(String),
    /// Yes or no.
    Flag(bool),
    /// Several words.
    Words(Vec<String>),
}

/// One option as it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its name in the file, with dots between tables.
    pub name: String,
    /// What it is.
    pub value: Held,
    /// Who said it.
    pub from: From,
}

/// What holds in the end.
pub struct Settled {
    /// The command line, completed.
    pub raw: Raw,
    /// Every option, in order.
    pub rows: Vec<Row>,
    /// The file that was found, as it is shown.
    pub file: Option<String>,
}

/// Completes the command line by our variables, given by name and value, and by the file.
///
/// # Errors
/// Every mistake in the file, or the first in the variables.
pub fn settle(mut raw: Raw, variables: &[(String, String)]) -> Result<Settled, Error> {
    known(variables)?;
    let written = find(&raw)?;
    let mut rows = Vec::new();
    for key in &KEYS {
        let (words, from) = match chosen(key, &raw, variables, written.as_ref())? {
            Some(chosen) => chosen,
            None => (key.default.iter().map(|word| (*word).to_owned()).collect(), From::Default),
        };
        if !matches!(from, From::Default | From::Flag(_)) {
            (key.put)(&mut raw, words.clone());
        }
        if key.name == "exclude" {
            raw.exclude_base = match &written {
                Some(written) if matches!(from, From::File(..)) => Some(written.folder.clone()),
                _ => None,
            };
        }
        rows.push(Row { name: key.name.to_owned(), value: held(key.shape, words), from });
    }
    let mut file = None;
    if let Some(written) = written {
        rows.extend(tables(&written));
        // Which Compose files there are, flags and variables say alone.
        if raw.compose_files.is_empty() {
            raw.compose_sets = written.sets.into_iter().map(|(set, _)| set).collect();
        }
        let name = written.name.clone();
        let place = |(word, at): (String, At)| (word, format!("{name}:{}:{}", at.line, at.column));
        raw.words = written.words.into_iter().map(place).collect();
        raw.tuning = written.tuning;
        file = Some(name);
    }
    Ok(Settled { raw, rows, file })
}

fn held(shape: Shape, words: Vec<String>) -> Held {
    match shape {
        Shape::Flag => Held::Flag(words.iter().any(|word| word == "true")),
        Shape::Word => words.into_iter().next().map_or(Held::Nothing, Held::Word),
        Shape::Words | Shape::Paths if words.is_empty() => Held::Nothing,
        Shape::Words | Shape::Paths => Held::Words(words),
    }
}

/// A variable of ours that nobody reads is most likely misspelt.
fn known(variables: &[(String, String)]) -> Result<(), Error> {
    let names = KEYS.iter().map(|key| key.variable);
    match variables.iter().find(|(name, _)| !names.clone().any(|known| known == name)) {
        None => Ok(()),
        Some((name, _)) => {
            let hint = suggestion(name, names.clone());
            Err(Error::with_help(
                format!("the variable {name} is no option{hint}"),
                format!("the variables are {}", names.collect::<Vec<_>>().join(", ")),
            ))
        }
    }
}

type Chosen = Option<(Vec<String>, From)>;

/// The words of an option, and who said them; `None` if nobody did.
fn chosen(key: &Key, raw: &Raw, variables: &[(String, String)], written: Option<&Written>) -> Result<Chosen, Error> {
    let flagged = (key.get)(raw);
    if !flagged.is_empty() {
        return Ok(Some((flagged, From::Flag(key.flag))));
    }
    if let Some((_, text)) = variables.iter().find(|(name, text)| name == key.variable && !text.is_empty()) {
        return Ok(Some((of_variable(key, text)?, From::Variable(key.variable))));
    }
    let Some(written) = written else { return Ok(None) };
    let value = written.values.iter().find(|(name, ..)| *name == key.name);
    Ok(value.map(|(_, words, at)| (words.clone(), From::File(written.name.clone(), *at))))
}

fn of_variable(key: &Key, text: &str) -> Result<Vec<String>, Error> {
    let words: Vec<String> = match key.shape {
        Shape::Word => vec![text.to_owned()],
        Shape::Words => text.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect(),
        Shape::Paths => std::env::split_paths(text).map(|path| path.to_string_lossy().into_owned()).collect(),
        Shape::Flag => match text {
            "true" | "1" => vec!["true".to_owned()],
            "false" | "0" => vec!["false".to_owned()],
            _ => return Err(Error::new(format!("{} is true or false, not \"{text}\"", key.variable))),
        },
    };
    for word in &words {
        (key.check)(word)
            .map_err(|error| Error { message: format!("{}: {}", key.variable, error.message), ..error })?;
    }
    Ok(words)
}

/// The rows of what only the file can say.
fn tables(written: &Written) -> Vec<Row> {
    let tuning = &written.tuning;
    let Some(source) = &tuning.source else { return Vec::new() };
    let row = |name: String, value: Held, span: crate::source::Span| {
        let position = source.position(span.start);
        let at = At { line: position.line, column: position.column };
        Row { name, value, from: From::File(written.name.clone(), at) }
    };
    let mut rows: Vec<Row> = Vec::new();
    for (set, at) in &written.sets {
        let texts = set.files.iter().chain(&set.env_files).map(|path| path.to_string_lossy().into_owned());
        let from = From::File(written.name.clone(), *at);
        rows.push(Row { name: "inputs.compose".to_owned(), value: Held::Words(texts.collect()), from });
    }
    for (name, span, on) in &tuning.packs {
        rows.push(row(format!("packs.{name}"), Held::Flag(*on), *span));
    }
    for (id, span, severity) in &tuning.severities {
        rows.push(row(format!("severity.{id}"), Held::Word(severity.word().to_owned()), *span));
    }
    for (table, list) in [("params", &tuning.params), ("facts", &tuning.facts)] {
        for tuned in list {
            let name = format!("{table}.{}.{}", tuned.of, tuned.name);
            rows.push(row(name, Held::Word(tuned.text.clone()), tuned.value_at));
        }
    }
    rows
}

/// The file of the audited paths: the nearest upwards from the folder that holds them all, up to
/// the root. Paths that are not there are told of elsewhere.
fn find(raw: &Raw) -> Result<Option<Written>, Error> {
    let named: Vec<PathBuf> = raw.paths.iter().filter(|path| *path != Path::new("-")).cloned().collect();
    let named = raw.near.clone().map_or(named, |near| vec![near]);
    let named = if named.is_empty() { raw.compose_files.clone() } else { named };
    let named = if named.is_empty() { vec![PathBuf::from(".")] } else { named };
    let Ok(root) = root::boundary(&named) else { return Ok(None) };
    let folders = named.iter().filter_map(|path| {
        let full = path.canonicalize().ok()?;
        if full.is_dir() { Some(full) } else { full.parent().map(Path::to_path_buf) }
    });
    let common = folders.reduce(|one, other| {
        one.components().zip(other.components()).take_while(|(a, b)| a == b).map(|(part, _)| part).collect()
    });
    let inside = common.iter().flat_map(|common| common.ancestors()).take_while(|folder| folder.starts_with(&root));
    let file = inside.map(|folder| folder.join(FILE)).find(|file| file.symlink_metadata().is_ok());
    let Some(file) = file else { return Ok(None) };
    let real = file.canonicalize().unwrap_or_else(|_| file.clone());
    if !real.starts_with(&root) {
        return Err(Error::new(format!("{} is a link that leads out of what is audited", super::shown(&file))));
    }
    written::read(&file, &root).map(Some)
}
