//! Databases that operators run: each group of instances becomes a workload with one container, as far
//! as its object says how it runs. What the operator decides by itself is unknown.

mod shapes;

use self::shapes::{SHAPES, Shape};
use super::index::{Index, group};
use super::object::name_place;
use super::pod::{Pod, PodKind};
use super::resources::{self, Ranges};
use super::sink::Sink;
use super::spot::{Spot, or_default};
use super::workload::elsewhere;
use crate::model::{
    Container, ContainerKind, Field, Gap, Held, HostName, Image, Memory, Mount, MountKind, Platform, ProbeKind,
    Resources, Setting, SettingSource, Settings, Stack, SubjectKind, Workload,
};
use crate::source::{Reason, Span, Text};

/// The pods of a cluster: nothing of a pod template is written.
const PODS: PodKind = PodKind::of_operator();

/// Instances of a database: their pods, a stack of one workload, and the names that they are reached by.
pub(super) struct Instances<'t> {
    /// What their pods are like.
    pub pod: Pod<'t>,
    /// The workload with its container, whose indices count from zero.
    pub stack: Stack,
    /// The names of the Services that the operator makes.
    pub hosts: Vec<HostName>,
}

/// The instances that an object asks for.
pub(super) fn of<'t>(object: usize, index: &Index<'t>, ranges: &Ranges, sink: &'t Sink) -> Vec<Instances<'t>> {
    let Some(owner) = index.objects().get(object) else { return Vec::new() };
    let Some(shape) = SHAPES.iter().find(|shape| shape.kind == owner.kind && shape.group == group(&owner.api)) else {
        return Vec::new();
    };
    let root = Spot::new(&owner.root, owner.at, "this object", sink);
    let spec = root.get("spec");
    let whole = spec.path(shape.part);
    let is_list = whole.node.is_some_and(|node| !node.items().is_empty());
    let mut groups: Vec<Spot> = if is_list { whole.items().collect() } else { vec![whole] };
    // A cluster that is said to be switched off, or a group that is not there, has no instances.
    groups.retain(|group| group.is_written());
    let counts: Vec<Field<i64>> = groups.iter().map(|group| count(*group, shape)).collect();
    let mut found = Vec::new();
    for (position, group) in groups.iter().enumerate() {
        let name = group.get("name");
        let is_named = is_list && name.text().is_some();
        let at = if is_named { name.node.map_or(group.at, |node| name_place(node, name.at)) } else { owner.at };
        let pod = Pod {
            object,
            owner,
            of: &PODS,
            namespace: index.namespace(owner),
            root,
            template: root,
            spec: *group,
            labels: shape.labels.iter().map(|label| (*label, owner.name.as_str())).collect(),
            hidden_labels: None,
            hides: shape.hidden,
        };
        let replicas = if shape.together { sum(&counts) } else { counts.get(position).cloned() };
        let part = Part {
            shape,
            spec,
            group: *group,
            at,
            name: match name.text().filter(|_| is_named) {
                Some(part) => format!("{}-{part}", owner.name),
                None => owner.name.clone(),
            },
            app: app(shape, spec, *group, groups.len()),
        };
        let stack = part.stack(&pod, replicas.unwrap_or(Field::absent(at)), ranges);
        let host = |end: &&'static str| HostName {
            name: format!("{}{end}", owner.name),
            namespace: Some(pod.namespace.to_owned()),
            container: 0,
        };
        found.push(Instances { hosts: shape.hosts.iter().map(host).collect(), stack, pod });
    }
    found
}

/// How many instances a group has.
fn count(group: Spot, shape: &Shape) -> Field<i64> {
    let written = group.get(shape.count.0).integer();
    match shape.count.1 {
        Some(default) => or_default(written, default),
        None if written.is_absent() => {
            Field::unknown(elsewhere("how many instances the operator starts by itself"), group.at)
        }
        None => written,
    }
}

