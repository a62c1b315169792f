//! Backup sections of operators: what they schedule, for which cluster, where to, how long it is kept.

mod postgres;
mod sections;
mod velero;

use super::index::Index;
use super::sink::Sink;
use super::spot::Spot;
use crate::model::job::{Job, Listed};
use crate::model::{ContainerKind, Duration, Field, Object, Stack, State};
use crate::source::{Reason, Span, Text};
use crate::syntax::Node;
use hashbrown::HashMap;

/// An object in which an operator's backups are written.
#[derive(Clone, Copy)]
struct Section<'t> {
    object: usize,
    of: &'t Object,
    root: Spot<'t>,
    index: &'t Index<'t>,
    sink: &'t Sink,
}

/// Adds the jobs that operators make of their objects.
pub(super) fn add(stack: &mut Stack, index: &Index, sink: &Sink) {
    let mut jobs = Vec::new();
    for &(object, of) in index.of_other_groups() {
        let root = Spot::new(&of.root, of.at, "this object", sink);
        let section = Section { object, of, root, index, sink };
        match (super::index::group(&of.api), of.kind.as_str()) {
            ("postgresql.cnpg.io", "ScheduledBackup") => jobs.extend(postgres::cloud_native(section)),
            ("acid.zalan.do", "postgresql") => jobs.extend(postgres::zalando(section)),
            ("pgv2.percona.com", "PerconaPGCluster") | ("postgres-operator.crunchydata.com", "PostgresCluster") => {
                jobs.extend(postgres::pgbackrest(section));
            }
            ("pxc.percona.com", "PerconaXtraDBCluster") | ("ps.percona.com", "PerconaServerMySQL") => {
                jobs.extend(sections::percona(section, "schedule"));
            }
            ("psmdb.percona.com", "PerconaServerMongoDB") => jobs.extend(sections::percona(section, "tasks")),
            ("apps.kubeblocks.io", "Cluster") => jobs.extend(sections::kubeblocks_cluster(section)),
            ("dataprotection.kubeblocks.io", "BackupSchedule") => jobs.extend(sections::kubeblocks_schedule(section)),
            ("velero.io", "Schedule") => jobs.push(velero::schedule(section, stack)),
            _ => {}
        }
    }
    aim(&mut jobs, stack);
    stack.jobs.extend(jobs);
}

/// Adds the instances of the clusters that jobs work on.
fn aim(jobs: &mut [Job], stack: &Stack) {
    let mut instances: HashMap<usize, Vec<usize>> = HashMap::new();
    for (number, container) in stack.containers.iter().enumerate() {
        let object = container.object.filter(|_| container.kind == ContainerKind::Managed);
        object.into_iter().for_each(|object| instances.entry(object).or_default().push(number));
    }
    for job in jobs {
        let wanted = job.clusters.iter().filter_map(|cluster| instances.get(cluster)).flatten();
        for container in wanted {
            if !job.targets.items.iter().any(|known| known.value() == Some(container)) {
                job.targets.push(*container, job.at);
            }
        }
    }
}

impl<'t> Section<'t> {
    /// A job that stands here.
    fn job(self, name: &str, at: Span) -> Job {
        let mut job = Job::new(name, at, self.of.root.span);
        job.object = Some(self.object);
        job
    }

    /// The positions of objects of a kind, of the given name unless that is `None`.
    fn find(self, group: &str, kind: &str, name: Option<&str>) -> Option<usize> {
        let namespace = self.index.namespace(self.of);
        self.index.objects().iter().position(|object| {
            object.kind == kind
                && super::index::group(&object.api) == group
                && name.is_none_or(|name| object.name == name)
                && self.index.namespace(object) == namespace
        })
    }

    /// The root of an object of the stack.
    fn root_of(self, object: usize) -> Option<Spot<'t>> {
        let of = self.index.objects().get(object)?;
        Some(Spot::new(&of.root, of.at, "this object", self.sink))
    }
}

/// Says what a job does.
fn does(job: &mut Job, words: &[&str], at: Span) {
    job.does = Listed::none(at);
    for word in words {
        job.does.push((*word).to_owned(), at);
    }
}

/// Where results go: an object store at an address, or a bucket of a cloud if none is written.
fn store(job: &mut Job, place: Spot, endpoint: Spot) {
    let at = place.node.map_or(place.at, |node| node.span);
    job.destinations = Listed::none(at);
    if let Some(text) = place.text() {
        job.destinations.push(Text::from(text), at);
    } else if let Some(reason) = place.reason() {
        job.destinations.open(reason);
    }
    job.offsite = match (endpoint.text(), endpoint.reason()) {
        (Some(address), _) => Field::set(!is_of_cluster(address), endpoint.node.map_or(at, |node| node.span)),
        (None, Some(reason)) => Field::unknown(reason, endpoint.at),
        (None, None) => Field::set(true, at),
    };
    let what = "whether the store encrypts".into();
    job.encrypted = Field::unknown(Reason::Elsewhere { what }, at);
}

/// Results stay in volumes of the cluster.
fn volume(job: &mut Job, at: Span) {
    job.offsite = Field::set(false, at);
    job.encrypted = Field::set(false, at);
}

/// Whether an address leads to a Service of the cluster.
fn is_of_cluster(address: &str) -> bool {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let host = rest.split(['/', ':']).next().unwrap_or(rest);
    !host.contains('.') || host.ends_with(".svc") || host.contains(".svc.") || host.ends_with(".cluster.local")
}

/// How long results are kept: `30d`, `4w`, `3m` (months), `3 months`, `72h`.
fn kept(spot: Spot, absent: Span) -> Field<Duration> {
    let read = |node: &Node| {
        let text = node.text()?.trim();
        let split = text.find(|next: char| !next.is_ascii_digit()).unwrap_or(text.len());
        let number: u64 = text.get(..split)?.parse().ok()?;
        let day = 86_400_000_u64;
        let unit = match text.get(split..)?.trim().trim_end_matches('s') {
            "h" | "hour" => day / 24,
            "" | "d" | "day" => day,
            "w" | "week" => 7 * day,
            "m" | "mo" | "month" => 30 * day,
            "y" | "year" => 365 * day,
            _ => return Duration::parse(text),
        };
        Some(Duration(number.saturating_mul(unit)))
    };
    let field = spot.field("how long backups are kept, such as 30d", read);
    if field.is_absent() { Field::absent(absent) } else { field }
}

/// Nothing is deleted by the job itself: an object store may do it, wherever it stands.
fn kept_by_store(job: &mut Job) {
    let is_store = !job.destinations.items.is_empty() || job.offsite.state != State::Set(false);
    if job.keep.is_absent() && job.keep_count.is_absent() && is_store {
        job.keep = Field::unknown(Reason::Elsewhere { what: "how long the store keeps backups".into() }, job.at);
    }
}

/// A place that is not in these files.
fn elsewhere(job: &mut Job, what: &str, at: Span) {
    let reason = Reason::Elsewhere { what: what.into() };
    job.destinations = Listed::unknown(reason.clone(), at);
    job.offsite = Field::unknown(reason.clone(), at);
    job.encrypted = Field::unknown(reason, at);
}
