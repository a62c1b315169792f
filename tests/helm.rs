//! Charts rendered from memory, held against what Helm's own engine makes of them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use seaworthy::helm::chart::files::{ChartFiles, FileError, Listed};
use seaworthy::helm::objects::Release;
use seaworthy::helm::render::{Mode, RenderOptions, Rendered, render};
use seaworthy::source::{Problem, Sources};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Charts that stand in memory.
struct Memory(BTreeMap<String, Vec<u8>>);

impl Memory {
    fn new<'t>(files: impl IntoIterator<Item = (&'t str, &'t str)>) -> Self {
        Self(files.into_iter().map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec())).collect())
    }
}

impl ChartFiles for Memory {
    fn list(&self, path: &str) -> Result<Vec<Listed>, FileError> {
        let prefix = if path.is_empty() { String::new() } else { format!("{path}/") };
        let mut found = BTreeMap::new();
        for rest in self.0.keys().filter_map(|name| name.strip_prefix(&prefix)) {
            let (name, is_folder) = rest.split_once('/').map_or((rest, false), |(name, _)| (name, true));
            found.insert(name.to_owned(), is_folder);
        }
        if found.is_empty() {
            return Err(FileError::Missing);
        }
        Ok(found.into_iter().map(|(name, is_folder)| Listed { name, is_folder }).collect())
    }

    fn read(&self, path: &str) -> Result<Arc<[u8]>, FileError> {
        self.0.get(path).map(|bytes| Arc::from(bytes.as_slice())).ok_or(FileError::Missing)
    }
}

const CHART: &str = "apiVersion: v2\nname: c\nversion: 1.2.3\nappVersion: \"9.8\"\n";
const VALUES: &str = include_str!("data/helm/probe-values.yaml");

fn probe(case: &Value, sources: &Sources) -> Result<Rendered, Problem> {
    let text = |key: &str| case[key].as_str();
    let mut files = vec![
        ("c/Chart.yaml", CHART),
        ("c/values.yaml", text("values").unwrap_or(VALUES)),
        ("c/templates/t.txt", text("template").unwrap()),
    ];
    let more: Vec<(String, &str)> = case["files"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, text)| (format!("c/{name}"), text.as_str().unwrap()))
        .collect();
    files.extend(more.iter().map(|(name, text)| (name.as_str(), *text)));
    let mut options = RenderOptions {
        release: Release { name: "rel".to_owned(), namespace: "ns".to_owned(), is_upgrade: false },
        kube_version: case["options"]["kube_version"].as_str().map(str::to_owned),
        mode: Mode::Faithful,
        ..RenderOptions::default()
    };
    for api in case["options"]["api_versions"].as_array().into_iter().flatten() {
        options.api_versions.push(api.as_str().unwrap().to_owned());
    }
    if !case["user"].is_null() {
        options.values.push(sources.add("user.yaml", case["user"].to_string()));
    }
    render(&Memory::new(files), "c", sources, &options)
}

fn texts(rendered: &Rendered, sources: &Sources) -> BTreeMap<String, String> {
    let text = |file: &seaworthy::helm::render::RenderedFile| {
        (file.name.clone(), sources.get(file.source).expose().to_owned())
    };
    rendered.files.iter().map(text).collect()
}

/// What is wrong with the answer to one case; nothing if it is right.
fn wrong(case: &Value) -> Option<String> {
    let sources = Sources::new();
    let answer = probe(case, &sources);
    let expects_error = case["error"].as_bool() == Some(true);
    match answer {
        Err(_) if expects_error => None,
        Err(problem) => Some(format!("fails: {} at {:?}", problem.message, problem.place)),
        Ok(rendered) => {
            let texts = texts(&rendered, &sources);
            if expects_error {
                return Some(format!("does not fail: {texts:?}"));
            }
            let expected: BTreeMap<String, String> = match &case["output"] {
                Value::Object(files) => {
                    files.iter().map(|(name, text)| (name.clone(), text.as_str().unwrap().to_owned())).collect()
                }
                text => [("c/templates/t.txt".to_owned(), text.as_str().unwrap().to_owned())].into(),
            };
            (texts != expected).then(|| format!("\n  is     {texts:?}\n  not    {expected:?}"))
        }
    }
}

/// Cases that are to differ, and why.
const DIFFERENT: [(&str, &str); 4] = [
    ("crypto-1", "derivePassword is a stand-in; no chart was seen to use it"),
    ("yaml-10", "the error that a null key makes does not repeat the value"),
    ("kubeversion", "the engine alone lets a chart pass that the helm command refuses"),
    ("strict-missing", "the strict mode belongs to helm lint"),
];

#[test]
fn probes_agree_with_helm() {
    let cases = include_str!("data/helm/probes.jsonl").lines();
    let (mut count, mut failures) = (0, Vec::new());
    for line in cases {
        let case: Value = serde_json::from_str(line).unwrap();
        count += 1;
        let is_known = DIFFERENT.iter().any(|(id, _)| case["id"] == *id);
        if let Some(what) = wrong(&case).filter(|_| !is_known) {
            failures.push(format!("{} {}: {what}", case["id"], case["template"]));
        }
    }
    assert!(failures.is_empty(), "{} of {count} differ\n{}", failures.len(), failures.join("\n"));
}
