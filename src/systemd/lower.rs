//! From a unit to a workload with one container (systemd.exec(5), systemd.service(5),
//! systemd.resource-control(5)).

use super::environment::{self, Environment};
use super::unit::{self, Unit, hidden};
use crate::discovery::Workspace;
use crate::model::{
    Brought, Container, ContainerKind, Content, Dependency, Duration, Field, Held, Object, Reference, Resources, Stack,
    State, Word, Workload,
};
use crate::source::reader::folder;
use crate::source::{OriginKind, Problem, Reason, Span, Text};
use crate::syntax::Node;
use crate::syntax::systemd::{Piece, assigned, words};

/// How long a service may take to stop when nothing is written.
const GRACE: Duration = Duration(90_000);

/// The ceilings of setrlimit that a unit may set.
const LIMITS: [(&str, &str); 8] = [
    ("LimitNOFILE", "nofile"),
    ("LimitNPROC", "nproc"),
    ("LimitMEMLOCK", "memlock"),
    ("LimitCORE", "core"),
    ("LimitSTACK", "stack"),
    ("LimitAS", "as"),
    ("LimitFSIZE", "fsize"),
    ("LimitDATA", "data"),
];

/// Adds a service to the stack.
pub(super) fn add(unit: Unit, workspace: &Workspace, stack: &mut Stack, problems: &mut Vec<Problem>) {
    let file = unit.files.first().cloned().unwrap_or_default();
    let mut environment = environment::read(&unit, folder(&file), workspace, problems);
    let number = stack.containers.len();
    let object = stack.objects.len();
    let (at, span) = (unit.at(), unit.root.span);
    let one_shot = unit.last("Type").and_then(Node::text) == Some("oneshot");
    stack.workloads.push(workload(&unit, one_shot, number, object));
    let mut container = container(&unit, one_shot, stack.workloads.len() - 1, object, &environment);
    container.baked = named(&container.words, folder(&file), workspace);
    for setting in environment.settings.drain(..) {
        container.settings.push(stack.settings.len());
        stack.settings.push(Box::new(setting.of_container(number, unit.name.as_str())));
    }
    stack.gaps.append(&mut environment.gaps);
    stack.containers.push(Box::new(container));
    let root = Node { span, ..unit.root };
    stack.objects.push(Object { file, ..Object::new("systemd", "Service", unit.name, at, root) });
}

/// Joins the units of a stack by what is started after what.
pub(super) fn connect(stack: &mut Stack) {
    let names: Vec<String> = stack.containers.iter().map(|container| container.name.clone()).collect();
    for dependency in stack.containers.iter_mut().flat_map(|container| &mut container.depends_on) {
        dependency.container = names.iter().position(|name| *name == dependency.name);
    }
}

fn workload(unit: &Unit, one_shot: bool, number: usize, object: usize) -> Workload {
    let (at, span) = (unit.at(), unit.root.span);
    let restart = unit.field("Restart", "no, always, on-failure or the like", |text| {
        Some(if text == "no" { "never".to_owned() } else { text.to_owned() })
    });
    let stop = if unit.last("TimeoutStopSec").is_some() { "TimeoutStopSec" } else { "TimeoutSec" };
    Workload {
        name: unit.name.clone(),
        kind: "unit".to_owned(),
        namespace: None,
        at,
        span,
        one_shot,
        replicas: Field::default(1, at),
        replicas_max: Field::default(1, at),
        grace: or_default(unit.field(stop, "a time span such as 90s", unit::span), GRACE),
        restart: or_default(restart, "never".to_owned()),
        update: Field::absent(at),
        update_unavailable: Field::absent(at),
        identity: text(unit, "User"),
        token: Field::absent(at),
        spread: Field::absent(at),
        labels: Vec::new(),
        annotations: Vec::new(),
        containers: vec![number],
        policies: Vec::new(),
        policies_more: None,
        references: credentials(unit),
        object: Some(object),
    }
}

