//! The loop over the parser's events.

use super::anchors::{Anchors, Refused};
use super::build::{Built, Frame};
use super::message;
use super::place::{self, Target};
use super::recorded;
use crate::source::{Reason, SourceId, Span, Text};
use crate::syntax::limits::{Limits, Report};
use crate::syntax::tree::{Document, Node, Parsed, Provenance, Scalar, Style, Value};
use granit_parser::{Event, Options, Parser, ScalarStyle, StrInput, StructureStyle, Tag};
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

/// The namespace of YAML's own tags.
const CORE: &str = "tag:yaml.org,2002:";

/// Reads a text as YAML 1.2 with merge keys. A document that does not parse is a problem and is
/// left out; reading goes on at the next `---`. Documents in which nothing is written are left out
/// silently.
#[must_use]
pub fn parse(source: SourceId, text: &str, limits: &Limits) -> Parsed {
    let mut options = Options::default();
    options.emit_unresolved_aliases = true;
    options.flow_nesting_limit = limits.depth;
    options.block_nesting_limit = limits.depth;
    // Whole files of comments are common; the size of the text is the bound.
    options.max_buffered_comment_events = usize::MAX;
    let mut reader = Reader::new(source, text, limits);
    reader.run(Parser::new_from_str_with_options(text, options));
    reader.finish()
}

/// The same for a text whose events were [`recorded`] when the program was built.
#[must_use]
pub fn replay(source: SourceId, text: &str, mut events: &[u8], limits: &Limits) -> Parsed {
    let mut reader = Reader::new(source, text, limits);
    while let Some((event, at)) = recorded::next(&mut events) {
        reader.event(event, at);
    }
    reader.finish()
}

struct Reader<'t> {
    text: &'t str,
    limits: &'t Limits,
    report: Report,
    /// Whether it was told that aliases stand for too much.
    is_over_budget: bool,
    anchors: Anchors,
    stack: Vec<Frame>,
    root: Option<Node>,
    /// Where the last token ended whose end is known.
    cursor: usize,
    /// The document has to be given up.
    is_too_deep: bool,
    comments: Vec<Span>,
    documents: Vec<Document>,
}

impl<'t> Reader<'t> {
    fn new(source: SourceId, text: &'t str, limits: &'t Limits) -> Self {
        Self {
            text,
            limits,
            report: Report::new(source, limits),
            is_over_budget: false,
            anchors: Anchors::new(limits.alias_nodes),
            stack: Vec::new(),
            root: None,
            cursor: 0,
            is_too_deep: false,
            comments: Vec::new(),
            documents: Vec::new(),
        }
    }

    fn run(&mut self, mut parser: Parser<'t, StrInput<'t>>) {
        while let Some(event) = parser.next_event() {
            match event {
                Ok((event, span)) => {
                    self.event(event, span.byte_range().unwrap_or(self.cursor..self.cursor));
                    if !std::mem::take(&mut self.is_too_deep) {
                        continue;
                    }
                }
                Err(error) => {
                    let at = error.marker().byte_offset().unwrap_or(self.cursor).min(self.text.len());
                    self.report.error(at, at, message::describe(error.kind(), self.text, at));
                }
            }
            self.stack.clear();
            self.root = None;
            if !parser.proceed_next_document().unwrap_or(false) {
                return;
            }
        }
    }

    fn event(&mut self, event: Event<'_>, at: Range<usize>) {
        match event {
            Event::DocumentStart(..) => {
                self.anchors.next_document();
                self.stack.clear();
                self.root = None;
                self.cursor = self.cursor.max(at.start);
            }
            Event::DocumentEnd => self.end_document(),
            Event::Comment(..) => self.comments.push(self.report.span(at.start, at.end)),
            Event::Scalar(text, style, anchor, tag) => self.scalar(&text, style, anchor, tag, at),
            Event::Alias(anchor) => self.alias(anchor, at),
            Event::UnresolvedAlias(name) => {
                self.report.error(
                    at.start,
                    at.end,
                    format!("the alias `*{name}` has no anchor above it; define `&{name}` earlier in this document"),
                );
                self.without_value(at);
            }
            Event::SequenceStart(style, anchor, tag) => {
                let start = match style {
                    StructureStyle::Flow => at.start,
                    StructureStyle::Block => {
                        place::find(self.text, self.cursor, at.start, Target::FirstDash).unwrap_or(at.start)
                    }
                };
                self.cursor = self.cursor.max(start + 1);
                self.open(Frame::list(start, anchor, tag.map(name_of)));
            }
            Event::MappingStart(_, anchor, tag) => {
                self.cursor = self.cursor.max(at.end);
                self.open(Frame::map(at.start, anchor, tag.map(name_of)));
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(frame) = self.stack.pop() else { return };
                // The end of a block collection is empty and stands at the next token.
                let end = (!at.is_empty()).then_some(at.end);
                self.cursor = self.cursor.max(end.unwrap_or(0));
                let anchor = frame.anchor;
                let built = frame.close(end, &mut self.report);
                self.anchors.define(anchor, &built);
                let place = built.node.span;
                self.add(built, place);
            }
            _ => {}
        }
    }

