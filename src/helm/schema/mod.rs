//! The gate of values.schema.json: whether values fit a chart's JSON schema.
//!
//! Knows the keywords of the drafts that charts use. References to other files are never followed;
//! what they describe counts as fitting, and so do the `unevaluated…` keywords.

mod keywords;

use super::yaml::json;
use super::yaml::tree::{At, Data, Tree};
use keywords::check_number;
use regex::{Regex, RegexBuilder};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;

/// How many schemas may be applied in one validation.
const MAX_STEPS: u32 = 500_000;
/// The most memory that a compiled pattern may take, in bytes.
const MAX_PATTERN: usize = 1 << 18;
/// What it costs to compile a pattern, in steps.
const STEPS_TO_COMPILE: u32 = 1000;
/// Bytes of a text that are one step to hold against a pattern.
const BYTES_PER_STEP: usize = 64;
/// How deep schemas may refer to schemas.
const MAX_DEPTH: u32 = 100;
/// How many violations are collected.
const MAX_VIOLATIONS: usize = 20;

/// A value that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The path of keys to the value, joined with `.`; empty for the values as a whole.
    pub path: String,
    /// Where the value, or the map that lacks a key, stands.
    pub at: Option<At>,
    /// What was expected, as the rest of a sentence that begins with the path.
    pub message: String,
}

/// Holds values against the text of a schema. An answer without violations means that they fit.
///
/// # Errors
/// If the schema is not JSON.
pub fn validate(schema: &str, values: &Tree) -> Result<Vec<Violation>, String> {
    let schema = json::read(schema)?;
    let draft = schema.get("$schema").and_then(Tree::as_str).unwrap_or_default();
    let lone_references = ["draft-03", "draft-04", "draft-06", "draft-07"].iter().any(|old| draft.contains(old));
    let validator = Validator {
        root: &schema,
        lone_references,
        steps: Cell::new(MAX_STEPS),
        patterns: RefCell::new(HashMap::new()),
    };
    let mut found = Vec::new();
    validator.check(&schema, values, "", 0, &mut found);
    found.truncate(MAX_VIOLATIONS);
    Ok(found)
}

struct Validator<'s> {
    root: &'s Tree,
    /// In the older drafts nothing beside a reference counts.
    lone_references: bool,
    steps: Cell<u32>,
    patterns: RefCell<HashMap<String, Option<Regex>>>,
}

/// What one schema is applied to.
struct Subject<'v> {
    value: &'v Tree,
    path: &'v str,
}

impl Subject<'_> {
    fn violation(&self, message: impl Into<String>) -> Violation {
        Violation { path: self.path.to_owned(), at: self.value.at, message: message.into() }
    }
}

impl Validator<'_> {
    fn fits(&self, schema: &Tree, subject: &Subject<'_>, depth: u32) -> bool {
        let mut found = Vec::new();
        self.check(schema, subject.value, subject.path, depth + 1, &mut found);
        found.is_empty()
    }

    fn check(&self, schema: &Tree, value: &Tree, path: &str, depth: u32, found: &mut Vec<Violation>) {
        let Some(steps) = self.steps.get().checked_sub(1) else { return };
        self.steps.set(steps);
        let subject = Subject { value, path };
        match &schema.data {
            Data::Bool(false) => found.push(subject.violation("is not allowed by the schema")),
            Data::Map(_) if depth < MAX_DEPTH && found.len() < MAX_VIOLATIONS => {}
            _ => return,
        }
        if let Some(target) = schema.get("$ref").and_then(Tree::as_str).and_then(|target| self.resolve(target)) {
            self.check(target, value, path, depth + 1, found);
            if self.lone_references {
                return;
            }
        }
        self.check_type(schema, &subject, found);
        self.combine(schema, &subject, depth, found);
        match &value.data {
            Data::String(text, _) => self.check_string(schema, &subject, text, found),
            Data::Number(number) => check_number(schema, &subject, *number, found),
            #[expect(clippy::cast_precision_loss, reason = "JSON has only floats")]
            Data::Int(number) => check_number(schema, &subject, *number as f64, found),
            Data::List(items) => self.check_list(schema, &subject, items, depth, found),
            Data::Map(_) => self.check_map(schema, &subject, depth, found),
            Data::Null | Data::Bool(_) => {}
        }
    }

    /// The schema that a reference within the document points to.
    fn resolve(&self, target: &str) -> Option<&Tree> {
        let pointer = target.strip_prefix('#')?;
        if pointer.is_empty() {
            return Some(self.root);
        }
        pointer.strip_prefix('/')?.split('/').try_fold(self.root, |tree, part| {
            let part = part.replace("~1", "/").replace("~0", "~").replace("%24", "$");
            match &tree.data {
                Data::List(items) => items.get(part.parse::<usize>().ok()?),
                _ => tree.get(&part),
            }
        })
    }

    fn check_type(&self, schema: &Tree, subject: &Subject<'_>, found: &mut Vec<Violation>) {
        if let Some(wanted) = schema.get("type") {
            let names: Vec<&str> = match &wanted.data {
                Data::List(items) => items.iter().filter_map(Tree::as_str).collect(),
                _ => wanted.as_str().into_iter().collect(),
            };
            if !names.is_empty() && !names.iter().any(|name| is_type(subject.value, name)) {
                let message = format!("must be of type {}; found {}", names.join(" or "), subject.value.describe());
                found.push(subject.violation(message));
            }
        }
        if let Some(options) = schema.get("enum")
            && !options.items().iter().any(|option| equal(option, subject.value))
        {
            found.push(subject.violation("must be one of the values that the schema lists"));
        }
        if let Some(wanted) = schema.get("const")
            && !equal(wanted, subject.value)
        {
            found.push(subject.violation("must be the one value that the schema names"));
        }
    }

    fn combine(&self, schema: &Tree, subject: &Subject<'_>, depth: u32, found: &mut Vec<Violation>) {
        let parts = |key: &str| schema.get(key).map(Tree::items);
        for part in parts("allOf").unwrap_or_default() {
            self.check(part, subject.value, subject.path, depth + 1, found);
        }
        if let Some(parts) = parts("anyOf")
            && !parts.iter().any(|part| self.fits(part, subject, depth))
        {
            found.push(subject.violation("fits none of the schema's alternatives"));
        }
        if let Some(parts) = parts("oneOf") {
            let count = parts.iter().filter(|part| self.fits(part, subject, depth)).count();
            if count != 1 {
                found
                    .push(subject.violation(format!("must fit exactly one of the schema's alternatives, not {count}")));
            }
        }
        if let Some(part) = schema.get("not")
            && self.fits(part, subject, depth)
        {
            found.push(subject.violation("fits what the schema excludes"));
        }
        if let Some(condition) = schema.get("if") {
            let branch = if self.fits(condition, subject, depth) { "then" } else { "else" };
            if let Some(part) = schema.get(branch) {
                self.check(part, subject.value, subject.path, depth + 1, found);
            }
        }
    }

    /// A pattern that cannot be read matches everything.
    fn matches(&self, pattern: &str, text: &str) -> bool {
        let mut patterns = self.patterns.borrow_mut();
        let compiled = patterns.entry(pattern.to_owned()).or_insert_with(|| {
            self.steps.set(self.steps.get().saturating_sub(STEPS_TO_COMPILE));
            RegexBuilder::new(pattern).size_limit(MAX_PATTERN).dfa_size_limit(MAX_PATTERN).build().ok()
        });
        let steps = u32::try_from(text.len() / BYTES_PER_STEP).unwrap_or(u32::MAX);
        self.steps.set(self.steps.get().saturating_sub(steps));
        compiled.as_ref().is_none_or(|pattern| pattern.is_match(text))
    }
}

