//! Properties of the parsers: they never panic, every span lies where it should, and JSON is read
//! as another parser reads it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use proptest::collection::vec;
use proptest::prelude::*;
use seaworthy::source::{Place, Severity, SourceId, Span};
use seaworthy::syntax::{Flavour, Limits, Node, Parsed, Resolved, Syntax, Value, decode, locate, parse};

const SYNTAXES: [Syntax; 8] = [
    Syntax::Yaml,
    Syntax::Json,
    Syntax::Toml,
    Syntax::Dotenv,
    Syntax::Ini,
    Syntax::Properties,
    Syntax::Postgres,
    Syntax::Directives,
];

const SEEDS: [(Syntax, &str); 9] = [
    (Syntax::Yaml, include_str!("../fixtures/syntax/everything.yaml")),
    (Syntax::Yaml, include_str!("../fixtures/syntax/broken.yaml")),
    (Syntax::Json, include_str!("../fixtures/syntax/everything.json")),
    (Syntax::Toml, include_str!("../fixtures/syntax/everything.toml")),
    (Syntax::Dotenv, include_str!("../fixtures/syntax/everything.env")),
    (Syntax::Ini, include_str!("../fixtures/syntax/everything.ini")),
    (Syntax::Properties, include_str!("../fixtures/syntax/everything.properties")),
    (Syntax::Postgres, include_str!("../fixtures/syntax/postgresql.conf")),
    (Syntax::Directives, include_str!("../fixtures/syntax/redis.conf")),
];

fn read(syntax: Syntax, text: &str) -> Parsed {
    parse(syntax, SourceId(7), text, &Limits::default())
}

fn check_span(span: Span, text: &str) {
    assert_eq!(span.source, SourceId(7));
    assert!(span.start <= span.end, "{span:?} ends before it begins");
    assert!(text.get(span.range()).is_some(), "{span:?} is no slice of {text:?}");
}

fn check_node(node: &Node, text: &str) {
    check_span(node.span, text);
    let within = |inner: &Node| {
        check_node(inner, text);
        let is_from_elsewhere = !inner.origins().is_empty();
        assert!(
            is_from_elsewhere || node.span.covers(inner.span),
            "{:?} is outside of {:?} in {text:?}",
            inner.span,
            node.span
        );
    };
    match &node.value {
        Value::Scalar(_) => {}
        Value::Sequence(items) => items.iter().for_each(within),
        Value::Mapping(mapping) => {
            for (at, entry) in mapping.entries.iter().enumerate() {
                if let Some(key) = entry.key.text() {
                    let is_repeated = mapping.entries[..at].iter().any(|other| other.key.text() == Some(key));
                    assert!(!is_repeated, "a key is there twice in {text:?}");
                }
                within(&entry.value);
                if entry.value.origins().is_empty() {
                    within(&entry.key);
                }
            }
        }
    }
}

fn check(syntax: Syntax, text: &str) -> Parsed {
    let parsed = read(syntax, text);
    for problem in &parsed.problems {
        match problem.place {
            Place::Span(span) => check_span(span, text),
            Place::Path(_) => panic!("a problem without a span"),
        }
    }
    for document in &parsed.documents {
        check_node(&document.root, text);
        for comment in document.comments.iter() {
            check_span(*comment, text);
            assert!(text[comment.range()].starts_with(['#', '/', ';', '!']), "{comment:?} is no comment in {text:?}");
        }
        for offset in 0..u32::try_from(text.len().min(64)).unwrap() {
            if let Some(located) = locate(&document.root, offset) {
                assert!(located.path.steps.len() <= Limits::default().depth + 1);
            }
        }
    }
    parsed
}

/// Pieces that grammars care about, so that random texts get past their first character.
fn fragment() -> impl Strategy<Value = String> {
    let pieces = [
        "a", "b: ", "- ", "\n", "\n  ", "\n    ", "\t", "\r\n", "? ", ": ", "{", "}", "[", "]", ", ", "\"", "'", "|",
        ">", "|-\n", ">+2\n", "&x ", "*x", "<<: ", "!!str ", "!reset ", "---\n", "...\n", "# c\n", "~", "é", "😀",
        "\\", "\\u00", "%", "@", "=", "$", "export ", "true", "1.5", "0x", "[[", "]]", ".", "\"\"\"", "\u{feff}", "\0",
        "//", "/*", "-",
    ];
    prop_oneof![8 => proptest::sample::select(pieces.to_vec()).prop_map(str::to_owned), 1 => any::<String>()]
}

/// A seed with bytes cut out, doubled or replaced.
fn mutated() -> impl Strategy<Value = (Syntax, String)> {
    let edits = vec((any::<prop::sample::Index>(), 0_usize..12, fragment()), 1..4);
    (proptest::sample::select(SEEDS.to_vec()), edits).prop_map(|((syntax, seed), edits)| {
        let mut characters: Vec<char> = seed.chars().collect();
        for (at, length, insert) in edits {
            let at = at.index(characters.len() + 1);
            let end = (at + length).min(characters.len());
            characters.splice(at..end, insert.chars());
        }
        (syntax, characters.into_iter().collect())
    })
}

