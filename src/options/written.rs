//! `seaworthy.toml` as it is written, checked: every key known, every value of its type, every path
//! inside of the root.

use super::Error;
use super::keys::{KEYS, Key, Shape};
use crate::project::ComposeSet;
use crate::rules::{Severity, Tuned, Tuning};
use crate::source::nearest::{one_of, suggestion};
use crate::source::{Place, Problem, Source, Sources, Span};
use crate::syntax::{self, Limits, Node, Style, Syntax, Value};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The name of the file.
pub const FILE: &str = "seaworthy.toml";

/// The most bytes of it that are read.
const BYTES: u64 = 1 << 20;

/// The keys beside those of the table that flags and variables share.
const TABLES: [&str; 5] = ["packs", "severity", "params", "facts", "inputs"];

/// A place in the file, both from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct At {
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
}

/// What the file says.
pub(super) struct Written {
    /// Its path as it is shown.
    pub name: String,
    /// Its canonical folder, which patterns are relative to.
    pub folder: PathBuf,
    /// The options that flags and variables can give too.
    pub values: Vec<(&'static str, Vec<String>, At)>,
    /// Each word of `select` and `ignore` with its place.
    pub words: Vec<(String, At)>,
    /// Compose files that form projects.
    pub sets: Vec<(ComposeSet, At)>,
    /// What is said of rules and packs.
    pub tuning: Tuning,
}

/// Reads the file at a canonical path inside the canonical `root`.
///
/// # Errors
/// Every mistake in it, each with its place.
pub(super) fn read(path: &Path, root: &Path) -> Result<Written, Error> {
    let name = super::shown(path);
    let cannot = |why: &str| Error::new(format!("{name} {why}"));
    let metadata = path.metadata().map_err(|error| cannot(&format!("cannot be read ({})", error.kind())))?;
    if !metadata.is_file() || metadata.len() > BYTES {
        return Err(cannot("is no file with options: it is no regular file, or larger than 1 MiB"));
    }
    let bytes = std::fs::read(path).map_err(|error| cannot(&format!("cannot be read ({})", error.kind())))?;
    let text = String::from_utf8(bytes).map_err(|_| cannot("is not UTF-8"))?;
    let sources = Sources::new();
    let id = sources.add(name.as_str(), text.as_str());
    let source = sources.get(id);
    let parsed = syntax::parse(Syntax::Toml, id, &text, &Limits::default());
    let folder = path.parent().unwrap_or(root).to_path_buf();
    let tuning = Tuning { source: Some(Arc::clone(&source)), ..Tuning::default() };
    let (values, words, sets) = (Vec::new(), Vec::new(), Vec::new());
    let written = Written { name, folder, values, words, sets, tuning };
    let mut reader = Reader { source, root, written, mistakes: Vec::new() };
    parsed.problems.iter().for_each(|problem| reader.problem(problem));
    if let Some(document) = parsed.documents.first().filter(|_| reader.mistakes.is_empty()) {
        reader.options(&document.root);
    }
    if reader.mistakes.is_empty() {
        return Ok(reader.written);
    }
    reader.mistakes.sort_by_key(|(at, _)| *at);
    Err(Error::list(reader.mistakes.into_iter().map(|(_, message)| message)))
}

struct Reader<'r> {
    source: Arc<Source>,
    root: &'r Path,
    written: Written,
    mistakes: Vec<(u32, String)>,
}

