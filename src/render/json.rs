//! The JSON report: types of its own, so that the inside may change while consumers do not notice.
//!
//! The format is a contract. [`SCHEMA`] describes it; a change that could break a reader needs a
//! new `schema_version`.

use crate::findings::{Counts, Location, Report, Reported, ReportedProblem, SeenFile, SeenStack, Verdict};
use crate::rules::Severity;
use crate::source;
use serde::Serialize;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// The JSON Schema of the report.
pub const SCHEMA: &str = include_str!("report.schema.json");

/// The version of the format.
const SCHEMA_VERSION: u32 = 1;

/// The most locations of a finding that speaks for many subjects.
const MOST_LOCATIONS: usize = 20;

#[derive(Serialize)]
struct Document<'r> {
    schema_version: u32,
    tool: Tool,
    root: &'static str,
    as_of: &'r str,
    ready: bool,
    exit_status: u8,
    summary: Summary<'r>,
    inventory: Inventory<'r>,
    stacks: Vec<Stack<'r>>,
    findings: Vec<Finding<'r>>,
    problems: Vec<Problem<'r>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Summary<'r> {
    #[serde(flatten)]
    all: Verdicts,
    waived: usize,
    by_severity: BySeverity,
    by_category: Ordered<'r>,
    by_pack: BTreeMap<&'r str, Verdicts>,
}

/// Counts by chapter, in the order of the chapters.
struct Ordered<'r>(Vec<(&'r str, Verdicts)>);

impl Serialize for Ordered<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, counts)| (name, counts)))
    }
}

#[derive(Serialize)]
struct Verdicts {
    pass: usize,
    fail: usize,
    unknown: usize,
    manual: usize,
    attested: usize,
    not_applicable: usize,
}

#[derive(Serialize)]
struct BySeverity {
    critical: usize,
    high: usize,
    medium: usize,
    low: usize,
    info: usize,
}

#[derive(Serialize)]
struct Inventory<'r> {
    found: usize,
    audited: usize,
    files: Vec<File<'r>>,
}

#[derive(Serialize)]
struct File<'r> {
    file: &'r str,
    kind: &'r str,
    status: &'static str,
    why: Option<&'r str>,
}

#[derive(Serialize)]
struct Stack<'r> {
    name: &'r str,
    kind: &'static str,
    root: &'r str,
    variants: &'r [String],
    apps: &'r [String],
}

#[derive(Serialize)]
struct Finding<'r> {
    rule: &'r str,
    pack: &'r str,
    title: &'r str,
    category: &'static str,
    items: Vec<&'r str>,
    controls: &'r [String],
    severity: &'static str,
    confidence: &'static str,
    verdict: &'static str,
    subject: Subject<'r>,
    subjects: usize,
    variants: &'r [String],
    group: Option<&'r str>,
    message: &'r str,
    remark: Option<&'r str>,
    needs: Option<&'r str>,
    fix: Cow<'r, str>,
    locations: Vec<Place<'r>>,
    attestation: Option<Attestation<'r>>,
    waiver: Option<Never>,
    fingerprint: &'r str,
}

#[derive(Serialize)]
struct Attestation<'r> {
    by: &'r str,
    on: String,
    until: String,
    evidence: &'r str,
    note: Option<&'r str>,
}

/// What no report holds yet.
#[derive(Serialize)]
enum Never {}

#[derive(Serialize)]
struct Subject<'r> {
    kind: &'static str,
    name: &'r str,
    of: Option<&'r str>,
    stack: &'r str,
}

#[derive(Serialize)]
struct Place<'r> {
    file: &'r str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    role: &'static str,
    note: Option<&'r str>,
    excerpt: &'r str,
}

#[derive(Serialize)]
struct Problem<'r> {
    file: &'r str,
    line: Option<u32>,
    column: Option<u32>,
    severity: &'static str,
    message: &'r str,
}

