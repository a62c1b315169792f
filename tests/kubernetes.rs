//! Kubernetes manifests as stacks: what each fixture folder becomes, and that order does not matter.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use proptest::prelude::*;
use seaworthy::kubernetes::{Loaded, Manifest, load};
use seaworthy::model::{Container, Exposure, Field, Mount, Resources, Setting, Stack, State, Workload};
use seaworthy::source::{Place, Sources, Span};
use seaworthy::syntax::{Limits, yaml};
use std::fmt::Write;

/// The manifests of a fixture folder.
fn manifests(folder: &str, sources: &Sources) -> Vec<Manifest> {
    let base = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/kubernetes").join(folder);
    let mut manifests = Vec::new();
    for entry in std::fs::read_dir(base).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        manifests.extend(parse(&name, &std::fs::read_to_string(&path).unwrap(), sources));
    }
    manifests
}

fn parse(name: &str, text: &str, sources: &Sources) -> Vec<Manifest> {
    let source = sources.add(name, text);
    let parsed = yaml::parse(source, text, &Limits::default());
    assert_eq!(parsed.problems, []);
    let manifest = |document| Manifest { path: name.to_owned(), source, document };
    parsed.documents.into_iter().map(manifest).collect()
}

/// Writes down what a stack holds, with lines and the way of each value.
struct Dump<'s> {
    sources: &'s Sources,
    text: String,
}

impl Dump<'_> {
    fn place(&self, span: Span) -> String {
        let source = self.sources.get(span.source);
        let stem = source.name.split('.').next().unwrap();
        format!("{stem}:{}", source.position(span.start).line)
    }

    fn field<T>(&mut self, name: &str, field: &Field<T>, show: impl Fn(&T) -> String) {
        let value = match &field.state {
            State::Set(value) => show(value),
            State::Absent => "-".to_owned(),
            State::Unknown(reason) => format!("?({})", reason.phrase()),
        };
        let at = field.at.map(|at| self.place(at)).unwrap_or_default();
        let way: Vec<String> = field
            .origins()
            .iter()
            .map(|origin| {
                format!("{} {}", origin.kind.word(), origin.span.map(|at| self.place(at)).unwrap_or_default())
            })
            .collect();
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
enum Part {
    Workloads,
    Containers,
    Settings,
    Exposures,
    Mounts,
}

const ALL: [Part; 5] = [Part::Workloads, Part::Containers, Part::Settings, Part::Exposures, Part::Mounts];

fn dump(loaded: &Loaded, sources: &Sources, parts: &[Part]) -> String {
    let mut dump = Dump { sources, text: String::new() };
    for problem in &loaded.problems {
        let Place::Span(span) = problem.place else { panic!("a problem without a place") };
        let line = format!("{:?} @{}: {}", problem.severity, dump.place(span), problem.message);
        writeln!(dump.text, "{line}").unwrap();
    }
    let stack = loaded.stack.as_ref().unwrap();
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
            Part::Mounts => stack.mounts.iter().for_each(|mount| dump.mount(mount)),
        }
    }
    dump.text
}

fn check(folder: &str, parts: &[Part]) {
    let sources = Sources::new();
    let loaded = load(folder, ".", manifests(folder, &sources));
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("data/kubernetes");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(folder, dump(&loaded, &sources, parts)));
}

#[test]
fn every_kind_that_runs_pods_is_a_workload() {
    check("kinds", &[Part::Workloads]);
}

#[test]
fn containers_inherit_from_their_pods() {
    check("security", &[Part::Containers]);
}

#[test]
fn settings_know_their_way() {
    check("settings", &[Part::Settings]);
}

#[test]
fn ports_are_joined_with_what_leads_to_them() {
    check("network", &[Part::Exposures]);
}

#[test]
fn mounts_are_joined_with_claims_and_classes() {
    check("volumes", &[Part::Mounts]);
}

#[test]
fn autoscalers_accounts_and_ranges_count() {
    check("scaling", &[Part::Workloads, Part::Containers]);
}

#[test]
fn defects_are_told_where_they_are() {
    check("defects", &ALL);
}

proptest! {
    /// The order in which manifests arrive never changes the stack.
    #[test]
    fn order_does_not_matter(order in Just((0..40usize).collect::<Vec<_>>()).prop_shuffle(), folder in 0..7usize) {
        let folder = ["kinds", "security", "settings", "network", "volumes", "scaling", "defects"][folder];
        let sources = Sources::new();
        let expected = dump(&load(folder, ".", manifests(folder, &sources)), &sources, &ALL);
        let mut shuffled: Vec<_> = manifests(folder, &sources).into_iter().enumerate().collect();
        shuffled.sort_by_key(|(number, _)| order.get(*number).copied());
        let shuffled = shuffled.into_iter().map(|(_, manifest)| manifest).collect();
        prop_assert_eq!(expected, dump(&load(folder, ".", shuffled), &sources, &ALL));
    }
}