impl Reader<'_> {
    fn at(&self, span: Span) -> At {
        let position = self.source.position(span.start);
        At { line: position.line, column: position.column }
    }

    fn mistake(&mut self, span: Span, message: impl std::fmt::Display) {
        let At { line, column } = self.at(span);
        self.mistakes.push((span.start, format!("{}:{line}:{column}: error: {message}", self.written.name)));
    }

    fn problem(&mut self, problem: &Problem) {
        let span = match problem.place {
            Place::Span(span) => span,
            Place::Path(_) => Span::new(crate::source::SourceId(0), 0, 0),
        };
        self.mistake(span, &problem.message);
    }

    fn options(&mut self, root: &Node) {
        for entry in root.entries() {
            let (name, node) = (entry.name(), &entry.value);
            match name {
                "packs" => self.packs(node),
                "severity" => self.severities(node),
                "params" => self.tuned(node, "params", "a rule", |tuning| &mut tuning.params),
                "facts" => self.tuned(node, "facts", "a pack", |tuning| &mut tuning.facts),
                "inputs" => self.inputs(node),
                _ => match in_file().find(|key| key.name == name) {
                    Some(key) => self.value(key, node),
                    None => {
                        let known = in_file().map(|key| key.name).filter(|name| !name.contains('.')).chain(TABLES);
                        self.unknown(entry.key.span, name, "the options", known.collect());
                    }
                },
            }
        }
    }

    fn unknown(&mut self, at: Span, name: &str, place: &str, known: Vec<&str>) {
        let hint = one_of(name, &known);
        self.mistake(at, format!("unknown key \"{name}\" in {place}{hint}"));
    }

    fn inputs(&mut self, node: &Node) {
        if !self.is_table(node, "inputs") {
            return;
        }
        let own = |key: &&Key| key.name.strip_prefix("inputs.").is_some();
        for entry in node.entries() {
            let name = entry.name();
            if name == "compose" {
                self.sets(&entry.value);
            } else if let Some(key) = in_file().filter(own).find(|key| key.name.strip_prefix("inputs.") == Some(name)) {
                self.value(key, &entry.value);
            } else {
                let known = in_file().filter_map(|key| key.name.strip_prefix("inputs.")).chain(["compose"]);
                self.unknown(entry.key.span, name, "inputs", known.collect());
            }
        }
    }

    /// One of the options that flags give too.
    fn value(&mut self, key: &'static Key, node: &Node) {
        let name = key.name;
        let words: Option<Vec<(String, Span)>> = match key.shape {
            Shape::Word => self.text(node, name).map(|word| vec![(word, node.span)]),
            Shape::Flag => self.flag(node, name).map(|flag| vec![(flag.to_string(), node.span)]),
            Shape::Words => self.texts(node, name),
            Shape::Paths => self.paths(node, name),
        };
        let Some(words) = words else { return };
        for (word, span) in &words {
            if let Err(error) = (key.check)(word) {
                // One that says what was meant needs no list of what there is.
                let help = error.help.filter(|_| !error.message.contains("did you mean"));
                let help = help.map(|help| format!("; {help}")).unwrap_or_default();
                self.mistake(*span, format!("{}{help}", error.message));
            }
            if matches!(name, "select" | "ignore") {
                let at = self.at(*span);
                self.written.words.push((word.clone(), at));
            }
        }
        let at = self.at(node.span);
        self.written.values.push((name, words.into_iter().map(|(word, _)| word).collect(), at));
    }

    fn packs(&mut self, node: &Node) {
        if !self.is_table(node, "packs") {
            return;
        }
        for entry in node.entries() {
            if let Some(on) = self.flag(&entry.value, entry.name()) {
                self.written.tuning.packs.push((entry.name().to_owned(), entry.key.span, on));
            }
        }
    }

    fn severities(&mut self, node: &Node) {
        if !self.is_table(node, "severity") {
            return;
        }
        for entry in node.entries() {
            let Some(word) = self.text(&entry.value, entry.name()) else { continue };
            match Severity::parse(&word) {
                Some(severity) => {
                    self.written.tuning.severities.push((entry.name().to_owned(), entry.key.span, severity));
                }
                None => {
                    let hint = one_of(&word, &Severity::ALL.map(Severity::word));
                    self.mistake(entry.value.span, format!("\"{word}\" is no severity{hint}"));
                }
            }
        }
    }

    /// Tables of values, one for each rule or pack.
    fn tuned(&mut self, node: &Node, name: &str, of: &str, list: fn(&mut Tuning) -> &mut Vec<Tuned>) {
        if !self.is_table(node, name) {
            return;
        }
        for owner in node.entries() {
            if owner.value.as_mapping().is_none() {
                let message = format!("{name} are given in a table for each: [{name}.\"{}\"]", owner.name());
                self.mistake(owner.key.span, format!("\"{}\" is to be {of}; {message}", owner.name()));
                continue;
            }
            for entry in owner.value.entries() {
                let Some(text) = entry.value.text() else {
                    self.mistake(
                        entry.value.span,
                        format!("\"{}\" is one value, no {}", entry.name(), entry.value.describe()),
                    );
                    continue;
                };
                list(&mut self.written.tuning).push(Tuned {
                    of: owner.name().to_owned(),
                    of_at: owner.key.span,
                    name: entry.name().to_owned(),
                    at: entry.key.span,
                    text: text.to_owned(),
                    value_at: entry.value.span,
                });
            }
        }
    }

    /// `[[inputs.compose]]`.
    fn sets(&mut self, node: &Node) {
        if !matches!(node.value, Value::Sequence(_)) || node.items().iter().any(|item| item.as_mapping().is_none()) {
            self.mistake(node.span, "\"compose\" is a list of tables; write [[inputs.compose]] above each");
            return;
        }
        for item in node.items() {
            let mut set = ComposeSet::default();
            for entry in item.entries() {
                let list = match entry.name() {
                    "files" => &mut set.files,
                    "env-files" => &mut set.env_files,
                    name => {
                        self.unknown(entry.key.span, name, "inputs.compose", vec!["files", "env-files"]);
                        continue;
                    }
                };
                let Some(paths) = self.paths(&entry.value, entry.name()) else { continue };
                for (path, span) in paths {
                    if let Err(error) = super::named::named(Path::new(&path), super::named::Wanted::File, &[]) {
                        self.mistake(span, error.message);
                    }
                    list.push(PathBuf::from(path));
                }
            }
            if set.files.is_empty() {
                self.mistake(item.span, "a Compose project needs files: files = [\"compose.yaml\"]");
            }
            let at = self.at(item.span);
            self.written.sets.push((set, at));
        }
    }

    fn is_table(&mut self, node: &Node, name: &str) -> bool {
        let is_table = node.as_mapping().is_some();
        if !is_table {
            self.mistake(node.span, format!("\"{name}\" is a table; write [{name}] above its keys"));
        }
        is_table
    }

    fn text(&mut self, node: &Node, name: &str) -> Option<String> {
        match node.as_scalar() {
            Some(scalar) if scalar.style == Style::Quoted => node.text().map(str::to_owned),
            _ => {
                self.mistake(node.span, format!("\"{name}\" is text; write it in quotes"));
                None
            }
        }
    }

    fn flag(&mut self, node: &Node, name: &str) -> Option<bool> {
        let plain = node.as_scalar().is_some_and(|scalar| scalar.style == Style::Plain);
        match node.text().filter(|_| plain) {
            Some("true") => Some(true),
            Some("false") => Some(false),
            _ => {
                self.mistake(node.span, format!("\"{name}\" is true or false, without quotes"));
                None
            }
        }
    }

    fn texts(&mut self, node: &Node, name: &str) -> Option<Vec<(String, Span)>> {
        let is_text = |item: &Node| item.as_scalar().is_some_and(|scalar| scalar.style == Style::Quoted);
        match &node.value {
            Value::Sequence(items) if items.iter().all(is_text) => {
                let text = |item: &Node| (item.text().unwrap_or_default().to_owned(), item.span);
                Some(items.iter().map(text).collect())
            }
            _ => {
                self.mistake(node.span, format!("\"{name}\" is a list of texts; write it like {name} = [\"...\"]"));
                None
            }
        }
    }

    /// Paths, which are relative to the file's folder, as they are from here. One that leads out of
    /// the root is a mistake: only the command line may name such a thing.
    fn paths(&mut self, node: &Node, name: &str) -> Option<Vec<(String, Span)>> {
        let texts = self.texts(node, name)?;
        let mut paths = Vec::new();
        for (text, span) in texts {
            let full = self.written.folder.join(&text);
            match full.canonicalize() {
                Ok(real) if !real.starts_with(self.root) => {
                    let message = format!("\"{text}\" leads out of what is audited; name it on the command line");
                    self.mistake(span, message);
                }
                Ok(real) => paths.push((super::shown(&real), span)),
                Err(_) => {
                    let names = neighbours(&full);
                    let wanted = full.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                    let hint = suggestion(&wanted, names.iter().map(String::as_str));
                    self.mistake(span, format!("there is no file or folder \"{text}\"{hint}"));
                }
            }
        }
        Some(paths)
    }
}

/// The options that the file may give.
fn in_file() -> impl Iterator<Item = &'static Key> {
    KEYS.iter().filter(|key| key.in_file)
}

/// The names in the folder of a path.
fn neighbours(path: &Path) -> Vec<String> {
    let entries = path.parent().and_then(|folder| std::fs::read_dir(folder).ok());
    let names = entries.into_iter().flatten().flatten().take(10_000);
    names.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}
