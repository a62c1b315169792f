//! Which containers of a stack are meant: by the hosts that something names, by their own names, by
//! shared volumes.

use super::{Container, HostName, MountKind, Stack};
use crate::source::HOLE;

/// Ends of names of settings that hold a host or an address.
const HOST_LIKE: [&str; 17] = [
    "HOST",
    "HOSTS",
    "HOSTNAME",
    "SERVER",
    "SERVERS",
    "ADDR",
    "ADDRESS",
    "URL",
    "URI",
    "DSN",
    "ENDPOINT",
    "DATABASE",
    "CONNECTION",
    "STRING",
    "CONTAINER",
    "SERVICE",
    "NODES",
];

/// The names by which containers of a stack are reached.
pub struct Names<'s> {
    stack: &'s Stack,
}

impl<'s> Names<'s> {
    /// The names of a stack.
    #[must_use]
    pub fn new(stack: &'s Stack) -> Self {
        Self { stack }
    }

    /// The containers that a host stands for, seen from a container.
    #[must_use]
    pub fn containers(&self, host: &str, from: Option<usize>) -> Vec<usize> {
        self.among(self.stack.hosts.iter(), host, from)
    }

    /// The same, of some names only.
    pub fn among<'h>(&self, known: impl Iterator<Item = &'h HostName>, host: &str, from: Option<usize>) -> Vec<usize> {
        let host = host.trim_end_matches('.');
        let own = from.and_then(|index| self.stack.container(index));
        if matches!(host, "localhost" | "127.0.0.1" | "::1") {
            if own.is_none() {
                // On the host, ports that are opened to it.
                let opened = |container: &Container| {
                    let mut exposures = container.exposures.iter().filter_map(|index| self.stack.exposures.get(*index));
                    exposures.any(|exposure| !exposure.host_port.is_absent())
                };
                let all = self.stack.containers.iter().enumerate();
                return all.filter(|(_, container)| opened(container)).map(|(index, _)| index).collect();
            }
            // Containers of one pod share their network.
            let workload = own.and_then(|own| self.stack.workloads.get(own.workload));
            let beside = workload.into_iter().flat_map(|workload| &workload.containers).copied();
            return beside.filter(|index| Some(*index) != from).collect();
        }
        let namespace =
            own.and_then(|own| self.stack.workloads.get(own.workload)).and_then(|it| it.namespace.as_deref());
        let names = known.filter(|known| known.is_meant(host, namespace));
        let mut found: Vec<usize> = names.map(|known| known.container).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The containers of a name that `exec` is given: a container, a workload, a pod of one.
    #[must_use]
    pub fn named(&self, name: &str) -> Vec<usize> {
        let stack = self.stack;
        let is_of = |container: &Container| {
            let workload = stack.workloads.get(container.workload).map(|workload| workload.name.as_str());
            container.name == name
                || workload.is_some_and(|workload| {
                    workload == name
                        || name
                            .strip_prefix(workload)
                            .and_then(|rest| rest.strip_prefix('-'))
                            .is_some_and(|rest| !rest.is_empty() && rest.chars().all(|next| next.is_ascii_digit()))
                })
        };
        let mut found: Vec<usize> =
            stack.containers.iter().enumerate().filter(|(_, it)| is_of(it)).map(|(index, _)| index).collect();
        found.extend(self.containers(name, None));
        found
    }

    /// The containers that share a volume with one.
    #[must_use]
    pub fn sharing(&self, container: usize) -> Vec<usize> {
        let volumes = |index: usize| {
            let mounts = self.stack.container(index).map_or(&[][..], |container| &container.mounts);
            let mounts = mounts.iter().filter_map(|mount| self.stack.mounts.get(*mount));
            mounts.filter(|mount| {
                matches!(mount.kind, MountKind::Volume | MountKind::Claim | MountKind::Bind | MountKind::Nfs)
            })
        };
        // Sockets and the host's own files are no data.
        let is_data = |source: &str| {
            let system = ["/etc/", "/var/run/", "/run/", "/dev/", "/proc", "/sys"];
            !source.ends_with(".sock") && !system.iter().any(|folder| source.starts_with(folder))
        };
        let own = volumes(container).filter_map(|mount| Some(mount.source.value()?.expose()));
        let own: Vec<&str> = own.filter(|source| is_data(source)).collect();
        let others = (0..self.stack.containers.len()).filter(|other| *other != container);
        let shares = |other: &usize| {
            volumes(*other).any(|mount| mount.source.value().is_some_and(|source| own.contains(&source.expose())))
        };
        if own.is_empty() { Vec::new() } else { others.filter(shares).collect() }
    }
}

