//! One service: a workload with one container.

use super::place::{Place, or_default};
use super::{Merged, command, environment, image, jobs, mounts, ports, security};
use crate::model::{
    Container, ContainerKind, Dependency, Duration, Field, Logging, Probe, ProbeKind, Resources, Stack, State, Workload,
};
use crate::source::{Reason, Text};
use crate::syntax::{Entry, Node};
use std::collections::{BTreeSet, HashMap};

/// The grace period when none is written.
const GRACE: Duration = Duration(10_000);

/// The services that others wait for to complete.
pub(super) fn completed<'n>(services: Place<'n>) -> BTreeSet<&'n str> {
    let waits =
        services.entries().iter().flat_map(|entry| entry.value.get("depends_on").map_or(&[][..], Node::entries));
    let condition = |entry: &&'n Entry| entry.value.get("condition").and_then(Node::text);
    waits.filter(|entry| condition(entry) == Some("service_completed_successfully")).map(Entry::name).collect()
}

/// A service without anything in it.
pub(super) fn lower_empty<'n>(
    entry: &'n Entry,
    number: usize,
    whole: Place<'n>,
    merged: &Merged<'_>,
    stack: &mut Stack,
) {
    lower(entry, &entry.value, number, &HashMap::new(), &BTreeSet::new(), whole, merged, stack);
}

/// Adds a service to the stack. `names` are those of all services, with their numbers.
#[allow(clippy::too_many_arguments, reason = "a service is read in the light of its project")]
pub(super) fn lower<'n>(
    entry: &'n Entry,
    node: &'n Node,
    number: usize,
    names: &HashMap<&str, usize>,
    completed: &BTreeSet<&str>,
    whole: Place<'n>,
    merged: &Merged<'_>,
    stack: &mut Stack,
) {
    let name = entry.name();
    let at = entry.key.span;
    let service = whole.entry(entry);
    let deploy = service.get("deploy");
    let job = deploy.get("mode").known().is_some_and(|mode| mode.ends_with("-job"));
    let one_shot = job || completed.contains(name) || jobs::is_errand(service, name);
    let mode = deploy.get("mode");
    let replicas = if let Some(reason) = mode.unknown() {
        Field::unknown(reason, mode.at)
    } else if mode.known().is_some_and(|mode| mode.starts_with("global")) {
        Field::unknown(Reason::Elsewhere { what: "the number of nodes".into() }, mode.at)
    } else {
        let own = deploy.get("replicas").integer();
        or_default(if own.is_absent() { own.or(service.get("scale").integer()) } else { own }, 1)
    };
    let replicas_max =
        Field { state: replicas.state.clone(), at: replicas.at, provenance: replicas.provenance.clone() };
    let update = match deploy.get("update_config") {
        section if section.is_there() => or_default(section.get("order").string(), "stop-first".to_owned()),
        section => Field::absent(section.at),
    };
    let built = image::Built::of(service.get("build"), merged);
    // A swarm reads those of the service, Compose those of its containers.
    let labels = [service.get("labels"), deploy.get("labels")].into_iter().flat_map(pairs).collect();
    stack.workloads.push(Workload {
        policies: Vec::new(),
        policies_more: None,
        references: Vec::new(),
        name: name.to_owned(),
        kind: "service".to_owned(),
        namespace: None,
        at,
        span: at.to(node.span),
        one_shot,
        replicas,
        replicas_max,
        grace: or_default(service.get("stop_grace_period").duration(), GRACE),
        restart: restart(service),
        update,
        update_unavailable: Field::absent(at),
        identity: Field::absent(at),
        token: Field::absent(at),
        spread: Field::absent(at),
        labels,
        annotations: pairs(service.get("annotations")),
        containers: vec![number],
        object: Some(0),
    });

    let image = service.get("image");
    let image_field = image.read("an image reference", crate::model::Image::parse);
    let resources = deploy.get("resources");
    let limits = resources.get("limits");
    let reserved = resources.get("reservations");
    let first = |one: Place<'n>, other: Place<'n>| if !one.is_there() && other.is_there() { other } else { one };
    let security = security::Security::of(service);
    let health = health(service, &image_field, &built);
    let kind = if one_shot { ContainerKind::OneShot } else { ContainerKind::Main };
    let mut container = Container {
        span: at.to(node.span),
        baked: built.files(merged),
        partly: image.node.and_then(|node| crate::model::Image::partly(node.text()?)),
        built: built.is_built,
        base: built.base(),
        command: command::joined(service),
        words: Vec::new(),
        user: image::user(service, &built),
        group: image::group(service),
        privileged: security.privileged,
        escalation: security.escalation,
        read_only_root: or_default(service.get("read_only").boolean(), false),
        capabilities_add: security::capabilities(service.get("cap_add")),
        capabilities_drop: security::capabilities(service.get("cap_drop")),
        seccomp: security.seccomp,
        apparmor: security.apparmor,
        selinux: security.selinux,
        host_namespaces: security::host_namespaces(service),
        devices: security::devices(service.get("devices")),
        sysctls: security::names(service.get("sysctls")),
        init: command::init(service, &built),
        limits: Resources {
            memory: unless(first(limits.get("memory"), service.get("mem_limit")).memory(), |it| it.0 == 0),
            cpu: unless(cpu_limit(service, limits.get("cpus")), |it| it.0 == 0),
            pids: unless(first(limits.get("pids"), service.get("pids_limit")).integer(), |it| *it <= 0),
        },
        requests: Resources {
            memory: unless(first(reserved.get("memory"), service.get("mem_reservation")).memory(), |it| it.0 == 0),
            cpu: unless(reserved.get("cpus").cpu(), |it| it.0 == 0),
            pids: Field::absent(reserved.at),
        },
        ulimits: ulimits(service.get("ulimits")),
        probes: vec![(ProbeKind::Health, health)],
        logging: Some(logging(service.get("logging"))),
        depends_on: depends_on(service.get("depends_on"), names),
        networks: networks(service, whole),
        object: Some(0),
        image: image_field,
        ..Container::new(name, kind, number, at)
    };
    environment::add(service, name, number, merged, stack, &mut container);
    container.words = command::words(service, merged, &environment::Own { stack, container: &container });
    ports::add(service, number, stack, &mut container);
    mounts::add(service, whole, number, merged, stack, &mut container);
    jobs::add(service, number, merged, stack, &container);
    stack.containers.push(Box::new(container));
}

