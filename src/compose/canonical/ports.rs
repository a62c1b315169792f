//! `[HOST:]CONTAINER[/PROTOCOL]` as a mapping.

use super::{Writer, mapping};
use crate::source::Problem;
use crate::syntax::{Node, Style, Value};

/// How many ports of one service are listed one by one.
const MOST: usize = 256;

/// A list of ports in long form; ranges are expanded, one entry for each port.
pub(super) fn long(writer: &mut Writer<'_>, node: &Node) -> Node {
    let Value::Sequence(items) = &node.value else {
        return writer.wrong(node, "ports", "a list");
    };
    let mut ports = Vec::new();
    for item in items.iter() {
        match &item.value {
            Value::Scalar(_) => short(writer, item, &mut ports),
            Value::Mapping(_) => ports.push(item.clone()),
            Value::Sequence(_) => drop(writer.wrong(item, "a port", "HOST:CONTAINER or a mapping")),
        }
    }
    Node { value: Value::Sequence(ports.into()), ..node.clone() }
}

fn short(writer: &mut Writer<'_>, item: &Node, ports: &mut Vec<Node>) {
    let text = item.text().unwrap_or_default();
    let (main, protocol) = match text.rfind('/') {
        Some(at) => (at, Some(writer.part(item, at + 1, text.len()))),
        None => (text.len(), None),
    };
    let front = text.get(..main).unwrap_or_default();
    // An IPv6 address stands in brackets.
    let behind_address = front.rfind(']').map_or(0, |at| at + 1);
    let colons: Vec<usize> = front.match_indices(':').map(|(at, _)| at).filter(|at| *at >= behind_address).collect();
    let target_start = colons.last().map_or(0, |at| at + 1);
    let host_end = colons.last().copied();
    let (address, published) = match (host_end, colons.len()) {
        (None, _) => (None, None),
        (Some(end), 1) if behind_address == 0 => (None, Some((0, end))),
        (Some(end), 1) => (Some((0, end)), None),
        (Some(end), count) => {
            let middle = colons.get(count - 2).copied().unwrap_or_default();
            (Some((0, middle)), Some((middle + 1, end)))
        }
    };
    let target = range(front.get(target_start..).unwrap_or_default());
    let outer = published.and_then(|(start, end)| front.get(start..end)).filter(|text| !text.is_empty()).map(range);
    let is_open = front.contains(super::HOLE);
    let Some(targets) = target.or_else(|| is_open.then_some((0, 0))) else {
        let message = "this is no port; write it like \"8080:80\", \"127.0.0.1:8080:80/tcp\" or \"80\"";
        writer.problems.push(Problem::error(item.span, message));
        return;
    };
    let outer = match outer {
        Some(None) if !is_open => {
            let message = "the port before the colon is none; write it like \"8080:80\" or \"127.0.0.1:8080:80\"";
            writer.problems.push(Problem::error(item.span, message));
            return;
        }
        Some(known) => known,
        None => None,
    };
    let count = targets.1 - targets.0;
    if let Some((from, to)) = outer
        && to - from != count
        && count != 0
    {
        let message = "the two ranges of ports differ in length, so Compose refuses them; make them equally long";
        writer.problems.push(Problem::error(item.span, message));
        return;
    }
    // A range that is long stays one entry; its first ports stand for it.
    let count = if ports.len() + usize::from(count) < MOST { count } else { 0 };
    for step in 0..=count {
        let number = |start: u16| {
            let mut node = Node::scalar(item.span, (u32::from(start) + u32::from(step)).to_string(), Style::Plain);
            node.provenance.clone_from(&item.provenance);
            node
        };
        let mut entries = Vec::new();
        if let Some((start, end)) = address {
            let bracket =
                usize::from(front.starts_with('[') && front.get(..end).is_some_and(|text| text.ends_with(']')));
            entries.push(("host_ip", writer.part(item, start + bracket, end - bracket)));
        } else if host_end.is_none() && is_open {
            // The variable may hold everything: an address and both ports.
            entries.push(("host_ip", item.clone()));
            entries.push(("published", item.clone()));
        }
        entries.push((
            "target",
            if target.is_none() || count == 0 { writer.part(item, target_start, main) } else { number(targets.0) },
        ));
        if let Some((start, end)) = published.filter(|(start, end)| end > start) {
            let node = match outer {
                Some((from, _)) if count > 0 => number(from),
                _ => writer.part(item, start, end),
            };
            entries.push(("published", node));
        }
        if let Some(protocol) = &protocol {
            entries.push(("protocol", protocol.clone()));
        }
        ports.push(mapping(item.span, entries));
    }
}

/// The first and last port of a range, which may be one.
fn range(text: &str) -> Option<(u16, u16)> {
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    let (from, to) = (from.parse().ok()?, to.parse().ok()?);
    (from <= to).then_some((from, to))
}