/// All instances of several groups; it stands where the first number does.
fn sum(counts: &[Field<i64>]) -> Option<Field<i64>> {
    let mut counts = counts.iter();
    let mut total = counts.next()?.clone();
    for count in counts {
        total = match (total.value(), count.value()) {
            (Some(sum), Some(more)) => {
                let sum = sum.saturating_add(*more);
                total.map(|_| sum)
            }
            (Some(_), None) => count.clone(),
            (None, _) => total,
        };
    }
    Some(total)
}

/// The app and its role, by the kind of object, or by what a group of instances is called.
fn app(shape: &Shape, spec: Spot, group: Spot, groups: usize) -> Option<(&'static str, &'static str)> {
    if !shape.app.is_empty() {
        return Some((shape.app, "database"));
    }
    let of_group = ["componentDef", "componentDefRef", "serviceKind", "name"].map(|key| group.get(key).text());
    let of_all = ["clusterDef", "clusterDefinitionRef"].map(|key| spec.get(key).text().filter(|_| groups == 1));
    let said: Vec<&str> = of_group.into_iter().chain(of_all).flatten().collect();
    let words = [("postgres", "postgres"), ("mysql", "mysql"), ("mongo", "mongodb"), ("redis", "redis")];
    let beside = ["sentinel", "proxy", "pgbouncer", "exporter"];
    if said.iter().any(|text| beside.iter().any(|word| text.contains(word))) {
        return None;
    }
    let (_, app) = words.into_iter().find(|(word, _)| said.iter().any(|text| text.contains(word)))?;
    Some((app, if app == "redis" { "cache" } else { "database" }))
}

/// A group of instances of one cluster.
struct Part<'t> {
    shape: &'static Shape,
    spec: Spot<'t>,
    group: Spot<'t>,
    at: Span,
    name: String,
    app: Option<(&'static str, &'static str)>,
}

impl<'t> Part<'t> {
    fn stack(&self, pod: &Pod<'t>, replicas: Field<i64>, ranges: &Ranges) -> Stack {
        let mut stack = Stack::new("", Platform::Kubernetes, "", self.at);
        stack.mounts.extend(self.mount());
        stack.settings = self.settings();
        let mut container = self.container(pod, ranges);
        container.mounts = (0..stack.mounts.len()).collect();
        container.settings = (0..stack.settings.len()).collect();
        stack.containers.push(Box::new(container));
        stack.workloads.push(self.workload(pod, replicas));
        let reason = self.decided("settings");
        stack.own_gaps.push(Gap::new(&[SubjectKind::Setting], reason, self.group.at));
        stack
    }

    /// Why something is not known that the operator decides.
    fn decided(&self, what: &str) -> Reason {
        elsewhere(&format!("what the operator of {} decides about its {what}", self.name))
    }

    fn unknown<T>(&self, what: &str) -> Field<T> {
        Field::unknown(self.decided(what), self.at)
    }

    fn workload(&self, pod: &Pod, replicas: Field<i64>) -> Workload {
        Workload {
            name: self.name.clone(),
            kind: pod.owner.kind.to_ascii_lowercase(),
            namespace: pod.owner.namespace.clone(),
            at: self.at,
            span: pod.owner.root.span,
            one_shot: false,
            replicas_max: replicas.clone(),
            replicas,
            grace: self.unknown("grace period"),
            // Operators start again whatever stops.
            restart: Field::default("always".to_owned(), self.at),
            update: self.unknown("updates"),
            update_unavailable: self.unknown("updates"),
            identity: Field::absent(self.at),
            token: self.unknown("account"),
            spread: self.unknown("placement"),
            labels: Vec::new(),
            annotations: Vec::new(),
            containers: vec![0],
            policies: Vec::new(),
            policies_more: None,
            references: Vec::new(),
            object: Some(pod.object),
        }
    }

