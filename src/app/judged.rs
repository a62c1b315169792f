//! From what was asked for to what the rules say of it, and what people say of that.

use super::{Error, load, profiles};
use crate::discovery::workspace::FILE_BYTES;
use crate::engine;
use crate::findings::{
    Findings, Material, Redactor, Report, Scanned, Secrets, SeenFile, SeenStack, Verdict, attest, variants,
};
use crate::model::Stack;
use crate::options::{self, Audit};
use crate::project::{self, Project};
use crate::render::{Format, Paths};
use crate::rules::Ruleset;
use crate::triage::attestations;
use std::collections::BTreeSet;
use std::io::{self, Read};

/// A project that was judged.
pub(super) struct Judged {
    /// The files and what they come to.
    pub project: Project,
    /// The rules that were asked.
    pub ruleset: Ruleset,
    /// What they say.
    pub findings: Findings,
    /// The secrets among them, until a redactor is made of these.
    secrets: Secrets,
}

impl Judged {
    /// Loads rules and project, judges, and lets people's words count. What is wrong with those is added
    /// to the project's problems.
    pub fn new(asked: &mut Audit) -> Result<Self, Error> {
        if let Some(threads) = asked.threads {
            let started = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
            started.map_err(|error| options::Error::new(format!("{threads} threads cannot be started: {error}")))?;
        }
        if asked.stdin {
            asked.inputs.stdin = Some(standard_input()?);
        }
        // One core looks for secrets where the others have nothing to load.
        let load = || project::assemble_beside(&asked.inputs, Scanned::of);
        let (ruleset, project) = rayon::join(|| load::chosen(asked), load);
        let mut ruleset = ruleset?;
        let (mut project, scanned) =
            project.map_err(|error| Error::Read { what: "what is to be audited".to_owned(), error })?;
        profiles::known(&asked.inputs.profiles, &project.profiles)?;
        engine::recognise(&mut project.stacks, &ruleset);
        let containers = project.stacks.iter().flat_map(|stack| &stack.containers);
        ruleset.wake(containers.filter_map(|container| container.app.as_deref())).map_err(Error::Rules)?;
        engine::complete(&mut project, &ruleset);
        // A program that asks for what passes wants every place of it.
        let every =
            asked.shown.contains(&Verdict::Pass) && asked.outputs.iter().any(|output| output.format == Format::Json);
        let most = if every { usize::MAX } else { engine::MOST_SITES };
        let (mut findings, secrets) = rayon::join(
            || engine::judge_with_places(&project.stacks, &ruleset, most),
            || Secrets::new(&project.workspace.sources, &project.stacks, scanned),
        );
        if project.stacks.iter().any(|stack| stack.variant.is_some()) {
            findings = variants::merged(findings, &project.workspace.sources, most);
        }
        let mut files = attestations::candidates(&project.stacks);
        files.retain(|file| project.workspace.exists(file));
        if !files.is_empty() {
            // They may name any rule.
            ruleset.wake_all().map_err(Error::Rules)?;
        }
        let (records, problems) = attestations::read(&files, &project.workspace, &ruleset, asked.as_of);
        project.problems.extend(problems);
        attest(&mut findings, &project.stacks, &records, asked.as_of);
        Ok(Self { project, ruleset, findings, secrets })
    }

    /// What may be told, and the project and rules that it is told of.
    pub fn telling(&mut self) -> (Redactor<'_>, &Self) {
        let secrets = std::mem::take(&mut self.secrets);
        let redactor = Redactor::knowing(secrets, &self.project.workspace.sources, &self.project.stacks);
        (redactor.speaking(self.ruleset.sentences()), self)
    }

    /// The report, which takes the findings and problems.
    pub fn report(&mut self, asked: &Audit) -> Report {
        let problems = std::mem::take(&mut self.project.problems);
        let findings = std::mem::take(&mut self.findings);
        let (redactor, Self { project, .. }) = self.telling();
        let report = Report::build(Material {
            sources: &project.workspace.sources,
            redactor: &redactor,
            findings,
            problems,
            files: seen_files(project),
            stacks: seen_stacks(&project.stacks),
            as_of: asked.as_of.to_string(),
            bar: asked.bar,
            excerpts: asked.excerpts(),
        });
        // Every command ends with its report.
        std::mem::forget(redactor);
        report
    }

    /// Paths as they can be clicked from the working directory; from one that is gone, as they are.
    pub fn paths(&self) -> Paths {
        let here = std::env::current_dir().and_then(|here| here.canonicalize());
        here.map(|here| Paths::new(&self.project.workspace.root(), &here)).unwrap_or_default()
    }
}

/// Standard input, up to one byte more than is read of a file: that it is too large shows later.
fn standard_input() -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let outcome = io::stdin().lock().take(FILE_BYTES + 1).read_to_end(&mut bytes);
    outcome.map_err(|error| Error::Read { what: "standard input".to_owned(), error })?;
    Ok(bytes)
}

fn seen_files(project: &Project) -> Vec<SeenFile> {
    let seen = project.inventory.files.iter().map(|(path, entry)| SeenFile {
        file: path.clone(),
        kind: entry.kind.word().to_owned(),
        status: entry.status.word(),
        why: Some(entry.why.clone()).filter(|why| !why.is_empty()),
    });
    seen.collect()
}

/// The deployments, each once however many variants it has.
fn seen_stacks(stacks: &[Stack]) -> Vec<SeenStack> {
    let mut seen: Vec<(&Stack, SeenStack)> = Vec::new();
    for stack in stacks {
        let found = seen_stack(stack);
        match seen.iter_mut().find(|(first, _)| first.is_variant_of(stack)) {
            Some((_, known)) => {
                known.apps.extend(found.apps);
                known.apps.sort();
                known.apps.dedup();
            }
            None => seen.push((stack, found)),
        }
    }
    seen.into_iter().map(|(_, seen)| seen).collect()
}

fn seen_stack(stack: &Stack) -> SeenStack {
    let apps: BTreeSet<&str> = stack.containers.iter().filter_map(|container| container.app.as_deref()).collect();
    SeenStack {
        name: stack.name.clone(),
        kind: stack.platform.word(),
        root: stack.root.clone(),
        variants: stack.variants.clone(),
        apps: apps.into_iter().map(str::to_owned).collect(),
    }
}
