//! Compose projects: agreement with the reference implementation, case by case, and what fixture
//! projects become.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod dump;

use dump::ALL;
use proptest::prelude::*;
use seaworthy::compose::substitute::{HOLE, Known, substitute};
use seaworthy::compose::template::{self, Operator, Part, Variable};
use seaworthy::compose::variables::{Variables, read_file};
use seaworthy::compose::{Loaded, Project, Request, load, merged};
use seaworthy::discovery::Workspace;
use seaworthy::model::{Setting, Stack, State};
use seaworthy::source::{Place, Problem, Reason, Severity, SourceId, Span, Text};
use seaworthy::syntax::{Node, Value};
use serde::Deserialize;
use std::collections::BTreeMap;

type Values = BTreeMap<String, String>;

/// The rows of a table.
fn table<T: for<'d> Deserialize<'d>>(name: &str) -> Vec<T> {
    let path = format!("{}/tests/data/compose/{name}.yaml", env!("CARGO_MANIFEST_DIR"));
    serde_yaml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Counts agreement; every case agrees or says in the data why it does not.
#[derive(Default)]
struct Count {
    agreed: usize,
    differing: usize,
    failures: Vec<String>,
}

impl Count {
    fn case(&mut self, note: &str, differs: Option<&str>, outcome: Result<(), String>) {
        match (outcome, differs) {
            (Ok(()), None) => self.agreed += 1,
            (Err(_), Some(_)) => self.differing += 1,
            (Ok(()), Some(_)) => self.failures.push(format!("{note}: listed as different, but agrees")),
            (Err(what), None) => self.failures.push(format!("{note}: {what}")),
        }
    }

    /// At least `floor` cases, of which 99 % agree.
    fn finish(&self, floor: usize) {
        assert!(self.failures.is_empty(), "{}", self.failures.join("\n"));
        assert!(self.agreed + self.differing >= floor, "only {} cases", self.agreed + self.differing);
        assert!(self.agreed * 100 >= (self.agreed + self.differing) * 99, "{} differ", self.differing);
    }
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, found: &T, expected: &T) -> Result<(), String> {
    if found == expected { Ok(()) } else { Err(format!("{what} {found:?}, not {expected:?}")) }
}

fn known(value: &str) -> Known {
    Known { value: Text::from(value), origins: Vec::new(), unknown: None }
}

fn unset(reason: Option<&Reason>) -> Option<String> {
    match reason {
        Some(Reason::UnsetVariable { name, .. }) => Some(name.to_string()),
        _ => None,
    }
}

fn without_holes(text: &str) -> String {
    text.replace(HOLE, "")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Interpolations {
    note: String,
    variables: Values,
    cases: Vec<Interpolation>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Interpolation {
    text: String,
    gives: Option<String>,
    unset: Option<String>,
    refused: Option<String>,
    operator: Option<String>,
    uses: Option<Vec<String>>,
    differs: Option<String>,
}

/// The operator of a variable as written.
fn sign(variable: &Variable) -> String {
    let sign = match variable.operator {
        Operator::None => "",
        Operator::Default => "-",
        Operator::Required => "?",
        Operator::Replace => "+",
    };
    format!("{}{sign}", if variable.colon { ":" } else { "" })
}

/// The variables of a value with their operators and operands, inner ones behind outer ones.
fn used(parts: &[Part], text: &str) -> Vec<String> {
    let mut uses = Vec::new();
    for part in parts {
        if let Part::Variable(variable) = part {
            let operand = &text[variable.operand_at.clone()];
            uses.push(format!("{} {} {operand}", variable.name, sign(variable)).trim_end().to_owned());
            uses.extend(variable.operand.iter().flat_map(|parts| used(parts, text)));
        }
    }
    uses
}

impl Interpolation {
    fn check(&self, variables: &Values) -> Result<(), String> {
        let parsed = template::parse(&self.text);
        if let Some(operator) = &self.operator {
            let parts = parsed.map_err(|at| format!("malformed at {at}"))?;
            let [Part::Variable(variable)] = parts.as_slice() else { return Err("is not one variable".to_owned()) };
            return same("the operator is", &sign(variable), operator);
        }
        if let Some(uses) = &self.uses {
            let parts = parsed.map_err(|at| format!("malformed at {at}"))?;
            return same("uses", &used(&parts, &self.text), uses);
        }
        let at = Span::new(SourceId(0), 0, self.text.len());
        let lookup = |name: &str| variables.get(name).map(|value| known(value));
        let made = parsed.map(|parts| substitute(&parts, at, Some(0), &lookup));
        let made = made.ok().filter(|made| made.malformed.is_none());
        match (&self.refused, made) {
            (Some(why), None) => same("refused as", &"malformed".to_owned(), why),
            (None, None) => Err("refused as malformed".to_owned()),
            (Some(why), Some(made)) => {
                let required = unset(made.unknown.as_ref()).map(|name| format!("required {name}"));
                same("refused as", &required, &Some(why.clone()))
            }
            (None, Some(made)) => {
                same("gives", &Some(without_holes(&made.text)), &self.gives)?;
                same("leaves open", &unset(made.unknown.as_ref()), &self.unset)
            }
        }
    }
}

#[test]
fn interpolation_agrees() {
    let mut count = Count::default();
    for group in table::<Interpolations>("interpolation") {
        for case in &group.cases {
            let note = format!("{} ({})", case.text, group.note);
            count.case(&note, case.differs.as_deref(), case.check(&group.variables));
        }
    }
    count.finish(150);
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EnvFiles {
    note: String,
    files: Vec<String>,
    #[serde(default)]
    outside: Values,
    gives: Option<BTreeMap<String, Option<String>>>,
    project: Option<Values>,
    unset: Option<String>,
    refused: Option<String>,
    line: Option<u32>,
    #[serde(default)]
    missing: bool,
    differs: Option<String>,
}

impl EnvFiles {
    fn check(&self) -> Result<(), String> {
        let mut names: Vec<String> = (0..self.files.len()).map(|number| format!("{number}.env")).collect();
        let workspace =
            Workspace::in_memory(names.iter().map(String::as_str).zip(self.files.iter().map(String::as_str)));
        if self.missing {
            names.push("missing.env".to_owned());
        }
        let mut problems = Vec::new();
        if let Some(expected) = &self.project {
            let given: Vec<_> = self.outside.clone().into_iter().collect();
            let variables = Variables::of_project(&given, &names, &workspace, &mut problems);
            let found = |name: &String| variables.get(name).map(|known| known.value.expose().to_owned());
            let found: Values = expected.keys().filter_map(|name| Some((name.clone(), found(name)?))).collect();
            return same("a project sees", &found, expected);
        }
        let mut outside = Variables::default();
        for (name, value) in &self.outside {
            outside.set(name.as_str(), known(value));
        }
        let (mut before, mut gives, mut open) = (Variables::default(), BTreeMap::new(), None);
        for name in &names {
            let defined = match read_file(name, &outside, &before, &workspace, &mut problems) {
                Ok(defined) => defined,
                Err(why) => {
                    problems.push(Problem::error(Place::Path(name.as_str().into()), why));
                    continue;
                }
            };
            for variable in defined {
                let value = variable.known.as_ref().map(|known| without_holes(known.value.expose()));
                open = open.or_else(|| unset(variable.known.as_ref()?.unknown.as_ref()));
                gives.insert(variable.name.to_string(), value);
                if let Some(known) = variable.known {
                    before.set(variable.name, known);
                }
            }
        }
        let problem = problems.iter().find(|problem| problem.severity == Severity::Error);
        match (&self.refused, problem) {
            (None, None) => {
                same("gives", &Some(gives), &self.gives)?;
                same("leaves open", &open, &self.unset)
            }
            (Some(words), Some(problem)) if problem.message.contains(words.as_str()) => match problem.place {
                Place::Span(span) => {
                    let line = workspace.sources.get(span.source).position(span.start).line;
                    same("refused in line", &line, &self.line.unwrap_or(line))
                }
                Place::Path(_) => Ok(()),
            },
            (_, problem) => Err(format!("refused as {:?}", problem.map(|problem| &problem.message))),
        }
    }
}

#[test]
fn env_files_agree() {
    let mut count = Count::default();
    for case in table::<EnvFiles>("dotenv") {
        count.case(&case.note, case.differs.as_deref(), case.check());
    }
    count.finish(110);
}

/// A tree without places: what it says.
#[derive(Debug, PartialEq)]
enum Plain {
    Nothing,
    Text(String),
    List(Vec<Plain>),
    Mapping(BTreeMap<String, Plain>),
}

fn plain(node: &Node) -> Plain {
    match &node.value {
        Value::Scalar(_) if node.is_null() => Plain::Nothing,
        Value::Scalar(scalar) => Plain::Text(without_holes(scalar.text.expose())),
        Value::Sequence(items) => Plain::List(items.iter().map(plain).collect()),
        Value::Mapping(mapping) => {
            Plain::Mapping(mapping.entries.iter().map(|entry| (entry.name().to_owned(), plain(&entry.value))).collect())
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Projects {
    note: String,
    #[serde(default)]
    files: Vec<String>,
    /// Files by path; the project is `compose.yaml` and what `request` names.
    #[serde(default)]
    tree: BTreeMap<String, String>,
    #[serde(default)]
    env: Values,
    gives: Option<String>,
    at: Option<BTreeMap<String, Option<String>>>,
    refused: Option<String>,
    differs: Option<String>,
}

fn project(files: &BTreeMap<String, String>, names: &[String], env: &Values) -> (Project, Workspace) {
    let workspace = Workspace::in_memory(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let env = env.clone().into_iter().collect();
    let request = Request { directory: ".".to_owned(), files: names.to_vec(), env, ..Request::default() };
    (merged(&request, &workspace), workspace)
}

fn errors(project: &Project) -> Vec<&str> {
    let errors = project.problems.iter().filter(|problem| problem.severity == Severity::Error);
    errors.map(|problem| problem.message.as_str()).collect()
}

/// The errors but for names that nothing bears: the cases are cut down to what they are about.
fn of_merging(project: &Project) -> Vec<&str> {
    errors(project).into_iter().filter(|message| !message.contains("is not among the")).collect()
}

impl Projects {
    fn check(&self) -> Result<(), String> {
        let mut files = self.tree.clone();
        let mut names: Vec<String> = Vec::new();
        for (number, text) in self.files.iter().enumerate() {
            names.push(format!("{number}.yaml"));
            files.insert(format!("{number}.yaml"), text.clone());
        }
        let (found, _) = project(&files, &names, &self.env);
        if let Some(words) = &self.refused {
            let told = errors(&found);
            return if told.iter().any(|message| message.contains(words.as_str())) {
                Ok(())
            } else {
                Err(format!("refused as {told:?}, not as {words}"))
            };
        }
        same("errors are", &of_merging(&found), &Vec::new())?;
        let root = found.root.as_ref().ok_or("nothing results")?;
        if let Some(places) = &self.at {
            for (place, expected) in places {
                let node = place.split('/').try_fold(root, |node, key| match key.parse::<usize>() {
                    Ok(number) if node.as_mapping().is_none() => node.items().get(number),
                    _ => node.get(key),
                });
                let text = node.map(|node| match plain(node) {
                    Plain::Text(text) => text,
                    Plain::Nothing => "null".to_owned(),
                    Plain::List(items) => format!("a list of {}", items.len()),
                    _ => "a mapping".to_owned(),
                });
                same(place, &text, expected)?;
            }
        }
        if let Some(text) = &self.gives {
            let one = BTreeMap::from([("one.yaml".to_owned(), text.clone())]);
            let (expected, _) = project(&one, &["one.yaml".to_owned()], &Values::default());
            same("errors are", &of_merging(&expected), &Vec::new())?;
            same("gives", &plain(root), &plain(&expected.root.ok_or("nothing expected")?))?;
        }
        Ok(())
    }
}

fn projects_agree(name: &str, floor: usize) {
    let mut count = Count::default();
    for case in table::<Projects>(name) {
        count.case(&case.note, case.differs.as_deref(), case.check());
    }
    count.finish(floor);
}

#[test]
fn merging_agrees() {
    projects_agree("merge", 100);
}

#[test]
fn extends_and_include_agree() {
    projects_agree("extends", 40);
}

/// What fixture projects become, with lines and origins.
fn check_fixture(folder: &str, files: &[&str]) {
    let root = format!("{}/fixtures/compose/{folder}", env!("CARGO_MANIFEST_DIR"));
    let workspace = Workspace::new(std::path::Path::new(&root)).unwrap();
    let files = files.iter().map(|file| (*file).to_owned()).collect();
    let request = Request { directory: ".".to_owned(), files, ..Request::default() };
    let loaded = load(&request, &workspace);
    let text = dump::dump(loaded.stack.as_ref(), &loaded.problems, &workspace.sources, &ALL);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("data/compose");
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
    for case in table::<Broken>("broken") {
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

fn told(problem: &Problem, workspace: &Workspace) -> String {
    let severity = if problem.severity == Severity::Error { "error" } else { "warning" };
    let place = match &problem.place {
        Place::Span(span) => {
            let source = workspace.sources.get(span.source);
            let position = source.position(span.start);
            format!("{}:{}:{}", source.name, position.line, position.column)
        }
        Place::Path(path) => path.to_string(),
    };
    format!("{place} {severity}: {}", problem.message)
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
        let setting: &Setting = stack.settings.iter().find(|setting| setting.name == "LOG_LEVEL").unwrap();
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

fn loaded(files: &[(String, String)]) -> (Loaded, Workspace) {
    let workspace = Workspace::in_memory(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let request = Request { directory: ".".to_owned(), files: vec!["compose.yaml".to_owned()], ..Request::default() };
    (load(&request, &workspace), workspace)
}

/// Projects that would grow without end, were there no bounds.
#[test]
fn what_grows_without_end_is_bounded() {
    let file = |path: &str, text: &str| (path.to_owned(), text.to_owned());
    // Each variable is twice the one before, in its text and in its origins.
    let mut doubled = "A0=aaaaaaaaaa\nB0=\n".to_owned();
    for number in 1..60 {
        let before = number - 1;
        doubled.push_str(&format!("A{number}=${{A{before}}}${{A{before}}}\nB{number}=$B{before}$B{before}\n"));
    }
    let many = "      - $A12\n".repeat(20_000);
    let compose = format!("services:\n  app:\n    image: web:$A59$B59\n    env_file: .env\n    command:\n{many}");
    let (found, _) = loaded(&[file("compose.yaml", &compose), file(".env", &doubled)]);
    assert!(found.stack.unwrap().containers[0].image.reason().is_some());

    // Each file includes the next one many times.
    let mut files = vec![file("compose.yaml", "include: [0.yaml]\n")];
    for number in 0..20 {
        let next = format!("{}.yaml, ", number + 1).repeat(10);
        files.push(file(
            &format!("{number}.yaml"),
            &format!("include: [{next}]\nservices: {{ a{number}: {{ image: a }} }}\n"),
        ));
    }
    let (found, _) = loaded(&files);
    assert!(found.problems.iter().any(|problem| problem.message.contains("include fewer")));

    // Each service extends the next one.
    let mut chain = "services:\n".to_owned();
    for number in 0..2000 {
        chain.push_str(&format!("  s{number}: {{ extends: s{} }}\n", number + 1));
    }
    let (found, _) = loaded(&[file("compose.yaml", &chain)]);
    assert!(found.problems.iter().any(|problem| problem.message.contains("extend fewer")));

    // Many services read a long env file.
    let long = (0..2000).map(|number| format!("V{number}=1\n")).collect::<String>();
    let services = (0..200).map(|number| format!("  s{number}: {{ image: a, env_file: a.env }}\n")).collect::<String>();
    let (found, _) = loaded(&[file("compose.yaml", &format!("services:\n{services}")), file("a.env", &long)]);
    assert!(found.problems.iter().any(|problem| problem.message.contains("100,000 settings")));

    let ports = "      - 1-65535:1-65535\n".repeat(1000);
    let (found, _) = loaded(&[file("compose.yaml", &format!("services:\n  app:\n    image: a\n    ports:\n{ports}"))]);
    assert!(found.stack.unwrap().exposures.len() < 2000);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Whatever stands in a value, places lie within it, and no text is lost without a variable.
    #[test]
    fn every_value_is_parsed(text in "[a${}:?+ \\-_\né1]{0,40}") {
        fn check(parts: &[Part], text: &str) {
            for part in parts {
                if let Part::Variable(variable) = part {
                    assert!(text[variable.at.clone()].starts_with('$'));
                    assert!(text.get(variable.operand_at.clone()).is_some());
                    if let Ok(operand) = &variable.operand {
                        check(operand, text);
                    }
                }
            }
        }
        match template::parse(&text) {
            Ok(parts) => {
                check(&parts, &text);
                let at = Span::new(SourceId(0), 0, text.len());
                let _ = substitute(&parts, at, Some(0), &|name| (name == "a").then(|| known("$a")));
            }
            Err(at) => prop_assert!(text[at..].starts_with("${"), "{at} is no place of a brace"),
        }
    }

    /// Fixture projects with pieces cut out of them are loaded, and every problem lies in a file.
    #[test]
    fn broken_files_never_panic(start in 0..2600usize, length in 0..60usize, put in "[\\[{}:\"'$!&*\n -]{0,3}") {
        let base = format!("{}/fixtures/compose", env!("CARGO_MANIFEST_DIR"));
        for folder in ["syntax", "merge", "parts"] {
            let text = std::fs::read_to_string(format!("{base}/{folder}/compose.yaml")).unwrap();
            let from = start.min(text.len());
            let until = (from + length).min(text.len());
            let text = format!("{}{put}{}", &text[..from], &text[until..]);
            let over = std::fs::read_to_string(format!("{base}/merge/compose.override.yaml")).unwrap();
            let workspace = Workspace::in_memory([("compose.yaml", text.as_str()), ("over.yaml", over.as_str())]);
            let files = vec!["compose.yaml".to_owned(), "over.yaml".to_owned()];
            let request = Request { directory: ".".to_owned(), files, ..Request::default() };
            for problem in load(&request, &workspace).problems {
                told(&problem, &workspace);
            }
        }
    }
}
