//! Objects become the subjects of a stack.

use super::clusters;
use super::container;
use super::edge;
use super::edges;
use super::environment::Read;
use super::index::Index;
use super::jobs;
use super::monitors;
use super::network::{self, Services};
use super::operators;
use super::pod::{Placed, Pod};
use super::policies;
use super::references::{self, Makers};
use super::resources::Ranges;
use super::scaling::Scales;
use super::selection::Selectable;
use super::settings;
use super::sink::Sink;
use super::volumes::Volumes;
use super::workload;
use crate::model::{
    Container, ContainerKind, Dependency, Exposure, Field, Gap, HostName, Mount, Object, Platform, Reference, Stack,
    SubjectKind,
};
use crate::source::{Problem, Reason, Span};
use rayon::prelude::*;

/// What a pod template that cannot be seen may hold.
const OF_PODS: [SubjectKind; 4] =
    [SubjectKind::Container, SubjectKind::Setting, SubjectKind::Exposure, SubjectKind::Mount];

/// How many objects in a row are lowered by one thread.
const NEIGHBOURS: usize = 256;

/// Fills a stack from its objects. Yields what objects refer to, by their numbers.
pub(super) fn lower(stack: &mut Stack, objects: &[Object], whole: bool, sink: &Sink) -> Vec<(usize, Vec<Reference>)> {
    let index = Index::new(objects, whole, sink);
    let scales = Scales::new(&index, sink);
    let ranges = Ranges::new(&index, sink);
    let makers = Makers::new(&index, sink);
    let around = Around { index: &index, scales: &scales, ranges: &ranges, makers: &makers, at: stack.at };
    // Neighbours share a part, so that few of these large things are moved about.
    let none = || Part::none(around.at);
    let parts: Vec<Part> = (0..objects.len())
        .into_par_iter()
        .fold_chunks(NEIGHBOURS, none, |mut part, object| {
            match Pod::of(object, &index, sink) {
                Some(pod) => around.part(pod).join(&mut part),
                None => clusters::of(object, &index, &ranges, sink)
                    .into_iter()
                    .for_each(|instances| Part::managed(instances).join(&mut part)),
            }
            part
        })
        .collect();
    stack.reserve_for(parts.iter().map(|part| &part.stack));
    let mut all = none();
    std::mem::swap(&mut all.stack, stack);
    parts.into_iter().for_each(|part| part.join(&mut all));
    std::mem::swap(&mut all.stack, stack);
    let Part { used, pods, hosts: managed, .. } = all;
    let selectable = Selectable::new(&pods, &index);
    let services;
    (stack.exposures, services) = exposures(&pods, &selectable, &index, &mut stack.hosts);
    stack.hosts.extend(managed);
    for (number, exposure) in stack.exposures.iter().enumerate() {
        if let Some(container) = stack.containers.get_mut(exposure.container) {
            container.exposures.push(number);
        }
    }
    edges::lower(stack, &index, &services, sink);
    monitors::lower(stack, &pods, (&selectable, &index), &services, sink);
    policies::lower(stack, &pods, &selectable, &index, &scales, sink);
    operators::add(stack, &index, sink);
    settings::of_objects(&mut stack.settings, &index, sink, &used);
    references::of_objects(&pods, &selectable, &index, sink)
}

/// What every pod template is read against.
struct Around<'a, 't> {
    index: &'a Index<'t>,
    scales: &'a Scales<'t>,
    ranges: &'a Ranges<'t>,
    makers: &'a Makers<'t>,
    at: Span,
}

/// What became of the pod templates of some objects: a stack whose indices count from zero.
struct Part<'t> {
    stack: Stack,
    used: Read<'t>,
    pods: Vec<Placed<'t>>,
    /// The names that operators give them.
    hosts: Vec<HostName>,
}

impl<'t> Part<'t> {
    /// Of no pod template yet.
    fn none(at: Span) -> Self {
        let stack = Stack::new("", Platform::Kubernetes, "", at);
        Self { stack, used: Read::new(), pods: Vec::new(), hosts: Vec::new() }
    }

