//! What stands in front of Services: Ingresses and routes.

use super::index::{Index, group};
use super::network::Services;
use super::pod::Placed;
use super::sink::Sink;
use super::spot::{Spot, number_or_name};
use crate::model::{Exposure, Field, Object, Reach};

/// A Service that an edge leads to.
pub(super) struct Backend<'t> {
    /// Its name.
    pub name: Spot<'t>,
    /// Its namespace, if that is not the route's own.
    pub namespace: Option<&'t str>,
    /// Its port; all of them if none is named.
    pub port: Option<Spot<'t>>,
}

/// The Services that an object leads to, if it is an edge.
pub(super) fn backends<'t>(object: &'t Object, sink: &'t Sink) -> Vec<Backend<'t>> {
    let read = match (group(&object.api), object.kind.as_str()) {
        ("networking.k8s.io" | "extensions", "Ingress") => ingress,
        ("gateway.networking.k8s.io", "HTTPRoute" | "GRPCRoute" | "TLSRoute" | "TCPRoute" | "UDPRoute") => {
            gateway_route
        }
        ("traefik.io" | "traefik.containo.us", "IngressRoute" | "IngressRouteTCP" | "IngressRouteUDP") => traefik_route,
        ("route.openshift.io", "Route") => openshift_route,
        _ => return Vec::new(),
    };
    read(Spot::new(&object.root, object.at, "this object", sink).get("spec"))
}

/// Adds the exposures that edges make.
pub(super) fn exposures<'t>(
    index: &Index<'t>,
    services: &Services<'t>,
    pods: &[Placed<'t>],
    exposures: &mut Vec<Exposure>,
) {
    let Some(sink) = pods.first().map(|placed| placed.pod.spec.sink()) else { return };
    for &(_, object) in index.of_other_groups() {
        let backends = backends(object, sink);
        if backends.is_empty() {
            continue;
        }
        let root = Spot::new(&object.root, object.at, "this object", sink);
        let inner =
            root.path(&["metadata", "annotations", "alb.ingress.kubernetes.io/scheme"]).text() == Some("internal");
        let reach = if inner { Reach::Private } else { Reach::Public };
        for backend in backends {
            let Some(name) = backend.name.text() else { continue };
            let namespace = backend.namespace.unwrap_or_else(|| index.namespace(object));
            let at = backend.name.node.map_or(object.at, |node| node.span);
            let wanted = backend.port.and_then(number_or_name);
            let ports = services.get(&(namespace, name)).into_iter().flatten().filter(|port| port.is(wanted));
            for target in ports.flat_map(|port| &port.targets) {
                exposures.push(target.over_edge(Field::set(reach, at), at));
            }
        }
    }
}

fn ingress(spec: Spot) -> Vec<Backend> {
    let paths = spec.get("rules").items().flat_map(|rule| rule.path(&["http", "paths"]).items());
    let backends = paths.map(|path| path.get("backend"));
    let defaults = [spec.get("defaultBackend"), spec.get("backend")].into_iter().filter(|backend| backend.is_written());
    defaults.chain(backends).map(ingress_backend).collect()
}

/// The Service of a backend of an Ingress.
pub(super) fn ingress_backend(backend: Spot<'_>) -> Backend<'_> {
    // Until Kubernetes 1.21 name and port were written side by side.
    if backend.get("serviceName").is_written() {
        return Backend { name: backend.get("serviceName"), namespace: None, port: Some(backend.get("servicePort")) };
    }
    let number = backend.path(&["service", "port", "number"]);
    let port = if number.is_written() { number } else { backend.path(&["service", "port", "name"]) };
    Backend { name: backend.path(&["service", "name"]), namespace: None, port: Some(port) }
}

fn gateway_route(spec: Spot) -> Vec<Backend> {
    let references = spec.get("rules").items().flat_map(|rule| rule.get("backendRefs").items());
    let services = references.filter(|reference| matches!(reference.get("kind").text(), None | Some("Service")));
    services
        .map(|reference| Backend {
            name: reference.get("name"),
            namespace: reference.get("namespace").text(),
            port: Some(reference.get("port")),
        })
        .collect()
}

fn traefik_route(spec: Spot) -> Vec<Backend> {
    let services = spec.get("routes").items().flat_map(|route| route.get("services").items());
    let services = services.filter(|service| matches!(service.get("kind").text(), None | Some("Service")));
    services
        .map(|service| Backend {
            name: service.get("name"),
            namespace: service.get("namespace").text(),
            port: Some(service.get("port")),
        })
        .collect()
}

fn openshift_route(spec: Spot) -> Vec<Backend> {
    // `port.targetPort` is optional; without looking at it every port of the Service counts.
    vec![Backend { name: spec.path(&["to", "name"]), namespace: None, port: None }]
}
