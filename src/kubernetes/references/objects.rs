//! What Services, routes and autoscalers refer to, and the selectors of controllers.

use crate::kubernetes::edge;
use crate::kubernetes::index::{Index, Numbered, group};
use crate::kubernetes::labels;
use crate::kubernetes::pod::Placed;
use crate::kubernetes::selection::Selectable;
use crate::kubernetes::sink::Sink;
use crate::kubernetes::spot::{Spot, number_or_name};
use crate::kubernetes::workload::elsewhere;
use crate::model::{Field, Object, Reference};
use crate::source::Span;
use rayon::prelude::*;

/// The references of objects, by the object's number.
pub(in crate::kubernetes) fn of_objects<'t>(
    pods: &[Placed<'t>],
    selectable: &Selectable<'_, 't>,
    index: &Index<'t>,
    sink: &'t Sink,
) -> Vec<(usize, Vec<Reference>)> {
    let scene = Scene { pods, index, selectable, sink };
    let any = |number: usize, found: Vec<Reference>| (!found.is_empty()).then_some((number, found));
    let of_service = |(number, object): &Numbered<'t>| any(*number, scene.service(object));
    let of_other = |(number, object): &Numbered<'t>| match (group(&object.api), object.kind.as_str()) {
        ("autoscaling", "HorizontalPodAutoscaler") => any(*number, scene.autoscaler(object)),
        _ => any(*number, scene.route(object)),
    };
    let of_controller = |placed: &Placed<'t>| Some((placed.pod.object, vec![own_pods(placed)?]));
    let services = index.services().par_iter().filter_map(of_service);
    let others = index.of_other_groups().par_iter().filter_map(of_other);
    services.chain(others).chain(pods.par_iter().filter_map(of_controller)).collect()
}

struct Scene<'p, 't> {
    pods: &'p [Placed<'t>],
    index: &'p Index<'t>,
    selectable: &'p Selectable<'p, 't>,
    sink: &'t Sink,
}

impl<'t> Scene<'_, 't> {
    fn root(&self, object: &'t Object) -> Spot<'t> {
        Spot::new(&object.root, object.at, "this object", self.sink)
    }

    /// The pods of a Service, and the ports that it names.
    fn service(&self, object: &'t Object) -> Vec<Reference> {
        let spec = self.root(object).get("spec");
        let selector = spec.get("selector");
        if selector.entries().is_empty() || spec.get("type").text() == Some("ExternalName") {
            return Vec::new();
        }
        let namespace = self.index.namespace(object);
        let selected = self.selectable.having(selector, object, namespace);
        let at = selector.at;
        let found = if !selected.pods.is_empty() {
            Field::set(true, at)
        } else if self.is_meant(object, namespace) && selected.perhaps.is_empty() {
            Field::set(false, at)
        } else {
            Field::unknown(elsewhere(&format!("what Service {} selects", object.name)), at)
        };
        let labels = selector.entries().iter();
        let labels: Vec<String> =
            labels.map(|entry| format!("{}={}", entry.name(), entry.value.text().unwrap_or_default())).collect();
        let mut references = vec![reference("pods", labels.join(","), found, at)];
        for port in spec.get("ports").items().map(|port| port.get("targetPort")) {
            let Some(Err(name)) = number_or_name(port).filter(|_| !selected.pods.is_empty()) else { continue };
            let has = |number: &usize| self.pods.get(*number).is_some_and(|placed| declares(placed, name));
            let at = port.node.map_or(port.at, |node| node.span);
            references.push(reference("port", name, Field::set(selected.pods.iter().any(has), at), at));
        }
        references
    }

    /// Whether a workload beside a Service bears its name, so that they were written for each other.
    fn is_meant(&self, object: &Object, namespace: &str) -> bool {
        self.pods
            .iter()
            .map(|placed| &placed.pod)
            .any(|pod| pod.namespace == namespace && pod.owner.name == object.name && !pod.is_managed())
    }

    /// The Services that a route leads to, with their ports.
    fn route(&self, object: &'t Object) -> Vec<Reference> {
        let mut references = Vec::new();
        for backend in edge::backends(object, self.sink) {
            let Some(name) = backend.name.text() else { continue };
            let at = backend.name.node.map_or(backend.name.at, |node| node.span);
            let namespace = backend.namespace.unwrap_or_else(|| self.index.namespace(object));
            let service = self.index.find("Service", namespace, name).and_then(|found| self.index.objects().get(found));
            let Some(service) = service else {
                references.push(reference(
                    "Service",
                    name,
                    Field::unknown(elsewhere(&format!("Service {name}")), at),
                    at,
                ));
                continue;
            };
            references.push(reference("Service", name, Field::set(true, at), at));
            let spec = self.root(service).get("spec");
            let Some(port) = backend.port.filter(|_| spec.get("ports").is_written()) else { continue };
            let Some(wanted) = number_or_name(port) else { continue };
            let found = spec.get("ports").items().any(|own| match wanted {
                Ok(number) => own.get("port").integer().value() == Some(&number),
                Err(name) => own.get("name").text() == Some(name),
            });
            let wanted = wanted.map_or_else(str::to_owned, |number| number.to_string());
            let at = port.node.map_or(port.at, |node| node.span);
            references.push(Reference { key: Some(wanted), ..reference("Service", name, Field::set(found, at), at) });
        }
        references
    }

    /// What an autoscaler scales.
    fn autoscaler(&self, object: &'t Object) -> Vec<Reference> {
        let target = self.root(object).path(&["spec", "scaleTargetRef"]);
        let (Some(kind), Some(name)) = (target.get("kind").text(), target.get("name").text()) else {
            return Vec::new();
        };
        let namespace = self.index.namespace(object);
        let is_it = |placed: &Placed| {
            placed.pod.namespace == namespace && placed.pod.of.kind == kind && placed.pod.owner.name == name
        };
        let at = target.get("name").node.map_or(target.at, |node| node.span);
        let found = if self.pods.iter().any(is_it) {
            Field::set(true, at)
        } else {
            Field::unknown(elsewhere(&format!("{kind} {name}")), at)
        };
        vec![reference("workload", name, found, at)]
    }
}

fn reference(kind: &'static str, name: impl Into<String>, found: Field<bool>, at: Span) -> Reference {
    Reference { kind, name: name.into(), key: None, found, optional: false, at }
}

/// Whether a container of a pod declares a port of this name.
fn declares(placed: &Placed, name: &str) -> bool {
    // Which ports an operator opens is not written.
    if placed.pod.is_managed() {
        return true;
    }
    let ports = placed.containers.iter().flat_map(|(_, container)| container.get("ports").items());
    ports.into_iter().any(|port| port.get("name").text() == Some(name))
}

/// Whether the selector of a controller selects the pods that it makes, which the API wants.
fn own_pods(placed: &Placed) -> Option<Reference> {
    let pod = &placed.pod;
    let selector = pod.root.path(&["spec", "selector"]);
    if !selector.is_written() {
        return None;
    }
    let found = match pod.of.kind {
        "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "Rollout" => labels::selection(selector, pod),
        // These name labels only.
        "ReplicationController" | "DeploymentConfig" => labels::having(selector, pod),
        _ => return None,
    };
    let found = match found {
        Ok(found) => Field::set(found, selector.at),
        Err(reason) => Field::unknown(reason, selector.at),
    };
    Some(reference("own pods", "", found, selector.at))
}
