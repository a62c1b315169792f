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
use crate::source::{Problem, Reason};
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
    let (around, at) = (Around { index: &index, scales: &scales, ranges: &ranges, makers: &makers }, stack.at);
    // Neighbours share a part, so that few of these large things are moved about.
    let none = || Part { stack: Stack::new("", Platform::Kubernetes, "", at), beside: Beside::default() };
    let parts: Vec<Part> = (0..objects.len())
        .into_par_iter()
        .fold_chunks(NEIGHBOURS, none, |mut part, object| {
            match Pod::of(object, &index, sink) {
                Some(pod) => around.add(pod, &mut part),
                None => {
                    clusters::of(object, &index, &ranges, sink).into_iter().for_each(|instances| part.manage(instances))
                }
            }
            part
        })
        .with_max_len(1)
        .collect();
    let mut first = stack.containers.len();
    let split = parts.into_iter().map(|part| {
        let start = first;
        first += part.stack.containers.len();
        (part.stack, (start, part.beside))
    });
    let (stacks, beside): (Vec<Stack>, Vec<(usize, Beside)>) = split.collect();
    let Beside { used, pods, hosts: managed } = Beside::gather(beside);
    let (selectable, ()) = rayon::join(|| Selectable::new(&pods, &index), || stack.append(stacks));
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
    let found = || references::of_objects(&pods, &selectable, &index, sink);
    rayon::join(found, || drop((services, used))).0
}

/// What every pod template is read against.
struct Around<'a, 't> {
    index: &'a Index<'t>,
    scales: &'a Scales<'t>,
    ranges: &'a Ranges<'t>,
    makers: &'a Makers<'t>,
}

/// What became of the pod templates of some objects: a stack whose indices count from zero.
struct Part<'t> {
    stack: Stack,
    beside: Beside<'t>,
}

/// What is found beside the subjects of a stack, for those who read on.
#[derive(Default)]
struct Beside<'t> {
    used: Read<'t>,
    pods: Vec<Placed<'t>>,
    /// The names that operators give containers.
    hosts: Vec<HostName>,
}

impl<'t> Part<'t> {
    /// Adds the instances of an operator's database, whose ports are not written.
    fn manage(&mut self, mut instances: clusters::Instances<'t>) {
        let first = self.stack.containers.len();
        instances.hosts.iter_mut().for_each(|host| host.container += first);
        self.stack.append(vec![instances.stack]);
        self.beside.pods.push(Placed { pod: instances.pod, containers: Vec::new() });
        self.beside.hosts.append(&mut instances.hosts);
    }
}

impl Beside<'_> {
    /// All of the parts, each with the index of its first container.
    fn gather(parts: Vec<(usize, Self)>) -> Self {
        let mut all = Self::default();
        all.used.reserve(parts.iter().map(|(_, part)| part.used.len()).sum());
        all.pods.reserve(parts.iter().map(|(_, part)| part.pods.len()).sum());
        for (first, mut part) in parts {
            let placed = part.pods.iter_mut().flat_map(|placed| &mut placed.containers);
            placed.for_each(|(container, _)| *container += first);
            part.hosts.iter_mut().for_each(|host| host.container += first);
            all.used.extend(part.used);
            all.pods.append(&mut part.pods);
            all.hosts.append(&mut part.hosts);
        }
        all
    }
}

impl<'t> Around<'_, 't> {
    /// Adds a pod template with its containers to those before it.
    fn add(&self, pod: Pod<'t>, part: &mut Part<'t>) {
        let Part { stack, beside } = part;
        let (of, first) = (stack.workloads.len(), stack.containers.len());
        let list = container::list(&pod);
        let mut workload = workload::lower(&pod, self.index, self.scales);
        workload.references = references::of_pod(&pod, &list, self.index, self.makers);
        if let Some(reason) = unseen(&pod) {
            stack.gaps.push(Gap::new(&OF_PODS, reason, pod.spec.at));
        }
        let volumes = Volumes::of(&pod);
        settings::of_workload(&mut stack.settings, &workload, pod.of.kind);
        let mut containers = Vec::new();
        for (number, (spot, kind)) in (first..).zip(&list) {
            if matches!(kind, ContainerKind::Main | ContainerKind::Sidecar | ContainerKind::OneShot) {
                containers.push((number, *spot));
            }
            stack.containers.push(Box::new(container::lower(&pod, *spot, *kind, of, self.ranges)));
            settings::of_container(stack, number, &pod, *spot, self.index, &mut beside.used);
            mount(stack, number, volumes.mounts(&pod, *spot, number, self.index));
        }
        wait(&mut stack.containers, first);
        jobs::add(stack, &pod, (first, &list), self.index);
        workload.containers = (first..stack.containers.len()).collect();
        stack.workloads.push(workload);
        beside.pods.push(Placed { pod, containers });
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

/// The containers from the first of a pod on wait for the init containers before them to end, and for
/// sidecars to start.
fn wait(containers: &mut [Box<Container>], first: usize) {
    let before: Vec<_> = containers
        .iter()
        .enumerate()
        .skip(first)
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