    fn open(&mut self, frame: Frame) {
        if self.stack.len() >= self.limits.depth {
            // The parser counts brackets and indentation apart; together they may exceed the limit.
            self.report.error(frame.start, frame.start, message::too_deep());
            self.is_too_deep = true;
        }
        self.stack.push(frame);
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, anchor: usize, tag: Option<Cow<'_, Tag>>, at: Range<usize>) {
        let mut range = at;
        let mut text = text;
        let mut kind = match style {
            ScalarStyle::Plain => Style::Plain,
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Style::Quoted,
            ScalarStyle::Literal | ScalarStyle::Folded => Style::Block,
        };
        match kind {
            // An empty value arrives as `~`, at the colon or dash that it belongs to.
            Style::Plain if range.is_empty() => {
                text = "";
                if self.text.as_bytes().get(range.start) == Some(&b':') && !self.is_key_next() {
                    range = range.start + 1..range.start + 1;
                }
            }
            Style::Block => {
                text = self.without_added_break(text, &range);
                range = self.block_range(range);
            }
            Style::Plain | Style::Quoted => {}
        }
        let tag = tag.map(name_of);
        match tag.as_deref().map(|tag| tag.strip_prefix(CORE).unwrap_or(tag)) {
            Some("str" | "binary" | "!") if kind == Style::Plain => kind = Style::Quoted,
            Some("int" | "float" | "bool" | "null") => kind = Style::Plain,
            _ => {}
        }
        let span = self.report.span(range.start, range.end);
        let mut node = Node::new(span, Value::Scalar(Scalar { text: Text::from(text), style: kind }));
        node.tag = tag;
        self.cursor = self.cursor.max(range.end);
        let built = Built { node, end: range.end, weight: 1, height: 0 };
        self.anchors.define(anchor, &built);
        self.add(built, span);
    }

    fn is_key_next(&self) -> bool {
        self.stack.last().is_some_and(Frame::wants_key)
    }

    /// The parser ends every line of a block scalar, also one that the end of the text cuts off.
    fn without_added_break<'s>(&self, text: &'s str, at: &Range<usize>) -> &'s str {
        let is_cut = at.end >= self.text.len() && !self.text.ends_with(['\n', '\r']);
        let last_line = self.text.rsplit(['\n', '\r']).next().unwrap_or_default();
        if is_cut && !last_line.trim_matches([' ', '\t']).is_empty() {
            text.strip_suffix('\n').unwrap_or(text)
        } else {
            text
        }
    }

    /// From the `|` or `>` to the last character that is not blank.
    fn block_range(&self, content: Range<usize>) -> Range<usize> {
        let start =
            place::find(self.text, self.cursor, content.start + 1, Target::BlockScalar).unwrap_or(content.start);
        let written = self.text.get(start..content.end).unwrap_or_default();
        start..start + written.trim_end().len()
    }

    fn alias(&mut self, anchor: usize, at: Range<usize>) {
        let span = self.report.span(at.start, at.end);
        let room = self.limits.depth.saturating_sub(self.stack.len());
        match self.anchors.resolve(anchor, span, room) {
            Ok(built) => {
                self.cursor = self.cursor.max(at.end);
                self.add(built, span);
            }
            Err(refused) => self.refuse(refused, at),
        }
    }

    fn refuse(&mut self, refused: Refused, at: Range<usize>) {
        // Where one alias is too much, most that follow are.
        if refused != Refused::Budget || !std::mem::replace(&mut self.is_over_budget, true) {
            self.report.error(at.start, at.end, refused.message());
        }
        self.without_value(at);
    }

    /// An alias that names nothing stands for an unknown value.
    fn without_value(&mut self, at: Range<usize>) {
        let span = self.report.span(at.start, at.end);
        let mut node = Node::scalar(span, "", Style::Plain);
        let unknown = Some(Reason::Malformed { expected: "an alias of a value that stands above it".into() });
        node.provenance = Some(Arc::new(Provenance { origins: Vec::new(), unknown }));
        self.cursor = self.cursor.max(at.end);
        self.add(Built { node, end: at.end, weight: 1, height: 0 }, span);
    }

    fn add(&mut self, built: Built, place: Span) {
        match self.stack.last_mut() {
            Some(frame) => frame.add(built, place, self.limits, &mut self.report),
            None => self.root = Some(built.node),
        }
    }

    fn end_document(&mut self) {
        let Some(root) = self.root.take() else { return };
        let is_written = !(root.is_null() && root.span.start == root.span.end && root.tag.is_none());
        if is_written {
            let comments = self.take_comments();
            self.documents.push(Document { root, comments });
        }
    }

    /// The comments so far. Those behind a block scalar's indicator arrive late.
    fn take_comments(&mut self) -> Arc<[Span]> {
        self.comments.sort_by_key(|span| span.start);
        self.comments.drain(..).collect()
    }

    fn finish(mut self) -> Parsed {
        let rest = self.take_comments();
        if let Some(last) = self.documents.last_mut()
            && !rest.is_empty()
        {
            last.comments = last.comments.iter().chain(rest.iter()).copied().collect();
        }
        Parsed { documents: self.documents, problems: self.report.finish() }
    }
}

fn name_of(tag: Cow<'_, Tag>) -> Arc<str> {
    let (handle, suffix) = tag.parts();
    if handle.is_empty() { suffix.into() } else { format!("{handle}{suffix}").into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{OriginKind, Place, Severity};

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
        let step = &b.origins()[0];
        assert_eq!((step.kind, &text[step.span.unwrap().range()]), (OriginKind::Reference, "*x"));
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
        assert_eq!(&text[z.get("c").unwrap().origins()[0].span.unwrap().range()], "*y");
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
}
