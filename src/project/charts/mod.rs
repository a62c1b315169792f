//! Charts: rendered with their values, then read like manifests.

mod documents;
mod manifests;
mod memory;
pub mod printed;
mod sets;
mod values;

use crate::discovery::Workspace;
use crate::helm::chart::files::{ChartFiles, RootedFiles};
use crate::helm::chart::strvals::SetKind;
use crate::helm::objects::Release;
use crate::helm::render::{Mode, RenderOptions, Rendered, render};
use crate::helm::threads::on_threads;
use crate::kubernetes::{self, Loaded};
use crate::model::{Platform, Stack};
use crate::source::{Problem, Severity, SourceId, Span};
use crate::syntax::{Node, Syntax};
use manifests::manifests;
use memory::InMemory;
use rayon::prelude::*;
use std::path::{Path, PathBuf};

/// How charts are rendered, as the command line says. No `Debug`: values may be passwords.
#[derive(Clone, Default)]
pub struct ChartInputs {
    /// Values files, in their order; they may lie outside of the root.
    pub values: Vec<PathBuf>,
    /// The `--set` family, in the order in which Helm applies it.
    pub sets: Vec<(SetKind, String)>,
    /// Under which name and in which namespace.
    pub release: Release,
    /// The version of the cluster; without one Helm's default.
    pub kube_version: Option<String>,
    /// What the cluster knows beside the usual.
    pub api_versions: Vec<String>,
}

impl ChartInputs {
    /// Whether values were chosen, which only one chart can mean.
    #[must_use]
    pub fn chooses_values(&self) -> bool {
        !self.values.is_empty() || !self.sets.is_empty()
    }
}

/// What became of a chart.
pub struct Audited {
    /// The path of its `Chart.yaml`.
    pub path: String,
    /// Whether it only lends templates to others and is not deployed itself.
    pub is_library: bool,
    /// Its deployment, once for each value set if there are several.
    pub stacks: Vec<Stack>,
    /// What was wrong with it.
    pub problems: Vec<Problem>,
    /// The value sets beside it.
    pub files: Vec<String>,
}

/// Renders charts, given by the folder of each, and reads what comes out.
pub fn load(folders: &[String], inputs: &ChartInputs, workspace: &Workspace) -> Vec<Audited> {
    let chart = |folder: &String| {
        let path = chart_yaml(folder);
        if is_library(&path, workspace) {
            return Audited { path, is_library: true, stacks: Vec::new(), problems: Vec::new(), files: Vec::new() };
        }
        sets::load(folder, inputs, workspace)
    };
    if folders.is_empty() {
        return Vec::new();
    }
    on_threads(|| folders.par_iter().map(chart).collect()).unwrap_or_else(|| folders.iter().map(chart).collect())
}

/// What is wrong with choosing values where there is not exactly one chart to take them.
pub fn misplaced(folders: &[String], inputs: &ChartInputs, workspace: &Workspace, start: &[String]) -> Option<Problem> {
    if !inputs.chooses_values() {
        return None;
    }
    let charts: Vec<&str> =
        folders.iter().map(String::as_str).filter(|folder| !is_library(&chart_yaml(folder), workspace)).collect();
    let place = start.first().map_or(".", String::as_str);
    match charts.as_slice() {
        [_] => None,
        [] => Some(Problem::error(place, "values were given for a chart, but there is no chart here")),
        several => {
            let names = several.iter().take(5).copied().collect::<Vec<_>>().join(", ");
            let more = if several.len() > 5 { format!(" and {} more", several.len() - 5) } else { String::new() };
            let message = format!(
                "values were given for a chart, but there are several here ({names}{more}), and all got them; audit the \
                 one that they are for by its folder"
            );
            Some(Problem::error(place, message))
        }
    }
}

fn chart_yaml(folder: &str) -> String {
    if folder == "." { "Chart.yaml".to_owned() } else { format!("{folder}/Chart.yaml") }
}

/// Whether a chart only lends templates to others.
fn is_library(path: &str, workspace: &Workspace) -> bool {
    let parsed = workspace.parse(path, Syntax::Yaml);
    let root = parsed.as_ref().ok().and_then(|parsed| parsed.documents.first());
    root.and_then(|document| document.root.get("type")).and_then(Node::text) == Some("library")
}

/// Renders the chart in a folder as Helm does: the first error ends it.
///
/// # Errors
/// If Helm would refuse it, or a values file cannot be read.
pub fn render_faithfully(folder: &str, inputs: &ChartInputs, workspace: &Workspace) -> Result<Rendered, Problem> {
    let values = inputs.values.iter().map(|path| named(path, workspace)).collect::<Result<_, _>>()?;
    render_chart(folder, inputs, values, Mode::Faithful, workspace)
}

fn render_chart(
    folder: &str,
    inputs: &ChartInputs,
    values: Vec<SourceId>,
    mode: Mode,
    workspace: &Workspace,
) -> Result<Rendered, Problem> {
    let read_file = |path: &str| {
        let source = workspace.open_named(Path::new(path));
        let source = source.map_err(|error| format!("the file {path} {}", error.phrase()))?;
        Ok(workspace.sources.get(source).expose().to_owned())
    };
    let options = RenderOptions {
        release: inputs.release.clone(),
        kube_version: inputs.kube_version.clone(),
        api_versions: inputs.api_versions.clone(),
        values,
        sets: inputs.sets.clone(),
        read_file: &read_file,
        mode,
        ..RenderOptions::default()
    };
    let within = if folder == "." { "" } else { folder };
    with_files(folder, workspace, |files| render(files, within, &workspace.sources, &options))?
}

fn with_files<T>(
    place: &str,
    workspace: &Workspace,
    work: impl FnOnce(&(dyn ChartFiles + Sync)) -> T,
) -> Result<T, Problem> {
    if workspace.root().as_os_str().is_empty() {
        return Ok(work(&InMemory(workspace)));
    }
    match RootedFiles::new(&workspace.root()) {
        Ok(files) => Ok(work(&files)),
        Err(error) => Err(Problem::error(place, format!("this chart cannot be read: {error}"))),
    }
}

/// A values file that the command line names.
fn named(path: &Path, workspace: &Workspace) -> Result<SourceId, Problem> {
    workspace.open_named(path).map_err(|error| {
        let shown = path.to_string_lossy();
        Problem::error(&*shown, format!("this values file {}, so the chart was not rendered", error.phrase()))
    })
}

/// The deployment that a chart renders to, if it renders to any object.
pub fn stack(rendered: &mut Rendered, folder: &str, workspace: &Workspace) -> Option<Stack> {
    lower(rendered, folder, false, workspace).stack
}

fn lower(rendered: &mut Rendered, folder: &str, is_variant: bool, workspace: &Workspace) -> Loaded {
    let manifests = manifests(rendered, workspace);
    let whole = rendered.problems.iter().all(|problem| problem.severity != Severity::Error);
    let mut loaded = kubernetes::load(&rendered.chart, folder, manifests, whole);
    if let Some(stack) = &mut loaded.stack {
        stack.platform = Platform::Helm;
        // The chart stands for the whole of it, whichever templates render to something.
        let path = chart_yaml(folder);
        if let Ok(source) = workspace.open(&path) {
            stack.at = Span::file(source);
            stack.files.insert(0, path);
        }
        stack.objects.extend(documents::documents(folder, std::mem::take(&mut rendered.unread), is_variant, workspace));
    }
    loaded
}
