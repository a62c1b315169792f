//! Small trees of files, and the program run in them.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// A Pod whose image has no version.
pub const UNPINNED: &str = "apiVersion: v1
kind: Pod
metadata: {name: app}
spec:
  containers:
    - name: app
      image: acme/app:latest
";

/// A Pod whose image has one.
pub const PINNED: &str = "apiVersion: v1
kind: Pod
metadata: {name: app}
spec:
  containers:
    - name: app
      image: acme/app:1.4.2
";

/// A rule of one's own, with its examples.
pub const RULE: &str = "id: team/owner-label
title: Every workload says who owns it
why: At 3 a.m. somebody has to know whom to call.
fix: Add a label named owner with the team's name.
category: hygiene
severity: low
items: [TEAM-OWNER]
tags: [people]
for: workload
require: {label(owner): {present: true}}
message: \"{{name}} has no owner label\"
examples:
  - expect: fail
    files:
      pod.yaml: |
        apiVersion: v1
        kind: Pod
        metadata: {name: app}    # <- fail
        spec: {containers: [{name: app, image: acme/app:1.4.2}]}
  - expect: pass
    files:
      pod.yaml: |
        apiVersion: v1
        kind: Pod
        metadata: {name: app, labels: {owner: shop}}
        spec: {containers: [{name: app, image: acme/app:1.4.2}]}
";

/// The pack that the rule belongs to.
pub const PACK: &str = "name: team\ntitle: Rules of our team\nactive: always\n";

/// Files in a folder of their own.
pub struct Tree(TempDir);

/// How a run ended and what it said.
pub struct Ran {
    pub status: i32,
    pub out: String,
    pub err: String,
}

impl Tree {
    pub fn new(files: &[(&str, &str)]) -> Self {
        let tree = Self(tempfile::tempdir().unwrap());
        for (path, text) in files {
            tree.add(path, text.as_bytes());
        }
        tree
    }

    /// With the team's rule under `rules/`.
    pub fn with_rules(files: &[(&str, &str)]) -> Self {
        let tree = Self::new(files);
        tree.add("rules/team/pack.yaml", PACK.as_bytes());
        tree.add("rules/team/owner-label.yaml", RULE.as_bytes());
        tree
    }

    pub fn add(&self, path: &str, bytes: &[u8]) {
        let full = self.path().join(path);
        std::fs::create_dir_all(full.parent().unwrap()).unwrap();
        std::fs::write(full, bytes).unwrap();
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path().join(path)).unwrap()
    }

    /// The program, to be run in this folder without anything of the tests' own environment.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_seaworthy"));
        command.current_dir(self.path()).args(arguments).env_clear().env("COLUMNS", "100").stdin(Stdio::null());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Ran {
        finish(&mut self.command(arguments))
    }

    pub fn run_with_input(&self, arguments: &[&str], input: &[u8]) -> Ran {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // The program stops reading where its limit is.
        let _ = stdin.write_all(input);
        drop(stdin);
        ran(child.wait_with_output().unwrap())
    }
}

pub fn finish(command: &mut Command) -> Ran {
    ran(command.output().unwrap())
}

fn ran(output: std::process::Output) -> Ran {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("what is written is UTF-8");
    Ran { status: output.status.code().expect("no signal"), out: text(output.stdout), err: text(output.stderr) }
}
