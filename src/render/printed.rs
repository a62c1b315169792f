//! Rendered configuration as text, alone or with the places that each line came from.

use super::Paths;
use super::visible::visible;
use crate::project::charts::printed::{Printed, PrintedLine};
use crate::source::{Origin, OriginKind, Sources, Span};
use owo_colors::OwoColorize;
use std::io::{self, Write};

/// Columns from which on places are shown with their whole paths.
const WIDE: usize = 100;

/// The most columns for the places in templates and in values files, where there is room and where
/// there is not. A longer one moves its own line only.
const MOST: [(usize, usize); 2] = [(56, 32), (22, 18)];

/// Where places are looked up, and how they are shown.
pub struct Places<'s> {
    /// The texts.
    pub sources: &'s Sources,
    /// How files outside of the chart are shown.
    pub paths: &'s Paths,
    /// The folder of the chart; its files are shown by their path in it.
    pub chart: &'s str,
    /// Columns of the output.
    pub width: usize,
}

/// Writes texts as they are; with heads each as a document that names its template.
///
/// # Errors
/// Those of the writer.
pub fn write_raw(texts: &[Printed], with_head: bool, to: &mut dyn Write) -> io::Result<()> {
    for text in texts {
        if with_head {
            writeln!(to, "---\n# Source: {}", text.name)?;
        }
        for (index, line) in text.lines.iter().enumerate() {
            let is_last = index + 1 == text.lines.len();
            let end = if is_last && !with_head { "" } else { "\n" };
            write!(to, "{}{end}", line.text)?;
        }
    }
    if with_head && texts.is_empty() { writeln!(to) } else { Ok(()) }
}

/// Writes texts with the place in the template and the places of the values before each line.
///
/// # Errors
/// Those of the writer.
pub fn write(texts: &[Printed], with_head: bool, places: &Places<'_>, to: &mut dyn Write) -> io::Result<()> {
    for text in texts {
        let wide = places.width >= WIDE;
        let mut rows: Vec<(String, String, &str)> = Vec::with_capacity(text.lines.len());
        for line in &text.lines {
            let is_end = rows.len() + 1 == text.lines.len() && line.text.is_empty();
            if !is_end {
                let (template, values) = places.of(line, wide);
                rows.push((template, values, &line.text));
            }
        }
        let (most_template, most_values) = MOST[usize::from(!wide)];
        let first = widest(rows.iter().map(|row| row.0.as_str()), most_template);
        let second = widest(rows.iter().map(|row| row.1.as_str()), most_values);
        if with_head {
            writeln!(to, "{}", format!("# Source: {}", visible(&text.name)).bold())?;
        }
        for (template, values, line) in &rows {
            let places = format!("{template:<first$}  {values:<second$}  |");
            writeln!(to, "{} {}", places.dimmed(), visible_line(line))?;
        }
        writeln!(to)?;
    }
    Ok(())
}

/// The columns that texts take, those left aside that take more than the most.
fn widest<'t>(texts: impl Iterator<Item = &'t str>, most: usize) -> usize {
    texts.map(|text| text.chars().count()).filter(|width| *width <= most).max().unwrap_or(0)
}

/// As [`visible`], with tabs kept.
fn visible_line(line: &str) -> String {
    line.split('\t').map(visible).collect::<Vec<_>>().join("\t")
}

impl Places<'_> {
    /// The place in the template that a line is written at, with the one in a helper that it comes
    /// from, and the places of the values in it.
    fn of(&self, line: &PrintedLine, wide: bool) -> (String, String) {
        let source = self.sources.get(line.span.source);
        let Some(origins) = &source.origins else {
            // What was taken as it is stands where it is read.
            let (file, number) = self.place(line.span, wide);
            return (format!("{file}:{number}"), String::new());
        };
        let blanks = line.text.len() - line.text.trim_start_matches([' ', '\t']).len();
        let first = line.span.start + u32::try_from(blanks).unwrap_or_default();
        let template = origins.chain(first).map(|chain| self.template(chain, &source.name, wide)).unwrap_or_default();
        let mut values: Vec<(String, Vec<u32>)> = Vec::new();
        let mut generated = false;
        for step in origins.chains(line.span).flat_map(|chain| chain.iter()) {
            generated |= step.kind == OriginKind::Generated;
            let Some(span) = step.span.filter(|_| holds_values(step.kind)) else { continue };
            let (file, number) = self.place(span, wide);
            match values.iter_mut().find(|(known, _)| *known == file) {
                Some((_, numbers)) if numbers.contains(&number) => {}
                Some((_, numbers)) => numbers.push(number),
                None => values.push((file, vec![number])),
            }
        }
        let mut shown: Vec<String> = values.iter().map(|(file, numbers)| listed(file, numbers)).collect();
        if generated {
            shown.push("generated".to_owned());
        }
        (template, shown.join(" "))
    }

    fn template(&self, chain: &[Origin], own: &str, wide: bool) -> String {
        let written = chain
            .iter()
            .rev()
            .find(|step| matches!(step.kind, OriginKind::Template | OriginKind::Reference | OriginKind::Composed));
        let helper = chain.iter().find(|step| step.kind == OriginKind::Template);
        let show = |span: Span| {
            let (file, number) = self.place(span, wide);
            let is_own = *self.sources.get(span.source).name == *own;
            if is_own && !wide { number.to_string() } else { format!("{file}:{number}") }
        };
        let written = written.and_then(|step| step.span).map(show).unwrap_or_default();
        match helper.and_then(|step| step.span).map(show) {
            Some(helper) if helper != written => format!("{written} > {helper}"),
            _ => written,
        }
    }

    /// File and line of a span; where there is little room the file without its folder.
    fn place(&self, span: Span, wide: bool) -> (String, u32) {
        let source = self.sources.get(span.source);
        let line = source.position(span.start).line;
        let within = if self.chart == "." {
            Some(&*source.name)
        } else {
            source.name.strip_prefix(self.chart).and_then(|rest| rest.strip_prefix('/'))
        };
        let file = match within {
            Some(path) if !path.starts_with(['<', '.']) => path.to_owned(),
            _ => self.paths.show(&source.name),
        };
        let file =
            if wide || file.starts_with('<') { file } else { file.rsplit('/').next().unwrap_or(&file).to_owned() };
        (visible(&file).into_owned(), line)
    }
}

/// Whether a step is the place of a value: in a values file, or of a variable of Compose.
fn holds_values(kind: OriginKind) -> bool {
    matches!(kind, OriginKind::Values | OriginKind::Variable | OriginKind::EnvFile | OriginKind::Fallback)
}

/// `values.yaml:3,5`; what the command line gave has one line only.
fn listed(file: &str, numbers: &[u32]) -> String {
    if file.starts_with('<') {
        return file.to_owned();
    }
    let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    format!("{file}:{}", numbers.join(","))
}
