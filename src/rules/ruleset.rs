//! All rules and packs of a run.

use super::compile::Defines;
use super::error::Error;
use super::meta::Meta;
use super::pack::{self, Pack};
use super::read;
use super::rule::Rule;
use crate::source::nearest::suggestion;
use crate::source::{Problem, Severity, Source, Sources};
use crate::syntax::{self, Limits, Node, Parsed, Syntax};
use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A file of the packs that are built in.
struct Embedded {
    /// Its path under `rules/`.
    path: &'static str,
    /// Its text without the examples.
    head: &'static str,
    /// Its whole text.
    whole: &'static str,
}

const EMBEDDED: &[Embedded] = include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// All rules and packs of a run, checked.
#[derive(Default)]
pub struct Ruleset {
    /// By id.
    pub rules: Vec<Rule>,
    /// By name.
    pub packs: Vec<Pack>,
}

/// A rule or pack file before it is compiled.
struct File {
    /// The path under its `rules` folder, without the suffix.
    id: String,
    source: Arc<Source>,
    text: Arc<str>,
    parsed: Parsed,
}

/// The pack whose named predicates are seen by all others.
const SHARED: &str = "core";

/// The named predicates that the files of each pack see: its own, then the shared ones.
fn defines(files: &[File]) -> BTreeMap<&str, Defines<'_>> {
    let mut seen: BTreeMap<&str, Defines<'_>> = BTreeMap::new();
    for file in files.iter().filter(|file| file.is_pack()) {
        let own = seen.entry(file.pack()).or_default();
        for entry in file.root().and_then(|root| root.get("define")).map_or(&[][..], Node::entries) {
            own.entry(entry.name().to_owned()).or_insert((&*file.source, &entry.value));
        }
    }
    let shared = seen.get(SHARED).cloned().unwrap_or_default();
    for own in seen.values_mut() {
        for (name, define) in &shared {
            own.entry(name.clone()).or_insert(*define);
        }
    }
    seen
}

impl Ruleset {
    /// The rules that are built in.
    ///
    /// # Errors
    /// Every mistake in them; the tests see to it that there is none.
    pub fn builtin() -> Result<Self, Vec<Error>> {
        Self::load(&[])
    }

    /// The rules that are built in and those of folders.
    ///
    /// # Errors
    /// Every mistake in any file, in the order of the files.
    pub fn load(folders: &[PathBuf]) -> Result<Self, Vec<Error>> {
        let sources = Sources::new();
        let mut files: Vec<File> = EMBEDDED
            .iter()
            .map(|file| File::parse(&sources, format!("rules/{}", file.path), file.path, file.head, file.whole.into()))
            .collect();
        let mut errors = Vec::new();
        for folder in folders {
            match collect(folder) {
                Ok(found) if found.is_empty() => {
                    errors.push(Error::file(folder.to_string_lossy(), "there is no rule file (.yaml) in this folder"));
                }
                Ok(found) => {
                    for (path, text) in found {
                        let name = path.to_string_lossy().replace('\\', "/");
                        let within = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().replace('\\', "/");
                        let file = File::parse(&sources, name, &within, &text, text.as_str().into());
                        // A copy of what is built in, as in a clone of this repository, takes its place.
                        files.retain(|known| known.id != file.id || known.text != file.text);
                        files.push(file);
                    }
                }
                Err(error) => errors.push(Error::file(folder.to_string_lossy(), format!("cannot be read: {error}"))),
            }
        }
        Self::compile(&files, errors)
    }

    /// Compiles one rule that is nowhere on disk, beside those that are built in.
    ///
    /// # Errors
    /// Every mistake in it.
    pub fn with(path: &str, text: &str) -> Result<Self, Vec<Error>> {
        let sources = Sources::new();
        let builtin = EMBEDDED
            .iter()
            .map(|file| File::parse(&sources, format!("rules/{}", file.path), file.path, file.head, file.whole.into()));
        let mut files: Vec<File> = builtin.collect();
        files.push(File::parse(&sources, format!("rules/{path}"), path, text, text.into()));
        Self::compile(&files, Vec::new())
    }

