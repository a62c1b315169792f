//! What Compose refuses of a merged project although every part of it has the right form: names
//! that nothing bears, parts that exclude each other, services that depend on each other in a circle.

mod circles;
mod conflicts;
mod references;

use super::profiles::Profiles;
use crate::source::Problem;
use crate::syntax::Node;

/// One problem for each thing that Compose refuses; `profiles` says which services are started.
#[must_use]
pub(super) fn of_project(root: &Node, profiles: &Profiles) -> Vec<Problem> {
    let mut problems = references::dangling(root, profiles);
    problems.extend(conflicts::of_project(root));
    problems.extend(circles::of_services(root, profiles));
    problems
}

/// The text of a scalar without gaps.
fn known(node: &Node) -> Option<&str> {
    node.text().filter(|_| !is_unknown(node))
}

/// Whether something in a value is not known, or was told to be wrong.
fn is_unknown(node: &Node) -> bool {
    node.provenance.as_ref().is_some_and(|provenance| provenance.unknown.is_some())
}

/// The services that a service names where it shares something with them: each with the node that
/// names it.
fn shared(service: &Node) -> Vec<(&Node, &str)> {
    let mut found = Vec::new();
    for key in ["network_mode", "ipc", "pid", "uts", "cgroup"] {
        if let Some(node) = service.get(key)
            && let Some(name) = known(node).and_then(|text| text.strip_prefix("service:"))
        {
            found.push((node, name));
        }
    }
    for key in ["volumes_from", "links"] {
        for node in service.get(key).map_or(&[][..], Node::items) {
            let name = known(node).filter(|text| !text.starts_with("container:"));
            if let Some(name) = name.and_then(|text| text.split(':').next()) {
                found.push((node, name));
            }
        }
    }
    found
}
