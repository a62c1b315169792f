//! Renders that Helm's own engine made of public charts. They are not part of this project: the
//! test runs when `SEAWORTHY_GOLDENS` names a folder with a `cases.jsonl`, whose lines name a chart,
//! its values and a JSON file with the text of each rendered template.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

use seaworthy::helm::chart::files::RootedFiles;
use seaworthy::helm::objects::Release;
use seaworthy::helm::render::{Mode, RenderOptions, render};
use seaworthy::source::Sources;
use seaworthy::source::problem::Severity;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// What became of one case.
#[derive(Default)]
struct Outcome {
    files: usize,
    same: usize,
    different: Vec<String>,
}

fn first_difference(left: &str, right: &str) -> String {
    let pair = left.split('\n').zip(right.split('\n')).enumerate().find(|(_, (left, right))| left != right);
    match pair {
        Some((line, (left, right))) => format!("line {}: {left:?} instead of {right:?}", line + 1),
        None => "one text is longer".to_owned(),
    }
}

fn run(folder: &Path, case: &Value) -> Outcome {
    let root = folder.join(case["root"].as_str().unwrap());
    let sources = Sources::new();
    let files = RootedFiles::new(&root).unwrap();
    let add = |path: &Value| {
        let path = path.as_str().unwrap();
        sources.add(path, std::fs::read_to_string(root.join(path)).unwrap())
    };
    let options = RenderOptions {
        release: Release {
            name: case["release"].as_str().unwrap().to_owned(),
            namespace: case["namespace"].as_str().unwrap().to_owned(),
            is_upgrade: false,
        },
        kube_version: case["kube"].as_str().map(str::to_owned),
        values: case["values"].as_array().unwrap().iter().map(add).collect(),
        mode: Mode::Audit,
        ..RenderOptions::default()
    };
    let rendered = render(&files, case["chart"].as_str().unwrap(), &sources, &options);
    let mut outcome = Outcome::default();
    let is_error = |message: &str| !message.contains("is declared but its chart is not in charts/");
    if case["error"].is_string() {
        let fails = match &rendered {
            Err(_) => true,
            Ok(rendered) => rendered.problems.iter().any(|p| p.severity == Severity::Error && is_error(&p.message)),
        };
        outcome.files = 1;
        if fails {
            outcome.same = 1;
        } else {
            outcome.different.push(format!("does not fail: {}", case["error"]));
        }
        return outcome;
    }
    let expected: BTreeMap<String, String> =
        serde_json::from_str(&std::fs::read_to_string(folder.join(case["output"].as_str().unwrap())).unwrap()).unwrap();
    outcome.files = expected.len();
    match rendered {
        Err(problem) => outcome.different.push(format!("fails: {}", problem.message)),
        Ok(rendered) => {
            for problem in rendered.problems.iter().filter(|p| p.severity == Severity::Error && is_error(&p.message)) {
                outcome.different.push(format!("problem: {} {:?}", problem.message, problem.place));
            }
            let random: Vec<&str> = case["random"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            for (name, text) in &expected {
                match rendered.files.iter().find(|file| file.name == *name) {
                    None => outcome.different.push(format!("{name} is missing")),
                    Some(file) => {
                        let found = sources.get(file.source);
                        if found.expose() == text || random.contains(&name.as_str()) {
                            outcome.same += 1;
                        } else {
                            outcome.different.push(format!("{name} {}", first_difference(found.expose(), text)));
                        }
                    }
                }
            }
        }
    }
    outcome
}

#[test]
fn renders_agree_with_helm() {
    let Some(folder) = std::env::var_os("SEAWORTHY_GOLDENS") else { return };
    let folder = Path::new(&folder);
    let cases = std::fs::read_to_string(folder.join("cases.jsonl")).unwrap();
    let (mut count, mut whole, mut files, mut same) = (0, 0, 0, 0);
    for line in cases.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let outcome = run(folder, &case);
        count += 1;
        whole += usize::from(outcome.different.is_empty());
        files += outcome.files;
        same += outcome.same;
        for what in outcome.different {
            println!("{} {} {}: {what}", case["id"], case["chart"], case["values"]);
        }
    }
    println!("{whole} of {count} renders agree, {same} of {files} files");
    assert_eq!(whole, count);
}
