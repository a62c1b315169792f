//! What the command line says of itself, and of mistakes.

use crate::support::{Tree, UNPINNED};

#[test]
fn help() {
    let tree = Tree::new(&[]);
    let ran = tree.run(&["--help"]);
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    insta::assert_snapshot!(ran.out);
}

#[test]
fn every_command_has_help_and_the_version_is_told() {
    let tree = Tree::new(&[]);
    for command in ["audit", "render", "explain", "rules", "schema", "completions"] {
        let ran = tree.run(&[command, "--help"]);
        assert_eq!((ran.status, ran.err.as_str()), (0, ""), "{command}");
        assert!(ran.out.contains("Usage: seaworthy"), "{command}");
    }
    assert_eq!(tree.run(&["--version"]).out.trim(), format!("seaworthy {}", env!("CARGO_PKG_VERSION")));
}

/// A line of arguments, and what standard error has to say.
const MISTAKES: &[(&[&str], &[&str])] = &[
    (&["nowhere"], &["there is no file or folder \"nowhere\""]),
    (&["composs.yaml"], &["did you mean \"compose.yaml\"?"]),
    (&["explian", "secrets/strong"], &["did you mean \"explain\"?"]),
    (&["--strict", "rules"], &["to run the command of that name"]),
    (&["--no-such-flag"], &["--no-such-flag", "--help"]),
    (&["--stric"], &["--strict"]),
    (&["--fail-on", "hihg"], &["similar value exists: 'high'", "never"]),
    (&["--fail-on"], &["a value is required"]),
    (&["--show", "pass,unknwon"], &["similar value exists: 'unknown'"]),
    (&["--environment", "prod"], &["similar value exists: 'production'"]),
    (&["--select", "secretz"], &["no rule answers to \"secretz\"", "did you mean \"secrets\"?", "seaworthy rules"]),
    (&["--ignore", "GEN-NONROOT"], &["did you mean \"GEN-NON-ROOT\"?"]),
    (&["--select", "severity:bad"], &["\"bad\" is no severity", "critical"]),
    (&["--select", "secrets", "--ignore", "secrets"], &["leave no rule"]),
    (&["-f", "jsno"], &["did you mean \"json\"?", "FORMAT=FILE"]),
    (&["-f", "json="], &["names no file"]),
    (&["-f", "json", "-f", "table"], &["two reports", "--format table=FILE"]),
    (&["--as-of", "2026-02-30"], &["\"2026-02-30\" is no day", "YYYY-MM-DD"]),
    (&["--rules", "nowhere"], &["there is no file or folder \"nowhere\""]),
    (&["--rules", "compose.yaml"], &["is a file, but a folder with rules is wanted"]),
    (&["--compose-file", "folder"], &["is a folder, but a file is wanted"]),
    (&["--env-file", "nowhere.env"], &["there is no file or folder \"nowhere.env\""]),
    (&["--values", "nowhere.yaml"], &["there is no file or folder \"nowhere.yaml\""]),
    (&["--values", "folder"], &["is a folder, but a file is wanted"]),
    (&["--set", "image.tag"], &["--set is not understood: the key image.tag has no value", "KEY=VALUE"]),
    (&["--set-json", "a=[1"], &["--set-json is not understood", "the value of a is not JSON"]),
    (&["--set-file", "a=composs.yaml"], &["did you mean \"compose.yaml\"?"]),
    (&["--release", "My_Shop"], &["\"My_Shop\" cannot be the name of a release", "lower-case"]),
    (&["--kube-version", "newest"], &["\"newest\" is no version of Kubernetes", "1.33.0"]),
    (&["--verbose", "--quiet"], &["cannot be used with"]),
    (&["--threads", "0"], &["--threads"]),
    (&["explain"], &["<RULE|FILE:LINE>"]),
    (&["explain", "secrets/plaintxt"], &["did you mean \"secrets/plaintext\"?"]),
    (&["explain", "secrets"], &["stands for", "secrets/plaintext, secrets/strong"]),
    (&["rules", "tset"], &["similar subcommand exists: 'test'"]),
    (&["rules", "-f", "xml"], &["possible values: table, json"]),
    (&["rules", "test", "nowhere"], &["there is no file or folder \"nowhere\""]),
    (&["rules", "test", "folder"], &["no rule file"]),
    (&["completions", "fsh"], &["similar value exists: 'fish'"]),
];

#[test]
fn mistakes_end_with_status_2_and_say_what_was_probably_meant() {
    let tree = Tree::new(&[("compose.yaml", "services: {}\n"), ("folder/note.txt", "")]);
    for (arguments, wanted) in MISTAKES {
        let ran = tree.run(arguments);
        assert_eq!(ran.status, 2, "{arguments:?}: {}", ran.err);
        assert_eq!(ran.out, "", "{arguments:?}");
        for words in *wanted {
            assert!(ran.err.contains(words), "{arguments:?} does not say {words}: {}", ran.err);
        }
        assert!(!ran.err.contains("panicked"), "{arguments:?}: {}", ran.err);
    }
}

#[test]
fn a_password_on_the_command_line_is_not_repeated() {
    let tree = Tree::new(&[("pod.yaml", UNPINNED)]);
    for text in ["Tr0ub4dor-Zq8x", "=Tr0ub4dor-Zq8x", "A B=Tr0ub4dor-Zq8x"] {
        let ran = tree.run(&["--env", text]);
        assert_eq!(ran.status, 2);
        assert!(ran.err.contains("NAME=VALUE") && !ran.err.contains("Tr0ub4dor"), "{}", ran.err);
    }
}
