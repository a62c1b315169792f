//! What git knows of files: tracked, ignored, in which work tree.

use crate::index::index;
use crate::support::Tree;
use serde_json::Value;

const COMPOSE: &str = "services:
  app:
    image: acme/app:1.4.2
    environment:
      DB_PASSWORD: ${DB_PASSWORD:?}
";

const ENV: &str = "# ours\nDB_PASSWORD=kJ8v-2nQx.7Lw4Tz\n";

/// Verdict, severity, message, file and line of what the rules on kept files say.
fn told(tree: &Tree, arguments: &[&str]) -> Vec<String> {
    let ran = tree.run(&[&["-f", "json", "--select", "GEN-SECRETS-GIT,GEN-ENV-GITIGNORE"], arguments].concat());
    let report: Value = serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}", ran.err));
    assert!(!ran.out.contains("kJ8v"), "{}", ran.out);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let told = |finding: &Value| {
        let place = &finding["locations"][0];
        let (verdict, severity) = (text(&finding["verdict"]), text(&finding["severity"]));
        format!("{verdict} {severity} {}:{} {}", text(&place["file"]), place["line"], text(&finding["message"]))
    };
    let findings = report["findings"].as_array().unwrap().iter();
    findings.filter(|finding| finding["verdict"] != "not-applicable").map(told).collect()
}

#[test]
fn an_env_file_that_is_tracked_or_not_ignored_fails() {
    let tree = Tree::new(&[("compose.yaml", COMPOSE), (".env", ENV), (".git/HEAD", "ref: refs/heads/main\n")]);
    tree.add(".git/index", &index(&[".env", "compose.yaml"]));
    assert_eq!(told(&tree, &[]), ["fail critical .env:2 .env is tracked by git and holds secrets: DB_PASSWORD"]);
    tree.add(".git/index", &index(&["compose.yaml"]));
    let kept_out = "pass critical .env:2 Env files with secrets stay out of git";
    assert_eq!(told(&tree, &[]), ["fail high .env:2 .env holds secrets and is not ignored by git", kept_out]);
    tree.add(".gitignore", b".env\n");
    assert_eq!(told(&tree, &[]), ["pass high .env:2 Git ignores env files with secrets", kept_out]);
}

#[test]
fn without_a_work_tree_nothing_is_asked_and_a_damaged_index_leaves_it_open() {
    let tree = Tree::new(&[("compose.yaml", COMPOSE), (".env", ENV)]);
    assert!(told(&tree, &[]).is_empty());
    tree.add(".git/index", b"DIRC nonsense");
    tree.add(".gitignore", b".env\n");
    let told = told(&tree, &[]);
    let is_open = |told: &String| told.starts_with("unknown") && told.contains("a git index that is damaged");
    assert!(told.iter().any(is_open), "{told:?}");
}

#[test]
fn what_nobody_uses_counts_too_below_the_audited_folder() {
    let key = "-----BEGIN PRIVATE KEY-----\nkJ8v2nQx7Lw4Tz\n-----END PRIVATE KEY-----\n";
    let tree = Tree::new(&[
        ("deploy/compose.yaml", COMPOSE),
        ("deploy/.env.production", ENV),
        ("deploy/.env.example", ENV),
        ("deploy/id_ed25519", key),
        ("deploy/id_ed25519.pub", "ssh-ed25519 AAAA\n"),
        ("deploy/tests/server.key", key),
        ("site/.env.local", ENV),
        (".gitignore", ".env*\n"),
    ]);
    let tracked = [
        "deploy/.env.example",
        "deploy/.env.production",
        "deploy/id_ed25519",
        "deploy/id_ed25519.pub",
        "deploy/tests/server.key",
        "site/.env.local",
    ];
    tree.add(".git/index", &index(&tracked));
    let files = |arguments: &[&str]| -> Vec<String> {
        told(&tree, arguments).iter().map(|told| told.split(' ').nth(2).unwrap().to_owned()).collect()
    };
    assert_eq!(files(&["deploy"]), ["deploy/.env.production:2", "deploy/id_ed25519:1"]);
    assert_eq!(files(&[]), ["deploy/.env.production:2", "deploy/id_ed25519:1", "site/.env.local:2"]);
}
