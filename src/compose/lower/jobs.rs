//! What services run and when: schedules in labels, what each service runs, the scripts and cron
//! files that are mounted into it, and the names by which it is reached.

use super::Merged;
use super::place::Place;
use crate::model::job::{Body, Script, Step};
use crate::model::{Container, Field, HostName, Job, MountKind, Stack, State};
use crate::source::reader::{self, is_within};
use crate::source::{Span, Text};
use crate::syntax::Node;
use crate::syntax::shell::{Piece, Word, split};
use std::collections::BTreeMap;

/// The most files that are read for the programs of one service.
const MOST: usize = 20;

/// Where cron daemons look by themselves.
const CRONTABS: [&str; 5] =
    ["/etc/crontabs/root", "/var/spool/cron/crontabs/root", "/var/spool/cron/root", "/etc/crontab", "/etc/cron.d/"];

/// Labels of programs that start jobs in other services, up to the job's name.
const STARTERS: [&str; 5] =
    ["ofelia.job-exec.", "ofelia.job-run.", "ofelia.job-local.", "ofelia.job-service-run.", "chadburn.job-exec."];

/// Words in the names of services that prepare others, and end.
const ERRANDS: [&str; 13] = [
    "init",
    "setup",
    "bootstrap",
    "migrate",
    "migrator",
    "migration",
    "migrations",
    "seed",
    "seeder",
    "provision",
    "provisioner",
    "fixtures",
    "oneshot",
];

/// Whether a service ends by itself although nobody waits for that: it says that nothing starts it again,
/// nobody can connect to it or ask how it is, and it is called an errand.
pub(super) fn is_errand(service: Place<'_>, name: &str) -> bool {
    let ends = service.get("restart").known() == Some("no")
        || service.path(&["deploy", "restart_policy", "condition"]).known() == Some("none");
    let serves = ["ports", "expose", "healthcheck"].iter().any(|key| service.get(key).is_there());
    let mut words = name.split(|letter: char| !letter.is_ascii_alphanumeric());
    ends && !serves && words.any(|word| ERRANDS.iter().any(|errand| word.eq_ignore_ascii_case(errand)))
}

/// Adds what a service runs and when.
pub(super) fn add(service: Place<'_>, number: usize, merged: &Merged<'_>, stack: &mut Stack, container: &Container) {
    names(service, number, stack, container);
    let step = step(service, number, container.at);
    if let Some(step) = &step {
        read_scripts(step, number, merged, stack, container);
    }
    labelled(service, number, step.as_ref(), stack, container);
    stack.runs.extend(step);
}

/// The names by which other services reach one.
fn names(service: Place<'_>, number: usize, stack: &mut Stack, container: &Container) {
    let mut names = vec![container.name.clone()];
    names.extend(["container_name", "hostname"].iter().filter_map(|key| service.get(key).known().map(str::to_owned)));
    for entry in service.get("networks").node.map_or(&[][..], Node::entries) {
        let aliases = entry.value.get("aliases").map_or(&[][..], Node::items);
        names.extend(aliases.iter().filter_map(Node::text).map(str::to_owned));
    }
    names.sort();
    names.dedup();
    stack.hosts.extend(names.into_iter().map(|name| HostName { name, namespace: None, container: number }));
}

/// What a service runs, as far as the project says so.
fn step(service: Place<'_>, number: usize, at: Span) -> Option<Step> {
    let (entrypoint, command) = (service.get("entrypoint"), service.get("command"));
    let at = [entrypoint, command].iter().find_map(|place| place.node).map_or(at, |node| node.span);
    let words: Vec<Word> = [entrypoint, command].into_iter().flat_map(words).collect();
    let body = if entrypoint.is_there() { Body::Words(words) } else { Body::Arguments(words) };
    (entrypoint.is_there() || command.is_there()).then_some(Step { body, at, container: Some(number) })
}

/// The words of a list, or of a text as Compose splits it.
fn words(place: Place<'_>) -> Vec<Word> {
    let Some(node) = place.node else { return Vec::new() };
    match node.text() {
        Some(text) => split(text).iter().map(|(_, word)| whole(word)).collect(),
        None => node.items().iter().filter_map(Node::text).map(whole).collect(),
    }
}

/// A text as one word. Nothing in it is for a shell yet.
fn whole(text: &str) -> Word {
    Word { pieces: vec![Piece::Text(text.to_owned())], range: 0..0 }
}

