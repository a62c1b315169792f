//! What packs can do beyond single rules: extend, roll up, ask an operator, let people confirm.

use crate::support::Run;
use seaworthy::engine::test_examples;
use seaworthy::findings::Verdict;
use seaworthy::rules::{Ruleset, Tuning};
use std::path::Path;

fn load(folder: &Path) -> Result<Ruleset, String> {
    let told = |errors: Vec<seaworthy::rules::Error>| {
        let cut = |error: &seaworthy::rules::Error| {
            let name = error.file.rsplit('/').next().unwrap_or_default();
            format!("{name}:{}:{}: {}", error.line, error.column, error.message)
        };
        errors.iter().map(cut).collect::<Vec<_>>().join("\n")
    };
    Ruleset::awake(&[folder.to_path_buf()], &Tuning::default()).map_err(told)
}

fn packs() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/packs")
}

#[test]
fn examples_of_all_kinds_of_rules_come_out_as_they_say() {
    let ruleset = load(&packs()).unwrap();
    let tested = test_examples(&ruleset, |rule| rule.meta.pack == "acme");
    assert_eq!(tested.failures, Vec::<String>::new());
    assert_eq!(tested.rules, 6);
}

#[test]
fn a_narrower_rule_speaks_for_the_general_one() {
    let ruleset = load(&packs()).unwrap();
    let compose = "services:\n  store: {image: acme/store:1}\n  app: {image: acme/app:1}\n";
    let run = Run::new(&[("compose.yaml".to_owned(), compose.to_owned())], None, &ruleset);
    let mut told: Vec<String> = run
        .findings
        .iter()
        .filter(|finding| finding.rule.id.ends_with("limited"))
        .map(|finding| {
            let (items, more) = (finding.rule.items.join(" "), finding.more_items.join(" "));
            format!("{} of {}: {items} {more}", finding.verdict.word(), finding.subject.name)
        })
        .collect();
    told.sort();
    assert_eq!(told, ["fail of app: ACME-LIMITED ACME-WHOLE", "fail of store: ACME-STORE ACME-LIMITED"]);
}

/// A rule that requires something of the service `app`, and one that speaks for it where that runs as root.
fn narrowed(requirement: &str) -> Ruleset {
    let rule = format!("where: {{name: app}}\nrequire: {requirement}\n");
    crate::support::ruleset(&[rule, "extends: acme/case-0\nwhere: {user: root}\n".to_owned()])
}

/// What the two rules of [`narrowed`] say of a Compose file.
fn verdicts(compose: String, ruleset: &Ruleset) -> Vec<(usize, Verdict)> {
    let run = Run::new(&[("compose.yaml".to_owned(), compose)], None, ruleset);
    let of = |number: usize| run.of(number).into_iter().map(move |finding| (number, finding.verdict));
    (0..2).flat_map(of).collect()
}

#[test]
fn a_question_hides_nothing() {
    let ruleset = narrowed("{limits.memory: {present: true}}");
    for (user, told) in [
        ("root", vec![(1, Verdict::Fail)]),
        ("app", vec![(0, Verdict::Fail), (1, Verdict::NotApplicable)]),
        ("${WHO}", vec![(0, Verdict::Fail), (1, Verdict::Unknown)]),
    ] {
        let compose = format!("services:\n  app: {{image: acme/app:1, user: \"{user}\"}}\n");
        assert_eq!(verdicts(compose, &ruleset), told, "{user}");
    }
}

#[test]
fn what_is_not_known_is_asked_once() {
    let ruleset = narrowed("{limits.memory: {max: 1Gi}}");
    for (size, told) in [
        ("${SIZE}", vec![(1, Verdict::Unknown)]),
        ("2g", vec![(0, Verdict::Fail), (1, Verdict::Unknown)]),
        ("1g", vec![(0, Verdict::Pass), (1, Verdict::Pass)]),
    ] {
        let compose = format!("services:\n  app: {{image: acme/app:1, user: \"${{WHO}}\", mem_limit: \"{size}\"}}\n");
        assert_eq!(verdicts(compose, &ruleset), told, "{size}");
    }
}

#[test]
fn units_are_recognised_by_their_names_and_programs() {
    const PACK: &str =
        "name: acme\ntitle: Acme\napps:\n  shop: {recognise: {units: [acme-shop], programs: [shop-server]}}\n";
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("acme")).unwrap();
    std::fs::write(folder.path().join("acme/pack.yaml"), PACK).unwrap();
    let ruleset = load(folder.path()).unwrap();
    let unit = |name: &str, command: &str| (format!("{name}.service"), format!("[Service]\nExecStart={command}\n"));
    let files = [
        unit("acme-shop@", "/opt/run"),
        unit("other", "/usr/bin/java -Xmx1g -jar /opt/acme/shop-server.jar --port 80"),
        unit("proxy", "/usr/bin/proxy shop-server"),
    ];
    let run = Run::new(&files, None, &ruleset);
    let stack = &run.project.stacks[0];
    let apps: Vec<_> = stack.containers.iter().map(|it| (it.name.as_str(), it.app.as_deref())).collect();
    assert_eq!(apps, [("acme-shop@", Some("shop")), ("other", Some("shop")), ("proxy", None)]);
}

#[test]
fn what_cannot_be_extended_or_rolled_up_is_told() {
    const HEAD: &str = "title: All is well\nwhy: It breaks\nfix: Mend it\ncategory: hygiene\nseverity: high\n";
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("acme")).unwrap();
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(format!("acme/{name}.yaml")), format!("id: acme/{name}\n{HEAD}{text}"))
            .unwrap();
    };
    write("plain", "for: container\nparams: {least: 1}\nrequire: {limits.memory: {min: $least}}\n");
    write("near", "extends: acme/plan\n");
    write("round", "extends: acme/about\n");
    write("about", "extends: acme/round\n");
    write("other", "extends: acme/plain\nfor: stack\n");
    write("bad", "extends: acme/plain\nparams: {least: much}\n");
    write("roll", "roll-up: [acme/plan, acme/rolled]\n");
    write("rolled", "roll-up: [acme/plain]\nfor: stack\n");
    insta::assert_snapshot!(load(folder.path()).err().unwrap());
}
