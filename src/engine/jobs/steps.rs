//! Pipelines as steps: their scripts as command lines, each held against the tools that packs know.

use super::lines::{self, Line};
use super::reading::Tools;
use super::wrappers::base;
use crate::model::job::{Body, Job, Step as Run};
use crate::model::{Field, Image, Listed, Pipeline, Platform, Stack, Step};
use crate::project::pipelines::{StepBody, Written, WrittenStep};
use crate::rules::Ruleset;
use crate::rules::tool::Tool;
use crate::source::{HOLE, Reason, Text};
use std::sync::Arc;

/// The most steps of all pipelines together.
const MOST: usize = 5000;

/// Programs that handle images, and what they do with one that stands behind it.
const ENGINES: [&str; 4] = ["docker", "podman", "nerdctl", "buildah"];
const HANDLE: [&str; 4] = ["pull", "run", "push", "create"];

/// Options of `run` behind which no value stands.
const ALONE: [&str; 10] = ["--rm", "-d", "--detach", "-i", "-t", "-it", "-ti", "--init", "--privileged", "--read-only"];

/// The steps of all pipelines, in their order.
pub(in crate::engine) fn of(pipelines: &mut Vec<Written>, ruleset: &Ruleset) -> Arc<[Step]> {
    let tools = Tools::of(ruleset);
    let mut steps = Vec::new();
    for written in std::mem::take(pipelines) {
        let Some(at) = written.pipeline.at else { continue };
        let pipeline = Arc::new(written.pipeline);
        // The commands of a pipeline see its scripts and no container.
        let mut host = Stack::new(pipeline.name.clone(), Platform::Config, ".", at);
        host.scripts = written.scripts;
        for step in written.steps {
            add(step, &pipeline, &host, &tools, &mut steps);
        }
    }
    steps.truncate(MOST);
    steps.into()
}

fn add(written: WrittenStep, pipeline: &Arc<Pipeline>, host: &Stack, tools: &Tools<'_>, steps: &mut Vec<Step>) {
    let at = written.at;
    let made = |name: String, place: &'static str| Step {
        name,
        place,
        pipeline: Arc::clone(pipeline),
        job: written.job,
        at,
        text: Text::from(""),
        words: Vec::new(),
        uses: None,
        inputs: Vec::new(),
        does: Listed::none(at),
        images: Vec::new(),
        inside: None,
        tolerated: written.tolerated,
    };
    match written.body {
        StepBody::Uses { name, inputs } => {
            let mut step = made(written.name.unwrap_or_else(|| name.clone()), written.place);
            let image = name.strip_prefix("docker://").and_then(Image::parse);
            step.images.extend(image.map(|image| Field::set(image, at)));
            if let Some(tool) = tools.of_action(&name) {
                does(tool, &mut step);
            }
            step.uses = Some((name, at));
            step.inputs = inputs;
            steps.push(step);
        }
        StepBody::Script { text, exact } => {
            let mut job = Job::new(pipeline.name.clone(), at, at);
            job.steps.push(Run { body: Body::Script { text, exact }, at, container: None });
            for line in lines::of(&job, host).lines {
                let program = line.words.first().map_or("", |word| base(word));
                if program.is_empty() {
                    continue;
                }
                let mut step = made(written.name.clone().unwrap_or_else(|| program.to_owned()), written.place);
                step.at = line.at;
                step.inside.clone_from(&line.inside);
                read(&line, program, tools, &mut step);
                steps.push(step);
            }
        }
    }
}

/// What a command line says.
fn read(line: &Line, program: &str, tools: &Tools<'_>, step: &mut Step) {
    let known = |word: &String| (!word.contains(HOLE)).then(|| Text::from(word.as_str()));
    step.text = Text::from(line.words.join(" ").replace(HOLE, "*"));
    step.words = line.words.iter().map(known).collect();
    if let (Some(first), false) = (step.words.first_mut(), program.contains(HOLE)) {
        *first = Some(Text::from(program));
    }
    let tool = tools.of_words(&line.words);
    if let Some(tool) = tool {
        does(tool, step);
    }
    let acts = tool.is_some_and(|tool| {
        step.inside.is_none()
            && tool.acts.iter().any(|act| matches!(act.as_str(), "scan" | "sign" | "verify-signature" | "sbom"))
    });
    let named = if ENGINES.contains(&program) { handled(&line.words) } else { None };
    let named = named.or_else(|| line.words.last().filter(|_| acts && line.words.len() > 2));
    if let Some(image) = named.filter(|word| !word.starts_with('-')) {
        let what = || Reason::Unseen { what: "which image a command of the pipeline is given".into() };
        step.images.push(match Image::parse(image).filter(|_| !image.contains(HOLE)) {
            Some(image) => Field::set(image, line.at),
            None => Field::unknown(what(), line.at),
        });
    }
}

/// The image that an engine is given: the first word behind its command that is no option of it.
fn handled(words: &[String]) -> Option<&String> {
    let at = words.iter().position(|word| HANDLE.contains(&word.as_str())).filter(|at| *at <= 2)?;
    let mut rest = words.iter().skip(at + 1);
    while let Some(word) = rest.next() {
        if !word.starts_with('-') {
            return Some(word);
        }
        let has_value = !word.contains('=') && !ALONE.contains(&word.as_str());
        if has_value && words.get(at).is_some_and(|command| command == "run" || command == "create") {
            rest.next();
        }
    }
    None
}

fn does(tool: &Tool, step: &mut Step) {
    // What is done to a container that is up changes nothing of what is deployed.
    let acts = if step.inside.is_none() { tool.acts.as_slice() } else { &[] };
    for word in tool.does.iter().chain(acts) {
        step.does.push(word.clone(), step.at);
    }
}
