//! What comes out: where it goes, how wide it is, and in which colours.

use crate::support::{Ran, Tree, UNPINNED, finish};

const SELECT: [&str; 4] = ["--rules", "rules", "--select", "team"];

fn tree() -> Tree {
    let second = UNPINNED.replace("name: app", "name: a-workload-with-quite-a-long-name-that-has-to-be-wrapped");
    Tree::with_rules(&[("deploy/base/pod.yaml", UNPINNED), ("deploy/base/second.yaml", &second)])
}

fn with(variables: &[(&str, &str)], arguments: &[&str]) -> Ran {
    let tree = tree();
    finish(tree.command(&[&SELECT[..], arguments].concat()).envs(variables.iter().copied()))
}

#[test]
fn table_at_80_columns() {
    let ran = with(&[("COLUMNS", "80")], &["deploy"]);
    assert!(ran.out.lines().all(|line| line.chars().count() <= 80), "{}", ran.out);
    insta::assert_snapshot!(ran.out);
}

#[test]
fn table_at_200_columns() {
    insta::assert_snapshot!(with(&[("COLUMNS", "200")], &["deploy"]).out);
}

#[test]
fn table_at_length() {
    insta::assert_snapshot!(with(&[("COLUMNS", "80")], &["deploy", "--verbose"]).out);
}

#[test]
fn odd_widths_do_no_harm() {
    for columns in ["0", "1", "39", "99999999999999999999", "wide", ""] {
        assert_eq!(with(&[("COLUMNS", columns)], &["deploy", "--verbose", "--show", "all"]).status, 1, "{columns}");
    }
}

#[test]
fn colours_are_where_they_are_wanted() {
    let coloured = |variables: &[(&str, &str)], arguments: &[&str]| with(variables, arguments).out.contains('\x1b');
    assert!(!coloured(&[], &["deploy"]));
    assert!(!coloured(&[("TERM", "xterm-256color")], &["deploy"]));
    assert!(coloured(&[], &["deploy", "--color", "always"]));
    assert!(coloured(&[("CLICOLOR_FORCE", "1")], &["deploy"]));
    assert!(!coloured(&[("CLICOLOR_FORCE", "1")], &["deploy", "--color", "never"]));
    assert!(!coloured(&[("NO_COLOR", "1")], &["deploy"]));
    assert!(!coloured(&[], &["deploy", "-f", "json", "--color", "always"]));
    let error = with(&[], &["nowhere", "--color", "always"]).err;
    assert!(error.contains('\x1b') && !with(&[], &["nowhere"]).err.contains('\x1b'));
    let plain = with(&[], &["deploy"]).out;
    let coloured = with(&[], &["deploy", "--color", "always"]).out;
    assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), plain);
}

#[test]
fn reports_go_to_files() {
    let tree = tree();
    let arguments =
        [&SELECT[..], &["deploy", "-f", "table", "-f", "json=report.json", "-f", "table=report.txt"]].concat();
    // -f table twice, once to a file, is no clash.
    let ran = tree.run(&[&arguments[..], &["--color", "always"]].concat());
    assert_eq!((ran.status, ran.err.as_str()), (1, ""));
    assert!(ran.out.contains("NOT READY"));
    let report: serde_json::Value = serde_json::from_str(&tree.read("report.json")).unwrap();
    assert_eq!(report["exit_status"], 1);
    let text = tree.read("report.txt");
    assert!(text.contains("NOT READY") && !text.contains('\x1b'), "{text}");
    let ran = tree.run(&[&SELECT[..], &["deploy", "-f", "json=report.json"]].concat());
    assert_eq!((ran.status, ran.out.as_str(), ran.err.as_str()), (1, "", ""));
}

#[test]
fn what_cannot_be_written_ends_with_status_2() {
    let ran = with(&[], &["deploy", "-f", "json=no/such/folder/report.json"]);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("no/such/folder/report.json\" cannot be written"), "{}", ran.err);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told() {
    let tree = tree();
    for arguments in [&["deploy"][..], &["rules"], &["schema"], &["deploy", "-f", "json"]] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let ran = finish(tree.command(arguments).stdout(full));
        assert_eq!(ran.status, 2, "{arguments:?}");
        assert!(ran.err.contains("standard output cannot be written"), "{arguments:?}: {}", ran.err);
    }
}

#[test]
fn a_closed_pipe_ends_it_quietly() {
    let tree = tree();
    let audit = ["deploy"];
    let cases: [(&[&str], i32); 7] = [
        (&audit, 1),
        (&["deploy", "-f", "json"], 1),
        (&["rules"], 0),
        (&["explain", "secrets/strong"], 0),
        (&["schema"], 0),
        (&["completions", "bash"], 0),
        (&["--help"], 0),
    ];
    for (arguments, status) in cases {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let ran = finish(tree.command(arguments).stdout(writer));
        assert_eq!((ran.status, ran.err.as_str()), (status, ""), "{arguments:?}");
    }
}

#[test]
fn errors_go_to_standard_error_even_if_nobody_listens() {
    let tree = tree();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let ran = finish(tree.command(&["nowhere"]).stderr(writer));
    assert_eq!((ran.status, ran.out.as_str()), (2, ""));
}

#[test]
fn quiet_is_one_line_and_all_is_every_row() {
    let quiet = with(&[], &["deploy", "--quiet"]).out;
    assert_eq!(quiet.lines().count(), 1, "{quiet}");
    let all = with(&[], &["deploy", "--show", "all"]).out;
    assert!(all.contains("app has no owner label"), "{all}");
}

#[test]
fn json_is_as_the_schema_that_is_printed_says() {
    let tree = tree();
    let schema: serde_json::Value = serde_json::from_str(&tree.run(&["schema"]).out).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for arguments in [&["deploy"][..], &["--show", "all"], &["rules"], &["deploy", "--strict", "--fail-on", "never"]] {
        let ran = tree.run(&[&["audit", "-f", "json", "--as-of", "2026-11-20"], arguments].concat());
        let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        let errors: Vec<String> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{arguments:?}: {errors:#?}");
        assert_eq!(report["as_of"], "2026-11-20");
    }
}

#[test]
fn what_is_for_development_comes_last() {
    let service = |more: &str| format!("services:\n  app:\n    image: acme/app:latest\n{more}");
    let password = service("    environment: {DB_PASSWORD: kJ8v-2nQx.7Lw4Tz9Rb}\n");
    let tree = Tree::new(&[("a/compose.dev.yaml", &password), ("b/compose.yaml", &service(""))]);
    let ran = tree.run(&["--select", "secrets/plaintext,signing/image-pinned"]);
    let places: Vec<&str> = ran.out.lines().filter_map(|line| line.trim().split(':').next()).collect();
    let of = |file: &str| places.iter().position(|place| *place == file);
    assert!(ran.out.contains("HIGH (2)") && of("b/compose.yaml") < of("a/compose.dev.yaml"), "{}", ran.out);
}

#[test]
fn deployments_of_one_name_are_grouped_apart() {
    let service = "services:\n  db:\n    image: postgres:18.1\n";
    let tree = Tree::new(&[("shop/compose.yaml", service), ("shop/compose.dev.yaml", service)]);
    let ran = tree.run(&["--select", "hardening"]);
    for file in ["shop/compose.yaml:2", "shop/compose.dev.yaml:2"] {
        assert_eq!(ran.out.matches(file).count(), 1, "{}", ran.out);
    }
}
