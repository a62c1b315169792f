//! The cases of a folder of goldens, and how one is rendered.

use seaworthy::helm::chart::files::RootedFiles;
use seaworthy::helm::chart::strvals::SetKind;
use seaworthy::helm::objects::Release;
use seaworthy::helm::render::{Mode, RenderOptions, Rendered, render};
use seaworthy::source::{Problem, Sources};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The folder of the goldens, if there is one.
pub fn folder() -> Option<PathBuf> {
    std::env::var_os("SEAWORTHY_GOLDENS").map(PathBuf::from)
}

/// The lists of cases in a folder, by their names.
pub fn lists(folder: &Path) -> Vec<(String, Vec<Value>)> {
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "jsonl"));
    paths.sort();
    let read = |path: &PathBuf| {
        let text = std::fs::read_to_string(path).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    paths.iter().map(|path| (path.display().to_string(), read(path))).collect()
}

/// The texts in a list of a case.
pub fn strings<'c>(case: &'c Value, key: &str) -> impl Iterator<Item = &'c str> {
    case[key].as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// The folder that holds the chart of a case.
pub fn root(folder: &Path, case: &Value) -> PathBuf {
    folder.join(case["root"].as_str().unwrap())
}

/// Renders the chart of a case.
pub fn render_case(folder: &Path, case: &Value, sources: &Sources, mode: Mode) -> Result<Rendered, Problem> {
    let files = RootedFiles::new(&root(folder, case)).unwrap();
    render(&files, case["chart"].as_str().unwrap(), sources, &options(folder, case, sources, mode))
}

/// How the chart of a case is rendered.
pub fn options(folder: &Path, case: &Value, sources: &Sources, mode: Mode) -> RenderOptions<'static> {
    let root = root(folder, case);
    let add = |path: &str| sources.add(path, std::fs::read_to_string(root.join(path)).unwrap());
    RenderOptions {
        release: Release {
            name: case["release"].as_str().unwrap().to_owned(),
            namespace: case["namespace"].as_str().unwrap().to_owned(),
            is_upgrade: false,
        },
        kube_version: case["kube"].as_str().map(str::to_owned),
        api_versions: strings(case, "api_versions").map(str::to_owned).collect(),
        values: strings(case, "values").map(add).collect(),
        sets: strings(case, "sets").map(|text| (SetKind::Typed, text.to_owned())).collect(),
        mode,
        ..RenderOptions::default()
    }
}
