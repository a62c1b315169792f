//! One rule, explained: what it asks, why, what to write, and an example of each.

use super::list::mode;
use super::{Console, Error, load};
use crate::options;
use crate::render::wrapped;
use crate::rules::example::{Example, examples};
use crate::rules::{Rule, Ruleset};
use owo_colors::OwoColorize;
use std::io::{self, Write};
use std::path::PathBuf;

/// Columns of running text: longer lines are hard to read.
const MOST_COLUMNS: usize = 80;

/// What stands above the first example of each verdict.
const TITLES: [(&str, &str); 5] = [
    ("fail", "This fails"),
    ("pass", "This passes"),
    ("unknown", "This does not decide it"),
    ("manual", "Here a person has to say"),
    ("not-applicable", "To this it does not apply"),
];

/// Explains the rule of an id or an item.
///
/// # Errors
/// When there is no such rule or more than one, rules cannot be loaded, or nothing can be written.
pub fn explain(name: &str, folders: &[PathBuf], console: &mut Console<'_>) -> Result<(), Error> {
    explain_of(&load::all(folders)?, name, console)
}

/// The same, of rules that are loaded already.
///
/// # Errors
/// When there is no such rule or more than one, or nothing can be written.
pub fn explain_of(ruleset: &Ruleset, name: &str, console: &mut Console<'_>) -> Result<(), Error> {
    let rule = find(ruleset, name)?;
    let examples = examples(rule).map_err(Error::Rules)?;
    let width = console.width.clamp(40, MOST_COLUMNS);
    console.write_styled(|out| page(rule, &examples, width, out))
}

/// The rule of an id, or the only one whose id begins or ends with the name, or that decides it.
fn find<'r>(ruleset: &'r Ruleset, name: &str) -> Result<&'r Rule, Error> {
    let name = name.trim_end_matches('/');
    if let Some(rule) = ruleset.find(name) {
        return Ok(rule);
    }
    let answers = |rule: &&Rule| {
        let below = rule.meta.id.strip_prefix(name).is_some_and(|rest| rest.starts_with('/'));
        // Groups in the table name rules by the ends of their ids.
        let ends = rule.meta.id.strip_suffix(name).is_some_and(|rest| rest.ends_with('/'));
        below || ends || rule.meta.items.iter().chain(&rule.meta.controls).any(|item| item.eq_ignore_ascii_case(name))
    };
    let found: Vec<&Rule> = ruleset.rules.iter().filter(answers).collect();
    match found.as_slice() {
        [one] => Ok(one),
        [] => Err(options::Error::with_help(
            format!("there is no rule \"{name}\"{}", ruleset.nearest(name)),
            "`seaworthy rules` lists all rules",
        )
        .into()),
        several => {
            let ids: Vec<&str> = several.iter().map(|rule| rule.meta.id.as_str()).collect();
            let message = format!("\"{name}\" stands for {} rules", ids.len());
            Err(options::Error::with_help(message, format!("name one of {}", ids.join(", "))).into())
        }
    }
}

fn page(rule: &Rule, examples: &[Example], width: usize, out: &mut dyn Write) -> io::Result<()> {
    let meta = &rule.meta;
    writeln!(out, "{}", meta.id.bold())?;
    writeln!(out, "{}\n", wrapped(&meta.title, width, 0))?;
    let severity = format!("{} (confidence {})", meta.severity.word(), meta.confidence.word());
    let items = meta.items.join(", ");
    let controls = meta.controls.join(", ");
    let tags = meta.tags.join(", ");
    let rows = [
        ("severity", severity.as_str()),
        ("chapter", meta.category.word()),
        ("judges", rule.subject.word()),
        ("decided", mode(rule)),
        ("items", items.as_str()),
        ("controls", controls.as_str()),
        ("tags", tags.as_str()),
        ("file", rule.file.as_str()),
    ];
    for (word, text) in rows.iter().filter(|(_, text)| !text.is_empty()) {
        writeln!(out, "  {}  {}", format!("{word:<8}").dimmed(), wrapped(text, width, 12))?;
    }
    for (title, text) in [("Why", &meta.why), ("Fix", &meta.fix)] {
        writeln!(out, "\n{}", title.bold())?;
        writeln!(out, "  {}", wrapped(text, width, 2))?;
    }
    for (verdict, title) in TITLES {
        if let Some(example) = examples.iter().find(|example| example.expect == verdict) {
            writeln!(out, "\n{}", title.bold())?;
            write_example(example, out)?;
        }
    }
    Ok(())
}

/// The files of an example, with the lines marked at which something is found.
fn write_example(example: &Example, out: &mut dyn Write) -> io::Result<()> {
    for (path, text) in &example.files {
        writeln!(out, "  {}", path.cyan())?;
        for (number, line) in (1_u32..).zip(text.lines()) {
            let mut marks = example.marks.iter().filter(|(file, at, _)| file == path && *at == number);
            match marks.next() {
                Some((.., word)) => writeln!(out, "    {line}    {}", format!("# <- {word}").red())?,
                None if line.is_empty() => writeln!(out)?,
                None => writeln!(out, "    {line}")?,
            }
        }
    }
    Ok(())
}
