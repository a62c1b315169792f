//! Rules against their own examples.

use super::judge::judge_asked;
use super::understand;
use crate::findings::{Finding, Record, Role, Verdict, attest};
use crate::project::{Inputs, Project, assemble_in_memory};
use crate::rules::declared::declare;
use crate::rules::example::{Example, examples};
use crate::rules::{Declared, Error, Rule, Ruleset};
use crate::source::Date;
use rayon::prelude::*;

/// What came of testing rules.
#[derive(Debug, Default)]
pub struct Tested {
    /// How many rules.
    pub rules: usize,
    /// How many examples.
    pub examples: usize,
    /// What is wrong, a sentence with its file each.
    pub failures: Vec<String>,
}

/// Places of one finding that examples may mark.
const MOST_PLACES: usize = 20;

/// Runs the examples of the rules that are wanted.
#[must_use]
pub fn test_examples(ruleset: &Ruleset, wanted: impl Fn(&Rule) -> bool + Sync) -> Tested {
    let outcomes: Vec<(usize, Vec<String>)> =
        ruleset.rules.par_iter().filter(|rule| wanted(rule)).map(|rule| test_rule(rule, ruleset)).collect();
    let mut tested = Tested { rules: outcomes.len(), ..Tested::default() };
    for (examples, failures) in outcomes {
        tested.examples += examples;
        tested.failures.extend(failures);
    }
    tested
}

fn test_rule(rule: &Rule, ruleset: &Ruleset) -> (usize, Vec<String>) {
    match examples(rule) {
        Ok(examples) => {
            let failures = examples.iter().flat_map(|example| test(rule, example, ruleset)).collect();
            (examples.len(), failures)
        }
        Err(errors) => (0, errors.iter().map(ToString::to_string).collect()),
    }
}

fn test(rule: &Rule, example: &Example, ruleset: &Ruleset) -> Vec<String> {
    let files = example.files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    let inputs = Inputs { environment: example.environment, git: example.git.clone(), ..Inputs::default() };
    let mut project = assemble_in_memory(files, &inputs);
    understand(&mut project, ruleset);
    let mut declared = Declared::new();
    let mut faults = Vec::new();
    for (name, value) in &example.facts {
        let key = ruleset.fact_key(&rule.meta.pack, name);
        match declare(&ruleset.facts, &key, value) {
            Ok(value) => {
                declared.insert(key, value);
            }
            Err(message) => faults.push(message),
        }
    }
    let is_its = |id: &String| *id == rule.meta.id || rule.parts.contains(id);
    let mut findings = judge_asked(&project.stacks, ruleset, MOST_PLACES, &declared, |other| is_its(&other.meta.id));
    let concerned = std::iter::once(&rule.meta.id).chain(&rule.parts);
    let record = |(id, (by, on, evidence)): (&String, &(String, Date, String))| Record {
        rule: id.clone(),
        by: by.clone(),
        on: *on,
        evidence: evidence.clone(),
        stack: None,
        note: None,
        folder: ".".to_owned(),
        at: None,
    };
    let records: Vec<Record> =
        concerned.flat_map(|id| example.attest.iter().map(move |word| (id, word))).map(record).collect();
    attest(&mut findings, &project.stacks, &records, example.as_of);
    let fault = |message: String| {
        let (line, column) = (example.at.line, example.at.column);
        let message = format!("example {} {message}", example.number);
        Error { file: rule.file.clone(), line, column, message }.to_string()
    };

    if !faults.is_empty() {
        return faults.into_iter().map(fault).collect();
    }
    let got = Verdict::worst(findings.iter().map(|finding| finding.verdict));
    let got_word = got.map_or("nothing", Verdict::word);
    if got_word != example.expect {
        let said = findings.iter().map(|finding| finding.message.as_str());
        let problems = project.problems.iter().map(|problem| problem.message.as_str());
        let why: Vec<&str> = match got {
            Some(Verdict::Pass) if example.expect == Verdict::Fail.word() => {
                std::iter::once("no required clause was false").chain(problems).collect()
            }
            _ => said.chain(problems).collect(),
        };
        return vec![fault(format!("expects {}, got {got_word}: {}", example.expect, why.join(" | ")))];
    }
    misplaced(example, &findings, &project).into_iter().map(fault).collect()
}

/// Marked lines at which nothing was found, and findings of the expected verdict without a mark.
fn misplaced(example: &Example, findings: &[Box<Finding>], project: &Project) -> Vec<String> {
    let sources = &project.workspace.sources;
    let mut places: Vec<(String, u32, &str)> = Vec::new();
    for finding in findings {
        for site in &finding.sites {
            let source = sources.get(site.span.source);
            let word = if site.role == Role::Primary { finding.verdict.word() } else { "related" };
            places.push((source.name.to_string(), source.position(site.span.start).line, word));
        }
    }
    let mut faults = Vec::new();
    for (path, line, word) in &example.marks {
        let is_there = places.iter().any(|(file, at, kind)| file == path && at == line && kind == word);
        if !is_there {
            let near: Vec<String> = places.iter().map(|(file, at, kind)| format!("{kind} at {file}:{at}")).collect();
            faults.push(format!("expects {word} at {path}:{line}, got {}", near.join(", ")));
        }
    }
    let marked = |path: &str, line: u32| example.marks.iter().any(|(file, at, _)| file == path && *at == line);
    if example.marks.iter().any(|(.., word)| *word == example.expect) {
        for (file, line, kind) in places.iter().filter(|(.., kind)| *kind == example.expect) {
            if !marked(file, *line) {
                faults.push(format!("got an unmarked {kind} at {file}:{line}"));
            }
        }
    }
    faults
}
