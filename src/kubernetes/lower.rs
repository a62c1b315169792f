//! Objects become the subjects of a stack.

use super::container;
use super::environment::Read;
use super::index::Index;
use super::pod::Pod;
use super::resources::Ranges;
use super::scaling::Scales;
use super::settings;
use super::sink::Sink;
use super::workload;
use crate::model::{Container, ContainerKind, Dependency, Field, Gap, Object, Stack, SubjectKind};

/// What a pod template that cannot be seen may hold.
const OF_PODS: [SubjectKind; 4] =
    [SubjectKind::Container, SubjectKind::Setting, SubjectKind::Exposure, SubjectKind::Mount];

/// Fills a stack from its objects.
pub(super) fn lower(stack: &mut Stack, objects: &[Object], sink: &Sink) {
    let index = Index::new(objects, sink);
    let scales = Scales::new(&index, sink);
    let ranges = Ranges::new(&index, sink);
    let mut used = Read::new();
    for object in 0..objects.len() {
        let Some(pod) = Pod::of(object, &index, sink) else { continue };
        let number = stack.workloads.len();
        let mut workload = workload::lower(&pod, &index, &scales);
        if let Some(reason) = pod.spec.reason() {
            stack.gaps.push(Gap { kinds: OF_PODS.to_vec(), reason, at: pod.spec.at });
        }
        let first = stack.containers.len();
        settings::of_workload(&mut stack.settings, &workload, pod.of.kind);
        for (spot, kind) in container::list(&pod) {
            let container = stack.containers.len();
            stack.containers.push(container::lower(&pod, spot, kind, number, &ranges));
            settings::of_container(stack, container, &pod, spot, &index, &mut used);
        }
        wait(&mut stack.containers, first);
        workload.containers = (first..stack.containers.len()).collect();
        stack.workloads.push(workload);
    }
    settings::of_objects(&mut stack.settings, &index, sink, &used);
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
