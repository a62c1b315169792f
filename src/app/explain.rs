//! A rule, told to a person.

use crate::rules::Rule;
use crate::rules::example::{Example, examples};
use owo_colors::OwoColorize;
use std::io::{self, Write};

/// Columns beyond which running text is not wrapped any wider.
const WIDEST: usize = 100;

/// Writes what a rule asks, why, how to fix it, and an example of each verdict.
///
/// # Errors
/// Those of the writer.
pub fn explain(rule: &Rule, width: usize, mut to: impl Write) -> io::Result<()> {
    let meta = &rule.meta;
    let width = width.min(WIDEST);
    writeln!(to, "{}", meta.id.bold())?;
    writeln!(to, "{}", meta.title)?;
    writeln!(to)?;
    let mut facts = vec![
        ("severity", meta.severity.word().to_owned()),
        ("chapter", meta.category.word().to_owned()),
        ("judges", format!("every {}", rule.subject.word())),
        ("confidence", meta.confidence.word().to_owned()),
    ];
    for (name, list) in [("items", &meta.items), ("controls", &meta.controls), ("tags", &meta.tags)] {
        if !list.is_empty() {
            facts.push((name, list.join(", ")));
        }
    }
    for (name, value) in facts {
        writeln!(to, "{name:<11} {value}")?;
    }
    for (heading, text) in [("Why", &meta.why), ("Fix", &meta.fix)] {
        writeln!(to, "\n{}", heading.bold())?;
        for line in textwrapped(text, width) {
            writeln!(to, "{line}")?;
        }
    }
    let all = examples(rule).unwrap_or_default();
    let mut told: Vec<&str> = Vec::new();
    for wanted in ["fail", "pass", "unknown", "not-applicable"] {
        if let Some(example) = all.iter().find(|example| example.expect == wanted) {
            told.push(wanted);
            show(example, &mut to)?;
        }
    }
    Ok(())
}

fn show(example: &Example, to: &mut impl Write) -> io::Result<()> {
    writeln!(to, "\n{}", format!("Example: {}", example.expect).bold())?;
    for (path, text) in &example.files {
        writeln!(to, "  {}", format!("# {path}").dimmed())?;
        for (number, line) in (1_u32..).zip(text.lines()) {
            let mark = example.marks.iter().find(|(file, at, _)| file == path && *at == number);
            match mark {
                Some((.., word)) => writeln!(to, "  {line}  {}", format!("# <- {word}").yellow())?,
                None => writeln!(to, "  {line}")?,
            }
        }
    }
    Ok(())
}

/// Lines of at most `width` columns.
pub(super) fn textwrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
