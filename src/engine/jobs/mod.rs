//! What jobs do: their commands are held against the tools that packs know, and joined with the
//! containers whose data they work on.
//!
//! What is not understood is no backup and not nothing: the lists that it might stand in are open.

mod lines;
mod places;
mod reading;
mod services;
mod steps;
mod values;
mod wrappers;

use self::reading::{Reading, Tools};
pub(super) use self::steps::of as steps;
use crate::model::hosts::Names;
use crate::model::job::Body;
use crate::model::{Duration, Field, Job, Listed, Stack, State};
use crate::rules::Ruleset;
use crate::source::{Reason, Span, Text};

/// Completes the jobs of stacks whose containers have been recognised.
pub(super) fn complete(stacks: &mut [Stack], ruleset: &Ruleset) {
    let tools = Tools::of(ruleset);
    for stack in stacks {
        services::add(stack, &tools);
        let readings: Vec<Option<(Reading, Vec<usize>)>> =
            stack.jobs.iter().map(|job| read(job, &tools, stack)).collect();
        for (job, read) in stack.jobs.iter_mut().zip(readings) {
            if let Some((reading, targets)) = read {
                fill(job, reading, targets);
            }
        }
        stack.jobs.retain(|job| !job.is_check || works_on_data(job));
        pass_on(stack);
        name_roles(stack);
    }
}

/// What a job's steps come to, and the containers that it works on.
fn read(job: &Job, tools: &Tools<'_>, stack: &Stack) -> Option<(Reading, Vec<usize>)> {
    if job.steps.is_empty() {
        return None;
    }
    let mut reading = reading::read(job, &lines::of(job, stack), tools, stack);
    reading::hosts_of_settings(&mut reading, stack);
    let names = Names::new(stack);
    let from = reading.containers.first().copied();
    let mut found: Vec<usize> = reading.hosts.iter().flat_map(|host| names.containers(host, from)).collect();
    found.extend(reading.inside.iter().flat_map(|name| names.named(name)));
    if reading.volumes || (found.is_empty() && reading.does.iter().any(|(word, _)| word == "snapshot")) {
        found.extend(reading.containers.iter().flat_map(|container| names.sharing(*container)));
    }
    // A database that dumps itself: something else starts the command in its container.
    let is_started = job.steps.iter().any(|step| matches!(step.body, Body::Script { .. }));
    if found.is_empty() && is_started && reading.makes() && reading.hosts.is_empty() && reading.host_open.is_none() {
        let own = |index: &&usize| stack.container(**index).is_some_and(|it| it.role.as_deref() == Some("database"));
        found.extend(reading.containers.iter().filter(own));
    }
    let of = &reading.of;
    found.retain(|index| {
        let app = stack.container(*index).and_then(|container| container.app.as_deref());
        of.is_empty() || app.is_none_or(|app| of.iter().any(|of| of == app))
    });
    found.sort_unstable();
    found.dedup();
    Some((reading, found))
}

fn fill(job: &mut Job, reading: Reading, targets: Vec<usize>) {
    let at = job.at;
    let dark = reading.does_open.clone();
    job.targets = Listed::none(at);
    // What neither makes data nor may do so is nothing to a database.
    let is_backup = reading.does.iter().any(|(word, _)| matches!(word.as_str(), "dump" | "snapshot"));
    if is_backup || reading.is_dark() {
        let what = format!("the database that the job {} works on", job.name).into();
        let nowhere = targets.is_empty() && reading.hosts.is_empty() && reading.inside.is_empty() && !reading.volumes;
        let nameless = nowhere.then(|| dark.clone().unwrap_or(Reason::Elsewhere { what }));
        job.targets.open = reading.host_open.clone().filter(|_| targets.is_empty()).or(nameless);
    }
    for target in targets {
        job.targets.push(target, at);
    }
    job.offsite = offsite(&reading, at);
    job.encrypted = encrypted(&reading, &job.offsite, at);
    job.keep = keep(&reading, &job.offsite, at);
    job.keep_count = match reading.keep_count {
        Some((count, at)) => Field::set(count, at),
        None => Field::absent(at),
    };
    job.does = Listed::none(at);
    for (word, at) in reading.does {
        job.does.push(word, at);
    }
    job.does.open = dark;
    job.destinations = Listed::none(at);
    for place in reading.places {
        job.destinations.push(place.text, place.at);
    }
    job.destinations.open = reading.place_open.or(job.does.open.clone());
}

