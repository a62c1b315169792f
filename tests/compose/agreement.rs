//! The tables of the reference implementation: templates, env files, merging, extends and include.

use super::{Values, known, table};
use seaworthy::compose::substitute::substitute;
use seaworthy::compose::template::{self, Operator, Part, Variable};
use seaworthy::compose::variables::{Variables, read_file};
use seaworthy::compose::{Project, Request, load, merged};
use seaworthy::discovery::Workspace;
use seaworthy::source::{HOLE, Place, Problem, Reason, Severity, SourceId, Span};
use seaworthy::syntax::{Node, Value};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Counts agreement; every case agrees or says in the data why it does not.
#[derive(Default)]
struct Count {
    table: &'static str,
    agreed: usize,
    differing: usize,
    failures: Vec<String>,
}

impl Count {
    fn of(table: &'static str) -> Self {
        Self { table, ..Self::default() }
    }

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
        println!("{}: {} cases, {} agree", self.table, self.agreed + self.differing + self.failures.len(), self.agreed);
        assert!(self.failures.is_empty(), "{}", self.failures.join("\n"));
        assert!(self.agreed + self.differing >= floor, "only {} cases", self.agreed + self.differing);
        assert!(self.agreed * 100 >= (self.agreed + self.differing) * 99, "{} differ", self.differing);
    }
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, found: &T, expected: &T) -> Result<(), String> {
    if found == expected { Ok(()) } else { Err(format!("{what} {found:?}, not {expected:?}")) }
}

fn unset(reason: Option<&Reason>) -> Option<String> {
    match reason {
        Some(Reason::UnsetVariable { name }) => Some(name.to_string()),
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
    let mut count = Count::of("interpolation");
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
    let mut count = Count::of("dotenv");
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

/// The errors but for what is missing or not known: the cases are cut down to what they are about.
fn of_merging(project: &Project) -> Vec<&str> {
    let cut_down = ["is not among the", "neither an image nor a build", "is no key of", " has no "];
    errors(project).into_iter().filter(|message| !cut_down.iter().any(|words| message.contains(words))).collect()
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

fn projects_agree(name: &'static str, floor: usize) {
    let mut count = Count::of(name);
    for case in table::<Projects>(name) {
        count.case(&case.note, case.differs.as_deref(), case.check());
    }
    count.finish(floor);
}

#[test]
fn merging_agrees() {
    projects_agree("merge", 78);
}

#[test]
fn extends_agrees() {
    projects_agree("extends", 24);
}

#[test]
fn include_agrees() {
    projects_agree("include", 13);
}

#[test]
fn override_agrees() {
    projects_agree("override", 10);
}

#[test]
fn reset_agrees() {
    projects_agree("reset", 20);
}

#[test]
fn refusals_agree() {
    let mut count = Count::of("refusals");
    for case in table::<Projects>("refusals") {
        let names: Vec<String> = (0..case.files.len()).map(|number| format!("{number}.yaml")).collect();
        let files = names.iter().cloned().zip(case.files.iter().cloned()).collect();
        let (found, _) = project(&files, &names, &case.env);
        let told = errors(&found);
        let outcome = match &case.refused {
            None => same("errors are", &told, &Vec::new()),
            Some(words) if told.iter().any(|message| message.contains(words.as_str())) => Ok(()),
            Some(words) => Err(format!("refused as {told:?}, not as {words}")),
        };
        count.case(&case.note, case.differs.as_deref(), outcome);
    }
    count.finish(68);
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Profiled {
    note: String,
    files: Vec<String>,
    #[serde(default)]
    env: Values,
    #[serde(default)]
    profiles: Vec<String>,
    starts: Values,
}

#[test]
fn profiles_agree() {
    let mut count = Count::of("profiles");
    for case in table::<Profiled>("profiles") {
        let names: Vec<String> = (0..case.files.len()).map(|number| format!("{number}.yaml")).collect();
        let texts = names.iter().map(String::as_str).zip(case.files.iter().map(String::as_str));
        let workspace = Workspace::in_memory(texts);
        let (env, profiles) = (case.env.clone().into_iter().collect(), case.profiles.clone());
        let request = Request { directory: ".".to_owned(), files: names.clone(), env, profiles, ..Request::default() };
        let loaded = load(&request, &workspace);
        let stacks = loaded.stack.iter().chain(&loaded.variants);
        let started = stacks.map(|stack| {
            let names: Vec<&str> = stack.workloads.iter().map(|workload| workload.name.as_str()).collect();
            (stack.variant.clone().unwrap_or_default(), names.join(" "))
        });
        count.case(&case.note, None, same("starts", &started.collect::<Values>(), &case.starts));
    }
    count.finish(11);
}
