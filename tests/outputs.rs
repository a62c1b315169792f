//! What reports look like, and that JSON reports are as their schema says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use seaworthy::findings::{
    Bar, FaultKind, Finding, Findings, Material, Redactor, Report, Role, SeenFile, SeenStack, Site, Subject, Verdict,
};
use seaworthy::render::{Options, Paths, json, table};
use seaworthy::rules::{Category, Confidence, Meta, Mode, Severity};
use seaworthy::source::{OriginKind, Problem, SourceId, Sources, Span};
use std::sync::Arc;

const COMPOSE: &str = "services:
  proxy:
    image: acme/proxy:${TAG}
    environment:
      JWT_SECRET: ${JWT_SECRET}
      LOG_LEVEL: debug
    ports:
      - \"8080:8080\"
  db:
    image: postgres:latest
    environment:
      POSTGRES_PASSWORD: hunter2!x
";

const DOTENV: &str = "# password: hunter2!x\nJWT_SECRET=Zq8-planted\n";

struct Sample {
    sources: Sources,
    findings: Findings,
}

fn meta(id: &str, category: Category, severity: Severity, fix: &str) -> Arc<Meta> {
    Arc::new(Meta {
        id: id.to_owned(),
        pack: id.split('/').next().unwrap().to_owned(),
        title: format!("Title of {id}"),
        why: "It goes wrong otherwise.".to_owned(),
        fix: fix.to_owned(),
        category,
        severity,
        confidence: Confidence::High,
        mode: Mode::Automatic,
        attest: None,
        items: vec!["GEN-X".to_owned()],
        controls: Vec::new(),
        tags: Vec::new(),
    })
}

