//! What watches over deployments: the files and objects of Prometheus, Alertmanager and Grafana
//! become alerts, scrape jobs and receivers of the stacks that they belong to.

mod grafana;
mod loading;
mod parts;
mod routes;
mod rules;
mod scrapes;

use self::parts::Part;
use super::schedules::beside;
use crate::discovery::{FileKind, Inventory, Status, Workspace};
use crate::model::receiver::Label;
use crate::model::{Alert, Field, Receiver, Stack};
use crate::source::reader::folder;
use crate::source::{Problem, Reason};
use crate::syntax::Parsed;
use std::sync::Arc;

/// Files with what they are.
type Files = [(String, FileKind, Arc<Parsed>)];

/// Adds alerts, scrape jobs and receivers to the stacks that mount these files, else to those that the
/// files stand beside, and those that stand in objects of the stacks.
pub fn add(stacks: &mut [Stack], files: &Files, workspace: &Workspace, inventory: &mut Inventory) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut of: Vec<Vec<Part>> = stacks.iter().map(|stack| parts::inside(stack, workspace)).collect();
    let mounting = |path: &str| -> Vec<usize> {
        let mounts = |number: &usize| stacks.get(*number).is_some_and(|stack| parts::mounts_file(stack, path));
        (0..stacks.len()).filter(mounts).collect()
    };
    let mut owned: Vec<Vec<usize>> = files.iter().map(|(path, ..)| mounting(path)).collect();
    let has_own = |number: usize, kind: FileKind| {
        let is_one = |(file, owners): (&(String, FileKind, Arc<Parsed>), &Vec<usize>)| {
            file.1 == kind && owners.contains(&number)
        };
        of.get(number).is_some_and(|parts| parts.iter().any(|part| part.kind == kind))
            || files.iter().zip(&owned).any(is_one)
    };
    let loose = files.iter().zip(&owned).map(|((path, kind, _), owners)| {
        // Whoever is given its configuration reads no other that lies around.
        let is_free =
            |number: &usize| !matches!(kind, FileKind::Prometheus | FileKind::Alertmanager) || !has_own(*number, *kind);
        if owners.is_empty() { beside(stacks, folder(path)).into_iter().filter(is_free).collect() } else { Vec::new() }
    });
    let loose: Vec<Vec<usize>> = loose.collect();
    for (owners, mut loose) in owned.iter_mut().zip(loose) {
        owners.append(&mut loose);
    }
    for ((path, kind, parsed), owners) in files.iter().zip(owned) {
        if !owners.is_empty() {
            inventory.note(path.as_str(), *kind, Status::Audited, "");
        }
        for number in owners {
            if let (Some(parts), Some(stack)) = (of.get_mut(number), stacks.get(number)) {
                parts.extend(parts::of_file(path, parsed, stack));
            }
        }
    }
    for (stack, parts) in stacks.iter_mut().zip(of) {
        let reader = Reader { workspace, problems: &mut problems };
        reader.fill(stack, &parts);
    }
    problems
}

/// Reads what stands in parts of a stack.
struct Reader<'w> {
    workspace: &'w Workspace,
    problems: &'w mut Vec<Problem>,
}

impl Reader<'_> {
    fn fill(self, stack: &mut Stack, parts: &[Part]) {
        let mut points = Vec::new();
        for part in parts {
            match part.kind {
                FileKind::Grafana => points.extend(grafana::points(part, &mut stack.receivers)),
                FileKind::AlertRules => {
                    // One file may hold all that a Grafana is to know of alerts.
                    points.extend(grafana::points(part, &mut stack.receivers));
                    let found = rules::read(part, self.workspace, self.problems);
                    stack.alerts.extend(found.alerts);
                    stack.recorded.extend(found.recorded);
                }
                FileKind::Alertmanager => routes::read(part, &mut stack.receivers, &mut stack.alert_routes),
                FileKind::Prometheus => {
                    let found = scrapes::read(&part.root, stack);
                    stack.scrapes.extend(found);
                }
                _ => {}
            }
        }
        for part in parts.iter().filter(|part| matches!(part.kind, FileKind::Grafana | FileKind::AlertRules)) {
            grafana::policies(part, &points, stack);
        }
        if stack.alerts.is_empty() && stack.receivers.is_empty() {
            return;
        }
        loading::decide(stack, parts);
        silence(stack, parts);
        route(stack);
    }
}

/// A Prometheus that evaluates rules and names no Alertmanager tells nobody, whoever is configured.
fn silence(stack: &mut Stack, parts: &[Part]) {
    let mute = parts.iter().filter(|part| part.kind == FileKind::Prometheus).find_map(loading::silent);
    if let Some(at) = mute {
        stack.alert_routes.clear();
        stack.receivers.push(Receiver {
            name: "nobody: alerting.alertmanagers is missing".to_owned(),
            kind: "none".to_owned(),
            address: Field::absent(at),
            at,
        });
        let number = stack.receivers.len() - 1;
        stack.alert_routes.push(routes::straight_to(number));
    }
}

/// Finds out who is told of each alert.
fn route(stack: &mut Stack) {
    let reached: Vec<_> = stack.alerts.iter().map(|alert| told(stack, alert)).collect();
    for (alert, (receivers, more)) in stack.alerts.iter_mut().zip(reached) {
        alert.receivers = receivers;
        alert.receivers_more = more;
    }
}

fn told(stack: &Stack, alert: &Alert) -> (Vec<usize>, Option<Reason>) {
    let label = |label: &str| match (label, alert.label(label)) {
        ("alertname", _) => Label::Is(&alert.name),
        (_, Some(value)) => match (value.value(), value.reason()) {
            // A template takes its value from the series.
            (Some(text), _) if text.expose().contains("{{") => Label::Unknown(series(label)),
            (Some(text), _) => Label::Is(text.expose()),
            (None, Some(reason)) => Label::Unknown(reason.clone()),
            (None, None) => Label::Is(""),
        },
        // Hardly anything but a rule says how bad an alert is.
        ("severity", None) => Label::Is(""),
        (label, None) => Label::Unknown(series(label)),
    };
    // Grafana sends by its own policies.
    let reached =
        if alert.kind == "grafana" { stack.told_by_grafana(&label) } else { stack.told_by_alertmanager(&label) };
    (reached.receivers, reached.more)
}

fn series(label: &str) -> Reason {
    Reason::Elsewhere { what: format!("the label {label} of the series").into() }
}
