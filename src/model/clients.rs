//! Which containers connect to which, by the hosts that their settings name.

use super::hosts::{Names, hosts, is_host_like};
use super::{Connections, Container, Gap, HostName, Stack, State, SubjectKind};
use crate::source::{Hinge, Reason, Text, has_hole};
use std::collections::HashMap;
use std::sync::Arc;

/// The longest value that hosts are looked for in, in bytes.
const LONGEST: usize = 4096;

/// What a container connects to; and why there may be more, if so.
#[must_use]
pub fn servers<'s>(container: &Container, stack: &'s Stack) -> (Vec<&'s Container>, Option<Reason>) {
    let Some(index) = index_of(container, stack) else { return (Vec::new(), None) };
    let gap = || stack.open_in(SubjectKind::Setting, container).map(|gap| gap.reason.clone());
    let open = within(stack).hidden.get(&index).cloned().or_else(gap);
    (containers(within(stack).servers.get(index), stack), open)
}

/// What connects to a container; and why there may be more, if so.
#[must_use]
pub fn clients<'s>(container: &Container, stack: &'s Stack) -> (Vec<&'s Container>, Option<Reason>) {
    let Some(index) = index_of(container, stack) else { return (Vec::new(), None) };
    let gap = || stack.open(SubjectKind::Setting).or(stack.open(SubjectKind::Container));
    let open = within(stack).hidden_of(index).or_else(|| gap().map(|gap: &Gap| &gap.reason));
    let open = open.map(|reason| {
        let what = format!("what else connects to {}", container.name);
        Reason::Hinges(Arc::new(Hinge { what, on: reason.clone() }))
    });
    (containers(within(stack).clients.get(index), stack), open)
}

/// The connections of a stack, worked out once.
fn within(stack: &Stack) -> &Connections {
    stack.connections.get_or_init(|| of(stack))
}

/// Looks at every setting of a stack once.
fn of(stack: &Stack) -> Connections {
    let mut made = Connections::none(stack.containers.len());
    let mut known: HashMap<&str, Vec<&HostName>> = HashMap::new();
    for host in &stack.hosts {
        known.entry(host.name.as_str()).or_default().push(host);
    }
    let names = Names::new(stack);
    for (client, container) in stack.containers.iter().enumerate() {
        for setting in container.settings.iter().filter_map(|index| stack.setting(*index)) {
            let value = match &setting.value.state {
                State::Set(value) => value.expose(),
                State::Unknown(reason) => {
                    // Of an address of which the password is not known, the host may be.
                    let outline = reason.outline().map_or("", Text::expose);
                    if is_host_like(&setting.name) && is_hidden(&hosts(&setting.name, outline)) {
                        made.hide(client, reason.of_rest());
                    }
                    outline
                }
                State::Absent => continue,
            };
            if value.len() > LONGEST {
                continue;
            }
            for host in hosts(&setting.name, value) {
                // Where a browser is sent says nothing of who listens beside.
                if has_hole(&host) || is_own(&host) && value.starts_with("http") {
                    continue;
                }
                let candidates = beginnings(&host).filter_map(|name| known.get(name)).flatten().copied();
                made.connect(client, names.among(candidates, &host, Some(client)));
            }
        }
    }
    made.sort();
    made
}

fn containers<'s>(list: Option<&Vec<usize>>, stack: &'s Stack) -> Vec<&'s Container> {
    list.into_iter().flatten().filter_map(|index| stack.container(*index)).collect()
}

fn index_of(container: &Container, stack: &Stack) -> Option<usize> {
    let mut own = stack.workloads.get(container.workload)?.containers.iter().copied();
    own.find(|index| stack.container(*index).is_some_and(|other| std::ptr::eq(other, container)))
}

/// Whether there may be more hosts than these, found in a value of which some is not known.
fn is_hidden(hosts: &[String]) -> bool {
    hosts.is_empty() || hosts.iter().any(|host| has_hole(host))
}

fn is_own(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "::1")
}

/// A host name, and what stands before each of its dots.
fn beginnings(host: &str) -> impl Iterator<Item = &str> {
    let host = host.trim_end_matches('.');
    host.match_indices('.').take(8).map(|(dot, _)| &host[..dot]).chain([host])
}
