//! Parts of a project that exclude each other, or that need each other.

use super::{is_unknown, known};
use crate::model::{Cpu, Memory};
use crate::source::{Problem, Span};
use crate::syntax::{Entry, Node};
use std::collections::HashSet;

/// What excludes each other or is missing, in every section.
#[must_use]
pub(super) fn of_project(root: &Node) -> Vec<Problem> {
    let mut problems = Vec::new();
    for entry in root.get("services").map_or(&[][..], Node::entries) {
        if entry.value.as_mapping().is_some() {
            service(entry, &mut problems);
        }
    }
    for section in ["volumes", "networks", "configs", "secrets"] {
        for entry in root.get(section).map_or(&[][..], Node::entries) {
            named_once(entry, &mut problems);
        }
    }
    for entry in root.get("volumes").map_or(&[][..], Node::entries) {
        external(entry, &mut problems);
    }
    for (section, keys) in [("configs", &["file", "environment", "content"][..]), ("secrets", &["file", "environment"])]
    {
        for entry in root.get(section).map_or(&[][..], Node::entries) {
            held_once(entry, keys, &mut problems);
        }
    }
    problems
}

fn tell(problems: &mut Vec<Problem>, at: Span, message: impl Into<String>) {
    problems.push(Problem::error(at, message));
}

fn service(entry: &Entry, problems: &mut Vec<Problem>) {
    let service = &entry.value;
    let there = |key: &str| service.entry(key).filter(|entry| !entry.value.is_null() || is_unknown(&entry.value));
    // What could not be extended may have brought them.
    if !["image", "build", "provider"].iter().any(|key| there(key).is_some()) {
        let message =
            "this service has neither an image nor a build, so Compose refuses the project; write one of them";
        tell(problems, entry.key.span, message);
    }
    if let (Some(_), Some(inline)) = (service.at(&["build", "dockerfile"]), service.at(&["build", "dockerfile_inline"]))
    {
        let message = "dockerfile and dockerfile_inline exclude each other, so Compose refuses the project; keep one";
        tell(problems, inline.span, message);
    }
    if let (Some(mode), Some(networks)) = (there("network_mode"), there("networks"))
        && !networks.value.entries().is_empty()
        && known(&mode.value).is_some_and(|mode| !mode.is_empty())
    {
        let message = "network_mode and networks exclude each other, so Compose refuses the project; keep one";
        tell(problems, mode.key.span, message);
    }
    if let Some(first) = service.at(&["healthcheck", "test"]).and_then(|test| test.items().first())
        && known(first).is_some_and(|word| !["CMD", "CMD-SHELL", "NONE"].contains(&word))
    {
        let message = "the list of a health check begins with CMD, CMD-SHELL or NONE, so Compose refuses the project; put one of them first";
        tell(problems, first.span, message);
    }
    limits(service, problems);
    replicas(service, problems);
    platforms(service, problems);
    targets(service, problems);
    for watch in service.at(&["develop", "watch"]).map_or(&[][..], Node::items) {
        let action = watch.get("action").and_then(known);
        if watch.get("target").is_none() && action.is_some_and(|word| !["rebuild", "restart"].contains(&word)) {
            let message = "an action that copies files needs a target, so Compose refuses the project; write one";
            tell(problems, watch.span, message);
        }
    }
    let requests = service.at(&["deploy", "resources", "reservations", "devices"]).map_or(&[][..], Node::items);
    for request in requests.iter().chain(service.get("gpus").map_or(&[][..], Node::items)) {
        if let (Some(_), Some(count)) = (request.get("device_ids"), request.entry("count")) {
            let message = "count and device_ids exclude each other, so Compose refuses the project; keep one";
            tell(problems, count.key.span, message);
        }
    }
    for mount in service.get("volumes").map_or(&[][..], Node::items) {
        if mount.get("type").and_then(known) == Some("bind") && mount.get("source").is_none_or(Node::is_null) {
            let message = "a bind needs a source, so Compose refuses the project; write the path of the host";
            tell(problems, mount.span, message);
        }
    }
    for port in service.get("ports").map_or(&[][..], Node::items) {
        if let Some(address) = port.get("host_ip")
            && known(address).is_some_and(|text| text.parse::<std::net::IpAddr>().is_err())
        {
            let message = "this is no IP address, so Compose refuses the project; write one such as 127.0.0.1";
            tell(problems, address.span, message);
        }
    }
}

/// Limits that are written in two places, and differ.
fn limits(service: &Node, problems: &mut Vec<Problem>) {
    /// Whether two texts say the same, and whether the first says that there is no limit.
    fn differ<T: PartialEq + Default>(one: &str, other: Option<&str>, read: impl Fn(&str) -> Option<T>) -> bool {
        match (read(one), other.map(&read)) {
            (Some(one), _) if one == T::default() => false,
            (Some(one), Some(Some(other))) => one != other,
            (Some(_), None) => true,
            _ => false,
        }
    }
    let rows = [
        ("cpus", "limits", "cpus"),
        ("mem_limit", "limits", "memory"),
        ("mem_reservation", "reservations", "memory"),
        ("pids_limit", "limits", "pids"),
    ];
    for (key, section, inner) in rows {
        let Some(own) = service.entry(key) else { continue };
        let Some(section_node) = service.at(&["deploy", "resources", section]) else { continue };
        let Some(text) = known(&own.value) else { continue };
        let other = section_node.get(inner);
        if is_unknown(section_node) || other.is_some_and(is_unknown) {
            continue;
        }
        let other = other.and_then(Node::text);
        let is_different = match inner {
            "cpus" => differ(text, other, |text| Cpu::parse(text).map(|cpu| cpu.0)),
            "memory" => differ(text, other, |text| Memory::compose(text).map(|memory| memory.0)),
            _ => differ(text, other, |text| text.parse::<i64>().ok()),
        };
        if is_different {
            let message = format!(
                "{key} and deploy.resources.{section}.{inner} have to say the same, so Compose refuses the project; keep one of them"
            );
            tell(problems, own.key.span, message);
        }
    }
}