    fn container(&self, pod: &Pod<'t>, ranges: &Ranges) -> Container {
        let (limits, requests) = resources::read(pod, self.group, ranges);
        let security = "security context";
        Container {
            span: self.group.node.map_or(self.at, |node| node.span),
            app: self.app.map(|(app, _)| app.into()),
            role: self.app.map(|(_, role)| role.into()),
            image: self.image(),
            user: self.unknown(security),
            group: self.unknown(security),
            run_as_non_root: self.unknown(security),
            privileged: self.unknown(security),
            escalation: self.unknown(security),
            read_only_root: self.unknown(security),
            capabilities_add: self.unknown(security),
            capabilities_drop: self.unknown(security),
            seccomp: self.unknown(security),
            apparmor: self.unknown(security),
            selinux: self.unknown(security),
            proc_mount: self.unknown(security),
            host_namespaces: Field::default(Vec::new(), self.at),
            devices: Field::default(Vec::new(), self.at),
            sysctls: Field::default(Vec::new(), self.at),
            init: self.unknown("processes"),
            limits: self.or_configured(limits),
            requests: self.or_configured(requests),
            probes: [ProbeKind::Liveness, ProbeKind::Readiness, ProbeKind::Startup]
                .map(|kind| (kind, self.unknown("probes")))
                .into(),
            object: Some(pod.object),
            ..Container::new(self.name.as_str(), ContainerKind::Managed, 0, self.at)
        }
    }

    /// The image, if one is written; else the operator brings its own.
    fn image(&self) -> Field<Image> {
        if self.shape.image.is_empty() {
            return Field::absent(self.at);
        }
        self.spec.path(self.shape.image).field("an image reference", |node| Image::parse(node.text()?))
    }

    /// What is not written may stand in the operator's own configuration.
    fn or_configured(&self, resources: Resources) -> Resources {
        if !self.shape.defaults {
            return resources;
        }
        fn filled<T>(field: Field<T>, reason: Reason) -> Field<T> {
            match field.at {
                Some(at) if field.is_absent() => Field::unknown(reason, at),
                _ => field,
            }
        }
        Resources {
            memory: filled(resources.memory, self.decided("memory")),
            cpu: filled(resources.cpu, self.decided("processor time")),
            pids: resources.pids,
        }
    }

    /// Where the data lies.
    fn mount(&self) -> Option<Mount> {
        let asked = self.shape.claims.iter().map(|path| self.group.path(path)).find(|spot| spot.is_written());
        let volume = self.group.get("volumeSpec");
        let (kind, spot) = match asked {
            Some(spot) => (MountKind::Claim, spot),
            None if volume.get("emptyDir").is_written() => (MountKind::Empty, volume.get("emptyDir")),
            None if volume.get("hostPath").is_written() => (MountKind::Bind, volume.get("hostPath")),
            None if self.shape.made => (MountKind::Claim, self.group),
            None => return None,
        };
        let at = spot.node.map_or(spot.at, |node| if node.as_scalar().is_some() { node.span } else { spot.at });
        // A size by itself, a claim's spec, or a list of templates of claims.
        let claim = match spot.node.filter(|node| !node.items().is_empty()) {
            Some(_) => spot.items().next().map_or(spot, |first| first.get("spec")),
            None => spot,
        };
        let size = match claim.node.is_some_and(|node| node.as_scalar().is_some()) {
            true => claim,
            false => claim.path(&["resources", "requests", "storage"]),
        };
        let size = match (kind, asked) {
            (MountKind::Claim, Some(_)) => {
                size.field("an amount such as 20Gi", |node| Memory::kubernetes(node.text()?))
            }
            (MountKind::Claim, None) => self.unknown("storage"),
            _ => Field::absent(at),
        };
        Some(Mount { path: self.unknown("storage"), size, reclaim: self.unknown("storage"), ..Mount::new(0, kind, at) })
    }

    /// The parameters of the server.
    fn settings(&self) -> Settings {
        if self.shape.parameters.is_empty() {
            return Vec::new();
        }
        let parameters = self.spec.path(self.shape.parameters);
        let entries = parameters.entries().iter();
        entries
            .map(|entry| {
                let value = Field::read(&entry.value, "a string", |node| {
                    node.as_scalar().map(|scalar| Text::from(scalar.text.expose()))
                });
                let setting = Setting::new(entry.name(), entry.key.span, value, Held::Literal, SettingSource::File);
                Box::new(setting.of_container(0, self.name.as_str()))
            })
            .collect()
    }
}
