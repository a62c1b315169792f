//! Pipelines of GitLab: jobs in stages, templates that jobs extend, files that are included.

use super::{StepBody, Written, WrittenStep, closed};
use crate::discovery::Workspace;
use crate::source::{Span, Text};
use crate::syntax::{Entry, Node, Syntax};

/// Keys at the top that are no jobs.
const RESERVED: [&str; 13] = [
    "after_script",
    "before_script",
    "cache",
    "default",
    "image",
    "include",
    "pages:deploy",
    "services",
    "spec",
    "stages",
    "types",
    "variables",
    "workflow",
];

/// The stages when none are written.
const STAGES: [&str; 3] = ["build", "test", "deploy"];

/// How often a template may extend another.
const DEPTH: usize = 8;

/// Reads a pipeline.
pub(super) fn read(root: &Node, workspace: &Workspace) -> Written {
    let mut written = Written::default();
    written.pipeline.name = "GitLab CI".to_owned();
    written.pipeline.triggers = vec!["push".to_owned()];
    let mut included = Vec::new();
    let mut used: Vec<(String, Span)> = Vec::new();
    let include = root.get("include");
    for item in include.into_iter().flat_map(|node| std::iter::once(node).chain(node.items())) {
        let local = item.text().or_else(|| item.get("local").and_then(Node::text)).filter(|it| !it.contains("://"));
        if let Some(local) = local {
            let path = local.trim_start_matches('/');
            included.extend(workspace.exists(path).then(|| workspace.parse(path, Syntax::Yaml).ok()).flatten());
        }
        for key in ["template", "component", "project", "remote"] {
            if let Some(node) = item.get(key) {
                used.push((format!("{key}:{}", node.text().unwrap_or_default()), node.span));
            }
        }
    }
    let others = included.iter().flat_map(|parsed| &parsed.documents).map(|document| &document.root);
    // What stands in the file itself comes before what it includes.
    let trees = std::iter::once(root).chain(others).collect();
    let trees = Trees(trees);
    let stages: Vec<&str> = match trees.find("stages") {
        Some(stages) => stages.items().iter().filter_map(Node::text).collect(),
        None => STAGES.to_vec(),
    };
    let stages: Vec<&str> = std::iter::once(".pre").chain(stages).chain([".post"]).collect();
    let is_job = |entry: &&Entry| !entry.name().starts_with('.') && !RESERVED.contains(&entry.name());
    let jobs: Vec<&Entry> = trees.0.iter().flat_map(|tree| tree.entries()).filter(is_job).collect();
    let stage = |job: &Node| {
        let name = trees.value(job, "stage").and_then(|node| node.text().map(str::to_owned));
        let name = name.unwrap_or_else(|| "test".to_owned());
        stages.iter().position(|stage| *stage == name).unwrap_or(0)
    };
    let before = |job: &&Entry| -> Vec<usize> {
        let position = |name: &str| jobs.iter().position(|other| other.name() == name);
        if let Some(needs) = trees.value(&job.value, "needs") {
            let named = needs.items().iter().filter_map(|need| need.text().or_else(|| need.get("job")?.text()));
            return named.filter_map(position).collect();
        }
        let own = stage(&job.value);
        jobs.iter().enumerate().filter(|(_, other)| stage(&other.value) < own).map(|(number, _)| number).collect()
    };
    written.pipeline.after = closed(&jobs.iter().map(before).collect::<Vec<_>>());
    let around = jobs.len();
    written.pipeline.after.push(Vec::new());
    for (name, at) in used {
        let body = StepBody::Uses { name, inputs: Vec::new() };
        written.steps.push(WrittenStep { name: None, job: around, body, at, tolerated: false, place: "workflow" });
    }
    for (number, job) in jobs.iter().enumerate() {
        if trees.value(&job.value, "when").and_then(|node| node.text().map(|text| text == "never")) == Some(true) {
            continue;
        }
        let tolerated = trees.value(&job.value, "allow_failure").and_then(|node| node.text().map(|it| it == "true"));
        let mut variables = String::new();
        for tree in [trees.find("variables"), trees.value(&job.value, "variables")].into_iter().flatten() {
            for entry in tree.entries() {
                let text = entry.value.text().unwrap_or_default();
                if !text.contains(['\'', '$']) {
                    variables.push_str(&format!("{}='{text}'; ", entry.name()));
                }
            }
        }
        for key in ["before_script", "script", "after_script"] {
            let default = || trees.find("default").and_then(|node| node.get(key)).or_else(|| trees.find(key));
            let Some(script) = trees.value(&job.value, key).or_else(|| default().filter(|_| key != "script")) else {
                continue;
            };
            let mut lines = Vec::new();
            gather(script, &mut lines, 0);
            for line in lines {
                let text = Text::from(format!("{variables}{}", line.text().unwrap_or_default()));
                let body = StepBody::Script { text, exact: false };
                let step = WrittenStep {
                    name: Some(job.name().to_owned()),
                    job: number,
                    body,
                    at: line.span,
                    tolerated: tolerated == Some(true) || key == "after_script",
                    place: "workflow",
                };
                written.script(step, workspace);
            }
        }
    }
    written
}

/// The file itself and what it includes, in the order in which they count.
struct Trees<'n>(Vec<&'n Node>);

impl<'n> Trees<'n> {
    /// What stands under a key at the top.
    fn find(&self, name: &str) -> Option<&'n Node> {
        self.0.iter().find_map(|tree| tree.get(name))
    }

    /// What a job says of a key, else the templates that it extends, the last one first.
    fn value(&self, job: &'n Node, key: &str) -> Option<&'n Node> {
        self.inherited(job, key, 0)
    }

    fn inherited(&self, job: &'n Node, key: &str, depth: usize) -> Option<&'n Node> {
        if let Some(own) = job.get(key) {
            return Some(own);
        }
        let extends = job.get("extends").filter(|_| depth < DEPTH)?;
        let single = extends.text().into_iter();
        let names: Vec<&str> = single.chain(extends.items().iter().filter_map(Node::text)).collect();
        names.into_iter().rev().find_map(|name| self.inherited(self.find(name)?, key, depth + 1))
    }
}

/// The commands of a script: lists within lists count as one.
fn gather<'n>(node: &'n Node, lines: &mut Vec<&'n Node>, depth: usize) {
    if node.items().is_empty() {
        lines.push(node);
    } else if depth < DEPTH {
        node.items().iter().for_each(|item| gather(item, lines, depth + 1));
    }
}
