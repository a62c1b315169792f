//! One deployment.

use super::job::{HostName, Job, Script, Step};
use super::receiver::{self, Label, Reached};
use super::step::Step as PipelineStep;
use super::{
    Alert, AlertRoute, Connections, Container, Containers, Edge, Exposure, Field, File, Gap, HostRules, Mount, Object,
    Policy, Receiver, Reuse, Schema, Scrape, Setting, Settings, State, SubjectKind, Unnamed, Workload,
};
use crate::source::Span;
use rayon::prelude::*;
use std::sync::{Arc, OnceLock};

/// What a stack was written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Platform {
    /// A Compose project.
    Compose,
    /// A rendered Helm release.
    Helm,
    /// A set of Kubernetes manifests.
    Kubernetes,
    /// systemd units.
    Systemd,
    /// Configuration without a deployment around it.
    Config,
}

impl Platform {
    /// The word that rules and reports use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Compose => "compose",
            Self::Helm => "helm",
            Self::Kubernetes => "kubernetes",
            Self::Systemd => "systemd",
            Self::Config => "config",
        }
    }
}

/// What a deployment is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Environment {
    /// Serves its users. Also what is assumed where nothing says otherwise.
    Production,
    /// As production, but for trying out.
    Staging,
    /// Development, tests, demonstrations: severities drop one step.
    Development,
}

impl Environment {
    /// The word that rules, options and reports use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Staging => "staging",
            Self::Development => "development",
        }
    }
}

/// One deployment: a Compose project, a rendered Helm release, a set of manifests.
///
/// Lists are in the order of their place in the files, so that reports are stable. Relations are
/// indices into the lists of the same stack.
#[derive(Debug)]
pub struct Stack {
    /// The project or release name, else the folder's.
    pub name: String,
    /// What it was written for.
    pub platform: Platform,
    /// Its folder relative to the root, with `/`; `.` for the root itself.
    pub root: String,
    /// The start of its first file: where findings about the whole stack point.
    pub at: Span,
    /// The paths of the files it was read from, relative to the root, in the order of precedence.
    pub files: Vec<String>,
    /// Of a deployment that comes in several variants (value sets, profiles), which one this is. Each
    /// variant is a stack of its own, with the same platform, name, root and first file.
    pub variant: Option<String>,
    /// The names of all variants of the deployment, this one's included; empty if there is but one.
    pub variants: Vec<String>,
    /// What the deployment is for.
    pub environment: Field<Environment>,
    /// Which Kubernetes it is for, as numbers between dots; absent if nobody says so.
    pub kube_version: Field<String>,
    /// Things that are replicated and stopped.
    pub workloads: Vec<Workload>,
    /// Processes.
    pub containers: Containers,
    /// Effective values.
    pub settings: Settings,
    /// Variables whose names are not known, so that they are no settings; the gaps tell of them too.
    pub unnamed: Vec<Unnamed>,
    /// Ports and ways to reach them.
    pub exposures: Vec<Exposure>,
    /// Paths with something mounted.
    pub mounts: Vec<Mount>,
    /// What limits workloads from outside.
    pub policies: Vec<Policy>,
    /// Hosts that are served.
    pub edges: Vec<Edge>,
    /// Whether it lies in a git work tree.
    pub git: bool,
    /// Files that it uses, and files beside it that look as if they held secrets.
    pub beside: Vec<File>,
    /// Scheduled tasks.
    pub jobs: Vec<Job>,
    /// Alerting rules.
    pub alerts: Vec<Alert>,
    /// The names that recording rules give to what they compute.
    pub recorded: Vec<String>,
    /// Scrape jobs.
    pub scrapes: Vec<Scrape>,
    /// Who may be told of alerts.
    pub receivers: Vec<Receiver>,
    /// The routes of alerts, a tree for each Alertmanager or part of one.
    pub alert_routes: Vec<AlertRoute>,
    /// The routes of alerts that a Grafana evaluates.
    pub grafana_routes: Vec<AlertRoute>,
    /// What the pipelines of its tree run, in their order.
    pub steps: Arc<[PipelineStep]>,
    /// Names by which containers are reached from others.
    pub hosts: Vec<HostName>,
    /// Files that programs of containers can read, as far as jobs may run them.
    pub scripts: Vec<Script>,
    /// What containers run that may keep a schedule of their own: loops that sleep, cron daemons.
    pub runs: Vec<Step>,
    /// The schema of its database, as the SQL beside it makes it.
    pub database: Arc<Schema>,
    /// Who may connect to its PostgreSQL servers.
    pub host_rules: Vec<HostRules>,
    /// All parsed objects: manifests of every kind; for Compose the merged project.
    pub objects: Vec<Object>,
    /// What could not be seen.
    pub gaps: Vec<Gap>,
    /// What could not be seen of one workload alone: it opens the lists of that and no other.
    pub own_gaps: Vec<Gap>,
    /// Which secrets are used twice, once somebody asked.
    pub reuse: OnceLock<Reuse>,
    /// Which containers connect to which, once somebody asked.
    pub connections: OnceLock<Connections>,
}

