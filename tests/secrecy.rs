//! A password is planted in every place that a value can stand; nothing that comes out may hold it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use seaworthy::app::{Console, audit};
use seaworthy::engine;
use seaworthy::findings::Redactor;
use seaworthy::options::{Audit, Raw};
use seaworthy::project::{Inputs, assemble};
use seaworthy::rules::Ruleset;
use seaworthy::source::{Sources, Span};
use seaworthy::syntax::{self, Limits, Node, Syntax};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// The password. It looks like nothing in particular: no token shape, no long row of digits.
const PLANT: &str = "Tr0ub4dor-Zq8x";

/// Ways to write it down that would give it away as well.
fn traces() -> Vec<String> {
    vec![
        PLANT.to_owned(),
        PLANT.to_lowercase(),
        PLANT.chars().rev().collect(),
        // base64, padded and not, and as part of a longer text.
        "VHIwdWI0ZG9yLVpxOH".to_owned(),
        "RyMHViNGRvci1acTh".to_owned(),
        "UcjB1YjRkb3ItWnE4e".to_owned(),
        // MD5, SHA-1 and SHA-256 in hexadecimal; the first half of each.
        MD5.to_owned(),
        SHA1.to_owned(),
        SHA256.to_owned(),
        // Hexadecimal.
        "547230756234646f722d5a713878".to_owned(),
    ]
}

/// Another password of the same make: as long, and alike and unlike in the same places.
const OTHER: &str = "Wk3pf7muk-Hb2n";

/// Both in base64.
const PLANT64: &str = "VHIwdWI0ZG9yLVpxOHg=";
const OTHER64: &str = "V2szcGY3bXVrLUhiMm4=";

const MD5: &str = "683653c1a564645a";
const SHA1: &str = "4616223d40b0222b5711";
const SHA256: &str = "8ef32441bbff6fef33bc67f1203ec019";

/// Files in which `PLANT` stands wherever a value can stand.
const TREE: &[(&str, &str)] = &[
    ("compose/compose.yaml", include_str!("data/secrecy/tree/compose.yaml")),
    ("compose/.env", include_str!("data/secrecy/tree/dotenv")),
    ("compose/app.env", include_str!("data/secrecy/tree/app.env")),
    ("compose/app.toml", include_str!("data/secrecy/tree/app.toml")),
    ("compose/app.json", include_str!("data/secrecy/tree/app.json")),
    ("compose/override/docker-compose.yml", include_str!("data/secrecy/tree/broken-compose.yml")),
    ("whole/compose.yaml", include_str!("data/secrecy/tree/whole-compose.yaml")),
    ("whole/.env", include_str!("data/secrecy/tree/whole-dotenv")),
    ("whole/app.env", include_str!("data/secrecy/tree/app.env")),
    ("settings/compose.yaml", include_str!("data/secrecy/tree/settings-compose.yaml")),
    ("settings/.env", include_str!("data/secrecy/tree/settings-dotenv")),
    ("settings/app.ini", include_str!("data/secrecy/tree/settings.ini")),
    ("settings/app.properties", include_str!("data/secrecy/tree/settings.properties")),
    ("settings/redis.conf", include_str!("data/secrecy/tree/settings-redis.conf")),
    ("settings/postgresql.conf", include_str!("data/secrecy/tree/settings-postgresql.conf")),
    ("settings/token.txt", include_str!("data/secrecy/tree/settings-token.txt")),
    ("settings/app.toml", include_str!("data/secrecy/tree/app.toml")),
    ("settings/app.json", include_str!("data/secrecy/tree/app.json")),
    ("settings/kubernetes.yaml", include_str!("data/secrecy/tree/settings-kubernetes.yaml")),
    ("kubernetes/app.yaml", include_str!("data/secrecy/tree/kubernetes.yaml")),
    ("kubernetes/object.json", include_str!("data/secrecy/tree/kubernetes.json")),
    ("kubernetes/broken.yaml", include_str!("data/secrecy/tree/broken.yaml")),
];

fn planted(text: &str) -> String {
    text.replace("PLANT64", PLANT64).replace("PLANT", PLANT)
}

fn assert_clean(what: &str, output: &str) {
    for trace in traces() {
        if let Some(at) = output.find(&trace) {
            let start = output[..at].rfind('\n').map_or(0, |start| start + 1);
            let end = output[at..].find('\n').map_or(output.len(), |end| at + end);
            panic!("{what} gives {trace} away:\n{}", &output[start..end]);
        }
    }
}

