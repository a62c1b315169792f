//! A ticked checklist as Markdown, for a terminal as for a pull request; and as JSON.

use super::Paths;
use super::visible::visible;
use crate::findings::checklist::{Checklist, Item};
use crate::findings::{Report, Reported, Verdict, needed};
use hashbrown::HashSet;
use serde::Serialize;
use std::io::{self, Write};

/// Places of one item that are written out.
const MOST_PLACES: usize = 3;

/// Findings of one item that are written out.
const MOST_FINDINGS: usize = 5;

/// Writes checklists as Markdown.
///
/// # Errors
/// Those of the writer.
pub fn markdown(checklists: &[Checklist<'_>], report: &Report, paths: &Paths, mut to: impl Write) -> io::Result<()> {
    for (index, checklist) in checklists.iter().enumerate() {
        if index > 0 {
            writeln!(to)?;
        }
        writeln!(to, "# {}", plain(checklist.title))?;
        writeln!(to, "\n{} As of {}.", summary(checklist), report.as_of)?;
        for chapter in &checklist.chapters {
            writeln!(to, "\n## {}\n", plain(chapter.title))?;
            for item in &chapter.items {
                write_item(item, paths, &mut to)?;
            }
        }
    }
    let blind: Vec<_> = report.blind_spots().collect();
    if !blind.is_empty() {
        writeln!(to, "\n## What could not be seen\n")?;
        for problem in blind {
            let place = problem.position.map_or_else(String::new, |position| format!(":{}", position.line));
            writeln!(to, "- `{}{place}`: {}", visible(&paths.show(&problem.file)), plain(&problem.message))?;
        }
    }
    Ok(())
}

/// How many items hold, in a sentence.
fn summary(checklist: &Checklist<'_>) -> String {
    let total = checklist.items().count();
    let holds = checklist.count(Verdict::Pass) + checklist.count(Verdict::Attested);
    let mut words = vec![format!("{holds} of {total} items hold")];
    let others = [
        (Verdict::Fail, "fails", "fail"),
        (Verdict::Unknown, "is not decided", "are not decided"),
        (Verdict::Manual, "is for a person to confirm", "are for a person to confirm"),
        (Verdict::NotApplicable, "does not apply", "do not apply"),
    ];
    for (verdict, of_one, of_many) in others {
        match checklist.count(verdict) {
            0 => {}
            1 => words.push(format!("1 {of_one}")),
            count => words.push(format!("{count} {of_many}")),
        }
    }
    format!("{}.", words.join(", "))
}

fn write_item(item: &Item<'_>, paths: &Paths, to: &mut impl Write) -> io::Result<()> {
    let title = plain(item.title);
    let places = |finding: &Reported| -> String {
        let shown: Vec<String> = finding
            .locations
            .iter()
            .take(if finding.verdict == Verdict::Pass { MOST_PLACES } else { 1 })
            .map(|location| format!("`{}:{}`", visible(&paths.show(&location.file)), location.start.line))
            .collect();
        let rest = finding.subjects.saturating_sub(shown.len());
        let more = if finding.subjects > 1 && rest > 0 { format!(" and {rest} more") } else { String::new() };
        format!("{}{more}", shown.join(", "))
    };
    match item.verdict {
        Verdict::Pass => {
            let mut evidence: Vec<String> = item.findings.iter().map(|finding| places(finding)).collect();
            evidence.dedup();
            evidence.truncate(MOST_PLACES);
            writeln!(to, "- [x] {title} ({})", evidence.join(", "))?;
            for remark in item.findings.iter().filter_map(|finding| finding.remark.as_ref()).take(MOST_FINDINGS) {
                writeln!(to, "  - note: {}", plain(remark))?;
            }
        }
        Verdict::Attested => {
            let words = item.findings.iter().filter_map(|finding| finding.attestation.as_ref()).next();
            let who = words.map_or_else(String::new, |word| {
                format!(": {} on {}, until {} ({})", plain(&word.by), word.on, word.until, plain(&word.evidence))
            });
            writeln!(to, "- [x] {title}{who}")?;
        }
        Verdict::NotApplicable => writeln!(to, "- [x] ~~{title}~~ does not apply here")?,
        Verdict::Fail | Verdict::Unknown | Verdict::Manual => {
            let word = match item.verdict {
                Verdict::Fail => format!("fails, {}", item.severity().word()),
                Verdict::Unknown => "not decided".to_owned(),
                _ => "for a person".to_owned(),
            };
            writeln!(to, "- [ ] **{title}** ({word})")?;
            let mut told: Vec<String> = Vec::new();
            // One line in a values file decides for many containers.
            let mut lines: HashSet<String> = HashSet::new();
            for finding in item.findings.iter().filter(|finding| finding.verdict != Verdict::Manual) {
                let line = format!("{}: {}", places(finding), plain(&finding.message));
                if lines.len() < MOST_FINDINGS && !lines.contains(&line) {
                    writeln!(to, "  - {line}")?;
                }
                lines.insert(line);
            }
            if lines.len() > MOST_FINDINGS {
                writeln!(to, "  - and {} more", lines.len() - MOST_FINDINGS)?;
            }
            for finding in &item.findings {
                let advice = match item.verdict {
                    Verdict::Fail => finding.rule.fix.as_str(),
                    _ => finding.needs.as_deref().unwrap_or(&finding.rule.fix),
                };
                // Where the files do not show it, a person may say so.
                let by_person = needed(&finding.rule.id);
                let may_say = item.verdict == Verdict::Unknown
                    && finding.verdict == Verdict::Unknown
                    && finding.rule.attest.is_some()
                    && advice != by_person;
                let advice = if may_say { format!("{advice}; or {by_person}") } else { advice.to_owned() };
                if !told.contains(&advice) && told.len() < MOST_PLACES {
                    told.push(advice);
                }
            }
            for advice in told {
                let word = if item.verdict == Verdict::Fail { "fix" } else { "to decide it" };
                writeln!(to, "  - {word}: {}", plain(&advice))?;
            }
        }
    }
    Ok(())
}

/// Text on one line in which Markdown sees no markup but code. An underscore within a word is none.
fn plain(text: &str) -> String {
    let line = visible(text).split_whitespace().collect::<Vec<_>>().join(" ");
    let mut escaped = String::with_capacity(line.len());
    let mut before = ' ';
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        let after = characters.peek().copied().unwrap_or(' ');
        let is_markup = match character {
            '*' | '<' => true,
            '_' => !(before.is_alphanumeric() && after.is_alphanumeric()),
            '~' => before == '~' || after == '~',
            ']' => after == '(',
            _ => false,
        };
        if is_markup {
            escaped.push('\\');
        }
        escaped.push(character);
        before = character;
    }
    escaped
}

