//! Operators of PostgreSQL: CloudNativePG, Zalando's, and those that use pgBackRest.

use super::{Section, does, elsewhere, kept, kept_by_store, store, volume};
use crate::kubernetes::spot::{Spot, or_default};
use crate::model::schedule::{self, Pause};
use crate::model::{Field, Job};
use crate::source::Reason;

/// A `ScheduledBackup`; its cluster says where to and how long.
pub(super) fn cloud_native(section: Section) -> Option<Job> {
    let spec = section.root.get("spec");
    let mut job = section.job(&section.of.name, section.of.at);
    job.set_cron(spec.get("schedule").string());
    job.suspended = or_default(spec.get("suspend").boolean(), false);
    let of = spec.path(&["cluster", "name"]);
    let method = spec.get("method");
    let is_snapshot = method.text() == Some("volumeSnapshot");
    does(&mut job, &[if is_snapshot { "snapshot" } else { "dump" }], section.of.at);
    let cluster = of.text().and_then(|name| section.find("postgresql.cnpg.io", "Cluster", Some(name)));
    let Some(root) = cluster.and_then(|cluster| section.root_of(cluster)) else {
        let name = of.text().unwrap_or_default();
        elsewhere(&mut job, &format!("the backup section of Cluster {name}"), of.at);
        job.keep = Field::unknown(Reason::Elsewhere { what: format!("Cluster {name}").into() }, of.at);
        return Some(job);
    };
    job.clusters = cluster.into_iter().collect();
    let backup = root.path(&["spec", "backup"]);
    if is_snapshot {
        let at = backup.at;
        elsewhere(&mut job, "where the storage class keeps its snapshots", at);
        job.keep = Field::unknown(Reason::Elsewhere { what: "how long snapshots are kept".into() }, at);
        return Some(job);
    }
    let object_store = backup.get("barmanObjectStore");
    if object_store.is_written() {
        store(&mut job, object_store.get("destinationPath"), object_store.get("endpointURL"));
        job.keep = kept(backup.get("retentionPolicy"), backup.at);
        kept_by_store(&mut job);
        return Some(job);
    }
    let mut plugins = root.path(&["spec", "plugins"]).items();
    let plugin = plugins.find(|plugin| plugin.get("name").text() == Some("barman-cloud.cloudnative-pg.io"));
    let name = plugin.map(|plugin| plugin.path(&["parameters", "barmanObjectName"]));
    let held = name.and_then(|name| section.find("barmancloud.cnpg.io", "ObjectStore", name.text()));
    match held.and_then(|held| section.root_of(held)) {
        Some(held) => {
            let configuration = held.path(&["spec", "configuration"]);
            store(&mut job, configuration.get("destinationPath"), configuration.get("endpointURL"));
            job.keep = kept(held.path(&["spec", "retentionPolicy"]), held.at);
            kept_by_store(&mut job);
        }
        None => {
            let at = plugin.map_or(backup.at, |plugin| plugin.at);
            elsewhere(&mut job, "the object store of the backups", at);
            job.keep = Field::unknown(Reason::Elsewhere { what: "the object store of the backups".into() }, at);
        }
    }
    Some(job)
}

/// Logical backups of Zalando's operator, whose own configuration says where to.
pub(super) fn zalando(section: Section) -> Option<Job> {
    let spec = section.root.get("spec");
    let enabled = spec.get("enableLogicalBackup");
    if !enabled.is_written() && enabled.reason().is_none() {
        return None;
    }
    let at = enabled.node.map_or(enabled.at, |node| node.span);
    let mut job = section.job(&format!("logical-backup-{}", section.of.name), at);
    job.clusters = vec![section.object];
    job.suspended = enabled.boolean().map(|enabled| !enabled);
    does(&mut job, &["dump"], at);
    let schedule = spec.get("logicalBackupSchedule");
    if schedule.is_written() {
        job.set_cron(schedule.string());
    } else {
        let what = "the schedule in the operator's configuration".into();
        job.gap = Field::unknown(Reason::Elsewhere { what }, at);
    }
    elsewhere(&mut job, "the store in the operator's configuration", at);
    job.keep = kept(spec.get("logicalBackupRetention"), at);
    kept_by_store(&mut job);
    Some(job)
}

/// The repositories of pgBackRest, each with its schedules.
pub(super) fn pgbackrest(section: Section) -> Vec<Job> {
    let backups = section.root.path(&["spec", "backups"]);
    let enabled = backups.get("enabled").boolean();
    let pgbackrest = backups.get("pgbackrest");
    let global = pgbackrest.get("global");
    let mut jobs = Vec::new();
    for repo in pgbackrest.get("repos").items() {
        let schedules = repo.get("schedules");
        let name = repo.get("name").text().unwrap_or_default();
        // Between full backups differential and incremental ones are taken.
        let kinds = ["full", "differential", "incremental"].map(|kind| schedules.get(kind));
        let kinds: Vec<Spot> = kinds.into_iter().filter(|kind| kind.is_written()).collect();
        if let Some(first) = kinds.first() {
            let at = first.node.map_or(first.at, |node| node.span);
            let mut job = section.job(&format!("{} {name}", section.of.name), at);
            job.clusters = vec![section.object];
            job.suspended = or_default(enabled.clone().map(|enabled| !enabled), false);
            job.set_cron(first.string());
            let texts: Vec<&str> = kinds.iter().filter_map(|kind| kind.text()).collect();
            if let (Some(Pause::Longest(pause)), true) = (schedule::crons(&texts), texts.len() > 1) {
                job.gap = Field::set(pause, at);
            }
            does(&mut job, &["dump"], at);
            let buckets = ["s3", "gcs", "azure"].map(|kind| repo.get(kind));
            match buckets.into_iter().find(|bucket| bucket.is_written()) {
                Some(bucket) => {
                    let place =
                        ["bucket", "container"].map(|key| bucket.get(key)).into_iter().find(|it| it.is_written());
                    store(&mut job, place.unwrap_or(bucket.get("bucket")), bucket.get("endpoint"));
                }
                None => volume(&mut job, repo.at),
            }
            let entry = |suffix: &str| {
                let wanted = format!("{name}-retention-full{suffix}");
                let found = global.entries().iter().find(|entry| entry.name() == wanted)?;
                found.value.text().map(|text| (text, found.value.span))
            };
            match (entry(""), entry("-type")) {
                (Some((number, at)), Some(("time", _))) => {
                    let days = number.parse::<u64>().unwrap_or(0);
                    job.keep = Field::set(crate::model::Duration::seconds(days.saturating_mul(86_400)), at);
                }
                (Some((number, at)), _) => {
                    job.keep_count = Field::set(number.parse().unwrap_or(0), at);
                }
                (None, _) => kept_by_store(&mut job),
            }
            jobs.push(job);
        }
    }
    jobs
}
