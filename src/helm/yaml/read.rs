//! Reads YAML 1.1 as go-yaml v2 and the conversion to JSON behind it do: into a tree of JSON types
//! in which every key and value knows its place in the text.

use super::number;
use super::plain::{self, Plain};
use super::quick;
use super::tree::{At, Data, Entry, Layout, Table, Tree};
use crate::source::encoding::from_base64;
use crate::source::{Problem, SourceId, Span};
use granit_parser::{Event, Options, Parser, ScalarStyle, Tag};
use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

/// The most values that one document may stand for, aliases followed.
const MAX_VALUES: usize = 250_000;
/// How deep lists and maps may nest.
const MAX_DEPTH: usize = 200;

/// Why a text is not YAML for Helm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadError {
    /// Byte offset where it was noticed.
    pub offset: usize,
    /// What is wrong, in go-yaml's words where they are known; never with a value.
    pub message: String,
}

impl ReadError {
    fn new(offset: usize, message: impl Into<String>) -> Self {
        Self { offset, message: message.into() }
    }

    /// The error as a problem of the source that was read.
    #[must_use]
    pub fn problem(&self, source: SourceId) -> Problem {
        let span = Span::new(source, self.offset, self.offset);
        Problem::error(span, format!("Helm cannot read this as YAML: {}.", self.message))
    }
}

/// Reads the first document; an empty text is null.
///
/// # Errors
/// If the text is not YAML, or what Helm cannot turn into JSON.
pub fn first(text: &str, source: SourceId) -> Result<Tree, ReadError> {
    quick::only(text, source).map_or_else(|| first_in_full(text, source), Ok)
}

/// The first document, by the whole grammar of YAML.
fn first_in_full(text: &str, source: SourceId) -> Result<Tree, ReadError> {
    let mut reader = Reader::new(text, source);
    Ok(reader.document()?.unwrap_or(Tree { at: None, data: Data::Null }))
}

/// Reads all documents.
///
/// # Errors
/// If one of them is not YAML, or what Helm cannot turn into JSON.
pub fn all(text: &str, source: SourceId) -> Result<Vec<Tree>, ReadError> {
    if let Some(tree) = quick::only(text, source) {
        return Ok(vec![tree]);
    }
    all_in_full(text, source)
}

/// All documents, by the whole grammar of YAML.
pub(super) fn all_in_full(text: &str, source: SourceId) -> Result<Vec<Tree>, ReadError> {
    let mut reader = Reader::new(text, source);
    let mut documents = Vec::new();
    while let Some(document) = reader.document()? {
        documents.push(document);
    }
    Ok(documents)
}

struct Reader<'t> {
    text: &'t str,
    source: SourceId,
    parser: Parser<'t, granit_parser::StrInput<'t>>,
    /// The values of anchors and how many values they stand for, by the parser's numbers.
    anchors: BTreeMap<usize, (Tree, usize)>,
    budget: usize,
}

/// A collection that is not closed yet.
struct Frame {
    start: usize,
    anchor: usize,
    /// Values in it so far, aliases followed.
    count: usize,
    shape: Shape,
}

enum Shape {
    List(Vec<Tree>),
    Map { entries: Table, key: Option<Key> },
}

enum Key {
    Name(Rc<str>, Option<At>),
    Merge,
}

