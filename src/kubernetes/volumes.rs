//! What is mounted where.

use super::files;
use super::index::Index;
use super::pod::Pod;
use super::spot::{Spot, or_default};
use super::workload::elsewhere;
use crate::model::{Field, Memory, Mount, MountKind, State};
use crate::source::{Problem, Reason, Text};
use crate::syntax::Node;
use std::collections::HashMap;

/// Volume sources that outlive the pod and are not told apart otherwise.
const DISKS: &[&str] = &[
    "awsElasticBlockStore",
    "gcePersistentDisk",
    "azureDisk",
    "cinder",
    "rbd",
    "iscsi",
    "fc",
    "vsphereVolume",
    "portworxVolume",
    "scaleIO",
    "storageos",
    "flexVolume",
    "flocker",
    "photonPersistentDisk",
    "quobyte",
];

/// Volume sources that several hosts may write to.
const SHARES: &[&str] = &["nfs", "cephfs", "glusterfs", "azureFile"];

/// The volumes of a pod by name; claim templates replace volumes.
pub(super) struct Volumes<'t>(HashMap<&'t str, Source<'t>>);

/// Where a volume comes from.
#[derive(Clone, Copy)]
enum Source<'t> {
    /// An entry of `volumes`.
    Volume(Spot<'t>),
    /// An entry of `volumeClaimTemplates`.
    Claim(Spot<'t>),
}

/// What is known of a volume, whoever mounts it.
struct Facts {
    kind: MountKind,
    source: Field<Text>,
    mode: Field<Text>,
    shared: Field<bool>,
    size: Field<Memory>,
    reclaim: Field<String>,
    /// Whether it cannot be written to, where the volume decides that.
    read_only: Option<Field<bool>>,
}

impl<'t> Volumes<'t> {
    /// Finds the volumes of a pod.
    pub fn of(pod: &Pod<'t>) -> Self {
        let mut volumes = HashMap::new();
        for volume in pod.spec.get("volumes").items() {
            if let Some(name) = volume.get("name").text() {
                volumes.insert(name, Source::Volume(volume));
            }
        }
        if pod.of.kind == "StatefulSet" {
            for claim in pod.root.path(&["spec", "volumeClaimTemplates"]).items() {
                if let Some(name) = claim.path(&["metadata", "name"]).text() {
                    volumes.insert(name, Source::Claim(claim));
                }
            }
        }
        Self(volumes)
    }

    /// What the container with this index mounts.
    pub fn mounts(&self, pod: &Pod<'t>, container: Spot<'t>, number: usize, index: &Index<'t>) -> Vec<Mount> {
        let mut mounts = Vec::new();
        for (key, path) in [("volumeMounts", "mountPath"), ("volumeDevices", "devicePath")] {
            for mount in container.get(key).items() {
                let name = mount.get("name");
                let at = mount.get(path).node.or(name.node).map_or(mount.at, |node| node.span);
                let mount = mount.placed(at);
                let volume = name.text().and_then(|text| self.0.get(text).copied());
                let facts = match volume {
                    Some(volume) => volume.facts(pod, index),
                    None => undefined(pod, mount, name),
                };
                let written = mount.get("readOnly").boolean();
                let read_only = match facts.read_only {
                    Some(decided) if written.value() != Some(&true) => decided,
                    _ => or_default(written, false),
                };
                let sub_path = mount.get("subPath").guarded();
                let sub_path = if sub_path.is_absent() { expression(mount.get("subPathExpr")) } else { sub_path };
                let path = mount.get(path).guarded();
                let brings = match volume {
                    Some(Source::Volume(volume)) => files::brought(pod, volume, &path, &sub_path, index),
                    _ => Vec::new(),
                };
                mounts.push(Mount {
                    container: number,
                    path,
                    source: facts.source,
                    sub_path,
                    mode: facts.mode,
                    kind: facts.kind,
                    shared: facts.shared,
                    read_only,
                    size: facts.size,
                    reclaim: facts.reclaim,
                    brings,
                    at,
                });
            }
        }
        mounts
    }
}

/// A path in which variables are put: known if there are none.
fn expression(spot: Spot) -> Field<Text> {
    let field = spot.guarded();
    match (field.value(), field.at) {
        (Some(text), Some(at)) if text.expose().contains("$(") => Field::unknown(Reason::Generated, at),
        _ => field,
    }
}

impl<'t> Source<'t> {
    fn facts(self, pod: &Pod<'t>, index: &Index<'t>) -> Facts {
        let volume = match self {
            Self::Claim(claim) => return claimed(claim, pod, index, claim.path(&["metadata", "name"]).guarded()),
            Self::Volume(volume) => volume,
        };
        let at = volume.get("name").node.map_or(volume.at, |node| node.span);
        let volume = volume.placed(at);
        let claim = volume.get("persistentVolumeClaim");
        if claim.is_written() {
            return by_claim(claim, pod, index);
        }
        let plain = |kind, source: Field<Text>| Facts {
            kind,
            source,
            mode: Field::absent(at),
            shared: Field::default(false, at),
            size: Field::absent(at),
            reclaim: Field::absent(at),
            read_only: None,
        };
        let own = || volume.get("name").guarded();
        let files = |kind, spot: Spot<'t>, name: Field<Text>| Facts {
            mode: spot.get("defaultMode").guarded(),
            read_only: Some(Field::default(true, at)),
            ..plain(kind, name)
        };
        let written = |key: &'t str| Some(volume.get(key)).filter(|spot| spot.is_written());
        if let Some(empty) = written("emptyDir") {
            let memory = empty.get("medium").text() == Some("Memory");
            let kind = if memory { MountKind::Tmpfs } else { MountKind::Empty };
            return Facts { size: size(empty.get("sizeLimit")), ..plain(kind, own()) };
        }
        if let Some(host) = written("hostPath") {
            return plain(MountKind::Bind, host.get("path").guarded());
        }
        if let Some(config) = written("configMap") {
            return files(MountKind::Config, config, config.get("name").guarded());
        }
        if let Some(secret) = written("secret") {
            return files(MountKind::Secret, secret, secret.get("secretName").guarded());
        }
        if let Some(projected) = written("projected") {
            let has = |key| projected.get("sources").items().any(|source| source.get(key).is_written());
            let kind = match (has("secret"), has("configMap")) {
                (true, _) => MountKind::Secret,
                (false, true) => MountKind::Config,
                (false, false) => MountKind::Other,
            };
            return files(kind, projected, own());
        }
        if let Some(downward) = written("downwardAPI") {
            return files(MountKind::Other, downward, own());
        }
        if let Some(csi) = written("csi") {
            let secrets = csi.get("driver").text() == Some("secrets-store.csi.k8s.io");
            let kind = if secrets { MountKind::Secret } else { MountKind::Other };
            return plain(kind, csi.get("driver").guarded());
        }
        if let Some(ephemeral) = written("ephemeral") {
            let request = ["volumeClaimTemplate", "spec", "resources", "requests", "storage"];
            return Facts { size: size(ephemeral.path(&request)), ..plain(MountKind::Empty, own()) };
        }
        for key in SHARES {
            if let Some(share) = written(key) {
                let path = if *key == "nfs" { joined(share) } else { own() };
                return Facts { shared: Field::set(true, share.at), ..plain(MountKind::Nfs, path) };
            }
        }
        if DISKS.iter().any(|key| volume.get(key).is_written()) {
            return plain(MountKind::Volume, own());
        }
        // A volume without a source is an empty directory; one of another kind is not known here.
        let named_only = volume.entries().iter().all(|entry| entry.name() == "name");
        plain(if named_only { MountKind::Empty } else { MountKind::Other }, own())
    }
}

