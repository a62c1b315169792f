//! A password is planted in every place that a value can stand; nothing that comes out may hold it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use seaworthy::findings::Redactor;
use seaworthy::source::{Sources, Span};

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
    ("kubernetes/app.yaml", include_str!("data/secrecy/tree/kubernetes.yaml")),
    ("kubernetes/object.json", include_str!("data/secrecy/tree/kubernetes.json")),
    ("kubernetes/broken.yaml", include_str!("data/secrecy/tree/broken.yaml")),
];

fn planted(text: &str) -> String {
    text.replace("PLANT64", "VHIwdWI0ZG9yLVpxOHg=").replace("PLANT", PLANT)
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
    for (path, text) in TREE {
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
