//! What is read of YAML, with its places.

use super::parse;
use crate::source::{OriginKind, Place, Severity, SourceId};
use crate::syntax::limits::Limits;
use crate::syntax::tree::{Node, Parsed, Style};

fn parsed(text: &str) -> Parsed {
    parse(SourceId(0), text, &Limits::default())
}

fn root(text: &str) -> Node {
    let parsed = parsed(text);
    assert!(parsed.problems.is_empty(), "{:?}", parsed.problems);
    parsed.documents.into_iter().next().unwrap().root
}

/// Every scalar with its text and the slice that its span covers, in order.
fn scalars(text: &str) -> Vec<(String, String)> {
    fn walk(node: &Node, text: &str, into: &mut Vec<(String, String)>) {
        if let Some(scalar) = node.text() {
            into.push((scalar.to_owned(), text[node.span.range()].to_owned()));
        }
        for entry in node.entries() {
            walk(&entry.key, text, into);
            walk(&entry.value, text, into);
        }
        node.items().iter().for_each(|item| walk(item, text, into));
    }
    let mut found = Vec::new();
    walk(&root(text), text, &mut found);
    found
}

fn pair(text: &str, slice: &str) -> (String, String) {
    (text.to_owned(), slice.to_owned())
}

fn message_at(text: &str) -> (usize, String) {
    let problem = parsed(text).problems.into_iter().next().unwrap();
    let Place::Span(span) = problem.place else { panic!("no span") };
    (span.start as usize, problem.message)
}

#[test]
fn spans_cover_what_is_written() {
    let text = "a: 1\nb: \"x\\ty\"\nc: 'q'\nd: |- # note\n  one\n  two\n\ne: !!str >\n\n  x\nf: {é: ü, l: [1]}\n";
    let expected = [
        pair("a", "a"),
        pair("1", "1"),
        pair("b", "b"),
        pair("x\ty", "\"x\\ty\""),
        pair("c", "c"),
        pair("q", "'q'"),
        pair("d", "d"),
        pair("one\ntwo", "|- # note\n  one\n  two"),
        pair("e", "e"),
        pair("\nx\n", ">\n\n  x"),
        pair("f", "f"),
        pair("é", "é"),
        pair("ü", "ü"),
        pair("l", "l"),
        pair("1", "1"),
    ];
    assert_eq!(scalars(text), expected);
    let tree = root(text);
    assert_eq!(&text[tree.get("f").unwrap().span.range()], "{é: ü, l: [1]}");
    assert_eq!(tree.span.end as usize, text.len() - 1);
}

#[test]
fn lists_begin_at_their_first_dash() {
    for text in ["k:\n- - a\n  - b\n", "k: # - no\n  - - a\n    - b\n", "k: &x\n- - a\n  - b\n"] {
        let tree = root(text);
        let list = tree.get("k").unwrap();
        let slice = &text[list.span.range()];
        assert!(slice.starts_with("- - a") && slice.ends_with("- b"), "{slice}");
    }
    let text = "k:\n- |\n  x\n- y\n";
    assert_eq!(scalars(text)[1], pair("x\n", "|\n  x"));
}

#[test]
fn an_empty_value_is_plain_and_stands_behind_the_colon() {
    let tree = root("a:\nb: ~\nc: {d: , e}\n");
    let value = tree.get("a").unwrap();
    assert_eq!((value.text(), value.span.start, value.span.end), (Some(""), 2, 2));
    assert_eq!(tree.get("b").unwrap().text(), Some("~"));
    assert!(tree.at(&["c", "d"]).unwrap().is_null() && tree.at(&["c", "e"]).unwrap().is_null());
}

#[test]
fn a_block_scalar_cut_off_by_the_end_gains_no_line_break() {
    assert_eq!(root("a: |\n  x").get("a").unwrap().text(), Some("x"));
    assert_eq!(root("a: |\n  x\n  ").get("a").unwrap().text(), Some("x\n"));
    assert_eq!(root("a: |\n  x\n").get("a").unwrap().text(), Some("x\n"));
    assert_eq!(root("a: |\n\n").get("a").unwrap().text(), Some(""));
}