/// `SERVER:PATH` of an NFS volume.
fn joined(share: Spot) -> Field<Text> {
    let (server, path) = (share.get("server").guarded(), share.get("path").guarded());
    match (server.value(), path.value()) {
        (Some(host), Some(folder)) => {
            let text = format!("{}:{}", host.expose(), folder.expose());
            Field { state: State::Set(Text::from(text)), at: path.at, provenance: path.provenance.clone() }
        }
        (None, _) => server,
        (_, None) => path,
    }
}

/// A volume that names a claim.
fn by_claim<'t>(reference: Spot<'t>, pod: &Pod<'t>, index: &Index<'t>) -> Facts {
    let name = reference.get("claimName");
    let at = name.at;
    let read_only = reference.get("readOnly").boolean();
    let read_only = (read_only.value() == Some(&true)).then_some(read_only);
    let text = name.text().unwrap_or_default();
    let found = index.find("PersistentVolumeClaim", pod.namespace, text).and_then(|found| index.objects().get(found));
    match found {
        Some(object) => {
            let claim = Spot::new(&object.root, object.at, "this object", pod.spec.sink());
            Facts { read_only, ..claimed(claim, pod, index, name.guarded()) }
        }
        None => {
            let reason = name.reason().unwrap_or_else(|| elsewhere(&format!("PersistentVolumeClaim {text}")));
            Facts {
                kind: MountKind::Claim,
                source: name.guarded(),
                mode: Field::absent(at),
                shared: Field::unknown(reason.clone(), at),
                size: Field::unknown(reason.clone(), at),
                reclaim: Field::unknown(reason, at),
                read_only,
            }
        }
    }
}

