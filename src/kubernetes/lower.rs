//! Objects become the subjects of a stack.

use super::container;
use super::edge;
use super::environment::Read;
use super::index::Index;
use super::network::{self, Placed};
use super::pod::Pod;
use super::resources::Ranges;
use super::scaling::Scales;
use super::settings;
use super::sink::Sink;
use super::volumes::Volumes;
use super::workload;
use crate::model::{Container, ContainerKind, Dependency, Exposure, Field, Gap, Mount, Object, Stack, SubjectKind};
use crate::source::{Problem, Reason};

/// What a pod template that cannot be seen may hold.
const OF_PODS: [SubjectKind; 4] =
    [SubjectKind::Container, SubjectKind::Setting, SubjectKind::Exposure, SubjectKind::Mount];

/// Fills a stack from its objects.
pub(super) fn lower(stack: &mut Stack, objects: &[Object], sink: &Sink) {
    let index = Index::new(objects, sink);
    let scales = Scales::new(&index, sink);
    let ranges = Ranges::new(&index, sink);
    let mut used = Read::new();
    let mut pods = Vec::new();
    for object in 0..objects.len() {
        let Some(pod) = Pod::of(object, &index, sink) else { continue };
        let number = stack.workloads.len();
        let mut workload = workload::lower(&pod, &index, &scales);
        if let Some(reason) = unseen(&pod) {
            stack.gaps.push(Gap { kinds: OF_PODS.to_vec(), reason, at: pod.spec.at });
        }
        let first = stack.containers.len();
        let volumes = Volumes::of(&pod);
        settings::of_workload(&mut stack.settings, &workload, pod.of.kind);
        let mut containers = Vec::new();
        for (spot, kind) in container::list(&pod) {
            let container = stack.containers.len();
            if matches!(kind, ContainerKind::Main | ContainerKind::Sidecar | ContainerKind::OneShot) {
                containers.push((container, spot));
            }
            stack.containers.push(container::lower(&pod, spot, kind, number, &ranges));
            settings::of_container(stack, container, &pod, spot, &index, &mut used);
            mount(stack, container, volumes.mounts(&pod, spot, container, &index));
        }
        wait(&mut stack.containers, first);
        workload.containers = (first..stack.containers.len()).collect();
        stack.workloads.push(workload);
        pods.push(Placed { pod, containers });
    }
    stack.exposures = exposures(&pods, &index);
    for (number, exposure) in stack.exposures.iter().enumerate() {
        if let Some(container) = stack.containers.get_mut(exposure.container) {
            container.exposures.push(number);
        }
    }
    settings::of_objects(&mut stack.settings, &index, sink, &used);
}

/// Why the containers of a pod template cannot be seen, if that is so.
fn unseen(pod: &Pod) -> Option<Reason> {
    let containers = pod.spec.get("containers");
    if containers.is_written() || containers.reason().is_some() {
        return containers.reason();
    }
    let message = format!(
        "{} {} has no containers; write them, or leave this file out if it is a patch of another",
        pod.of.kind, pod.owner.name
    );
    pod.spec.sink().push(Problem::error(pod.spec.at, message));
    Some(Reason::Malformed { expected: "a list of containers".into() })
}

/// All ways to reach the containers of these pods, by container.
fn exposures<'t>(pods: &[Placed<'t>], index: &Index<'t>) -> Vec<Exposure> {
    let mut exposures = network::on_hosts(pods);
    let services = network::services(pods, index, &mut exposures);
    edge::exposures(index, &services, pods, &mut exposures);
    network::behind_nothing(pods, &mut exposures);
    exposures.sort_by_key(|exposure| exposure.container);
    exposures
}

/// Adds the mounts of a container.
fn mount(stack: &mut Stack, container: usize, mounts: Vec<Mount>) {
    if let Some(container) = stack.containers.get_mut(container) {
        container.mounts = (stack.mounts.len()..stack.mounts.len() + mounts.len()).collect();
    }
    stack.mounts.extend(mounts);
}

/// Containers wait for the init containers before them to end, and for sidecars to start.
fn wait(containers: &mut [Container], first: usize) {
    let before: Vec<_> = containers[first..]
        .iter()
        .enumerate()
        .filter_map(|(offset, container)| {
            let condition = match container.kind {
                ContainerKind::Init => "service_completed_successfully",
                ContainerKind::Sidecar => "service_started",
                ContainerKind::Main | ContainerKind::OneShot | ContainerKind::Ephemeral => return None,
            };
            Some((first + offset, container.name.clone(), condition, container.at))
        })
        .collect();
    for (number, container) in containers.iter_mut().enumerate().skip(first) {
        let earlier = before.iter().filter(|(position, ..)| *position < number);
        container.depends_on = earlier
            .map(|(position, name, condition, at)| Dependency {
                name: name.clone(),
                container: Some(*position),
                condition: Field::set((*condition).to_owned(), *at),
                at: *at,
            })
            .collect();
    }
}
