//! PodDisruptionBudgets.

use super::{Made, Scene, sum};
use crate::kubernetes::selection::Selected;
use crate::kubernetes::share::{Share, resolve};
use crate::kubernetes::workload::elsewhere;
use crate::model::{Field, Object, PolicyKind};

/// A PodDisruptionBudget. Shares are resolved as the disruption controller does it, rounded up,
/// against the least number of copies: there a bound is tightest.
pub(super) fn lower<'t>(scene: &Scene<'_, '_, 't>, number: usize, object: &'t Object) -> Made {
    let spec = scene.spec(object);
    let selector = spec.get("selector");
    let namespace = scene.index.namespace(object);
    // Until policy/v1 an empty selector selected nothing.
    let empty = selector.is_written()
        && selector.reason().is_none()
        && selector.get("matchLabels").entries().is_empty()
        && selector.get("matchExpressions").items().next().is_none();
    let selected = if empty && object.api == "policy/v1beta1" {
        Selected::default()
    } else {
        scene.selectable.select(selector, object, namespace)
    };
    let mut made = Made::new(scene.policy(PolicyKind::Disruption, number, object), selected);
    let workloads = || made.policy.selects.iter().filter_map(|index| scene.stack.workloads.get(*index));
    let mut replicas = sum(workloads().map(|workload| &workload.replicas), &made.policy);
    let mut replicas_max = sum(workloads().map(|workload| &workload.replicas_max), &made.policy);
    let nobody = || elsewhere(&format!("what PodDisruptionBudget {} selects", object.name));
    let unseen = made.policy.selects_more.clone().or_else(|| made.policy.selects.is_empty().then(nobody));
    if let Some(reason) = unseen {
        replicas = Field::unknown(reason.clone(), object.at);
        replicas_max = Field::unknown(reason, object.at);
    }
    let bound = |key| resolve(spec.get(key).field("a whole number or a percentage", Share::read), &replicas, true);
    made.policy.min_available = bound("minAvailable");
    made.policy.max_unavailable = bound("maxUnavailable");
    made.policy.replicas = replicas;
    made.policy.replicas_max = replicas_max;
    made
}
