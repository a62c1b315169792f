//! Writes a stack down, with lines and the way of each value, for snapshots.
#![allow(dead_code, reason = "each platform shows what it has")]

use seaworthy::model::edge::Matching;
use seaworthy::model::{
    Container, Edge, Exposure, Field, Mount, Policy, Reference, Resources, Setting, Stack, State, Workload,
};
use seaworthy::source::{Origin, Place, Problem, Sources, Span};
use std::fmt::Write;

/// Writes down what a stack holds, with lines and the way of each value.
pub struct Dump<'s> {
    sources: &'s Sources,
    text: String,
}

impl<'s> Dump<'s> {
    /// With the texts that spans refer to.
    pub fn new(sources: &'s Sources) -> Self {
        Self { sources, text: String::new() }
    }

    /// The steps that a value took: kind and place of each.
    pub fn way<T>(&self, field: &Field<T>) -> Vec<String> {
        field.origins().iter().map(|origin| self.step(origin)).collect()
    }

    /// A step of a way with its place.
    pub fn step(&self, origin: &Origin) -> String {
        let place = origin.span.map(|at| self.place(at)).unwrap_or_default();
        format!("{} {place}", origin.kind.word()).trim_end().to_owned()
    }

    fn place(&self, span: Span) -> String {
        let source = self.sources.get(span.source);
        let stem = source.name.rsplit_once('.').map(|(stem, _)| stem);
        let stem = stem.filter(|stem| !stem.is_empty() && !stem.ends_with('/')).unwrap_or(&source.name);
        format!("{stem}:{}", source.position(span.start).line)
    }

    fn field<T>(&mut self, name: &str, field: &Field<T>, show: impl Fn(&T) -> String) {
        let value = match &field.state {
            State::Set(value) => show(value),
            State::Absent => "-".to_owned(),
            State::Unknown(reason) => format!("?({})", reason.phrase()),
        };
        let at = field.at.map(|at| self.place(at)).unwrap_or_default();
        let way = self.way(field);
        let way = if way.is_empty() { String::new() } else { format!(" <{}>", way.join(", ").trim_end()) };
        writeln!(self.text, "    {name}: {value} @{at}{way}").unwrap();
    }

    fn list(&mut self, name: &str, field: &Field<Vec<Field<String>>>) {
        self.field(name, field, |items| {
            let shown: Vec<String> =
                items.iter().map(|item| item.value().cloned().unwrap_or_else(|| "?".to_owned())).collect();
            format!("[{}]", shown.join(", "))
        });
    }

    fn workload(&mut self, workload: &Workload) {
        let once = if workload.one_shot { " once" } else { "" };
        let place = self.place(workload.at);
        writeln!(self.text, "workload {} {}{once} @{place}", workload.kind, workload.name).unwrap();
        self.field("replicas", &workload.replicas, i64::to_string);
        self.field("replicas-max", &workload.replicas_max, i64::to_string);
        self.field("grace", &workload.grace, ToString::to_string);
        self.field("restart", &workload.restart, Clone::clone);
        self.field("update", &workload.update, Clone::clone);
        self.field("unavailable", &workload.update_unavailable, i64::to_string);
        self.field("identity", &workload.identity, Clone::clone);
        self.field("token", &workload.token, bool::to_string);
        self.field("spread", &workload.spread, bool::to_string);
        for (name, value) in &workload.labels {
            self.field(&format!("label {name}"), value, |text| text.expose().to_owned());
        }
    }

