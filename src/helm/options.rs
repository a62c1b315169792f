//! How a chart is to be rendered.

use super::chart::strvals::SetKind;
use super::objects::Release;
use crate::source::SourceId;

/// Reads what `--set-file` names.
pub type ReadFile<'a> = &'a (dyn Fn(&str) -> Result<String, String> + Sync);

/// How errors are dealt with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// As Helm does: the first error ends the chart.
    Faithful,
    /// Every file by itself. What `required` and `fail` tell is a problem, and the file is rendered
    /// all the same.
    Audit,
}

/// How a chart is to be rendered.
pub struct RenderOptions<'a> {
    /// `.Release`
    pub release: Release,
    /// `--kube-version`; without one Helm's default.
    pub kube_version: Option<String>,
    /// `--api-versions`, beside Helm's default ones.
    pub api_versions: Vec<String>,
    /// `--values` files in their order, as sources.
    pub values: Vec<SourceId>,
    /// The `--set` family in its order.
    pub sets: Vec<(SetKind, String)>,
    /// Reads what `--set-file` names.
    pub read_file: ReadFile<'a>,
    /// What `now` answers, in seconds since 1970, so that equal input gives equal output.
    pub now: i64,
    /// How errors are dealt with.
    pub mode: Mode,
}

impl Default for RenderOptions<'_> {
    fn default() -> Self {
        Self {
            release: Release::default(),
            kube_version: None,
            api_versions: Vec::new(),
            values: Vec::new(),
            sets: Vec::new(),
            read_file: &|path| Err(format!("{path} cannot be read here")),
            now: 0,
            mode: Mode::Audit,
        }
    }
}
