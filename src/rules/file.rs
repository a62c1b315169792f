//! Rule and pack files before they are compiled.

use super::error::Error;
use crate::source::{Problem, Severity, Source, SourceId, Sources};
use crate::syntax::{self, Limits, Node, Parsed, Syntax, yaml};
use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

/// A rule or pack file before it is compiled.
pub(super) struct File {
    /// The path under its `rules` folder, without the suffix.
    pub id: String,
    /// Its text without the examples, if they were left out.
    pub source: Arc<Source>,
    /// The number of that.
    pub number: SourceId,
    /// Its whole text.
    pub text: Cow<'static, str>,
    /// What the parser makes of the source's text, if that is known already.
    events: Option<&'static [u8]>,
    parsed: OnceLock<Parsed>,
}

impl File {
    /// A file, not read yet; `within` is its path below its `rules` folder.
    pub fn new(
        sources: &Sources,
        name: String,
        within: &str,
        text: &str,
        whole: Cow<'static, str>,
        events: Option<&'static [u8]>,
    ) -> Self {
        let id = sources.add(name, text);
        let stem = within.strip_suffix(".yaml").unwrap_or(within).to_owned();
        Self { id: stem, source: sources.get(id), number: id, text: whole, events, parsed: OnceLock::new() }
    }

    /// What is written in it.
    fn parsed(&self) -> &Parsed {
        self.parsed.get_or_init(|| match self.events {
            Some(events) => yaml::replay(self.number, self.source.expose(), events, &strict()),
            None => syntax::parse(Syntax::Yaml, self.number, self.source.expose(), &strict()),
        })
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
                crate::source::Place::Span(span) => Error::at(&self.source, *span, problem.message.clone()),
                crate::source::Place::Path(path) => Error::file(path.to_string(), problem.message.clone()),
            });
        }
        if errors.is_empty() && self.parsed().documents.len() != 1 {
            let message = "a rule file holds one document";
            errors.push(match self.parsed().documents.get(1) {
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