/// JSON text with the white space of a person.
fn json_text() -> impl Strategy<Value = String> {
    let scalar = prop_oneof![
        proptest::sample::select(vec!["null", "true", "false", "0", "-1", "1.25", "2e3", "-0.5E-2"])
            .prop_map(str::to_owned),
        any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap()),
        proptest::sample::select(vec![r#""\/\u00e9\ud83d\ude00""#, r#""\b\f""#]).prop_map(str::to_owned),
    ];
    scalar.prop_recursive(4, 32, 6, |inner| {
        let space = proptest::sample::select(vec!["", " ", "\n\t", "\r\n"]);
        prop_oneof![
            (vec(inner.clone(), 0..6), space.clone())
                .prop_map(|(items, space)| format!("[{space}{}{space}]", items.join(&format!("{space},{space}")))),
            (vec(inner, 0..6), space).prop_map(|(values, space)| {
                let entries: Vec<_> =
                    values.iter().enumerate().map(|(at, value)| format!("\"k{at}\"{space}:{space}{value}")).collect();
                format!("{{{space}{}{space}}}", entries.join(&format!(",{space}")))
            }),
        ]
    })
}

fn to_json(node: &Node) -> serde_json::Value {
    match &node.value {
        Value::Sequence(items) => items.iter().map(to_json).collect(),
        Value::Mapping(mapping) => {
            mapping.entries.iter().map(|entry| (entry.name().to_owned(), to_json(&entry.value))).collect()
        }
        Value::Scalar(_) => match Flavour::Json.resolve(node).unwrap() {
            Resolved::Null => serde_json::Value::Null,
            Resolved::Boolean(value) => value.into(),
            Resolved::Integer(value) => value.into(),
            Resolved::Float(value) => value.into(),
            Resolved::String(text) => text.into(),
        },
    }
}

fn slices_read_alike(node: &Node, text: &str) {
    let slice = &text[node.span.range()];
    let again = read(Syntax::Json, slice);
    assert!(again.problems.is_empty());
    assert_eq!(to_json(&again.documents[0].root), to_json(node));
    node.items().iter().for_each(|item| slices_read_alike(item, text));
    for entry in node.entries() {
        slices_read_alike(&entry.key, text);
        slices_read_alike(&entry.value, text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn bytes_never_panic(bytes in vec(any::<u8>(), 0..200)) {
        let decoded = decode(&bytes, &Limits::default());
        for syntax in SYNTAXES {
            check(syntax, &decoded.text);
        }
    }

    #[test]
    fn fragments_never_panic(pieces in vec(fragment(), 0..40)) {
        let text = pieces.concat();
        for syntax in SYNTAXES {
            check(syntax, &text);
        }
    }

    #[test]
    fn mutations_never_panic((syntax, text) in mutated()) {
        check(syntax, &text);
    }

    #[test]
    fn json_is_what_it_is(text in json_text()) {
        let parsed = check(Syntax::Json, &text);
        prop_assert!(parsed.problems.is_empty(), "{:?} in {}", parsed.problems, text);
        let expected: serde_json::Value = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(to_json(&parsed.documents[0].root), expected);
        slices_read_alike(&parsed.documents[0].root, &text);
    }

    #[test]
    fn json_without_a_problem_is_json((syntax, text) in mutated()) {
        if syntax == Syntax::Json {
            let parsed = check(syntax, &text);
            let is_json = serde_json::from_str::<serde_json::Value>(&text).is_ok();
            if is_json {
                prop_assert!(parsed.problems.iter().all(|problem| problem.severity == Severity::Warning));
            }
            if parsed.problems.is_empty() && parsed.documents.len() == 1 {
                prop_assert!(is_json, "{}", text);
            }
        }
    }

    #[test]
    fn yaml_reads_json_as_json_does(text in json_text()) {
        // YAML forbids tabs in indentation and some characters that JSON allows.
        prop_assume!(!text.contains(['\t', '\u{feff}', '\u{85}', '\u{2028}', '\u{2029}', '\u{7f}']));
        prop_assume!(text.chars().all(|character| !character.is_control() || character == '\n' || character == '\r'));
        prop_assume!(text.starts_with(['[', '{']));
        let parsed = check(Syntax::Yaml, &text);
        if parsed.problems.is_empty() {
            let json = check(Syntax::Json, &text);
            prop_assert_eq!(to_json(&parsed.documents[0].root), to_json(&json.documents[0].root));
        }
    }
}

#[test]
fn the_seeds_are_read() {
    for (syntax, text) in SEEDS {
        let parsed = check(syntax, text);
        assert!(!parsed.documents.is_empty());
        if !text.contains("nowhere") {
            assert!(parsed.problems.is_empty(), "{:?}", parsed.problems);
        }
    }
}

#[test]
fn limits_are_reported() {
    let limits = Limits { bytes: 10, problems: 2, ..Limits::default() };
    for syntax in SYNTAXES {
        let parsed = parse(syntax, SourceId(0), &"a".repeat(11), &limits);
        assert!(parsed.documents.is_empty() && parsed.problems[0].message.contains("11 bytes"));
    }
    let limits = Limits { problems: 2, ..Limits::default() };
    let parsed = parse(Syntax::Yaml, SourceId(0), "[*a, *b, *c, *d]", &limits);
    assert_eq!(parsed.problems.len(), 3);
    assert!(parsed.problems[2].message.starts_with("2 more problems"));
}
