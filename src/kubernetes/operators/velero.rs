//! Schedules of Velero, which back up namespaces with their volumes.

use super::{Section, does, elsewhere, store};
use crate::kubernetes::spot::{Spot, or_default};
use crate::model::{Duration, Field, Job, Stack, State};
use crate::source::Reason;

/// Thirty days, where nothing is written.
const TTL: Duration = Duration(2_592_000_000);

/// A `Schedule`.
pub(super) fn schedule(section: Section, stack: &Stack) -> Job {
    let spec = section.root.get("spec");
    let template = spec.get("template");
    let mut job = section.job(&section.of.name, section.of.at);
    job.set_cron(spec.get("schedule").string());
    job.suspended = or_default(spec.get("paused").boolean(), false);
    let files = template.get("defaultVolumesToFsBackup").boolean();
    let files = if files.is_absent() { template.get("defaultVolumesToRestic").boolean() } else { files };
    let snapshots = template.get("snapshotVolumes").boolean();
    let moved = template.get("snapshotMoveData").boolean();
    let is_set = |field: &Field<bool>| field.state == State::Set(true);
    if is_set(&files) || is_set(&snapshots) || is_set(&moved) {
        does(&mut job, &["snapshot"], section.of.at);
    } else {
        let what = if snapshots.value() == Some(&false) {
            "whether annotations of pods add their volumes to Velero's backups"
        } else {
            "whether Velero has a provider of volume snapshots"
        };
        job.does.open(Reason::Elsewhere { what: what.into() });
    }
    let location = template.get("storageLocation").text().unwrap_or("default");
    let held = section.find("velero.io", "BackupStorageLocation", Some(location)).and_then(|it| section.root_of(it));
    match held {
        Some(held) => {
            let spec = held.get("spec");
            store(&mut job, spec.path(&["objectStorage", "bucket"]), spec.path(&["config", "s3Url"]));
        }
        // A location is an object store, wherever it is defined; one's own may stand in the cluster.
        None => elsewhere(&mut job, &format!("the BackupStorageLocation {location}"), section.of.at),
    }
    if is_set(&snapshots) && !is_set(&files) && !is_set(&moved) {
        elsewhere(&mut job, "where the provider keeps volume snapshots", section.of.at);
    }
    let ttl = template.get("ttl").field("a duration such as 720h0m0s", |node| Duration::parse(node.text()?));
    job.keep = or_default(ttl, TTL);
    if job.keep.is_absent() {
        job.keep = Field::default(TTL, section.of.at);
    }
    covered(&mut job, template, section, stack);
    job
}

/// The containers and clusters of the namespaces that are backed up.
fn covered(job: &mut Job, template: Spot, section: Section, stack: &Stack) {
    let listed = |key| template.get(key).items().filter_map(Spot::text).collect::<Vec<_>>();
    let (included, excluded) = (listed("includedNamespaces"), listed("excludedNamespaces"));
    let is_in = |namespace: &str| {
        (included.is_empty() || included.contains(&"*") || included.contains(&namespace))
            && !excluded.contains(&namespace)
    };
    if template.get("labelSelector").is_written() || template.get("orLabelSelectors").is_written() {
        let what = "what the label selector of Velero's schedule selects".into();
        job.targets.open(Reason::Unseen { what });
        return;
    }
    for (index, container) in stack.containers.iter().enumerate() {
        let Some(workload) = stack.workloads.get(container.workload) else { continue };
        let Some(object) = workload.object.and_then(|object| section.index.objects().get(object)) else { continue };
        let holds_data = container
            .mounts
            .iter()
            .filter_map(|mount| stack.mounts.get(*mount))
            .any(|mount| matches!(mount.kind, crate::model::MountKind::Claim | crate::model::MountKind::Volume));
        if holds_data && is_in(section.index.namespace(object)) {
            job.targets.push(index, job.at);
        }
    }
    for (index, object) in section.index.objects().iter().enumerate() {
        let is_cluster = matches!(object.kind.as_str(), "Cluster" | "postgresql" | "PostgresCluster")
            || object.kind.starts_with("Percona");
        if is_cluster && is_in(section.index.namespace(object)) {
            job.clusters.push(index);
        }
    }
}
