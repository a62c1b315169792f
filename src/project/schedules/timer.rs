//! Timers of systemd with the services that they start, drop-ins included.

use super::{Found, scripts};
use crate::discovery::Workspace;
use crate::model::job::{Body, Step};
use crate::model::{Field, Job};
use crate::source::reader::{file_name, folder, join};
use crate::source::{Problem, Reason, Text};
use crate::syntax::Node;
use crate::syntax::systemd::{assigned, words};
use crate::systemd::unit;

/// The job that a timer is.
pub(super) fn read(path: &str, files: &[String], workspace: &Workspace) -> Option<Found> {
    let mut problems = Vec::new();
    let timer = unit::read(path, files, workspace, &mut problems)?.root;
    let name = file_name(path);
    let mut job = Job::new(name, timer.span, timer.span);
    if let Some(section) = timer.entry("Timer") {
        job.at = section.key.span;
    }
    let calendar = assigned(&timer, "Timer", "OnCalendar");
    let again =
        ["OnUnitActiveSec", "OnUnitInactiveSec"].iter().find_map(|key| assigned(&timer, "Timer", key).last().copied());
    match (calendar.first(), again) {
        (Some(first), _) => {
            let text = |node: &Node| node.text().unwrap_or_default().to_owned();
            job.set_calendar(Field::set(text(first), first.span));
            // Several run at all of their times.
            for other in calendar.iter().skip(1) {
                let mut single = Job::new(name, job.at, job.span);
                single.set_calendar(Field::set(text(other), other.span));
                let is_shorter = match (single.gap.value(), job.gap.value()) {
                    (Some(one), Some(known)) => one < known,
                    (Some(_), None) => job.gap.is_absent(),
                    (None, _) => false,
                };
                if is_shorter {
                    job.gap = single.gap;
                    job.schedule = single.schedule;
                }
            }
            if job.gap.reason().is_some() {
                let message = "this is no calendar event that systemd reads; write one such as daily or *-*-* 02:00:00";
                problems.push(Problem::warning(first.span, message));
            }
        }
        (None, Some(node)) => {
            job.gap = Field::read(node, "a time span such as 1d", |node| unit::span(node.text()?));
            job.schedule = Field::set(node.text().unwrap_or_default().to_owned(), node.span);
        }
        (None, None) => {}
    }
    let service = assigned(&timer, "Timer", "Unit").last().and_then(|node| node.text()).map(str::to_owned);
    let service = service.unwrap_or_else(|| format!("{}.service", name.trim_end_matches(".timer")));
    let mut found = Found::default();
    let loaded = join(folder(path), &service).and_then(|path| unit::read(&path, files, workspace, &mut problems));
    match loaded {
        Some(service) => run(&service.root, path, workspace, &mut job, &mut found),
        None => {
            let reason = Reason::MissingFile { path: service.into() };
            job.steps.push(Step { body: Body::Unknown(reason), at: job.at, container: None });
        }
    }
    found.jobs.push(job);
    found.problems = problems;
    Some(found)
}

/// What a service runs, with its variables before it.
fn run(service: &Node, path: &str, workspace: &Workspace, job: &mut Job, found: &mut Found) {
    let mut settings = String::new();
    for piece in assigned(service, "Service", "Environment").into_iter().flat_map(words) {
        if let Some((name, value)) = piece.text.split_once('=').filter(|(_, value)| !value.contains('\'')) {
            settings.push_str(&format!("{name}='{value}'; "));
        }
    }
    for key in ["ExecStartPre", "ExecStart", "ExecStartPost"] {
        for node in assigned(service, "Service", key) {
            let text = node.text().unwrap_or_default().trim_start_matches(['-', '@', ':', '+', '!']);
            if key == "ExecStart" && job.command.is_absent() {
                job.command = Field::set(Text::from(text), node.span);
            }
            found.scripts.extend(scripts(text, folder(path), workspace));
            let body = Body::Script { text: Text::from(format!("{settings}{text}")), exact: false };
            job.steps.push(Step { body, at: node.span, container: None });
        }
    }
}
