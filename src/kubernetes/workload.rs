//! What is said of a workload as a whole.

use super::index::Index;
use super::labels::selects;
use super::pod::Pod;
use super::scaling::{Scale, Scales};
use super::share::{Share, resolve};
use super::spot::{Spot, integer, or_default};
use crate::model::{Duration, Field, State, Workload};
use crate::source::{Reason, Text};
use crate::syntax::Node;

/// Seconds that a pod may take to stop where nothing is written.
const GRACE: u64 = 30;

/// The workload of a pod template; its containers are added later.
pub(super) fn lower(pod: &Pod, index: &Index, scales: &Scales) -> Workload {
    let (replicas, replicas_max) = match scales.of(pod.of.kind, pod.namespace, &pod.owner.name) {
        Some(Scale { min, max }) => (min, max),
        None => {
            let replicas = replicas(pod);
            (replicas.clone(), replicas)
        }
    };
    let update = update(pod);
    Workload {
        name: pod.owner.name.clone(),
        kind: pod.of.kind.to_ascii_lowercase(),
        namespace: pod.owner.namespace.clone(),
        at: pod.owner.at,
        span: pod.owner.root.span,
        one_shot: pod.ends(),
        grace: grace(pod),
        restart: restart(pod),
        update_unavailable: unavailable(pod, &update, &replicas),
        update,
        replicas,
        replicas_max,
        identity: or_default(pod.account().string(), "default".to_owned()),
        token: token(pod, index),
        spread: spread(pod),
        labels: texts(pod, "labels"),
        annotations: texts(pod, "annotations"),
        containers: Vec::new(),
        policies: Vec::new(),
        policies_more: None,
        references: Vec::new(),
        object: Some(pod.object),
    }
}

fn replicas(pod: &Pod) -> Field<i64> {
    let spec = pod.root.get("spec");
    let written = match pod.of.kind {
        "Pod" => return Field::default(1, pod.owner.at),
        "DaemonSet" => return Field::unknown(elsewhere("the number of nodes"), pod.owner.at),
        "Service" => {
            let scale = pod.template.path(&["metadata", "annotations", "autoscaling.knative.dev/min-scale"]);
            let read = |node: &Node| node.text().and_then(|text| text.parse().ok());
            // Knative takes a service down to nothing when nobody asks for it.
            return or_default(scale.field("a whole number", read), 0);
        }
        "Job" => spec.get("parallelism"),
        "CronJob" => spec.path(&["jobTemplate", "spec", "parallelism"]),
        _ => spec.get("replicas"),
    };
    or_default(written.integer(), 1)
}

fn grace(pod: &Pod) -> Field<Duration> {
    let seconds = |node: &Node| u64::try_from(integer(node)?).ok().map(Duration::seconds);
    let written = pod.spec.get("terminationGracePeriodSeconds").field("a whole number of seconds", seconds);
    or_default(written, Duration::seconds(GRACE))
}

fn restart(pod: &Pod) -> Field<String> {
    let word = |node: &Node| match node.text()? {
        "Always" => Some("always".to_owned()),
        "OnFailure" => Some("on-failure".to_owned()),
        "Never" => Some("never".to_owned()),
        _ => None,
    };
    let written = pod.spec.get("restartPolicy").field("Always, OnFailure or Never", word);
    // For jobs the default, Always, is refused, so that one has to be written.
    if pod.of.ends { written } else { or_default(written, "always".to_owned()) }
}

fn update(pod: &Pod) -> Field<String> {
    let strategy = match pod.of.kind {
        "Deployment" | "Rollout" | "DeploymentConfig" => pod.root.path(&["spec", "strategy"]),
        "StatefulSet" | "DaemonSet" => pod.root.path(&["spec", "updateStrategy"]),
        _ => return Field::absent(pod.owner.at),
    };
    if pod.of.kind == "Rollout" && strategy.is_written() {
        return strategy.field("a mapping", |_| Some("rolling".to_owned()));
    }
    let word = |node: &Node| match node.text()? {
        "RollingUpdate" | "Rolling" => Some("rolling".to_owned()),
        "Recreate" => Some("recreate".to_owned()),
        "OnDelete" => Some("on-delete".to_owned()),
        _ => None,
    };
    or_default(strategy.get("type").field("RollingUpdate, Recreate or OnDelete", word), "rolling".to_owned())
}

