//! What is understood at a line of a file: subjects, values with their way, and what the rules say.

mod show;

use super::judged::Judged;
use super::{Console, Error};
use crate::discovery::root;
use crate::engine::{self, place::Known};
use crate::findings::location::{Location, Locator};
use crate::findings::{Finding, Findings, Material, Redactor, Report, Reported, ReportedFindings, Site, Verdict};
use crate::model::queryable::Datum;
use crate::model::{State, SubjectKind};
use crate::options::{self, Audit};
use crate::project::{Project, inside};
use crate::render::Format;
use crate::source::Span;
use std::collections::HashSet;
use std::path::PathBuf;

/// A line of a file, as the command line names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: PathBuf,
    /// The line, from 1.
    pub line: u32,
}

impl Place {
    /// Reads `FILE:LINE` or `FILE:LINE:COLUMN`; `None` if a text has no such form.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let number = |text: &str| text.parse::<u32>().ok().filter(|number| *number > 0);
        let (file, last) = text.rsplit_once(':')?;
        let last = number(last)?;
        let (file, line) = match file.rsplit_once(':').and_then(|(file, line)| Some((file, number(line)?))) {
            Some(whole) => whole,
            None => (file, last),
        };
        (!file.is_empty()).then(|| Self { file: PathBuf::from(file), line })
    }

    /// What has to be audited to understand the file: its work tree, else the working directory if
    /// the file lies below it, else its folder.
    ///
    /// # Errors
    /// When there is no such file.
    pub fn scope(&self) -> Result<PathBuf, Error> {
        options::file(&self.file)?;
        let unreadable = |error| Error::Read { what: format!("\"{}\"", self.file.display()), error };
        let boundary = root::boundary(std::slice::from_ref(&self.file)).map_err(unreadable)?;
        if boundary.join(".git").exists() {
            return Ok(boundary);
        }
        let here = std::env::current_dir().and_then(|here| here.canonicalize()).ok();
        Ok(here.filter(|here| boundary.starts_with(here)).unwrap_or(boundary))
    }
}

/// Something that is understood at the place, fit to be shown.
struct Told {
    stack: usize,
    kind: SubjectKind,
    name: String,
    of: Option<String>,
    /// The field and its value; none for the subject as a whole.
    value: Option<(String, Value)>,
    way: Vec<Location>,
}

/// A value, fit to be shown.
struct Value {
    text: String,
    is_known: bool,
    is_secret: bool,
}

