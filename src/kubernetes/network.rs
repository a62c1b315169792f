//! Which ports of containers are reached by what: Services, host ports, the host network, edges.

use super::index::Index;
use super::pod::Placed;
use super::selection::Selectable;
use super::sink::Sink;
use super::spot::{Spot, or_default};
use crate::model::{Exposure, Field, HostName, Object, Reach, State, Via};
use crate::source::{Reason, Span};
use hashbrown::{HashMap, HashSet};
use rayon::prelude::*;

/// A port of a Service and what it leads to.
pub(super) struct ServicePort<'t> {
    name: Option<&'t str>,
    number: Option<i64>,
    /// Containers with their ports and protocols.
    pub targets: Vec<Target>,
}

/// A container port.
#[derive(Clone)]
pub(super) struct Target {
    container: usize,
    port: i64,
    protocol: Field<String>,
}

/// The ports of Services by namespace and name.
pub(super) type Services<'t> = HashMap<(&'t str, &'t str), Vec<ServicePort<'t>>>;

/// Ports on the host's own network, and those with a `hostPort`.
pub(super) fn on_hosts(pods: &[Placed]) -> Vec<Exposure> {
    let exposures = pods.par_iter().flat_map_iter(|placed| {
        let mut exposures = Vec::new();
        on_host(placed, &mut exposures);
        exposures
    });
    exposures.collect()
}

/// Adds the declared ports that nothing leads to: other pods reach them all the same.
pub(super) fn behind_nothing(pods: &[Placed], exposures: &mut Vec<Exposure>) {
    let reached: HashSet<(usize, i64)> =
        exposures.iter().filter_map(|exposure| Some((exposure.container, *exposure.port.value()?))).collect();
    let inner = |container: usize, port: Spot| {
        let number = port.get("containerPort").integer();
        if number.value().is_some_and(|number| reached.contains(&(container, *number))) {
            return None;
        }
        let at = number.at.unwrap_or(port.at);
        Some(Exposure {
            container,
            port: number,
            host_port: Field::absent(at),
            host_ip: Field::absent(at),
            protocol: protocol(port),
            reach: Field::set(Reach::Internal, at),
            via: Via::Internal,
            purpose: None,
            at,
        })
    };
    exposures.par_extend(pods.par_iter().flat_map_iter(|placed| {
        let containers = placed.containers.iter();
        containers.flat_map(|(container, spot)| spot.get("ports").items().filter_map(|port| inner(*container, port)))
    }));
}

/// Ports of a container with a `hostPort`, or on the network of the host.
fn on_host(placed: &Placed, exposures: &mut Vec<Exposure>) {
    let host = placed.pod.spec.get("hostNetwork").boolean();
    let shared = match &host.state {
        State::Set(true) => {
            Some(Field { state: State::Set(Reach::Public), at: host.at, provenance: host.provenance.clone() })
        }
        State::Unknown(reason) => Some(Field { state: State::Unknown(reason.clone()), at: host.at, provenance: None }),
        State::Set(false) | State::Absent => None,
    };
    for (container, spot) in &placed.containers {
        let ports = spot.get("ports");
        if let Some(reach) = shared.as_ref().filter(|_| !ports.is_written()) {
            let at = reach.at.unwrap_or(spot.at);
            let reason = || Reason::Image { what: "the ports that it listens on".into() };
            exposures.push(Exposure {
                container: *container,
                port: Field::unknown(reason(), spot.at),
                host_port: Field::unknown(reason(), spot.at),
                host_ip: Field::absent(at),
                protocol: Field::unknown(reason(), spot.at),
                reach: reach.clone(),
                via: Via::HostNetwork,
                purpose: None,
                at,
            });
        }
        for port in ports.items() {
            let number = port.get("containerPort").integer();
            let host_port = port.get("hostPort");
            let host_ip = port.get("hostIP").string();
            let (reach, via, at) = match &shared {
                Some(reach) => (reach.clone(), Via::HostNetwork, reach.at.unwrap_or(port.at)),
                None if host_port.is_written() && host_port.integer().value() != Some(&0) => {
                    let at = host_port.node.map_or(port.at, |node| node.span);
                    (reach_of(&host_ip, at), Via::HostPort, at)
                }
                None => continue,
            };
            exposures.push(Exposure {
                container: *container,
                host_port: if via == Via::HostNetwork { number.clone() } else { host_port.integer() },
                port: number,
                host_ip,
                protocol: protocol(port),
                reach,
                via,
                purpose: None,
                at,
            });
        }
    }
}

