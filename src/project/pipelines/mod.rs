//! Pipelines of the forge that a tree is kept in: workflows of GitHub, Gitea and Forgejo, and the
//! pipelines of GitLab, CircleCI and Azure; and scripts by which people deploy. They serve everything that is
//! deployed from the tree.

mod actions;
mod gitlab;
mod recipes;
mod steps;

use super::readable::{at_most, readable};
use crate::discovery::walk::{self, Named};
use crate::discovery::{FileKind, Inventory, Status, Workspace};
use crate::model::job::Script;
use crate::model::{Field, Pipeline};
use crate::source::{Problem, SourceId, Span, Text};

/// The most pipelines that are read.
const MOST: usize = 200;

/// A pipeline as it is written.
#[derive(Debug, Default)]
pub struct Written {
    /// What rules see of it.
    pub pipeline: Pipeline,
    /// Its steps, job by job.
    pub steps: Vec<WrittenStep>,
    /// Scripts of the tree that it may run.
    pub scripts: Vec<Script>,
}

/// A step of a pipeline as it is written.
#[derive(Debug)]
pub struct WrittenStep {
    /// Its name, if it has one.
    pub name: Option<String>,
    /// The number of its job.
    pub job: usize,
    /// What it runs.
    pub body: StepBody,
    /// Where it stands.
    pub at: Span,
    /// Whether its failure stops nothing.
    pub tolerated: bool,
    /// `workflow`, `make` or `script`.
    pub place: &'static str,
}

/// What a step runs.
#[derive(Debug)]
pub enum StepBody {
    /// A script, its variables set in front; its bytes are those at the step's place if `exact`.
    Script {
        /// The script.
        text: Text,
        /// Whether it stands in its file as it is.
        exact: bool,
    },
    /// An action or template.
    Uses {
        /// Its name with its version.
        name: String,
        /// What it is given.
        inputs: Vec<(String, Field<Text>)>,
    },
}

/// Whether a file may be a pipeline. A forge looks for them at the root of the tree only.
#[must_use]
pub fn is_pipeline(path: &str) -> bool {
    let forges = [".github/workflows/", ".gitea/workflows/", ".forgejo/workflows/"];
    let is_yaml = path.ends_with(".yml") || path.ends_with(".yaml");
    is_yaml && forges.iter().any(|folder| path.strip_prefix(folder).is_some_and(|rest| !rest.contains('/')))
        || matches!(path, ".gitlab-ci.yml" | ".circleci/config.yml" | "azure-pipelines.yml")
}

/// Reads the pipelines among the files.
pub fn read(
    files: &[String],
    workspace: &Workspace,
    inventory: &mut Inventory,
    problems: &mut Vec<Problem>,
) -> Vec<Written> {
    let mut found = Vec::new();
    let first = at_most(MOST, files.iter().filter(|path| is_pipeline(path)), "pipelines", problems);
    for path in readable(first, workspace, problems) {
        let Ok(parsed) = workspace.parse(path, crate::syntax::Syntax::Yaml) else { continue };
        let Some(document) = parsed.documents.first() else { continue };
        let root = &document.root;
        let mut written = match path.as_str() {
            ".gitlab-ci.yml" => gitlab::read(root, workspace),
            ".circleci/config.yml" | "azure-pipelines.yml" => steps::read(root, workspace),
            _ => actions::read(root, path, workspace),
        };
        if written.steps.is_empty() {
            continue;
        }
        written.pipeline.at = Some(Span::file(root.span.source));
        if written.pipeline.name.is_empty() {
            written.pipeline.name.clone_from(path);
        }
        inventory.note(path.as_str(), FileKind::Config, Status::Audited, "");
        found.push(written);
    }
    let run: Vec<SourceId> = found.iter().flat_map(|written| &written.scripts).map(|script| script.at.source).collect();
    let deploys = files.iter().filter(|path| walk::named(path) == Some(Named::Deploys));
    let first = at_most(MOST, deploys, "scripts that deploy", problems);
    let by_people = readable(first, workspace, problems).into_iter();
    let scripts: Vec<Written> = by_people.filter_map(|path| by_hand(path, &run, workspace, inventory)).collect();
    found.extend(scripts);
    found
}

/// A script that people run; one that a pipeline runs is among the steps of that.
fn by_hand(path: &str, run: &[SourceId], workspace: &Workspace, inventory: &mut Inventory) -> Option<Written> {
    let source = workspace.open(path).ok().filter(|source| !run.contains(source))?;
    let (text, at) = (Text::from(workspace.sources.get(source).expose()), Span::file(source));
    let pipeline = Pipeline { name: path.to_owned(), after: vec![Vec::new()], at: Some(at), ..Pipeline::default() };
    let mut written = Written { pipeline, ..Written::default() };
    let body = StepBody::Script { text, exact: true };
    written.script(WrittenStep { name: None, job: 0, body, at, tolerated: false, place: "script" }, workspace);
    inventory.note(path, FileKind::Config, Status::Audited, "");
    Some(written)
}

impl Written {
    /// Adds a script, and behind it the recipes that it runs.
    fn script(&mut self, step: WrittenStep, workspace: &Workspace) {
        let recipes = match &step.body {
            StepBody::Script { text, .. } => {
                self.scripts.extend(super::schedules::scripts(text.expose(), ".", workspace));
                recipes::of(text.expose(), workspace)
            }
            StepBody::Uses { .. } => Vec::new(),
        };
        let (job, tolerated) = (step.job, step.tolerated);
        self.steps.push(step);
        for (target, text, at) in recipes {
            self.scripts.extend(super::schedules::scripts(text.expose(), ".", workspace));
            let body = StepBody::Script { text, exact: false };
            self.steps.push(WrittenStep { name: Some(target), job, body, at, tolerated, place: "make" });
        }
    }
}

