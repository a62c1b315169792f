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

/// The autoscalers of a stack by the kind, namespace and name of their targets.
pub(super) struct Scales<'t>(HashMap<(&'t str, &'t str, &'t str), Scale>);

impl<'t> Scales<'t> {
    /// Reads HorizontalPodAutoscalers and the ScaledObjects of KEDA.
    pub fn new(index: &Index<'t>, sink: &'t Sink) -> Self {
        let mut scales = HashMap::new();
        for object in index.objects() {
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
            scales.insert((kind, index.namespace(object), name), scale);
        }
        Self(scales)
    }

    /// What scales the workload of this kind, namespace and name.
    pub fn of(&self, kind: &str, namespace: &str, name: &str) -> Option<Scale> {
        self.0.get(&(kind, namespace, name)).cloned()
    }
}