    /// The instances of an operator's database, whose ports are not written.
    fn managed(instances: clusters::Instances<'t>) -> Self {
        let placed = Placed { pod: instances.pod, containers: Vec::new() };
        Self { stack: instances.stack, used: Read::new(), pods: vec![placed], hosts: instances.hosts }
    }

    /// Adds this part to others; its indices become theirs.
    fn join(mut self, others: &mut Self) {
        let first = others.stack.containers.len();
        let placed = self.pods.iter_mut().flat_map(|placed| &mut placed.containers);
        placed.for_each(|(container, _)| *container += first);
        self.hosts.iter_mut().for_each(|host| host.container += first);
        others.stack.append(self.stack);
        others.used.extend(self.used);
        others.pods.append(&mut self.pods);
        others.hosts.append(&mut self.hosts);
    }
}

impl<'t> Around<'_, 't> {
    fn part(&self, pod: Pod<'t>) -> Part<'t> {
        let Part { mut stack, mut used, .. } = Part::none(self.at);
        let mut workload = workload::lower(&pod, self.index, self.scales);
        workload.references = references::of_pod(&pod, self.index, self.makers);
        if let Some(reason) = unseen(&pod) {
            stack.gaps.push(Gap::new(&OF_PODS, reason, pod.spec.at));
        }
        let volumes = Volumes::of(&pod);
        settings::of_workload(&mut stack.settings, &workload, pod.of.kind);
        let mut containers = Vec::new();
        for (number, (spot, kind)) in container::list(&pod).into_iter().enumerate() {
            if matches!(kind, ContainerKind::Main | ContainerKind::Sidecar | ContainerKind::OneShot) {
                containers.push((number, spot));
            }
            stack.containers.push(container::lower(&pod, spot, kind, 0, self.ranges));
            settings::of_container(&mut stack, number, &pod, spot, self.index, &mut used);
            mount(&mut stack, number, volumes.mounts(&pod, spot, number, self.index));
        }
        wait(&mut stack.containers);
        jobs::add(&mut stack, &pod, self.index);
        workload.containers = (0..stack.containers.len()).collect();
        stack.workloads.push(workload);
        Part { stack, used, pods: vec![Placed { pod, containers }], hosts: Vec::new() }
    }
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

/// All ways to reach the containers of these pods, by container, and the Services among them.
fn exposures<'t>(
    pods: &[Placed<'t>],
    selectable: &Selectable<'_, 't>,
    index: &Index<'t>,
    hosts: &mut Vec<HostName>,
) -> (Vec<Exposure>, Services<'t>) {
    let mut exposures = network::on_hosts(pods);
    let services = network::services(pods, selectable, index, &mut exposures);
    *hosts = network::host_names(&services);
    edge::exposures(index, &services, pods, &mut exposures);
    network::behind_nothing(pods, &mut exposures);
    exposures.sort_by_key(|exposure| exposure.container);
    (exposures, services)
}

/// Adds the mounts of a container.
fn mount(stack: &mut Stack, container: usize, mounts: Vec<Mount>) {
    if let Some(container) = stack.containers.get_mut(container) {
        container.mounts = (stack.mounts.len()..stack.mounts.len() + mounts.len()).collect();
    }
    stack.mounts.extend(mounts);
}

/// Containers wait for the init containers before them to end, and for sidecars to start.
fn wait(containers: &mut [Container]) {
    let before: Vec<_> = containers
        .iter()
        .enumerate()
        .filter_map(|(position, container)| {
            let condition = match container.kind {
                ContainerKind::Init => "service_completed_successfully",
                ContainerKind::Sidecar => "service_started",
                ContainerKind::Main | ContainerKind::OneShot | ContainerKind::Ephemeral | ContainerKind::Managed => {
                    return None;
                }
            };
            Some((position, container.name.clone(), condition, container.at))
        })
        .collect();
    for (number, container) in containers.iter_mut().enumerate() {
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