/// A finished value: what it is, and for a plain scalar as a key its text.
struct Done {
    tree: Tree,
    start: usize,
    count: usize,
    /// What the value is called when it is a key; `Err` says why it cannot be one.
    name: Result<Key, &'static str>,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str, source: SourceId) -> Self {
        let mut options = Options::default();
        options.set_emit_comments(false);
        options.flow_nesting_limit = MAX_DEPTH;
        options.block_nesting_limit = MAX_DEPTH;
        let parser = Parser::new_from_str_with_options(text, options);
        Self { text, source, parser, anchors: BTreeMap::new(), budget: MAX_VALUES }
    }

    /// The next document, or `None` at the end.
    fn document(&mut self) -> Result<Option<Tree>, ReadError> {
        let mut stack: Vec<Frame> = Vec::new();
        let mut root: Option<Tree> = None;
        loop {
            let Some(event) = self.parser.next_event() else { return Ok(root) };
            let (event, span) = event
                .map_err(|error| ReadError::new(error.marker().byte_offset().unwrap_or(0), error.info().to_string()))?;
            let place = span.byte_range().unwrap_or(0..0);
            let start = place.start;
            let done = match event {
                Event::StreamEnd => return Ok(root),
                Event::DocumentStart(_, version) => {
                    if version.is_some_and(|version| (version.major, version.minor) != (1, 1)) {
                        return Err(ReadError::new(start, "found incompatible YAML document"));
                    }
                    self.anchors.clear();
                    continue;
                }
                Event::DocumentEnd => return Ok(Some(root.unwrap_or(Tree { at: self.at(start), data: Data::Null }))),
                Event::Scalar(text, style, anchor, tag) => {
                    let done = self.scalar(&text, style, tag.as_deref(), place)?;
                    if anchor > 0 {
                        self.anchors.insert(anchor, (done.tree.clone(), done.count));
                    }
                    done
                }
                Event::Alias(anchor) => self.alias(anchor, start)?,
                Event::SequenceStart(_, anchor, _) => {
                    open(&mut stack, Frame { start, anchor, count: 1, shape: Shape::List(Vec::new()) })?;
                    continue;
                }
                Event::MappingStart(_, anchor, _) => {
                    let shape = Shape::Map { entries: Table::new(), key: None };
                    open(&mut stack, Frame { start, anchor, count: 1, shape })?;
                    continue;
                }
                Event::SequenceEnd | Event::MappingEnd => match stack.pop() {
                    Some(frame) => self.close(frame),
                    None => continue,
                },
                _ => continue,
            };
            match stack.last_mut() {
                Some(frame) => frame.add(done)?,
                None => root = Some(done.tree),
            }
        }
    }

    fn at(&self, offset: usize) -> Option<At> {
        Some(At { source: self.source, offset: u32::try_from(offset).unwrap_or(u32::MAX) })
    }

    fn close(&mut self, frame: Frame) -> Done {
        let data = match frame.shape {
            Shape::List(items) => Data::List(items.into()),
            Shape::Map { entries, .. } => Data::Map(Rc::new(entries)),
        };
        let tree = Tree { at: self.at(frame.start), data };
        if frame.anchor > 0 {
            self.anchors.insert(frame.anchor, (tree.clone(), frame.count));
        }
        Done { tree, start: frame.start, count: frame.count, name: Err("invalid map key: a list or a map") }
    }

    fn alias(&mut self, anchor: usize, start: usize) -> Result<Done, ReadError> {
        let Some((tree, count)) = self.anchors.get(&anchor) else {
            return Err(ReadError::new(start, "an anchor's value contains itself"));
        };
        self.budget = self
            .budget
            .checked_sub(*count)
            .ok_or_else(|| ReadError::new(start, "document contains excessive aliasing"))?;
        let name = match &tree.data {
            Data::Null => Err(NULL_KEY),
            Data::Bool(value) => Ok(value.to_string().into()),
            Data::Int(value) => Ok(value.to_string().into()),
            Data::Number(value) if value.fract() == 0.0 => Ok(format!("{value:.0}").into()),
            Data::Number(value) => Ok(float_key(*value).into()),
            Data::String(text, _) => Ok(text.clone()),
            Data::List(_) | Data::Map(_) => Err("invalid map key: a list or a map"),
        };
        Ok(Done { tree: tree.clone(), start, count: *count, name: name.map(|name| Key::Name(name, self.at(start))) })
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        tag: Option<&Tag>,
        place: Range<usize>,
    ) -> Result<Done, ReadError> {
        let start = place.start;
        let plain = style == ScalarStyle::Plain;
        // The parser gives an empty plain scalar as `~`.
        let text = if plain && text == "~" && !self.text[start..].starts_with('~') { "" } else { text };
        let core = tag.and_then(|tag| tag.suffix_in_namespace("tag:yaml.org,2002:"));
        let core = core.as_deref();
        let resolved = match (core, tag) {
            (None, None) if plain => plain::resolve(text),
            (None, _) | (Some("str" | "binary"), _) => Plain::String,
            (Some(kind), _) => plain::tagged(kind, plain::resolve(text))
                .ok_or_else(|| ReadError::new(start, format!("cannot decode !!str as a !!{kind}")))?,
        };
        let named = |name: &str| Ok(Key::Name(name.into(), self.at(start)));
        let (data, name) = match resolved {
            Plain::Null => (Data::Null, Err(NULL_KEY)),
            Plain::Bool(value) => (Data::Bool(value), named(if value { "true" } else { "false" })),
            Plain::Int(value) => (Data::Number(value as f64), named(&value.to_string())),
            Plain::Unsigned(value) => (Data::Number(value as f64), Err("unsupported map key of type: uint64")),
            Plain::Float(value) if !value.is_finite() => {
                return Err(ReadError::new(
                    start,
                    "json: unsupported value: a number that is infinite or not a number",
                ));
            }
            Plain::Float(value) => (Data::Number(value), named(&float_key(value))),
            Plain::Merge => (Data::String("<<".into(), Layout::Flow), Ok(Key::Merge)),
            Plain::Timestamp | Plain::String => {
                let text: Rc<str> = match core {
                    Some("binary") => match from_base64(text) {
                        Ok(bytes) => String::from_utf8_lossy(&bytes).into(),
                        Err(_) => return Err(ReadError::new(start, "!!binary value contains invalid base64 data")),
                    },
                    _ => self.block_text(text, style, place.end).into(),
                };
                let layout = if style == ScalarStyle::Literal { Layout::Lines } else { Layout::Flow };
                (Data::String(text.clone(), layout), Ok(Key::Name(text, self.at(start))))
            }
        };
        Ok(Done { tree: Tree { at: self.at(start), data }, start, count: 1, name })
    }

    /// The parser adds a line break to a block scalar that the end of the text cuts off.
    fn block_text<'s>(&self, text: &'s str, style: ScalarStyle, end: usize) -> &'s str {
        let is_block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
        let is_cut = is_block && end >= self.text.len() && !self.text.ends_with('\n');
        if is_cut { text.strip_suffix('\n').unwrap_or(text) } else { text }
    }
}

