//! Every rendered text against Helm's own.

use crate::cases::{folder, lists, render_case};
use regex::Regex;
use seaworthy::helm::render::{Mode, Rendered};
use seaworthy::helm::yaml::emit::{Lists, emit};
use seaworthy::helm::yaml::read;
use seaworthy::source::problem::Severity;
use seaworthy::source::{Problem, SourceId, Sources};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// What became of one case: how many of its files or documents there are and agree.
#[derive(Default)]
struct Outcome {
    parts: usize,
    same: usize,
    different: Vec<String>,
}

impl Outcome {
    fn one(wrong: Option<String>) -> Self {
        Self { parts: 1, same: usize::from(wrong.is_none()), different: wrong.into_iter().collect() }
    }
}

/// What Helm's engine would refuse; it renders a chart without its missing dependencies.
fn errors(rendered: &Rendered) -> Vec<&Problem> {
    let counts = |problem: &&Problem| {
        problem.severity == Severity::Error && !problem.message.contains("is declared but its chart is not in charts/")
    };
    rendered.problems.iter().filter(counts).collect()
}

/// The first line that differs where the two runs of the reference do not.
fn difference(ours: &str, golden: &str, second: Option<&str>) -> Option<String> {
    if ours == golden {
        return None;
    }
    let golden: Vec<&str> = golden.split('\n').collect();
    let second: Vec<&str> = second.map_or_else(|| golden.clone(), |second| second.split('\n').collect());
    let ours: Vec<&str> = ours.split('\n').collect();
    if second.len() != golden.len() {
        return None;
    }
    if ours.len() != golden.len() {
        return Some(format!("{} lines instead of {}", ours.len(), golden.len()));
    }
    let line = (0..ours.len()).find(|line| ours[*line] != golden[*line] && golden[*line] == second[*line])?;
    Some(format!("line {}: {:?} instead of {:?}", line + 1, ours[line], golden[line]))
}

fn texts(folder: &Path, name: &Value) -> Option<BTreeMap<String, String>> {
    let text = std::fs::read_to_string(folder.join(name.as_str()?)).unwrap();
    Some(serde_json::from_str(&text).unwrap())
}

fn against_texts(folder: &Path, case: &Value, rendered: &Rendered, sources: &Sources) -> Outcome {
    let expected = texts(folder, &case["output"]).unwrap();
    let second = texts(folder, &case["second"]).unwrap_or_default();
    let mut outcome = Outcome { parts: expected.len(), ..Outcome::default() };
    for (name, text) in &expected {
        let second = second.get(name).map(String::as_str);
        let wrong = match rendered.files.iter().find(|file| file.name == *name) {
            None => Some("is missing".to_owned()),
            Some(file) => difference(sources.get(file.source).expose(), text, second),
        };
        match wrong {
            None => outcome.same += 1,
            Some(wrong) => outcome.different.push(format!("{name} {wrong}")),
        }
    }
    for file in rendered.files.iter().filter(|file| !expected.contains_key(&file.name)) {
        outcome.different.push(format!("{} should not be there", file.name));
    }
    outcome
}

/// A document in one way of writing.
fn canonical(text: &str) -> Option<String> {
    let tree = read::first(text, SourceId(0)).ok()?;
    if tree.is_null() { None } else { Some(emit(&tree, Lists::Flush)?.text) }
}

fn documents(path: &Path, found: &mut Vec<String>) {
    if path.is_dir() {
        for entry in std::fs::read_dir(path).unwrap() {
            documents(&entry.unwrap().path(), found);
        }
        return;
    }
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines: Vec<&str> = Vec::new();
    for line in text.lines().chain(["---"]) {
        if line.trim_end() == "---" {
            found.extend(canonical(&format!("{}\n", lines.join("\n"))));
            lines.clear();
        } else {
            lines.push(line);
        }
    }
}

