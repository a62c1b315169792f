//! Compose projects: agreement with the reference implementation, case by case, what fixture projects
//! become, and what keeps hostile ones within bounds.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod dump;
#[path = "compose/agreement.rs"]
mod agreement;
#[path = "compose/fixtures.rs"]
mod fixtures;
#[path = "compose/limits.rs"]
mod limits;
#[path = "compose/rendering.rs"]
mod rendering;
#[path = "compose/lowering.rs"]
mod lowering;

use seaworthy::compose::substitute::Known;
use seaworthy::discovery::Workspace;
use seaworthy::source::{Place, Problem, Severity, Text};
use serde::Deserialize;
use std::collections::BTreeMap;

type Values = BTreeMap<String, String>;

/// The rows of a table.
fn table<T: for<'d> Deserialize<'d>>(name: &str) -> Vec<T> {
    let path = format!("{}/tests/data/compose/{name}.yaml", env!("CARGO_MANIFEST_DIR"));
    serde_yaml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn known(value: &str) -> Known {
    Known { value: Text::from(value), origins: Vec::new(), unknown: None }
}

/// A problem with its place, as files tell it: `file:line:column severity: message`.
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
