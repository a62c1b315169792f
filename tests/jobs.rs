//! Scheduled tasks: what is found in the trees under `fixtures/jobs`, and what each comes to.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use seaworthy::engine::understand;
use seaworthy::model::{Field, Job, Listed, Stack, State};
use seaworthy::project::{Inputs, assemble};
use seaworthy::rules::Ruleset;
use seaworthy::source::{Sources, Span};
use std::fmt::Write;
use std::path::Path;

fn place(span: Option<Span>, sources: &Sources) -> String {
    let Some(span) = span else { return String::new() };
    let source = sources.get(span.source);
    format!("@{}:{}", source.name.rsplit('/').next().unwrap(), source.position(span.start).line)
}

fn field<T>(name: &str, field: &Field<T>, sources: &Sources, show: impl Fn(&T) -> String) -> Option<String> {
    let value = match &field.state {
        State::Set(value) => show(value),
        State::Absent => return None,
        State::Unknown(reason) => format!("?({})", reason.phrase()),
    };
    Some(format!("{name}: {value} {}", place(field.at, sources)))
}

fn list<T>(name: &str, list: &Listed<T>, show: impl Fn(&T) -> String) -> Option<String> {
    let mut words: Vec<String> = list.items.iter().filter_map(|item| item.value().map(&show)).collect();
    words.extend(list.open.as_ref().map(|reason| format!("?({})", reason.phrase())));
    (!words.is_empty()).then(|| format!("{name}: {}", words.join(", ")))
}

fn job(job: &Job, stack: &Stack, sources: &Sources) -> String {
    let target = |index: &usize| {
        let container = &stack.containers[*index];
        let workload = &stack.workloads[container.workload];
        if workload.name == container.name {
            container.name.clone()
        } else {
            format!("{}/{}", workload.name, container.name)
        }
    };
    let mut clusters = Listed::none(job.at);
    for index in &job.clusters {
        clusters.push(stack.objects[*index].name.clone(), job.at);
    }
    let lines = [
        field("schedule", &job.schedule, sources, Clone::clone),
        field("gap", &job.gap, sources, ToString::to_string),
        field("suspended", &job.suspended, sources, ToString::to_string).filter(|line| !line.contains("false")),
        list("does", &job.does, Clone::clone),
        list("targets", &job.targets, target),
        list("clusters", &clusters, Clone::clone),
        list("destinations", &job.destinations, |text| text.expose().to_owned()),
        field("offsite", &job.offsite, sources, ToString::to_string),
        field("encrypted", &job.encrypted, sources, ToString::to_string),
        field("keep", &job.keep, sources, ToString::to_string),
        field("keep-count", &job.keep_count, sources, ToString::to_string),
    ];
    let mut text = format!("job {} {}\n", job.name, place(Some(job.at), sources));
    for line in lines.into_iter().flatten() {
        writeln!(text, "    {}", line.trim_end()).unwrap();
    }
    text
}

/// The jobs of every stack below a folder.
fn jobs(folder: &Path) -> String {
    let ruleset = Ruleset::builtin().unwrap_or_else(|_| panic!("the rules are whole"));
    let inputs = Inputs { paths: vec![folder.to_path_buf()], ..Inputs::default() };
    let mut project = assemble(&inputs).unwrap();
    understand(&mut project, &ruleset);
    let mut text = String::new();
    for stack in &project.stacks {
        for it in &stack.jobs {
            text.push_str(&job(it, stack, &project.workspace.sources));
        }
    }
    text
}

fn check(folder: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/jobs").join(folder);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("data/jobs");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(folder, jobs(&path)));
}

#[test]
fn services_with_a_schedule_are_jobs() {
    check("compose");
}

#[test]
fn cron_jobs_are_understood_by_their_commands() {
    check("kubernetes");
}

#[test]
fn sections_of_operators_are_jobs() {
    check("operators");
}

#[test]
fn schedules_of_a_host_stand_beside_its_deployment() {
    check("host");
}
