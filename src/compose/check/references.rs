//! Names in a merged project that nothing bears, or that nothing bears without a further profile.

use super::{known, shared};
use crate::compose::profiles::Profiles;
use crate::source::nearest::suggestion;
use crate::source::{Problem, Span};
use crate::syntax::Node;
use std::collections::{HashMap, HashSet};

/// How many names are compared with those that are not found, in one project.
const COMPARED: usize = 20_000;

/// What services refer to.
const SECTIONS: [&str; 6] = ["services", "networks", "volumes", "configs", "secrets", "models"];

/// One problem for each name of a service, network, volume, config, secret or model that is used
/// and not defined.
#[must_use]
pub(super) fn dangling(root: &Node, profiles: &Profiles) -> Vec<Problem> {
    let defined = |section: &&'static str| {
        let names = root.get(section).map_or(&[][..], Node::entries).iter().map(|entry| entry.name());
        (*section, names.collect::<HashSet<&str>>())
    };
    let defined: HashMap<&str, HashSet<&str>> = SECTIONS.iter().map(defined).collect();
    let mut check = Check { defined, profiles, compared: 0, problems: Vec::new() };
    for entry in root.get("services").map_or(&[][..], Node::entries) {
        check.service(entry.name(), &entry.value);
    }
    check.problems
}

struct Check<'n> {
    defined: HashMap<&'static str, HashSet<&'n str>>,
    profiles: &'n Profiles,
    compared: usize,
    problems: Vec<Problem>,
}

impl Check<'_> {
    fn service(&mut self, own: &str, service: &Node) {
        for entry in service.get("depends_on").map_or(&[][..], Node::entries) {
            if known(&entry.key).is_none() {
                continue;
            }
            let is_optional = entry.value.get("required").and_then(known) == Some("false");
            // One that need not be there may have been switched off, but not be left out.
            self.name(&entry.key, entry.name(), "services");
            if !is_optional {
                self.switched_off(own, entry.name(), entry.key.span);
            }
        }
        self.keys(service, "networks", "networks");
        self.keys(service, "models", "models");
        for (node, name) in shared(service) {
            self.name(node, name, "services");
            self.switched_off(own, name, node.span);
        }
        for (key, kind) in [("volumes", Some("volume")), ("configs", None), ("secrets", None)] {
            for item in service.get(key).map_or(&[][..], Node::items) {
                if let Some(kind) = kind
                    && item.get("type").and_then(Node::text) != Some(kind)
                {
                    continue;
                }
                self.source(item, key);
            }
        }
        for item in service.at(&["build", "secrets"]).map_or(&[][..], Node::items) {
            if item.as_scalar().is_some() {
                self.scalar(item, "secrets");
            } else {
                self.source(item, "secrets");
            }
        }
        for entry in service.at(&["build", "additional_contexts"]).map_or(&[][..], Node::entries) {
            if let Some(name) = known(&entry.value).and_then(|text| text.strip_prefix("service:")) {
                self.name(&entry.value, name, "services");
            }
        }
    }

    fn keys(&mut self, service: &Node, key: &str, section: &'static str) {
        for entry in service.get(key).map_or(&[][..], Node::entries) {
            if known(&entry.key).is_some() {
                self.name(&entry.key, entry.name(), section);
            }
        }
    }

    fn source(&mut self, item: &Node, section: &'static str) {
        if let Some(node) = item.get("source") {
            self.scalar(node, section);
        }
    }

    fn scalar(&mut self, node: &Node, section: &'static str) {
        if let Some(name) = known(node).filter(|name| !name.is_empty()) {
            self.name(node, name, section);
        }
    }

    fn name(&mut self, node: &Node, name: &str, section: &'static str) {
        let Some(defined) = self.defined.get(section) else { return };
        // Every project has the network `default`.
        let is_built_in = section == "networks" && name == "default";
        if is_built_in || defined.contains(name) {
            return;
        }
        self.compared += defined.len();
        let hint = if self.compared <= COMPARED { suggestion(name, defined.iter().copied()) } else { String::new() };
        let hint = if hint.is_empty() { "; define it there, or correct the name".to_owned() } else { hint };
        let message =
            format!("this name is not among the {section} of the project, so Compose refuses to start it{hint}");
        self.problems.push(Problem::error(node.span, message));
    }

    /// Tells of a service that is not started with the one that needs it.
    fn switched_off(&mut self, own: &str, other: &str, at: Span) {
        if self.profiles.is_active(own) && !self.profiles.is_active(other) {
            let message = "the service of this name is started with a profile only, so Compose refuses the project without it; give both the same profiles, or write `required: false`";
            self.problems.push(Problem::error(at, message));
        } else if let Some(profile) = self.profiles.parting(own, other) {
            let message = format!(
                "with the profile {profile} alone the service of this name is not started, so Compose refuses that; give it the profile {profile} too"
            );
            self.problems.push(Problem::warning(at, message));
        }
    }
}