impl Stack {
    /// A stack with nothing in it.
    #[must_use]
    pub fn new(name: impl Into<String>, platform: Platform, root: impl Into<String>, at: Span) -> Self {
        Self {
            name: name.into(),
            platform,
            root: root.into(),
            at,
            files: Vec::new(),
            variant: None,
            variants: Vec::new(),
            environment: Field::default(Environment::Production, at),
            kube_version: Field::absent(at),
            workloads: Vec::new(),
            containers: Vec::new(),
            settings: Vec::new(),
            unnamed: Vec::new(),
            exposures: Vec::new(),
            mounts: Vec::new(),
            policies: Vec::new(),
            edges: Vec::new(),
            git: false,
            beside: Vec::new(),
            jobs: Vec::new(),
            alerts: Vec::new(),
            recorded: Vec::new(),
            scrapes: Vec::new(),
            receivers: Vec::new(),
            alert_routes: Vec::new(),
            grafana_routes: Vec::new(),
            steps: Arc::from([]),
            hosts: Vec::new(),
            scripts: Vec::new(),
            runs: Vec::new(),
            database: Arc::default(),
            host_rules: Vec::new(),
            objects: Vec::new(),
            gaps: Vec::new(),
            own_gaps: Vec::new(),
            reuse: OnceLock::new(),
            connections: OnceLock::new(),
        }
    }

    /// The container of an index.
    #[must_use]
    pub fn container(&self, index: usize) -> Option<&Container> {
        self.containers.get(index).map(Box::as_ref)
    }

    /// The setting of an index.
    #[must_use]
    pub fn setting(&self, index: usize) -> Option<&Setting> {
        self.settings.get(index).map(Box::as_ref)
    }

    /// Adds the subjects and gaps of other stacks, one after the other; their indices become those of this
    /// one. Objects are left as they are: what refers to them counts in the whole already.
    pub fn append(&mut self, mut others: Vec<Self>) {
        let mut end = Start::behind(&Start::default(), self);
        let starts = others.iter().map(|other| {
            let next = Start::behind(&end, other);
            std::mem::replace(&mut end, next)
        });
        let starts: Vec<Start> = starts.collect();
        others.par_iter_mut().zip(starts).for_each(|(other, start)| other.shift(&start));
        self.workloads.reserve(others.iter().map(|other| other.workloads.len()).sum());
        self.mounts.reserve(others.iter().map(|other| other.mounts.len()).sum());
        for mut other in others {
            self.workloads.append(&mut other.workloads);
            self.containers.append(&mut other.containers);
            self.settings.append(&mut other.settings);
            self.unnamed.append(&mut other.unnamed);
            self.exposures.append(&mut other.exposures);
            self.mounts.append(&mut other.mounts);
            self.jobs.append(&mut other.jobs);
            self.hosts.append(&mut other.hosts);
            self.scripts.append(&mut other.scripts);
            self.runs.append(&mut other.runs);
            self.gaps.append(&mut other.gaps);
            self.own_gaps.append(&mut other.own_gaps);
        }
    }

    /// Makes its indices count from those of another stack, to which it is added.
    fn shift(&mut self, start: &Start) {
        let shift = |indices: &mut Vec<usize>, by: usize| indices.iter_mut().for_each(|index| *index += by);
        for added in &mut self.workloads {
            shift(&mut added.containers, start.container);
        }
        for added in &mut self.containers {
            added.workload += start.workload;
            shift(&mut added.settings, start.setting);
            shift(&mut added.exposures, start.exposure);
            shift(&mut added.mounts, start.mount);
            for dependency in added.depends_on.iter_mut().filter_map(|dependency| dependency.container.as_mut()) {
                *dependency += start.container;
            }
        }
        let container = start.container;
        for of in self.settings.iter_mut().filter_map(|setting| setting.container.as_mut()) {
            *of += container;
        }
        self.exposures.iter_mut().for_each(|exposure| exposure.container += container);
        self.mounts.iter_mut().for_each(|mount| mount.container += container);
        let steps = self.jobs.iter_mut().flat_map(|job| &mut job.steps).chain(&mut self.runs);
        for of in steps.filter_map(|step| step.container.as_mut()) {
            *of += container;
        }
        for job in &mut self.jobs {
            let targets = job.targets.items.iter_mut().filter_map(|target| match &mut target.state {
                State::Set(of) => Some(of),
                State::Absent | State::Unknown(_) => None,
            });
            targets.chain(&mut job.container).for_each(|of| *of += container);
        }
        self.hosts.iter_mut().for_each(|host| host.container += container);
        self.scripts.iter_mut().filter_map(|it| it.container.as_mut()).for_each(|of| *of += container);
    }

