//! NetworkPolicies, and those of Cilium.

use super::{Made, Scene};
use crate::kubernetes::labels;
use crate::kubernetes::selection::Selected;
use crate::kubernetes::spot::Spot;
use crate::model::{Field, Object, Policy, PolicyKind};
use crate::source::{Reason, Span};

/// API groups whose network policies are known to exist but are not read.
const UNREAD: &[(&str, &[&str])] = &[
    ("projectcalico.org", &["NetworkPolicy", "GlobalNetworkPolicy"]),
    ("crd.projectcalico.org", &["NetworkPolicy", "GlobalNetworkPolicy"]),
    ("crd.antrea.io", &["NetworkPolicy", "ClusterNetworkPolicy"]),
    ("policy.networking.k8s.io", &["AdminNetworkPolicy", "BaselineAdminNetworkPolicy", "ClusterNetworkPolicy"]),
];

/// The network policy that an object is, if it is one.
pub(super) fn lower<'t>(
    scene: &Scene<'_, '_, 't>,
    number: usize,
    object: &'t Object,
    group: &str,
    kind: &str,
) -> Option<Made> {
    let made = match (group, kind) {
        ("networking.k8s.io" | "extensions", "NetworkPolicy") => native(scene, number, object),
        ("cilium.io", "CiliumNetworkPolicy" | "CiliumClusterwideNetworkPolicy") => cilium(scene, number, object),
        _ if UNREAD.iter().any(|(of, kinds)| *of == group && kinds.contains(&kind)) => unread(scene, number, object),
        _ => return None,
    };
    Some(made)
}

fn native<'t>(scene: &Scene<'_, '_, 't>, number: usize, object: &'t Object) -> Made {
    let spec = scene.spec(object);
    let selector = spec.get("podSelector");
    let namespace = scene.index.namespace(object);
    // The selector is required, and those who leave it out mean all pods.
    let selected = scene.selectable.select(selector, object, namespace);
    let mut made = Made::new(scene.policy(PolicyKind::Network, number, object), selected);
    made.policy.directions = directions(spec);
    made.policy.open = open(spec.get("ingress"), admits);
    let is_about = |way: &str| named(&made.policy.directions, way);
    let inward = spec.get("ingress").items().filter(|_| is_about("ingress"));
    let inward = inward.filter(|rule| is_any_port(*rule, "ports")).find_map(admits);
    let outward = spec.get("egress").items().filter(|_| is_about("egress"));
    let outward = outward.filter(|rule| is_any_port(*rule, "ports")).find_map(|rule| releases(rule, "to"));
    made.policy.unlimited = unlimited(spec, [("ingress", inward), ("egress", outward)]);
    made
}

/// Whether a direction is among those of a policy.
fn named(directions: &Field<Vec<Field<String>>>, way: &str) -> bool {
    directions.value().is_some_and(|named| named.iter().any(|named| named.value().is_some_and(|named| named == way)))
}

/// Whether a rule is about all ports.
fn is_any_port(rule: Spot, ports: &'static str) -> bool {
    let ports = rule.get(ports);
    ports.reason().is_none() && ports.items().next().is_none()
}

/// Where a rule lets pods out to everywhere: it names no peers, or all addresses.
fn releases(rule: Spot, peers: &'static str) -> Option<Span> {
    let peers = rule.get(peers);
    if peers.items().next().is_none() {
        return peers.reason().is_none().then_some(rule.at);
    }
    peers.items().find(|peer| is_all_addresses(peer.get("ipBlock"))).map(|peer| peer.at)
}

/// The directions with a rule that admits all, each where that stands.
fn unlimited(spec: Spot, ways: [(&str, Option<Span>); 2]) -> Field<Vec<Field<String>>> {
    let lifted = ways.into_iter().filter_map(|(way, at)| Some(Field::set(way.to_owned(), at?)));
    Field::set(lifted.collect(), spec.at)
}

/// Which ways a policy is about: those that it names, else the inward one, and the outward one if it
/// has rules for it.
fn directions(spec: Spot) -> Field<Vec<Field<String>>> {
    let types = spec.get("policyTypes");
    if let Some(reason) = types.reason() {
        return Field::unknown(reason, types.at);
    }
    let mut named: Vec<Field<String>> =
        types.items().map(|item| item.string().map(|word| word.to_ascii_lowercase())).collect();
    if named.is_empty() {
        named.push(Field::default("ingress".to_owned(), spec.at));
        let egress = spec.get("egress");
        if egress.items().next().is_some() {
            named.push(Field::set("egress".to_owned(), egress.at));
        }
    }
    Field::set(named, types.at)
}

/// Whether a rule of a list lets everybody in; it points at the first that does.
fn open(rules: Spot, admits: impl Fn(Spot) -> Option<Span>) -> Field<bool> {
    if let Some(reason) = rules.reason() {
        return Field::unknown(reason, rules.at);
    }
    match rules.items().find_map(admits) {
        Some(at) => Field::set(true, at),
        None => Field::set(false, rules.at),
    }
}

/// Where a rule of a NetworkPolicy lets everybody in: it names no peers, all addresses, or all pods
/// of all namespaces.
fn admits(rule: Spot) -> Option<Span> {
    let from = rule.get("from");
    if from.items().next().is_none() {
        return from.reason().is_none().then_some(from.at);
    }
    from.items().find(|peer| is_everybody(*peer)).map(|peer| peer.at)
}

fn is_everybody(peer: Spot) -> bool {
    let block = peer.get("ipBlock");
    if block.is_written() {
        return is_all_addresses(block);
    }
    let (namespaces, pods) = (peer.get("namespaceSelector"), peer.get("podSelector"));
    namespaces.is_written() && is_all(namespaces) && (!pods.is_written() || is_all(pods))
}

