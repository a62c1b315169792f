//! The value sets of a chart: its own values, and each set that stands beside it, as a variant.

use super::{Audited, ChartInputs, chart_yaml, lower, named, render_chart, with_files};
use crate::discovery::Workspace;
use crate::helm::chart::variants::{Variant, variants};
use crate::helm::render::Mode;
use crate::model::{Gap, Stack, SubjectKind};
use crate::source::{Place, Problem, Reason, Severity, SourceId, Sources};
use rayon::prelude::*;
use std::sync::Arc;

/// The name of the variant that a chart's own values make.
pub const DEFAULT: &str = "default";

/// How many value sets are rendered side by side; between such groups the cost is looked at, so that
/// it is the same on every machine.
const GROUP: usize = 4;

/// The most steps of templates that are taken for the value sets of one chart together.
const MOST_STEPS: usize = 4_000_000;

/// Names of variants that a message tells.
const MOST_NAMES: usize = 3;

/// A chart with one set of values.
struct Seen {
    name: String,
    stack: Option<Stack>,
    problems: Vec<Problem>,
    steps: usize,
    /// Nothing went wrong and nothing came out.
    is_empty: bool,
}

/// Renders a chart with the values that were chosen, else with its own and with each set beside it.
pub(super) fn load(folder: &str, inputs: &ChartInputs, workspace: &Workspace) -> Audited {
    let path = chart_yaml(folder);
    let found = if inputs.chooses_values() {
        Vec::new()
    } else {
        let within = if folder == "." { "" } else { folder };
        with_files(folder, workspace, |files| variants(files, within)).unwrap_or_default()
    };
    let mut seen = vec![see(folder, inputs, None, workspace)];
    let mut skipped = 0;
    for group in found.chunks(GROUP) {
        if seen.iter().map(|seen| seen.steps).sum::<usize>() > MOST_STEPS {
            skipped += group.len();
            continue;
        }
        let more: Vec<Seen> = group.par_iter().map(|variant| see(folder, inputs, Some(variant), workspace)).collect();
        seen.extend(more);
    }
    // A chart of which something was seen may well deploy nothing with some of its value sets.
    let nothing = "this chart renders nothing with these values, so nothing of it was audited";
    let yields = seen.iter().any(|seen| seen.stack.is_some());
    for one in seen.iter_mut().filter(|seen| seen.is_empty) {
        let severity = if yields { Severity::Warning } else { Severity::Error };
        one.problems.push(Problem { severity, ..Problem::error(path.as_str(), nothing) });
    }
    let mut problems = told(&mut seen, &workspace.sources);
    if skipped > 0 {
        let message = format!(
            "the templates of this chart cost so much that {skipped} of its {} value sets were not looked at; audit \
             those that matter with --values",
            found.len()
        );
        problems.push(Problem::error(path.as_str(), message));
    }
    let names: Vec<String> = seen.iter().filter(|seen| seen.stack.is_some()).map(|seen| seen.name.clone()).collect();
    let several = names.len() > 1;
    let mut stacks = Vec::new();
    for Seen { name, stack, .. } in seen {
        let Some(mut stack) = stack else { continue };
        if several {
            stack.variant = Some(name);
            stack.variants.clone_from(&names);
        }
        stacks.push(stack);
    }
    let files = found.into_iter().map(|variant| variant.path).collect();
    Audited { path, is_library: false, stacks, problems, files }
}

/// Renders a chart with one set of values and reads what comes out.
fn see(folder: &str, inputs: &ChartInputs, variant: Option<&Variant>, workspace: &Workspace) -> Seen {
    let name = variant.map_or(DEFAULT, |variant| variant.name.as_str()).to_owned();
    let values = match variant {
        None => inputs.values.iter().map(|path| named(path, workspace)).collect(),
        Some(variant) => beside(&variant.path, workspace).map(|source| vec![source]),
    };
    let rendered =
        values.and_then(|values: Vec<SourceId>| render_chart(folder, inputs, values, Mode::Audit, workspace));
    let mut rendered = match rendered {
        Ok(rendered) => rendered,
        Err(problem) => return Seen { name, stack: None, problems: vec![problem], steps: 0, is_empty: false },
    };
    let steps = rendered.steps;
    let loaded = lower(&mut rendered, folder, variant.is_some(), workspace);
    let mut problems = rendered.problems;
    let failed = problems.iter().any(|problem| problem.severity == Severity::Error);
    let mut stack = loaded.stack;
    let is_empty = stack.is_none() && !failed;
    if let Some(stack) = &mut stack {
        // What did not render may hold anything, so nothing can be said to be missing.
        let errors = problems.iter().filter(|problem| problem.severity == Severity::Error);
        let gaps: Vec<Gap> = errors
            .map(|problem| {
                let (at, path) = match &problem.place {
                    Place::Span(span) => (*span, workspace.sources.get(span.source).name.to_string().into()),
                    Place::Path(path) => (stack.at, Arc::clone(path)),
                };
                Gap::new(&SubjectKind::ALL, Reason::Unrendered { path }, at)
            })
            .collect();
        stack.gaps.extend(gaps);
    }
    problems.extend(loaded.problems);
    Seen { name, stack, problems, steps, is_empty }
}

/// A values file beside the chart.
fn beside(path: &str, workspace: &Workspace) -> Result<SourceId, Problem> {
    workspace.open(path).map_err(|error| {
        Problem::error(path, format!("this values file {}, so the chart was not audited with it", error.phrase()))
    })
}

/// The problems of all value sets, each told once; one that only some of them have names those.
fn told(seen: &mut [Seen], sources: &Sources) -> Vec<Problem> {
    let mut problems: Vec<(Problem, Vec<usize>)> = Vec::new();
    for (index, one) in seen.iter_mut().enumerate() {
        for mut problem in std::mem::take(&mut one.problems) {
            if let Place::Span(span) = problem.place {
                // Each rendering is a text of its own; the templates are not.
                let source = sources.get(span.source);
                let origins = source.origins.as_ref();
                let step =
                    origins.and_then(|origins| origins.chain(span.start)?.iter().rev().find_map(|step| step.span));
                problem.place = Place::Span(step.unwrap_or(span));
            }
            match problems.iter_mut().find(|(known, _)| *known == problem) {
                Some((_, indices)) if indices.last() != Some(&index) => indices.push(index),
                Some(_) => {}
                None => problems.push((problem, vec![index])),
            }
        }
    }
    let count = seen.len();
    let tell = |(mut problem, indices): (Problem, Vec<usize>)| {
        if indices.len() < count {
            let names: Vec<&str> = indices
                .iter()
                .take(MOST_NAMES)
                .filter_map(|index| seen.get(*index))
                .map(|seen| if seen.name == DEFAULT { "its own values" } else { seen.name.as_str() })
                .collect();
            let more = indices.len() - names.len();
            let more = if more > 0 { format!(" and {more} more value sets") } else { String::new() };
            problem.message = format!("{} (with {}{more})", problem.message, names.join(", "));
        }
        problem
    };
    problems.into_iter().map(tell).collect()
}