#[test]
fn no_line_of_any_file_shows_it() {
    let sources = Sources::new();
    for (path, text) in TREE {
        sources.add(*path, planted(text));
    }
    let redactor = Redactor::new(&sources, &[]);
    for (id, source) in sources.all() {
        let mut start = 0;
        for line in source.expose().split_inclusive('\n') {
            for at in 0..line.len() {
                if line.is_char_boundary(at) {
                    let shown = redactor.line(Span::new(id, start + at, start + line.len())).unwrap();
                    assert_clean(&source.name, &shown.text);
                }
            }
            start += line.len();
        }
    }
    assert_clean("debug print", &format!("{sources:?} {redactor:?}"));
}

#[test]
fn each_file_alone_shows_it_neither() {
    // What is a secret only because another file says so cannot be known alone.
    for (path, text) in TREE.iter().filter(|(path, _)| *path != "settings/token.txt") {
        let sources = Sources::new();
        let id = sources.add(*path, planted(text));
        let redactor = Redactor::new(&sources, &[]);
        let source = sources.get(id);
        let mut start = 0;
        for line in source.expose().split_inclusive('\n') {
            let shown = redactor.line(Span::new(id, start, start + line.len())).unwrap();
            assert_clean(path, &shown.text);
            start += line.len();
        }
        assert_clean("a message", &redactor.text(&format!("service {PLANT} has {PLANT} in it")));
    }
}

/// Ways to ask for everything that can be said of a tree.
const OUTPUTS: &[&[&str]] = &[
    &[],
    &["--verbose", "--show", "all"],
    &["-f", "json", "--show", "all"],
    &["--quiet", "--strict"],
    &["--select", "secrets", "--verbose", "--color", "always"],
];

/// Files on disk, with `plant` where `PLANT` stands.
fn on_disk(files: &[(&str, &str)], plant: &str, plant64: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let full = folder.path().join(path);
        std::fs::create_dir_all(full.parent().unwrap()).unwrap();
        std::fs::write(full, text.replace("PLANT64", plant64).replace("PLANT", plant)).unwrap();
    }
    folder
}

/// Everything that the program says, on both of its streams.
fn said(folder: &Path, arguments: &[&str], input: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_seaworthy"));
    command.current_dir(folder).args(arguments).env_clear().env("COLUMNS", "200");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // Whoever does not ask for standard input does not read it.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    assert_ne!(output.status.code(), Some(101), "{arguments:?}");
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
}

#[test]
fn the_program_never_says_it() {
    let together = on_disk(TREE, PLANT, PLANT64);
    for arguments in OUTPUTS {
        let output = said(together.path(), arguments, "");
        assert!(output.contains("READY") || output.contains("\"exit_status\""), "{output}");
        assert_clean(&format!("all of it, {arguments:?}"), &output);
    }
    for (path, text) in TREE {
        let alone = on_disk(&[(*path, *text)], PLANT, PLANT64);
        for arguments in &OUTPUTS[1..3] {
            assert_clean(&format!("{path} alone, {arguments:?}"), &said(alone.path(), arguments, ""));
            let from_input = [arguments, &["-"][..]].concat();
            assert_clean(&format!("{path} as input"), &said(alone.path(), &from_input, &planted(text)));
        }
    }
    for arguments in
        [&["explain", "secrets/strong"][..], &["rules"], &["rules", "test", "compose"], &["--rules", "compose"]]
    {
        assert_clean(&format!("{arguments:?}"), &said(together.path(), arguments, ""));
    }
}

#[test]
fn a_password_on_the_command_line_or_in_a_named_file_is_not_said_either() {
    let compose = "services:\n  app:\n    image: acme/app:${TAG}\n    environment:\n      DB_PASSWORD: ${DB_PASSWORD}\n      \
                   MOTTO: ${MOTTO:-x}\n      URL: postgres://app:${DB_PASSWORD}@db/app\n";
    let variables = "DB_PASSWORD=PLANT\nMOTTO=PLANT\nTAG=1.0.0\nbroken PLANT\n";
    let folder = on_disk(&[("compose.yaml", compose), ("named/variables", variables)], PLANT, PLANT64);
    let (password, motto) = (format!("DB_PASSWORD={PLANT}"), format!("MOTTO={PLANT}"));
    for arguments in OUTPUTS {
        for inputs in [&["--env", &password, "--env", &motto][..], &["--env-file", "named/variables"]] {
            assert_clean(&format!("{inputs:?}"), &said(folder.path(), &[arguments, inputs].concat(), ""));
        }
    }
    for wrong in [PLANT.to_owned(), format!("={PLANT}"), format!("A B={PLANT}")] {
        assert_clean("a mistake", &said(folder.path(), &["--env", &wrong], ""));
    }
}

