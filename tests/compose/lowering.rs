//! What single keys of a service become in the model.

use seaworthy::compose::{Request, load};
use seaworthy::discovery::Workspace;
use seaworthy::model::{MountKind, Stack, State};
use seaworthy::source::Reason;

/// The stack of a project with one service, and further sections.
fn stack(service: &str, rest: &str) -> Stack {
    let text = format!("services:\n  web: {{ image: web:1, {service} }}\n{rest}");
    let workspace = Workspace::in_memory([("compose.yaml", text.as_str())]);
    let files = vec!["compose.yaml".to_owned()];
    let loaded = load(&Request { directory: ".".to_owned(), files, ..Request::default() }, &workspace);
    assert_eq!(loaded.problems, []);
    loaded.stack.unwrap()
}

#[test]
fn ranges_of_exposed_ports_are_listed() {
    let ports = |expose: &str| {
        let stack = stack(&format!("expose: {expose}"), "");
        stack.exposures.iter().map(|exposure| exposure.port.value().copied()).collect::<Vec<_>>()
    };
    assert_eq!(ports("['3000-3002/udp', 4000]"), [Some(3000), Some(3001), Some(3002), Some(4000)]);
    assert_eq!(ports("['1-65535']").len(), 256);
    assert_eq!(ports("['3000-${LAST}']"), [None]);
}

#[test]
fn what_a_health_check_hides_is_not_known() {
    let budget = |rest: &str| {
        let stack = stack(&format!("healthcheck: {{ test: curl localhost, {rest} }}"), "");
        let (_, probe) = &stack.containers[0].probes[0];
        let budget = &probe.value()?.budget;
        Some(budget.value().map(|budget| budget.0))
    };
    assert_eq!(budget("interval: 10s, retries: 2"), Some(Some(20_000)));
    assert_eq!(budget("timeout: 1s"), Some(Some(90_000)));
    assert_eq!(budget("interval: '${INTERVAL}', retries: 2"), Some(None));
    assert_eq!(budget("interval: 10s, retries: '${RETRIES}'"), Some(None));
    assert_eq!(budget("disable: '${DISABLE}'"), None);
}

#[test]
fn memory_has_a_size_and_a_mode() {
    let stack = stack(
        "tmpfs: ['/run:size=64m,mode=1777', /tmp, '/a:size=${SIZE}', '/b:size=10%'], volumes: [{ type: tmpfs, target: /c, tmpfs: { size: 1048576, mode: 0o700 } }]",
        "",
    );
    let size = |index: usize| match &stack.mounts[index].size.state {
        State::Set(size) => size.0.to_string(),
        State::Absent => "none".to_owned(),
        State::Unknown(Reason::UnsetVariable { name }) => format!("{name}?"),
        State::Unknown(_) => "?".to_owned(),
    };
    assert_eq!((0..5).map(size).collect::<Vec<_>>(), ["1048576", "67108864", "none", "SIZE?", "?"]);
    let mode = |index: usize| stack.mounts[index].mode.value().map(|mode| mode.expose().to_owned());
    assert_eq!([mode(0), mode(1), mode(2)], [Some("0o700".to_owned()), Some("1777".to_owned()), None]);
    assert!(stack.mounts.iter().all(|mount| mount.kind == MountKind::Tmpfs));
}

#[test]
fn a_volume_that_binds_a_path_is_that_path() {
    let rest = "volumes: { data: { driver_opts: { type: none, o: 'rw,bind', device: /srv/data } }, plain: {} }\n";
    let stack = stack("volumes: ['data:/data', 'plain:/plain']", rest);
    let source = |index: usize| stack.mounts[index].source.value().unwrap().expose();
    assert_eq!((stack.mounts[0].kind, source(0)), (MountKind::Bind, "/srv/data"));
    assert_eq!((stack.mounts[1].kind, source(1)), (MountKind::Volume, "plain"));
}

#[test]
fn every_section_is_accepted() {
    stack(
        "build: { context: ., args: { A: b }, secrets: [token], ssh: [default] }, secrets: [token, { source: held, target: /t, mode: 0o400 }], \
         configs: [written, from, { source: elsewhere, target: /e, uid: '1' }], \
         develop: { watch: [{ path: ., action: sync, target: /src, ignore: [x/] }, { path: p, action: rebuild }] }, \
         deploy: { mode: replicated, replicas: 2, labels: [a=b], endpoint_mode: vip, placement: { constraints: [a==b], preferences: [{ spread: z }] }, \
         resources: { limits: { cpus: 0.5, memory: 1g, pids: 10 }, reservations: { cpus: '0.25', devices: [{ capabilities: [gpu], count: all }] } }, \
         restart_policy: { condition: any, delay: 5s, max_attempts: 3, window: 1m }, update_config: { order: start-first, parallelism: 1 } }",
        "configs: { written: { content: 'a=${NAME}' }, from: { environment: NAME }, elsewhere: { external: true, name: other } }\n\
         secrets: { token: { environment: TOKEN }, held: { file: ./held.txt } }\n",
    );
}
