//! Which services are started with which profiles.

use crate::syntax::Node;
use std::collections::HashMap;

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
            let items = entry.value.get("profiles").map_or(&[][..], Node::items);
            let is_known = |item: &&Node| item.provenance.as_ref().is_none_or(|it| it.unknown.is_none());
            let own: Vec<String> = items.iter().filter(is_known).filter_map(Node::text).map(str::to_owned).collect();
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
}
