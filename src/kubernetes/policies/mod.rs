//! Policies: what limits workloads from outside of their own manifests.

mod access;
mod disruption;
mod given;
mod network;
mod verification;

use super::index::{Index, group};
use super::pod::Placed;
use super::scaling::Scales;
use super::selection::{Selectable, Selected};
use super::sink::Sink;
use super::spot::Spot;
use crate::model::{Field, Object, Policy, PolicyKind, Stack};
use crate::source::Reason;

/// What readers of policies look things up in.
struct Scene<'s, 'p, 't> {
    pods: &'p [Placed<'t>],
    index: &'s Index<'t>,
    selectable: &'p Selectable<'p, 't>,
    scales: &'s Scales<'t>,
    stack: &'s Stack,
    sink: &'t Sink,
}

impl<'t> Scene<'_, '_, 't> {
    fn spec(&self, object: &'t Object) -> Spot<'t> {
        self.root(object).get("spec")
    }

    fn root(&self, object: &'t Object) -> Spot<'t> {
        Spot::new(&object.root, object.at, "this object", self.sink)
    }

    /// A policy that lives in the namespace of its object.
    fn policy(&self, kind: PolicyKind, number: usize, object: &'t Object) -> Policy {
        let namespace = Some(self.index.namespace(object).to_owned());
        Policy::new(kind, object.name.as_str(), namespace, object.at, number)
    }
}

/// A policy and why workloads may fall under it too of which nobody knows.
struct Made {
    policy: Policy,
    /// Workloads that it may apply to.
    perhaps: Vec<(usize, Reason)>,
}

impl Made {
    /// A policy that applies to selected pods. Pods and workloads have the same numbers.
    fn new(mut policy: Policy, selected: Selected) -> Self {
        policy.selects_more = selected.perhaps.first().map(|(_, reason)| reason.clone());
        policy.selects = selected.pods;
        Self { policy, perhaps: selected.perhaps }
    }
}

/// Adds the policies of a stack, and tells its workloads which apply to them.
pub(super) fn lower<'t>(
    stack: &mut Stack,
    pods: &[Placed<'t>],
    selectable: &Selectable<'_, 't>,
    index: &Index<'t>,
    scales: &Scales<'t>,
    sink: &'t Sink,
) {
    let scene = Scene { pods, index, selectable, scales, stack, sink };
    let mut made = Vec::new();
    for &(number, object) in index.of_other_groups() {
        match (group(&object.api), object.kind.as_str()) {
            ("policy", "PodDisruptionBudget") => made.push(disruption::lower(&scene, number, object)),
            ("autoscaling", "HorizontalPodAutoscaler") | ("keda.sh", "ScaledObject") => {
                made.extend(scaling(&scene, number, object));
            }
            ("kyverno.io" | "policies.kyverno.io" | "policy.sigstore.dev", _) => {
                made.extend(verification::lower(&scene, number, object));
            }
            (of, kind) => made.extend(network::lower(&scene, number, object, of, kind)),
        }
    }
    made.extend(access::lower(&scene));
    made.sort_by_key(|made| made.policy.object);
    for Made { policy, perhaps } in made {
        let number = stack.policies.len();
        for workload in &policy.selects {
            if let Some(workload) = stack.workloads.get_mut(*workload) {
                workload.policies.push(number);
            }
        }
        for (workload, reason) in perhaps {
            if let Some(workload) = stack.workloads.get_mut(workload) {
                workload.policies_more.get_or_insert(reason);
            }
        }
        stack.policies.push(policy);
    }
}

/// An autoscaler as a policy.
fn scaling<'t>(scene: &Scene<'_, '_, 't>, number: usize, object: &'t Object) -> Option<Made> {
    let (target, scale) = scene.scales.made_by(number)?;
    let mut policy = scene.policy(PolicyKind::Scaling, number, object);
    policy.replicas = scale.min.clone();
    policy.replicas_max = scale.max.clone();
    let is_target = |placed: &&Placed| {
        let pod = &placed.pod;
        (pod.of.kind, pod.namespace, pod.owner.name.as_str()) == *target
    };
    policy.selects = scene.pods.iter().position(|placed| is_target(&placed)).into_iter().collect();
    Some(Made { policy, perhaps: Vec::new() })
}

/// The sum of a number over some workloads; absent for none.
fn sum<'w>(numbers: impl Iterator<Item = &'w Field<i64>>, policy: &Policy) -> Field<i64> {
    let mut total = Field::absent(policy.at);
    for number in numbers {
        match (total.value(), number.value(), number.reason()) {
            (_, _, Some(reason)) => return Field::unknown(reason.clone(), number.at.unwrap_or(policy.at)),
            (None, ..) => total = number.clone(),
            (Some(sum), Some(number), _) => total = Field::set(sum.saturating_add(*number), policy.at),
            (Some(_), None, None) => {}
        }
    }
    total
}
