//! Which services are started with which profiles.

use crate::syntax::{Entry, Mapping, Node, Value};
use std::collections::HashMap;
use std::sync::Arc;

/// The profiles of the services of a project, and which of them are on.
#[derive(Debug, Default)]
pub(super) struct Profiles {
    /// Those that are on, by `COMPOSE_PROFILES` or by what was asked for; `*` stands for all.
    on: Vec<String>,
    /// Those of each service; a service without any is always started.
    of: HashMap<String, Vec<String>>,
}

impl Profiles {
    /// The profiles of a merged project.
    pub fn of_project(root: &Node, on: Vec<String>) -> Self {
        let mut profiles = Self { on, ..Self::default() };
        for entry in root.get("services").map_or(&[][..], Node::entries) {
            let mut own: Vec<String> = Vec::new();
            for item in entry.value.get("profiles").map_or(&[][..], Node::items) {
                let is_known = item.provenance.as_ref().is_none_or(|provenance| provenance.unknown.is_none());
                own.extend(item.text().filter(|_| is_known).map(str::to_owned));
            }
            if !own.is_empty() {
                profiles.of.insert(entry.name().to_owned(), own);
            }
        }
        profiles
    }

    fn is_on(&self, name: &str) -> bool {
        self.on.iter().any(|on| on == name || on == "*")
    }

    /// Whether a service is started.
    pub fn is_active(&self, service: &str) -> bool {
        self.of.get(service).is_none_or(|own| own.iter().any(|name| self.is_on(name)))
    }

    /// Whether a service is started when one more profile is on.
    pub fn is_active_with(&self, service: &str, profile: &str) -> bool {
        self.is_active(service) || self.of.get(service).is_some_and(|own| own.iter().any(|name| name == profile))
    }

    /// A profile that a service waits for; `None` if it is started.
    pub fn missing(&self, service: &str) -> Option<&str> {
        let own = self.of.get(service).filter(|_| !self.is_active(service))?;
        own.first().map(String::as_str)
    }

    /// A profile that starts one service, and not the other.
    pub fn parting(&self, service: &str, other: &str) -> Option<&str> {
        if self.is_active(service) {
            return None;
        }
        let own = self.of.get(service)?;
        own.iter().find(|profile| !self.is_active_with(other, profile)).map(String::as_str)
    }

    /// The project with those of its services that are started.
    pub fn started(&self, root: &Node) -> Node {
        let is_started = |entry: &&Entry| self.is_active(entry.name());
        let sections = root.entries().iter().map(|section| {
            let Value::Mapping(all) = &section.value.value else { return section.clone() };
            if section.name() != "services" {
                return section.clone();
            }
            let entries = all.entries.iter().filter(is_started).cloned().collect();
            let value = Node { value: Value::Mapping(Arc::new(Mapping { entries })), ..section.value.clone() };
            Entry { key: section.key.clone(), value }
        });
        Node { value: Value::Mapping(Arc::new(Mapping { entries: sections.collect() })), ..root.clone() }
    }
}
