//! `[SOURCE:]TARGET[:MODE]` as a mapping.

use super::{Writer, mapping};
use crate::source::HOLE;
use crate::syntax::{Node, Style, Value};

/// A list of mounts in long form.
pub(super) fn long(writer: &mut Writer<'_>, node: &Node) -> Node {
    let Value::Sequence(items) = &node.value else {
        return writer.wrong(node, "volumes", "a list");
    };
    let mut volumes = Vec::new();
    for item in items.iter() {
        match &item.value {
            Value::Scalar(_) => volumes.push(short(writer, item)),
            Value::Mapping(_) => volumes.push(item.clone()),
            Value::Sequence(_) => drop(writer.wrong(item, "a volume", "SOURCE:TARGET or a mapping")),
        }
    }
    Node { value: Value::Sequence(volumes.into()), ..node.clone() }
}

fn short(writer: &Writer<'_>, item: &Node) -> Node {
    let text = item.text().unwrap_or_default();
    let word = |word: &str| Node::scalar(item.span, word, Style::Plain);
    let colons: Vec<usize> = text
        .match_indices(':')
        .map(|(at, _)| at)
        // The colon of a Windows drive separates nothing.
        .filter(|at| !is_drive(text, *at))
        .collect();
    let Some(first) = colons.first().copied() else {
        if text.starts_with(HOLE) {
            // The variable may hold everything.
            return mapping(item.span, ["type", "source", "target", "read_only"].map(|key| (key, item.clone())));
        }
        return mapping(item.span, [("type", word("volume")), ("target", item.clone())]);
    };
    let second = colons.get(1).copied();
    let source = text.get(..first).unwrap_or_default();
    let kind = if source.starts_with(['.', '/', '~', '\\', HOLE]) || is_drive(text, 1) { "bind" } else { "volume" };
    let mut entries = vec![
        ("type", word(kind)),
        ("source", writer.part(item, 0, first)),
        ("target", writer.part(item, first + 1, second.unwrap_or(text.len()))),
    ];
    if let Some(second) = second {
        let modes = text.get(second + 1..).unwrap_or_default();
        if modes.split(',').any(|mode| mode == "ro" || mode == "readonly") {
            entries
                .push(("read_only", Node { value: word("true").value, ..writer.part(item, second + 1, text.len()) }));
        }
        entries.push(("mode", writer.part(item, second + 1, text.len())));
    }
    mapping(item.span, entries)
}

fn is_drive(text: &str, colon: usize) -> bool {
    colon == 1
        && text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.get(1..2) == Some(":")
        && text.get(2..3).is_some_and(|next| next == "\\" || next == "/")
}
