//! Reads and classifies the files of a walk, side by side.

use crate::discovery::classify::{self, FileKind};
use crate::discovery::{Inventory, Status, Workspace, classify as classify_file};
use crate::kubernetes::Manifest;
use crate::source::reader::{file_name, folder, is_end, join};
use crate::source::{Problem, ReadError, Severity};
use crate::syntax::{Node, Parsed, Syntax};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many files one core takes in one go: few, as all wait for the last one.
const PART: usize = 32;

/// The name of standard input among the files.
pub const STDIN: &str = "<stdin>";

/// What was read, by what it is.
#[derive(Debug, Default)]
pub struct Read {
    /// Compose files with their trees, by path.
    pub compose: BTreeMap<String, Arc<Parsed>>,
    /// Documents of Kubernetes manifests, in the order of path and place.
    pub manifests: Vec<Manifest>,
    /// What a Prometheus or an Alertmanager reads, with what it is.
    pub watching: Vec<(String, FileKind, Arc<Parsed>)>,
    /// The folders of charts that are not part of another.
    pub charts: Vec<String>,
    /// Defects of these files.
    pub problems: Vec<Problem>,
}

struct Looked {
    path: String,
    kind: FileKind,
    parsed: Option<Arc<Parsed>>,
    /// The documents of a file of manifests.
    manifests: Vec<Manifest>,
    problems: Vec<Problem>,
}

impl Looked {
    fn new(path: String, kind: FileKind, parsed: Option<Arc<Parsed>>, problems: Vec<Problem>) -> Self {
        let documents = parsed.iter().filter(|_| kind == FileKind::Manifests).flat_map(|parsed| &parsed.documents);
        let manifests = documents.map(|document| Manifest::new(path.as_str(), document.root.clone())).collect();
        Self { path, kind, parsed, manifests, problems }
    }
}

/// Reads every file that may be part of a deployment, and notes in the inventory what it is.
pub fn read(workspace: &Workspace, files: Vec<String>, inventory: &mut Inventory) -> Read {
    let charts = files.iter().filter(|path| is_end(path, "Chart.yaml"));
    let charts: Vec<String> = charts.map(|path| folder(path).to_owned()).collect();
    let looked: Vec<Looked> = files
        .into_par_iter()
        .with_max_len(PART)
        .filter_map(|path| {
            if charts.iter().any(|chart| belongs_to_chart(&path, chart)) {
                return Some(Looked::new(path, FileKind::ChartPart, None, Vec::new()));
            }
            look(workspace, path)
        })
        .collect();

    let patches = patches(workspace, &looked);
    let mut read = Read::default();
    read.manifests.reserve(looked.iter().map(|file| file.manifests.len()).sum());
    let mut of_manifests = Vec::with_capacity(looked.len());
    for mut file in looked {
        read.problems.append(&mut file.problems);
        if let Some(kustomization) = patches.get(&file.path) {
            let why = format!("it is applied by {kustomization}");
            inventory.note(file.path, FileKind::KustomizePatch, Status::Skipped, why);
            continue;
        }
        match file.kind {
            FileKind::Chart => {
                read.charts.push(folder(&file.path).to_owned());
                inventory.note(file.path, file.kind, Status::Audited, "");
            }
            FileKind::Kustomization => {
                let message = "this kustomization was not built: the resources that it lists were audited as they are, \
                               without its patches; audit the result: kubectl kustomize . | seaworthy -";
                read.problems.push(Problem::error(file.path.as_str(), message));
                inventory.note(file.path, file.kind, Status::Failed, "kustomizations are not built");
            }
            FileKind::ChartPart => inventory.note(file.path, file.kind, Status::Audited, ""),
            FileKind::Manifests => {
                read.manifests.append(&mut file.manifests);
                of_manifests.push(file.path);
            }
            FileKind::Compose => {
                inventory.note(file.path.as_str(), file.kind, Status::Audited, "");
                read.compose.extend(file.parsed.map(|parsed| (file.path, parsed)));
            }
            // Noted once it is known whether a deployment has to do with it.
            FileKind::Prometheus | FileKind::AlertRules | FileKind::Alertmanager | FileKind::Grafana => {
                read.watching.extend(file.parsed.map(|parsed| (file.path, file.kind, parsed)));
            }
            FileKind::EnvFile
            | FileKind::Dockerfile
            | FileKind::Unit
            | FileKind::Config
            | FileKind::KustomizePatch
            | FileKind::Other => {}
        }
    }
    inventory.note_audited(of_manifests, FileKind::Manifests);
    read
}

