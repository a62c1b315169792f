//! From the parts of rendered texts to chains of places.

use super::template::engine::Frame;
use super::value::bytes::is_smuggled;
use super::value::{Origin, OriginSource, Part, Site};
use super::yaml::tree::{At, Data, Tree};
use crate::source::origin::{Origin as Link, OriginKind, OriginMap, Segment};
use crate::source::{Sources, Span};
use hashbrown::HashMap;
use std::rc::Rc;
use std::sync::Arc;

/// How many calls a chain shows beside the place itself.
const MAX_CALLS: usize = 4;

type Key = (Option<(At, u32, bool)>, Option<(Span, u32)>, bool);

/// How a value is found from the one that holds it.
enum Step {
    Key(Rc<str>),
    Index(usize),
}

/// Makes chains; equal ones are shared.
pub struct Chains<'a> {
    sources: &'a Sources,
    /// Places of values, with the index of what leads there in `steps`.
    names: HashMap<At, usize>,
    /// Ways to values: the index of the outer one, and the step from there.
    steps: Vec<(Option<usize>, Step)>,
    known: HashMap<Key, Arc<[Link]>>,
    /// Paths that were put together already.
    shown: HashMap<usize, Arc<str>>,
    /// Room for a chain while it is made.
    links: Vec<Link>,
}

impl<'a> Chains<'a> {
    /// Chains that name values by their path in `values`.
    #[must_use]
    pub fn new(sources: &'a Sources, values: &Tree) -> Self {
        let (names, steps) = (HashMap::new(), Vec::new());
        let mut chains =
            Self { sources, names, steps, known: HashMap::new(), shown: HashMap::new(), links: Vec::new() };
        chains.name(values, None, 0);
        chains
    }

    /// Notes the places of a value and of all that it holds.
    fn name(&mut self, tree: &Tree, way: Option<usize>, depth: usize) {
        // A list or map begins where its first item does, and the place is that one's.
        let is_leaf = tree.items().is_empty() && tree.as_map().is_none_or(|table| table.is_empty());
        if let (Some(at), Some(way), true) = (tree.at, way, is_leaf) {
            self.names.entry(at).or_insert(way);
        }
        if depth > MAX_DEPTH {
            return;
        }
        match &tree.data {
            Data::Map(table) => {
                for (key, entry) in table.iter() {
                    let inner = self.step(way, Step::Key(key.clone()));
                    if let Some(at) = entry.key_at {
                        self.names.entry(at).or_insert(inner);
                    }
                    self.name(&entry.value, Some(inner), depth + 1);
                }
            }
            Data::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    let inner = self.step(way, Step::Index(index));
                    self.name(item, Some(inner), depth + 1);
                }
            }
            _ => {}
        }
    }

    fn step(&mut self, way: Option<usize>, step: Step) -> usize {
        self.steps.push((way, step));
        self.steps.len() - 1
    }

    /// The path of a value, keys between dots.
    fn path(&mut self, way: usize) -> Arc<str> {
        if let Some(shown) = self.shown.get(&way) {
            return shown.clone();
        }
        let mut ways = Vec::new();
        let mut next = Some(way);
        while let Some((outer, step)) = next.and_then(|way| self.steps.get(way)) {
            ways.push(step);
            next = *outer;
        }
        let mut path = String::new();
        for step in ways.into_iter().rev() {
            match step {
                Step::Key(key) if path.is_empty() => path.push_str(key),
                Step::Key(key) => path.extend([".", key]),
                Step::Index(index) => path.push_str(&format!("[{index}]")),
            }
        }
        let path: Arc<str> = path.into();
        self.shown.insert(way, path.clone());
        path
    }

    /// The map of a text.
    #[must_use]
    pub fn map(&mut self, parts: &[Part], frames: &[Frame]) -> OriginMap {
        let segment = |part: &Part| Segment { start: part.start, chain: self.chain(part, frames) };
        OriginMap { segments: parts.iter().map(segment).collect() }
    }

    fn chain(&mut self, part: &Part, frames: &[Frame]) -> Arc<[Link]> {
        let origin = part.origin;
        // Lines of templates seldom come twice.
        if origin.is_none() {
            return self.links(part, frames);
        }
        let key = (
            origin.and_then(|origin| Some((origin.at?, origin.line, origin.source == OriginSource::Template))),
            part.site.map(|site| (site.span, site.frame)),
            origin.is_some_and(|origin| origin.is_generated()),
        );
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let chain = self.links(part, frames);
        self.known.insert(key, chain.clone());
        chain
    }

    fn links(&mut self, part: &Part, frames: &[Frame]) -> Arc<[Link]> {
        let mut steps = std::mem::take(&mut self.links);
        if let Some(origin) = part.origin {
            steps.extend(self.first(&origin, part.site));
        }
        if let Some(site) = part.site {
            steps.push(Link::at(OriginKind::Template, site.span));
            let mut frame = site.frame as usize;
            while frame > 0 && steps.len() < MAX_CALLS + 2 {
                let Some(found) = frames.get(frame) else { break };
                steps.push(Link::at(OriginKind::Reference, found.span));
                frame = found.parent as usize;
            }
        }
        let links = steps.drain(..).collect();
        self.links = steps;
        links
    }

    fn first(&mut self, origin: &Origin, site: Option<Site>) -> Option<Link> {
        let kind = match origin.source {
            OriginSource::Values => OriginKind::Values,
            OriginSource::Template => OriginKind::Template,
            OriginSource::Generated => {
                let span = site.map(|site| site.span);
                return Some(Link { kind: OriginKind::Generated, span, name: None });
            }
        };
        let at = origin.at?;
        let way = self.names.get(&at).copied().filter(|_| kind == OriginKind::Values);
        let name = way.map(|way| self.path(way));
        Some(Link { kind, span: Some(self.line_below(at, origin.line).span()), name })
    }

    /// The first character that is no blank on a line below a place.
    fn line_below(&self, at: At, lines: u32) -> At {
        if lines == 0 {
            return at;
        }
        let source = self.sources.get(at.source);
        let text = source.expose();
        let line = source.position(at.offset).line.saturating_add(lines);
        let Some(range) = source.lines().line(text, line) else { return at };
        let rest = text.get(range.start..).unwrap_or_default();
        let offset = range.start + rest.len() - rest.trim_start_matches([' ', '\t']).len();
        At { source: at.source, offset: u32::try_from(offset).unwrap_or(at.offset) }
    }
}