/// Writes the report as one JSON document, indented, with a line break at its end. With
/// `each_pass` findings that speak for many subjects list all their places.
///
/// # Errors
/// Those of the writer.
pub fn write(report: &Report, each_pass: bool, mut to: impl Write) -> io::Result<()> {
    let document = Document {
        schema_version: SCHEMA_VERSION,
        tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
        root: ".",
        as_of: &report.as_of,
        ready: report.ready,
        exit_status: report.outcome.exit_status(),
        summary: summary(report),
        inventory: Inventory {
            found: report.files.len(),
            audited: report.files.iter().filter(|file| file.status == "audited").count(),
            files: report.files.iter().map(file).collect(),
        },
        stacks: report.stacks.iter().map(stack).collect(),
        findings: report.findings.iter().map(|reported| finding(reported, each_pass)).collect(),
        problems: report.problems.iter().map(problem).collect(),
    };
    serde_json::to_writer_pretty(&mut to, &document)?;
    to.write_all(b"\n")
}

fn summary(report: &Report) -> Summary<'_> {
    let counts = &report.summary;
    let by_category = counts.by_category.iter().map(|(category, counts)| (category.word(), verdicts(counts)));
    Summary {
        all: verdicts(&counts.all),
        waived: 0,
        by_severity: BySeverity {
            critical: counts.failures(Severity::Critical),
            high: counts.failures(Severity::High),
            medium: counts.failures(Severity::Medium),
            low: counts.failures(Severity::Low),
            info: counts.failures(Severity::Info),
        },
        by_category: Ordered(by_category.collect()),
        by_pack: counts.by_pack.iter().map(|(pack, counts)| (pack.as_str(), verdicts(counts))).collect(),
    }
}

fn verdicts(counts: &Counts) -> Verdicts {
    Verdicts {
        pass: counts.of(Verdict::Pass),
        fail: counts.of(Verdict::Fail),
        unknown: counts.of(Verdict::Unknown),
        manual: counts.of(Verdict::Manual),
        attested: counts.of(Verdict::Attested),
        not_applicable: counts.of(Verdict::NotApplicable),
    }
}

fn file(seen: &SeenFile) -> File<'_> {
    File { file: &seen.file, kind: &seen.kind, status: seen.status, why: seen.why.as_deref() }
}

fn stack(seen: &SeenStack) -> Stack<'_> {
    Stack { name: &seen.name, kind: seen.kind, root: &seen.root, variants: &seen.variants, apps: &seen.apps }
}

fn finding(reported: &Reported, each_pass: bool) -> Finding<'_> {
    let speaks_for_many = matches!(reported.verdict, Verdict::Pass | Verdict::NotApplicable);
    let most = if speaks_for_many && !each_pass { MOST_LOCATIONS } else { usize::MAX };
    let subject = &reported.subject;
    Finding {
        rule: &reported.rule.id,
        pack: &reported.rule.pack,
        title: &reported.rule.title,
        category: reported.rule.category.word(),
        items: reported.items(),
        controls: &reported.rule.controls,
        severity: reported.severity.word(),
        confidence: reported.rule.confidence.word(),
        verdict: reported.verdict.word(),
        subject: Subject { kind: subject.kind, name: &subject.name, of: subject.of.as_deref(), stack: &subject.stack },
        subjects: reported.subjects,
        variants: &reported.variants,
        group: reported.group.as_deref(),
        message: &reported.message,
        remark: reported.remark.as_deref(),
        needs: reported.needs.as_deref(),
        fix: reported.fix(),
        locations: reported.locations.iter().take(most).map(place).collect(),
        attestation: reported.attestation.as_ref().map(|word| Attestation {
            by: &word.by,
            on: word.on.to_string(),
            until: word.until.to_string(),
            evidence: &word.evidence,
            note: word.note.as_deref(),
        }),
        waiver: None,
        fingerprint: &reported.fingerprint,
    }
}

fn place(location: &Location) -> Place<'_> {
    Place {
        file: &location.file,
        line: location.start.line,
        column: location.start.column,
        end_line: location.end.line,
        end_column: location.end.column,
        role: location.role.word(),
        note: location.note.as_deref(),
        excerpt: location.line.as_ref().map_or("", |line| line.text.as_str()),
    }
}

fn problem(reported: &ReportedProblem) -> Problem<'_> {
    Problem {
        file: &reported.file,
        line: reported.position.map(|position| position.line),
        column: reported.position.map(|position| position.column),
        severity: match reported.severity {
            source::Severity::Error => "error",
            source::Severity::Warning => "warning",
        },
        message: &reported.message,
    }
}
