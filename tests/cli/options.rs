//! `seaworthy.toml`, `SEAWORTHY_*` and flags: who beats whom, what changes, what is a mistake.

use crate::support::{PINNED, Ran, Tree, UNPINNED, finish};
use serde_json::Value;

const COMPOSE: &str = "services:
  app:
    image: acme/app:${TAG:-latest}
    stop_grace_period: 25s
    environment:
      LOG_LEVEL: ${LEVEL:-info}
";

fn json(ran: &Ran) -> Value {
    serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}{}", ran.out, ran.err))
}

/// Runs with variables of ours.
fn run_with(tree: &Tree, arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
    finish(tree.command(arguments).envs(variables.iter().copied()))
}

/// The option's value and who said it, as `value from`.
fn option(ran: &Ran, name: &str) -> String {
    let document = json(ran);
    let rows = document["options"].as_array().unwrap();
    let row = rows.iter().find(|row| row["option"] == name).unwrap_or_else(|| panic!("no {name} in {}", ran.out));
    let origin = &row["origin"];
    let from = match origin["kind"].as_str().unwrap() {
        "file" => format!("{}:{}:{}", origin["file"].as_str().unwrap(), origin["line"], origin["column"]),
        "default" => "default".to_owned(),
        _ => origin["name"].as_str().unwrap().to_owned(),
    };
    format!("{} {from}", row["value"])
}

/// Verdict and severity of the findings of a rule.
fn verdicts(ran: &Ran, rule: &str) -> Vec<String> {
    let report = json(ran);
    let findings = report["findings"].as_array().unwrap().iter().filter(|finding| finding["rule"] == rule);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    findings.map(|finding| format!("{} {}", text(&finding["verdict"]), text(&finding["severity"]))).collect()
}

#[test]
fn flags_beat_variables_which_beat_the_file_which_beats_defaults() {
    let tree = Tree::new(&[("compose.yaml", COMPOSE)]);
    let show = ["options", "-f", "json"];
    assert_eq!(option(&tree.run(&show), "fail-on"), "\"low\" default");
    tree.add("seaworthy.toml", b"# ours\nfail-on = \"medium\"\nselect = [\"signing\", \"secrets\"]\n");
    assert_eq!(option(&tree.run(&show), "fail-on"), "\"medium\" seaworthy.toml:2:11");
    assert_eq!(option(&tree.run(&show), "select"), "[\"signing\",\"secrets\"] seaworthy.toml:3:10");
    let high = [("SEAWORTHY_FAIL_ON", "high"), ("SEAWORTHY_STRICT", "true")];
    assert_eq!(option(&run_with(&tree, &show, &high), "fail-on"), "\"high\" SEAWORTHY_FAIL_ON");
    assert_eq!(option(&run_with(&tree, &show, &high), "strict"), "true SEAWORTHY_STRICT");
    let flagged = run_with(&tree, &[&show[..], &["--fail-on", "critical"]].concat(), &high);
    assert_eq!(option(&flagged, "fail-on"), "\"critical\" --fail-on");
    // A list is replaced as a whole.
    assert_eq!(option(&tree.run(&[&show[..], &["--select", "network"]].concat()), "select"), "[\"network\"] --select");
    // An empty variable says nothing.
    assert_eq!(
        option(&run_with(&tree, &show, &[("SEAWORTHY_FAIL_ON", "")]), "fail-on"),
        "\"medium\" seaworthy.toml:2:11"
    );
}

