//! Rule and pack files before they are compiled.

use super::error::Error;
use crate::source::{Problem, Severity, Source, SourceId, Sources};
use crate::syntax::{self, Limits, Node, Parsed, Syntax, yaml};
use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

/// A text that is built in or was read.
pub(super) type Words = Cow<'static, str>;

/// A rule or pack file before it is compiled.
pub(super) struct File {
    /// The path under its `rules` folder, without the suffix.
    pub id: Words,
    /// Its whole text.
    pub text: Words,
    /// Its text without the examples, if they were left out.
    head: Words,
    /// What the parser makes of the head, if that is known already.
    events: Option<&'static [u8]>,
    /// The part of that by which a pack's apps are recognised.
    outline: Option<&'static [u8]>,
    sources: Arc<Sources>,
    /// Where it is, if not in the `rules` folder that is built in.
    path: Option<String>,
    registered: OnceLock<(SourceId, Arc<Source>)>,
    parsed: OnceLock<Parsed>,
    outlined: OnceLock<Parsed>,
}

impl File {
    /// A file of a folder, not read yet; `within` is its path below its `rules` folder.
    pub fn new(sources: &Arc<Sources>, path: String, within: &str, text: String) -> Self {
        let id = within.strip_suffix(SUFFIX).unwrap_or(within).to_owned().into();
        let text = Words::from(text);
        Self::made(sources, Some(path), id, text.clone(), text)
    }

    /// A file that is built in, not read yet: its path under `rules/`, its whole text and that without the
    /// examples, and what the parser makes of the latter.
    pub fn embedded(
        sources: &Arc<Sources>,
        path: &'static str,
        [text, head]: [&'static str; 2],
        [events, outline]: [Option<&'static [u8]>; 2],
    ) -> Self {
        let id = path.strip_suffix(SUFFIX).unwrap_or(path).into();
        Self { events, outline, ..Self::made(sources, None, id, text.into(), head.into()) }
    }

    fn made(sources: &Arc<Sources>, path: Option<String>, id: Words, text: Words, head: Words) -> Self {
        Self {
            id,
            text,
            head,
            events: None,
            outline: None,
            sources: Arc::clone(sources),
            path,
            registered: OnceLock::new(),
            parsed: OnceLock::new(),
            outlined: OnceLock::new(),
        }
    }

    fn registered(&self) -> &(SourceId, Arc<Source>) {
        self.registered.get_or_init(|| {
            let built_in = || format!("rules/{}{SUFFIX}", self.id);
            let id = self.sources.add(self.path.clone().unwrap_or_else(built_in), &*self.head);
            (id, self.sources.get(id))
        })
    }

    /// Its text without the examples, if they were left out.
    pub fn source(&self) -> &Source {
        &self.registered().1
    }

    /// The number of [`File::source`].
    pub fn number(&self) -> SourceId {
        self.registered().0
    }

    /// What is written in it.
    fn parsed(&self) -> &Parsed {
        self.parsed.get_or_init(|| match self.events {
            Some(events) => yaml::replay(self.number(), self.source().expose(), events, &strict()),
            None => syntax::parse(Syntax::Yaml, self.number(), self.source().expose(), &strict()),
        })
    }

    /// What of a pack is known before one of its apps is recognised, if that can be told by itself.
    pub fn outline(&self) -> Option<&Node> {
        let events = self.outline?;
        let replayed = || yaml::replay(self.number(), self.source().expose(), events, &strict());
        self.outlined.get_or_init(replayed).documents.first().map(|document| &document.root)
    }

    /// Whether it is a pack and no rule.
    pub fn is_pack(&self) -> bool {
        self.id == "pack" || self.id.ends_with("/pack")
    }

    /// The pack that it belongs to: the first segment of its path.
    pub fn pack(&self) -> &str {
        self.id.split('/').next().unwrap_or_default()
    }

    /// Its content, if it can be read.
    pub fn root(&self) -> Option<&Node> {
        let root = self.parsed().documents.first().map(|document| &document.root);
        root.filter(|_| self.parsed().documents.len() == 1 && !self.parsed().problems.iter().any(is_error))
    }

    /// What keeps the file from being read at all.
    pub fn broken(&self) -> Vec<Error> {
        let mut errors = Vec::new();
        for problem in self.parsed().problems.iter().filter(|problem| is_error(problem)) {
            errors.push(match &problem.place {
                crate::source::Place::Span(span) => Error::at(self.source(), *span, problem.message.clone()),
                crate::source::Place::Path(path) => Error::file(path.to_string(), problem.message.clone()),
            });
        }
        if errors.is_empty() && self.parsed().documents.len() != 1 {
            let message = "a rule file holds one document";
            errors.push(match self.parsed().documents.get(1) {
                Some(second) => Error::at(self.source(), second.root.span, message),
                None => Error::file(self.source().name.to_string(), message),
            });
        }
        errors
    }
}

const SUFFIX: &str = ".yaml";

/// How rule files are read: a key that is there twice is a mistake.
fn strict() -> Limits {
    Limits { duplicate_keys: Severity::Error, ..Limits::default() }
}

fn is_error(problem: &Problem) -> bool {
    problem.severity == Severity::Error
}