fn pairs(place: Place<'_>) -> Vec<(String, Field<Text>)> {
    place.entries().iter().map(|entry| (entry.name().to_owned(), place.entry(entry).text())).collect()
}

/// What `deploy.restart_policy` says, which Compose puts over `restart`; without both nothing starts
/// it again.
fn restart(service: Place<'_>) -> Field<String> {
    let read = |place: Place<'_>, expected| {
        place.read(expected, |text| {
            let word = match text.split(':').next().unwrap_or_default() {
                "no" | "none" | "false" => "never",
                "any" | "always" => "always",
                word @ ("unless-stopped" | "on-failure") => word,
                _ => return None,
            };
            Some(word.to_owned())
        })
    };
    let policy = service.path(&["deploy", "restart_policy"]);
    if policy.is_there() {
        return or_default(read(policy.get("condition"), "none, on-failure or any"), "always".to_owned());
    }
    or_default(read(service.get("restart"), "no, always, on-failure or unless-stopped"), "never".to_owned())
}

/// The field, or nothing if its value says that there is no limit.
fn unless<T>(field: Field<T>, is_none: impl FnOnce(&T) -> bool) -> Field<T> {
    if field.value().is_some_and(is_none) { Field { state: State::Absent, ..field } } else { field }
}

/// `cpus` as a limit, or what `cpu_quota` comes to in its period.
fn cpu_limit(service: Place<'_>, limit: Place<'_>) -> Field<crate::model::Cpu> {
    if limit.is_there() {
        return limit.cpu();
    }
    let cpus = service.get("cpus");
    if cpus.is_there() {
        return cpus.cpu();
    }
    let quota = service.get("cpu_quota").integer();
    let period = service.get("cpu_period").integer();
    let period = period.value().copied().unwrap_or(100_000).max(1);
    match quota.value().copied() {
        Some(micros) if micros > 0 => {
            quota.map(|micros| crate::model::Cpu(u64::try_from(micros * 1000 / period).unwrap_or(0)))
        }
        _ if quota.reason().is_some() => Field {
            state: State::Unknown(quota.reason().cloned().unwrap_or(Reason::Generated)),
            at: quota.at,
            provenance: quota.provenance,
        },
        _ => Field::absent(limit.at),
    }
}