#[test]
fn many_comments_are_kept() {
    let text = format!("# head\na: 1 # side\n{}b: 2\n# tail\n", "  # more\n".repeat(500));
    let parsed = parsed(&text);
    assert!(parsed.problems.is_empty());
    let comments = &parsed.documents[0].comments;
    assert_eq!(comments.len(), 503);
    assert!(comments.iter().all(|span| text[span.range()].starts_with('#')));
    assert!(comments.windows(2).all(|pair| pair[0].start < pair[1].start));
}

#[test]
fn the_other_documents_survive() {
    for broken in ["a: [1, 2", "a: 'x", "a: \"x", "a:\n\tb: c", "a: b: c", "- a\nb: c", "a: @x", "}"] {
        let text = format!("first: 1\n---\n{broken}\n---\nlast: 1\n---\n");
        let parsed = parsed(&text);
        assert_eq!(parsed.documents.len(), 2, "{broken}");
        assert!(parsed.documents[1].root.get("last").is_some());
        assert_eq!(parsed.problems.len(), 1);
        assert_eq!(parsed.problems[0].severity, Severity::Error);
    }
}

#[test]
fn problems_say_what_to_do() {
    let (at, message) = message_at("a:\n\tb: c\n");
    assert!(at == 4 && message.contains("use spaces"), "{at} {message}");
    let (at, message) = message_at("a: [1, 2\n");
    assert!(at == 3 && message.contains("`[` is never closed"), "{at} {message}");
    let (at, message) = message_at("a:\n  b: 1\n c: 2\n");
    assert!(at == 11 && message.contains("indented differently"), "{at} {message}");
    let (_, message) = message_at("a: %x {{ y }}\n");
    assert!(message.contains("render it first"), "{message}");
    let (at, message) = message_at("a: *b\n");
    assert!(at == 3 && message.contains("define `&b`"), "{at} {message}");
}

#[test]
fn aliases_are_values_with_a_step() {
    let text = "a: &x {k: v}\nb: *x\nc: [*x]\n";
    let tree = root(text);
    let b = tree.get("b").unwrap();
    assert_eq!(&text[b.span.range()], "{k: v}");
    let way = b.origins().iter().map(|step| (step.kind, &text[step.span.unwrap().range()]));
    assert_eq!(way.collect::<Vec<_>>(), [(OriginKind::Literal, "{k: v}"), (OriginKind::Reference, "*x")]);
    assert!(tree.get("a").unwrap().origins().is_empty());
    assert_eq!(&text[tree.get("c").unwrap().span.range()], "[*x]");
}

#[test]
fn what_an_alias_cannot_name_is_unknown() {
    for (text, said) in [("a: &x [*x]\n", "never end"), ("a: *x\n", "no anchor"), ("<<: *x\na: 1\n", "no anchor")] {
        let parsed = parsed(text);
        assert_eq!(parsed.problems.len(), 1, "{text}");
        assert!(parsed.problems[0].message.contains(said));
        assert_eq!(parsed.documents.len(), 1);
    }
    let tree = &parsed("a: *x\n").documents[0].root;
    assert!(tree.get("a").unwrap().provenance.as_ref().unwrap().unknown.is_some());
}

#[test]
fn expansion_and_depth_are_bounded() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..9 {
        let alias = format!("*a{}", level - 1);
        bomb += &format!("a{level}: &a{level} [{}]\n", vec![alias; 10].join(", "));
    }
    let problems = parsed(&bomb).problems;
    assert!(problems.iter().any(|problem| problem.message.contains("more values than")), "{problems:?}");
    assert!(problems.len() <= 51);

    let mut deep = "a0: &a0 x\n".to_owned();
    for level in 1..300 {
        deep += &format!("a{level}: &a{level} [*a{}]\n", level - 1);
    }
    assert!(parsed(&deep).problems[0].message.contains("nest deeper"));

    let mixed = ["- ".repeat(150), "[".repeat(150), "]".repeat(150), "\n---\nb: 1\n".to_owned()].concat();
    let parsed = parsed(&mixed);
    assert!(parsed.problems[0].message.contains("nest deeper"));
    assert_eq!(parsed.documents.len(), 1);
}

