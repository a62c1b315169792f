//! The flags that say what is audited: Compose's files and variables, the environment, the root.

use crate::support::{Ran, Tree, UNPINNED, finish};
use serde_json::Value;

const COMPOSE: &str = "services:
  app:
    image: acme/app:${TAG:-latest}
    environment:
      LOG_LEVEL: ${LEVEL}
";

fn json(ran: &Ran) -> Value {
    serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}{}", ran.out, ran.err))
}

/// The verdict of the only finding of a rule.
fn verdict(ran: &Ran, rule: &str) -> String {
    let report = json(ran);
    let findings = report["findings"].as_array().unwrap();
    let found: Vec<&Value> = findings.iter().filter(|finding| finding["rule"] == rule).collect();
    assert_eq!(found.len(), 1, "{}", ran.out);
    found[0]["verdict"].as_str().unwrap().to_owned()
}

#[test]
fn variables_come_from_where_the_command_line_says() {
    let tree = Tree::new(&[
        ("compose.yaml", COMPOSE),
        (".env", "LEVEL=debug\n"),
        ("prod.env", "LEVEL=info\nTAG=1.4.2\n"),
        ("more.env", "LEVEL=trace\n"),
    ]);
    let run = |arguments: &[&str]| tree.run(&[&["-f", "json"], arguments].concat());
    let level = |arguments: &[&str]| verdict(&run(arguments), "monitoring/log-level");
    assert_eq!(level(&[]), "fail");
    assert_eq!(level(&["--env-file", "prod.env"]), "pass");
    assert_eq!(level(&["--env-file", "prod.env", "--env-file", "more.env"]), "fail");
    assert_eq!(level(&["--env-file", "more.env", "--env", "LEVEL=warn"]), "pass");
    assert_eq!(verdict(&run(&[]), "signing/image-pinned"), "fail");
    assert_eq!(verdict(&run(&["--env-file", "prod.env"]), "signing/image-pinned"), "pass");
    // Set and empty is set.
    assert_eq!(level(&["--env", "LEVEL="]), "pass");
    // .env does not count beside a file that was named.
    tree.add("other.env", b"TAG=1.4.2\n");
    assert_eq!(level(&["--env-file", "other.env"]), "unknown");
}

#[test]
fn a_value_is_followed_to_the_line_that_it_comes_from() {
    let tree = Tree::new(&[("compose.yaml", COMPOSE), (".env", "# comment\nLEVEL=debug\n")]);
    let report = json(&tree.run(&["-f", "json", "--select", "monitoring/log-level"]));
    let places: Vec<String> = report["findings"][0]["locations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|place| {
            format!("{} {}:{}", place["role"].as_str().unwrap(), place["file"].as_str().unwrap(), place["line"])
        })
        .collect();
    assert_eq!(places, ["primary .env:2", "origin compose.yaml:5"]);
}

#[test]
fn compose_files_that_are_named_are_the_project() {
    let tree = Tree::new(&[
        ("compose.yaml", COMPOSE),
        ("deploy/base.yaml", "services: {app: {image: acme/app:latest}}\n"),
        ("deploy/prod.yaml", "services: {app: {image: acme/app:1.4.2}}\n"),
        ("pod.yaml", UNPINNED),
    ]);
    let run = |files: &[&str]| {
        let named = files.iter().flat_map(|file| ["--compose-file", file]);
        let arguments: Vec<&str> =
            ["-f", "json", "--select", "signing/image-pinned"].into_iter().chain(named).collect();
        tree.run(&arguments)
    };
    // Later files win, and nothing beside them is audited.
    let both = run(&["deploy/base.yaml", "deploy/prod.yaml"]);
    assert_eq!((both.status, verdict(&both, "signing/image-pinned").as_str()), (0, "pass"));
    let report = json(&both);
    assert_eq!(report["stacks"].as_array().unwrap().len(), 1);
    assert_eq!((&report["inventory"]["found"], &report["inventory"]["audited"]), (&2.into(), &2.into()));
    assert_eq!(run(&["deploy/prod.yaml", "deploy/base.yaml"]).status, 1);
    // With a path, both are.
    let ran =
        tree.run(&["-f", "json", "--select", "signing/image-pinned", "--compose-file", "deploy/prod.yaml", "pod.yaml"]);
    assert_eq!((ran.status, json(&ran)["stacks"].as_array().unwrap().len()), (1, 2));
}

#[test]
fn what_serves_nobody_is_judged_more_mildly() {
    let tree = Tree::new(&[("pod.yaml", UNPINNED)]);
    let severity = |arguments: &[&str]| {
        let ran = tree.run(&[&["-f", "json", "--select", "signing/image-pinned"], arguments].concat());
        json(&ran)["findings"][0]["severity"].as_str().unwrap().to_owned()
    };
    assert_eq!(severity(&[]), "high");
    assert_eq!(severity(&["--environment", "production"]), "high");
    assert_eq!(severity(&["--environment", "staging"]), "high");
    assert_eq!(severity(&["--environment", "development"]), "medium");
}