/// All that is told of a place.
struct Page {
    file: String,
    line: u32,
    /// What the file was taken for, what became of it and why.
    seen: Option<(&'static str, &'static str, String)>,
    /// Name and kind of each stack.
    stacks: Vec<(String, &'static str)>,
    told: Vec<Told>,
    rules: ReportedFindings,
    /// Lines of the file, if it was read.
    lines: Option<usize>,
    /// The nearest line at which something is understood, if nothing is at this one.
    nearest: Option<u32>,
}

/// Tells what is understood at a line. `asked` is the audit of its scope.
///
/// # Errors
/// When the audit cannot be run or nothing can be written.
pub fn explain(place: &Place, mut asked: Audit, format: Format, console: &mut Console<'_>) -> Result<(), Error> {
    // Every place of what passes is wanted.
    asked.shown = vec![Verdict::Pass];
    asked.outputs = vec![options::Output { format: Format::Json, file: None }];
    let mut judged = Judged::new(&mut asked)?;
    let (redactor, judged) = judged.telling();
    let file = inside(&judged.project.workspace.root(), &place.file);
    let page = page(judged, &redactor, &file, place.line, &asked);
    let paths = judged.paths();
    match format {
        Format::Json => console.write(|out| show::json(&page, out)),
        Format::Table => console.write_styled(|out| show::table(&page, &paths, out)),
    }
}

fn page(judged: &Judged, redactor: &Redactor<'_>, file: &str, line: u32, asked: &Audit) -> Page {
    let Judged { project, ruleset, findings, .. } = judged;
    let lands = |sites: &[Site]| sites.iter().flat_map(|site| lines(site.span, file, project)).collect::<Vec<_>>();
    let mut here: Vec<Known<'_>> = Vec::new();
    let mut nearest: Option<u32> = None;
    engine::place::known(&project.stacks, &mut |known| {
        for (first, last) in lands(&known.sites) {
            // A subject stands where it begins; a value may go on over lines.
            let last = if known.field.is_some() { last } else { first };
            if (first..=last).contains(&line) {
                here.push(known);
                return;
            }
            let distance = |at: u32| at.abs_diff(line);
            if nearest.is_none_or(|nearest| distance(first) < distance(nearest)) {
                nearest = Some(first);
            }
        }
    });
    let mut chosen: Findings = Vec::new();
    let same = |one: &Finding, other: &Finding| one.rule.id == other.rule.id && one.subject == other.subject;
    for known in &here {
        let is_large = matches!(known.kind, SubjectKind::Stack | SubjectKind::Workload | SubjectKind::Container);
        if known.field.is_none() || !is_large {
            for finding in engine::judge_thing(&project.stacks, known.stack, known.thing, ruleset) {
                if !chosen.iter().any(|have| same(have, &finding)) {
                    chosen.push(finding);
                }
            }
        }
    }
    // What was said of these very things beats what was said of many.
    let asked_already: HashSet<String> = chosen.iter().map(|finding| finding.rule.id.clone()).collect();
    for finding in findings.iter().filter(|finding| finding.verdict != Verdict::Manual) {
        let touches = |(first, _): &(u32, u32)| *first == line;
        let is_new = !asked_already.contains(&finding.rule.id) && !chosen.iter().any(|have| same(have, finding));
        if is_new && lands(&finding.sites).iter().any(touches) {
            chosen.push(finding.clone());
        }
    }
    let locator = Locator::new(&project.workspace.sources, redactor, true);
    let mut told: Vec<Told> = here.iter().map(|known| tell(known, redactor, &locator)).collect();
    // The variants of a deployment have most in common.
    let mut seen = HashSet::new();
    told.retain(|it| {
        let stack = project.stacks.get(it.stack).map(|stack| (stack.name.as_str(), stack.root.as_str()));
        let value = it.value.as_ref().map(|(field, value)| (field.clone(), value.text.clone()));
        seen.insert((stack, it.kind, it.name.clone(), it.of.clone(), value))
    });
    let entry = project.inventory.files.get(file);
    let source = project.workspace.sources.find(file).map(|id| project.workspace.sources.get(id));
    Page {
        file: redactor.text(file).into_owned(),
        line,
        seen: entry.map(|entry| (entry.kind.word(), entry.status.word(), redactor.text(&entry.why).into_owned())),
        stacks: project
            .stacks
            .iter()
            .map(|stack| (redactor.text(&stack.name).into_owned(), stack.platform.word()))
            .collect(),
        nearest: nearest.filter(|_| told.is_empty()),
        told,
        rules: reported(chosen, project, redactor, asked),
        lines: source.map(|source| source.lines().count()),
    }
}

fn tell(known: &Known<'_>, redactor: &Redactor<'_>, locator: &Locator<'_>) -> Told {
    let (name, of) = known.thing.name();
    let value = known.field.as_ref().map(|(field, slot)| {
        let text = engine::shown(slot);
        let is_plain = match &slot.state {
            State::Set(datum) => matches!(
                datum,
                Datum::Boolean(_)
                    | Datum::Integer(_)
                    | Datum::Number(_)
                    | Datum::Memory(_)
                    | Datum::Cpu(_)
                    | Datum::Duration(_)
            ),
            State::Absent | State::Unknown(_) => true,
        };
        // A word is one of a few.
        let is_plain = is_plain || known.word;
        let key =
            if known.kind == SubjectKind::Setting { name.as_str() } else { field.rsplit('.').next().unwrap_or(field) };
        let text = if is_plain || slot.secret { redactor.text(&text).into_owned() } else { redactor.value(key, &text) };
        let is_known = matches!(slot.state, State::Set(_));
        ((*field).to_owned(), Value { text, is_known, is_secret: slot.secret })
    });
    let mut way = locator.locate(&known.sites);
    way.dedup_by(|next, one| next.file == one.file && next.start.line == one.start.line);
    Told {
        stack: known.stack,
        kind: known.kind,
        name: redactor.text(&name).into_owned(),
        of: of.map(|of| redactor.text(&of).into_owned()),
        value,
        way,
    }
}

/// The findings with every text redacted, the worst first.
fn reported(findings: Findings, project: &Project, redactor: &Redactor<'_>, asked: &Audit) -> ReportedFindings {
    let report = Report::build(Material {
        sources: &project.workspace.sources,
        redactor,
        findings,
        problems: Vec::new(),
        files: Vec::new(),
        stacks: Vec::new(),
        as_of: asked.as_of.to_string(),
        bar: asked.bar,
        excerpts: false,
    });
    let rank = |verdict: Verdict| match verdict {
        Verdict::Fail => 0,
        Verdict::Unknown => 1,
        Verdict::Pass => 3,
        Verdict::NotApplicable => 4,
        Verdict::Manual | Verdict::Attested => 2,
    };
    let mut rules = report.findings;
    rules.sort_by(|one, other| {
        let key = |it: &Reported| (rank(it.verdict), std::cmp::Reverse(it.severity));
        key(one).cmp(&key(other)).then_with(|| one.rule.id.cmp(&other.rule.id))
    });
    rules
}

/// The lines of the file that a span covers: its own, or those that a rendered text came from.
fn lines(span: Span, file: &str, project: &Project) -> Vec<(u32, u32)> {
    let sources = &project.workspace.sources;
    let source = sources.get(span.source);
    let range = |span: Span| {
        let source = sources.get(span.source);
        let last = span.end.saturating_sub(1).max(span.start);
        (*source.name == *file).then(|| (source.position(span.start).line, source.position(last).line))
    };
    match source.origins.as_ref() {
        None => range(span).into_iter().collect(),
        Some(origins) => {
            let steps = origins.chain(span.start).map_or(&[][..], |chain| chain);
            // Of a template only the place counts: the rendered text has other lines.
            steps.iter().filter_map(|step| range(step.span?)).map(|(first, _)| (first, first)).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_told_from_rules() {
        let place = |file: &str, line| Some(Place { file: file.into(), line });
        assert_eq!(Place::parse("compose.yaml:12"), place("compose.yaml", 12));
        assert_eq!(Place::parse("a/b.yaml:12:7"), place("a/b.yaml", 12));
        assert_eq!(Place::parse("a:b.yaml:12"), place("a:b.yaml", 12));
        for text in ["secrets/strong", "compose.yaml", "compose.yaml:0", ":12", "compose.yaml:x", "GEN-X"] {
            assert_eq!(Place::parse(text), None, "{text}");
        }
    }
}
