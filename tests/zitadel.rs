//! The deployments of ZITADEL: the one that is ready passes with what people confirmed, the other fails
//! whatever can fail at once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/index.rs"]
mod index;

use assert_cmd::Command;
use serde_json::Value;
use std::path::Path;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A copy of a fixture in a work tree of its own that tracks these files.
fn copy(fixture: &str, tracked: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let from = root().join("fixtures/zitadel").join(fixture);
    for entry in walkdir::WalkDir::new(&from) {
        let entry = entry.unwrap();
        let to = folder.path().join(entry.path().strip_prefix(&from).unwrap());
        if entry.file_type().is_dir() {
            std::fs::create_dir_all(&to).unwrap();
        } else {
            std::fs::copy(entry.path(), &to).unwrap();
        }
    }
    std::fs::create_dir(folder.path().join(".git")).unwrap();
    std::fs::write(folder.path().join(".git/HEAD"), "ref: refs/heads/main\n").unwrap();
    std::fs::write(folder.path().join(".git/index"), index::index(tracked)).unwrap();
    folder
}

/// What comes of an audit: its exit code and what the rules of ZITADEL say, each as a line.
fn audit(folder: &Path, verdicts: &[&str]) -> (i32, String) {
    let mut command = Command::cargo_bin("seaworthy").unwrap();
    let output = command.arg(folder).args(["-f", "json", "--as-of", "2026-11-20"]).output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut lines: Vec<String> = Vec::new();
    for finding in report["findings"].as_array().unwrap() {
        if finding["pack"] == "zitadel" && verdicts.contains(&finding["verdict"].as_str().unwrap()) {
            let place = &finding["locations"][0];
            let (verdict, rule) = (text(&finding["verdict"]), text(&finding["rule"]));
            lines.push(format!("{rule} {verdict} {}:{}", text(&place["file"]), place["line"]));
        }
    }
    lines.sort();
    lines.dedup();
    (output.status.code().unwrap(), lines.join("\n"))
}

#[test]
fn what_is_ready_passes() {
    let folder = copy("ready", &["chart/values.yaml", "compose/compose.yaml"]);
    std::fs::copy(root().join("tests/data/zitadel.env"), folder.path().join("compose/.env")).unwrap();
    let (status, open) = audit(folder.path(), &["fail", "manual", "unknown"]);
    insta::assert_snapshot!(open);
    assert_eq!(status, 0);
}

#[test]
fn what_is_not_ready_fails_wherever_it_can() {
    let folder = copy("unready", &["chart/values.yaml", "compose/.env", "compose/compose.yaml"]);
    let (status, failed) = audit(folder.path(), &["fail"]);
    insta::assert_snapshot!(failed);
    assert_eq!(status, 1);
}