#[test]
fn what_is_said_changes_the_audit() {
    let tree = Tree::new(&[("compose.yaml", COMPOSE)]);
    let pinned = "signing/image-pinned";
    let audit = || tree.run(&["-f", "json", "--select", "signing,monitoring"]);
    let before = audit();
    let severity = verdicts(&before, pinned)[0].clone();
    assert!(severity.starts_with("fail ") && before.status == 1, "{severity}");

    tree.add("seaworthy.toml", b"[severity]\n\"signing/image-pinned\" = \"low\"\n");
    assert_eq!(verdicts(&audit(), pinned), ["fail low"]);
    tree.add("seaworthy.toml", b"fail-on = \"high\"\n[severity]\n\"signing/image-pinned\" = \"low\"\n");
    assert_eq!(audit().status, 0);
    tree.add("seaworthy.toml", b"environment = \"development\"\n[severity]\n\"signing/image-pinned\" = \"high\"\n");
    assert_eq!(verdicts(&audit(), pinned), ["fail medium"]);
    tree.add("seaworthy.toml", b"[packs]\nsigning = false\n");
    assert!(verdicts(&audit(), pinned).is_empty());
    tree.add("seaworthy.toml", b"ignore = [\"signing\"]\n");
    assert!(verdicts(&tree.run(&["-f", "json"]), pinned).is_empty());
    tree.add("prod.env", b"TAG=1.4.2\n");
    tree.add("seaworthy.toml", b"[inputs]\nenv-files = [\"prod.env\"]\n");
    assert!(verdicts(&audit(), pinned)[0].starts_with("pass"));
}

#[test]
fn parameters_reach_their_rules() {
    let rule = "id: team/grace\ntitle: There is time to stop\nwhy: W.\nfix: F.\ncategory: availability\nseverity: low\n\
                for: workload\nparams: {least: 20s}\nrequire: {grace: {min: $least}}\nexamples:\n  - expect: pass\n    \
                files: {compose.yaml: \"services: {a: {image: a, stop_grace_period: 20s}}\"}\n  - expect: fail\n    \
                files: {compose.yaml: \"services: {a: {image: a}}\"}\n";
    let tree = Tree::new(&[("compose.yaml", COMPOSE), ("ops/team/grace.yaml", rule)]);
    let audit = || tree.run(&["-f", "json", "--select", "team"]);
    tree.add("seaworthy.toml", b"rules = [\"ops\"]\n");
    assert_eq!(verdicts(&audit(), "team/grace"), ["pass low"]);
    assert_eq!(option(&tree.run(&["options", "-f", "json"]), "params.team/grace.least"), "\"20s\" default");
    tree.add("seaworthy.toml", b"rules = [\"ops\"]\n[params.\"team/grace\"]\nleast = \"30s\"\n");
    assert_eq!(verdicts(&audit(), "team/grace"), ["fail low"]);
    let options = tree.run(&["options", "-f", "json"]);
    assert_eq!(option(&options, "params.team/grace.least"), "\"30s\" seaworthy.toml:3:9");
}

#[test]
fn facts_are_declared_to_the_packs_that_ask() {
    let pack = "name: team\ntitle: Team\nactive: always\nfacts:\n  viewers: {type: integer, ask: How many viewers?}\n";
    let rule = "id: team/viewers\ntitle: Few watch\nwhy: W.\nfix: F.\ncategory: performance\nseverity: low\n\
                for: stack\nrequire: {$viewers: {max: 100}}\nexamples:\n  - expect: pass\n    facts: {team/viewers: 1}\n    \
                files: {compose.yaml: \"services: {a: {image: a}}\"}\n  - expect: fail\n    facts: {team/viewers: 101}\n    \
                files: {compose.yaml: \"services: {a: {image: a}}\"}\n";
    let tree = Tree::new(&[("compose.yaml", COMPOSE), ("ops/team/pack.yaml", pack), ("ops/team/viewers.yaml", rule)]);
    let with = |facts: &str| {
        tree.add("seaworthy.toml", format!("rules = [\"ops\"]\n{facts}").as_bytes());
        tree.run(&["-f", "json", "--select", "team"])
    };
    assert_eq!(verdicts(&with(""), "team/viewers"), ["unknown low"]);
    assert_eq!(verdicts(&with("[facts.team]\nviewers = 50\n"), "team/viewers"), ["pass low"]);
    assert_eq!(verdicts(&with("[facts.team]\nviewers = 500\n"), "team/viewers"), ["fail low"]);
    let misspelt = with("[facts.team]\nviewrs = 5\n");
    assert!(misspelt.err.contains("toml:3:1: error: no pack asks for the fact \"team/viewrs\""), "{}", misspelt.err);
    assert!(with("[facts.team]\nviewers = \"many\"\n").err.contains("toml:3:11: error: \"many\" is not an integer"));
}