/// How deep values are named.
const MAX_DEPTH: usize = 100;

const NO_VALUE: &str = "<no value>";

/// The text as Helm writes it at the very end: without what Go prints for nothing, and with the
/// replacement character for bytes that are no UTF-8.
#[must_use]
pub fn settled(text: String, parts: Vec<Part>) -> (String, Vec<Part>) {
    if !text.contains(NO_VALUE) && !text.contains(is_smuggled) {
        return (text, parts);
    }
    let mut out = String::with_capacity(text.len());
    let mut kept: Vec<Part> = Vec::with_capacity(parts.len());
    let mut parts = parts.into_iter().peekable();
    let mut at = 0;
    while let Some(character) = text[at..].chars().next() {
        while let Some(part) = parts.next_if(|part| part.start as usize <= at) {
            let part = Part { start: u32::try_from(out.len()).unwrap_or(u32::MAX), ..part };
            match kept.last_mut() {
                Some(last) if last.start == part.start => *last = part,
                _ => kept.push(part),
            }
        }
        if text[at..].starts_with(NO_VALUE) {
            at += NO_VALUE.len();
            continue;
        }
        out.push(if is_smuggled(character) { char::REPLACEMENT_CHARACTER } else { character });
        at += character.len_utf8();
    }
    (out, kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_move_with_what_is_cut_out() {
        let part = |start: u32| Part { start, origin: None, site: None };
        let (text, parts) =
            settled("a<no value>b<no value>\u{10feff}c".to_owned(), vec![part(0), part(1), part(11), part(26)]);
        assert_eq!(text, "ab\u{fffd}c");
        let starts: Vec<u32> = parts.iter().map(|part| part.start).collect();
        assert_eq!(starts, [0, 1, 5]);
    }
}