    /// Indices of the containers that an address means, `host:port` or a URL, seen from anywhere.
    #[must_use]
    pub fn containers_at(&self, address: &str) -> Vec<usize> {
        let behind = address.split_once("://").map_or(address, |(_, rest)| rest);
        let authority = behind.split('/').next().unwrap_or(behind);
        let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
        let known = self.hosts.iter().filter(|known| known.is_meant(host, None));
        let mut found: Vec<usize> = known.map(|known| known.container).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Whom an alert with these labels reaches, whoever evaluates it.
    #[must_use]
    pub fn told<'l>(&self, label: &dyn Fn(&str) -> Label<'l>) -> Reached {
        match (self.alert_routes.is_empty(), self.grafana_routes.is_empty()) {
            (true, false) => self.told_by_grafana(label),
            (_, true) => self.told_by_alertmanager(label),
            (false, false) => {
                let (mut all, other) = (self.told_by_alertmanager(label), self.told_by_grafana(label));
                all.receivers.extend(other.receivers);
                all.more = all.more.or(other.more);
                all
            }
        }
    }

    /// Whom an alert of Prometheus or Loki reaches.
    #[must_use]
    pub fn told_by_alertmanager<'l>(&self, label: &dyn Fn(&str) -> Label<'l>) -> Reached {
        receiver::through(&self.alert_routes, "the configuration of an Alertmanager", label)
    }

    /// Whom an alert of Grafana reaches.
    #[must_use]
    pub fn told_by_grafana<'l>(&self, label: &dyn Fn(&str) -> Label<'l>) -> Reached {
        receiver::through(&self.grafana_routes, "Grafana's notification policies", label)
    }

    /// Whether this and another stack are variants of one deployment.
    #[must_use]
    pub fn is_variant_of(&self, other: &Self) -> bool {
        let whole = |stack: &Self| stack.variant.is_some();
        whole(self)
            && whole(other)
            && (self.platform, &self.root, &self.name) == (other.platform, &other.root, &other.name)
            && self.files.first() == other.files.first()
    }

    /// Why the list of these subjects may miss elements, if it may.
    #[must_use]
    pub fn open(&self, kind: SubjectKind) -> Option<&Gap> {
        self.gaps.iter().find(|gap| gap.kinds.contains(&kind))
    }

    /// Why the list of these subjects of one container may miss elements, if it may: what could not
    /// be seen stands within its workload, and not within another container of that.
    #[must_use]
    pub fn open_in(&self, kind: SubjectKind, container: &Container) -> Option<&Gap> {
        self.gaps_in(kind, container).next()
    }

    /// As [`Stack::open_in`], every one of them.
    pub fn gaps_in(&self, kind: SubjectKind, container: &Container) -> impl Iterator<Item = &Gap> {
        let workload = self.workloads.get(container.workload);
        let span = container.span;
        let is_of_another = move |gap: &Gap| {
            let beside = workload.map_or(&[][..], |workload| &workload.containers);
            let mut beside = beside.iter().filter_map(|index| self.container(*index));
            !span.covers(gap.at) && beside.any(|other| other.span.covers(gap.at))
        };
        let gaps = self.gaps.iter().chain(&self.own_gaps).filter(move |gap| gap.kinds.contains(&kind));
        gaps.filter(move |gap| workload.is_some_and(|it| it.span.covers(gap.at)) && !is_of_another(gap))
    }
}

/// Where the lists of a stack begin in those of another to which it is added.
#[derive(Default)]
struct Start {
    workload: usize,
    container: usize,
    setting: usize,
    exposure: usize,
    mount: usize,
}

impl Start {
    /// Behind a stack that begins there.
    fn behind(&self, stack: &Stack) -> Self {
        Self {
            workload: self.workload + stack.workloads.len(),
            container: self.container + stack.containers.len(),
            setting: self.setting + stack.settings.len(),
            exposure: self.exposure + stack.exposures.len(),
            mount: self.mount + stack.mounts.len(),
        }
    }
}