    fn compile(files: &[File], mut errors: Vec<Error>) -> Result<Self, Vec<Error>> {
        let seen = defines(files);
        let nothing = Defines::new();
        let mut ruleset = Self::default();
        for file in files {
            errors.extend(file.broken());
            let Some(root) = file.root() else { continue };
            let defines = seen.get(file.pack()).or_else(|| seen.get(SHARED)).unwrap_or(&nothing);
            if file.is_pack() {
                let name = file.id.strip_suffix("/pack").unwrap_or(&file.id);
                match pack::pack(&file.source, root, name, defines) {
                    Ok(pack) => ruleset.packs.push(pack),
                    Err(mut found) => errors.append(&mut found),
                }
                continue;
            }
            match read::rule(&file.source, root, &file.id, Arc::clone(&file.text), defines) {
                Ok(rule) => ruleset.rules.push(rule),
                Err(mut found) => errors.append(&mut found),
            }
        }
        ruleset.rules.sort_by(|one, other| one.meta.id.cmp(&other.meta.id));
        for pair in ruleset.rules.windows(2) {
            if let [one, other] = pair
                && one.meta.id == other.meta.id
            {
                let message = format!("the rule \"{}\" is already in {}; give it another name", one.meta.id, one.file);
                errors.push(Error::file(other.file.as_str(), message));
            }
        }
        for (index, pack) in ruleset.packs.iter().enumerate() {
            if let Some(known) = ruleset.packs.iter().take(index).find(|known| known.name == pack.name) {
                let message = format!("the pack \"{}\" is already in {}; give it another name", pack.name, known.file);
                errors.push(Error::file(pack.file.as_str(), message));
            }
        }
        // A mistake in a predicate shows wherever it is used, and is told once.
        let mut told = HashSet::new();
        errors.retain(|error| told.insert(error.clone()));
        if errors.is_empty() { Ok(ruleset) } else { Err(errors) }
    }

    /// What every rule says about itself, by id.
    pub fn metas(&self) -> impl Iterator<Item = &Arc<Meta>> + Clone {
        self.rules.iter().map(|rule| &rule.meta)
    }

    /// Leaves out the rules that are not wanted.
    pub fn retain(&mut self, wanted: impl Fn(&Meta) -> bool) {
        self.rules.retain(|rule| wanted(&rule.meta));
    }

    /// The rule of an id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.meta.id == id)
    }

    /// `; did you mean "..."?` for an id that is not there, or nothing.
    #[must_use]
    pub fn nearest(&self, id: &str) -> String {
        suggestion(id, self.rules.iter().map(|rule| rule.meta.id.as_str()))
    }
}

impl File {
    fn parse(sources: &Sources, name: String, within: &str, text: &str, whole: Arc<str>) -> Self {
        let id = sources.add(name, text);
        let parsed = syntax::parse(Syntax::Yaml, id, text, &strict());
        let stem = within.strip_suffix(".yaml").unwrap_or(within).to_owned();
        Self { id: stem, source: sources.get(id), text: whole, parsed }
    }

    fn is_pack(&self) -> bool {
        self.id == "pack" || self.id.ends_with("/pack")
    }

    /// The pack that it belongs to: the first segment of its path.
    fn pack(&self) -> &str {
        self.id.split('/').next().unwrap_or_default()
    }

    /// Its content, if it can be read.
    fn root(&self) -> Option<&Node> {
        let root = self.parsed.documents.first().map(|document| &document.root);
        root.filter(|_| self.parsed.documents.len() == 1 && !self.parsed.problems.iter().any(is_error))
    }

    /// What keeps the file from being read at all.
    fn broken(&self) -> Vec<Error> {
        let mut errors = Vec::new();
        for problem in self.parsed.problems.iter().filter(|problem| is_error(problem)) {
            errors.push(match &problem.place {
                crate::source::Place::Span(span) => Error::at(&self.source, *span, problem.message.clone()),
                crate::source::Place::Path(path) => Error::file(path.to_string(), problem.message.clone()),
            });
        }
        if errors.is_empty() && self.parsed.documents.len() != 1 {
            let message = "a rule file holds one document";
            errors.push(match self.parsed.documents.get(1) {
                Some(second) => Error::at(&self.source, second.root.span, message),
                None => Error::file(self.source.name.to_string(), message),
            });
        }
        errors
    }
}

/// How rule files are read: a key that is there twice is a mistake.
fn strict() -> Limits {
    Limits { duplicate_keys: Severity::Error, ..Limits::default() }
}

fn is_error(problem: &Problem) -> bool {
    problem.severity == Severity::Error
}

/// The rule files below a folder, in the order of their paths.
fn collect(folder: &Path) -> std::io::Result<Vec<(PathBuf, String)>> {
    let mut files = Vec::new();
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let entry = entry?;
        if entry.file_type().is_file() && entry.path().extension().is_some_and(|end| end == "yaml") {
            files.push((entry.path().to_path_buf(), std::fs::read_to_string(entry.path())?));
        }
    }
    Ok(files)
}
