//! What the rules say of a project, and what people say of that.

use crate::engine;
use crate::findings::{Finding, attest};
use crate::project::Project;
use crate::rules::Ruleset;
use crate::source::Date;
use crate::triage::attestations;

/// Judges a project, and lets people's words count as of a day. With `every`, all places of what
/// passes are kept. What is wrong with the records is added to the project's problems.
pub(super) fn findings(project: &mut Project, ruleset: &Ruleset, as_of: Date, every: bool) -> Vec<Finding> {
    let mut findings = if every {
        engine::judge_with_places(&project.stacks, ruleset, usize::MAX)
    } else {
        engine::judge(&project.stacks, ruleset)
    };
    let files = attestations::candidates(&project.stacks);
    let (records, problems) = attestations::read(&files, &project.workspace, ruleset, as_of);
    project.problems.extend(problems);
    attest(&mut findings, &project.stacks, &records, as_of);
    findings
}
