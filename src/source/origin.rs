//! Where a value came from, and where rendered text came from.

use super::Span;
use std::sync::Arc;

/// How a value came to be at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OriginKind {
    /// Written out where it is used.
    Literal,
    /// A line of a file that `env_file` names.
    EnvFile,
    /// A variable that interpolation replaced, at its definition (`.env`, `--env-file`, `--env`).
    Variable,
    /// The default inside `${NAME:-default}`.
    Fallback,
    /// A Helm values file.
    Values,
    /// A Helm template.
    Template,
    /// A key of a ConfigMap.
    ConfigMap,
    /// A key of a Secret.
    Secret,
    /// A published default of the platform or of the app; no file holds it.
    Default,
    /// Made up at deployment time, such as a random password.
    Generated,
    /// The value passes through here unchanged: a reference, an anchor, a merged file.
    Reference,
    /// The value is put together here, of what comes from elsewhere and what stands here.
    Composed,
}

impl OriginKind {
    /// The word that rules and reports use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Literal => "literal",
            Self::EnvFile => "env-file",
            Self::Variable => "variable",
            Self::Fallback => "fallback",
            Self::Values => "values",
            Self::Template => "template",
            Self::ConfigMap => "configmap",
            Self::Secret => "secret",
            Self::Default => "default",
            Self::Generated => "generated",
            Self::Reference | Self::Composed => "reference",
        }
    }
}

/// One step of the way that a value took, from the place that must be edited (first) to the
/// point of use (last).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// What this step is.
    pub kind: OriginKind,
    /// Where it stands; `None` for what no file holds.
    pub span: Option<Span>,
    /// What is named there: the variable, the key. Never the value.
    pub name: Option<Arc<str>>,
}

impl Origin {
    /// A step at a place, without a name.
    #[must_use]
    pub fn at(kind: OriginKind, span: Span) -> Self {
        Self { kind, span: Some(span), name: None }
    }

    /// A step at a place that defines or uses `name`.
    #[must_use]
    pub fn named(kind: OriginKind, span: Span, name: impl Into<Arc<str>>) -> Self {
        Self { kind, span: Some(span), name: Some(name.into()) }
    }
}

/// For a source that was rendered: which bytes came from where. Sorted by `start`.
#[derive(Debug, Default)]
pub struct OriginMap {
    /// The segments, by ascending `start`; each reaches to the next one's start.
    pub segments: Vec<Segment>,
}

/// A stretch of rendered text with one origin.
#[derive(Debug, Clone)]
pub struct Segment {
    /// Offset of the first rendered byte.
    pub start: u32,
    /// The steps from the place to edit to the template, as in [`Origin`].
    pub chain: Arc<[Origin]>,
}

impl OriginMap {
    /// The chains of all segments that a span touches, in their order.
    pub fn chains(&self, span: Span) -> impl Iterator<Item = &Arc<[Origin]>> {
        let first = self.segments.partition_point(|segment| segment.start <= span.start).saturating_sub(1);
        let touching = self.segments.iter().skip(first);
        touching.take_while(move |segment| segment.start < span.end.max(span.start + 1)).map(|segment| &segment.chain)
    }

    /// The first place in a file that the byte at `offset` came from.
    #[must_use]
    pub fn first(&self, offset: u32) -> Option<Span> {
        self.chain(offset)?.iter().find_map(|step| step.span)
    }

    /// The chain of the segment that holds the byte at `offset`.
    #[must_use]
    pub fn chain(&self, offset: u32) -> Option<&Arc<[Origin]>> {
        let after = self.segments.partition_point(|segment| segment.start <= offset);
        self.segments.get(after.checked_sub(1)?).map(|segment| &segment.chain)
    }
}