#[test]
fn what_is_said_does_not_depend_on_it() {
    // So no hash of it is in any output either, whatever it may be mixed with.
    let (one, other) = (on_disk(TREE, PLANT, PLANT64), on_disk(TREE, OTHER, OTHER64));
    for arguments in OUTPUTS {
        let (one, other) = (said(one.path(), arguments, ""), said(other.path(), arguments, ""));
        for (left, right) in one.lines().zip(other.lines()) {
            assert_eq!(left, right, "{arguments:?}");
        }
        assert_eq!(one, other, "{arguments:?}");
    }
}

#[test]
fn debug_prints_show_it_neither() {
    let folder = on_disk(TREE, PLANT, PLANT64);
    let inputs = Inputs { paths: vec![folder.path().to_path_buf()], ..Inputs::default() };
    let mut project = assemble(&inputs).unwrap();
    let ruleset = Ruleset::builtin().unwrap_or_default();
    engine::understand(&mut project, &ruleset);
    let platforms: Vec<&str> = project.stacks.iter().map(|stack| stack.platform.word()).collect();
    assert!(platforms.contains(&"compose") && platforms.contains(&"kubernetes"), "{platforms:?}");
    assert_clean("the project", &format!("{project:?}"));
    assert_clean("the findings", &format!("{:?}", engine::judge(&project.stacks, &ruleset)));
}

/// The values of a tree that stand on one line, as byte ranges.
fn values(node: &Node, text: &str, found: &mut Vec<std::ops::Range<usize>>) {
    if node.as_scalar().is_some() {
        let range = node.span.range();
        if text.get(range.clone()).is_some_and(|value| !value.is_empty() && !value.contains('\n')) {
            found.push(range);
        }
    }
    node.items().iter().for_each(|item| values(item, text, found));
    node.entries().iter().for_each(|entry| values(&entry.value, text, found));
}

/// The text with the password in the place of every fifth value, beginning with `first`.
fn with_password(text: &str, first: usize) -> String {
    let sources = Sources::new();
    let id = sources.add("fixture.yaml", text);
    let mut found = Vec::new();
    for document in syntax::parse(Syntax::Yaml, id, text, &Limits::default()).documents {
        values(&document.root, text, &mut found);
    }
    found.sort_by_key(|range| range.start);
    found.dedup();
    let mut changed = text.to_owned();
    for range in found.iter().skip(first).step_by(5).collect::<Vec<_>>().into_iter().rev() {
        changed.replace_range(range.clone(), &format!("\"{PLANT}\""));
    }
    changed
}

#[test]
fn wherever_a_value_can_stand_a_known_secret_is_not_said() {
    // That it is a secret is known from here; it is used everywhere else.
    let known = "apiVersion: v1\nkind: Secret\nmetadata: {name: known}\nstringData: {password: PLANT}\n";
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut runs = 0;
    for part in ["kubernetes", "shop"] {
        for entry in walkdir::WalkDir::new(fixtures.join(part)).sort_by_file_name() {
            let entry = entry.unwrap();
            if entry.path().extension().is_none_or(|end| end != "yaml") {
                continue;
            }
            let text = std::fs::read_to_string(entry.path()).unwrap();
            for first in 0..5 {
                let changed = with_password(&text, first);
                let name = entry.file_name().to_str().unwrap();
                let folder = on_disk(&[(name, &changed), ("known.yaml", known)], PLANT, PLANT64);
                let mut shown = Vec::new();
                let raw = Raw {
                    paths: vec![folder.path().to_path_buf()],
                    formats: vec!["table".to_owned(), format!("json={}/report", folder.path().display())],
                    show: vec!["all".to_owned()],
                    verbose: true,
                    ..Raw::default()
                };
                let asked = Audit::check(raw).ok().unwrap();
                let mut console = Console { out: &mut shown, colour: false, width: 100 };
                audit::audit(asked, &mut console).unwrap();
                let what = format!("{}, values from {first}", entry.path().display());
                assert_clean(&what, &String::from_utf8(shown).unwrap());
                assert_clean(&what, &std::fs::read_to_string(folder.path().join("report")).unwrap());
                runs += 1;
            }
        }
    }
    assert!(runs >= 50, "{runs}");
}