fn ulimits(place: Place<'_>) -> Vec<(String, Field<i64>)> {
    let soft = |entry: &Entry| entry.value.as_mapping().is_some();
    let read = |entry| {
        let limit = place.entry(entry);
        if soft(entry) { limit.get("soft").integer() } else { limit.integer() }
    };
    place.entries().iter().map(|entry| (entry.name().to_owned(), read(entry))).collect()
}

/// Where output goes. Without a driver the engine's configuration decides.
fn logging(place: Place<'_>) -> Logging {
    let driver = place.get("driver");
    let field = match driver.string() {
        field if field.is_absent() => {
            let what = "the log driver in the engine's daemon.json".into();
            Field::unknown(Reason::Elsewhere { what }, driver.at)
        }
        field => field,
    };
    Logging { driver: field, options: pairs(place.get("options")), at: place.at }
}

fn depends_on(place: Place<'_>, names: &HashMap<&str, usize>) -> Vec<Dependency> {
    let dependency = |entry: &Entry| {
        let condition = place.entry(entry).get("condition").string();
        Dependency {
            name: entry.name().to_owned(),
            container: names.get(entry.name()).copied(),
            condition: or_default(condition, "service_started".to_owned()),
            at: entry.key.span,
        }
    };
    place.entries().iter().map(dependency).collect()
}

/// The networks, with whether each leads nowhere else.
fn networks(service: Place<'_>, whole: Place<'_>) -> Vec<(String, Field<bool>)> {
    let own = service.get("networks");
    let names: Vec<(String, crate::source::Span)> = if own.is_there() {
        own.entries().iter().map(|entry| (entry.name().to_owned(), entry.key.span)).collect()
    } else if service.get("network_mode").is_there() {
        Vec::new()
    } else {
        vec![("default".to_owned(), service.at)]
    };
    let internal = |name: &str, at| {
        let defined = whole.get("networks").entries().iter().find(|entry| entry.name() == name);
        let Some(entry) = defined else { return Field::default(false, at) };
        let network = whole.get("networks").entry(entry);
        if network.get("external").known() == Some("true") {
            return Field::unknown(Reason::Elsewhere { what: format!("the external network {name}").into() }, at);
        }
        or_default(network.get("internal").boolean(), false)
    };
    names.into_iter().map(|(name, at)| (name.clone(), internal(&name, at))).collect()
}