#[test]
fn the_work_tree_is_the_root() {
    let tree = Tree::new(&[("deploy/compose.yaml", COMPOSE), (".git/HEAD", ""), ("pod.yaml", UNPINNED)]);
    let report = json(&tree.run(&["deploy", "-f", "json", "--select", "signing/image-pinned"]));
    assert_eq!(report["root"], ".");
    assert_eq!(report["findings"][0]["locations"][0]["file"], "deploy/compose.yaml");
    assert_eq!(report["inventory"]["found"], 1);
    let plain = Tree::new(&[("deploy/compose.yaml", COMPOSE)]);
    let report = json(&plain.run(&["deploy", "-f", "json", "--select", "signing/image-pinned"]));
    assert_eq!(report["findings"][0]["locations"][0]["file"], "compose.yaml");
}

#[test]
fn nothing_outside_the_root_is_read_unless_it_is_named() {
    let compose = "services:\n  app:\n    image: acme/app:1.4.2\n    env_file: ../outside.env\n";
    let tree = Tree::new(&[("in/compose.yaml", compose), ("outside.env", "LOG_LEVEL=debug\n"), ("in/.git/HEAD", "")]);
    let ran = tree.run(&["in", "--select", "monitoring/log-level"]);
    assert_eq!(ran.status, 3, "{}", ran.out);
    assert!(ran.out.contains("outside of what is audited"), "{}", ran.out);
    let ran = tree.run(&["in", "--env-file", "outside.env", "--select", "monitoring/log-level"]);
    assert_ne!(ran.status, 2, "{}", ran.err);
}

const PROFILES: &str = "services:
  app: {image: acme/app:1.4.2}
  shell: {image: acme/shell:latest, profiles: [debug]}
  graphs: {image: acme/graphs:latest, profiles: [watch]}
";

#[test]
fn profiles_are_chosen_by_flag_variable_and_file_in_this_order() {
    let tree = Tree::new(&[("compose.yaml", PROFILES), (".env", "COMPOSE_PROFILES=watch\n")]);
    let judged = |ran: &Ran| {
        let report = json(ran);
        let names = report["findings"].as_array().unwrap().iter().filter(|finding| finding["verdict"] == "fail");
        names.map(|finding| finding["subject"]["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>().join(" ")
    };
    let only = ["-f", "json", "--select", "signing/image-pinned"];
    let flagged = |arguments: &[&str]| judged(&tree.run(&[&only, arguments].concat()));
    // Without a word each profile that is not on is a variant beside those that are.
    assert_eq!(flagged(&[]), "shell graphs");
    assert_eq!(flagged(&["--profile", "watch"]), "graphs");
    assert_eq!(flagged(&["--profile", "debug"]), "shell");
    assert_eq!(flagged(&["--profile", "debug,watch"]), "shell graphs");
    assert_eq!(flagged(&["--profile", "debug", "--profile", "watch"]), "shell graphs");
    assert_eq!(flagged(&["--profile", "*"]), "shell graphs");
    let report = json(&tree.run(&[&only[..], &["--profile", "debug"]].concat()));
    assert_eq!(report["stacks"][0]["variants"], serde_json::json!([]));
    tree.add("seaworthy.toml", b"[inputs]\nprofiles = [\"debug\"]\n");
    assert_eq!(flagged(&[]), "shell");
    assert_eq!(flagged(&["--profile", "watch"]), "graphs");
    assert_eq!(judged(&finish(tree.command(&only).env("SEAWORTHY_PROFILE", "watch"))), "graphs");
}

#[test]
fn profiles_that_no_service_has_are_told() {
    let tree = Tree::new(&[("compose.yaml", PROFILES), ("plain/compose.yaml", COMPOSE)]);
    let misspelt = tree.run(&["--profile", "watch", "--profile", "debgu"]);
    assert_eq!(misspelt.status, 2);
    let wanted = "no Compose service here has the profile \"debgu\"; did you mean \"debug\"?";
    assert!(misspelt.err.contains(wanted) && misspelt.err.contains("the profiles here are debug, watch"));
    let none = tree.run(&["plain", "--profile", "debug"]);
    assert!(none.status == 2 && none.err.contains("no service here has a profile"), "{}", none.err);
    let rendered = tree.run(&["render", "--profile", "debgu"]);
    assert!(rendered.status == 2 && rendered.err.contains(wanted), "{}", rendered.err);
}

#[test]
fn profiles_are_rendered() {
    let tree = Tree::new(&[("compose.yaml", PROFILES), (".env", "COMPOSE_PROFILES=watch\n")]);
    let images = |arguments: &[&str]| {
        let ran = tree.run(&[&["render"], arguments].concat());
        ["app:", "shell:", "graphs:"].map(|name| ran.out.contains(&format!("acme/{name}")))
    };
    assert_eq!(images(&[]), [true, false, true]);
    assert_eq!(images(&["--profile", "debug"]), [true, true, false]);
}
