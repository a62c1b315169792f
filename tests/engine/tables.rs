//! The tables of the language: truth and verdicts.

use crate::support::{Run, cases, files, ruleset, text};
use seaworthy::findings::{Finding, Verdict};
use seaworthy::model::Environment;
use seaworthy::syntax::Node;
use std::fmt::Write;

#[test]
fn conditions_come_to_what_the_table_says() {
    let mut wrong = String::new();
    let mut count = 0;
    cases("truth.yaml", |case| {
        let rows: Vec<(&str, &str)> = text(case, "rows")
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .map(|line| line.split_once(' ').unwrap())
            .collect();
        let rules: Vec<String> =
            rows.iter().map(|(_, condition)| format!("where: {{name: app}}\nrequire: {{{condition}}}")).collect();
        let run = Run::new(&files(case), None, &ruleset(&rules));
        for (number, (expected, condition)) in rows.iter().enumerate() {
            count += 1;
            let got = match run.verdict(number) {
                Verdict::Pass => "T",
                Verdict::Fail => "F",
                Verdict::Unknown => "U",
                other => other.word(),
            };
            if got != *expected {
                writeln!(wrong, "{}: expected {expected}, got {got}: {condition}", text(case, "note")).unwrap();
            }
        }
    });
    assert!(count > 200, "{count}");
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn rules_say_what_the_table_says() {
    let mut wrong = String::new();
    cases("verdicts.yaml", |case| {
        let environment = match text(case, "environment") {
            "development" => Some(Environment::Development),
            "staging" => Some(Environment::Staging),
            _ => Some(Environment::Production),
        };
        let run = Run::new(&files(case), environment, &ruleset(&[text(case, "rule").to_owned()]));
        let got: Vec<String> = run.of(0).into_iter().map(|finding| line(finding, &run)).collect();
        let expected: Vec<&str> = case.get("expect").unwrap().items().iter().filter_map(Node::text).collect();
        if got != expected {
            writeln!(wrong, "{}\n  expected {expected:#?}\n  got {got:#?}", text(case, "note")).unwrap();
        }
    });
    assert!(wrong.is_empty(), "{wrong}");
}

fn line(finding: &Finding, run: &Run) -> String {
    let (verdict, severity) = (finding.verdict.word(), finding.severity.word());
    let subject = &finding.subject;
    let places = run.places(finding).join(", ");
    let remark = finding.remark.as_ref().map(|remark| format!(" | {remark}")).unwrap_or_default();
    format!("{verdict} {severity} {} {} | {places} | {}{remark}", subject.kind, subject.name, finding.message)
}
