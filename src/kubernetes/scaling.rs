//! Autoscalers and what they scale.

use super::index::{Index, group};
use super::sink::Sink;
use super::spot::{Spot, or_default};
use crate::model::Field;
use std::collections::HashMap;

/// Between which numbers of copies an autoscaler moves.
#[derive(Clone)]
pub(super) struct Scale {
    /// The least.
    pub min: Field<i64>,
    /// The most.
    pub max: Field<i64>,
}

/// Kind, namespace and name of what is scaled.
pub(super) type Target<'t> = (&'t str, &'t str, &'t str);

/// The autoscalers of a stack.
pub(super) struct Scales<'t> {
    /// By their targets.
    by_target: HashMap<Target<'t>, Scale>,
    /// The targets by the autoscaler's object.
    made_by: HashMap<usize, (Target<'t>, Scale)>,
}

impl<'t> Scales<'t> {
    /// Reads HorizontalPodAutoscalers and the ScaledObjects of KEDA.
    pub fn new(index: &Index<'t>, sink: &'t Sink) -> Self {
        let (mut by_target, mut made_by) = (HashMap::new(), HashMap::new());
        for &(number, object) in index.of_other_groups() {
            let (min, least, max, most) = match (group(&object.api), object.kind.as_str()) {
                ("autoscaling", "HorizontalPodAutoscaler") => ("minReplicas", 1, "maxReplicas", None),
                ("keda.sh", "ScaledObject") => ("minReplicaCount", 0, "maxReplicaCount", Some(100)),
                _ => continue,
            };
            let spec = Spot::new(&object.root, object.at, "this object", sink).get("spec");
            let target = spec.get("scaleTargetRef");
            let Some(name) = target.get("name").text() else { continue };
            let kind = target.get("kind").text().unwrap_or("Deployment");
            let max = spec.get(max).integer();
            let scale = Scale {
                min: or_default(spec.get(min).integer(), least),
                max: most.map_or(max.clone(), |most| or_default(max, most)),
            };
            let target = (kind, index.namespace(object), name);
            made_by.insert(number, (target, scale.clone()));
            by_target.insert(target, scale);
        }
        Self { by_target, made_by }
    }

    /// What the autoscaler that is this object of the stack scales, and how.
    pub fn made_by(&self, object: usize) -> Option<&(Target<'t>, Scale)> {
        self.made_by.get(&object)
    }

    /// What scales the workload of this kind, namespace and name.
    pub fn of(&self, kind: &str, namespace: &str, name: &str) -> Option<Scale> {
        self.by_target.get(&(kind, namespace, name)).cloned()
    }
}
