//! What fixture projects become, what broken ones tell, and the way of one setting.

use super::dump::{self, ALL};
use super::{Values, table, told};
use seaworthy::compose::{Request, load};
use seaworthy::discovery::Workspace;
use seaworthy::model::{Setting, Stack, State};
use seaworthy::source::Text;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What fixture projects become, with lines and origins.
fn check_fixture(folder: &str, files: &[&str]) {
    let root = format!("{}/fixtures/compose/{folder}", env!("CARGO_MANIFEST_DIR"));
    let workspace = Workspace::new(std::path::Path::new(&root)).unwrap();
    let files = files.iter().map(|file| (*file).to_owned()).collect();
    let request = Request { directory: ".".to_owned(), files, ..Request::default() };
    let loaded = load(&request, &workspace);
    let text = dump::dump(loaded.stack.as_ref(), &loaded.problems, &workspace.sources, &ALL);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../data/compose");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(folder, text));
}

#[test]
fn every_syntax_is_read() {
    check_fixture("syntax", &["compose.yaml"]);
}

#[test]
fn files_override_each_other() {
    check_fixture("merge", &["compose.yaml", "compose.override.yaml"]);
}

#[test]
fn files_are_extended_and_included() {
    check_fixture("parts", &["compose.yaml"]);
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Broken {
    note: String,
    files: BTreeMap<String, String>,
    tells: Vec<String>,
}

#[test]
fn broken_projects_are_told() {
    let mut failures = Vec::new();
    for case in table::<Broken>("broken").into_iter().chain(table("refused")) {
        let workspace = Workspace::in_memory(case.files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
        let request =
            Request { directory: ".".to_owned(), files: vec!["compose.yaml".to_owned()], ..Request::default() };
        let loaded = load(&request, &workspace);
        let told: Vec<String> = loaded.problems.iter().map(|problem| told(problem, &workspace)).collect();
        let agrees = told.iter().zip(&case.tells).all(|(found, expected)| found.starts_with(expected));
        if told.len() != case.tells.len() || !agrees {
            failures.push(format!("{}: {told:#?}", case.note));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Chain {
    note: String,
    files: BTreeMap<String, String>,
    #[serde(default)]
    env: Values,
    value: Option<String>,
    held: String,
    origins: Vec<String>,
    beaten: Vec<String>,
}

#[test]
fn a_setting_has_the_value_that_the_process_sees() {
    for case in table::<Chain>("chain") {
        let workspace = Workspace::in_memory(case.files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
        let files = ["compose.yaml", "over.yaml"].into_iter().filter(|name| case.files.contains_key(*name));
        let request = Request {
            directory: ".".to_owned(),
            files: files.map(str::to_owned).collect(),
            env: case.env.clone().into_iter().collect(),
            ..Request::default()
        };
        let loaded = load(&request, &workspace);
        assert_eq!(loaded.problems, [], "{}", case.note);
        let stack: Stack = loaded.stack.unwrap();
        let setting: &Setting = stack.settings.iter().find(|setting| &*setting.name == "LOG_LEVEL").unwrap();
        let value = |state: &State<Text>| match state {
            State::Set(text) => Some(text.expose().to_owned()),
            _ => None,
        };
        assert_eq!(value(&setting.value.state), case.value, "{}: value", case.note);
        assert_eq!(setting.held.word(), case.held, "{}: held", case.note);
        let shown = dump::Dump::new(&workspace.sources).way(&setting.value);
        assert_eq!(shown, case.origins, "{}: origins", case.note);
        let beaten: Vec<String> =
            setting.layers.iter().skip(1).map(|layer| value(&layer.value.state).unwrap()).collect();
        assert_eq!(beaten, case.beaten, "{}: beaten", case.note);
    }
}
