//! Scheduled workflows of GitHub, Gitea and Forgejo.

use super::{Found, scripts};
use crate::discovery::Workspace;
use crate::model::job::{Body, Step};
use crate::model::{Field, Job};
use crate::source::reader::file_name;
use crate::source::{HOLE, Text};
use crate::syntax::{Node, Syntax};

/// Whether a file is a workflow.
pub(super) fn is_workflow(path: &str) -> bool {
    [".github/workflows/", ".gitea/workflows/", ".forgejo/workflows/"].iter().any(|folder| path.contains(folder))
        && (path.ends_with(".yml") || path.ends_with(".yaml"))
}

/// The job that a workflow with a schedule is. It counts only if it is seen to work on data: most of
/// them are checks.
pub(super) fn read(path: &str, workspace: &Workspace) -> Option<Found> {
    let parsed = workspace.parse(path, Syntax::Yaml).ok()?;
    let root = &parsed.documents.first()?.root;
    let schedules = root.at(&["on", "schedule"])?.items();
    let first = schedules.first()?.get("cron")?;
    let name = root.get("name").and_then(Node::text).unwrap_or_else(|| file_name(path));
    let mut job = Job::new(name, first.span, root.span);
    job.is_check = true;
    let crons: Vec<&str> = schedules.iter().filter_map(|it| it.get("cron")?.text()).collect();
    job.set_cron(Field::set(first.text()?.to_owned(), first.span));
    if let Some(crate::model::schedule::Pause::Longest(pause)) = crate::model::schedule::crons(&crons) {
        job.gap = Field::set(pause, first.span);
    }
    let mut found = Found::default();
    for entry in root.get("jobs").map_or(&[][..], Node::entries) {
        for step in entry.value.get("steps").map_or(&[][..], Node::items) {
            let Some(run) = step.get("run") else { continue };
            let mut settings = String::new();
            for env in [root.get("env"), entry.value.get("env"), step.get("env")].into_iter().flatten() {
                for variable in env.entries() {
                    let value = variable.value.text().unwrap_or_default();
                    if value.contains("${{") || value.contains('\'') {
                        continue;
                    }
                    settings.push_str(&format!("{}='{value}'; ", variable.name()));
                }
            }
            let text = without_expressions(run.text().unwrap_or_default());
            found.scripts.extend(scripts(&text, ".", workspace));
            let body = Body::Script { text: Text::from(format!("{settings}{text}")), exact: false };
            job.steps.push(Step { body, at: run.span, container: None });
        }
    }
    found.jobs.push(job);
    Some(found)
}

/// A script in which what the platform fills in is not known.
pub(in crate::project) fn without_expressions(text: &str) -> String {
    let mut made = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("${{") {
        made.push_str(before);
        made.push(HOLE);
        rest = behind.split_once("}}").map_or("", |(_, after)| after);
    }
    made.push_str(rest);
    made
}
