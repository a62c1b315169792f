//! The report for people: what to do first comes first, the verdict on the whole comes last.

use super::closing;
use super::excerpt::excerpt;
use super::layout::{Options, wrapped};
use super::rows::{Heading, Run, Shown, runs};
use super::visible::visible;
use crate::findings::{Location, Report, Role, Verdict};
use crate::rules::Severity;
use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width, presets};
use owo_colors::{OwoColorize, Style};
use std::io::{self, Write};

/// Rows of one rule that are listed before the rest is only counted.
const MOST_ALIKE: usize = 10;

/// Rows that are laid out at once.
const CHUNK: usize = 200;

/// From this width on subject and rule have columns of their own.
const WIDE: usize = 120;

/// Writes the report. Colours are always written; the stream strips them where they do not belong.
///
/// # Errors
/// Those of the writer.
pub fn write(report: &Report, options: &Options, mut to: impl Write) -> io::Result<()> {
    if !options.quiet {
        let mut shown = vec![Verdict::Fail];
        shown.extend(options.shown.iter().copied().filter(|verdict| *verdict != Verdict::Fail));
        let most = if options.all { usize::MAX } else { MOST_ALIKE };
        let (runs, needs) = rayon::join(|| runs(report, &shown, most), || closing::needs(report, &options.shown));
        for section in runs.chunk_by(|one, other| one.heading == other.heading) {
            let Some(first) = section.first() else { continue };
            let count: usize = section.iter().map(|run| run.count).sum();
            let (title, style) = titled(first.heading);
            writeln!(to, "{}", format!("{title} ({count})").style(style))?;
            write_section(section, options, &mut to)?;
            if !options.verbose {
                writeln!(to)?;
            }
        }
        closing::chapters(report, &mut to)?;
        closing::undecided(report, &options.shown, &needs, &mut to)?;
        closing::problems(report, options, &mut to)?;
    }
    closing::verdict(report, &mut to)
}

/// A heading in words, and how it is written.
fn titled(heading: Heading) -> (String, Style) {
    let style = match (heading.verdict, heading.severity) {
        (_, Some(Severity::Critical)) => Style::new().bold().red(),
        (_, Some(Severity::High)) => Style::new().red(),
        (_, Some(Severity::Medium)) => Style::new().yellow(),
        (Verdict::Pass | Verdict::Attested, _) => Style::new().green(),
        _ => Style::new().bold(),
    };
    let word = heading.severity.map_or(heading.verdict.word(), Severity::word);
    (word.to_uppercase(), style)
}

/// The rows of one heading; of many alike only the first unless all are wanted.
fn write_section(section: &[Run<'_>], options: &Options, to: &mut impl Write) -> io::Result<()> {
    let mut listed: Vec<Shown<'_>> = Vec::new();
    let mut runs = section.iter().peekable();
    while let Some(run) = runs.next() {
        // Runs that are cut end what is laid out together; the short ones between them do not.
        listed.extend(run.listed.iter().map(|row| row.shown(&options.paths)));
        let rest = run.count - run.listed.len();
        if rest == 0 && listed.len() < CHUNK && runs.peek().is_some() {
            continue;
        }
        for chunk in listed.chunks(CHUNK) {
            if options.verbose {
                write_blocks(chunk, options, to)?;
            } else {
                write_rows(chunk, options.width, to)?;
            }
        }
        listed.clear();
        if rest > 0 {
            let alike = run.alike;
            let line = format!("  … and {rest} more like this ({alike}); --show all or -f json lists them");
            writeln!(to, "{}", line.dimmed())?;
        }
    }
    Ok(())
}

/// Rows in columns. Places are never broken, so that they can be clicked: one that is too long for
/// its column has a line of its own.
fn write_rows(rows: &[Shown<'_>], width: usize, to: &mut impl Write) -> io::Result<()> {
    let width = width.clamp(40, 400);
    let most = (width * 2 / 5).min(60);
    let longest = |text: for<'a> fn(&'a Shown<'_>) -> &'a str, most: usize| {
        rows.iter().map(|row| text(row).chars().count()).filter(|length| *length <= most).max().unwrap_or(0).max(8)
    };
    // A place that is too long gets a line of its own; other columns are wrapped at their most.
    let widest = |text: for<'a> fn(&'a Shown<'_>) -> &'a str, most: usize| longest(text, usize::MAX).min(most);
    let place = longest(|row| &row.place, most);
    let mut widths = vec![2, place + 2];
    let wide = width >= WIDE;
    if wide {
        let subject = widest(|row| &row.subject, width / 5);
        let rule = widest(|row| &row.rule, width / 4);
        widths.extend([subject + 2, width.saturating_sub(place + subject + rule + 8).max(20), rule + 2]);
    } else {
        widths.push(width.saturating_sub(place + 4).max(20));
    }
    let mut table = new_table();
    for row in rows {
        let fits = row.place.chars().count() <= place;
        if !fits {
            flush(&mut table, &widths, to)?;
            writeln!(to, "  {}", row.place.cyan())?;
        }
        let shown = if fits { row.place.as_str() } else { "" };
        let what = if wide { row.what.clone() } else { row.sentence() };
        if wide {
            table.add_row(["", shown, &row.subject, &what, &row.rule]);
        } else {
            table.add_row(["", shown, &format!("{what} ({})", row.rule)]);
        }
    }
    flush(&mut table, &widths, to)
}

fn new_table() -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table
}

/// Lays out what has been collected, writes it with the places coloured, and starts anew.
fn flush(table: &mut Table, widths: &[usize], to: &mut impl Write) -> io::Result<()> {
    let mut full = std::mem::replace(table, new_table());
    if full.is_empty() {
        return Ok(());
    }
    let narrow = |width: usize| u16::try_from(width).unwrap_or(u16::MAX);
    full.set_width(narrow(widths.iter().sum()));
    for (column, width) in full.column_iter_mut().zip(widths) {
        column.set_padding((0, if *width > 2 { 2 } else { 0 }));
        column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(narrow(*width))));
    }
    for line in full.lines() {
        let line = line.trim_end();
        let place = line.get(2..).and_then(|line| line.split("  ").next()).unwrap_or_default();
        if place.is_empty() || place.starts_with(' ') {
            writeln!(to, "{line}")?;
        } else {
            let rest = line.get(2 + place.len()..).unwrap_or_default();
            writeln!(to, "  {}{rest}", place.cyan())?;
        }
    }
    Ok(())
}

