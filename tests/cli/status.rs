//! The exit status: what an audit comes to, the same for every format.

use crate::support::{PINNED, Tree, UNPINNED};

const BROKEN: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: [app}\n";
const UNDECIDED: &str = "apiVersion: v1
kind: Pod
metadata: {name: app}
spec: {containers: [{name: app, image: acme/app:1.4.2}]}
";

/// Files, arguments, status.
type Case = (&'static [(&'static str, &'static str)], &'static [&'static str], i32);

const CASES: &[Case] = &[
    (&[("pod.yaml", PINNED)], &["--select", "signing"], 0),
    (&[("pod.yaml", UNPINNED)], &["--select", "signing"], 1),
    (&[("pod.yaml", UNPINNED)], &["audit", "--select", "signing"], 1),
    (&[("pod.yaml", UNPINNED)], &["--select", "signing", "--fail-on", "never"], 0),
    (&[("pod.yaml", UNPINNED)], &["--select", "signing", "--fail-on", "critical"], 0),
    (&[("pod.yaml", UNPINNED)], &["--select", "signing", "--fail-on", "info"], 1),
    // What the files do not decide has not failed, unless that is asked for.
    (&[("pod.yaml", UNDECIDED)], &["--select", "availability/init"], 0),
    (&[("pod.yaml", UNDECIDED)], &["--select", "availability/init", "--strict"], 1),
    (&[("pod.yaml", UNDECIDED)], &["--select", "availability/init", "--strict", "--fail-on", "never"], 0),
    // Nothing to audit is no pass.
    (&[], &[], 3),
    (&[], &["--fail-on", "never"], 3),
    (&[("note.yaml", "a: b\n")], &[], 3),
    // What could not be seen is no pass; a failure beside it is a failure.
    (&[("pod.yaml", PINNED), ("broken.yaml", BROKEN)], &["--select", "signing"], 3),
    (&[("pod.yaml", PINNED), ("broken.yaml", BROKEN)], &["--select", "signing", "--fail-on", "never"], 3),
    (&[("pod.yaml", UNPINNED), ("broken.yaml", BROKEN)], &["--select", "signing"], 1),
    // What is no deployment file hides nothing.
    (&[("pod.yaml", PINNED), ("note.yaml", "a: [b\n")], &["--select", "signing"], 0),
];

#[test]
fn statuses_are_the_same_for_every_format() {
    for (files, arguments, status) in CASES {
        let tree = Tree::new(files);
        for format in ["table", "json", "json=report"] {
            let all: Vec<&str> = arguments.iter().copied().chain(["-f", format]).collect();
            let ran = tree.run(&all);
            assert_eq!(ran.status, *status, "{files:?} {all:?}: {}{}", ran.out, ran.err);
            assert_eq!(ran.err, "", "{all:?}");
        }
    }
}

#[test]
fn json_tells_the_status_that_the_process_ends_with() {
    for (files, arguments, status) in CASES {
        let tree = Tree::new(files);
        let all: Vec<&str> = arguments.iter().copied().chain(["-f", "json"]).collect();
        let report: serde_json::Value = serde_json::from_str(&tree.run(&all).out).unwrap();
        assert_eq!(report["exit_status"], *status, "{all:?}");
        let under_default = tree.run(&[&["-f", "json"], &without_bar(arguments)[..]].concat());
        assert_eq!(report["ready"], under_default.status == 0, "{all:?}");
    }
}

/// The arguments without those that say what counts.
fn without_bar(arguments: &[&'static str]) -> Vec<&'static str> {
    let mut kept = Vec::new();
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match *word {
            "--fail-on" => drop(words.next()),
            "--strict" => {}
            word => kept.push(word),
        }
    }
    kept
}

#[test]
fn the_last_line_says_it_in_words() {
    let last = |files: &[(&str, &str)], arguments: &[&str]| {
        let ran = Tree::new(files).run(arguments);
        ran.out.lines().last().unwrap_or_default().to_owned()
    };
    let select = ["--select", "signing", "-q"];
    assert!(last(&[("pod.yaml", PINNED)], &select).starts_with("READY"));
    assert!(last(&[("pod.yaml", UNPINNED)], &select).starts_with("NOT READY: 1 "));
    let never = [&select[..], &["--fail-on", "never"]].concat();
    let line = last(&[("pod.yaml", UNPINNED)], &never);
    assert!(line.starts_with("NOT READY") && line.contains("as --fail-on asks"), "{line}");
    assert!(last(&[], &[]).contains("nothing to audit was found"));
}
