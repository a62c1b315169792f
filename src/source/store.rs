//! The texts that an audit has read.

use super::origin::OriginMap;
use super::position::{LineIndex, Position};
use super::{SourceId, Span};
use hashbrown::HashMap;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

/// One text: a file, standard input, or something that was rendered.
pub struct Source {
    /// Its name: the path relative to the root, with `/`; for a rendered text the path of the
    /// template.
    pub name: Arc<str>,
    text: Arc<str>,
    lines: OnceLock<LineIndex>,
    /// Where the bytes came from, if this text was rendered.
    pub origins: Option<OriginMap>,
}

impl Source {
    /// The whole text. It may hold secrets; see [`Text`](super::Text).
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// The whole text, shared with this source. It may hold secrets; see [`Text`](super::Text).
    #[must_use]
    pub fn shared(&self) -> Arc<str> {
        self.text.clone()
    }

    /// The bytes of a span of this source, or nothing if it lies outside of it.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// Line and column of a byte offset.
    #[must_use]
    pub fn position(&self, offset: u32) -> Position {
        self.lines().position(&self.text, offset)
    }

    /// Line and column of the first byte of a span and of the one behind it.
    #[must_use]
    pub fn positions(&self, span: Span) -> (Position, Position) {
        self.lines().positions(&self.text, span.start, span.end)
    }

    /// Where the lines of the text begin.
    #[must_use]
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }
}

impl std::fmt::Debug for Source {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Source({}, {} bytes)", self.name, self.text.len())
    }
}

/// Texts with their ids, in the order of registration.
pub type Texts = Vec<(SourceId, Arc<Source>)>;

/// All texts of an audit. Shared between threads; texts are only ever added.
#[derive(Debug, Default)]
pub struct Sources {
    inner: RwLock<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    sources: Vec<Arc<Source>>,
    by_name: HashMap<Arc<str>, SourceId>,
}

impl Sources {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file's text under its path. A path that is there already keeps its first text.
    pub fn add(&self, name: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> SourceId {
        let name = name.into();
        let mut inner = self.inner.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(id) = inner.by_name.get(&name) {
            return *id;
        }
        let id = inner.push(Source { name: name.clone(), text: text.into(), lines: OnceLock::new(), origins: None });
        inner.by_name.insert(name, id);
        id
    }

    /// Adds a rendered text. Several may have the same name, which is the template's.
    pub fn add_rendered(&self, name: impl Into<Arc<str>>, text: impl Into<Arc<str>>, origins: OriginMap) -> SourceId {
        let source = Source { name: name.into(), text: text.into(), lines: OnceLock::new(), origins: Some(origins) };
        self.inner.write().unwrap_or_else(PoisonError::into_inner).push(source)
    }

    /// The file that was added under this path.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<SourceId> {
        self.inner.read().unwrap_or_else(PoisonError::into_inner).by_name.get(name).copied()
    }

    /// Every source.
    #[must_use]
    pub fn all(&self) -> Texts {
        self.since(0)
    }

    /// The sources behind the first ones, as many as this.
    #[must_use]
    pub fn since(&self, known: usize) -> Texts {
        let inner = self.inner.read().unwrap_or_else(PoisonError::into_inner);
        (0_u32..).map(SourceId).zip(inner.sources.iter().cloned()).skip(known).collect()
    }

    /// A source by its id. An id of another store answers an empty source.
    #[must_use]
    pub fn get(&self, id: SourceId) -> Arc<Source> {
        let inner = self.inner.read().unwrap_or_else(PoisonError::into_inner);
        inner.sources.get(id.0 as usize).cloned().unwrap_or_else(|| {
            Arc::new(Source { name: "".into(), text: "".into(), lines: OnceLock::new(), origins: None })
        })
    }
}

impl Inner {
    fn push(&mut self, source: Source) -> SourceId {
        let id = SourceId(u32::try_from(self.sources.len()).unwrap_or(u32::MAX));
        self.sources.push(Arc::new(source));
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_kept_once_and_debug_hides_the_text() {
        let sources = Sources::new();
        let first = sources.add("a.env", "PASSWORD=hunter2\n");
        assert_eq!(sources.add("a.env", "other"), first);
        assert_eq!(sources.find("a.env"), Some(first));
        assert_eq!(sources.get(first).expose(), "PASSWORD=hunter2\n");
        assert!(!format!("{sources:?}").contains("hunter2"));
        assert_eq!(sources.get(SourceId(99)).expose(), "");
    }
}
