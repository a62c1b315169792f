//! Pipelines of CircleCI and Azure: lists of `steps`, wherever they stand.

use super::{StepBody, Written, WrittenStep};
use crate::discovery::Workspace;
use crate::source::Text;
use crate::syntax::Node;

/// How deep stages, jobs and steps may lie.
const DEPTH: usize = 12;

/// Keys of a step that hold what it runs.
const SCRIPTS: [&str; 5] = ["run", "script", "bash", "pwsh", "powershell"];

/// Reads a pipeline. Nothing is known of the order of its jobs.
pub(super) fn read(root: &Node, workspace: &Workspace) -> Written {
    let mut written = Written::default();
    find(root, &mut written, workspace, 0);
    written
}

fn find(node: &Node, written: &mut Written, workspace: &Workspace, depth: usize) {
    if depth > DEPTH {
        return;
    }
    for entry in node.entries() {
        if entry.name() == "steps" && !entry.value.items().is_empty() {
            let job = written.pipeline.after.len();
            written.pipeline.after.push(Vec::new());
            entry.value.items().iter().for_each(|item| step(item, job, written, workspace));
        }
        find(&entry.value, written, workspace, depth + 1);
    }
    node.items().iter().for_each(|item| find(item, written, workspace, depth + 1));
}

fn step(node: &Node, job: usize, written: &mut Written, workspace: &Workspace) {
    let name = |node: &Node| ["name", "displayName"].iter().find_map(|key| node.get(key)?.text()).map(str::to_owned);
    let tolerated = node.get("continueOnError").and_then(Node::text) == Some("true");
    for key in SCRIPTS {
        let Some(found) = node.get(key) else { continue };
        let script = found.get("command").unwrap_or(found);
        let Some(text) = script.text() else { continue };
        let body = StepBody::Script { text: Text::from(text), exact: false };
        let name = name(node).or_else(|| name(found));
        return written
            .script(WrittenStep { name, job, body, at: script.span, tolerated, place: "workflow" }, workspace);
    }
    // A task, a command of an orb.
    let used = node.get("task").or_else(|| node.text().map(|_| node));
    let used =
        used.or_else(|| node.entries().first().filter(|entry| entry.name().contains('/')).map(|entry| &entry.key));
    if let Some(used) = used {
        let body = StepBody::Uses { name: used.text().unwrap_or_default().to_owned(), inputs: Vec::new() };
        written.steps.push(WrittenStep { name: name(node), job, body, at: used.span, tolerated, place: "workflow" });
    }
}
