//! Config files are read once for each stack, whoever mounts them.

use crate::appconfig::{self, Hole, Key, Single};
use crate::discovery::Workspace;
use crate::model::{Field, Held, State};
use crate::project::disk::{Disk, Found, Source};
use crate::source::{HOLE, Origin, OriginKind, Place, Problem, Reason, Severity, SourceId, Span, Text};
use crate::syntax::inside::{self, Places};
use crate::syntax::{Node, Parsed, Provenance, Syntax};
use hashbrown::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The keys of a config file.
#[derive(Debug, Clone)]
pub(super) struct Opened {
    /// Its keys.
    pub keys: Arc<Vec<Key>>,
    /// Where its text stands, if that is in another file.
    pub place: Option<Span>,
}

/// The config files of a stack that were read. Several containers may look into it at once.
pub(super) struct Shelf<'w> {
    workspace: &'w Workspace,
    read: Mutex<HashMap<(SourceId, u32, Syntax), Book>>,
    problems: Mutex<Vec<Problem>>,
}

/// What came of reading a config file.
struct Book {
    opened: Result<Opened, Reason>,
    problems: Vec<Problem>,
    /// Whether an app is known to read it, so that what is wrong with it hides something.
    needed: bool,
}

impl<'w> Shelf<'w> {
    pub fn new(workspace: &'w Workspace) -> Self {
        Self { workspace, read: Mutex::default(), problems: Mutex::default() }
    }

    /// What was wrong with what was read, in no order.
    pub fn into_problems(self) -> Vec<Problem> {
        let mut problems = self.problems.into_inner().unwrap_or_else(PoisonError::into_inner);
        for book in self.read.into_inner().unwrap_or_else(PoisonError::into_inner).into_values() {
            problems.extend(book.problems.into_iter().map(|problem| weighed(problem, book.needed)));
        }
        problems
    }

    /// The keys of a file. What is wrong with one that an app is known to read hides something.
    pub fn open(&self, content: &Source<'_>, syntax: Syntax, needed: bool) -> Result<Opened, Reason> {
        let key = match content {
            Source::File(path) => match self.workspace.open(path) {
                Ok(source) => (source, u32::MAX, syntax),
                Err(error) => {
                    let message = format!("this config file {}, so what it sets is not known", error.phrase());
                    self.tell(weighed(Problem::error(path.as_str(), message), needed));
                    return Err(Reason::MissingFile { path: path.as_str().into() });
                }
            },
            Source::Written(node) => (node.span.source, node.span.start, syntax),
            Source::Coded(_, at) => (at.source, at.start, syntax),
            Source::Unknown(reason) => return Err((*reason).clone()),
        };
        // Whoever comes while a file is being read waits for it: it is told once, whoever is first.
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let book = read.entry(key).or_insert_with(|| {
            let mut problems = Vec::new();
            let opened = self.fresh(content, syntax, &mut problems);
            Book { opened, problems, needed }
        });
        book.needed |= needed;
        book.opened.clone()
    }

    fn fresh(&self, content: &Source<'_>, syntax: Syntax, problems: &mut Vec<Problem>) -> Result<Opened, Reason> {
        let limits = self.workspace.limits();
        let mut hole = None;
        let (parsed, place): (Arc<Parsed>, Option<Span>) = match content {
            Source::File(path) => {
                let parsed = self.workspace.parse(path, syntax);
                (parsed.map_err(|_| Reason::MissingFile { path: path.as_str().into() })?, None)
            }
            Source::Written(node) => {
                let unknown = node.provenance.as_ref().and_then(|provenance| provenance.unknown.clone());
                hole = unknown.map(|reason| Hole { mark: HOLE, reason });
                let source = self.workspace.sources.get(node.span.source);
                (Arc::new(inside::read(syntax, node, source.expose(), limits)), Some(node.span))
            }
            Source::Coded(text, at) => {
                (Arc::new(inside::read_text(syntax, text.expose(), &Places::whole(*at), limits)), Some(*at))
            }
            Source::Unknown(reason) => return Err((*reason).clone()),
        };
        let broken = parsed.problems.iter().any(|problem| problem.severity == Severity::Error);
        problems.extend(parsed.problems.iter().cloned());
        if broken && parsed.documents.is_empty() {
            return Err(Reason::Malformed { expected: "a config file that can be read".into() });
        }
        let (mut keys, whole) = appconfig::keys(&parsed, syntax, hole.as_ref());
        if let Some(at) = parsed.documents.first().map(|document| document.root.span).filter(|_| !whole) {
            self.too_many(at, appconfig::keys::MOST);
        }
        if let Source::Written(node) = content {
            self.variables(node, &mut keys);
        }
        Ok(Opened { keys: Arc::new(keys), place })
    }

