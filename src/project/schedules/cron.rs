//! Cron files of a host, and its folders of scripts that run every so often.

use super::{Found, scripts};
use crate::discovery::Workspace;
use crate::model::job::{Body, Step};
use crate::model::{Duration, Field, Job};
use crate::source::reader::{file_name, folder};
use crate::source::{Problem, Span, Text};
use crate::syntax::crontab;

/// Folders of scripts, with the hours between two runs.
const FOLDERS: [(&str, u64); 4] =
    [("cron.hourly", 1), ("cron.daily", 24), ("cron.weekly", 7 * 24), ("cron.monthly", 31 * 24)];

/// Whether a file is one of cron's, by its name or folder.
pub(super) fn is_cron(path: &str) -> bool {
    crate::discovery::walk::is_cron(path)
}

/// The jobs of a file.
pub(super) fn read(path: &str, workspace: &Workspace) -> Option<Found> {
    let source = workspace.open(path).ok()?;
    let text = workspace.sources.get(source);
    let parent = file_name(folder(path));
    if let Some((_, hours)) = FOLDERS.iter().find(|(name, _)| *name == parent) {
        let at = Span::file(source);
        let whole = Span::new(source, 0, text.expose().len());
        let mut job = Job::new(file_name(path), at, whole);
        job.gap = Field::set(Duration::seconds(hours * 3600), at);
        job.steps.push(Step {
            body: Body::Script { text: Text::from(text.expose()), exact: true },
            at,
            container: None,
        });
        let scripts = scripts(text.expose(), folder(path), workspace);
        return Some(Found { jobs: vec![job], scripts, problems: Vec::new() });
    }
    let has_user = parent == "cron.d" || path.ends_with("etc/crontab");
    let file = crontab::parse(text.expose(), has_user);
    let mut found = Found::default();
    for range in &file.broken {
        let message = "this line is neither a schedule with a command nor a setting; write five fields and a command";
        found.problems.push(Problem::warning(Span::new(source, range.start, range.end), message));
    }
    let settings: String = file.settings.iter().map(|(name, value)| format!("{name}='{value}'; ")).collect();
    for entry in file.entries {
        let at = Span::new(source, entry.schedule_at.start, entry.schedule_at.end);
        let command_at = Span::new(source, entry.command_at.start, entry.command_at.end);
        let mut job = Job::new(format!("{}:{}", file_name(path), text.position(at.start).line), at, at.to(command_at));
        job.command = Field::set(Text::from(entry.command.as_str()), command_at);
        let exact = settings.is_empty() && !entry.command.contains('%');
        let body = Body::Script { text: Text::from(format!("{settings}{}", entry.command)), exact };
        job.steps.push(Step { body, at: command_at, container: None });
        job.set_cron(Field::set(entry.schedule, at));
        found.scripts.extend(scripts(&entry.command, folder(path), workspace));
        found.jobs.push(job);
    }
    Some(found)
}