fn offsite(reading: &Reading, at: Span) -> Field<bool> {
    if let Some(away) = reading.places.iter().find(|place| place.offsite == State::Set(true)) {
        return Field::set(true, away.at);
    }
    let unsure = reading.places.iter().find_map(|place| match &place.offsite {
        State::Unknown(reason) => Some((reason.clone(), place.at)),
        State::Set(_) | State::Absent => None,
    });
    let unsure = unsure.or(reading.place_open.clone().map(|reason| (reason, at)));
    let unsure = unsure.or(reading.does_open.clone().map(|reason| (reason, at)));
    match (unsure, reading.places.first()) {
        (Some((reason, at)), _) => Field::unknown(reason, at),
        (None, Some(place)) => Field::set(false, place.at),
        (None, None) => Field::absent(at),
    }
}

fn encrypted(reading: &Reading, offsite: &Field<bool>, at: Span) -> Field<bool> {
    match (reading.encrypted, &reading.does_open) {
        (Some(at), _) => Field::set(true, at),
        (None, Some(reason)) => Field::unknown(reason.clone(), at),
        (None, None) if !reading.makes() => Field::absent(at),
        (None, None) if offsite.value() == Some(&false) => Field::set(false, at),
        (None, None) => Field::unknown(Reason::Elsewhere { what: "whether the store encrypts".into() }, at),
    }
}

fn keep(reading: &Reading, offsite: &Field<bool>, at: Span) -> Field<Duration> {
    if let Some((keep, at)) = reading.keep {
        return Field::set(keep, at);
    }
    if reading.keep_count.is_some() {
        return Field::absent(at);
    }
    if let Some(reason) = reading.keep_open.clone().or(reading.does_open.clone()) {
        return Field::unknown(reason, at);
    }
    // An object store may delete by rules of its own, wherever it stands.
    let is_store = reading.places.iter().any(|place| place.text.expose().contains("://"));
    if reading.makes() && (is_store || offsite.value() != Some(&false)) {
        return Field::unknown(Reason::Elsewhere { what: "how long the store keeps backups".into() }, at);
    }
    Field::absent(at)
}

/// Whether a job makes, checks or brings back data.
fn works_on_data(job: &Job) -> bool {
    let words = ["dump", "snapshot", "verify", "restore", "vacuum"];
    job.does.items.iter().any(|field| field.value().is_some_and(|word| words.contains(&word.as_str())))
}

/// A container that runs a database's client in place of its server is no database.
fn name_roles(stack: &mut Stack) {
    for job in &stack.jobs {
        for step in job
            .steps
            .iter()
            .filter(|step| is_given(&step.body) && job.does.open.is_none() && !job.does.items.is_empty())
        {
            if let Some(container) = step.container.and_then(|index| stack.containers.get_mut(index)) {
                container.role = Some("backup".into());
            }
        }
    }
}

/// Whether a command was given to the image.
fn is_given(body: &Body) -> bool {
    matches!(body, Body::Words(words) | Body::Arguments(words) if !words.is_empty())
}

/// What copies or deletes the results of another job works on the same data: it shares a volume with
/// it, or the place that results go to.
fn pass_on(stack: &mut Stack) {
    let names = Names::new(stack);
    let mut added: Vec<(usize, Vec<usize>)> = Vec::new();
    let does = |job: &Job, words: &[&str]| {
        job.does.items.iter().any(|field| field.value().is_some_and(|word| words.contains(&word.as_str())))
    };
    let containers = |job: &Job| job.steps.iter().filter_map(|step| step.container).collect::<Vec<_>>();
    for (index, job) in stack.jobs.iter().enumerate() {
        if !does(job, &["copy", "prune", "verify"]) || !job.targets.items.is_empty() {
            continue;
        }
        let beside: Vec<usize> = containers(job).into_iter().flat_map(|it| names.sharing(it)).collect();
        let mut targets: Vec<usize> = Vec::new();
        for (other, maker) in stack.jobs.iter().enumerate() {
            if other == index || !does(maker, &["dump", "snapshot"]) {
                continue;
            }
            let shares_volume = containers(maker).iter().any(|it| beside.contains(it) || containers(job).contains(it));
            // The same place, or a folder above it.
            let holds = |place: &Text, other: &Text| {
                let rest = other.expose().strip_prefix(place.expose().trim_end_matches('/'));
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            let places =
                |job: &'_ Job| job.destinations.items.iter().filter_map(|it| it.value().cloned()).collect::<Vec<_>>();
            let shares_place = places(job).iter().any(|place| places(maker).iter().any(|other| holds(place, other)));
            if shares_volume || shares_place {
                targets.extend(maker.targets.items.iter().filter_map(|field| field.value().copied()));
            }
        }
        if !targets.is_empty() {
            added.push((index, targets));
        }
    }
    for (index, targets) in added {
        if let Some(job) = stack.jobs.get_mut(index) {
            let at = job.at;
            job.targets.open = None;
            for target in targets {
                job.targets.push(target, at);
            }
        }
    }
}
