//! The loop over the parser's events.

use super::anchors::{Anchors, Refused};
use super::build::{Built, Frame};
use super::message;
use super::place::{self, Target};
use super::recorded;
use crate::source::{Reason, SourceId, Span, Text};
use crate::syntax::limits::{Limits, Report};
use crate::syntax::shared;
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
        let text = if self.is_key_next() { shared::key(text) } else { Text::from(text) };
        let mut node = Node::new(span, Value::Scalar(Scalar { text, style: kind }));
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
