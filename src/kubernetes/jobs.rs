//! What pods run and when: CronJobs become jobs, and scripts that ConfigMaps mount are found.

use super::expand::{self, Part};
use super::holder::Holder;
use super::index::Index;
use super::pod::Pod;
use super::spot::{Spot, or_default};
use crate::model::job::{Body, Job, Script, Step};
use crate::model::{ContainerKind, Field, Stack};
use crate::source::{Problem, Reason, Text};
use crate::syntax::shell::{Piece, Word};

/// Adds the job that a pod template is, if it is one, and notes what containers run that may hold a
/// schedule of their own. The containers of the pod have this index in the stack and those behind it.
pub(super) fn add<'t>(
    stack: &mut Stack,
    pod: &Pod<'t>,
    (first, list): (usize, &[(Spot<'t>, ContainerKind)]),
    index: &Index<'t>,
) {
    let containers = || (first..).zip(list.iter().map(|(spot, _)| *spot));
    let is_cron = pod.of.kind == "CronJob";
    let mut steps = Vec::new();
    for (number, spot) in containers().filter(|(_, spot)| is_cron || may_schedule(*spot)) {
        let Some(step) = step(number, spot, stack) else { continue };
        stack.scripts.extend(scripts(number, spot, pod, index));
        steps.push(step);
    }
    if !is_cron {
        stack.runs.extend(steps);
        return;
    }
    let spec = pod.root.get("spec");
    let mut job = Job::new(pod.owner.name.clone(), pod.owner.at, pod.owner.root.span);
    job.container = containers().next().map(|(number, _)| number);
    let main =
        containers().find(|(number, _)| stack.container(*number).is_some_and(|it| it.kind == ContainerKind::OneShot));
    if let Some((number, _)) = main {
        job.container = Some(number);
        job.command = stack.container(number).map_or(Field::absent(job.at), |it| it.command.clone());
    }
    job.steps = steps;
    job.object = Some(pod.object);
    job.set_cron(spec.get("schedule").string());
    if matches!(job.gap.reason(), Some(Reason::Malformed { .. })) && spec.get("schedule").reason().is_none() {
        let message = "this is no cron expression that Kubernetes reads; write five fields such as 0 2 * * *";
        pod.spec.sink().push(Problem::error(job.schedule.at.unwrap_or(job.at), message));
    }
    job.suspended = or_default(spec.get("suspend").boolean(), false);
    stack.jobs.push(job);
}

/// Whether a container's command may hold a schedule: a loop that sleeps, a cron daemon.
fn may_schedule(spot: Spot) -> bool {
    let words = [spot.get("command"), spot.get("args")].into_iter().flat_map(Spot::items).filter_map(Spot::text);
    words.into_iter().any(|word| word.contains("sleep") || word.contains("cron"))
}

/// What a container runs.
fn step(number: usize, spot: Spot, stack: &Stack) -> Option<Step> {
    let (command, arguments) = (spot.get("command"), spot.get("args"));
    let at = [command, arguments].iter().find_map(|part| part.node).map_or(spot.at, |node| node.span);
    if let Some(reason) = command.reason().or(arguments.reason()) {
        return Some(Step { body: Body::Unknown(reason), at, container: Some(number) });
    }
    let container = stack.container(number)?;
    let is_set = |name: &str| {
        container.settings.iter().filter_map(|index| stack.setting(*index)).any(|setting| &*setting.name == name)
    };
    let word = |item: Spot| {
        if item.reason().is_some() {
            return Word { pieces: vec![Piece::Hidden], range: 0..0 };
        }
        let pieces = expand::kubelet(item.text().unwrap_or_default()).into_iter().map(|part| match part {
            Part::Text(text) => Piece::Text(text),
            Part::Variable(name, _) if is_set(&name) => Piece::Variable(name, None),
            Part::Variable(_, Some(written)) => Piece::Text(written),
            Part::Variable(name, None) => Piece::Variable(name, None),
            Part::Shell => Piece::Hidden,
        });
        Word { pieces: pieces.collect(), range: 0..0 }
    };
    let words: Vec<Word> = command.items().chain(arguments.items()).map(word).collect();
    let body = if command.is_written() { Body::Words(words) } else { Body::Arguments(words) };
    Some(Step { body, at, container: Some(number) })
}

/// The texts of ConfigMaps that are mounted into a container.
fn scripts<'t>(number: usize, spot: Spot<'t>, pod: &Pod<'t>, index: &Index<'t>) -> Vec<Script> {
    let mut found = Vec::new();
    for mount in spot.get("volumeMounts").items() {
        let (Some(name), Some(folder)) = (mount.get("name").text(), mount.get("mountPath").text()) else { continue };
        let volume = pod.spec.get("volumes").items().find(|volume| volume.get("name").text() == Some(name));
        let Some(config) = volume.map(|volume| volume.get("configMap")) else { continue };
        let Some(map) = config.get("name").text() else { continue };
        let Some(holder) = Holder::find("ConfigMap", pod.namespace, map, index, pod.spec.sink()) else { continue };
        let items: Vec<(&str, &str)> = config
            .get("items")
            .items()
            .filter_map(|item| Some((item.get("key").text()?, item.get("path").text()?)))
            .collect();
        for key in holder.keys() {
            let file = if items.is_empty() {
                Some(key.entry.name())
            } else {
                items.iter().find(|(name, _)| *name == key.entry.name()).map(|(_, path)| *path)
            };
            let path = match (file, mount.get("subPath").text()) {
                (Some(file), Some(part)) if file == part => folder.to_owned(),
                (Some(file), None) => format!("{}/{file}", folder.trim_end_matches('/')),
                _ => continue,
            };
            let Some(text) = key.value(None).value().cloned() else { continue };
            found.push(Script {
                container: Some(number),
                path,
                text: Text::from(text.expose()),
                at: key.entry.value.span,
                exact: false,
            });
        }
    }
    found
}
