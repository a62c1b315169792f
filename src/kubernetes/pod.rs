//! Which objects run pods, and where their pod templates stand.

use super::index::{Index, group};
use super::sink::Sink;
use super::spot::Spot;
use crate::model::Object;
use crate::source::Reason;
use crate::syntax::Entry;

/// A kind of object that runs pods.
pub(super) struct PodKind {
    /// The kind.
    pub kind: &'static str,
    /// Its API groups; `""` is the core group.
    groups: &'static [&'static str],
    /// From the root to the pod template.
    template: &'static [&'static str],
    /// Whether its pods are meant to end.
    pub ends: bool,
}

impl PodKind {
    /// The pods that an operator makes of an object, which holds no template of theirs.
    pub const fn of_operator() -> Self {
        Self { kind: "", groups: &[], template: &[], ends: false }
    }
}

const fn pod_kind(
    kind: &'static str,
    groups: &'static [&'static str],
    template: &'static [&'static str],
    ends: bool,
) -> PodKind {
    PodKind { kind, groups, template, ends }
}

/// Every kind that is known to run pods. Older API groups of a kind read alike.
const POD_KINDS: &[PodKind] = &[
    pod_kind("Pod", &[""], &[], false),
    pod_kind("Deployment", &["apps", "extensions"], &["spec", "template"], false),
    pod_kind("StatefulSet", &["apps"], &["spec", "template"], false),
    pod_kind("DaemonSet", &["apps", "extensions"], &["spec", "template"], false),
    pod_kind("ReplicaSet", &["apps", "extensions"], &["spec", "template"], false),
    pod_kind("ReplicationController", &[""], &["spec", "template"], false),
    pod_kind("Job", &["batch"], &["spec", "template"], true),
    pod_kind("CronJob", &["batch"], &["spec", "jobTemplate", "spec", "template"], true),
    pod_kind("Rollout", &["argoproj.io"], &["spec", "template"], false),
    pod_kind("DeploymentConfig", &["apps.openshift.io"], &["spec", "template"], false),
    pod_kind("Service", &["serving.knative.dev"], &["spec", "template"], false),
];

/// A pod or pod template of the stack.
pub(super) struct Pod<'t> {
    /// Index into the stack's objects.
    pub object: usize,
    /// The object that it stands in.
    pub owner: &'t Object,
    /// What kind of object that is.
    pub of: &'static PodKind,
    /// The namespace that the pods run in.
    pub namespace: &'t str,
    /// The whole object.
    pub root: Spot<'t>,
    /// The template: the object itself for a Pod.
    pub template: Spot<'t>,
    /// The pod's `spec`.
    pub spec: Spot<'t>,
    /// The pods' labels.
    pub labels: Vec<(&'t str, &'t str)>,
    /// Why not all of them can be seen, if so.
    pub hidden_labels: Option<Reason>,
    /// Beginnings of the names of labels that they have too, with values that cannot be seen.
    pub hides: &'static [&'static str],
}

impl<'t> Pod<'t> {
    /// The pod template of an object, if it is of a kind that has one.
    pub fn of(object: usize, index: &Index<'t>, sink: &'t Sink) -> Option<Self> {
        let owner = index.objects().get(object)?;
        let of = POD_KINDS.iter().find(|row| row.kind == owner.kind && row.groups.contains(&group(&owner.api)))?;
        let root = Spot::new(&owner.root, owner.at, "this object", sink);
        let template = root.path(of.template);
        // A Rollout may borrow its template from a Deployment, which then is judged itself.
        if !template.is_written() && root.path(&["spec", "workloadRef"]).is_written() {
            return None;
        }
        let written = template.path(&["metadata", "labels"]);
        let unseen = |entry: &Entry| entry.value.provenance.as_ref().and_then(|provenance| provenance.unknown.clone());
        let hidden_labels = written.reason().or_else(|| written.entries().iter().find_map(unseen));
        let labels =
            written.entries().iter().map(|entry| (entry.name(), entry.value.text().unwrap_or_default())).collect();
        let namespace = index.namespace(owner);
        Some(Self {
            object,
            owner,
            of,
            namespace,
            root,
            template,
            spec: template.get("spec"),
            labels,
            hidden_labels,
            hides: &[],
        })
    }

    /// Whether an operator makes these pods, so that there is no template.
    pub fn is_managed(&self) -> bool {
        self.of.kind.is_empty()
    }

    /// Where the account is named that they run as, `serviceAccount` being the old spelling.
    pub fn account(&self) -> Spot<'t> {
        let (named, old) = (self.spec.get("serviceAccountName"), self.spec.get("serviceAccount"));
        if named.is_written() || !old.is_written() { named } else { old }
    }

    /// Why the value of a label that is not among its labels cannot be seen, if that is so.
    pub fn hidden(&self, label: &str) -> Option<Reason> {
        let is_hidden = self.hides.iter().any(|start| label.starts_with(start));
        let reason =
            || Reason::Elsewhere { what: format!("the labels that an operator gives {}", self.owner.name).into() };
        self.hidden_labels.clone().or_else(|| is_hidden.then(reason))
    }

    /// Whether its copies are meant to end by themselves.
    pub fn ends(&self) -> bool {
        self.of.ends
            || (self.of.kind == "Pod" && matches!(self.spec.get("restartPolicy").text(), Some("Never" | "OnFailure")))
    }
}

/// A pod with its containers' places and their indices in the stack.
pub(super) struct Placed<'t> {
    /// The pod template.
    pub pod: Pod<'t>,
    /// Its containers.
    pub containers: Vec<(usize, Spot<'t>)>,
}