#[test]
fn what_is_excluded_is_left_out_and_told() {
    let tree = Tree::new(&[("app.yaml", PINNED), ("old/app.yaml", UNPINNED), ("deploy/bad.test.yaml", UNPINNED)]);
    tree.add("seaworthy.toml", b"exclude = [\"old/\", \"*.test.yaml\"]\n");
    let ran = tree.run(&["-f", "json", "--select", "signing/image-pinned"]);
    assert!(verdicts(&ran, "signing/image-pinned")[0].starts_with("pass"), "{}", ran.out);
    let report = json(&ran);
    let told = |file: &Value| format!("{} {}", file["file"].as_str().unwrap(), file["status"].as_str().unwrap());
    let files: Vec<String> = report["inventory"]["files"].as_array().unwrap().iter().map(told).collect();
    assert_eq!(files, ["app.yaml audited", "deploy/bad.test.yaml skipped", "old skipped"]);
    let flagged = tree.run(&["-f", "json", "--exclude", "deploy", "--select", "signing/image-pinned"]);
    assert!(flagged.out.contains("old/app.yaml") && flagged.status == 1);
}

#[test]
fn compose_files_form_the_projects_that_the_file_names() {
    let tree = Tree::new(&[
        ("base.yaml", "services: {app: {image: acme/app}}\n"),
        ("live.yaml", "services: {app: {image: \"acme/app:${TAG}\"}}\n"),
        ("live.env", "TAG=1.4.2\n"),
    ]);
    let stacks = |ran: &Ran| json(ran)["stacks"].as_array().unwrap().len();
    let audit = || tree.run(&["-f", "json", "--select", "signing/image-pinned"]);
    assert_eq!(stacks(&audit()), 2);
    tree.add(
        "seaworthy.toml",
        b"[[inputs.compose]]\nfiles = [\"base.yaml\", \"live.yaml\"]\nenv-files = [\"live.env\"]\n",
    );
    let ran = audit();
    assert_eq!(stacks(&ran), 1);
    assert!(verdicts(&ran, "signing/image-pinned")[0].starts_with("pass"), "{}", ran.out);
}

#[test]
fn the_file_is_found_upwards_to_the_root_of_the_work_tree_only() {
    let tree =
        Tree::new(&[("repo/deploy/app/compose.yaml", COMPOSE), ("repo/.git/HEAD", ""), ("seaworthy.toml", "oops")]);
    let show = |path: &str| option(&tree.run(&["options", "-f", "json", path]), "fail-on");
    assert_eq!(show("repo/deploy/app"), "\"low\" default");
    tree.add("repo/seaworthy.toml", b"fail-on = \"high\"\n");
    assert_eq!(show("repo/deploy/app"), "\"high\" repo/seaworthy.toml:1:11");
    tree.add("repo/deploy/seaworthy.toml", b"fail-on = \"never\"\n");
    assert_eq!(show("repo/deploy/app/compose.yaml"), "\"never\" repo/deploy/seaworthy.toml:1:11");
    // Outside of a work tree only the folder itself counts.
    tree.add("plain/sub/compose.yaml", COMPOSE.as_bytes());
    tree.add("plain/seaworthy.toml", b"oops");
    assert_eq!(show("plain/sub"), "\"low\" default");
}