/// The health check: written, switched off, or left to the image.
fn health(service: Place<'_>, image: &Field<crate::model::Image>, built: &image::Built) -> Field<Probe> {
    let section = service.get("healthcheck");
    if let Some(disable) = section.get("disable").known()
        && disable == "true"
    {
        return Field::absent(section.get("disable").at);
    }
    let test = section.get("test");
    // What is not known may switch it off.
    if let Some(reason) = section.get("disable").unknown().or_else(|| test.hidden()) {
        return Field::unknown(reason, section.at);
    }
    let first = test.node.map(|node| node.items().first().unwrap_or(node));
    if first.and_then(Node::text) == Some("NONE") {
        return Field::absent(test.at);
    }
    if let Some(node) = test.node {
        let words = test.texts();
        let command = match &words.state {
            State::Set(words) => {
                let unknown = words.iter().find_map(|word| word.reason().cloned());
                let skip =
                    usize::from(words.first().and_then(Field::value).is_some_and(|word| word.starts_with("CMD")));
                let joined: Vec<&str> =
                    words.iter().skip(skip).filter_map(|word| word.value().map(String::as_str)).collect();
                match unknown {
                    Some(reason) => Field::unknown(reason, node.span),
                    None => Field::set(Text::from(joined.join(" ")), node.span),
                }
            }
            _ => Field::absent(node.span),
        };
        let interval = or_default(section.get("interval").duration(), Duration::seconds(30));
        let retries = or_default(section.get("retries").integer(), 3);
        let budget = match (&interval.state, &retries.state) {
            (State::Unknown(reason), _) | (_, State::Unknown(reason)) => Field::unknown(reason.clone(), node.span),
            (State::Set(interval), State::Set(retries)) => {
                let times = u64::try_from(*retries).unwrap_or(0);
                Field::set(Duration(interval.0.saturating_mul(times)), node.span)
            }
            _ => Field::absent(node.span),
        };
        let at = node.span;
        let probe = Probe::by_command(command, budget, at);
        return Field { provenance: node.provenance.clone(), ..Field::set(probe, at) };
    }
    if let Some(health) = built.health(section.at) {
        return health;
    }
    let at = section.at;
    // Docker's official images bring none, by their own rules.
    match image.value() {
        Some(image) if image.official() && !built.is_built => Field::absent(at),
        _ => Field::unknown(Reason::Image { what: "the health check".into() }, at),
    }
}

#[cfg(test)]
mod tests {
    use crate::compose::{Request, load};
    use crate::discovery::Workspace;
    use crate::model::{Stack, State};

    fn stack(service: &str) -> Stack {
        let text = format!("services:\n  web: {{image: acme/web:1, {service}}}\n");
        let workspace = Workspace::in_memory([("compose.yaml", text.as_str())]);
        let files = vec!["compose.yaml".to_owned()];
        let request = Request { directory: ".".to_owned(), files, ..Request::default() };
        load(&request, &workspace).stack.unwrap()
    }

    #[test]
    fn a_limit_that_limits_nothing_is_none() {
        for service in
            ["mem_limit: 0, cpus: 0, pids_limit: -1", "deploy: {resources: {limits: {memory: 0, cpus: '0', pids: 0}}}"]
        {
            let stack = stack(service);
            let limits = &stack.containers[0].limits;
            assert!(limits.memory.is_absent() && limits.cpu.is_absent() && limits.pids.is_absent(), "{service}");
        }
        assert!(stack("mem_limit: 1g").containers[0].limits.memory.value().is_some());
    }

    #[test]
    fn the_policy_of_deploy_beats_restart() {
        let restart = |service| stack(service).workloads[0].restart.value().cloned();
        assert_eq!(restart("restart: always").as_deref(), Some("always"));
        assert_eq!(restart("restart: 'on-failure:3'").as_deref(), Some("on-failure"));
        let both = "restart: always, deploy: {restart_policy: {condition: none}}";
        assert_eq!(restart(both).as_deref(), Some("never"));
        assert_eq!(restart("deploy: {restart_policy: {delay: 5s}}").as_deref(), Some("always"));
        assert_eq!(restart("init: true").as_deref(), Some("never"));
    }

    #[test]
    fn what_has_all_rights_has_no_seccomp_profile() {
        let seccomp = |service| stack(service).containers[0].seccomp.value().cloned();
        assert_eq!(seccomp("privileged: true").as_deref(), Some("Unconfined"));
        assert_eq!(seccomp("privileged: false").as_deref(), Some("RuntimeDefault"));
    }

    #[test]
    fn a_service_on_every_node_has_no_number_of_copies() {
        let stack = stack("deploy: {mode: global}");
        assert!(matches!(stack.workloads[0].replicas.state, State::Unknown(_)));
    }
}
