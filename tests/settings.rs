//! Scenarios: a value travels through several files into a process. What it comes to, by which way
//! and in which order, and what becomes of it when any one place changes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use seaworthy::engine::{judge, test_examples, understand};
use seaworthy::findings::Verdict;
use seaworthy::model::{Setting, Stack};
use seaworthy::project::{Inputs, Project, assemble_in_memory};
use seaworthy::rules::{Ruleset, Tuning};
use seaworthy::source::{SourceId, Span};
use seaworthy::syntax::{Limits, Node, Syntax, parse};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

type Tree = BTreeMap<String, String>;

fn at(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn ruleset() -> Ruleset {
    Ruleset::awake(&[at("tests/data/settings/rules")], &Tuning::default())
        .unwrap_or_else(|errors| panic!("{}", errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")))
}

/// The files of a scenario.
fn tree(name: &str) -> Tree {
    let base = at("fixtures/settings").join(name);
    let mut tree = Tree::new();
    for entry in walkdir::WalkDir::new(&base) {
        let entry = entry.unwrap();
        if entry.file_type().is_file() {
            let path = entry.path().strip_prefix(&base).unwrap().to_str().unwrap().replace('\\', "/");
            tree.insert(path, std::fs::read_to_string(entry.path()).unwrap());
        }
    }
    assert!(!tree.is_empty(), "there is no fixture {name}");
    tree
}

fn text<'n>(node: &'n Node, key: &str) -> &'n str {
    node.get(key).and_then(Node::text).unwrap_or_default()
}

fn understood(tree: &Tree, ruleset: &Ruleset) -> Project {
    let files = tree.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    let mut project = assemble_in_memory(files, &Inputs::default());
    understand(&mut project, ruleset);
    project
}

/// The worst that a rule says of a tree.
fn verdict(project: &Project, rule: &str, ruleset: &Ruleset) -> &'static str {
    let findings = judge(&project.stacks, ruleset);
    let of = |verdict: Verdict| findings.iter().any(|finding| finding.rule.id == rule && finding.verdict == verdict);
    let worst = [Verdict::Fail, Verdict::Unknown, Verdict::Pass, Verdict::NotApplicable].into_iter().find(|it| of(*it));
    worst.map_or("nothing", Verdict::word)
}

fn find<'s>(stacks: &'s [Stack], container: &str, name: &str) -> Option<&'s Setting> {
    let mut settings = stacks.iter().flat_map(|stack| &stack.settings).map(Box::as_ref);
    settings.find(|setting| &*setting.of == container && setting.is_named(name))
}

/// The way of a value: every place once, the one to edit first.
fn way(setting: &Setting, project: &Project) -> Vec<String> {
    let spans = setting.value.origins().iter().filter_map(|origin| origin.span).chain(setting.value.at);
    let mut places: Vec<String> = Vec::new();
    for span in spans {
        let source = project.workspace.sources.get(span.source);
        let place = format!("{}:{}", source.name, source.position(span.start).line);
        if !places.contains(&place) {
            places.push(place);
        }
    }
    places
}

fn texts(node: Option<&Node>) -> Vec<String> {
    node.map_or(&[][..], Node::items).iter().filter_map(Node::text).map(str::to_owned).collect()
}

#[test]
fn every_scenario_comes_to_what_the_table_says() {
    let table = std::fs::read_to_string(at("tests/data/settings/scenarios.yaml")).unwrap();
    let parsed = parse(Syntax::Yaml, SourceId(0), &table, &Limits::default());
    let scenarios = parsed.documents[0].root.items();
    assert!(scenarios.len() >= 45, "{}", scenarios.len());
    let ruleset = ruleset();
    let mut wrong = String::new();
    for scenario in scenarios {
        let (name, rule) = (text(scenario, "tree"), text(scenario, "rule"));
        let whole = tree(name);
        let project = understood(&whole, &ruleset);
        let mut expect = |what: &str, got: &str, wanted: &str| {
            if got != wanted {
                writeln!(wrong, "{name}: {what}: expected {wanted}, got {got}").unwrap();
            }
        };
        expect("verdict", verdict(&project, rule, &ruleset), text(scenario, "verdict"));
        let problems: Vec<&str> = project.problems.iter().map(|problem| problem.message.as_str()).collect();
        expect("problems", &problems.join("; "), text(scenario, "problem"));
        match find(&project.stacks, text(scenario, "container"), text(scenario, "setting")) {
            None => expect("setting", "none", text(scenario, "setting")),
            Some(setting) => {
                expect("way", &way(setting, &project).join(", "), &texts(scenario.get("way")).join(", "));
                expect("source", setting.source.word(), text(scenario, "source"));
                expect("held", setting.held.word(), text(scenario, "held"));
                let layers: Vec<&str> = setting.layers.iter().map(|layer| layer.source.word()).collect();
                if scenario.get("layers").is_some() {
                    expect("layers", &layers.join(", "), &texts(scenario.get("layers")).join(", "));
                }
            }
        }
        let changes = scenario.get("changes").map_or(&[][..], Node::items);
        for (number, change) in changes.iter().enumerate() {
            let mut changed = whole.clone();
            if let Some(gone) = change.get("gone").and_then(Node::text) {
                assert!(changed.remove(gone).is_some(), "{name}: there is no {gone}");
            } else {
                let (file, from) = (text(change, "file"), text(change, "from"));
                let content = changed.get_mut(file).unwrap_or_else(|| panic!("{name}: there is no {file}"));
                assert!(content.contains(from), "{name}: {file} does not hold {from:?}");
                *content = content.replacen(from, text(change, "to"), 1);
            }
            let got = verdict(&understood(&changed, &ruleset), rule, &ruleset);
            if got != text(change, "verdict") {
                let wanted = text(change, "verdict");
                writeln!(wrong, "{name}: change {}: expected {wanted}, got {got}", number + 1).unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_fixture_is_a_scenario() {
    let table = std::fs::read_to_string(at("tests/data/settings/scenarios.yaml")).unwrap();
    for entry in std::fs::read_dir(at("fixtures/settings")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(table.contains(&format!("tree: {name}\n")), "no scenario uses {name}");
    }
}

#[test]
fn places_lie_in_their_files() {
    let ruleset = ruleset();
    for entry in std::fs::read_dir(at("fixtures/settings")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let project = understood(&tree(&name), &ruleset);
        for setting in project.stacks.iter().flat_map(|stack| &stack.settings) {
            let spans = setting.value.origins().iter().filter_map(|origin| origin.span);
            for Span { source, start, end } in spans.chain(setting.value.at).chain([setting.at]) {
                let source = project.workspace.sources.get(source);
                assert!(source.expose().get(start as usize..end as usize).is_some(), "{name}: {}", setting.name);
            }
        }
    }
}

#[test]
fn rules_ask_which_names_an_app_knows() {
    let tested = test_examples(&ruleset(), |rule| rule.meta.id == "acme/known");
    assert!(tested.failures.is_empty(), "{}", tested.failures.join("\n"));
    assert_eq!(tested.examples, 5);
}
