//! Who connects to whom within a stack.

use crate::source::Reason;
use std::collections::BTreeMap;

/// Which containers connect to which, by their indices; each list has a place for every container.
#[derive(Debug, Default)]
pub struct Connections {
    /// What each connects to, sorted.
    pub servers: Vec<Vec<usize>>,
    /// What connects to each, sorted.
    pub clients: Vec<Vec<usize>>,
    /// Why some may connect to others too.
    pub hidden: BTreeMap<usize, Reason>,
    /// The same containers by what is told of them, so that their order in the files does not matter.
    told: Vec<usize>,
}

impl Connections {
    /// None between so many containers.
    #[must_use]
    pub fn none(containers: usize) -> Self {
        let lists = || vec![Vec::new(); containers];
        Self { servers: lists(), clients: lists(), hidden: BTreeMap::new(), told: Vec::new() }
    }

    /// Adds that one connects to others, itself left out.
    pub fn connect(&mut self, client: usize, servers: Vec<usize>) {
        for server in servers.into_iter().filter(|server| *server != client) {
            self.servers.get_mut(client).into_iter().for_each(|list| list.push(server));
            self.clients.get_mut(server).into_iter().for_each(|list| list.push(client));
        }
    }

    /// Notes that one may connect to what cannot be seen.
    pub fn hide(&mut self, client: usize, reason: &Reason) {
        self.hidden.entry(client).or_insert_with(|| reason.clone());
    }

    /// Why others than those known may connect to one, if so.
    #[must_use]
    pub fn hidden_of(&self, container: usize) -> Option<&Reason> {
        let known = self.clients.get(container);
        let is_new = |other: &&usize| **other != container && known.is_none_or(|known| !known.contains(*other));
        self.told.iter().find(is_new).and_then(|other| self.hidden.get(other))
    }

    /// Brings the lists into order.
    pub fn sort(&mut self) {
        self.told = self.hidden.keys().copied().collect();
        self.told.sort_by_cached_key(|container| self.hidden.get(container).map(Reason::phrase));
        for list in self.servers.iter_mut().chain(&mut self.clients) {
            list.sort_unstable();
            list.dedup();
        }
    }
}