fn finding(rule: &Arc<Meta>, verdict: Verdict, subject: (&'static str, &str, Option<&str>), message: &str) -> Finding {
    Finding {
        rule: Arc::clone(rule),
        more_items: Default::default(),
        verdict,
        severity: rule.severity,
        stack: 0,
        subject: Arc::new(Subject {
            kind: subject.0,
            name: subject.1.to_owned(),
            of: subject.2.map(str::to_owned),
            workload: None,
            stack: "shop".into(),
        }),
        is_development: false,
        subjects: 1,
        variants: Vec::new(),
        of_variants: 0,
        group: None,
        message: message.to_owned(),
        remark: None,
        needs: None,
        attestation: None,
        sites: Vec::new(),
        path: format!("services.{}", subject.1).into(),
        fault: Some(FaultKind::Value),
        content_is_public: true,
    }
}

fn site(sources: &Sources, file: SourceId, text: &str, role: Role, kind: Option<OriginKind>) -> Site {
    let start = sources.get(file).expose().find(text).unwrap();
    Site { span: Span::new(file, start, start + text.len()), role, kind, note: None }
}

fn sample() -> Sample {
    let sources = Sources::new();
    let compose = sources.add("deploy/compose.yaml", COMPOSE);
    let dotenv = sources.add("deploy/.env", DOTENV);
    let at = |text: &str| site(&sources, compose, text, Role::Primary, None);
    let secrets =
        meta("secrets/strong", Category::Secrets, Severity::Critical, "Put 32 random bytes into the secret store.");
    let plain = meta("secrets/plaintext", Category::Secrets, Severity::High, "Move the value into a Compose secret.");
    let pinned = meta("signing/image-pinned", Category::Signing, Severity::Medium, "Name a version or a digest.");
    let mut findings = Vec::new();
    let mut weak = finding(
        &secrets,
        Verdict::Fail,
        ("setting", "JWT_SECRET", Some("proxy")),
        "JWT_SECRET is [secret, 11 characters], shorter than the 32 characters that it needs",
    );
    weak.content_is_public = false;
    weak.sites = vec![
        site(&sources, dotenv, "Zq8-planted", Role::Primary, Some(OriginKind::Variable)),
        site(&sources, compose, "${JWT_SECRET}", Role::Origin, Some(OriginKind::Reference)),
    ];
    findings.push(weak);
    let mut literal = finding(
        &plain,
        Verdict::Fail,
        ("setting", "POSTGRES_PASSWORD", Some("db")),
        "POSTGRES_PASSWORD is written out here as hunter2!x",
    );
    literal.sites = vec![at("hunter2!x")];
    literal.content_is_public = false;
    findings.push(literal);
    let mut latest = finding(
        &pinned,
        Verdict::Fail,
        ("container", "db", None),
        "the image postgres:latest has no version; what runs changes with each pull",
    );
    latest.sites = vec![at("postgres:latest")];
    findings.push(latest);
    let mut unset =
        finding(&pinned, Verdict::Unknown, ("container", "proxy", None), "the tag of acme/proxy is not known");
    unset.needs = Some("give TAG a value in .env, with --env-file FILE or with --env TAG=VALUE".to_owned());
    unset.sites = vec![at("acme/proxy:${TAG}")];
    findings.push(unset);
    for name in ["read-only-root", "drop-capabilities", "no-new-privileges"] {
        let rule = meta(&format!("hardening/{name}"), Category::Hardening, Severity::Medium, "Set it.");
        for service in ["proxy", "db"] {
            let mut missing = finding(&rule, Verdict::Fail, ("container", service, None), "it is not set");
            missing.group = Some("hardening".into());
            missing.sites = vec![at(&format!("{service}:"))];
            findings.push(missing);
        }
    }
    let level = meta("monitoring/log-level", Category::Monitoring, Severity::Low, "Set info.");
    let mut passed =
        finding(&level, Verdict::Pass, ("setting", "LOG_LEVEL", None), "log levels are fit for production");
    passed.subjects = 3;
    passed.sites = vec![at("debug")];
    findings.push(passed);
    Sample { sources, findings: findings.into_iter().map(Box::new).collect() }
}

fn report(sample: Sample, problems: Vec<Problem>, bar: Bar) -> Report {
    let redactor = Redactor::new(&sample.sources, &[]);
    Report::build(Material {
        sources: &sample.sources,
        redactor: &redactor,
        findings: sample.findings,
        problems,
        files: vec![
            SeenFile { file: "deploy/compose.yaml".into(), kind: "compose".into(), status: "audited", why: None },
            SeenFile { file: "deploy/.env".into(), kind: "env".into(), status: "audited", why: None },
        ],
        stacks: vec![SeenStack {
            name: "shop".into(),
            kind: "compose",
            root: "deploy".into(),
            variants: Vec::new(),
            apps: Vec::new(),
        }],
        as_of: "2026-11-20".into(),
        bar,
        excerpts: true,
    })
}

fn options(width: usize) -> Options {
    Options { width, shown: Vec::new(), all: false, verbose: false, quiet: false, paths: Paths::default() }
}

fn shown(report: &Report, options: &Options) -> String {
    let mut bytes = Vec::new();
    table::write(report, options, &mut bytes).unwrap();
    let plain = anstream::adapter::strip_bytes(&bytes).into_vec();
    String::from_utf8(plain).unwrap()
}

fn broken() -> Vec<Problem> {
    vec![Problem::error("charts/shop/Chart.yaml", "this Helm chart was not rendered; its templates are not audited")]
}

#[test]
fn table_at_80_columns() {
    let report = report(sample(), broken(), Bar::default());
    let text = shown(&report, &options(80));
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn table_at_200_columns() {
    insta::assert_snapshot!(shown(&report(sample(), Vec::new(), Bar::default()), &options(200)));
}

#[test]
fn table_with_everything() {
    let report = report(sample(), broken(), Bar::default());
    insta::assert_snapshot!(shown(&report, &Options { verbose: true, shown: Verdict::ALL.to_vec(), ..options(100) }));
}

#[test]
fn colour_changes_nothing_but_colour() {
    let report = report(sample(), Vec::new(), Bar::default());
    let mut coloured = Vec::new();
    table::write(&report, &options(80), &mut coloured).unwrap();
    assert!(coloured.windows(2).any(|window| window == b"\x1b["));
    assert!(!shown(&report, &options(80)).contains('\x1b'));
}

#[test]
fn json_is_as_its_schema_says() {
    let schema: serde_json::Value = serde_json::from_str(json::SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for (problems, bar) in [(Vec::new(), Bar::default()), (broken(), Bar { fail_on: None, strict: true })] {
        let mut bytes = Vec::new();
        json::write(&report(sample(), problems, bar), false, &mut bytes).unwrap();
        let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        let errors: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
}

#[test]
fn json_report() {
    let mut bytes = Vec::new();
    json::write(&report(sample(), broken(), Bar::default()), false, &mut bytes).unwrap();
    let text = String::from_utf8(bytes).unwrap().replace(env!("CARGO_PKG_VERSION"), "[version]");
    insta::assert_snapshot!(text);
}

#[test]
fn exit_statuses() {
    let status = |keep: fn(&Finding) -> bool, problems: Vec<Problem>, bar: Bar| {
        let mut sample = sample();
        sample.findings.retain(|finding| keep(finding));
        report(sample, problems, bar).outcome.exit_status()
    };
    let (default, never) = (Bar::default(), Bar { fail_on: None, strict: false });
    let all: fn(&Finding) -> bool = |_| true;
    let no_fails: fn(&Finding) -> bool = |finding| finding.verdict != Verdict::Fail;
    assert_eq!(status(all, Vec::new(), default), 1);
    assert_eq!(status(all, broken(), default), 1);
    assert_eq!(status(all, Vec::new(), never), 0);
    assert_eq!(status(no_fails, Vec::new(), default), 0);
    assert_eq!(status(no_fails, broken(), default), 3);
    assert_eq!(status(no_fails, broken(), never), 3);
    assert_eq!(status(no_fails, Vec::new(), Bar { strict: true, ..default }), 1);
    let medium: fn(&Finding) -> bool = |finding| finding.severity <= Severity::Medium;
    assert_eq!(status(medium, Vec::new(), Bar { fail_on: Some(Severity::High), strict: false }), 0);
}

#[test]
fn control_characters_stay_in_their_file() {
    let mut sample = sample();
    for finding in &mut sample.findings {
        Arc::make_mut(&mut finding.subject).name = "evil\x1b[2J\u{202e}name".to_owned();
        finding.message.push_str("\x07\r\n\x1b]0;title");
    }
    let report = report(sample, Vec::new(), Bar::default());
    for verbose in [false, true] {
        let mut bytes = Vec::new();
        let options = Options { verbose, shown: Verdict::ALL.to_vec(), ..options(80) };
        table::write(&report, &options, &mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert!(!text.contains(['\x07', '\r', '\u{202e}']));
        assert!(!text.contains("\x1b[2J") && !text.contains("\x1b]0"));
    }
}

#[test]
fn many_findings_are_cut_and_counted() {
    let mut sample = sample();
    let one = sample.findings[2].clone();
    sample.findings = (0..80_000)
        .map(|index| {
            let mut copy = one.clone();
            Arc::make_mut(&mut copy.subject).name = format!("db{index}");
            copy
        })
        .collect();
    let report = report(sample, Vec::new(), Bar::default());
    let text = shown(&report, &options(100));
    assert!(text.contains("… and 79990 more like this (signing/image-pinned)"), "{text}");
    assert!(text.lines().count() < 40, "{text}");
    assert!(!shown(&report, &Options { quiet: true, ..options(100) }).contains("more like this"));
}

#[test]
fn all_are_listed_on_demand() {
    let mut sample = sample();
    let one = sample.findings[2].clone();
    sample.findings = (0..1_000).map(|_| one.clone()).collect();
    let report = report(sample, Vec::new(), Bar::default());
    assert!(shown(&report, &Options { all: true, ..options(100) }).matches("postgres:latest").count() == 1_000);
}

#[test]
fn nothing_secret_in_any_of_it() {
    for verbose in [false, true] {
        let report = report(sample(), broken(), Bar::default());
        let text = shown(&report, &Options { verbose, shown: Verdict::ALL.to_vec(), ..options(100) });
        let mut bytes = Vec::new();
        json::write(&report, true, &mut bytes).unwrap();
        for output in [text, String::from_utf8(bytes).unwrap(), format!("{report:?}")] {
            assert!(!output.contains("hunter2") && !output.contains("planted"), "{output}");
        }
    }
}
