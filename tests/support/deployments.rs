//! The deployments of a pack: audited in a work tree of their own.

use crate::index;
use assert_cmd::Command;
use serde_json::Value;
use std::path::Path;

/// The folder of the project.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A copy of a fixture of a pack in a work tree of its own that tracks these files.
pub fn copy(pack: &str, fixture: &str, tracked: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let from = root().join("fixtures").join(pack).join(fixture);
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

/// What comes of an audit: its exit code and what the rules of a pack say, each as a line.
pub fn audit(pack: &str, folder: &Path, verdicts: &[&str]) -> (i32, String) {
    let mut command = Command::cargo_bin("seaworthy").unwrap();
    let output = command.arg(folder).args(["-f", "json", "--as-of", "2026-11-20"]).output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut lines: Vec<String> = Vec::new();
    for finding in report["findings"].as_array().unwrap() {
        if finding["pack"] == pack && verdicts.contains(&finding["verdict"].as_str().unwrap()) {
            let place = &finding["locations"][0];
            let (verdict, rule) = (text(&finding["verdict"]), text(&finding["rule"]));
            lines.push(format!("{rule} {verdict} {}:{}", text(&place["file"]), place["line"]));
        }
    }
    lines.sort();
    lines.dedup();
    (output.status.code().unwrap(), lines.join("\n"))
}
