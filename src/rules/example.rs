//! The examples of a rule: small deployments with the verdict that they are to get.

use super::error::Error;
use super::rule::Rule;
use crate::discovery::git::Given;
use crate::model::Environment;
use crate::source::nearest::{one_of, suggestion};
use crate::source::{Date, Position, Sources, Span};
use crate::syntax::{self, Limits, Node, Syntax};

/// A deployment and what a rule is to say of it.
pub struct Example {
    /// Its number in the rule, from 1.
    pub number: usize,
    /// Where it stands in the file of the rule.
    pub at: Position,
    /// The worst verdict.
    pub expect: String,
    /// What the deployment is for, if that is not left to its names.
    pub environment: Option<Environment>,
    /// What git knows of its files; without it, they are in no work tree.
    pub git: Option<Given>,
    /// The day that counts as today.
    pub as_of: Date,
    /// Who confirmed it: by, on, evidence.
    pub attest: Option<(String, Date, String)>,
    /// What an operator declared.
    pub facts: Vec<(String, String)>,
    /// Path and text, markers cut out.
    pub files: Vec<(String, String)>,
    /// The lines that are marked: path, line from 1, word.
    pub marks: Vec<(String, u32, String)>,
}

const KEYS: [&str; 7] = ["expect", "environment", "as-of", "attest", "facts", "git", "files"];

/// The verdicts that an example may expect.
const VERDICTS: [&str; 6] = ["pass", "fail", "unknown", "not-applicable", "manual", "attested"];

/// The day that counts as today where an example does not say.
const TODAY: &str = "2026-11-20";

const ENVIRONMENTS: [Environment; 3] = [Environment::Production, Environment::Staging, Environment::Development];

/// Reads the examples of a rule.
///
/// # Errors
/// Every mistake in them, with its place.
pub fn examples(rule: &Rule) -> Result<Vec<Example>, Vec<Error>> {
    let sources = Sources::new();
    let id = sources.add(rule.file.as_str(), &*rule.text);
    let source = sources.get(id);
    let parsed = syntax::parse(Syntax::Yaml, id, &rule.text, &Limits::default());
    let list = parsed.documents.first().and_then(|document| document.root.get("examples"));
    let mut errors = Vec::new();
    let mut examples = Vec::new();
    for (index, node) in list.map_or(&[][..], Node::items).iter().enumerate() {
        for entry in node.entries().iter().filter(|entry| !KEYS.contains(&entry.name())) {
            let message = format!("unknown key \"{}\" in an example{}", entry.name(), suggestion(entry.name(), KEYS));
            errors.push(Error::at(&source, entry.key.span, message));
        }
        let expect = node.get("expect").and_then(Node::text).unwrap_or_default().to_owned();
        if !VERDICTS.contains(&expect.as_str()) {
            let at = node.get("expect").map_or(node.span, |expect| expect.span);
            errors.push(Error::at(&source, at, format!("\"{expect}\" is no verdict{}", one_of(&expect, &VERDICTS))));
        }
        let environment = node.get("environment").and_then(|node| {
            let word = node.text().unwrap_or_default();
            let environment = ENVIRONMENTS.into_iter().find(|environment| environment.word() == word);
            if environment.is_none() {
                let hint = one_of(word, &ENVIRONMENTS.map(Environment::word));
                errors.push(Error::at(&source, node.span, format!("\"{word}\" is no environment{hint}")));
            }
            environment
        });
        let mut day = |node: Option<&Node>| {
            let text = node.and_then(Node::text).unwrap_or(TODAY);
            let day = Date::parse(text);
            if let (None, Some(node)) = (day, node) {
                errors.push(Error::at(&source, node.span, format!("\"{text}\" is no day; write it as YYYY-MM-DD")));
            }
            day
        };
        let as_of = day(node.get("as-of")).or_else(|| Date::parse(TODAY));
        let Some(as_of) = as_of else { continue };
        let attest = node.get("attest").and_then(|record| {
            let text = |key: &str| record.get(key).and_then(Node::text).unwrap_or_default().to_owned();
            Some((text("by"), day(record.get("on"))?, text("evidence")))
        });
        let facts = node.get("facts").map_or(&[][..], Node::entries).iter();
        let facts = facts.map(|entry| (entry.name().to_owned(), entry.value.text().unwrap_or_default().to_owned()));
        let (files, marks, facts) = (Vec::new(), Vec::new(), facts.collect());
        let at = source.position(node.span.start);
        let mut example =
            Example { number: index + 1, at, expect, environment, git: None, as_of, attest, facts, files, marks };
        for entry in node.get("files").map_or(&[][..], Node::entries) {
            match entry.value.text() {
                Some(text) => example.add(entry.name(), text),
                None => errors.push(Error::at(&source, entry.value.span, "the content of a file is text")),
            }
        }
        if example.files.is_empty() {
            errors.push(Error::at(&source, node.span, "an example needs files"));
        }
        if let Some(node) = node.get("git") {
            let (given, mut found) = example.given(node);
            example.git = Some(given);
            errors.extend(found.drain(..).map(|(span, message)| Error::at(&source, span, message)));
        }
        examples.push(example);
    }
    let needed: &[&str] = match (rule.meta.mode, rule.meta.attest) {
        // What its parts come to is shown there.
        _ if !rule.parts.is_empty() => &["fail"],
        (super::Mode::Manual, _) => &["manual", "attested"],
        (_, Some(terms)) if terms.always => &["attested", "fail"],
        _ => &["pass", "fail"],
    };
    for wanted in needed {
        if !examples.iter().any(|example| example.expect == *wanted) {
            let message = format!("no example expects {wanted}");
            errors.push(match list {
                Some(list) => Error::at(&source, list.span, message),
                None => Error::file(rule.file.as_str(), message),
            });
        }
    }
    if errors.is_empty() { Ok(examples) } else { Err(errors) }
}

impl Example {
    /// What git knows of the files, and what is wrong with how that is written.
    fn given(&self, node: &Node) -> (Given, Vec<(Span, String)>) {
        let mut given = Given::default();
        let mut errors = Vec::new();
        for entry in node.entries() {
            let list = match entry.name() {
                "tracked" => &mut given.tracked,
                "ignored" => &mut given.ignored,
                name => {
                    let hint = one_of(name, &["tracked", "ignored"]);
                    errors.push((entry.key.span, format!("unknown key \"{name}\" in git{hint}")));
                    continue;
                }
            };
            for item in entry.value.items() {
                let path = item.text().unwrap_or_default();
                let paths = self.files.iter().map(|(path, _)| path.as_str());
                if paths.clone().any(|known| known == path) {
                    list.push(path.to_owned());
                } else {
                    let message = format!("the example has no file \"{path}\"{}", suggestion(path, paths));
                    errors.push((item.span, message));
                }
            }
        }
        (given, errors)
    }

    /// Cuts the markers out of a file.
    fn add(&mut self, path: &str, text: &str) {
        let mut cut = String::with_capacity(text.len());
        for (number, line) in (1_u32..).zip(text.split_inclusive('\n')) {
            match line.split_once("# <- ") {
                Some((kept, word)) => {
                    self.marks.push((path.to_owned(), number, word.trim().to_owned()));
                    cut.push_str(kept.trim_end());
                    cut.push('\n');
                }
                None => cut.push_str(line),
            }
        }
        self.files.push((path.to_owned(), cut));
    }
}