/// The numbers of the jobs before each, those before them included. A job may only name others.
fn closed(direct: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let reach = |start: usize| {
        let mut seen: Vec<usize> = Vec::new();
        let mut open: Vec<usize> = direct.get(start).cloned().unwrap_or_default();
        while let Some(job) = open.pop() {
            if job != start && !seen.contains(&job) {
                seen.push(job);
                open.extend(direct.get(job).into_iter().flatten());
            }
        }
        seen.sort_unstable();
        seen
    };
    (0..direct.len()).map(reach).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pipelines(files: &[(&'static str, &'static str)]) -> Vec<Written> {
        let workspace = Workspace::in_memory(files.iter().copied());
        let names: Vec<String> = files.iter().map(|(path, _)| (*path).to_owned()).collect();
        read(&names, &workspace, &mut Inventory::default(), &mut Vec::new())
    }

    fn told(written: &Written) -> Vec<String> {
        let tell = |step: &WrittenStep| {
            let what = match &step.body {
                StepBody::Script { text, .. } => text.expose().trim().to_owned(),
                StepBody::Uses { name, .. } => format!("uses {name}"),
            };
            format!("{} {}: {what}{}", step.job, step.place, if step.tolerated { " (tolerated)" } else { "" })
        };
        written.steps.iter().map(tell).collect()
    }

    #[test]
    fn workflows_fall_into_steps() {
        let workflow = "name: ci\non:\n  push: {branches: [main]}\n  pull_request:\nenv: {A: b}\njobs:\n  one:\n    \
                        continue-on-error: true\n    steps:\n      - uses: ./.github/actions/own\n      - run: make lint\n  \
                        two:\n    needs: one\n    steps: [{run: 'echo ${{ x }}'}, {if: '${{ false }}', run: gone}]\n  \
                        three: {needs: [two], uses: ./.github/workflows/other.yml}\n";
        let found = pipelines(&[
            (".github/workflows/ci.yml", workflow),
            (".github/actions/own/action.yml", "runs: {steps: [{uses: acme/tool@v1}, {run: own}]}"),
            ("sub/.github/workflows/ci.yml", workflow),
            ("Makefile", "TOOL ?= hadolint\nall: lint\nlint: deps\n\t@$(TOOL) Dockerfile $$HOME\n\nother:\n\tno\n"),
        ]);
        assert_eq!(found.len(), 1);
        assert_eq!(
            told(&found[0]),
            [
                "0 workflow: uses ./.github/actions/own (tolerated)",
                "0 workflow: uses acme/tool@v1 (tolerated)",
                "0 workflow: own (tolerated)",
                "0 workflow: A='b'; make lint (tolerated)",
                "0 make: TOOL='hadolint'; ${TOOL} Dockerfile $HOME (tolerated)",
                "1 workflow: A='b'; echo \u{fffc}",
                "2 workflow: uses ./.github/workflows/other.yml",
            ]
        );
        let pipeline = &found[0].pipeline;
        assert_eq!(pipeline.after, [vec![], vec![0], vec![0, 1]]);
        assert_eq!(pipeline.triggers, ["push", "pull_request"]);
        assert_eq!(pipeline.branches, ["main"]);
    }

    #[test]
    fn jobs_of_gitlab_extend_templates_and_follow_their_stages() {
        let file = "include:\n  - local: /ci/base.yml\n  - template: Jobs/SAST.gitlab-ci.yml\nstages: [build, ship]\n\
                    .node: {before_script: [npm ci]}\nbuild: {extends: .node, stage: build, script: [[a, b], c]}\n\
                    ship: {stage: ship, script: d, allow_failure: true}\nfree: {stage: ship, needs: [], script: e}\n";
        let found = pipelines(&[(".gitlab-ci.yml", file), ("ci/base.yml", "base: {stage: build, script: f}\n")]);
        assert_eq!(
            told(&found[0]),
            [
                "4 workflow: uses template:Jobs/SAST.gitlab-ci.yml",
                "0 workflow: npm ci",
                "0 workflow: a",
                "0 workflow: b",
                "0 workflow: c",
                "1 workflow: d (tolerated)",
                "2 workflow: e",
                "3 workflow: f",
            ]
        );
        assert_eq!(found[0].pipeline.after, [vec![], vec![0, 3], vec![], vec![], vec![]]);
    }

    #[test]
    fn lists_of_steps_are_found_wherever_they_stand() {
        let circle =
            "jobs:\n  a: {steps: [checkout, {run: one}, {run: {name: two, command: three}}, {node/install: {}}]}\n";
        let azure =
            "stages: [{jobs: [{steps: [{script: one, displayName: x, continueOnError: true}, {task: Docker@2}]}]}]\n";
        let found = pipelines(&[(".circleci/config.yml", circle), ("azure-pipelines.yml", azure)]);
        assert_eq!(
            told(&found[0]),
            ["0 workflow: uses checkout", "0 workflow: one", "0 workflow: three", "0 workflow: uses node/install"]
        );
        assert_eq!(told(&found[1]), ["0 workflow: one (tolerated)", "0 workflow: uses Docker@2"]);
    }

    #[test]
    fn jobs_that_wait_for_each_other_end() {
        assert_eq!(closed(&[vec![1], vec![0], vec![1, 9]]), [vec![1], vec![0], vec![0, 1, 9]]);
    }
}