#[derive(Serialize)]
struct Document<'r> {
    schema_version: u32,
    as_of: &'r str,
    checklists: Vec<List<'r>>,
}

#[derive(Serialize)]
struct List<'r> {
    pack: &'r str,
    title: &'r str,
    holds: usize,
    items: usize,
    chapters: Vec<Chapter<'r>>,
}

#[derive(Serialize)]
struct Chapter<'r> {
    title: &'r str,
    items: Vec<Entry<'r>>,
}

#[derive(Serialize)]
struct Entry<'r> {
    item: &'r str,
    rule: &'r str,
    title: &'r str,
    mode: &'static str,
    severity: &'static str,
    verdict: &'static str,
    fix: &'r str,
    findings: Vec<Decider<'r>>,
}

#[derive(Serialize)]
struct Decider<'r> {
    rule: &'r str,
    message: &'r str,
    needs: Option<&'r str>,
    file: Option<&'r str>,
    line: Option<u32>,
    fingerprint: &'r str,
}

/// Writes checklists as JSON; findings are those of the audit's report, by fingerprint.
///
/// # Errors
/// Those of the writer.
pub fn json(checklists: &[Checklist<'_>], report: &Report, mut to: impl Write) -> io::Result<()> {
    let mut lists = Vec::new();
    for checklist in checklists {
        let chapters = checklist.chapters.iter();
        let chapters = chapters
            .map(|chapter| Chapter { title: chapter.title, items: chapter.items.iter().map(entry).collect() })
            .collect();
        let holds = checklist.count(Verdict::Pass) + checklist.count(Verdict::Attested);
        lists.push(List {
            pack: checklist.pack,
            title: checklist.title,
            holds,
            items: checklist.items().count(),
            chapters,
        });
    }
    let document = Document { schema_version: 1, as_of: &report.as_of, checklists: lists };
    serde_json::to_writer_pretty(&mut to, &document)?;
    writeln!(to)
}

fn entry<'r>(item: &Item<'r>) -> Entry<'r> {
    let decider = |finding: &&'r Reported| {
        let primary = finding.primary();
        Decider {
            rule: &finding.rule.id,
            message: &finding.message,
            needs: finding.needs.as_deref(),
            file: primary.map(|location| &*location.file),
            line: primary.map(|location| location.start.line),
            fingerprint: &finding.fingerprint,
        }
    };
    Entry {
        item: item.id,
        rule: &item.rule.id,
        title: item.title,
        mode: item.rule.mode.word(),
        severity: item.severity().word(),
        verdict: item.verdict.word(),
        fix: &item.rule.fix,
        findings: item.findings.iter().map(decider).collect(),
    }
}
