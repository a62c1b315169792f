//! The quick reader against the full one.

use super::only;
use crate::helm::yaml::read::all_in_full;
use crate::helm::yaml::tree::{At, Data, Tree};
use crate::source::SourceId;
use proptest::prelude::*;

/// Everything about a tree, places included, a line for each node.
fn shown(tree: &Tree, path: &str, lines: &mut Vec<String>) {
    let at = |at: Option<At>| at.map_or(-1, |at| i64::from(at.offset));
    let data = match &tree.data {
        Data::Null => "null".to_owned(),
        Data::Bool(value) => value.to_string(),
        Data::Int(value) => value.to_string(),
        Data::Number(value) => format!("{value:?}"),
        Data::String(text, layout) => format!("{text:?} {layout:?}"),
        Data::List(items) => format!("{} items", items.len()),
        Data::Map(entries) => format!("{} entries", entries.len()),
    };
    lines.push(format!("{path} at {}: {data}", at(tree.at)));
    for (index, item) in tree.items().iter().enumerate() {
        shown(item, &format!("{path}[{index}]"), lines);
    }
    for (key, entry) in tree.as_map().into_iter().flat_map(|entries| entries.iter()) {
        shown(&entry.value, &format!("{path}/{key:?} at {}", at(entry.key_at)), lines);
    }
}

/// Whether the quick reader read the text; it has to answer what the full one does.
fn agrees(text: &str) -> bool {
    let Some(quick) = only(text, SourceId(0)) else { return false };
    let full = all_in_full(text, SourceId(0)).unwrap_or_else(|error| panic!("{} is wrong in {text:?}", error.message));
    assert_eq!(full.len(), 1, "documents in {text:?}");
    let (mut one, mut other) = (Vec::new(), Vec::new());
    shown(&quick, "", &mut one);
    shown(&full[0], "", &mut other);
    let differs = one.iter().zip(&other).find(|(one, other)| one != other);
    assert!(differs.is_none() && one.len() == other.len(), "{differs:?} in {text:?}");
    true
}

const USUAL: &str = r#"# A comment.
---
name: app # another
"quoted": "a \"b\" \\ c"
'single': 'it''s'
list:
- one
-   - nested
    - 2
- key: value
  empty:
nested:
    deep: {a: 1, "b": [x, 'y']}
    none: []
    - not: 1
"#;

#[test]
fn usual_texts_are_read() {
    let text = USUAL.replace("    - not: 1\n", "");
    assert!(agrees(&text));
    assert!(!agrees(USUAL));
    assert!(agrees("a: |\n  one\n\n    two\nb: |-\n    x\n\nc: |+\n  y\n\n# end\n"));
    assert!(agrees("description: first\n  second\n  third\nlist:\n  -\n    a\n  - b\n"));
    for other in ["a: &x 1", "a: *x", "a: !!str 1", "? a", "a: >\n  x\n", "a: 1\n---\nb: 1", "", "a", "a: [\n]"] {
        assert!(!agrees(other), "{other}");
    }
}

#[test]
fn texts_of_tables_are_read_the_same() {
    let lines = include_str!("../../../../tests/data/helm/yaml-read.jsonl").lines();
    let texts = lines.map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["text"].clone());
    assert!(texts.filter(|text| agrees(text.as_str().unwrap())).count() > 20);
}

const PIECES: [&str; 44] = [
    "a: 1",
    "b:",
    "- x",
    "- a: 1",
    "-",
    "# c",
    "",
    "c: |",
    "d: \"x\\\"y\"",
    "e: 'it''s'",
    "f: [a, \"b\"]",
    "g: {}",
    "h: x: y",
    "k: x # c",
    "y: null",
    "---",
    "l: |-",
    "m: |+",
    "true: no",
    "1: 0x1f",
    "n: - x",
    "o: &a x",
    "p: *a",
    "x",
    "k : v",
    "\"q\": 1",
    "'r': 1",
    "? k",
    "a: b:",
    "a: # c",
    "t: \tx",
    "u: \"x",
    "- - 1",
    "- |",
    "v: {a: b}",
    "w: [a,",
    "z: a #b",
    "<<: {a: 1}",
    "...",
    "é: ü",
    "-1: -",
    "{}",
    "- {a: 1}",
    "\u{85}: 1",
];

proptest! {
    #[test]
    fn any_lines_are_read_the_same(
        lines in prop::collection::vec((0_usize..5, prop::sample::select(PIECES.to_vec())), 1..12),
        is_cut: bool,
    ) {
        let lines: Vec<String> = lines.iter().map(|(indent, piece)| format!("{}{piece}", " ".repeat(*indent))).collect();
        agrees(&(lines.join("\n") + if is_cut { "" } else { "\n" }));
    }

    #[test]
    fn usual_texts_with_a_piece_elsewhere_are_read_the_same(from in 0_usize..230, length in 0_usize..12, to in 0_usize..230) {
        let mut text: Vec<char> = USUAL.chars().collect();
        let end = (from + length).min(text.len());
        let piece: Vec<char> = text.drain(from.min(end)..end).collect();
        let at = to.min(text.len());
        text.splice(at..at, piece);
        agrees(&text.into_iter().collect::<String>());
    }
}
