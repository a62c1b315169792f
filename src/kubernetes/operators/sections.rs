//! Operators that keep schedules and stores in sections of one shape: Percona's for MySQL and
//! MongoDB, KubeBlocks.

use super::{Section, does, elsewhere, kept, kept_by_store, store, volume};
use crate::kubernetes::spot::{Spot, or_default};
use crate::model::{Field, Job};
use crate::source::Reason;

/// `spec.backup` with named storages and a list of schedules under `key`.
pub(super) fn percona(section: Section, key: &'static str) -> Vec<Job> {
    let backup = section.root.path(&["spec", "backup"]);
    let enabled = backup.get("enabled").boolean();
    let mut jobs = Vec::new();
    for task in backup.get(key).items() {
        let name = task.get("name");
        let at = name.node.map_or(task.at, |node| node.span);
        let mut job = section.job(name.text().unwrap_or(&section.of.name), at);
        job.clusters = vec![section.object];
        let own = or_default(task.get("enabled").boolean(), true).map(|enabled| !enabled);
        let whole = enabled.clone().map(|enabled| !enabled);
        job.suspended = if whole.value() == Some(&true) { whole } else { own };
        job.set_cron(task.get("schedule").string());
        does(&mut job, &["dump", "prune"], at);
        let storage = task.get("storageName");
        match storage.text().map(|name| backup.get("storages").get(name)) {
            Some(held) if held.is_written() => placed(&mut job, held),
            _ => elsewhere(&mut job, "the storage of the backups", storage.at),
        }
        let count = task.path(&["retention", "count"]).integer();
        job.keep_count = if count.is_absent() { task.get("keep").integer() } else { count };
        // Nought keeps everything.
        if job.keep_count.value() == Some(&0) {
            job.keep_count = Field::absent(at);
        }
        kept_by_store(&mut job);
        jobs.push(job);
    }
    jobs
}

fn placed(job: &mut Job, storage: Spot) {
    let bucket = ["s3", "gcs", "azure", "minio"].map(|kind| storage.get(kind)).into_iter().find(|it| it.is_written());
    match bucket {
        Some(bucket) => {
            let place = ["bucket", "container"].map(|key| bucket.get(key)).into_iter().find(|it| it.is_written());
            store(job, place.unwrap_or(bucket.get("bucket")), bucket.get("endpointUrl"));
        }
        None => volume(job, storage.at),
    }
}

/// The backup section of a cluster of KubeBlocks.
pub(super) fn kubeblocks_cluster(section: Section) -> Option<Job> {
    let backup = section.root.path(&["spec", "backup"]);
    if !backup.is_written() {
        return None;
    }
    let mut job = section.job(&section.of.name, backup.at);
    job.clusters = vec![section.object];
    job.suspended = or_default(backup.get("enabled").boolean(), false).map(|enabled| !enabled);
    job.set_cron(backup.get("cronExpression").string());
    method(&mut job, backup.get("method"));
    job.keep = kept(backup.get("retentionPeriod"), backup.at);
    repository(&mut job, backup.get("repoName"));
    kept_by_store(&mut job);
    Some(job)
}

/// The schedules of a `BackupSchedule`; its policy says which cluster.
pub(super) fn kubeblocks_schedule(section: Section) -> Vec<Job> {
    let spec = section.root.get("spec");
    let name = spec.get("backupPolicyName");
    let policy = name.text().and_then(|name| section.find("dataprotection.kubeblocks.io", "BackupPolicy", Some(name)));
    let policy = policy.and_then(|policy| section.root_of(policy));
    let target = ["app.kubernetes.io/instance"];
    let cluster = policy.and_then(|policy| {
        let labels = policy.path(&["spec", "target", "podSelector", "matchLabels"]).get(target[0]).text()?;
        section.find("apps.kubeblocks.io", "Cluster", Some(labels))
    });
    let mut jobs = Vec::new();
    for schedule in spec.get("schedules").items() {
        let mut job = section.job(&section.of.name, schedule.at);
        job.clusters = cluster.into_iter().collect();
        if cluster.is_none() {
            let what = "the cluster that the schedule belongs to".into();
            job.targets.open(Reason::Elsewhere { what });
        }
        job.suspended = or_default(schedule.get("enabled").boolean(), false).map(|enabled| !enabled);
        job.set_cron(schedule.get("cronExpression").string());
        method(&mut job, schedule.get("backupMethod"));
        job.keep = kept(schedule.get("retentionPeriod"), schedule.at);
        match policy {
            Some(policy) => repository(&mut job, policy.path(&["spec", "backupRepoName"])),
            None => elsewhere(&mut job, "the repository of the backups", schedule.at),
        }
        kept_by_store(&mut job);
        jobs.push(job);
    }
    jobs
}

/// What a method of KubeBlocks does, by its name.
fn method(job: &mut Job, method: Spot) {
    let is_snapshot = method.text().is_some_and(|name| name.contains("snapshot"));
    let at = method.node.map_or(method.at, |node| node.span);
    does(job, &[if is_snapshot { "snapshot" } else { "dump" }], at);
}

/// A repository may be an object store or a volume of the cluster.
fn repository(job: &mut Job, repository: Spot) {
    elsewhere(job, "the repository of the backups", repository.at);
}