/// The documents of each file that a render writes into a folder.
fn written(case: &Value, rendered: &mut Rendered, sources: &Sources) -> BTreeMap<String, Vec<String>> {
    let below = Regex::new(case["below"].as_str().unwrap_or_default()).unwrap();
    let mut files: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for found in rendered.manifests(sources) {
        let file = rendered.files.iter().find(|file| file.source == found.source).unwrap();
        let is_left_out = case["skip_tests"] == true && found.manifest.is_test();
        if below.is_match(&file.name) && !is_left_out {
            // Helm ends every document that it prints with a line break.
            let source = sources.get(found.source);
            let text = canonical(&format!("{}\n", &source.expose()[found.manifest.range.clone()]));
            files.entry(file.name.clone()).or_default().extend(text);
        }
    }
    files
}

fn against_documents(folder: &Path, case: &Value, rendered: &mut Rendered, sources: &Sources) -> Outcome {
    let mut expected = Vec::new();
    documents(&folder.join(case["documents"].as_str().unwrap()), &mut expected);
    let mut files = written(case, rendered, sources);
    for values in case["also"].as_array().into_iter().flatten() {
        let mut case = case.clone();
        case["values"] = values.clone();
        let sources = Sources::new();
        let mut rendered = render_case(folder, &case, &sources, Mode::Audit).unwrap();
        files.extend(written(&case, &mut rendered, &sources));
    }
    let mut ours: Vec<String> = files.into_values().flatten().collect();
    if case["include_crds"] == true {
        ours.extend(rendered.crds.iter().filter_map(|crd| canonical(sources.get(crd.source).expose())));
    }
    let mut outcome = Outcome { parts: expected.len(), ..Outcome::default() };
    for document in &expected {
        match ours.iter().position(|found| found == document) {
            Some(at) => {
                ours.swap_remove(at);
                outcome.same += 1;
            }
            None => outcome.different.push(format!("a document is missing:\n{document}")),
        }
    }
    outcome.different.extend(ours.iter().map(|document| format!("a document too many:\n{document}")));
    outcome
}

fn run(folder: &Path, case: &Value) -> Outcome {
    let sources = Sources::new();
    let rendered = render_case(folder, case, &sources, Mode::Audit);
    if case["error"].is_string() {
        let faithful_sources = Sources::new();
        let faithful = render_case(folder, case, &faithful_sources, Mode::Faithful);
        let passes = |rendered: Result<Rendered, Problem>, sources: &Sources| {
            rendered.is_ok_and(|mut rendered| {
                rendered.manifests(sources);
                errors(&rendered).is_empty()
            })
        };
        let modes = [("audit", rendered, &sources), ("faithful", faithful, &faithful_sources)];
        let passing = modes.into_iter().find_map(|(mode, rendered, sources)| passes(rendered, sources).then_some(mode));
        return Outcome::one(passing.map(|mode| format!("does not fail in {mode} mode: {}", case["error"])));
    }
    let mut rendered = match rendered {
        Ok(rendered) => rendered,
        Err(problem) => return Outcome::one(Some(format!("fails: {}", problem.message))),
    };
    let mut outcome = if case["documents"].is_string() {
        against_documents(folder, case, &mut rendered, &sources)
    } else {
        against_texts(folder, case, &rendered, &sources)
    };
    let problem = |problem: &Problem| format!("problem: {} {:?}", problem.message, problem.place);
    outcome.different.extend(errors(&rendered).into_iter().map(problem));
    outcome
}

#[test]
fn renders_agree_with_helm() {
    let Some(folder) = folder() else { return };
    let mut failed = 0;
    for (list, cases) in lists(&folder) {
        let (mut whole, mut parts, mut same) = (0, 0, 0);
        for case in &cases {
            let outcome = run(&folder, case);
            whole += usize::from(outcome.different.is_empty());
            parts += outcome.parts;
            same += outcome.same;
            for what in outcome.different {
                println!("{} {} {}: {what}", case["id"], case["chart"], case["values"]);
            }
        }
        println!("{list}: {whole} of {} renders agree, {same} of {parts} parts", cases.len());
        failed += cases.len() - whole;
    }
    assert_eq!(failed, 0, "renders differ");
}
