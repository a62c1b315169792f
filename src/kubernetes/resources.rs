//! Limits and requests.

use super::index::Index;
use super::pod::Pod;
use super::sink::Sink;
use super::spot::Spot;
use super::workload::elsewhere;
use crate::model::{Cpu, Field, Memory, Resources};
use crate::source::Reason;
use crate::syntax::Node;
use std::collections::HashMap;

/// LimitRanges by namespace, which fill in what containers leave out.
pub(super) struct Ranges<'t>(HashMap<&'t str, Vec<Spot<'t>>>);

impl<'t> Ranges<'t> {
    /// Finds the LimitRanges that have defaults for containers.
    pub fn new(index: &Index<'t>, sink: &'t Sink) -> Self {
        let mut ranges: HashMap<&str, Vec<Spot>> = HashMap::new();
        for object in index.objects().iter().filter(|object| object.kind == "LimitRange" && object.api == "v1") {
            let limits = Spot::new(&object.root, object.at, "this object", sink).path(&["spec", "limits"]);
            let containers = limits.items().filter(|item| item.get("type").text() == Some("Container"));
            ranges.entry(index.namespace(object)).or_default().extend(containers);
        }
        Self(ranges)
    }

    /// Why a container of the namespace may have a value that it does not write: one of these keys
    /// of a LimitRange names a default for the resource.
    fn fills(&self, namespace: &str, keys: &[&str], resource: &str) -> Option<Reason> {
        let ranges = self.0.get(namespace)?;
        let named = |range: &Spot| keys.iter().any(|key| range.path(&[key, resource]).is_written());
        ranges.iter().any(named).then(|| Reason::Unseen {
            what: format!("the default {resource} that a LimitRange gives to containers of this namespace").into(),
        })
    }
}

/// Limits and requests of a container.
pub(super) fn read(pod: &Pod, container: Spot, ranges: &Ranges) -> (Resources, Resources) {
    let own = container.get("resources");
    // Limits of the whole pod bound each of its containers.
    let pod_wide = pod.spec.get("resources");
    let kinds = |key: &'static str, defaults: &[&str]| {
        let memory = read_memory(own.path(&[key, "memory"]));
        let cpu = read_cpu(own.path(&[key, "cpu"]));
        let memory = memory.or(read_memory(pod_wide.path(&[key, "memory"])));
        let cpu = cpu.or(read_cpu(pod_wide.path(&[key, "cpu"])));
        (
            filled(memory, ranges.fills(pod.namespace, defaults, "memory")),
            filled(cpu, ranges.fills(pod.namespace, defaults, "cpu")),
        )
    };
    let pids = || Field::unknown(elsewhere("the kubelet's limit of processes in a pod"), own.at);
    let (memory, cpu) = kinds("limits", &["default", "max"]);
    let (memory_request, cpu_request) = kinds("requests", &["defaultRequest", "default", "min", "max"]);
    // The API copies a limit into a request that is not written.
    let requests = Resources {
        memory: if memory.is_absent() { memory_request } else { memory_request.or(memory.clone()) },
        cpu: if cpu.is_absent() { cpu_request } else { cpu_request.or(cpu.clone()) },
        pids: Field::absent(own.at),
    };
    (Resources { memory, cpu, pids: pids() }, requests)
}

fn filled<T>(field: Field<T>, reason: Option<Reason>) -> Field<T> {
    match (reason, field.at) {
        (Some(reason), Some(at)) if field.is_absent() => Field::unknown(reason, at),
        _ => field,
    }
}

fn read_memory(spot: Spot) -> Field<Memory> {
    spot.field("an amount of memory such as 256Mi", |node: &Node| Memory::kubernetes(node.text()?))
}

fn read_cpu(spot: Spot) -> Field<Cpu> {
    spot.field("an amount of processor time such as 250m", |node: &Node| Cpu::parse(node.text()?))
}