/// Reads the files of the tree that are mounted where the service's command, or cron, looks.
fn read_scripts(step: &Step, number: usize, merged: &Merged<'_>, stack: &mut Stack, container: &Container) {
    let (Body::Words(words) | Body::Arguments(words)) = &step.body else { return };
    let mounts: Vec<(String, Mounted)> = container
        .mounts
        .iter()
        .filter_map(|index| stack.mounts.get(*index))
        .filter_map(|mount| {
            let (path, source) = (mount.path.value()?.expose(), mount.source.value()?.expose());
            let file = match mount.kind {
                MountKind::Bind => Mounted::Path(reader::join(merged.directory, source)?),
                MountKind::Config => config(source, merged)?,
                _ => return None,
            };
            Some((path.trim_end_matches('/').to_owned(), file))
        })
        .collect();
    if mounts.is_empty() {
        return;
    }
    let said: String = words.iter().filter_map(Word::plain).collect::<Vec<_>>().join(" ");
    let mut wanted: Vec<String> = paths(&said, &mounts);
    if said.contains("cron") {
        wanted.extend(mounts.iter().map(|(path, _)| path.clone()).filter(|path| is_crontab(path)));
        wanted.extend(CRONTABS.iter().map(|path| (*path).to_owned()));
    }
    let mut read: BTreeMap<String, ()> = BTreeMap::new();
    while let Some(path) = wanted.pop() {
        if read.len() >= MOST || read.contains_key(&path) {
            continue;
        }
        read.insert(path.clone(), ());
        let found = mounts.iter().filter(|(at, _)| is_within(&path, at));
        let Some((at, mounted)) = found.max_by_key(|(at, _)| at.len()) else { continue };
        let rest = path[at.len()..].trim_start_matches('/');
        let script = match mounted {
            Mounted::Path(file) => {
                let file = if rest.is_empty() { file.clone() } else { format!("{file}/{rest}") };
                if !merged.workspace.exists(&file) || merged.workspace.is_folder(&file) {
                    continue;
                }
                let Ok(source) = merged.workspace.open(&file) else { continue };
                let text = merged.workspace.sources.get(source);
                Script {
                    container: Some(number),
                    path,
                    text: Text::from(text.expose()),
                    at: Span::file(source),
                    exact: true,
                }
            }
            Mounted::Text(text, span) if rest.is_empty() => {
                Script { container: Some(number), path, text: text.clone(), at: *span, exact: false }
            }
            Mounted::Text(..) => continue,
        };
        wanted.extend(paths(script.text.expose(), &mounts));
        stack.scripts.push(script);
    }
}

/// What stands behind a mount.
enum Mounted {
    /// A file or folder of the tree.
    Path(String),
    /// A text of the project itself.
    Text(Text, Span),
}

fn config(name: &str, merged: &Merged<'_>) -> Option<Mounted> {
    let config = merged.root.at(&["configs", name])?;
    if let Some(file) = config.get("file").and_then(Node::text) {
        return Some(Mounted::Path(reader::join(merged.directory, file)?));
    }
    let content = config.get("content")?;
    Some(Mounted::Text(content.as_scalar()?.text.clone(), content.span))
}

/// The words of a text that lie below one of the mounts.
fn paths(text: &str, mounts: &[(String, Mounted)]) -> Vec<String> {
    let words = text.split(|next: char| next.is_whitespace() || "\"';|&()<>=`".contains(next));
    let words = words.filter(|word| word.starts_with('/') && word.len() < 300);
    let below = |word: &&str| mounts.iter().any(|(at, _)| is_within(word, at));
    words.filter(below).take(MOST).map(str::to_owned).collect()
}

fn is_crontab(path: &str) -> bool {
    CRONTABS.iter().any(|known| path == *known || (known.ends_with('/') && path.starts_with(known)))
        || path.ends_with("crontab")
}

/// Jobs that labels of a service ask for.
fn labelled(service: Place<'_>, number: usize, step: Option<&Step>, stack: &mut Stack, container: &Container) {
    let labels = [service.get("labels"), service.path(&["deploy", "labels"])];
    let mut asked: BTreeMap<(String, String), Vec<(String, Place<'_>)>> = BTreeMap::new();
    for place in labels {
        for entry in place.node.map_or(&[][..], Node::entries) {
            let name = entry.name();
            for starter in STARTERS {
                if let Some((job, key)) = name.strip_prefix(starter).and_then(|rest| rest.rsplit_once('.')) {
                    let asked = asked.entry((starter.to_owned(), job.to_owned())).or_default();
                    asked.push((key.to_owned(), place.entry(entry)));
                }
            }
            if name == "swarm.cronjob.schedule" {
                let mut job = Job::new(container.name.clone(), place.entry(entry).at, container.span);
                job.container = Some(number);
                job.command = container.command.clone();
                let empty = || Step { body: Body::Arguments(Vec::new()), at: container.at, container: Some(number) };
                job.steps.push(step.cloned().unwrap_or_else(empty));
                job.object = Some(0);
                job.set_cron(place.entry(entry).string());
                stack.jobs.push(job);
            }
        }
    }
    for ((starter, name), keys) in asked {
        let get = |wanted: &str| keys.iter().find(|(key, _)| key == wanted).map(|(_, place)| *place);
        let Some(schedule) = get("schedule") else { continue };
        let mut job = Job::new(name, schedule.at, schedule.at);
        job.object = Some(0);
        // `job-exec` runs in the service that has the label, unless it names another.
        let elsewhere = get("container").is_some() || !starter.ends_with("job-exec.");
        let own = (!elsewhere).then_some(number);
        job.container = own;
        job.set_cron(schedule.string());
        if let Some(command) = get("command") {
            job.command = command.text();
            let inside = get("container").and_then(Place::known);
            let text = command.node.and_then(Node::text).unwrap_or_default();
            // An `exec` by name is what it comes to.
            let text = inside.map_or(text.to_owned(), |inside| format!("docker exec {inside} {text}"));
            let body = match &job.command.state {
                State::Unknown(reason) => Body::Unknown(reason.clone()),
                _ => Body::Script { text: Text::from(text), exact: false },
            };
            job.steps.push(Step { body, at: command.node.map_or(command.at, |node| node.span), container: own });
        }
        if job.steps.is_empty() {
            let reason = crate::source::Reason::Image { what: format!("what the job {} runs", job.name).into() };
            job.steps.push(Step { body: Body::Unknown(reason), at: job.at, container: own });
            job.command = Field::absent(job.at);
        }
        stack.jobs.push(job);
    }
}
