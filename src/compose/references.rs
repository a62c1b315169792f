//! Names in a merged project that nothing bears: Compose refuses to start such a project.

use crate::source::Problem;
use crate::syntax::Node;

/// One problem for each name of a service, network, volume, config, secret or model that is used
/// and not defined, and for each service without anything in it.
#[must_use]
pub(super) fn dangling(root: &Node) -> Vec<Problem> {
    let mut check = Check { root, problems: Vec::new() };
    for entry in root.get("services").map_or(&[][..], Node::entries) {
        if entry.value.is_null() {
            let message = "this service has nothing in it, so Compose refuses the file; give it an image or a build";
            check.problems.push(Problem::error(entry.key.span, message));
        }
        check.service(&entry.value);
    }
    check.problems
}

struct Check<'n> {
    root: &'n Node,
    problems: Vec<Problem>,
}

impl Check<'_> {
    fn service(&mut self, service: &Node) {
        self.keys(service, "depends_on", "services");
        self.keys(service, "networks", "networks");
        self.keys(service, "models", "models");
        for key in ["network_mode", "ipc", "pid"] {
            if let Some(node) = service.get(key)
                && let Some(name) = known(node).and_then(|text| text.strip_prefix("service:"))
            {
                self.name(node, name, "services");
            }
        }
        for key in ["volumes_from", "links"] {
            for node in service.get(key).map_or(&[][..], Node::items) {
                let name = known(node).filter(|text| !text.starts_with("container:"));
                if let Some(name) = name.and_then(|text| text.split(':').next()) {
                    self.name(node, name, "services");
                }
            }
        }
        for (key, kind) in [("volumes", Some("volume")), ("configs", None), ("secrets", None)] {
            for item in service.get(key).map_or(&[][..], Node::items) {
                if let Some(kind) = kind
                    && item.get("type").and_then(Node::text) != Some(kind)
                {
                    continue;
                }
                if let Some(node) = item.get("source")
                    && let Some(name) = known(node).filter(|name| !name.is_empty())
                {
                    self.name(node, name, key);
                }
            }
        }
    }

    fn keys(&mut self, service: &Node, key: &str, section: &str) {
        for entry in service.get(key).map_or(&[][..], Node::entries) {
            if known(&entry.key).is_some() {
                self.name(&entry.key, entry.name(), section);
            }
        }
    }

    fn name(&mut self, node: &Node, name: &str, section: &str) {
        let is_there = self.root.at(&[section, name]).is_some();
        // Every project has the network `default`.
        let is_built_in = section == "networks" && name == "default";
        if !is_there && !is_built_in {
            let message = format!(
                "this name is not among the {section} of the project, so Compose refuses to start it; define it there, or correct the name"
            );
            self.problems.push(Problem::error(node.span, message));
        }
    }
}

/// The text of a scalar without gaps.
fn known(node: &Node) -> Option<&str> {
    let is_unknown = node.provenance.as_ref().is_some_and(|provenance| provenance.unknown.is_some());
    node.text().filter(|_| !is_unknown)
}
