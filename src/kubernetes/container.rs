//! What is said of a container, what it inherits from its pod included.

use super::object::name_place;
use super::pod::Pod;
use super::probe;
use super::resources::{self, Ranges};
use super::spot::{Spot, or_default};
use crate::model::container::INITS;
use crate::model::{Container, ContainerKind, Field, Image, State};
use crate::source::reader::file_name;
use crate::source::{Reason, Span, Text};
use crate::syntax::Node;

/// The lists of containers of a pod, in the order in which they are started.
const LISTS: &[&str] = &["initContainers", "containers", "ephemeralContainers"];

/// The containers of a pod, each with its place.
pub(super) fn list<'t>(pod: &Pod<'t>) -> Vec<(Spot<'t>, ContainerKind)> {
    let mut list = Vec::new();
    for key in LISTS {
        for item in pod.spec.get(key).items() {
            let kind = match *key {
                "initContainers" if item.get("restartPolicy").text() == Some("Always") => ContainerKind::Sidecar,
                "initContainers" => ContainerKind::Init,
                "ephemeralContainers" => ContainerKind::Ephemeral,
                _ if pod.ends() => ContainerKind::OneShot,
                _ => ContainerKind::Main,
            };
            let name = item.get("name");
            // What is missing is written beside the name.
            let at = name.node.map_or(item.at, |node| name_place(node, name.at));
            list.push((item.placed(at), kind));
        }
    }
    list
}

/// Lowers one container of a pod.
pub(super) fn lower(pod: &Pod, spot: Spot, kind: ContainerKind, workload: usize, ranges: &Ranges) -> Container {
    let security = Security { own: spot.get("securityContext"), pod: pod.spec.get("securityContext") };
    let name = spot.get("name").text().unwrap_or_default().to_owned();
    let privileged = or_default(security.own.get("privileged").boolean(), false);
    let capabilities_add = capabilities(security.own.path(&["capabilities", "add"]));
    let (limits, requests) = resources::read(pod, spot, ranges);
    Container {
        span: spot.node.map_or(spot.at, |node| node.span),
        image: spot.get("image").field("an image reference", |node| Image::parse(node.text()?)),
        command: command(spot),
        partly: spot.get("image").node.and_then(|node| Image::partly(node.text()?)),
        user: security.identity("runAsUser"),
        group: security.identity("runAsGroup"),
        run_as_non_root: security.both("runAsNonRoot", Spot::boolean),
        escalation: escalation(&security, &privileged, &capabilities_add),
        privileged,
        read_only_root: or_default(security.own.get("readOnlyRootFilesystem").boolean(), false),
        capabilities_add,
        capabilities_drop: capabilities(security.own.path(&["capabilities", "drop"])),
        seccomp: security.profile("seccompProfile").or(legacy_seccomp(pod, &name, spot.at)),
        apparmor: security.profile("appArmorProfile").or(legacy_apparmor(pod, &name, spot.at)),
        selinux: security.both("seLinuxOptions", selinux),
        proc_mount: or_default(security.own.get("procMount").string(), "Default".to_owned()),
        host_namespaces: host_namespaces(pod),
        devices: Field::default(Vec::new(), spot.at),
        sysctls: names(security.pod.get("sysctls")),
        init: init(pod, spot),
        limits,
        requests,
        probes: probe::read(spot),
        object: Some(pod.object),
        ..Container::new(name, kind, workload, spot.at)
    }
}

/// The security contexts of a container and of its pod.
struct Security<'t> {
    own: Spot<'t>,
    pod: Spot<'t>,
}

impl<'t> Security<'t> {
    /// A field that a container takes over from its pod.
    fn both<T>(&self, key: &'t str, read: impl Fn(Spot<'t>) -> Field<T>) -> Field<T> {
        let own = read(self.own.get(key));
        if own.is_absent() { own.or(read(self.pod.get(key))) } else { own }
    }

    /// A user or group number. Where none is written nothing keeps the image from choosing root.
    fn identity(&self, key: &'t str) -> Field<String> {
        self.both(key, |spot| spot.integer().map(|number| number.to_string()))
    }

    /// The type of a seccomp or AppArmor profile.
    fn profile(&self, key: &'t str) -> Field<String> {
        self.both(key, |spot| spot.get("type").string())
    }
}

/// Gaining rights is allowed unless forbidden, and always for who has all of them.
fn escalation(security: &Security, privileged: &Field<bool>, added: &Field<Vec<Field<String>>>) -> Field<bool> {
    if privileged.value() == Some(&true) {
        return privileged.clone();
    }
    let admin =
        added.value().and_then(|added| added.iter().find(|name| name.value().is_some_and(|name| name == "SYS_ADMIN")));
    if let Some(at) = admin.and_then(|name| name.at) {
        return Field::set(true, at);
    }
    or_default(security.own.get("allowPrivilegeEscalation").boolean(), true)
}