#[test]
fn merge_keys_add_what_is_not_written() {
    let text = "x: &x {a: 1, b: 2}\ny: &y {b: 3, c: 4}\nz:\n  <<: [*x, *y]\n  a: 0\nw: {<<: {d: 5}}\n";
    let tree = root(text);
    let z = tree.get("z").unwrap();
    let entries: Vec<_> = z.entries().iter().map(|entry| (entry.name(), entry.value.text().unwrap())).collect();
    assert_eq!(entries, [("a", "0"), ("b", "2"), ("c", "4")]);
    let way = z.get("c").unwrap().origins().iter().map(|step| &text[step.span.unwrap().range()]);
    assert_eq!(way.collect::<Vec<_>>(), ["4", "*y"]);
    assert!(z.get("a").unwrap().origins().is_empty());
    assert_eq!(tree.at(&["w", "d"]).unwrap().text(), Some("5"));
    assert!(message_at("a: {<<: 1}\n").1.contains("merges mappings"));
    assert_eq!(scalars("\"<<\": 1\n")[0].0, "<<");
}

#[test]
fn duplicate_keys_are_told_and_the_last_wins() {
    let parsed = parsed("a: 1\nb: 2\na: 3\n");
    assert_eq!(parsed.problems[0].severity, Severity::Warning);
    assert!(parsed.problems[0].message.contains("`a`"));
    assert_eq!(parsed.documents[0].root.get("a").unwrap().text(), Some("3"));
    let many: String = (0..100).map(|key| format!("k{key}: 1\n")).collect::<String>() + "k50: 2\n";
    let limits = Limits { duplicate_keys: Severity::Error, ..Limits::default() };
    let parsed = parse(SourceId(0), &many, &limits);
    assert_eq!((parsed.problems.len(), parsed.problems[0].severity), (1, Severity::Error));
    assert_eq!(parsed.documents[0].root.entries().len(), 100);
}

#[test]
fn tags_are_kept_and_core_tags_decide_the_type() {
    let tree = root("a: !reset null\nb: !!str 1\nc: !!int \"5\"\nd: ! x\ne: !override\n  - 1\nf: !!str\n");
    let style = |key: &str| tree.get(key).unwrap().as_scalar().unwrap().style;
    assert_eq!(tree.get("a").unwrap().tag.as_deref(), Some("!reset"));
    assert_eq!(tree.get("b").unwrap().tag.as_deref(), Some("tag:yaml.org,2002:str"));
    assert_eq!(
        [style("a"), style("b"), style("c"), style("d")],
        [Style::Plain, Style::Quoted, Style::Plain, Style::Quoted]
    );
    assert_eq!(tree.get("e").unwrap().tag.as_deref(), Some("!override"));
    assert!(!tree.get("f").unwrap().is_null());
}

#[test]
fn line_breaks_and_marks_of_windows() {
    let text = "\u{feff}a:\r\n  - b\r\n  - |\r\n    x\r\n    y\r\n";
    assert_eq!(scalars(text), [pair("a", "a"), pair("b", "b"), pair("x\ny\n", "|\r\n    x\r\n    y")]);
}

#[test]
fn empty_documents_are_no_documents() {
    for text in ["", "# only\n", "---\n---\n", "---\n# c\n...\n"] {
        let parsed = parsed(text);
        assert!(parsed.documents.is_empty() && parsed.problems.is_empty(), "{text:?}");
    }
    assert_eq!(parsed("---\nnull\n").documents.len(), 1);
}
