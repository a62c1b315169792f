//! Containers that keep a schedule of their own: loops that sleep, cron daemons, images made for it,
//! and backups that somebody else has to start.

use super::lines::{self, Line};
use super::reading::{self, Tools};
use super::wrappers::base;
use crate::model::job::{Body, Script, Step};
use crate::model::{Container, ContainerKind, Duration, Field, Job, Stack, SubjectKind};
use crate::rules::tool::Tool;
use crate::source::{HOLE, Reason, Span, Text};
use crate::syntax::crontab;
use hashbrown::HashMap;

/// Daemons that read cron files.
const DAEMONS: [&str; 7] = ["crond", "cron", "supercronic", "dcron", "fcron", "yacron", "busybox-crond"];

/// Adds the jobs that containers are by themselves.
pub(super) fn add(stack: &mut Stack, tools: &Tools<'_>) {
    let mut found = Vec::new();
    for step in &stack.runs {
        let Some(container) = step.container.and_then(|index| stack.container(index)) else { continue };
        let is_job =
            stack.jobs.iter().any(|job| job.container == step.container && job.steps.iter().any(|it| it.at == step.at));
        if !is_job {
            found.extend(of_run(step, container, stack, tools));
        }
    }
    stack.jobs.extend(found);
    let mut found = Vec::new();
    // Many containers have the same image.
    let mut known: HashMap<(&str, &str), Option<&Tool>> = HashMap::new();
    for (index, container) in stack.containers.iter().enumerate() {
        let is_known = stack.jobs.iter().any(|job| job.steps.iter().any(|step| step.container == Some(index)));
        if is_known || container.kind == ContainerKind::OneShot {
            continue;
        }
        let tool = container.image.value().and_then(|image| {
            *known.entry((&image.registry, &image.repository)).or_insert_with(|| tools.of_image(image))
        });
        if let Some(tool) = tool.filter(|tool| !tool.schedule.is_empty()) {
            found.push(of_image(index, container, tool, stack));
        }
    }
    stack.jobs.extend(found);
}

/// A job that a container is.
fn job(container: &Container, step: Step) -> Job {
    let mut job = Job::new(container.name.clone(), container.at, container.span);
    job.container = step.container;
    job.object = container.object;
    job.command = container.command.clone();
    job.steps.push(step);
    job
}

/// An image that runs a schedule by itself.
fn of_image(index: usize, container: &Container, tool: &Tool, stack: &Stack) -> Job {
    let step = Step { body: Body::Arguments(Vec::new()), at: container.at, container: Some(index) };
    let mut job = job(container, step);
    let mut settings = container.settings.iter().filter_map(|index| stack.setting(*index));
    let set = settings.find(|setting| tool.schedule.iter().any(|name| **name == *setting.name));
    let default = tool.defaults.iter().find(|(name, _)| tool.schedule.contains(name));
    let value = match (set, default) {
        (Some(setting), _) => setting.value.clone().map(|text| text.expose().to_owned()),
        (None, default) => match (stack.open_in(SubjectKind::Setting, container), default) {
            (Some(gap), _) => Field::unknown(gap.reason.clone(), gap.at),
            (None, Some((_, default))) => Field::default(default.clone(), container.at),
            (None, None) => {
                let what = format!("the schedule of {}", container.name).into();
                Field::unknown(Reason::Image { what }, container.at)
            }
        },
    };
    match value.value().and_then(|text| text.trim().parse::<u64>().ok()) {
        // A plain number is one of minutes.
        Some(minutes) => {
            job.gap = value.clone().map(|_| Duration::seconds(minutes.saturating_mul(60)));
            job.schedule = value;
        }
        None => job.set_cron(value),
    }
    job
}

/// What a container runs that schedules itself.
fn of_run(step: &Step, container: &Container, stack: &Stack, tools: &Tools<'_>) -> Vec<Job> {
    let mut whole = job(container, step.clone());
    let lines = lines::of(&whole, stack);
    if let Some(daemon) = lines.lines.iter().find(|line| program(line).is_some_and(|it| DAEMONS.contains(&it))) {
        return of_daemon(daemon, &lines.lines, whole, container, stack);
    }
    let pauses: Vec<&Line> = lines.lines.iter().filter(|line| line.repeats && program(line) == Some("sleep")).collect();
    if let Some(gap) = pause(&pauses) {
        whole.gap = gap;
        return vec![whole];
    }
    let never =
        stack.workloads.get(container.workload).and_then(|it| it.restart.value()).is_some_and(|it| it == "never");
    let is_backup = || {
        let reading = reading::read(&whole, &lines, tools, stack);
        reading.does.iter().any(|(word, _)| word == "dump" || word == "snapshot")
    };
    if never && is_backup() {
        let what = format!("what starts {}, and when,", container.name).into();
        whole.gap = Field::unknown(Reason::Elsewhere { what }, whole.at);
        return vec![whole];
    }
    Vec::new()
}