    /// Gives the keys whose text is written with variables the ways of those variables.
    fn variables(&self, node: &Node, keys: &mut [Key]) {
        let Some(provenance) = node.provenance.as_ref().filter(|provenance| !provenance.origins.is_empty()) else {
            return;
        };
        let source = self.workspace.sources.get(node.span.source);
        for key in keys {
            let Some(at) = key.value.at else { continue };
            let written = source.slice(at);
            if at == node.span || !written.contains('$') {
                continue;
            }
            let named = |origin: &&Origin| {
                let inside = origin.span.is_some_and(|span| at.covers(span));
                inside || origin.name.as_deref().is_some_and(|name| mentions(written, name))
            };
            let origins = provenance.origins.iter().filter(named).cloned().map(|origin| match origin.span {
                // The whole text stands for what cannot be placed in it.
                Some(span) if span.covers(node.span) => Origin { span: Some(at), ..origin },
                _ => origin,
            });
            let origins: Vec<Origin> = origins.collect();
            let unknown = key.value.reason().cloned();
            key.value.provenance = Some(Arc::new(Provenance { origins, unknown }));
        }
    }

    fn tell(&self, problem: Problem) {
        self.problems.lock().unwrap_or_else(PoisonError::into_inner).push(problem);
    }

    /// Tells that more is written than is read.
    pub fn too_many(&self, at: Span, most: usize) {
        let message = format!("config files set more than {most} values here, of which the rest was not read");
        self.tell(Problem::error(Place::Span(at), message));
    }
}

/// What is wrong with a file that nobody is known to read is worth a warning.
fn weighed(problem: Problem, needed: bool) -> Problem {
    let severity = if needed { problem.severity } else { Severity::Warning };
    Problem { severity, ..problem }
}

/// Whether a text refers to a variable.
fn mentions(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let before = text.get(..at).unwrap_or_default();
        let after = text.get(at + name.len()..).and_then(|rest| rest.chars().next());
        before.ends_with(['$', '{']) && !after.is_some_and(|next| next.is_ascii_alphanumeric() || next == '_')
    })
}

/// The whole text of a file that holds one value, used at `at`.
pub(super) fn whole(content: &Source<'_>, workspace: &Workspace, kind: OriginKind, at: Span) -> Field<Text> {
    let (state, span): (State<Text>, Option<Span>) = match content {
        Source::File(path) => match workspace.open(path) {
            Ok(id) => {
                let source = workspace.sources.get(id);
                let text = source.expose();
                (
                    State::Set(Text::from(text.trim_end_matches(['\n', '\r']))),
                    Some(Span::new(id, 0, text.trim_end().len())),
                )
            }
            Err(_) => (State::Unknown(Reason::MissingFile { path: path.as_str().into() }), None),
        },
        Source::Written(node) => {
            let unknown = node.provenance.as_ref().and_then(|provenance| provenance.unknown.clone());
            let text = node.text().unwrap_or_default().trim_end_matches(['\n', '\r']);
            (unknown.map_or_else(|| State::Set(Text::from(text)), State::Unknown), Some(node.span))
        }
        Source::Coded(text, span) => {
            (State::Set(Text::from(text.expose().trim_end_matches(['\n', '\r']))), Some(*span))
        }
        Source::Unknown(reason) => (State::Unknown((*reason).clone()), None),
    };
    let origins = span.map(|span| Origin::at(kind, span)).into_iter().collect();
    let unknown = match &state {
        State::Unknown(reason) => Some(reason.clone()),
        State::Set(_) | State::Absent => None,
    };
    Field { state, at: Some(at), provenance: Some(Arc::new(Provenance { origins, unknown })) }
}

/// The keys of a file as its app reads them: those of some of its sections under their own names, a
/// key with a dot as one that is not nested.
pub(super) fn own_keys(opened: &Opened, sections: &[String], split_dots: bool) -> Arc<Vec<Key>> {
    if sections.is_empty() && (split_dots || !opened.keys.iter().any(|key| key.dotted)) {
        return Arc::clone(&opened.keys);
    }
    let keys = opened.keys.iter().filter_map(|key| {
        let mut names =
            sections.iter().filter_map(|section| key.name.strip_prefix(section.as_str())?.strip_prefix('.'));
        let name = if sections.is_empty() { Some(key.name.as_str()) } else { names.next() };
        let spelled = |name: &str| if key.dotted && !split_dots { format!("\"{name}\"") } else { name.to_owned() };
        name.map(|name| Key { name: spelled(name), ..key.clone() })
    });
    Arc::new(keys.collect())
}

/// The whole text of a file with a single value.
pub(super) fn single(disk: &Disk<'_>, workspace: &Workspace, path: &str) -> Option<Single> {
    match disk.find(path) {
        Found::Nothing => None,
        Found::Hidden(reason, at) => Some(Single { value: Field::unknown(reason, at), held: Held::Secret }),
        Found::File { content, kind, held, at } => {
            let value = whole(&content, workspace, kind, at);
            Some(Single { value, held })
        }
    }
}