    fn container(&mut self, container: &Container) {
        let place = self.place(container.at);
        writeln!(self.text, "container {} {} @{place}", container.kind.word(), container.name).unwrap();
        self.field("image", &container.image, |image| image.reference.clone());
        self.field("command", &container.command, |text| text.expose().to_owned());
        self.field("user", &container.user, Clone::clone);
        self.field("group", &container.group, Clone::clone);
        self.field("run-as-non-root", &container.run_as_non_root, bool::to_string);
        self.field("privileged", &container.privileged, bool::to_string);
        self.field("escalation", &container.escalation, bool::to_string);
        self.field("read-only-root", &container.read_only_root, bool::to_string);
        self.list("add", &container.capabilities_add);
        self.list("drop", &container.capabilities_drop);
        self.field("seccomp", &container.seccomp, Clone::clone);
        self.field("apparmor", &container.apparmor, Clone::clone);
        self.field("selinux", &container.selinux, Clone::clone);
        self.field("proc-mount", &container.proc_mount, Clone::clone);
        self.list("host-namespaces", &container.host_namespaces);
        self.list("sysctls", &container.sysctls);
        self.field("init", &container.init, bool::to_string);
        for (kind, probe) in &container.probes {
            self.field(kind.word(), probe, |_| "probe".to_owned());
            if let Some(probe) = probe.value() {
                self.field("  path", &probe.path, |text| text.expose().to_owned());
                self.field("  port", &probe.port, i64::to_string);
                self.field("  command", &probe.command, |text| text.expose().to_owned());
                self.field("  budget", &probe.budget, ToString::to_string);
            }
        }
        if container.devices.value().is_some_and(|devices| !devices.is_empty()) {
            self.list("devices", &container.devices);
        }
        for (name, soft) in &container.ulimits {
            self.field(&format!("ulimit {name}"), soft, i64::to_string);
        }
        for (name, internal) in &container.networks {
            self.field(&format!("network {name} internal"), internal, bool::to_string);
        }
        if let Some(logging) = &container.logging {
            self.field("logging", &logging.driver, Clone::clone);
            for (name, value) in &logging.options {
                self.field(&format!("  {name}"), value, |text| text.expose().to_owned());
            }
        }
        for waited in &container.depends_on {
            self.field(&format!("after {}", waited.name), &waited.condition, Clone::clone);
        }
        self.resources("limits", &container.limits);
        self.resources("requests", &container.requests);
    }

    fn resources(&mut self, name: &str, resources: &Resources) {
        self.field(&format!("{name}.memory"), &resources.memory, ToString::to_string);
        self.field(&format!("{name}.cpu"), &resources.cpu, ToString::to_string);
    }

    fn setting(&mut self, setting: &Setting) {
        let secret = if setting.from_secret { " from-secret" } else { "" };
        let (source, held) = (setting.source.word(), setting.held.word());
        let place = self.place(setting.at);
        writeln!(self.text, "setting {} of {}: {source} {held}{secret} @{place}", setting.name, setting.of).unwrap();
        self.field("value", &setting.value, |text| text.expose().to_owned());
        for layer in &setting.layers {
            self.field("layer", &layer.value, |text| text.expose().to_owned());
        }
    }

    fn exposure(&mut self, exposure: &Exposure, stack: &Stack) {
        let container = &stack.containers[exposure.container].name;
        let place = self.place(exposure.at);
        let reach = exposure.reach.value().map_or("?", |reach| reach.word());
        writeln!(self.text, "exposure of {container}: {reach} via {} @{place}", exposure.via.word()).unwrap();
        self.field("port", &exposure.port, i64::to_string);
        self.field("host-port", &exposure.host_port, i64::to_string);
        self.field("host-ip", &exposure.host_ip, Clone::clone);
        self.field("protocol", &exposure.protocol, Clone::clone);
    }