/// A list of capabilities, upper case and without `CAP_`.
fn capabilities(spot: Spot) -> Field<Vec<Field<String>>> {
    let read = |item: Spot| {
        item.string().map(|name| {
            let name = name.to_ascii_uppercase();
            name.strip_prefix("CAP_").map(str::to_owned).unwrap_or(name)
        })
    };
    texts(spot, read)
}

/// The names of a list of `{name, value}`.
fn names(spot: Spot) -> Field<Vec<Field<String>>> {
    texts(spot, |item| item.get("name").string())
}

/// A list; none is an empty one.
fn texts<'t>(spot: Spot<'t>, read: impl Fn(Spot<'t>) -> Field<String>) -> Field<Vec<Field<String>>> {
    or_default(
        spot.field("a list", |node| node.as_scalar().is_none().then(|| spot.items().map(&read).collect())),
        Vec::new(),
    )
}

/// The SELinux options that are written, as `type:NAME` and so on, joined by commas.
fn selinux(spot: Spot) -> Field<String> {
    spot.field("a mapping", |node| {
        let parts = ["user", "role", "type", "level"].iter();
        let parts = parts.filter_map(|key| Some(format!("{key}:{}", node.get(key)?.text()?)));
        node.as_mapping().map(|_| parts.collect::<Vec<_>>().join(","))
    })
}

/// The namespaces that the pod shares with its host, at the lines that say so.
fn host_namespaces(pod: &Pod) -> Field<Vec<Field<String>>> {
    let mut shared = Vec::new();
    // Without `hostUsers: true` pods share the user namespace too, but nobody asked for it.
    for (key, word) in [("hostNetwork", "network"), ("hostPID", "pid"), ("hostIPC", "ipc"), ("hostUsers", "user")] {
        let flag = pod.spec.get(key).boolean();
        match &flag.state {
            State::Set(false) | State::Absent => {}
            State::Set(true) | State::Unknown(_) => shared.push(flag.map(|_| word.to_owned())),
        }
    }
    match shared.first().and_then(|field| field.at) {
        Some(at) => Field::set(shared, at),
        None => Field::default(shared, pod.spec.at),
    }
}

/// The profile that the annotations of before Kubernetes 1.19 name.
fn legacy_seccomp(pod: &Pod, container: &str, at: Span) -> Field<String> {
    let annotations = pod.template.path(&["metadata", "annotations"]);
    let own = annotation(annotations, "container.seccomp.security.alpha.kubernetes.io/", container);
    let whole = annotation(annotations, "seccomp.security.alpha.kubernetes.io/", "pod");
    own.or(whole).map_or_else(|| Field::absent(at), legacy_profile)
}

/// The profile that the annotation of before Kubernetes 1.30 names.
fn legacy_apparmor(pod: &Pod, container: &str, at: Span) -> Field<String> {
    let annotations = pod.template.path(&["metadata", "annotations"]);
    let own = annotation(annotations, "container.apparmor.security.beta.kubernetes.io/", container);
    own.map_or_else(|| Field::absent(at), legacy_profile)
}

fn annotation<'t>(annotations: Spot<'t>, prefix: &str, name: &str) -> Option<&'t Node> {
    let found = annotations.entries().iter().find(|entry| entry.name().strip_prefix(prefix) == Some(name));
    found.map(|entry| &entry.value)
}

fn legacy_profile(node: &Node) -> Field<String> {
    Field::read(node, "runtime/default, unconfined or localhost/PROFILE", |node| match node.text()? {
        "runtime/default" | "docker/default" => Some("RuntimeDefault".to_owned()),
        "unconfined" => Some("Unconfined".to_owned()),
        text => text.strip_prefix("localhost/").map(|_| "Localhost".to_owned()),
    })
}

/// Command and arguments, joined with blanks.
fn command(spot: Spot) -> Field<Text> {
    let parts = [spot.get("command"), spot.get("args")];
    for part in parts {
        if let Some(reason) = part.reason() {
            return Field::unknown(reason, part.at);
        }
    }
    let words: Vec<&str> = parts.into_iter().flat_map(Spot::items).filter_map(Spot::text).collect();
    let Some(node) = parts.iter().find_map(|part| part.node) else { return Field::absent(spot.at) };
    let mut field = Field::set(Text::from(words.join(" ")), node.span);
    field.provenance.clone_from(&node.provenance);
    field
}

/// Whether PID 1 is an init.
fn init(pod: &Pod, spot: Spot) -> Field<bool> {
    let shared = pod.spec.get("shareProcessNamespace").boolean();
    if shared.value() == Some(&true) {
        // The pause process of the pod is PID 1 then, and reaps.
        return shared;
    }
    if let Some(reason) = shared.reason() {
        return Field::unknown(reason.clone(), shared.at.unwrap_or(spot.at));
    }
    let command = spot.get("command");
    let reason = command.reason().unwrap_or_else(|| Reason::Image { what: "the program that runs as PID 1".into() });
    match command.items().next() {
        Some(first) => first.field("a string", |node| Some(INITS.contains(&file_name(node.text()?)))),
        None => Field::unknown(reason, command.at),
    }
}
