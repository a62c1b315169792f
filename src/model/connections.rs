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
}

impl Connections {
    /// None between so many containers.
    #[must_use]
    pub fn none(containers: usize) -> Self {
        let lists = || vec![Vec::new(); containers];
        Self { servers: lists(), clients: lists(), hidden: BTreeMap::new() }
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

    /// Brings the lists into order.
    pub fn sort(&mut self) {
        for list in self.servers.iter_mut().chain(&mut self.clients) {
            list.sort_unstable();
            list.dedup();
        }
    }
}
