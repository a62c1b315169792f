//! Commands of pipelines in the order in which they run: what is checked before something is deployed.

use super::{Field, Image, Listed};
use crate::source::{Span, Text};
use std::sync::Arc;

/// A command of a pipeline, or an action that a step of it uses.
#[derive(Debug)]
pub struct Step {
    /// What its pipeline calls it, else its program or action.
    pub name: String,
    /// Where it stands: `workflow` for a step of a pipeline, `make` for a line of a recipe that one runs, `script`
    /// for a script that people run.
    pub place: &'static str,
    /// The pipeline that it is of.
    pub pipeline: Arc<Pipeline>,
    /// The number of its job in the pipeline.
    pub job: usize,
    /// Where it stands.
    pub at: Span,
    /// The program and its arguments in one line; what only the running shell knows stands as `*`.
    pub text: Text,
    /// The program and its arguments; `None` for what only the running shell knows.
    pub words: Vec<Option<Text>>,
    /// The action or template that it uses, with its version: `actions/checkout@v4`.
    pub uses: Option<(String, Span)>,
    /// What the action is given, by name.
    pub inputs: Vec<(String, Field<Text>)>,
    /// What it is seen to do, by the tools that packs know; what others do is not guessed.
    pub does: Listed<String>,
    /// The images that it pulls, runs, checks or signs.
    pub images: Vec<Field<Image>>,
    /// The container or workload that it runs in, if it is handed to one that is up: `docker exec`.
    pub inside: Option<String>,
    /// Whether its failure stops nothing.
    pub tolerated: bool,
}

/// A workflow of GitHub, Gitea or Forgejo, the pipeline of another forge, or a script by which people deploy.
#[derive(Debug, Default)]
pub struct Pipeline {
    /// Its name, else its file's.
    pub name: String,
    /// What starts it: `push`, `pull_request`, `schedule`...
    pub triggers: Vec<String>,
    /// The branches and tags that start it, as written; empty if any does.
    pub branches: Vec<String>,
    /// For each of its jobs the numbers of those that end before it begins.
    pub after: Vec<Vec<usize>>,
    /// Where it begins.
    pub at: Option<Span>,
}

impl Step {
    /// Whether it has run when another one of the same pipeline begins; `numbers` are their places
    /// in the list of all steps.
    #[must_use]
    pub fn runs_before(&self, own: usize, other: &Self, others: usize) -> bool {
        if !Arc::ptr_eq(&self.pipeline, &other.pipeline) {
            return false;
        }
        if self.job == other.job {
            return own < others;
        }
        self.pipeline.after.get(other.job).is_some_and(|after| after.contains(&self.job))
    }

    /// The value of a flag: `--name value`, `--name=value`; empty for one that stands alone.
    #[must_use]
    pub fn flag(&self, name: &str) -> Option<Option<&str>> {
        for (position, word) in self.words.iter().enumerate().skip(1) {
            let Some(word) = word.as_ref().map(Text::expose) else { continue };
            let Some(rest) = word.strip_prefix('-') else { continue };
            let rest = rest.strip_prefix('-').unwrap_or(rest);
            if let Some(value) = rest.strip_prefix(name).and_then(|rest| rest.strip_prefix('=')) {
                return Some(Some(value));
            }
            if rest == name {
                return Some(match self.words.get(position + 1) {
                    Some(Some(next)) if next.expose().starts_with('-') => Some(""),
                    Some(Some(next)) => Some(next.expose()),
                    Some(None) => None,
                    None => Some(""),
                });
            }
        }
        None
    }
}