/// From where an address of the host is reached; all addresses if none is written.
fn reach_of(address: &Field<String>, at: Span) -> Field<Reach> {
    let at = address.at.filter(|_| !address.is_absent()).unwrap_or(at);
    match &address.state {
        State::Absent => Field::set(Reach::Public, at),
        State::Set(address) => Field::set(Reach::of_address(address), at),
        State::Unknown(reason) => Field::unknown(reason.clone(), at),
    }
}

fn protocol(port: Spot) -> Field<String> {
    or_default(port.get("protocol").string().map(|word| word.to_ascii_lowercase()), "tcp".to_owned())
}

/// Joins Services with the pods that they select, and adds the exposures that they make.
pub(super) fn services<'t>(
    pods: &[Placed<'t>],
    selectable: &Selectable<'_, 't>,
    index: &Index<'t>,
    exposures: &mut Vec<Exposure>,
) -> Services<'t> {
    let Some(sink) = pods.first().map(|placed| placed.pod.spec.sink()) else { return Services::new() };
    let services = index.services().par_iter();
    let joined: Vec<_> = services.filter_map(|(_, object)| service(object, pods, selectable, index, sink)).collect();
    let mut services = Services::with_capacity(joined.len());
    for (name, ports, entered) in joined {
        exposures.extend(entered);
        services.insert(name, ports);
    }
    services
}

/// A Service by namespace and name, its ports, and the exposures that it makes.
type Joined<'t> = ((&'t str, &'t str), Vec<ServicePort<'t>>, Vec<Exposure>);

/// Joins a Service with the pods that it selects; `None` if there are none.
fn service<'t>(
    object: &'t Object,
    pods: &[Placed<'t>],
    selectable: &Selectable<'_, 't>,
    index: &Index<'t>,
    sink: &'t Sink,
) -> Option<Joined<'t>> {
    let root = Spot::new(&object.root, object.at, "this object", sink);
    let (namespace, spec) = (index.namespace(object), root.get("spec"));
    let selector = spec.get("selector");
    if selector.entries().is_empty() {
        return None;
    }
    let selected = selectable.having(selector, object, namespace).pods;
    let selected: Vec<&Placed> = selected.iter().filter_map(|number| pods.get(*number)).collect();
    if selected.is_empty() {
        return None;
    }
    let door = Door::of(root, spec);
    let mut exposures = Vec::new();
    let mut ports = Vec::new();
    for port in spec.get("ports").items() {
        let targets: Vec<Target> = selected.iter().flat_map(|placed| targets(placed, port)).collect();
        for target in &targets {
            door.expose(port, target, &mut exposures);
        }
        let number = port.get("port").integer();
        ports.push(ServicePort { name: port.get("name").text(), number: number.value().copied(), targets });
    }
    Some(((namespace, object.name.as_str()), ports, exposures))
}

/// The names of Services, for the containers that they lead to, in the order of the names.
pub(super) fn host_names(services: &Services) -> Vec<HostName> {
    let mut names = Vec::new();
    for ((namespace, name), ports) in services {
        for container in ports.iter().flat_map(|port| &port.targets).map(|target| target.container) {
            let namespace = Some((*namespace).to_owned());
            names.push(HostName { name: (*name).to_owned(), namespace, container });
        }
    }
    names.sort_by(|one, other| {
        (&one.name, &one.namespace, one.container).cmp(&(&other.name, &other.namespace, other.container))
    });
    names.dedup();
    names
}

/// The container ports behind a port of a Service.
fn targets(placed: &Placed, port: Spot) -> Vec<Target> {
    let written = port.get("targetPort");
    let wanted = if written.is_written() { written } else { port.get("port") };
    let number = super::spot::number_or_name(wanted);
    let mut found = Vec::new();
    for (container, spot) in &placed.containers {
        for declared in spot.get("ports").items() {
            let declared_number = declared.get("containerPort").integer().value().copied();
            let same = match number {
                Some(Ok(number)) => declared_number == Some(number),
                Some(Err(name)) => declared.get("name").text() == Some(name),
                None => false,
            };
            if let (true, Some(port)) = (same, declared_number) {
                found.push(Target { container: *container, port, protocol: protocol(declared) });
            }
        }
    }
    if let (true, Some(Ok(number))) = (found.is_empty(), number) {
        // Ports need not be declared; the traffic is for whoever declares none, else for the first.
        let undeclared = placed.containers.iter().find(|(_, spot)| !spot.get("ports").is_written());
        if let Some((container, _)) = undeclared.or(placed.containers.first()) {
            found.push(Target { container: *container, port: number, protocol: protocol(port) });
        }
    }
    found
}

