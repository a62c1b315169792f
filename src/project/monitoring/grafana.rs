//! Contact points and notification policies of Grafana: of the files that it is provisioned with, or of
//! its operator's objects.

use super::parts::Part;
use super::routes;
use crate::model::{AlertRoute, Field, Receiver, Stack};
use crate::source::Reason;
use crate::syntax::Node;

/// The contact point that every Grafana has; where it sends to is for its own settings to say.
const DEFAULT: &str = "grafana-default-email";

/// Settings that hold an address, one of which a contact point has.
const ADDRESSES: [&str; 5] = ["url", "addresses", "webhook_url", "endpointUrl", "kafkaRestProxy"];

/// Adds the contact points of a part to the receivers. Yields their places among them.
pub(super) fn points(part: &Part, receivers: &mut Vec<Receiver>) -> Vec<usize> {
    let first = receivers.len();
    for point in part.root.get("contactPoints").map_or(&[][..], Node::items) {
        let Some(named) = point.get("name") else { continue };
        let before = receivers.len();
        let kinds = point.get("receivers").map_or(&[][..], Node::items);
        receivers.extend(kinds.iter().filter_map(|item| receiver(named, item)));
        if receivers.len() == before {
            let name = named.text().unwrap_or_default().to_owned();
            let (kind, at) = ("none".to_owned(), named.span);
            receivers.push(Receiver { name, kind, address: Field::absent(at), at });
        }
    }
    if part.is_object
        && let Some(named) = part.root.get("name")
    {
        receivers.extend(receiver(named, &part.root));
    }
    (first..receivers.len()).collect()
}

fn receiver(named: &Node, item: &Node) -> Option<Receiver> {
    let kind = item.get("type").and_then(Node::text)?;
    let setting = |key: &&str| item.at(&["settings", key]);
    // What a variable of Grafana's stands for is known to nobody here.
    let is_written = |node: &&Node| node.text().is_some_and(|text| !text.contains('$'));
    let address = ADDRESSES.iter().find_map(setting).filter(is_written);
    Some(Receiver {
        name: named.text().unwrap_or_default().to_owned(),
        kind: kind.to_ascii_lowercase(),
        address: Field::read_optional(address, item.span, "an address", |node| node.text().map(Receiver::address)),
        at: named.span,
    })
}

/// Adds the policies of a part to the routes. `points`: the contact points that are known.
pub(super) fn policies(part: &Part, points: &[usize], stack: &mut Stack) {
    let of_file = part.root.get("policies").map_or(&[][..], Node::items).iter();
    let of_object = part.root.get("route").filter(|_| part.is_object);
    for root in of_file.chain(of_object) {
        let mut known: Vec<(usize, Receiver)> =
            points.iter().filter_map(|number| Some((*number, stack.receivers.get(*number)?.clone()))).collect();
        for named in names(root) {
            let name = named.text().unwrap_or_default();
            if !known.iter().any(|(_, receiver)| receiver.name == name) {
                let kind = if name == DEFAULT { "email" } else { "unknown" };
                let reason = Reason::Elsewhere { what: format!("the contact point {name}").into() };
                let address = Field::unknown(reason, named.span);
                let receiver = Receiver { name: name.to_owned(), kind: kind.to_owned(), address, at: named.span };
                known.push((stack.receivers.len(), receiver.clone()));
                stack.receivers.push(receiver);
            }
        }
        let receivers: Vec<Receiver> = known.iter().map(|(_, receiver)| receiver.clone()).collect();
        let mut tree = routes::route(root, None, &receivers, 0);
        renumber(&mut tree, &known);
        // The root takes whatever comes.
        tree.wanted.clear();
        let receivers = tree.receivers.clone();
        stack.grafana_routes.push(AlertRoute { wanted: Vec::new(), receivers, goes_on: true, routes: vec![tree] });
    }
}

/// The names of contact points in a tree of policies.
fn names(root: &Node) -> Vec<&Node> {
    let mut found = Vec::new();
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        found.extend(node.get("receiver"));
        open.extend(node.get("routes").map_or(&[][..], Node::items));
    }
    found
}

/// Puts the places among the stack's receivers for those among the known ones.
fn renumber(route: &mut AlertRoute, known: &[(usize, Receiver)]) {
    for number in &mut route.receivers {
        *number = known.get(*number).map_or(*number, |(number, _)| *number);
    }
    for inner in &mut route.routes {
        renumber(inner, known);
    }
}