/// Each finding with its lines, the way of its value, and what to do.
fn write_blocks(rows: &[Shown<'_>], options: &Options, to: &mut impl Write) -> io::Result<()> {
    let wrap = |text: &str, indent: usize| wrapped(&visible(text), options.width.clamp(40, 120), indent);
    for row in rows {
        let subject = if row.subject.is_empty() { String::new() } else { format!("{}  ", row.subject) };
        writeln!(to, "  {}  {}{}", row.place.cyan(), subject.bold(), row.rule.dimmed())?;
        let mut before = None;
        for finding in &row.findings {
            let name = finding.rule.id.rsplit('/').next().filter(|_| row.findings.len() > 1);
            let name = name.map(|name| format!("{name}: ")).unwrap_or_default();
            writeln!(to, "    {}", wrap(&format!("{name}{}", finding.message), 4))?;
            // The findings of a group often point at the same line, which is shown once.
            if before != Some(&finding.locations) {
                write_locations(&finding.locations, options, to)?;
            }
            before = Some(&finding.locations);
            for (word, text) in [("note", finding.remark.as_deref()), ("need", finding.needs.as_deref())] {
                if let Some(text) = text {
                    writeln!(to, "      {} {}", word.dimmed(), wrap(text, 11))?;
                }
            }
            if finding.verdict != Verdict::Pass {
                writeln!(to, "      {}  {}", "fix".green(), wrap(&finding.fix(), 11))?;
            }
        }
        writeln!(to)?;
    }
    Ok(())
}

/// The places of a finding, each with its line.
fn write_locations(locations: &[Location], options: &Options, to: &mut impl Write) -> io::Result<()> {
    for (index, location) in locations.iter().enumerate().take(20) {
        let note = location.note.as_deref().map(|note| format!("  {}", visible(note))).unwrap_or_default();
        let word = match location.role {
            Role::Primary => "at",
            Role::Origin => "from",
            Role::Related => "see",
        };
        if index > 0 || !note.is_empty() {
            let file = options.paths.show(&location.file);
            let place = format!("{}:{}:{}", visible(&file), location.start.line, location.start.column);
            writeln!(to, "      {} {}{note}", format!("{word:<4}").dimmed(), place.cyan())?;
        }
        if let Some([line, marks]) = excerpt(location) {
            writeln!(to, "        {line}")?;
            writeln!(to, "        {}", marks.red())?;
        }
    }
    if locations.len() > 20 {
        writeln!(to, "      … and {} more places", locations.len() - 20)?;
    }
    Ok(())
}
