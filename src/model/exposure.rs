//! A port, and one way to reach it.

use super::Field;
use crate::source::Span;
use std::net::IpAddr;

/// From where a port can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reach {
    /// From the other workloads only.
    Internal,
    /// From the host itself only.
    Loopback,
    /// From a private network.
    Private,
    /// From everywhere that reaches the host or the load balancer.
    Public,
}

impl Reach {
    /// From where something is reached that listens on this address of a host. What is no address
    /// counts as one that everybody reaches.
    #[must_use]
    pub fn of_address(address: &str) -> Self {
        let address = address.trim_start_matches('[').trim_end_matches(']');
        match address.parse::<IpAddr>().map(|address| address.to_canonical()) {
            Ok(address) if address.is_loopback() => Self::Loopback,
            Ok(IpAddr::V4(address)) if address.is_private() || address.is_link_local() => Self::Private,
            Ok(IpAddr::V6(address)) if address.is_unique_local() || address.is_unicast_link_local() => Self::Private,
            Err(_) if address == "localhost" => Self::Loopback,
            Ok(_) | Err(_) => Self::Public,
        }
    }

    /// The word that rules and reports use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Internal => "internal",
            Self::Loopback => "loopback",
            Self::Private => "private",
            Self::Public => "public",
        }
    }
}

/// By what a port is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Via {
    /// The network of the workloads.
    Internal,
    /// A published port of the Compose host.
    Port,
    /// The host's own network.
    HostNetwork,
    /// A NodePort Service.
    NodePort,
    /// A LoadBalancer Service.
    LoadBalancer,
    /// A `hostPort` of a pod.
    HostPort,
    /// An Ingress, route or proxy in front.
    Edge,
}

impl Via {
    /// The word that rules and reports use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Internal => "internal",
            Self::Port => "port",
            Self::HostNetwork => "host-network",
            Self::NodePort => "node-port",
            Self::LoadBalancer => "load-balancer",
            Self::HostPort => "host-port",
            Self::Edge => "edge",
        }
    }
}

/// A container port and one way to reach it.
#[derive(Debug)]
pub struct Exposure {
    /// Index into the stack's containers.
    pub container: usize,
    /// The port of the container. One exposure stands for one port; ranges are expanded.
    pub port: Field<i64>,
    /// The port outside.
    pub host_port: Field<i64>,
    /// The address outside.
    pub host_ip: Field<String>,
    /// `tcp`, `udp` or `sctp`.
    pub protocol: Field<String>,
    /// From where it can be reached.
    pub reach: Field<Reach>,
    /// By what.
    pub via: Via,
    /// What the app uses the port for, where that is known.
    pub purpose: Option<String>,
    /// The place that makes it reachable: the `ports` entry, the Service's `type`.
    pub at: Span,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_tell_their_reach() {
        for (address, reach) in [
            ("127.0.0.1", "loopback"),
            ("[::1]", "loopback"),
            ("localhost", "loopback"),
            ("::ffff:127.0.0.1", "loopback"),
            ("10.1.2.3", "private"),
            ("192.168.0.1", "private"),
            ("fd00::1", "private"),
            ("0.0.0.0", "public"),
            ("::", "public"),
            ("203.0.113.9", "public"),
        ] {
            assert_eq!(Reach::of_address(address).word(), reach, "{address}");
        }
    }
}