/// The hosts that a setting or an argument names; [`HOLE`] stands in what is not known.
#[must_use]
pub fn hosts(name: &str, value: &str) -> Vec<String> {
    // Most values are one word, without a URL or a key.
    let has_parts = value.bytes().any(|byte| matches!(byte, b':' | b'=' | b'('));
    let mut found = if has_parts { addressed(value) } else { Vec::new() };
    if found.is_empty() && is_host_like(name) && value.len() <= 1000 {
        found.extend(value.split([',', ' ', ';']).map(without_port));
    }
    found.retain(|host| {
        !host.is_empty()
            && host.chars().all(|next| next.is_ascii_alphanumeric() || "-_.:".contains(next) || next == HOLE)
    });
    found
}

/// The hosts of URLs and connection strings.
fn addressed(value: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = value;
    while let Some((_, behind)) = rest.split_once("://") {
        let end = behind.find(['/', '?', '"', '\'', ' ', ')']).unwrap_or(behind.len());
        let authority = &behind[..end];
        let authority = authority.rsplit('@').next().unwrap_or(authority);
        found.extend(authority.split(',').map(without_port));
        rest = &behind[end..];
    }
    for key in ["host=", "Host=", "Server=", "server=", "Data Source=", "tcp("] {
        for (at, _) in value.match_indices(key) {
            let behind = &value[at + key.len()..];
            let end = behind.find([' ', ';', ',', '\'', '"', ')', '&']).unwrap_or(behind.len());
            found.push(without_port(&behind[..end]));
        }
    }
    found
}

/// What an address of the process itself is called.
const OWN: [&str; 3] = ["ADVERTISE", "BIND", "LISTEN"];

/// Whether a setting's name says that it holds a host or an address of somebody else.
#[must_use]
pub fn is_host_like(name: &str) -> bool {
    // Of every setting this is asked.
    let before = name.bytes().rposition(|byte| matches!(byte, b'_' | b'.' | b'-'));
    let last = name.get(before.map_or(0, |before| before + 1)..).unwrap_or_default();
    let last = last.trim_end_matches(|digit: char| digit.is_ascii_digit());
    let start = name.len().saturating_sub("HOST".len());
    let is_like = HOST_LIKE.iter().any(|word| word.eq_ignore_ascii_case(last))
        || name.get(start..).is_some_and(|end| end.eq_ignore_ascii_case("HOST"));
    is_like && {
        let name = name.to_ascii_uppercase();
        !OWN.iter().any(|word| name.contains(word))
    }
}

fn without_port(text: &str) -> String {
    let text = text.rsplit('@').next().unwrap_or(text).trim();
    if text.starts_with('[') {
        return text.trim_start_matches('[').split(']').next().unwrap_or_default().to_owned();
    }
    let (host, port) = text.rsplit_once(':').unwrap_or((text, ""));
    let host = if port.chars().all(|digit| digit.is_ascii_digit()) { host } else { text };
    host.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_found_where_they_stand() {
        for (name, value, shown) in [
            ("PGHOST", "db", "db"),
            ("POSTGRES_HOST", "db:5432", "db"),
            ("POSTGRES_USER", "postgres", ""),
            ("DATABASE_URL", "postgres://app:x@db:5432/app", "db"),
            ("ANY", "mongodb://a:1,b:2/x", "a b"),
            ("DSN", "host=db user=app", "db"),
            ("DSN", "app:x@tcp(db:3306)/app", "db"),
            ("ConnectionStrings__Default", "Server=db;Database=app", "db"),
            ("PASSWORD", "db", ""),
            ("ADVERTISE_HOST", "db", ""),
        ] {
            assert_eq!(hosts(name, value).join(" "), shown, "{name}={value}");
        }
    }
}