    fn policy(&mut self, policy: &Policy, stack: &Stack) {
        let place = self.place(policy.at);
        let inside = policy.namespace.as_deref().map_or_else(String::new, |namespace| format!(" in {namespace}"));
        writeln!(self.text, "policy {} {}{inside} @{place}", policy.kind.word(), policy.name).unwrap();
        let names: Vec<&str> = policy.selects.iter().map(|index| stack.workloads[*index].name.as_str()).collect();
        let more =
            policy.selects_more.as_ref().map_or_else(String::new, |reason| format!(" and ?({})", reason.phrase()));
        writeln!(self.text, "    selects: {}{more}", names.join(", ")).unwrap();
        self.written_list("directions", &policy.directions);
        self.written("open", &policy.open, bool::to_string);
        self.written("min-available", &policy.min_available, i64::to_string);
        self.written("max-unavailable", &policy.max_unavailable, i64::to_string);
        self.written("replicas", &policy.replicas, i64::to_string);
        self.written("replicas-max", &policy.replicas_max, i64::to_string);
        self.written_list("images", &policy.images);
        self.written("issuer", &policy.issuer, Clone::clone);
        self.written("identity", &policy.identity, Clone::clone);
        for rule in &policy.rules {
            self.list("allows", &rule.verbs);
            self.list("  on", &rule.resources);
            self.written_list("  of", &rule.groups);
            self.written_list("  named", &rule.names);
        }
        for (what, reason) in [("allows", &policy.rules_more), ("bound to", &policy.bound_more)] {
            if let Some(reason) = reason {
                writeln!(self.text, "    {what} ?({})", reason.phrase()).unwrap();
            }
        }
        for binding in &policy.bound_to {
            let place = self.place(binding.at);
            let everywhere = if binding.everywhere { " everywhere" } else { "" };
            let inside = binding.namespace.as_deref().map_or_else(String::new, |name| format!(" of {name}"));
            writeln!(self.text, "    bound to {} {}{inside}{everywhere} @{place}", binding.kind, binding.name).unwrap();
        }
    }

    fn edge(&mut self, edge: &Edge, stack: &Stack) {
        let place = self.place(edge.at);
        writeln!(self.text, "edge {} {} @{place}", edge.kind, edge.name).unwrap();
        let names: Vec<&str> = edge.upstreams.iter().map(|index| stack.containers[*index].name.as_str()).collect();
        let more =
            edge.upstreams_more.as_ref().map_or_else(String::new, |reason| format!(" and ?({})", reason.phrase()));
        writeln!(self.text, "    upstreams: {}{more}", names.join(", ")).unwrap();
        self.field("host", &edge.host, Clone::clone);
        for alias in &edge.aliases {
            self.field("also", alias, Clone::clone);
        }
        self.field("tls", &edge.tls, Clone::clone);
        self.field("redirects", &edge.redirects, bool::to_string);
        self.written("reach", &edge.reach, |reach| reach.word().to_owned());
        self.written("tls-min", &edge.tls_min, Clone::clone);
        self.written("http2", &edge.http2, bool::to_string);
        self.written("compresses", &edge.compresses, bool::to_string);
        self.written("upstream-protocol", &edge.upstream_protocol, Clone::clone);
        self.written("timeout", &edge.timeout, ToString::to_string);
        for route in &edge.routes {
            let place = self.place(route.at);
            let matching = match &route.matching {
                Matching::Prefix => "",
                Matching::Exact => " exactly",
                Matching::Start => " by its start",
                Matching::Strong => " before patterns",
                Matching::Pattern(Some(_)) => " as a pattern",
                Matching::Pattern(None) => " as a pattern that cannot be read",
            };
            writeln!(self.text, "    route {}{matching} @{place}", route.path).unwrap();
            self.written("  serves", &route.serves, Clone::clone);
            self.written("  restricted", &route.restricted, bool::to_string);
            self.written("  limited", &route.limited, bool::to_string);
            for (name, value) in route.headers.iter().flatten() {
                self.field(&format!("  header {name}"), value, |text| text.expose().to_owned());
            }
        }
        for (name, value) in &edge.headers {
            self.field(&format!("header {name}"), value, |text| text.expose().to_owned());
        }
    }

