//! Schedules of a host or of a pipeline beside the deployments: cron files, systemd timers,
//! scheduled workflows. Each becomes a job of the deployments that it stands beside.

mod cron;
mod timer;
mod workflow;

pub(super) use self::workflow::without_expressions;

use super::readable::{at_most, readable};
use crate::discovery::{FileKind, Inventory, Status, Workspace};
use crate::model::job::Script;
use crate::model::{Job, Platform, Stack};
use crate::source::reader::{file_name, folder, is_below, join};
use crate::source::{Problem, Span, Text};

/// How the name of a timer of systemd ends.
const TIMER: &str = ".timer";

/// The most schedules that are read.
const MOST: usize = 500;

/// The jobs of one file, and the scripts that they run as far as the tree has them.
#[derive(Default)]
struct Found {
    jobs: Vec<Job>,
    scripts: Vec<Script>,
    problems: Vec<Problem>,
}

/// Adds the jobs of schedule files to the stacks that they stand beside.
pub fn add(stacks: &mut [Stack], files: &[String], workspace: &Workspace, inventory: &mut Inventory) -> Vec<Problem> {
    let mut problems = Vec::new();
    if stacks.is_empty() {
        return problems;
    }
    let may_be = |path: &&String| workflow::is_workflow(path) || path.ends_with(TIMER) || cron::is_cron(path);
    let first = at_most(MOST, files.iter().filter(may_be), "schedules", &mut problems);
    for path in readable(first, workspace, &mut problems) {
        let Some(found) = read(path, files, stacks, workspace) else { continue };
        problems.extend(found.problems);
        if found.jobs.is_empty() {
            continue;
        }
        inventory.note(path.as_str(), FileKind::Config, Status::Audited, "");
        for index in beside(stacks, folder(path)) {
            let Some(stack) = stacks.get_mut(index) else { continue };
            stack.jobs.extend(found.jobs.iter().cloned());
            stack.scripts.extend(found.scripts.iter().cloned());
        }
    }
    problems
}

fn read(path: &str, files: &[String], stacks: &[Stack], workspace: &Workspace) -> Option<Found> {
    // What a container has mounted is its own.
    let is_of_container = workspace
        .sources
        .find(path)
        .is_some_and(|source| stacks.iter().flat_map(|stack| &stack.scripts).any(|script| script.at.source == source));
    if is_of_container {
        return None;
    }
    if workflow::is_workflow(path) {
        workflow::read(path, workspace)
    } else if path.ends_with(TIMER) {
        timer::read(path, files, workspace)
    } else if cron::is_cron(path) {
        cron::read(path, workspace)
    } else {
        None
    }
}

/// The stacks of the folders above a place, the nearest ones; all if none is above it. Units of a host
/// count only where nothing else is deployed: what stands among them serves the rest too.
pub(super) fn beside(stacks: &[Stack], place: &str) -> Vec<usize> {
    let only_units = stacks.iter().all(|stack| stack.platform == Platform::Systemd);
    let counts = |stack: &Stack| only_units || stack.platform != Platform::Systemd;
    let depth = |stack: &Stack| {
        let length = if stack.root == "." { 0 } else { stack.root.len() };
        is_below(place, &stack.root).then_some(length)
    };
    let nearest = stacks.iter().filter(|stack| counts(stack)).filter_map(depth).max();
    let near = stacks.iter().enumerate().filter(|(_, stack)| counts(stack));
    let near = near.filter(|(_, stack)| nearest.is_none() || depth(stack) == nearest);
    near.map(|(index, _)| index).collect()
}

/// The scripts of the tree that a command of a host most likely means: by their names, in the
/// folders around the file that names them.
pub(super) fn scripts(command: &str, around: &str, workspace: &Workspace) -> Vec<Script> {
    let words = command.split(|next: char| next.is_whitespace() || "\"';|&()<>=".contains(next));
    let words = words.filter(|word| word.contains('/') && word.len() < 300 && !word.contains("://"));
    let mut found: Vec<Script> = Vec::new();
    for word in words.take(20) {
        let name = file_name(word);
        let parent = file_name(folder(word));
        let is_script =
            [".sh", ".bash", ".py", ".pl", ".rb"].iter().any(|end| name.ends_with(end)) || !name.contains('.');
        if name.is_empty() || !is_script || found.iter().any(|script| script.path == word) {
            continue;
        }
        let mut place = around;
        loop {
            let tries = [format!("{parent}/{name}"), name.to_owned(), format!("scripts/{name}"), format!("bin/{name}")];
            let hit = tries
                .iter()
                .filter_map(|inner| join(place, inner))
                .find(|path| workspace.exists(path) && !workspace.is_folder(path));
            if let Some(source) = hit.and_then(|path| workspace.open(&path).ok()) {
                let text = Text::from(workspace.sources.get(source).expose());
                found.push(Script {
                    container: None,
                    path: word.to_owned(),
                    text,
                    at: Span::file(source),
                    exact: true,
                });
                break;
            }
            if place == "." {
                break;
            }
            place = folder(place);
        }
    }
    found
}