/// A claim, written as an object or as a template.
fn claimed<'t>(claim: Spot<'t>, pod: &Pod<'t>, index: &Index<'t>, source: Field<Text>) -> Facts {
    let at = claim.path(&["metadata", "name"]).node.map_or(claim.at, |node| node.span);
    let spec = claim.placed(at).get("spec");
    let modes = spec.get("accessModes");
    let shared = modes.field("a list of access modes", |node| {
        node.as_scalar().is_none().then(|| node.items().iter().any(|mode| mode.text() == Some("ReadWriteMany")))
    });
    Facts {
        kind: MountKind::Claim,
        source,
        mode: Field::absent(at),
        shared,
        size: size(spec.path(&["resources", "requests", "storage"])),
        reclaim: reclaim(spec, pod, index),
        read_only: None,
    }
}

/// What becomes of the data when the claim goes: its volume says so, or its class.
fn reclaim<'t>(spec: Spot<'t>, pod: &Pod<'t>, index: &Index<'t>) -> Field<String> {
    let word = |node: &Node| match node.text()? {
        word @ ("Retain" | "Delete" | "Recycle") => Some(word.to_ascii_lowercase()),
        _ => None,
    };
    let find = |kind, name: Option<&str>| {
        let found = index.objects().get(index.find(kind, pod.namespace, name?)?)?;
        Some(Spot::new(&found.root, found.at, "this object", pod.spec.sink()))
    };
    let expected = "Retain, Delete or Recycle";
    let (volume, class) = (spec.get("volumeName"), spec.get("storageClassName"));
    if let Some(volume) = find("PersistentVolume", volume.text()) {
        let written = volume.path(&["spec", "persistentVolumeReclaimPolicy"]).field(expected, word);
        return or_default(written, "retain".to_owned());
    }
    if let Some(class) = find("StorageClass", class.text()).filter(|_| !volume.is_written()) {
        return or_default(class.get("reclaimPolicy").field(expected, word), "delete".to_owned());
    }
    let what = match (volume.text(), class.text()) {
        (Some(name), _) => format!("PersistentVolume {name}"),
        (None, Some(name)) if !name.is_empty() => format!("StorageClass {name}"),
        _ => "the StorageClass that the cluster takes by default".to_owned(),
    };
    Field::unknown(elsewhere(&what), class.at)
}

/// A mount of a volume that the pod does not have.
fn undefined(pod: &Pod, mount: Spot, name: Spot) -> Facts {
    let reason = [name, pod.spec.get("volumes")].into_iter().find_map(Spot::reason).unwrap_or_else(|| {
        let text = name.text().unwrap_or_default();
        let message = format!("the pod has no volume {text} to mount here; add it to volumes, or correct the name");
        mount.sink().push(Problem::error(name.node.map_or(mount.at, |node| node.span), message));
        Reason::Malformed { expected: "the name of a volume of this pod".into() }
    });
    Facts {
        kind: MountKind::Other,
        source: Field::unknown(reason.clone(), mount.at),
        mode: Field::absent(mount.at),
        shared: Field::unknown(reason.clone(), mount.at),
        size: Field::unknown(reason.clone(), mount.at),
        reclaim: Field::unknown(reason, mount.at),
        read_only: None,
    }
}

fn size(spot: Spot) -> Field<Memory> {
    spot.field("an amount of storage such as 10Gi", |node| Memory::kubernetes(node.text()?))
}