/// The credentials that are handed to it, which nobody sees here.
fn credentials(unit: &Unit) -> Vec<Reference> {
    let keys = ["LoadCredential", "LoadCredentialEncrypted", "ImportCredential"];
    let nodes = keys.iter().flat_map(|key| assigned(&unit.root, "Service", key));
    let reference = |node: &Node| {
        let text = node.text().unwrap_or_default();
        let name = text.split_once(':').map_or(text, |(name, _)| name).to_owned();
        let what = format!("the credential {name}").into();
        let found = Field::unknown(Reason::Elsewhere { what }, node.span);
        Reference { kind: "credential", name, key: None, found, optional: false, at: node.span }
    };
    nodes.map(reference).collect()
}

fn container(unit: &Unit, one_shot: bool, workload: usize, object: usize, environment: &Environment) -> Container {
    let (at, span) = (unit.at(), unit.root.span);
    let dynamic = unit.flag("DynamicUser");
    // A dynamic user brings these with it.
    let implied = |field: Field<bool>| match (&dynamic.state, field.value()) {
        (State::Set(true), None | Some(false)) => Field { state: State::Set(true), at: dynamic.at, provenance: None },
        _ => or_default(field, false),
    };
    let escalation = implied(unit.flag("NoNewPrivileges")).map(|forbidden| !forbidden);
    let strict = unit.field("ProtectSystem", "yes, no, full or strict", |text| Some(text == "strict"));
    let started = assigned(&unit.root, "Service", "ExecStart");
    let kind = if one_shot { ContainerKind::OneShot } else { ContainerKind::Main };
    Container {
        span,
        command: started.first().map_or(Field::absent(at), |node| {
            Field::read(node, "a command", |node| Some(Text::from(plain(node.text()?))))
        }),
        words: started.iter().flat_map(|node| command(node, environment)).collect(),
        user: user(unit, &dynamic),
        group: text(unit, "Group"),
        escalation,
        read_only_root: implied(strict),
        capabilities_add: capabilities(unit, "AmbientCapabilities", false),
        capabilities_drop: capabilities(unit, "CapabilityBoundingSet", true),
        apparmor: text(unit, "AppArmorProfile"),
        selinux: text(unit, "SELinuxContext"),
        // systemd itself is PID 1.
        init: Field::default(true, at),
        limits: Resources { memory: unit::memory(unit), cpu: unit::cpu(unit), pids: unit::tasks(unit) },
        ulimits: ulimits(unit),
        depends_on: depends_on(unit),
        object: Some(object),
        ..Container::new(unit.name.as_str(), kind, workload, at)
    }
}

fn or_default<T>(field: Field<T>, value: T) -> Field<T> {
    match field.at {
        Some(at) if field.is_absent() => Field::default(value, at),
        _ => field,
    }
}

fn text(unit: &Unit, key: &str) -> Field<String> {
    unit.field(key, "a name", |text| Some(text.to_owned()))
}

/// The user that it runs as: root, if nothing is written and no user's own manager starts it.
fn user(unit: &Unit, dynamic: &Field<bool>) -> Field<String> {
    let written = text(unit, "User");
    let at = unit.at();
    if !written.is_absent() {
        return written;
    }
    if let (State::Set(true), Some(at)) = (&dynamic.state, dynamic.at) {
        return Field::set(unit.name.clone(), at);
    }
    let is_of_user = unit.files.first().is_some_and(|file| format!("/{file}").contains("/systemd/user/"));
    if is_of_user {
        return Field::unknown(Reason::Elsewhere { what: "the user whose manager starts it".into() }, at);
    }
    Field::default("root".to_owned(), at)
}

/// A set of capabilities. For one of those that are left, what is dropped is all but them.
fn capabilities(unit: &Unit, key: &str, is_bound: bool) -> Field<Vec<Field<String>>> {
    // An empty assignment leaves none of them.
    let all = unit.root.at(&["Service", key]).map_or(&[][..], Node::items);
    let Some(last) = all.last() else { return Field::absent(unit.at()) };
    let named: Vec<Field<String>> = assigned(&unit.root, "Service", key)
        .into_iter()
        .flat_map(words)
        .map(|piece| Field::set(piece.text.trim_start_matches("CAP_").to_owned(), piece.at))
        .collect();
    if !is_bound {
        return Field::set(named, last.span);
    }
    let takes_away = named.first().and_then(Field::value).is_some_and(|name| name.starts_with('~'));
    if takes_away {
        return Field::set(
            named.into_iter().map(|name| name.map(|name| name.trim_start_matches(['~']).to_owned())).collect(),
            last.span,
        );
    }
    Field::set(vec![Field::set("ALL".to_owned(), last.span)], last.span)
}