fn is_all_addresses(block: Spot) -> bool {
    block.get("cidr").text().is_some_and(is_everywhere) && block.get("except").items().next().is_none()
}

/// Whether a selector selects everything.
fn is_all(selector: Spot) -> bool {
    selector.reason().is_none()
        && selector.get("matchLabels").entries().is_empty()
        && selector.get("matchExpressions").items().next().is_none()
}

fn is_everywhere(cidr: &str) -> bool {
    cidr.ends_with("/0")
}

/// A policy of Cilium: as many rules as it likes, each with a selector of its own.
fn cilium<'t>(scene: &Scene<'_, '_, 't>, number: usize, object: &'t Object) -> Made {
    let root = scene.root(object);
    let clusterwide = object.kind.starts_with("CiliumClusterwide");
    let mut policy = scene.policy(PolicyKind::Network, number, object);
    if clusterwide {
        policy.namespace = None;
    }
    let single = root.get("spec");
    let rules: Vec<Spot> =
        [single].into_iter().filter(|spec| spec.is_written()).chain(root.get("specs").items()).collect();
    let mut selected = Selected::default();
    let mut ways: Vec<Field<String>> = Vec::new();
    let mut everybody = Field::set(false, object.at);
    let (mut inward, mut outward) = (None, None);
    for rule in &rules {
        for (number, placed) in scene.pods.iter().enumerate() {
            if !clusterwide && placed.pod.namespace != scene.index.namespace(object) {
                continue;
            }
            let selector = rule.get("endpointSelector");
            if let Some(reason) = selector.reason().or_else(|| placed.pod.hidden_labels.clone()) {
                selected.perhaps.push((number, reason));
                continue;
            }
            let spelled = cilium_labels(placed.pod.namespace, &placed.pod.labels);
            let spelled: Vec<(&str, &str)> = spelled.iter().map(|(key, value)| (key.as_str(), *value)).collect();
            if labels::selects(selector, &spelled) {
                selected.pods.push(number);
            }
        }
        for (way, keys) in [("ingress", ["ingress", "ingressDeny"]), ("egress", ["egress", "egressDeny"])] {
            let about = keys.into_iter().map(|key| rule.get(key)).find(|section| section.is_written());
            if let Some(section) =
                about.filter(|_| !ways.iter().any(|have| have.value().is_some_and(|have| have == way)))
            {
                ways.push(Field::set(way.to_owned(), section.at));
            }
        }
        let admitted = open(rule.get("ingress"), cilium_admits);
        if admitted.value() != Some(&false) {
            everybody = admitted;
        }
        let wide = |section| rule.get(section).items().filter(|rule| is_any_port(*rule, "toPorts"));
        inward = inward.or_else(|| wide("ingress").find_map(cilium_admits));
        outward = outward.or_else(|| wide("egress").find_map(cilium_releases));
    }
    selected.pods.sort_unstable();
    selected.pods.dedup();
    policy.directions = Field::set(ways, single.at);
    policy.open = everybody;
    policy.unlimited = unlimited(single, [("ingress", inward), ("egress", outward)]);
    Made::new(policy, selected)
}

/// A pod's labels as Cilium's selectors may spell them: with the source of the label before it.
fn cilium_labels<'l>(namespace: &'l str, labels: &[(&'l str, &'l str)]) -> Vec<(String, &'l str)> {
    let own = labels.iter().copied().chain([("io.kubernetes.pod.namespace", namespace)]);
    own.flat_map(|(key, value)| ["", "k8s:", "any:"].map(|source| (format!("{source}{key}"), value))).collect()
}

/// Where an ingress rule of Cilium lets everybody in. One without anything in it lets nobody in.
fn cilium_admits(rule: Spot) -> Option<Span> {
    let keys = ["fromEndpoints", "fromEntities", "fromCIDR", "fromCIDRSet", "fromRequires", "fromNodes", "fromGroups"];
    if !keys.into_iter().any(|key| rule.get(key).is_written()) {
        return rule.get("toPorts").is_written().then_some(rule.at);
    }
    let wide = |item: &Spot| matches!(item.text(), Some("all" | "world" | "cluster"));
    let entity = rule.get("fromEntities").items().find(wide);
    let block = rule.get("fromCIDR").items().find(|item| item.text().is_some_and(is_everywhere));
    entity.or(block).map(|peer| peer.at)
}

/// Where an egress rule of Cilium lets pods out to everywhere.
fn cilium_releases(rule: Spot) -> Option<Span> {
    let entity = rule.get("toEntities").items().find(|item| matches!(item.text(), Some("all" | "world")));
    let block = rule.get("toCIDR").items().find(|item| item.text().is_some_and(is_everywhere));
    entity.or(block).map(|peer| peer.at)
}

/// A policy that exists but is not read: it may apply to every workload, and say anything.
fn unread<'t>(scene: &Scene<'_, '_, 't>, number: usize, object: &'t Object) -> Made {
    let reason = Reason::Unseen { what: format!("{} {}", object.kind, object.name).into() };
    let mut policy: Policy = scene.policy(PolicyKind::Network, number, object);
    policy.directions = Field::unknown(reason.clone(), object.at);
    policy.open = Field::unknown(reason.clone(), object.at);
    policy.unlimited = Field::unknown(reason.clone(), object.at);
    let perhaps = (0..scene.pods.len()).map(|pod| (pod, reason.clone())).collect();
    Made::new(policy, Selected { pods: Vec::new(), perhaps })
}