impl ServicePort<'_> {
    /// Whether a backend that names a port, by number or name, means this one.
    pub fn is(&self, wanted: Option<Result<i64, &str>>) -> bool {
        match wanted {
            None => true,
            Some(Ok(number)) => self.number == Some(number),
            Some(Err(name)) => self.name == Some(name),
        }
    }
}

impl Target {
    /// Index into the stack's containers.
    pub fn container(&self) -> usize {
        self.container
    }

    /// This port, reached over an edge that stands at `at`.
    pub fn over_edge(&self, reach: Field<Reach>, at: Span) -> Exposure {
        Exposure {
            container: self.container,
            port: Field::set(self.port, at),
            host_port: Field::absent(at),
            host_ip: Field::absent(at),
            protocol: self.protocol.clone(),
            reach,
            via: Via::Edge,
            purpose: None,
            at,
        }
    }
}

/// How a Service is entered.
struct Door<'t> {
    via: Via,
    reach: Field<Reach>,
    /// Where its type stands; `None` for one inside of the cluster only.
    at: Option<Span>,
    external: Spot<'t>,
}

impl<'t> Door<'t> {
    fn of(root: Spot<'t>, spec: Spot<'t>) -> Self {
        let written = spec.get("type");
        let at = written.node.map(|node| node.span);
        let external = spec.get("externalIPs");
        let set = |via, reach| Self { via, reach: Field::set(reach, at.unwrap_or(spec.at)), at, external };
        if let Some(reason) = written.reason() {
            return Self { reach: Field::unknown(reason, written.at), ..set(Via::Internal, Reach::Internal) };
        }
        match written.text() {
            Some("NodePort") => set(Via::NodePort, Reach::Public),
            Some("LoadBalancer") => set(Via::LoadBalancer, balancer(root, spec)),
            _ => Self { at: None, ..set(Via::Internal, Reach::Internal) },
        }
    }

    fn expose(&self, port: Spot, target: &Target, exposures: &mut Vec<Exposure>) {
        let own = port.get("port").integer();
        let at = self.at.or(own.at).unwrap_or(port.at);
        let mut expose = |via, host_port, host_ip, reach: Field<Reach>, at| {
            exposures.push(Exposure {
                container: target.container,
                port: Field::set(target.port, at),
                host_port,
                host_ip,
                protocol: target.protocol.clone(),
                reach,
                via,
                purpose: None,
                at,
            });
        };
        let host_port = match self.via {
            Via::NodePort => {
                let node_port = port.get("nodePort").integer();
                if node_port.is_absent() { Field::unknown(Reason::Generated, port.at) } else { node_port }
            }
            Via::LoadBalancer => own.clone(),
            _ => Field::absent(at),
        };
        expose(self.via, host_port, Field::absent(at), self.reach.clone(), at);
        for address in self.external.items() {
            let host_ip = address.string();
            let reach = reach_of(&host_ip, address.at);
            expose(Via::LoadBalancer, own.clone(), host_ip, reach, address.at);
        }
    }
}

/// Annotations by which clouds are told to give a load balancer an inner address, with the values
/// that mean it.
const INNER: &[(&str, &[&str])] = &[
    ("service.beta.kubernetes.io/aws-load-balancer-internal", &["true", "0.0.0.0/0"]),
    ("service.beta.kubernetes.io/aws-load-balancer-scheme", &["internal"]),
    ("service.beta.kubernetes.io/azure-load-balancer-internal", &["true"]),
    ("networking.gke.io/load-balancer-type", &["Internal", "internal"]),
    ("cloud.google.com/load-balancer-type", &["Internal", "internal"]),
    ("service.beta.kubernetes.io/openstack-internal-load-balancer", &["true"]),
    ("service.beta.kubernetes.io/oci-load-balancer-internal", &["true"]),
    ("service.beta.kubernetes.io/alibaba-cloud-loadbalancer-address-type", &["intranet"]),
    ("load-balancer.hetzner.cloud/disable-public-network", &["true"]),
    ("service.kubernetes.io/ibm-load-balancer-cloud-provider-ip-type", &["private"]),
];

/// From where a load balancer is reached.
fn balancer(root: Spot, spec: Spot) -> Reach {
    let annotations = root.path(&["metadata", "annotations"]);
    let inner = annotations.entries().iter().any(|entry| {
        let values = INNER.iter().find(|(key, _)| *key == entry.name()).map(|(_, values)| *values);
        values.is_some_and(|values| entry.value.text().is_some_and(|text| values.contains(&text)))
    });
    let ranges = spec.get("loadBalancerSourceRanges");
    let open = ranges.items().any(|range| range.text().is_none_or(|text| text.ends_with("/0")));
    let fenced = ranges.items().next().is_some() && !open;
    if inner || fenced { Reach::Private } else { Reach::Public }
}
