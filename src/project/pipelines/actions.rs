//! Workflows of GitHub, Gitea and Forgejo.

use super::super::schedules::without_expressions;
use super::{StepBody, Written, WrittenStep, closed};
use crate::discovery::Workspace;
use crate::model::Field;
use crate::source::Text;
use crate::source::reader::{file_name, join};
use crate::syntax::{Node, Syntax};

/// The most jobs of a workflow that are read.
const MOST: usize = 500;

/// Reads a workflow.
pub(super) fn read(root: &Node, path: &str, workspace: &Workspace) -> Written {
    let mut written = Written::default();
    written.pipeline.name = root.get("name").and_then(Node::text).unwrap_or_else(|| file_name(path)).to_owned();
    if let Some(on) = root.get("on") {
        let single = on.text().into_iter();
        let listed = on.items().iter().filter_map(Node::text);
        let mapped = on.entries().iter().map(|entry| entry.name());
        written.pipeline.triggers = single.chain(listed).chain(mapped).map(str::to_owned).collect();
        for key in ["branches", "tags"] {
            let named = on.at(&["push", key]).map_or(&[][..], Node::items);
            written.pipeline.branches.extend(named.iter().filter_map(Node::text).map(str::to_owned));
        }
    }
    let jobs = root.get("jobs").map_or(&[][..], Node::entries);
    let jobs = jobs.get(..MOST).unwrap_or(jobs);
    let number = |name: &str| jobs.iter().position(|job| job.name() == name);
    let needs = |job: &Node| {
        let needs = job.get("needs");
        let single = needs.and_then(Node::text).into_iter();
        let listed = needs.map_or(&[][..], Node::items).iter().filter_map(Node::text);
        single.chain(listed).filter_map(number).collect()
    };
    written.pipeline.after = closed(&jobs.iter().map(|job| needs(&job.value)).collect::<Vec<_>>());
    for (number, job) in jobs.iter().enumerate() {
        if never(&job.value) {
            continue;
        }
        let around = Around { number, tolerated: tolerated(&job.value), depth: 0 };
        if job.value.get("uses").is_some() {
            step(&job.value, &[], &around, &mut written, workspace);
        }
        let env: Vec<&Node> = [root.get("env"), job.value.get("env")].into_iter().flatten().collect();
        for one in job.value.get("steps").map_or(&[][..], Node::items) {
            step(one, &env, &around, &mut written, workspace);
        }
    }
    written
}

/// What surrounds a step.
struct Around {
    number: usize,
    tolerated: bool,
    depth: usize,
}

fn step(node: &Node, env: &[&Node], around: &Around, written: &mut Written, workspace: &Workspace) {
    if never(node) {
        return;
    }
    let name = node.get("name").and_then(Node::text).map(str::to_owned);
    let (job, tolerated) = (around.number, around.tolerated || tolerated(node));
    if let Some(run) = node.get("run") {
        let own = env.iter().copied().chain(node.get("env"));
        let settings: String = own.flat_map(Node::entries).filter_map(assignment).collect();
        let text = without_expressions(run.text().unwrap_or_default());
        let body = StepBody::Script { text: Text::from(format!("{settings}{text}")), exact: false };
        written.script(WrittenStep { name, job, body, at: run.span, tolerated, place: "workflow" }, workspace);
    } else if let Some(uses) = node.get("uses") {
        let used = uses.text().unwrap_or_default().to_owned();
        // A composite action of the tree runs steps of its own.
        let local = used.strip_prefix("./").filter(|_| around.depth == 0).and_then(|folder| {
            let mut paths = ["action.yml", "action.yaml"].iter().filter_map(|file| join(folder, file));
            workspace.parse(&paths.find(|path| workspace.exists(path))?, Syntax::Yaml).ok()
        });
        let given = node.get("with").map_or(&[][..], Node::entries);
        let input = |entry: &crate::syntax::Entry| {
            let value = Field::read(&entry.value, "a text", |node| {
                node.text().filter(|text| !text.contains("${{")).map(Text::from)
            });
            (entry.name().to_owned(), value)
        };
        let inputs = given.iter().map(input).collect();
        let body = StepBody::Uses { name: used, inputs };
        written.steps.push(WrittenStep { name, job, body, at: uses.span, tolerated, place: "workflow" });
        let inner = Around { number: job, tolerated, depth: around.depth + 1 };
        let steps = local.iter().flat_map(|parsed| &parsed.documents);
        for one in steps.flat_map(|document| document.root.at(&["runs", "steps"]).map_or(&[][..], Node::items)) {
            step(one, &[], &inner, written, workspace);
        }
    }
}

/// A variable as the shell would set it; nothing for one that the platform fills in.
fn assignment(variable: &crate::syntax::Entry) -> Option<String> {
    let value = variable.value.text().unwrap_or_default();
    let is_plain = !value.contains("${{") && !value.contains('\'');
    is_plain.then(|| format!("{}='{value}'; ", variable.name()))
}

/// Whether it is switched off.
fn never(node: &Node) -> bool {
    let condition = node.get("if").and_then(Node::text).unwrap_or_default();
    let condition = condition.trim().trim_start_matches("${{").trim_end_matches("}}").trim();
    condition == "false"
}

fn tolerated(node: &Node) -> bool {
    node.get("continue-on-error").and_then(Node::text) == Some("true")
}
