//! A port, and one way to reach it.

use super::Field;
use crate::source::Span;

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