fn program(line: &Line) -> Option<&str> {
    line.words.first().map(|first| base(first))
}

/// The pause of a loop that sleeps; `None` if it sleeps too short or too long to be a schedule.
fn pause(pauses: &[&Line]) -> Option<Field<Duration>> {
    let first = pauses.first()?;
    let mut total = 0_u64;
    for word in pauses.iter().flat_map(|line| line.words.iter().skip(1)) {
        if word.contains(HOLE) {
            let reason = first.reason.clone().unwrap_or(Reason::Unseen { what: "how long the loop sleeps".into() });
            return Some(Field::unknown(reason, first.at));
        }
        if word == "infinity" {
            return None;
        }
        let seconds = word.parse::<f64>().ok().map(|_| format!("{word}s")).unwrap_or_else(|| word.clone());
        total = total.saturating_add(Duration::parse(&seconds)?.0);
    }
    (total >= 60_000).then(|| Field::set(Duration(total), first.at))
}

/// The entries of the cron files that a daemon reads.
fn of_daemon(daemon: &Line, lines: &[Line], whole: Job, container: &Container, stack: &Stack) -> Vec<Job> {
    let mut jobs = Vec::new();
    let named = daemon.words.iter().skip(1).rfind(|word| word.starts_with('/') || word.starts_with("./"));
    for script in stack.scripts.iter().filter(|script| script.container == whole.container) {
        let is_read = named.is_some_and(|path| *path == script.path) || is_crontab(&script.path);
        if is_read {
            let has_user = script.path == "/etc/crontab" || script.path.starts_with("/etc/cron.d/");
            jobs.extend(entries(script, has_user, &whole, container));
        }
    }
    // `echo "0 2 * * * run" > /etc/crontabs/root`
    for (line, next) in lines.iter().zip(lines.iter().skip(1).map(Some).chain([None])) {
        let writes = line.writes.iter().any(|file| is_crontab(file));
        let pipes = line.pipes && next.is_some_and(|next| program(next) == Some("crontab"));
        if matches!(program(line), Some("echo" | "printf")) && (writes || pipes) {
            let words: Vec<&str> = line
                .words
                .iter()
                .skip(1)
                .map(String::as_str)
                .filter(|word| !matches!(*word, "-e" | "-n" | "%s\\n"))
                .collect();
            let text = words.join(" ").replace("\\n", "\n");
            let script =
                Script { container: None, path: String::new(), text: Text::from(text), at: line.at, exact: false };
            jobs.extend(entries(&script, false, &whole, container));
        }
    }
    if jobs.is_empty() {
        let what = format!("the cron file of {}", container.name).into();
        let reason = Reason::Elsewhere { what };
        let mut unseen = whole;
        unseen.gap = Field::unknown(reason.clone(), unseen.at);
        unseen.steps = vec![Step { body: Body::Unknown(reason), at: daemon.at, container: unseen.container }];
        jobs.push(unseen);
    }
    jobs
}

fn is_crontab(path: &str) -> bool {
    ["/etc/crontabs/", "/var/spool/cron/", "/etc/cron.d/"].iter().any(|folder| path.starts_with(folder))
        || path == "/etc/crontab"
        || base(path) == "crontab"
}

fn entries(script: &Script, has_user: bool, whole: &Job, container: &Container) -> Vec<Job> {
    let file = crontab::parse(script.text.expose(), has_user);
    let place = |range: &std::ops::Range<usize>| {
        if !script.exact {
            return script.at;
        }
        let start = usize::try_from(script.at.start).unwrap_or(0);
        Span::new(script.at.source, start + range.start, start + range.end)
    };
    let count = file.entries.len();
    let made = file.entries.into_iter().enumerate().map(|(number, entry)| {
        let at = place(&entry.schedule_at);
        let name = if count > 1 { format!("{} {}", whole.name, number + 1) } else { whole.name.clone() };
        let mut job = Job::new(name, at, at.to(place(&entry.command_at)));
        job.container = whole.container;
        job.object = container.object;
        let command_at = place(&entry.command_at);
        job.command = Field::set(Text::from(entry.command.as_str()), command_at);
        // What the file sets comes before the command.
        let settings: String = file.settings.iter().map(|(name, value)| format!("{name}='{value}'; ")).collect();
        let exact = script.exact && settings.is_empty() && !entry.command.contains('%');
        let body = Body::Script { text: Text::from(format!("{settings}{}", entry.command)), exact };
        job.steps.push(Step { body, at: command_at, container: whole.container });
        job.set_cron(Field::set(entry.schedule, at));
        job
    });
    made.collect()
}
