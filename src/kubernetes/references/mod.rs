//! What workloads and objects refer to by name, and whether it is there.

mod makers;
mod objects;

pub(super) use makers::Makers;
pub(super) use objects::of_objects;

use super::holder::{Holder, missing};
use super::index::Index;
use super::pod::Pod;
use super::spot::Spot;
use super::workload::elsewhere;
use crate::model::{ContainerKind, Field, Reference};

/// Priorities that every cluster has.
const PRIORITIES: [&str; 2] = ["system-cluster-critical", "system-node-critical"];

/// The ConfigMap that every namespace has.
const ROOT_CERTIFICATES: &str = "kube-root-ca.crt";

/// What a pod template refers to, in the order in which it is read.
pub(super) fn of_pod<'t>(
    pod: &Pod<'t>,
    containers: &[(Spot<'t>, ContainerKind)],
    index: &Index<'t>,
    makers: &Makers<'t>,
) -> Vec<Reference> {
    let mut reader = Reader { pod, index, makers, found: Vec::new() };
    for (container, _) in containers {
        reader.environment(*container);
    }
    let templates = pod.root.path(&["spec", "volumeClaimTemplates"]);
    for volume in pod.spec.get("volumes").items() {
        // The claims that a StatefulSet makes replace volumes of their names.
        let name = volume.get("name").text();
        let is_replaced = |claim: Spot| claim.path(&["metadata", "name"]).text() == name;
        if pod.of.kind != "StatefulSet" || !templates.items().any(is_replaced) {
            reader.volume(volume);
        }
    }
    reader.object("ServiceAccount", pod.account(), |name| name == "default");
    reader.object("PriorityClass", pod.spec.get("priorityClassName"), |name| PRIORITIES.contains(&name));
    for secret in pod.spec.get("imagePullSecrets").items() {
        // A pod is started without those that are missing.
        reader.holder("Secret", secret.get("name"), None, true);
    }
    // There are many workloads, and most refer to one or two things.
    reader.found.shrink_to_fit();
    reader.found
}

struct Reader<'r, 't> {
    pod: &'r Pod<'t>,
    index: &'r Index<'t>,
    makers: &'r Makers<'t>,
    found: Vec<Reference>,
}

impl<'t> Reader<'_, 't> {
    fn environment(&mut self, container: Spot<'t>) {
        for source in container.get("envFrom").items() {
            for (key, kind) in [("configMapRef", "ConfigMap"), ("secretRef", "Secret")] {
                let from = source.get(key);
                self.holder(kind, from.get("name"), None, is_optional(from));
            }
        }
        for variable in container.get("env").items() {
            for (key, kind) in [("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")] {
                let from = variable.get("valueFrom").get(key);
                self.holder(kind, from.get("name"), Some(from.get("key")), is_optional(from));
            }
        }
    }

    fn volume(&mut self, volume: Spot<'t>) {
        self.files("ConfigMap", volume.get("configMap"), "name");
        self.files("Secret", volume.get("secret"), "secretName");
        for source in volume.path(&["projected", "sources"]).items() {
            self.files("ConfigMap", source.get("configMap"), "name");
            self.files("Secret", source.get("secret"), "name");
        }
        let claim = volume.path(&["persistentVolumeClaim", "claimName"]);
        self.object("PersistentVolumeClaim", claim, |_| false);
    }

    /// Keys of an object that become files: those that are named, else all.
    fn files(&mut self, kind: &'static str, source: Spot<'t>, name: &'static str) {
        let mut keys = source.get("items").items().map(|item| item.get("key")).peekable();
        let optional = is_optional(source);
        if keys.peek().is_none() {
            self.holder(kind, source.get(name), None, optional);
        }
        for key in keys {
            self.holder(kind, source.get(name), Some(key), optional);
        }
    }

    /// A ConfigMap or Secret, or a key of it.
    fn holder(&mut self, kind: &'static str, name: Spot<'t>, key: Option<Spot<'t>>, optional: bool) {
        let Some(text) = name.text().filter(|text| !text.is_empty()) else { return };
        let namespace = self.pod.namespace;
        let wanted = key.and_then(Spot::text);
        let at = key.and_then(|key| key.node).or(name.node).map_or(name.at, |node| node.span);
        let found = match Holder::find(kind, namespace, text, self.index, self.pod.spec.sink()) {
            Some(holder) => match (wanted, holder.reason()) {
                (Some(key), Some(reason)) if holder.key(key).is_none() => Field::unknown(reason, at),
                // Something in the cluster fills what is written without anything in it.
                (Some(_), _) if holder.is_filled_later() => {
                    Field::unknown(elsewhere(&format!("what is put into {kind} {text}")), at)
                }
                (Some(key), _) => Field::set(holder.key(key).is_some() || holder.has_bytes(key), at),
                (None, _) => Field::set(true, at),
            },
            None if kind == "Secret" => self
                .makers
                .secret(namespace, text, wanted, at)
                .unwrap_or_else(|| Field::unknown(missing(kind, namespace, text, wanted, self.index), at)),
            None if text == ROOT_CERTIFICATES => Field::set(true, at),
            None => Field::unknown(missing(kind, namespace, text, wanted, self.index), at),
        };
        let key = wanted.map(str::to_owned);
        self.found.push(Reference { kind, name: text.to_owned(), key, found, optional, at });
    }

    /// Another object; `given` says which ones every cluster has.
    fn object(&mut self, kind: &'static str, name: Spot<'t>, given: impl Fn(&str) -> bool) {
        let Some(text) = name.text().filter(|text| !text.is_empty()) else { return };
        let at = name.node.map_or(name.at, |node| node.span);
        let found = if given(text) || self.index.find(kind, self.pod.namespace, text).is_some() {
            Field::set(true, at)
        } else {
            Field::unknown(elsewhere(&format!("{kind} {text}")), at)
        };
        self.found.push(Reference { kind, name: text.to_owned(), key: None, found, optional: false, at });
    }
}

fn is_optional(from: Spot) -> bool {
    from.get("optional").boolean().value() == Some(&true)
}
