//! From bytes to lines: where a finding points, ready to be shown.

use super::redact::{Line, Redactor};
use super::{Role, Site};
use crate::source::{Origin, OriginKind, Place, Position, Source, SourceId, Sources, Span};
use rayon::prelude::*;
use std::borrow::Cow;
use std::sync::Arc;

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The path relative to the root, with `/`.
    pub file: Arc<str>,
    /// Where it begins.
    pub start: Position,
    /// Where it ends: the position behind the last character.
    pub end: Position,
    /// What it has to do with the finding.
    pub role: Role,
    /// What is there, in words.
    pub note: Option<String>,
    /// The line, redacted; `None` if excerpts were not asked for or there is no such line.
    pub line: Option<Box<Line>>,
}

/// Turns spans into locations.
#[derive(Debug)]
pub struct Locator<'s> {
    redactor: &'s Redactor<'s>,
    /// Whether lines are shown along with their numbers.
    excerpts: bool,
    /// Every source with its name as it is shown, so that no finding has to ask for them.
    sources: Vec<(Arc<Source>, Arc<str>)>,
    store: &'s Sources,
}

impl<'s> Locator<'s> {
    /// A locator for all sources there are by now.
    #[must_use]
    pub fn new(sources: &'s Sources, redactor: &'s Redactor<'s>, excerpts: bool) -> Self {
        let named = |(_, source): (SourceId, Arc<Source>)| {
            let name = redactor.text(&source.name).into();
            (source, name)
        };
        let named = sources.all().into_par_iter().map(named).collect();
        Self { redactor, excerpts, sources: named, store: sources }
    }

    /// The names of all sources as they are shown; locations share them.
    pub fn names(&self) -> impl Iterator<Item = &Arc<str>> {
        self.sources.iter().map(|(_, name)| name)
    }

    fn source(&self, id: SourceId) -> Cow<'_, (Arc<Source>, Arc<str>)> {
        let known = self.sources.get(id.0 as usize).map(Cow::Borrowed);
        known.unwrap_or_else(|| {
            let source = self.store.get(id);
            let name = self.redactor.text(&source.name).into();
            Cow::Owned((source, name))
        })
    }

    /// The locations of a finding's sites, in their order and each once.
    #[must_use]
    pub fn locate(&self, sites: &[Site]) -> Vec<Location> {
        let mut locations: Vec<Location> = Vec::with_capacity(sites.len());
        for site in sites {
            self.site(site, |location| {
                let same = |have: &Location| have.file == location.file && have.start == location.start;
                if !locations.iter().any(same) {
                    locations.push(location);
                }
            });
        }
        locations
    }

    /// A site of a file is one location. A site of a rendered text becomes the places that the
    /// text came from; the first of them takes the site's role.
    fn site(&self, site: &Site, mut add: impl FnMut(Location)) {
        let note = site.note.clone().or_else(|| site.kind.and_then(kind_note));
        let known = self.source(site.span.source);
        let (source, _) = &*known;
        let chain = source.origins.as_ref().and_then(|origins| origins.chain(site.span.start));
        let steps: Vec<&Origin> =
            chain.into_iter().flat_map(|chain| chain.iter()).filter(|step| step.span.is_some()).collect();
        if steps.is_empty() {
            return add(self.location(site.span, site.role, note));
        }
        for (index, step) in steps.into_iter().enumerate() {
            let Some(span) = step.span else { continue };
            let role = if index == 0 { site.role } else { Role::Origin };
            let step_note = step.name.as_ref().map(|name| format!("{} {name}", step.kind.word()));
            let note = if index == 0 { note.clone().or(step_note) } else { step_note.or_else(|| kind_note(step.kind)) };
            add(self.location(span, role, note));
        }
    }

    fn location(&self, span: Span, role: Role, note: Option<String>) -> Location {
        let known = self.source(span.source);
        let (source, file) = &*known;
        let line = if self.excerpts { self.redactor.line(span).map(Box::new) } else { None };
        let (start, end) = source.positions(span);
        Location {
            file: Arc::clone(file),
            start,
            end,
            role,
            note: note.map(|note| self.redactor.text(&note).into_owned()),
            line,
        }
    }

    /// File and position of a problem; a path that was not read has no position.
    #[must_use]
    pub fn place(&self, place: &Place) -> (String, Option<Position>) {
        match place {
            Place::Path(path) => (self.redactor.text(path).into_owned(), None),
            Place::Span(span) => {
                let written = self.source(span.source);
                let first = written.0.origins.as_ref().and_then(|origins| origins.chain(span.start));
                let step = first.and_then(|chain| chain.iter().rev().find_map(|step| step.span));
                let (shown, start) = match step {
                    Some(span) => (self.source(span.source), span.start),
                    None => (written.clone(), span.start),
                };
                let (source, name) = &*shown;
                (name.to_string(), Some(source.position(start)))
            }
        }
    }
}

impl Location {
    /// The value of a chart that stands here, by its path in the values.
    #[must_use]
    pub fn chart_value(&self) -> Option<&str> {
        self.note.as_deref()?.strip_prefix(OriginKind::Values.word())?.strip_prefix(' ')
    }
}

/// What a step of a value's way is, where nothing more exact was said.
fn kind_note(kind: OriginKind) -> Option<String> {
    let note = match kind {
        OriginKind::Literal | OriginKind::Default | OriginKind::Generated => return None,
        OriginKind::EnvFile => "from an env file",
        OriginKind::Variable => "the variable's value",
        OriginKind::Fallback => "the default in ${...}",
        OriginKind::Values => "the chart's value",
        OriginKind::Template => "the template",
        OriginKind::ConfigMap => "a key of a ConfigMap",
        OriginKind::Secret => "a key of a Secret",
        OriginKind::Reference | OriginKind::Composed => "used here",
    };
    Some(note.to_owned())
}
