//! Every mistake in a rule file has its message and its place; and the schema agrees with the rules.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "engine/needed.rs"]
mod needed;

use needed::{NEEDED, completed};
use seaworthy::engine::test_examples;
use seaworthy::rules::example::examples;
use seaworthy::rules::{Error, Ruleset, Tuning};
use seaworthy::source::Sources;
use seaworthy::syntax::{self, Limits, Node, Syntax};
use std::fmt::Write;
use std::path::Path;

fn read(path: &Path, look: impl FnOnce(&Node)) {
    let text = std::fs::read_to_string(path).unwrap();
    let sources = Sources::new();
    let id = sources.add(path.to_string_lossy().into_owned(), text.as_str());
    let parsed = syntax::parse(Syntax::Yaml, id, &text, &Limits::default());
    assert!(parsed.problems.is_empty(), "{}: {:?}", path.display(), parsed.problems);
    look(&parsed.documents[0].root);
}

fn data(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/rules").join(name)
}

fn text<'n>(case: &'n Node, key: &str) -> &'n str {
    case.get(key).and_then(Node::text).unwrap_or_default()
}

/// The rule of a case: as written, with what it leaves out behind it.
fn rule(case: &Node) -> String {
    completed(text(case, "rule"), "acme/case", text(case, "without"))
}

/// What is wrong with a rule: mistakes in it, else in its examples, else what came of those.
fn mistakes(path: &str, text: &str, with_examples: bool) -> Vec<String> {
    let lines = |errors: Vec<Error>| errors.iter().map(ToString::to_string).collect::<Vec<_>>();
    let ruleset = match Ruleset::with(path, text) {
        Ok(ruleset) => ruleset,
        Err(errors) => return lines(errors),
    };
    let Some(rule) = ruleset.find(path.trim_end_matches(".yaml")) else { return Vec::new() };
    if !with_examples {
        return Vec::new();
    }
    match examples(rule) {
        Ok(_) => test_examples(&ruleset, |other| other.meta.id == rule.meta.id).failures,
        Err(errors) => lines(errors),
    }
}

#[test]
fn every_mistake_is_told_with_its_place() {
    let mut wrong = String::new();
    read(&data("errors.yaml"), |cases| {
        assert!(cases.items().len() > 60);
        for case in cases.items() {
            let (pack, name) = (text(case, "pack"), text(case, "path"));
            let (path, text) = match (pack, name) {
                ("", "") => ("acme/case.yaml", rule(case)),
                ("", path) => (path, rule(case)),
                (pack, "") => ("acme/pack.yaml", pack.to_owned()),
                (pack, path) => (path, pack.to_owned()),
            };
            let got = mistakes(path, &text, case.get("examples").is_some());
            let expected = case.get("errors").unwrap().items().iter().map(|node| node.text().unwrap());
            let expected: Vec<String> = expected.map(|line| format!("rules/{path}:{line}")).collect();
            if got != expected {
                let mistake = case.get("mistake").and_then(Node::text).unwrap();
                writeln!(wrong, "{mistake}\n  expected {expected:#?}\n  got {got:#?}").unwrap();
            }
        }
    });
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn a_predicate_of_another_pack_is_not_seen_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write(
        "acme/pack.yaml",
        "name: acme\ndefine:\n  small: {of: container, limits.memory: {max: 1Gi}}\n  pinned: {of: image, tag: {present: true}}\n",
    );
    let needed: String = NEEDED.iter().map(|(key, value)| format!("{key}: {value}\n")).collect();
    write("acme/own.yaml", &format!("require: [{{is: small}}, {{image: {{is: pinned}}}}]\nid: acme/own\n{needed}"));
    assert!(Ruleset::awake(&[folder.path().to_path_buf()], &Tuning::default()).is_ok());
    write("other/one.yaml", &format!("require: {{is: small}}\nid: other/one\n{needed}"));
    let errors = Ruleset::awake(&[folder.path().to_path_buf()], &Tuning::default()).err().unwrap();
    let lines: Vec<String> =
        errors.iter().map(|error| format!("{}:{}: {}", error.line, error.column, error.message)).collect();
    assert_eq!(lines, ["1:15: there is no predicate \"small\""]);
}

#[test]
fn the_schema_agrees_with_the_rules_that_are_built_in() {
    let schema: serde_json::Value = serde_json::from_str(&seaworthy::rules::schema::schema()).unwrap();
    jsonschema::meta::validate(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let ruleset = Ruleset::builtin().unwrap_or_else(|errors| panic!("{errors:?}"));
    let mut wrong = String::new();
    for rule in &ruleset.rules {
        let value = json(&document(&rule.text));
        for error in validator.iter_errors(&value) {
            writeln!(wrong, "{}: {error} at {}", rule.file, error.instance_path()).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn the_schema_refuses_what_the_compiler_refuses() {
    let schema: serde_json::Value = serde_json::from_str(&seaworthy::rules::schema::schema()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let needed = completed("", "acme/case", "");
    let good = format!("{needed}examples:\n- {{expect: pass, files: {{a: b}}}}\n- {{expect: fail, files: {{a: b}}}}\n");
    let is_valid = |text: &str| validator.is_valid(&json(&document(text)));
    assert!(is_valid(&format!("{good}require: {{privileged: false}}\n")));
    for bad in [
        "sevrity: high",
        "mode: partial",
        "otherwise: fial",
        "tags: web",
        "tags: []",
        "require: [privileged]",
        "require: {severity: hihg, privileged: false}",
        "message: [a]",
    ] {
        assert!(!is_valid(&format!("{good}{bad}\n")), "{bad}");
    }
    for (from, to) in [
        ("severity: high", "severity: hihg"),
        ("for: container", "for: contaner"),
        ("expect: pass", "expect: fial"),
        ("id: acme/case\n", ""),
    ] {
        assert!(good.contains(from));
        assert!(!is_valid(&good.replace(from, to)), "{to}");
    }
}

fn document(text: &str) -> Node {
    let sources = Sources::new();
    let id = sources.add("rule", text);
    let mut parsed = syntax::parse(Syntax::Yaml, id, text, &Limits::default());
    parsed.documents.remove(0).root
}

/// A tree as an editor hands it to a schema.
fn json(node: &Node) -> serde_json::Value {
    use serde_json::Value;
    if !node.items().is_empty() {
        return node.items().iter().map(json).collect();
    }
    if node.as_mapping().is_some() {
        return Value::Object(
            node.entries().iter().map(|entry| (entry.name().to_owned(), json(&entry.value))).collect(),
        );
    }
    let Some(scalar) = node.as_scalar() else { return Value::Array(Vec::new()) };
    let text = scalar.text.expose();
    if scalar.style != syntax::Style::Plain {
        return Value::String(text.to_owned());
    }
    match text {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        "" | "~" | "null" => Value::Null,
        _ => text
            .parse()
            .map_or_else(|_| Value::String(text.to_owned()), |number: serde_json::Number| Value::Number(number)),
    }
}
