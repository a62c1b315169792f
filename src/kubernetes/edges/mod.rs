//! Hosts that are served: Ingresses, routes of Gateways, of Traefik and of OpenShift.

mod gateway;
mod ingress;
mod issuer;
mod traefik;

use super::edge::{self, Backend};
use super::index::{Index, group};
use super::network::Services;
use super::sink::Sink;
use super::spot::{Spot, number_or_name};
use super::workload::elsewhere;
use crate::model::{Edge, Field, Object, Stack};
use crate::source::{Reason, Span};

/// What readers of edges look things up in.
struct Scene<'s, 't> {
    index: &'s Index<'t>,
    sink: &'t Sink,
}

impl<'t> Scene<'_, 't> {
    fn root(&self, object: &'t Object) -> Spot<'t> {
        Spot::new(&object.root, object.at, "this object", self.sink)
    }

    /// Another object of the stack.
    fn find(&self, kind: &'static str, namespace: &str, name: &str) -> Option<Spot<'t>> {
        let found = self.index.objects().get(self.index.find(kind, namespace, name)?)?;
        Some(self.root(found))
    }
}

/// An edge with the Services behind it, before its upstreams are looked up.
struct Made<'t> {
    edge: Edge,
    backends: Vec<Backend<'t>>,
}

/// Adds the edges of a stack, and tells containers which forward to them.
pub(super) fn lower<'t>(stack: &mut Stack, index: &Index<'t>, services: &Services<'t>, sink: &'t Sink) {
    let scene = Scene { index, sink };
    for &(number, object) in index.of_other_groups() {
        let made = match (group(&object.api), object.kind.as_str()) {
            ("networking.k8s.io" | "extensions", "Ingress") => ingress::lower(&scene, number, object),
            ("gateway.networking.k8s.io", "HTTPRoute" | "GRPCRoute") => gateway::lower(&scene, number, object),
            ("traefik.io" | "traefik.containo.us", "IngressRoute") => traefik::lower(&scene, number, object),
            ("route.openshift.io", "Route") => openshift(&scene, number, object),
            _ => continue,
        };
        for Made { mut edge, backends } in made {
            connect(&mut edge, &backends, object, index, services);
            let number = stack.edges.len();
            for upstream in &edge.upstreams {
                if let Some(container) = stack.containers.get_mut(*upstream) {
                    container.edges.push(number);
                }
            }
            stack.edges.push(edge);
        }
    }
}

/// Fills in the containers behind Services.
fn connect<'t>(
    edge: &mut Edge,
    backends: &[Backend<'t>],
    object: &'t Object,
    index: &Index<'t>,
    services: &Services<'t>,
) {
    for backend in backends {
        let Some(name) = backend.name.text() else {
            edge.upstreams_more = edge.upstreams_more.take().or_else(|| backend.name.reason());
            continue;
        };
        let namespace = backend.namespace.unwrap_or_else(|| index.namespace(object));
        let Some(ports) = services.get(&(namespace, name)) else {
            edge.upstreams_more.get_or_insert_with(|| elsewhere(&format!("what Service {name} leads to")));
            continue;
        };
        let wanted = backend.port.and_then(number_or_name);
        for target in ports.iter().filter(|port| port.is(wanted)).flat_map(|port| &port.targets) {
            if !edge.upstreams.contains(&target.container()) {
                edge.upstreams.push(target.container());
            }
        }
    }
}

/// An edge of an object about which nothing more is known yet.
fn blank(kind: &'static str, number: usize, object: &Object, host: Field<String>, at: Span) -> Edge {
    Edge { object: Some(number), ..Edge::new(object.name.as_str(), kind, host, at) }
}

/// That a program in front does what files of another place say.
fn unseen(what: &str) -> Reason {
    Reason::Unseen { what: what.into() }
}

fn word(text: &str, at: Span) -> Field<String> {
    Field::set(text.to_owned(), at)
}

/// A Route of OpenShift.
fn openshift<'t>(scene: &Scene<'_, 't>, number: usize, object: &'t Object) -> Vec<Made<'t>> {
    let spec = scene.root(object).get("spec");
    let host = spec.get("host");
    let at = host.node.map_or(object.at, |node| node.span);
    // Without a host the router makes one up.
    let name = if host.is_written() { host.string() } else { Field::unknown(Reason::Generated, at) };
    let mut edge = blank("openshift", number, object, name, at);
    let tls = spec.get("tls");
    edge.tls = if tls.is_written() { word("certificate", tls.at) } else { word("none", spec.at) };
    let insecure = tls.get("insecureEdgeTerminationPolicy");
    edge.redirects = match (insecure.reason(), insecure.text()) {
        (Some(reason), _) => Field::unknown(reason, insecure.at),
        (None, Some(policy)) => Field::set(policy != "Allow", insecure.at),
        // Without a policy plain HTTP is not answered, but only where there is TLS.
        (None, None) => Field::set(tls.is_written(), insecure.at),
    };
    vec![Made { edge, backends: edge::backends(object, scene.sink) }]
}
