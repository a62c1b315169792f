//! The page of a place, as text and as JSON.

use super::{Page, Told};
use crate::findings::{Reported, Verdict, location::Location};
use crate::render::{Paths, visible::visible};
use owo_colors::OwoColorize;
use serde::Serialize;
use std::io::{self, Write};

#[derive(Serialize)]
struct Document<'p> {
    schema_version: u32,
    file: &'p str,
    line: u32,
    kind: Option<&'static str>,
    status: Option<&'static str>,
    why: Option<&'p str>,
    understood: Vec<Row<'p>>,
    rules: Vec<Rule<'p>>,
    nearest: Option<u32>,
}

#[derive(Serialize)]
struct Row<'p> {
    stack: Option<&'p str>,
    platform: Option<&'static str>,
    subject: Subject<'p>,
    field: Option<&'p str>,
    value: Option<&'p str>,
    known: bool,
    secret: bool,
    origins: Vec<Origin<'p>>,
}

#[derive(Serialize)]
struct Subject<'p> {
    kind: &'static str,
    name: &'p str,
    of: Option<&'p str>,
}

#[derive(Serialize)]
struct Origin<'p> {
    file: &'p str,
    line: u32,
    column: u32,
    role: &'static str,
    note: Option<&'p str>,
    excerpt: Option<&'p str>,
}

#[derive(Serialize)]
struct Rule<'p> {
    rule: &'p str,
    verdict: &'static str,
    severity: &'static str,
    message: &'p str,
    subject: Subject<'p>,
}

/// Writes the page as JSON.
pub(super) fn json(page: &Page, out: &mut dyn Write) -> io::Result<()> {
    let document = Document {
        schema_version: 1,
        file: &page.file,
        line: page.line,
        kind: page.seen.as_ref().map(|(kind, ..)| *kind),
        status: page.seen.as_ref().map(|(_, status, _)| *status),
        why: page.seen.as_ref().map(|(.., why)| why.as_str()).filter(|why| !why.is_empty()),
        understood: page.told.iter().map(|told| row(told, page)).collect(),
        rules: page.rules.iter().map(|reported| rule(reported)).collect(),
        nearest: page.nearest,
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}

fn row<'p>(told: &'p Told, page: &'p Page) -> Row<'p> {
    let stack = page.stacks.get(told.stack);
    let value = told.value.as_ref().map(|(_, value)| value);
    Row {
        stack: stack.map(|(name, _)| name.as_str()),
        platform: stack.map(|(_, platform)| *platform),
        subject: Subject { kind: told.kind.word(), name: &told.name, of: told.of.as_deref() },
        field: told.value.as_ref().map(|(field, _)| field.as_str()),
        value: value.map(|value| value.text.as_str()),
        known: value.is_none_or(|value| value.is_known),
        secret: value.is_some_and(|value| value.is_secret),
        origins: told.way.iter().map(origin).collect(),
    }
}

fn origin(location: &Location) -> Origin<'_> {
    Origin {
        file: &location.file,
        line: location.start.line,
        column: location.start.column,
        role: location.role.word(),
        note: location.note.as_deref(),
        excerpt: location.line.as_ref().map(|line| line.text.as_str()),
    }
}

fn rule(reported: &Reported) -> Rule<'_> {
    let subject = &reported.subject;
    Rule {
        rule: &reported.rule.id,
        verdict: reported.verdict.word(),
        severity: reported.severity.word(),
        message: &reported.message,
        subject: Subject { kind: subject.kind, name: &subject.name, of: subject.of.as_deref() },
    }
}

/// Writes the page for people.
pub(super) fn table(page: &Page, paths: &Paths, out: &mut dyn Write) -> io::Result<()> {
    let place = format!("{}:{}", visible(&paths.show(&page.file)), page.line);
    match &page.seen {
        Some((kind, status, why)) if why.is_empty() => writeln!(out, "{}  {kind}, {status}", place.bold())?,
        Some((kind, status, why)) => writeln!(out, "{}  {kind}, {status}: {}", place.bold(), visible(why))?,
        None => writeln!(out, "{}  no part of a deployment that was found here", place.bold())?,
    }
    if page.told.is_empty() {
        return nothing(page, paths, out);
    }
    let mut before: Option<&Told> = None;
    for told in &page.told {
        let same =
            |one: &&Told| (one.stack, one.kind, &one.name, &one.of) == (told.stack, told.kind, &told.name, &told.of);
        if before.filter(same).is_none() {
            let of = told.of.as_ref().map(|of| format!(" of {of}")).unwrap_or_default();
            let stack = page.stacks.get(told.stack);
            let stack = stack.map(|(name, platform)| format!("{platform} {name}")).unwrap_or_default();
            let subject = format!("{} {}{of}", told.kind.word(), told.name);
            writeln!(out, "\n{}  {}", visible(&subject).cyan(), format!("in {}", visible(&stack)).dimmed())?;
        }
        before = Some(told);
        if let Some((field, value)) = &told.value {
            writeln!(out, "  {field}: {}", visible(&value.text))?;
            // Where it is only written here there is no way to tell of.
            let is_here = |way: &Location| *way.file == *page.file && way.start.line == page.line;
            for way in told.way.iter().filter(|_| !told.way.iter().all(is_here)) {
                let note = way.note.as_ref().map(|note| format!("  {note}")).unwrap_or_default();
                let text = way.line.as_ref().map(|line| line.text.as_str()).unwrap_or_default();
                let file = paths.show(&way.file);
                writeln!(
                    out,
                    "    {}:{}  {}{}",
                    visible(&file),
                    way.start.line,
                    visible(text),
                    visible(&note).dimmed()
                )?;
            }
        }
    }
    rules(page, out)
}

fn rules(page: &Page, out: &mut dyn Write) -> io::Result<()> {
    if page.rules.is_empty() {
        return writeln!(out, "\nno rule looks at this");
    }
    writeln!(out, "\n{}", "rules".bold())?;
    for reported in &page.rules {
        let verdict = reported.verdict.word();
        let id = &reported.rule.id;
        match reported.verdict {
            Verdict::Fail => {
                writeln!(out, "  {}  {id} ({})", verdict.red(), reported.severity.word())?;
                writeln!(out, "        {}", visible(&reported.message))?;
            }
            Verdict::Unknown => {
                writeln!(out, "  {}  {id}", verdict.yellow())?;
                writeln!(out, "        {}", visible(&reported.message))?;
            }
            _ => writeln!(out, "  {verdict}  {id}")?,
        }
    }
    Ok(())
}

fn nothing(page: &Page, paths: &Paths, out: &mut dyn Write) -> io::Result<()> {
    match page.lines {
        Some(lines) if lines < page.line as usize => writeln!(out, "\nthe file ends before that line")?,
        _ => writeln!(out, "\nnothing that is understood stands here")?,
    }
    match page.nearest {
        Some(line) => writeln!(out, "the nearest place that is: {}:{line}", visible(&paths.show(&page.file))),
        None => writeln!(out, "nothing of this file is used by a deployment"),
    }
}
