//! From the parts of rendered texts to chains of places.

use super::template::engine::Frame;
use super::value::bytes::is_smuggled;
use super::value::{Origin, OriginSource, Part, Site};
use super::yaml::tree::{At, Data, Tree};
use crate::source::origin::{Origin as Step, OriginKind, OriginMap, Segment};
use crate::source::{Sources, Span};
use std::collections::HashMap;
use std::sync::Arc;

/// How many calls a chain shows beside the place itself.
const MAX_CALLS: usize = 4;

type Key = (Option<(At, u32, bool)>, Option<(Span, u32)>, bool);

/// Makes chains; equal ones are shared.
pub struct Chains<'a> {
    sources: &'a Sources,
    names: HashMap<At, Arc<str>>,
    known: HashMap<Key, Arc<[Step]>>,
}

impl<'a> Chains<'a> {
    /// Chains that name values by their path in `values`.
    #[must_use]
    pub fn new(sources: &'a Sources, values: &Tree) -> Self {
        let mut names = HashMap::new();
        name(values, "", &mut names, 0);
        Self { sources, names, known: HashMap::new() }
    }

    /// The map of a text.
    #[must_use]
    pub fn map(&mut self, parts: &[Part], frames: &[Frame]) -> OriginMap {
        let segment = |part: &Part| Segment { start: part.start, chain: self.chain(part, frames) };
        OriginMap { segments: parts.iter().map(segment).collect() }
    }

    fn chain(&mut self, part: &Part, frames: &[Frame]) -> Arc<[Step]> {
        let origin = part.origin;
        let key = (
            origin.and_then(|origin| Some((origin.at?, origin.line, origin.source == OriginSource::Template))),
            part.site.map(|site| (site.span, site.frame)),
            origin.is_some_and(|origin| origin.is_generated()),
        );
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let mut steps: Vec<Step> = Vec::new();
        if let Some(origin) = origin {
            steps.extend(self.first(&origin, part.site));
        }
        if let Some(site) = part.site {
            steps.push(Step::at(OriginKind::Template, site.span));
            let mut frame = site.frame as usize;
            while frame > 0 && steps.len() < MAX_CALLS + 2 {
                let Some(found) = frames.get(frame) else { break };
                steps.push(Step::at(OriginKind::Reference, found.span));
                frame = found.parent as usize;
            }
        }
        let chain: Arc<[Step]> = steps.into();
        self.known.insert(key, chain.clone());
        chain
    }

    fn first(&self, origin: &Origin, site: Option<Site>) -> Option<Step> {
        let kind = match origin.source {
            OriginSource::Values => OriginKind::Values,
            OriginSource::Template => OriginKind::Template,
            OriginSource::Generated => {
                let span = site.map(|site| site.span);
                return Some(Step { kind: OriginKind::Generated, span, name: None });
            }
        };
        let at = origin.at?;
        let name = self.names.get(&at).cloned().filter(|_| kind == OriginKind::Values);
        Some(Step { kind, span: Some(self.line_below(at, origin.line).span()), name })
    }

    /// The first character that is no blank on a line below a place.
    fn line_below(&self, at: At, lines: u32) -> At {
        if lines == 0 {
            return at;
        }
        let source = self.sources.get(at.source);
        let text = source.expose();
        let mut offset = at.offset as usize;
        for _ in 0..lines {
            match text.get(offset..).and_then(|rest| rest.find('\n')) {
                Some(end) => offset += end + 1,
                None => return at,
            }
        }
        let rest = text.get(offset..).unwrap_or_default();
        offset += rest.len() - rest.trim_start_matches([' ', '\t']).len();
        At { source: at.source, offset: u32::try_from(offset).unwrap_or(at.offset) }
    }
}

/// How deep values are named.
const MAX_DEPTH: usize = 100;

fn name(tree: &Tree, path: &str, names: &mut HashMap<At, Arc<str>>, depth: usize) {
    // A list or map begins where its first item does, and the place is that one's.
    let is_leaf = tree.items().is_empty() && tree.as_map().is_none_or(|table| table.is_empty());
    if let Some(at) = tree.at.filter(|_| is_leaf && !path.is_empty()) {
        names.entry(at).or_insert_with(|| path.into());
    }
    if depth > MAX_DEPTH {
        return;
    }
    match &tree.data {
        Data::Map(table) => {
            for (key, entry) in table.iter() {
                let inner = if path.is_empty() { key.to_string() } else { format!("{path}.{key}") };
                if let Some(at) = entry.key_at {
                    names.entry(at).or_insert_with(|| inner.as_str().into());
                }
                name(&entry.value, &inner, names, depth + 1);
            }
        }
        Data::List(items) => {
            for (index, item) in items.iter().enumerate() {
                name(item, &format!("{path}[{index}]"), names, depth + 1);
            }
        }
        _ => {}
    }
}

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