fn is_type(value: &Tree, name: &str) -> bool {
    match (&value.data, name) {
        (Data::Null, "null")
        | (Data::Bool(_), "boolean")
        | (Data::Int(_), "integer" | "number")
        | (Data::Number(_), "number")
        | (Data::String(..), "string")
        | (Data::List(_), "array")
        | (Data::Map(_), "object") => true,
        (Data::Number(number), "integer") => number.fract() == 0.0,
        _ => false,
    }
}

fn equal(left: &Tree, right: &Tree) -> bool {
    match (&left.data, &right.data) {
        (Data::Null, Data::Null) => true,
        (Data::Bool(left), Data::Bool(right)) => left == right,
        (Data::Number(left), Data::Number(right)) => left == right,
        (Data::Int(left), Data::Int(right)) => left == right,
        #[expect(clippy::cast_precision_loss, reason = "JSON has only floats")]
        (Data::Int(whole), Data::Number(number)) | (Data::Number(number), Data::Int(whole)) => *whole as f64 == *number,
        (Data::String(left, _), Data::String(right, _)) => left == right,
        (Data::List(left), Data::List(right)) => {
            left.len() == right.len() && left.iter().zip(right.iter()).all(|(left, right)| equal(left, right))
        }
        (Data::Map(left), Data::Map(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .zip(right.iter())
                    .all(|(left, right)| left.0 == right.0 && equal(&left.1.value, &right.1.value))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_held_against_the_schema() {
        let mut wrong = Vec::new();
        for line in include_str!("../../../tests/data/helm/schema.jsonl").lines() {
            let case: serde_json::Value = serde_json::from_str(line).unwrap();
            let values = json::tree(&case["values"]);
            let answer = validate(&case["schema"].to_string(), &values).unwrap().is_empty();
            if answer != case["fits"].as_bool().unwrap() {
                wrong.push(line);
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn endless_references_end() {
        let schema = r##"{"allOf": [{"$ref": "#"}, {"$ref": "#"}]}"##;
        assert!(validate(schema, &json::read("{}").unwrap()).is_ok());
        assert!(validate("{", &json::read("{}").unwrap()).is_err());
    }

    #[test]
    fn messages_name_keys_but_no_values() {
        let schema =
            r#"{"properties": {"a": {"properties": {"port": {"type": "integer"}}, "additionalProperties": false}}}"#;
        let values = json::read(r#"{"a": {"port": "hunter2", "prot": 1}}"#).unwrap();
        let found: Vec<String> =
            validate(schema, &values).unwrap().iter().map(|one| format!("{} {}", one.path, one.message)).collect();
        assert_eq!(
            found,
            ["a.port must be of type integer; found a string", "a.prot is a key that the schema does not know"]
        );
    }
}
