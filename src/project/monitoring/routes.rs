//! The routes and receivers of an Alertmanager: of its file, or of an operator's object.
//!
//! An AlertmanagerConfig is taken to be asked about every alert: which namespaces its Alertmanager
//! confines it to is that one's own choice.

use super::parts::Part;
use crate::model::receiver::Wanted;
use crate::model::{AlertRoute, Field, Receiver};
use crate::source::Reason;
use crate::syntax::{Node, promql};

/// Keys that hold the address of a receiver, one of which it has.
const ADDRESSES: [&str; 6] = ["url", "api_url", "apiURL", "webhook_url", "webhookURL", "to"];

/// Adds the receivers and the routes of a part.
pub(super) fn read(part: &Part, receivers: &mut Vec<Receiver>, routes: &mut Vec<AlertRoute>) {
    let first = receivers.len();
    for node in part.root.get("receivers").map_or(&[][..], Node::items) {
        receiver(node, receivers);
    }
    let Some(root) = part.root.get("route") else { return };
    let own = receivers.get(first..).unwrap_or_default();
    let mut tree = route(root, None, own, first);
    if part.is_object {
        // Others are asked too.
        tree.goes_on = true;
    } else {
        // The root of a file takes whatever comes.
        tree.wanted.clear();
    }
    routes.push(AlertRoute {
        wanted: Vec::new(),
        receivers: if part.is_object { Vec::new() } else { tree.receivers.clone() },
        goes_on: true,
        routes: vec![tree],
    });
}

/// A tree that sends everything to one receiver.
pub(super) fn straight_to(receiver: usize) -> AlertRoute {
    AlertRoute { wanted: Vec::new(), receivers: vec![receiver], goes_on: true, routes: Vec::new() }
}

fn receiver(node: &Node, receivers: &mut Vec<Receiver>) {
    let Some(named) = node.get("name") else { return };
    let name = named.text().unwrap_or_default();
    let before = receivers.len();
    for entry in node.entries() {
        let kind = entry.name().strip_suffix("_configs").or_else(|| entry.name().strip_suffix("Configs"));
        let Some(kind) = kind else { continue };
        for item in entry.value.items() {
            let address = ADDRESSES.iter().find_map(|key| item.get(key)).filter(|node| node.text().is_some());
            let mut address =
                Field::read_optional(address, item.span, "an address", |node| node.text().map(Receiver::address));
            // It knows no variables itself, so that something fills them in before it reads the file.
            if address.value().is_some_and(|text| text.expose().contains("${")) {
                let what = format!("the address of {name}").into();
                address = Field::unknown(Reason::Elsewhere { what }, item.span);
            }
            receivers.push(Receiver {
                name: name.to_owned(),
                kind: kind.to_ascii_lowercase(),
                address,
                at: named.span,
            });
        }
    }
    if receivers.len() == before {
        let at = named.span;
        receivers.push(Receiver { name: name.to_owned(), kind: "none".into(), address: Field::absent(at), at });
    }
}

/// A route; without a receiver of its own it has that of the route above.
pub(super) fn route(node: &Node, above: Option<&[usize]>, receivers: &[Receiver], first: usize) -> AlertRoute {
    let named = node.get("receiver").and_then(Node::text);
    let own: Vec<usize> = match (named, above) {
        (Some(name), _) => {
            let found = receivers.iter().enumerate().filter(|(_, receiver)| receiver.name == name);
            found.map(|(number, _)| first + number).collect()
        }
        (None, above) => above.unwrap_or_default().to_vec(),
    };
    let inner = node.get("routes").map_or(&[][..], Node::items);
    let routes = inner.iter().map(|inner| route(inner, Some(&own), receivers, first)).collect();
    AlertRoute {
        wanted: wanted(node),
        goes_on: node.get("continue").and_then(Node::text) == Some("true"),
        receivers: own,
        routes,
    }
}

/// What an alert has to match: `matchers` in words or as objects, `match`, `match_re`, `object_matchers`.
fn wanted(node: &Node) -> Vec<Wanted> {
    let mut found = Vec::new();
    for (key, is_pattern) in [("match", false), ("match_re", true)] {
        for entry in node.get(key).map_or(&[][..], Node::entries) {
            let value = entry.value.text().unwrap_or_default().to_owned();
            found.push(Wanted { label: entry.name().to_owned(), is_pattern, is_negated: false, value });
        }
    }
    for item in node.get("matchers").map_or(&[][..], Node::items) {
        match item.text() {
            Some(text) => found.extend(in_words(text)),
            None => found.extend(as_object(item)),
        }
    }
    // As Grafana writes them: label, sign, value.
    for item in node.get("object_matchers").map_or(&[][..], Node::items) {
        if let [label, sign, value] = item.items()
            && let (Some(label), Some(sign), Some(value)) = (label.text(), sign.text(), value.text())
        {
            found.push(of_sign(label.to_owned(), sign, value.to_owned()));
        }
    }
    found
}

/// `severity="critical"`, `severity = critical`, or several in braces.
fn in_words(text: &str) -> Vec<Wanted> {
    let inner = text.trim().trim_start_matches('{').trim_end_matches('}');
    let read = promql::read(&format!("{{{inner}}}"));
    let matchers = read.metrics.into_iter().flat_map(|it| it.matchers);
    let quoted: Vec<Wanted> = matchers.map(|it| of_sign(it.label, it.operator, it.value)).collect();
    if !quoted.is_empty() {
        return quoted;
    }
    // Values need no quotes here.
    let sign = ["=~", "!~", "!=", "="].into_iter().filter_map(|sign| Some((inner.find(sign)?, sign)));
    let Some((at, sign)) = sign.min_by_key(|(at, sign)| (*at, usize::from(sign.len() == 1))) else {
        return Vec::new();
    };
    let (label, value) = (inner.get(..at), inner.get(at + sign.len()..));
    let part = |part: Option<&str>| part.unwrap_or_default().trim().to_owned();
    vec![of_sign(part(label), sign, part(value))]
}

fn as_object(item: &Node) -> Option<Wanted> {
    let text = |key: &str| item.get(key).and_then(Node::text).unwrap_or_default();
    let label = text("name").to_owned();
    let sign = match (text("matchType"), text("regex")) {
        ("", "true") => "=~",
        ("", _) => "=",
        (sign, _) => sign,
    };
    (!label.is_empty()).then(|| of_sign(label, sign, text("value").to_owned()))
}

fn of_sign(label: String, sign: &str, value: String) -> Wanted {
    Wanted { label, is_pattern: sign.ends_with('~'), is_negated: sign.starts_with('!'), value }
}