    fn references(&mut self, name: &str, references: &[Reference]) {
        if !references.is_empty() {
            writeln!(self.text, "references of {name}").unwrap();
        }
        for Reference { kind, name, key, found, optional, at } in references {
            let place = self.place(*at);
            let key = key.as_deref().map_or_else(String::new, |key| format!(" key {key}"));
            let optional = if *optional { " optional" } else { "" };
            let found = match &found.state {
                State::Set(true) => "found".to_owned(),
                State::Set(false) => "NOT FOUND".to_owned(),
                State::Absent => "-".to_owned(),
                State::Unknown(reason) => format!("?({})", reason.phrase()),
            };
            writeln!(self.text, "    {kind} {name}{key}{optional}: {found} @{place}").unwrap();
        }
    }

    /// As [`Dump::field`], but nothing for what is absent.
    fn written<T>(&mut self, name: &str, field: &Field<T>, show: impl Fn(&T) -> String) {
        if !field.is_absent() {
            self.field(name, field, show);
        }
    }

    fn written_list(&mut self, name: &str, field: &Field<Vec<Field<String>>>) {
        if !field.is_absent() {
            self.list(name, field);
        }
    }

    fn mount(&mut self, mount: &Mount) {
        let place = self.place(mount.at);
        writeln!(self.text, "mount {} @{place}", mount.kind.word()).unwrap();
        let show = |text: &seaworthy::source::Text| text.expose().to_owned();
        self.field("path", &mount.path, show);
        self.field("source", &mount.source, show);
        self.field("sub-path", &mount.sub_path, show);
        self.field("mode", &mount.mode, show);
        self.field("shared", &mount.shared, bool::to_string);
        self.field("read-only", &mount.read_only, bool::to_string);
        self.field("size", &mount.size, ToString::to_string);
        self.field("reclaim", &mount.reclaim, Clone::clone);
    }
}

/// The parts of a stack that a dump shows.
#[derive(Clone, Copy, PartialEq)]
pub enum Part {
    Workloads,
    Containers,
    Settings,
    Exposures,
    Mounts,
    Policies,
    Edges,
    References,
}

pub const ALL: [Part; 8] = [
    Part::Workloads,
    Part::Containers,
    Part::Settings,
    Part::Exposures,
    Part::Mounts,
    Part::Policies,
    Part::Edges,
    Part::References,
];

/// A stack and what was wrong with its files.
pub fn dump(stack: Option<&Stack>, problems: &[Problem], sources: &Sources, parts: &[Part]) -> String {
    let mut dump = Dump::new(sources);
    for problem in problems {
        let place = match &problem.place {
            Place::Span(span) => dump.place(*span),
            Place::Path(path) => path.to_string(),
        };
        let line = format!("{:?} @{place}: {}", problem.severity, problem.message);
        writeln!(dump.text, "{line}").unwrap();
    }
    let Some(stack) = stack else { return dump.text };
    writeln!(dump.text, "stack {} of {} objects in {:?}", stack.name, stack.objects.len(), stack.files).unwrap();
    for gap in &stack.gaps {
        let place = dump.place(gap.at);
        writeln!(dump.text, "gap {} @{place}: {}", gap.kinds.len(), gap.reason.phrase()).unwrap();
    }
    for part in parts {
        match part {
            Part::Workloads => stack.workloads.iter().for_each(|workload| dump.workload(workload)),
            Part::Containers => stack.containers.iter().for_each(|container| dump.container(container)),
            Part::Settings => stack.settings.iter().for_each(|setting| dump.setting(setting)),
            Part::Exposures => stack.exposures.iter().for_each(|exposure| dump.exposure(exposure, stack)),
            Part::Policies => stack.policies.iter().for_each(|policy| dump.policy(policy, stack)),
            Part::Edges => stack.edges.iter().for_each(|edge| dump.edge(edge, stack)),
            Part::References => {
                let named = stack.workloads.iter().map(|workload| (&workload.name, &workload.references));
                let named = named.chain(stack.objects.iter().map(|object| (&object.name, &object.references)));
                named.for_each(|(name, references)| dump.references(name, references));
            }
            Part::Mounts => stack.mounts.iter().for_each(|mount| dump.mount(mount)),
        }
    }
    dump.text
}
