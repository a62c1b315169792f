//! The options that hold, each with who said so.

use super::{Console, Error, load};
use crate::engine;
use crate::options::{Audit, From, Held, Settled};
use crate::render::{Format, visible::visible, wrapped};
use crate::rules::Ruleset;
use owo_colors::OwoColorize;
use serde::Serialize;
use std::io::{self, Write};

#[derive(Serialize)]
struct Document<'o> {
    schema_version: u32,
    file: Option<&'o str>,
    options: Vec<OptionRow>,
}

#[derive(Serialize)]
struct OptionRow {
    option: String,
    value: serde_json::Value,
    origin: Origin,
}

#[derive(Serialize)]
struct Origin {
    kind: &'static str,
    name: Option<&'static str>,
    file: Option<String>,
    line: Option<u32>,
    column: Option<u32>,
}

/// Lists the options. They are checked as for an audit, against the rules too.
///
/// # Errors
/// Every mistake in them, or when nothing can be written.
pub fn options(settled: Settled, format: Format, console: &mut Console<'_>) -> Result<(), Error> {
    let Settled { raw, mut rows, file } = settled;
    let asked = Audit::check(raw)?;
    let mut ruleset = load::tuned(&asked.rules, &asked.tuning, &asked.packs)?;
    rows.extend(untouched(&ruleset, &asked));
    load::choose(&mut ruleset, load::choice(&asked))?;
    let rows: Vec<(String, Held, From)> = rows.into_iter().map(|row| (row.name, row.value, row.from)).collect();
    match format {
        Format::Json => {
            let document = Document {
                schema_version: 1,
                file: file.as_deref(),
                options: rows.into_iter().map(|(option, value, from)| row(option, &value, from)).collect(),
            };
            console.write(|out| {
                serde_json::to_writer_pretty(&mut *out, &document)?;
                out.write_all(b"\n")
            })
        }
        Format::Table => {
            let width = console.width;
            console.write_styled(|out| table(&rows, file.as_deref(), width, out))
        }
    }
}

/// The parameters of rules that nobody changed, and the facts that nobody declared.
fn untouched(ruleset: &Ruleset, asked: &Audit) -> Vec<crate::options::Row> {
    let mut rows = Vec::new();
    for rule in &ruleset.rules {
        let id = &rule.meta.id;
        for (name, text) in &rule.params {
            let is_given = asked.tuning.params.iter().any(|tuned| tuned.of == *id && tuned.name == *name);
            if !is_given {
                let (name, value) = (format!("params.{id}.{name}"), Held::Word(text.clone()));
                rows.push(crate::options::Row { name, value, from: From::Default });
            }
        }
    }
    for fact in &ruleset.facts {
        let is_given = asked.tuning.facts.iter().any(|tuned| tuned.of == fact.pack && tuned.name == fact.name);
        if !is_given {
            let value =
                fact.default.as_ref().map_or(Held::Nothing, |value| Held::Word(engine::literal_in_words(value)));
            rows.push(crate::options::Row {
                name: format!("facts.{}.{}", fact.pack, fact.name),
                value,
                from: From::Default,
            });
        }
    }
    rows
}

fn row(option: String, value: &Held, from: From) -> OptionRow {
    let value = match value {
        Held::Nothing => serde_json::Value::Null,
        Held::Word(word) => word.as_str().into(),
        Held::Flag(flag) => (*flag).into(),
        Held::Words(words) => words.clone().into(),
    };
    let nothing = |kind| Origin { kind, name: None, file: None, line: None, column: None };
    let origin = match from {
        From::Default => nothing("default"),
        From::Flag(name) => Origin { name: Some(name), ..nothing("flag") },
        From::Variable(name) => Origin { name: Some(name), ..nothing("variable") },
        From::File(file, at) => {
            Origin { file: Some(file), line: Some(at.line), column: Some(at.column), ..nothing("file") }
        }
    };
    OptionRow { option, value, origin }
}

fn table(rows: &[(String, Held, From)], file: Option<&str>, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let longest = rows.iter().map(|(name, ..)| name.chars().count()).max().unwrap_or_default();
    for (name, value, from) in rows {
        let value = match value {
            Held::Nothing => "-".to_owned(),
            Held::Word(word) => word.clone(),
            Held::Flag(flag) => flag.to_string(),
            Held::Words(words) => words.join(", "),
        };
        let from = match from {
            From::Default => String::new(),
            From::Flag(name) => (*name).to_owned(),
            From::Variable(name) => (*name).to_owned(),
            From::File(file, at) => format!("{file}:{}", at.line),
        };
        let name = format!("{:<longest$}", visible(name));
        let shown = visible(&value).into_owned();
        if from.is_empty() {
            writeln!(out, "{name}  {}", shown.dimmed())?;
        } else {
            let text = wrapped(&format!("{shown}  ({})", visible(&from)), width.max(longest + 30), longest + 2);
            writeln!(out, "{}  {text}", name.cyan())?;
        }
    }
    match file {
        Some(file) => writeln!(out, "\nread from {}", visible(file)),
        None => writeln!(out, "\nthere is no seaworthy.toml here or above"),
    }
}
