//! Replacing variables in a tree.

use super::substitute::{Made, substitute};
use super::template;
use super::variables::Variables;
use crate::source::{Origin, OriginKind, Problem, Reason, Source, Sources, Span, Text};
use crate::syntax::{Entry, Mapping, Node, Provenance, Style, Value};
use std::sync::Arc;

/// Replaces every variable in the values of a tree. Keys are left alone, as Compose does.
pub fn interpolate(node: &Node, variables: &Variables, sources: &Sources, problems: &mut Vec<Problem>) -> Node {
    match &node.value {
        Value::Scalar(scalar) if scalar.text.expose().contains('$') => {
            replaced(node, scalar.text.expose(), variables, sources, problems)
        }
        Value::Scalar(_) => node.clone(),
        Value::Sequence(items) => {
            let items: Vec<Node> = items.iter().map(|item| interpolate(item, variables, sources, problems)).collect();
            Node { value: Value::Sequence(items.into()), ..node.clone() }
        }
        Value::Mapping(mapping) => {
            let entries = mapping
                .entries
                .iter()
                .map(|entry| Entry {
                    key: entry.key.clone(),
                    value: interpolate(&entry.value, variables, sources, problems),
                })
                .collect();
            Node { value: Value::Mapping(Mapping::new(entries)), ..node.clone() }
        }
    }
}

fn replaced(node: &Node, text: &str, variables: &Variables, sources: &Sources, problems: &mut Vec<Problem>) -> Node {
    let source = sources.get(node.span.source);
    let start = aligned(&source, node.span, text);
    let lookup = |name: &str| variables.get(name).cloned();
    let parts = template::parse(text);
    let way =
        if parts.as_ref().is_ok_and(|parts| parts.len() > 1) { OriginKind::Composed } else { OriginKind::Reference };
    let made = parts.map(|parts| variables.bounded(substitute(&parts, node.span, start, &lookup)));
    let (text, mut origins, unknown) = match made {
        Ok(Made { text, origins, unknown, malformed: None }) => (text, origins, unknown),
        Err(offset) | Ok(Made { malformed: Some(offset), .. }) => {
            let at = start.map_or(node.span, |start| Span::new(node.span.source, start + offset, start + offset + 1));
            let message =
                "this `${` begins no variable, so Compose refuses the file; close the brace, or write $$ for a dollar";
            problems.push(Problem::error(at, message));
            let unknown = Some(Reason::Malformed { expected: "a value in which every ${ begins a variable".into() });
            let provenance = Some(Arc::new(Provenance { origins: node.origins().to_vec(), unknown }));
            return Node { provenance, ..node.clone() };
        }
    };
    let style = match &node.value {
        Value::Scalar(scalar) if !text.is_empty() => scalar.style,
        // What variables leave is a text, even an empty one; only what is written as nothing is a null.
        _ => Style::Quoted,
    };
    if !origins.is_empty() {
        origins.push(Origin::at(way, node.span));
    }
    origins.extend(node.origins().iter().cloned());
    let mut made = Node::scalar(node.span, Text::from(text.as_str()), style);
    made.tag = node.tag.clone();
    made.provenance = Some(Arc::new(Provenance { origins, unknown }));
    made
}

/// Where the text of a scalar begins in its source; `None` if escapes or folding changed it.
pub fn aligned(source: &Source, span: Span, text: &str) -> Option<usize> {
    let written = source.slice(span);
    [0, 1]
        .into_iter()
        .find(|quote| written.get(*quote..).is_some_and(|rest| rest.starts_with(text)))
        .map(|quote| span.range().start + quote)
}