fn replicas(service: &Node, problems: &mut Vec<Problem>) {
    let number = |node: Option<&Node>| node.and_then(known).and_then(|text| text.trim().parse::<i64>().ok());
    let (scale, replicas) = (service.entry("scale"), service.at(&["deploy", "replicas"]));
    let (scaled, replicated) = (number(scale.map(|entry| &entry.value)), number(replicas));
    if let (Some(scale), Some(one), Some(other)) = (scale, scaled, replicated)
        && one != other
    {
        let message = "scale and deploy.replicas have to say the same, so Compose refuses the project; keep one";
        tell(problems, scale.key.span, message);
    }
    for (node, count) in [(scale.map(|entry| &entry.value), scaled), (replicas, replicated)] {
        if let (Some(node), Some(..0)) = (node, count) {
            let message = "there cannot be fewer than 0 of a service, so Compose refuses the project; write 0 or more";
            tell(problems, node.span, message);
        }
    }
    if let Some(name) = service.entry("container_name")
        && scaled.or(replicated).is_some_and(|count| count > 1)
    {
        let message = "containers of one service cannot all have this name, so Compose refuses the project; take container_name out, or run one";
        tell(problems, name.key.span, message);
    }
}

/// The platform that runs has to be among those that are built.
fn platforms(service: &Node, problems: &mut Vec<Problem>) {
    let Some(platform) = service.get("platform") else { return };
    let built = service.at(&["build", "platforms"]).map_or(&[][..], Node::items);
    let is_among = || built.iter().any(|node| is_unknown(node) || node.text() == platform.text());
    if known(platform).is_some_and(|text| !text.is_empty()) && !built.is_empty() && !is_among() {
        let message = "this platform is not among build.platforms, so Compose refuses the project; add it there";
        tell(problems, platform.span, message);
    }
}

/// Nothing can be mounted where something else is.
fn targets(service: &Node, problems: &mut Vec<Problem>) {
    let tmpfs = service.get("tmpfs").map_or(&[][..], Node::items).iter();
    let tmpfs = tmpfs.filter_map(|item| Some((item.span, known(item)?.split(':').next()?)));
    let volumes = service.get("volumes").map_or(&[][..], Node::items).iter();
    let volumes = volumes.filter_map(|item| item.get("target")).filter_map(|node| Some((node.span, known(node)?)));
    let mut seen = HashSet::new();
    for (at, target) in tmpfs.chain(volumes) {
        if !seen.insert(target) {
            let message = "something else is mounted at this path already, so Compose refuses the project; keep one";
            tell(problems, at, message);
        }
    }
}

/// What exists outside of the project has one name.
fn named_once(entry: &Entry, problems: &mut Vec<Problem>) {
    if let (Some(name), Some(other)) = (entry.value.get("name"), entry.value.at(&["external", "name"]))
        && let (Some(one), Some(two)) = (known(name), known(other))
        && one != two
    {
        let message = "what is external here has two names, so Compose refuses the project; keep `name` and write `external: true`";
        tell(problems, other.span, message);
    }
}

/// What exists outside of the project has a name, and nothing else.
fn external(entry: &Entry, problems: &mut Vec<Problem>) {
    let is_external = match entry.value.get("external") {
        Some(node) if node.as_mapping().is_some() => true,
        Some(node) => known(node).is_some_and(|text| ["true", "yes", "on", "y"].contains(&text)),
        None => false,
    };
    for key in entry.value.entries() {
        if is_external && !["name", "external"].contains(&key.name()) && !key.name().starts_with("x-") {
            let message = format!(
                "an external volume is not created, so Compose refuses {} beside it; take one of the two out",
                key.name()
            );
            tell(problems, key.key.span, message);
        }
    }
}

/// A config or secret has exactly one place that its content comes from.
fn held_once(entry: &Entry, keys: &[&str], problems: &mut Vec<Problem>) {
    if entry.value.as_mapping().is_none() || is_unknown(&entry.value) {
        return;
    }
    let mut given = keys.iter().filter_map(|key| entry.value.entry(key));
    let first = given.next();
    if let Some(second) = given.next() {
        let message = format!("{} exclude each other, so Compose refuses the project; keep one", keys.join(", "));
        tell(problems, second.key.span, message);
    }
    if first.is_none() && entry.value.get("external").is_none() && entry.value.get("driver").is_none() {
        let message =
            format!("its content comes from nowhere, so Compose refuses the project; write one of {}", keys.join(", "));
        tell(problems, entry.key.span, message);
    }
}