/// Reads and classifies one file. `None` if it is nothing that is deployed and nothing is wrong.
fn look(workspace: &Workspace, path: String) -> Option<Looked> {
    let source = match workspace.open(&path) {
        Ok(source) => source,
        Err(error) => return unreadable(path, &error),
    };
    let text = workspace.sources.get(source);
    if !classify::may_deploy(&path, text.expose()) {
        return None;
    }
    let syntax = if std::path::Path::new(&path).extension().is_some_and(|end| end.eq_ignore_ascii_case("json")) {
        Syntax::Json
    } else {
        Syntax::Yaml
    };
    let parsed = workspace.parse(&path, syntax).ok()?;
    let mut kind = classify_file(&path, &parsed);
    let broken = parsed.problems.iter().any(|problem| problem.severity == Severity::Error);
    if kind == FileKind::Other && broken {
        kind = classify::guess(&path, text.expose());
    }
    let mut problems = parsed.problems.clone();
    if kind == FileKind::Other {
        // Not deployed, so nothing of a deployment is hidden; still worth telling.
        problems.iter_mut().for_each(|problem| problem.severity = Severity::Warning);
        problems.truncate(1);
    }
    (kind != FileKind::Other || broken).then(|| Looked::new(path, kind, Some(parsed), problems))
}

fn unreadable(path: String, error: &ReadError) -> Option<Looked> {
    if *error == ReadError::Binary && !classify::is_compose_name(&path) && path != STDIN {
        return None;
    }
    let message = format!("this file {}, so it was not audited", error.phrase());
    let problem = if classify::is_compose_name(&path) || path == STDIN || !matches!(error, ReadError::Binary) {
        Problem::error(path.as_str(), message)
    } else {
        Problem::warning(path.as_str(), message)
    };
    Some(Looked::new(path, FileKind::Other, None, vec![problem]))
}

fn belongs_to_chart(path: &str, chart: &str) -> bool {
    let inside =
        if chart == "." { Some(path) } else { path.strip_prefix(chart).and_then(|rest| rest.strip_prefix('/')) };
    inside.is_some_and(|rest| {
        ["templates/", "charts/", "crds/", "ci/"].iter().any(|part| rest.starts_with(part)) || rest == "values.yaml"
    })
}

/// The files that kustomizations apply as patches, components or settings of their own, each with
/// its kustomization.
fn patches(workspace: &Workspace, looked: &[Looked]) -> BTreeMap<String, String> {
    let mut patches = BTreeMap::new();
    for file in looked.iter().filter(|file| file.kind == FileKind::Kustomization) {
        let base = folder(&file.path);
        let mut add = |node: &Node| {
            if let Some(path) = node.text().and_then(|path| join(base, path)).filter(|path| workspace.exists(path)) {
                patches.insert(path, file.path.clone());
            }
        };
        for document in file.parsed.iter().flat_map(|parsed| &parsed.documents) {
            for key in ["patches", "patchesJson6902", "replacements"] {
                for item in document.root.get(key).map_or(&[][..], Node::items) {
                    item.get("path").into_iter().for_each(&mut add);
                }
            }
            for key in ["patchesStrategicMerge", "transformers", "generators", "configurations", "validators"] {
                document.root.get(key).map_or(&[][..], Node::items).iter().for_each(&mut add);
            }
        }
    }
    patches
}

/// What a file is that was read because another one refers to it.
pub fn referred_kind(path: &str) -> FileKind {
    let name = file_name(path).to_ascii_lowercase();
    if name.contains("dockerfile") || name.contains("containerfile") {
        FileKind::Dockerfile
    } else if name.contains("env") {
        FileKind::EnvFile
    } else {
        FileKind::Config
    }
}