const NULL_KEY: &str = "unsupported map key of type: %!s(<nil>)";

fn open(stack: &mut Vec<Frame>, frame: Frame) -> Result<(), ReadError> {
    if stack.len() >= MAX_DEPTH {
        return Err(ReadError::new(frame.start, format!("lists and maps nest deeper than {MAX_DEPTH}")));
    }
    stack.push(frame);
    Ok(())
}

impl Frame {
    fn add(&mut self, done: Done) -> Result<(), ReadError> {
        self.count += done.count;
        let start = done.start;
        match &mut self.shape {
            Shape::List(items) => items.push(done.tree),
            Shape::Map { entries, key } => match key.take() {
                None => *key = Some(done.name.map_err(|message| ReadError::new(start, message))?),
                Some(Key::Name(name, key_at)) => {
                    entries.insert(name, Entry { key_at, value: done.tree });
                }
                Some(Key::Merge) => merge(entries, &done.tree).map_err(|message| ReadError::new(start, message))?,
            },
        }
        Ok(())
    }
}

/// `<<`: what is merged overwrites what stands before it, as go-yaml v2 has it; of a list of maps
/// the earlier ones win.
fn merge(entries: &mut Table, from: &Tree) -> Result<(), &'static str> {
    const REFUSED: &str = "map merge requires map or sequence of maps as the value";
    match &from.data {
        Data::Map(merged) => {
            entries.extend(merged.iter().map(|(name, entry)| (name.clone(), entry.clone())));
            Ok(())
        }
        Data::List(items) => {
            for item in items.iter().rev() {
                let Data::Map(merged) = &item.data else { return Err(REFUSED) };
                entries.extend(merged.iter().map(|(name, entry)| (name.clone(), entry.clone())));
            }
            Ok(())
        }
        _ => Err(REFUSED),
    }
}

/// A float as a key has 32 bits.
fn float_key(value: f64) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "the conversion to JSON does so")]
    let narrow = value as f32;
    number::general_narrow(narrow, 6)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::helm::yaml::json;

    #[test]
    fn texts_read_as_helm_reads_them() {
        let mut wrong = Vec::new();
        for line in include_str!("../../../tests/data/helm/yaml-read.jsonl").lines() {
            let case: serde_json::Value = serde_json::from_str(line).unwrap();
            let text = case["text"].as_str().unwrap();
            let answer = first(text, SourceId(0))
                .map_or_else(|_| "error".to_owned(), |tree| json::compact(&tree, json::Escape::None));
            if answer != case["json"].as_str().unwrap() {
                wrong.push(format!("{text:?}: {answer} instead of {}", case["json"]));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn places_are_those_of_the_text() {
        let text = "a: 1\nb:\n  c: [x, 'y']\n  d: |\n    one\n    two\n";
        let Data::Map(top) = first(text, SourceId(0)).unwrap().data else { panic!() };
        let Data::Map(inner) = &top["b"].value.data else { panic!() };
        let Data::List(items) = &inner["c"].value.data else { panic!() };
        let behind = |at: Option<At>| &text[at.unwrap().offset as usize..];
        assert!(behind(items[1].at).starts_with("'y'"));
        assert!(behind(inner["d"].key_at).starts_with("d: |"));
        assert!(behind(inner["d"].value.at).trim_start().starts_with("one"));
    }

    #[test]
    fn alias_bombs_and_deep_texts_are_refused() {
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let previous = format!("*a{}, ", level - 1).repeat(10);
            bomb.push_str(&format!("a{level}: &a{level} [{previous}]\n"));
        }
        assert!(first(&bomb, SourceId(0)).is_err());
        assert!(first(&"[".repeat(10_000), SourceId(0)).is_err());
        assert!(first(&"- ".repeat(10_000), SourceId(0)).is_err());
        assert!(first("a: &a [*a]", SourceId(0)).is_err());
    }
}