/// How many copies an update may take away at once.
fn unavailable(pod: &Pod, update: &Field<String>, replicas: &Field<i64>) -> Field<i64> {
    let rolling = match (&update.state, pod.of.kind) {
        (State::Unknown(reason), _) => return Field::unknown(reason.clone(), update.at.unwrap_or(pod.owner.at)),
        (State::Set(word), "Deployment" | "StatefulSet" | "DaemonSet") => match word.as_str() {
            "rolling" => true,
            "recreate" => false,
            _ => return Field::absent(update.at.unwrap_or(pod.owner.at)),
        },
        _ => return Field::absent(update.at.unwrap_or(pod.owner.at)),
    };
    if !rolling {
        return Field { state: replicas.state.clone(), at: update.at, provenance: update.provenance.clone() };
    }
    let deployment = pod.of.kind == "Deployment";
    let strategy = pod.root.path(&["spec", if deployment { "strategy" } else { "updateStrategy" }, "rollingUpdate"]);
    let share = strategy.get("maxUnavailable").field("a whole number or a percentage", Share::read);
    if !deployment {
        return resolve(or_default(share, Share::Count(1)), replicas, true);
    }
    let missing = resolve(or_default(share, Share::Percent(25)), replicas, false);
    let surge = strategy.get("maxSurge").field("a whole number or a percentage", Share::read);
    let surge = resolve(or_default(surge, Share::Percent(25)), replicas, true);
    // With neither more nor fewer copies an update could not move, so that one may be missing.
    match (&missing.state, &surge.state) {
        (State::Set(0), State::Set(0)) => missing.map(|_| 1),
        (State::Set(0), State::Unknown(reason)) => {
            Field { state: State::Unknown(reason.clone()), at: missing.at, provenance: None }
        }
        _ => missing,
    }
}

fn token(pod: &Pod, index: &Index) -> Field<bool> {
    let written = pod.spec.get("automountServiceAccountToken").boolean();
    if !written.is_absent() {
        return written;
    }
    let account = pod.account();
    if let Some(reason) = account.reason() {
        return Field::unknown(reason, account.at);
    }
    let name = account.text().filter(|name| !name.is_empty()).unwrap_or("default");
    let found = index.find("ServiceAccount", pod.namespace, name).and_then(|found| index.objects().get(found));
    match found {
        Some(object) => {
            let own = Spot::new(&object.root, object.at, "this object", pod.spec.sink());
            or_default(own.get("automountServiceAccountToken").boolean(), true)
        }
        // The account that every namespace has mounts its token unless somebody changed it.
        None if name == "default" => or_default(written, true),
        None => Field::unknown(elsewhere(&format!("ServiceAccount {name}")), account.at),
    }
}

/// Whether scheduling rules keep the copies apart, which they do only if they select the pod itself.
/// Absent if there are none: then the scheduler does what it does by default.
fn spread(pod: &Pod) -> Field<bool> {
    if pod.of.kind == "DaemonSet" {
        return Field::default(true, pod.owner.at);
    }
    let rules = pod.spec.path(&["affinity", "podAntiAffinity"]);
    let required = rules.get("requiredDuringSchedulingIgnoredDuringExecution");
    let preferred = rules.get("preferredDuringSchedulingIgnoredDuringExecution");
    let constraints = pod.spec.get("topologySpreadConstraints");
    let terms = required.items().chain(preferred.items().map(|term| term.get("podAffinityTerm")));
    for term in terms.filter(|term| reaches(*term, pod.namespace)).chain(constraints.items()) {
        let selector = term.get("labelSelector");
        if let Some(reason) = selector.reason() {
            return Field::unknown(reason, selector.at);
        }
        if selects(selector, &pod.labels) {
            return Field::set(true, term.at);
        }
    }
    if let Some(reason) = [required, preferred, constraints].into_iter().find_map(Spot::reason) {
        return Field::unknown(reason, pod.spec.at);
    }
    let written = [constraints, required, preferred].into_iter().find(|spot| spot.is_written());
    written.map_or_else(|| Field::absent(pod.spec.at), |written| Field::set(false, written.at))
}

/// Whether an affinity term looks at pods of this namespace.
fn reaches(term: Spot, namespace: &str) -> bool {
    let named = term.get("namespaces");
    let selected = term.get("namespaceSelector");
    let everywhere = selected.is_written() && selected.entries().is_empty();
    (!named.is_written() && !selected.is_written())
        || everywhere
        || named.items().any(|item| item.text() == Some(namespace))
}

/// Labels or annotations of the object, then those of its pods that it has not itself.
fn texts(pod: &Pod, key: &'static str) -> Vec<(String, Field<Text>)> {
    let mut texts: Vec<(String, Field<Text>)> = Vec::new();
    for holder in [pod.root, pod.template] {
        for entry in holder.path(&["metadata", key]).entries() {
            if !texts.iter().any(|(name, _)| name == entry.name()) {
                let value =
                    Field::read(&entry.value, "a string", |node| node.as_scalar().map(|scalar| scalar.text.clone()));
                texts.push((entry.name().to_owned(), value));
            }
        }
        if pod.of.kind == "Pod" {
            break;
        }
    }
    texts.shrink_to_fit();
    texts
}

/// That something is not in the tree.
pub(super) fn elsewhere(what: &str) -> Reason {
    Reason::Elsewhere { what: what.into() }
}
