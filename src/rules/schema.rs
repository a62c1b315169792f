//! A JSON Schema of rule files, made from the tables that rules are checked against.

use super::compile::OPERATORS;
use super::meta::{Category, Confidence, Severity};
use super::read::KEYS;
use crate::model::SubjectKind;
use crate::model::queryable::{self, ThingKind};
use serde_json::{Map, Value, json};

/// The schema, as a text.
#[must_use]
pub fn schema() -> String {
    let fields = SubjectKind::ALL.map(|kind| {
        let lines: Vec<String> = queryable::fields(ThingKind::Subject(kind))
            .iter()
            .map(|field| {
                let argument = field.argument.map(|takes| format!("({takes})")).unwrap_or_default();
                format!("{}{argument}: {}, {}", field.name, field.of.word(), field.doc)
            })
            .collect();
        format!("Fields of a {}:\n{}", kind.word(), lines.join("\n"))
    });
    let mut properties = Map::new();
    for key in KEYS {
        properties.insert(key.to_owned(), property(key));
    }
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A rule of seaworthy",
        "description": fields.join("\n\n"),
        "type": "object",
        "required": ["id", "title", "examples"],
        "anyOf": [
            { "required": ["extends"] },
            { "required": ["for", "why", "fix", "category", "severity"] },
            { "required": ["roll-up", "why", "fix", "category", "severity"] }
        ],
        "additionalProperties": false,
        "properties": properties,
        "$defs": {
            "condition": {
                "description": format!(
                    "Said of one thing. A value: it equals it. A list: one of these. A mapping: every entry holds; a key is \
                     an operator ({}) or a path to another value.",
                    OPERATORS.join(", ")
                ),
                "type": ["object", "array", "string", "number", "boolean"]
            },
            "clause": {
                "description": "A condition that may also carry when, say (its message) and severity.",
                "type": "object",
                "properties": { "when": { "$ref": "#/$defs/condition" }, "say": { "type": "string" }, "severity": words(&Severity::ALL.map(Severity::word)) }
            },
            "clauses": { "anyOf": [{ "$ref": "#/$defs/clause" }, { "type": "array", "items": { "$ref": "#/$defs/clause" } }] },
            "texts": { "type": "array", "items": { "type": "string" }, "minItems": 1 }
        }
    });
    serde_json::to_string_pretty(&schema).unwrap_or_default()
}

fn words(words: &[&str]) -> Value {
    json!({ "enum": words })
}

fn property(key: &str) -> Value {
    let text = |doc: &str| json!({ "type": "string", "description": doc });
    let condition = |doc: &str| json!({ "$ref": "#/$defs/condition", "description": doc });
    let clauses = |doc: &str| json!({ "$ref": "#/$defs/clauses", "description": doc });
    let texts = |doc: &str| json!({ "$ref": "#/$defs/texts", "description": doc });
    match key {
        "id" => text("its path under the folder of rules, without the suffix"),
        "title" => text("the checklist sentence, without a full stop"),
        "why" => text("what goes wrong otherwise"),
        "fix" => text("what to write"),
        "message" => text("the wording of a failure; {{path}} and {{=formula}} are filled in"),
        "point" => text("the path of the value to point at"),
        "fold" => text("failures of one subject under this word are shown as one"),
        "category" => words(&Category::ALL.map(Category::word)),
        "severity" => words(&Severity::ALL.map(Severity::word)),
        "confidence" => words(&Confidence::ALL.map(Confidence::word)),
        "mode" => words(&["automatic", "partly", "manual"]),
        "otherwise" => words(&["not-applicable", "pass", "fail", "unknown"]),
        "for" => words(&SubjectKind::ALL.map(SubjectKind::word)),
        "items" => texts("checklist items that it decides"),
        "controls" => texts("controls that it decides"),
        "tags" => texts("labels for --select tag:"),
        "where" => condition("which subjects; the others yield nothing"),
        "when" => condition("whether it applies to a subject"),
        "extends" => text("the rule that this one narrows: where both judge a subject, this one speaks"),
        "roll-up" => texts("rules whose worst verdict counts, instead of one of its own"),
        "attest" => json!({
            "type": "object",
            "additionalProperties": false,
            "properties": {
                "valid": { "type": "string", "description": "for how many days a person's word counts, as 365d" },
                "always": { "type": "boolean", "description": "whether it is needed even where the files show that all is well" }
            }
        }),
        "seen" => condition("in mode partly: evidence is there, so that what does not hold is a failure"),
        "require" => clauses("all must hold"),
        "reject" => clauses("none may hold"),
        "advise" => clauses("should hold; else the pass carries a remark"),
        "examples" => json!({
            "type": "array",
            "minItems": 2,
            "items": {
                "type": "object",
                "required": ["expect", "files"],
                "additionalProperties": false,
                "properties": {
                    "expect": words(&["pass", "fail", "unknown", "not-applicable", "manual", "attested"]),
                    "as-of": { "type": "string", "description": "the day that counts as today, as YYYY-MM-DD" },
                    "attest": { "type": "object", "description": "who confirmed it: by, on, evidence" },
                    "facts": { "type": "object", "description": "what an operator declared" },
                    "environment": words(&["production", "staging", "development"]),
                    "git": {
                        "description": "What git knows of the files; without it they are in no work tree.",
                        "type": "object",
                        "additionalProperties": false,
                        "properties": {
                            "tracked": { "type": "array", "items": { "type": "string" } },
                            "ignored": { "type": "array", "items": { "type": "string" } }
                        }
                    },
                    "files": {
                        "description": "Path and text. A line that ends with `# <- fail` is where the failure has to point.",
                        "type": "object",
                        "additionalProperties": { "type": "string" }
                    }
                }
            }
        }),
        _ => json!({ "type": "object" }),
    }
}
