//! The end of the table: chapters, what is not decided, what was not seen, the verdict on the whole.

use super::layout::{Options, wrapped};
use super::visible::visible;
use crate::findings::{Outcome, Report, Verdict};
use crate::rules::Severity;
use crate::source;
use hashbrown::HashMap;
use owo_colors::OwoColorize;
use std::io::{self, Write};

/// Problems and needs that are listed before the rest is only counted.
const MOST: usize = 12;

/// A line of counts for each chapter.
pub(super) fn chapters(report: &Report, to: &mut impl Write) -> io::Result<()> {
    for (category, counts) in &report.summary.by_category {
        let mut line = format!("{:<16}{:>5} pass", category.word(), counts.of(Verdict::Pass));
        for verdict in [Verdict::Fail, Verdict::Unknown, Verdict::Manual, Verdict::Attested] {
            if counts.of(verdict) > 0 {
                line.push_str(&format!("{:>6} {}", counts.of(verdict), verdict.word()));
            }
        }
        if counts.of(Verdict::Fail) == 0 { writeln!(to, "{}", line.green())? } else { writeln!(to, "{line}")? }
    }
    if !report.summary.by_category.is_empty() {
        writeln!(to)?;
    }
    Ok(())
}

/// What would decide what the files do not, and how much of it, the most first; nothing where it is shown
/// anyway.
pub(super) fn needs<'r>(report: &'r Report, shown: &[Verdict]) -> Vec<(&'r str, usize)> {
    let mut needs: HashMap<&str, usize> = HashMap::new();
    if !shown.contains(&Verdict::Unknown) {
        for finding in report.findings.iter().filter(|finding| finding.verdict == Verdict::Unknown) {
            let need = finding.needs.as_deref().unwrap_or(&finding.message);
            *needs.entry(need).or_default() += finding.subjects;
        }
    }
    let mut needs: Vec<(&str, usize)> = needs.into_iter().collect();
    needs.sort_by(|one, other| other.1.cmp(&one.1).then(one.0.cmp(other.0)));
    needs
}

/// What the files do not decide, by what would decide it; what only a person can say.
pub(super) fn undecided(
    report: &Report,
    shown: &[Verdict],
    needs: &[(&str, usize)],
    to: &mut impl Write,
) -> io::Result<()> {
    if !needs.is_empty() {
        let unknown = report.summary.all.of(Verdict::Unknown);
        writeln!(to, "{unknown} unknown, not counted as passed (--show unknown lists them). To decide:")?;
        for (need, count) in needs.iter().take(MOST) {
            writeln!(to, "  {count:>4} × {}", visible(need))?;
        }
        if needs.len() > MOST {
            writeln!(to, "         … and {} more ways", needs.len() - MOST)?;
        }
        writeln!(to)?;
    }
    let manual = report.summary.all.of(Verdict::Manual);
    if manual > 0 && !shown.contains(&Verdict::Manual) {
        writeln!(to, "{manual} for a person to check (--show manual lists them)\n")?;
    }
    Ok(())
}

/// What could not be seen, then what is worth telling.
pub(super) fn problems(report: &Report, options: &Options, to: &mut impl Write) -> io::Result<()> {
    for (severity, title) in [(source::Severity::Error, "NOT SEEN"), (source::Severity::Warning, "WARNINGS")] {
        let found: Vec<_> = report.problems.iter().filter(|problem| problem.severity == severity).collect();
        if found.is_empty() {
            continue;
        }
        writeln!(to, "{}", format!("{title} ({})", found.len()).bold())?;
        let most = if options.all || options.verbose { usize::MAX } else { MOST };
        for problem in found.iter().take(most) {
            let file = options.paths.show(&problem.file);
            let place = match problem.position {
                Some(position) => format!("{}:{}:{}", visible(&file), position.line, position.column),
                None => visible(&file).into_owned(),
            };
            let message = wrapped(&visible(&problem.message), options.width.clamp(40, 120), 6);
            writeln!(to, "  {}\n      {message}", place.cyan())?;
        }
        if found.len() > most {
            writeln!(to, "  … and {} more; --show all lists them", found.len() - most)?;
        }
        writeln!(to)?;
    }
    Ok(())
}

/// The last line: ready or not, and why.
pub(super) fn verdict(report: &Report, to: &mut impl Write) -> io::Result<()> {
    let all = &report.summary.all;
    let ready = report.ready && report.outcome == Outcome::Clean;
    let mut why: Vec<String> = Vec::new();
    let failures: Vec<String> = Severity::ALL
        .iter()
        .rev()
        .filter(|severity| **severity > Severity::Info && report.summary.failures(**severity) > 0)
        .map(|severity| format!("{} {}", report.summary.failures(*severity), severity.word()))
        .collect();
    if !failures.is_empty() {
        let total: usize = Severity::ALL
            .iter()
            .filter(|severity| **severity > Severity::Info)
            .map(|severity| report.summary.failures(*severity))
            .sum();
        why.push(format!("{} {}", failures.join(", "), if total == 1 { "failure" } else { "failures" }));
    }
    let undecided = all.of(Verdict::Unknown) + all.of(Verdict::Manual);
    if undecided > 0 && report.bar.strict {
        why.push(format!("{undecided} not decided, which --strict counts"));
    }
    let blind = report.blind_spots().count();
    if blind > 0 {
        why.push(format!("{blind} blind {}", if blind == 1 { "spot" } else { "spots" }));
    }
    if report.stacks.is_empty() {
        let nothing = "nothing to audit was found";
        let looked_for = if blind == 0 { ": no Compose file, no Kubernetes manifest" } else { "" };
        why.push(format!("{nothing}{looked_for}"));
    }
    if ready {
        let mut line = format!("READY: {} checked and passed", all.of(Verdict::Pass));
        if all.of(Verdict::Unknown) > 0 {
            line.push_str(&format!("; {} not decided by these files", all.of(Verdict::Unknown)));
        }
        if report.summary.failures(Severity::Info) > 0 {
            line.push_str(&format!("; {} to note", report.summary.failures(Severity::Info)));
        }
        return writeln!(to, "{}", line.green().bold());
    }
    let mut line = format!("NOT READY: {}", why.join("; "));
    if report.outcome == Outcome::Clean {
        line.push_str(" (exit status 0, as --fail-on asks)");
    }
    writeln!(to, "{}", line.red().bold())
}
