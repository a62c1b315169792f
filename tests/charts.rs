//! Charts are rendered and judged; findings point at the value to change, or at the template.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use seaworthy::engine::{judge, understand};
use seaworthy::findings::{Bar, Material, Redactor, Report, Verdict};
use seaworthy::project::{Inputs, Project, assemble, assemble_in_memory};
use seaworthy::rules::Ruleset;
use std::fmt::Write;
use std::path::Path;

fn report(project: &mut Project) -> Report {
    let ruleset = Ruleset::builtin().unwrap_or_else(|_| panic!("the built-in rules are right"));
    understand(project, &ruleset);
    let findings = judge(&project.stacks, &ruleset);
    let sources = &project.workspace.sources;
    let redactor = Redactor::new(sources, &project.stacks);
    Report::build(Material {
        sources,
        redactor: &redactor,
        findings,
        problems: project.problems.clone(),
        files: Vec::new(),
        stacks: Vec::new(),
        as_of: "2026-01-01".to_owned(),
        bar: Bar::default(),
        excerpts: true,
    })
}

/// One line for each finding with the verdict: its rule, its places, its message.
fn lines(report: &Report, verdict: Verdict) -> String {
    let mut text = String::new();
    for finding in report.findings.iter().filter(|finding| finding.verdict == verdict) {
        let places: Vec<String> = finding
            .locations
            .iter()
            .map(|at| format!("{} {}:{}", at.role.word(), at.file.rsplit('/').next().unwrap(), at.start.line))
            .collect();
        writeln!(text, "{} [{}] {}", finding.rule.id, places.join(", "), finding.message).unwrap();
    }
    text
}

#[test]
fn findings_point_at_values_and_templates() {
    let chart = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/charts/shop");
    let inputs = Inputs { paths: vec![chart], ..Inputs::default() };
    let mut project = assemble(&inputs).unwrap();
    assert_eq!(project.stacks.len(), 1);
    let report = report(&mut project);
    let mut text = lines(&report, Verdict::Fail);
    text.push_str("\nnot decided\n");
    text.push_str(&lines(&report, Verdict::Unknown));
    insta::with_settings!({ snapshot_path => "data/charts", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("shop", text);
    });
}

fn problems(files: &[(&str, &str)]) -> Vec<String> {
    let project = assemble_in_memory(files.iter().copied(), &Inputs::default());
    project.problems.iter().map(|problem| problem.message.clone()).collect()
}

#[test]
fn what_keeps_a_chart_from_being_seen_is_told() {
    let chart = "apiVersion: v2\nname: x\nversion: 1.0.0\n";
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers: [{name: a, image: a:1.2.3}]\n";
    assert!(problems(&[("Chart.yaml", chart), ("templates/a.yaml", pod)]).is_empty());
    // What only lends templates is not deployed.
    let library = "apiVersion: v2\nname: x\nversion: 1.0.0\ntype: library\n";
    assert!(problems(&[("Chart.yaml", library), ("templates/_a.tpl", "")]).is_empty());
    let nothing = problems(&[("Chart.yaml", chart), ("templates/a.yaml", "{{ if .Values.on }}\n{{ end }}")]);
    assert!(nothing[0].contains("renders nothing"), "{nothing:?}");
    let broken = problems(&[("Chart.yaml", chart), ("templates/a.yaml", "{{ if }}")]);
    assert_eq!(broken.len(), 1, "{broken:?}");
    let required =
        problems(&[("Chart.yaml", chart), ("templates/a.yaml", "a: {{ required \"set token\" .Values.token }}")]);
    assert!(required.iter().any(|message| message.contains("set token")), "{required:?}");
}