fn ulimits(unit: &Unit) -> Vec<(String, Field<i64>)> {
    let read = |text: &str| {
        let soft = text.split(':').next().unwrap_or(text).trim();
        if soft == "infinity" { Some(i64::MAX) } else { soft.parse().ok() }
    };
    let set = LIMITS.iter().filter(|(key, _)| unit.last(key).is_some());
    set.map(|(key, name)| ((*name).to_owned(), unit.field(key, "a number, or infinity", read))).collect()
}

fn depends_on(unit: &Unit) -> Vec<Dependency> {
    let pieces = assigned(&unit.root, "Unit", "After").into_iter().flat_map(words);
    let services = pieces.filter_map(|piece| Some((piece.text.strip_suffix(".service")?.to_owned(), piece.at)));
    let dependency = |(name, at): (String, Span)| Dependency {
        name,
        container: None,
        condition: Field::default("service_started".to_owned(), at),
        at,
    };
    services.map(dependency).collect()
}

/// A command line without the signs in front that say how it is run.
fn plain(text: &str) -> &str {
    text.trim_start_matches(['-', '@', ':', '+', '!', '|'])
}

/// The words of a command line, variables replaced by what the service is given.
fn command(node: &Node, environment: &Environment) -> Vec<Word> {
    let word = |(number, piece): (usize, Piece)| {
        let written = if number == 0 { plain(&piece.text).to_owned() } else { piece.text };
        let value = match hidden(node).filter(|_| written.replace("%%", "").contains('%')) {
            Some(reason) => Field::unknown(reason, piece.at),
            None => filled(&written, piece.at, environment),
        };
        let held = if written.contains('$') { Held::External } else { Held::Literal };
        Word { value, written: Text::from(written), held, from_secret: false, own: true }
    };
    words(node).into_iter().enumerate().map(word).collect()
}

/// The files of the tree that a command line names by their paths on the host, such as those behind
/// `--config`.
fn named(words: &[Word], place: &str, workspace: &Workspace) -> Vec<(Brought, Span)> {
    let mut found = Vec::new();
    for (text, at) in words.iter().skip(1).filter_map(|word| Some((word.value.value()?.expose(), word.value.at?))) {
        let path = text.split_once('=').map_or(text, |(_, path)| path);
        if !path.starts_with('/') || path.ends_with('/') {
            continue;
        }
        if let Some(file) = unit::in_tree(path, place, workspace) {
            let (path, content) = (path.to_owned(), Content::File(file));
            found.push((Brought { path, content, kind: OriginKind::Literal, held: Held::External }, at));
        }
    }
    found
}

/// A word with its variables replaced: `$NAME` as a word of its own, `${NAME}` anywhere.
fn filled(word: &str, at: Span, environment: &Environment) -> Field<Text> {
    let mut made = String::new();
    let mut rest = word;
    while let Some((before, behind)) = rest.split_once('$') {
        made.push_str(before);
        if let Some(behind) = behind.strip_prefix('$') {
            made.push('$');
            rest = behind;
            continue;
        }
        let (name, after) = match behind.strip_prefix('{').and_then(|inner| inner.split_once('}')) {
            Some(found) => found,
            None if before.is_empty() && made.is_empty() => (behind, ""),
            None => {
                made.push('$');
                rest = behind;
                continue;
            }
        };
        match environment.value(name) {
            State::Set(value) => made.push_str(&value),
            State::Unknown(reason) => return Field::unknown(reason, at),
            State::Absent => {}
        }
        rest = after;
    }
    made.push_str(rest);
    Field::set(Text::from(made), at)
}
