//! The checklist that people know, ticked.

use super::judged::Judged;
use super::{Console, Error};
use crate::findings::Checklist;
use crate::options::Audit;
use crate::render::{self, Format};

/// Writes the checklists of the packs that know an app of the deployment, and without any the general
/// one.
///
/// # Errors
/// When the audit cannot be run as asked, or nothing can be written.
pub fn checklist(mut asked: Audit, console: &mut Console<'_>) -> Result<(), Error> {
    let mut judged = Judged::new(&mut asked)?;
    let report = judged.report(&asked);
    let paths = judged.paths();
    let known = |name: &String| report.stacks.iter().any(|stack| stack.apps.contains(name));
    let listed = || judged.ruleset.packs.iter().filter(|pack| !pack.checklist.is_empty());
    let mut packs: Vec<_> =
        listed().filter(|pack| !pack.always && pack.apps.iter().any(|app| known(&app.name))).collect();
    if packs.is_empty() {
        packs = listed().filter(|pack| pack.always).collect();
    }
    let checklists: Vec<Checklist<'_>> = packs
        .into_iter()
        .map(|pack| Checklist::of(&pack.name, &pack.title, &pack.checklist, &judged.ruleset, &report))
        .collect();
    let is_json = asked.outputs.iter().any(|output| output.format == Format::Json);
    console.write(|out| match is_json {
        true => render::checklist::json(&checklists, &report, out),
        false => render::checklist::markdown(&checklists, &report, &paths, out),
    })
}
