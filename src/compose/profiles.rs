//! Which services are started with which profiles.

use crate::syntax::{Entry, Mapping, Node, Value};
use std::collections::{BTreeSet, HashMap};

/// How many profiles of one project are looked at one by one.
const MOST: usize = 50;

/// The profiles of the services of a project, and which of them are on.
#[derive(Debug, Default)]
pub(super) struct Profiles {
    /// Those that are on, by `COMPOSE_PROFILES` or by what was asked for; `*` stands for all.
    on: Vec<String>,
    /// Those of each service; a service without any is always started.
    of: HashMap<String, Vec<String>>,
    /// All names, in the order of the file.
    names: Vec<String>,
    /// Whether there are so many that not all of them are among the names.
    pub has_more: bool,
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
            for name in &own {
                if profiles.names.len() > MOST {
                    profiles.has_more = true;
                } else if !profiles.names.contains(name) {
                    profiles.names.push(name.clone());
                }
            }
            if !own.is_empty() {
                profiles.of.insert(entry.name().to_owned(), own);
            }
        }
        profiles
    }

    /// Those that can be put on beside the ones that are.
    pub fn further(&self) -> impl Iterator<Item = &str> {
        self.names.iter().filter(|name| !self.is_on(name)).map(String::as_str)
    }

    /// All that services name, each once, in order.
    pub fn named(&self) -> Vec<String> {
        let names: BTreeSet<&String> = self.of.values().flatten().collect();
        names.into_iter().cloned().collect()
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

    /// The project with those of its services that are started when one more profile is on.
    pub fn started(&self, root: &Node, profile: Option<&str>) -> Node {
        let is_started = |entry: &&Entry| match profile {
            Some(profile) => self.is_active_with(entry.name(), profile),
            None => self.is_active(entry.name()),
        };
        let sections = root.entries().iter().map(|section| {
            let Value::Mapping(all) = &section.value.value else { return section.clone() };
            if section.name() != "services" {
                return section.clone();
            }
            let entries = all.entries.iter().filter(is_started).cloned().collect();
            let value = Node { value: Value::Mapping(Mapping::new(entries)), ..section.value.clone() };
            Entry { key: section.key.clone(), value }
        });
        Node { value: Value::Mapping(Mapping::new(sections.collect())), ..root.clone() }
    }
}