#[test]
fn every_mistake_has_its_place_and_what_was_meant() {
    let tree = Tree::new(&[("compose.yaml", COMPOSE)]);
    let mistakes = |text: &str| {
        tree.add("seaworthy.toml", text.as_bytes());
        let ran = tree.run(&[]);
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{text}");
        ran.err
    };
    let cases = [
        (
            "fial-on = \"high\"\n",
            "seaworthy.toml:1:1: error: unknown key \"fial-on\" in the options; did you mean \"fail-on\"?",
        ),
        ("fail-on = \"hihg\"\n", "seaworthy.toml:1:11: error: there is no severity \"hihg\"; did you mean \"high\"?"),
        ("fail-on = 3\n", "1:11: error: \"fail-on\" is text; write it in quotes"),
        ("strict = \"true\"\n", "1:10: error: \"strict\" is true or false, without quotes"),
        ("environment = \"prod\"\n", "there is no environment \"prod\"; write one of production, staging, development"),
        ("exclude = \"a\"\n", "\"exclude\" is a list of texts; write it like exclude = [\"...\"]"),
        ("select = [\"secretz\"]\n", "seaworthy.toml:1:11: no rule answers to \"secretz\"; did you mean \"secrets\"?"),
        ("rules = [\"ruels\"]\n", "1:10: error: there is no file or folder \"ruels\""),
        ("rules = [\"..\"]\n", "1:10: error: \"..\" leads out of what is audited"),
        ("packs = 1\n", "\"packs\" is a table; write [packs] above its keys"),
        ("[packs]\nsecretz = true\n", "2:1: error: there is no pack \"secretz\"; did you mean \"secrets\"?"),
        (
            "[severity]\n\"secrets/strng\" = \"low\"\n",
            "2:1: error: there is no rule \"secrets/strng\"; did you mean \"secrets/strong\"?",
        ),
        ("[severity]\n\"secrets/strong\" = \"lwo\"\n", "2:20: error: \"lwo\" is no severity; did you mean \"low\"?"),
        (
            "[params.\"availability/drain-fits-grace\"]\nmargn = \"5s\"\n",
            "2:1: error: availability/drain-fits-grace has no param \"margn\"; did you mean \"margin\"?",
        ),
        (
            "[params.\"availability/drain-fits-grace\"]\nmargin = \"5Mi\"\n",
            "2:10: error: \"5Mi\" is not a duration; write it like 10s",
        ),
        ("[params]\nmargin = 5\n", "2:1: error: \"margin\" is to be a rule; params are given in a table for each"),
        ("[facts.nobody]\nviewers = 5\n", "1:8: error: there is no pack \"nobody\""),
        ("[inputs]\nkube-version = \"latest\"\n", "2:16: error: \"latest\" is no version of Kubernetes"),
        ("[inputs]\nenv-file = []\n", "2:1: error: unknown key \"env-file\" in inputs; did you mean \"env-files\"?"),
        ("[[inputs.compose]]\nenv-files = []\n", "a Compose project needs files"),
        ("fail-on = \n", "seaworthy.toml:1:11: error: this is not TOML"),
    ];
    for (text, wanted) in cases {
        let told = mistakes(text);
        assert!(told.contains(wanted), "{text}: {told}");
    }
    // All of them are told at once.
    assert_eq!(mistakes("fial-on = 1\nstrict = 1\n[packs]\na = 1\n").matches("error: ").count(), 3);
    tree.add("seaworthy.toml", b"\xff\xfe\x00");
    assert!(tree.run(&[]).err.contains("is not UTF-8"));
}

#[test]
fn variables_are_checked_like_flags() {
    let tree = Tree::new(&[("compose.yaml", COMPOSE)]);
    let told = |name: &str, value: &str| {
        let ran = run_with(&tree, &[], &[(name, value)]);
        assert_eq!(ran.status, 2);
        ran.err
    };
    assert!(told("SEAWORTHY_FIAL_ON", "high").contains("did you mean \"SEAWORTHY_FAIL_ON\"?"));
    assert!(told("SEAWORTHY_FAIL_ON", "hihg").contains("SEAWORTHY_FAIL_ON: there is no severity \"hihg\""));
    assert!(told("SEAWORTHY_STRICT", "maybe").contains("SEAWORTHY_STRICT is true or false"));
    assert!(told("SEAWORTHY_PACK", "nobody").contains("there is no pack \"nobody\""));
    assert_eq!(run_with(&tree, &["--select", "secrets"], &[("SEAWORTHY_FAIL_ON", "never")]).status, 0);
}

#[test]
fn options_are_shown_as_a_table_too() {
    let tree = Tree::new(&[("compose.yaml", COMPOSE), ("seaworthy.toml", "fail-on = \"high\"\n")]);
    let ran = tree.run(&["options", "--strict"]);
    assert!(ran.out.contains("high (seaworthy.toml:1)") && ran.out.contains("true (--strict)"), "{}", ran.out);
    assert!(ran.out.ends_with("read from seaworthy.toml\n"));
    assert_eq!(ran.status, 0);
}
