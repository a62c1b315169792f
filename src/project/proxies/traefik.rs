//! The Traefik of a stack: what it is started with, and the routers that labels of containers and the
//! files of its file provider name.

use super::around::Around;
use crate::discovery::Workspace;
use crate::model::{Container, Field, SettingSource, Stack, State};
use crate::proxies::traefik::{self, Entry, Start, flat};
use crate::proxies::{self, Config, Files, Served};
use crate::source::{Problem, Reason, Text};
use crate::syntax::statements::Ground;
use crate::syntax::{Limits, Syntax, inside, parse};

/// The files that Traefik looks for by itself.
const STARTS: [&str; 3] = ["/etc/traefik/traefik.yml", "/etc/traefik/traefik.yaml", "/etc/traefik/traefik.toml"];

/// Providers whose routers are read: here, or as objects of Kubernetes.
const PROVIDERS: [&str; 6] = ["docker", "swarm", "file", "kubernetescrd", "kubernetesingress", "kubernetesgateway"];

/// What the Traefik of a stack serves.
pub(super) struct Serving {
    /// Its container, if that is one of the stack's.
    pub proxy: Option<usize>,
    pub served: Vec<Served>,
    /// Why it may serve more, if so.
    pub more: Option<Reason>,
    pub problems: Vec<Problem>,
    /// The files of the tree that were opened.
    pub opened: Vec<String>,
}

/// Reads the labels of a stack and the files of its Traefik; `None` if it has neither.
pub(super) fn read(stack: &Stack, workspace: &Workspace) -> Option<Serving> {
    let proxy = stack.containers.iter().position(|container| container.app.as_deref() == Some("traefik"));
    let container = proxy.and_then(|index| stack.container(index));
    if container.is_none() && !stack.workloads.iter().any(has_labels) {
        return None;
    }
    let around = container.map(|container| Around::new(stack, container, workspace));
    let mut problems = Vec::new();
    let options = match (container, &around) {
        (Some(container), Some(around)) => options(stack, container, around, &mut problems),
        _ => Err(Reason::Elsewhere { what: "the configuration of Traefik".into() }),
    };
    let all = options.as_ref().map_or(&[][..], Vec::as_slice);
    let set = |key: &str| all.iter().find(|entry| entry.key == key).and_then(Entry::text);
    let has = |start: &str| all.iter().any(|entry| entry.key.starts_with(start));
    let mut entries = Vec::new();
    if options.is_err() || has("providers.docker") || has("providers.swarm") {
        let keys = ["providers.docker.exposedbydefault", "providers.swarm.exposedbydefault"];
        entries = labels(stack, !keys.into_iter().any(|key| set(key) == Some("false")));
    }
    let mut missing = options.as_ref().err().cloned();
    if let Some(around) = &around {
        let file = set("providers.file.filename").map(str::to_owned);
        let folder = set("providers.file.directory").map(|folder| folder.trim_end_matches('/').to_owned());
        let patterns =
            folder.into_iter().flat_map(|folder| ["yml", "yaml", "toml"].map(|end| format!("{folder}/*.{end}")));
        for path in file.into_iter().chain(patterns) {
            match around.find(&path) {
                Ok(configs) => entries.extend(configs.iter().flat_map(|config| tree(config, &mut problems))),
                Err(reason) => missing = Some(reason),
            }
        }
    }
    let provider = |entry: &Entry| entry.key.strip_prefix("providers.")?.split('.').next().map(str::to_owned);
    if all.iter().filter_map(provider).any(|name| !PROVIDERS.contains(&name.as_str())) {
        missing.get_or_insert(Reason::Elsewhere { what: "what the providers of Traefik name".into() });
    }
    let start = if options.is_ok() { Start::of(all) } else { Start::unseen() };
    let mut served = proxies::edges(traefik::sites(&entries, &start, missing.as_ref()));
    served.extend(start.dashboard());
    let opened = around.map(|around| around.opened()).unwrap_or_default();
    Some(Serving { proxy, served, more: missing.filter(|_| proxy.is_some()), problems, opened })
}

/// What Traefik is started with: its file if one is named or here, else flags, else variables.
fn options(
    stack: &Stack,
    container: &Container,
    around: &Around<'_>,
    problems: &mut Vec<Problem>,
) -> Result<Vec<Entry>, Reason> {
    let flags = flags(container);
    let named = flags.iter().find(|entry| entry.key == "configfile").and_then(Entry::text);
    let path = match named {
        Some(path) => Some(path),
        None => STARTS.into_iter().find(|path| around.has(path)),
    };
    if let Some(path) = path {
        let configs = around.find(path)?;
        return Ok(configs.iter().flat_map(|config| tree(config, problems)).collect());
    }
    if !flags.is_empty() {
        return Ok(flags);
    }
    let settings = container.settings.iter().filter_map(|index| stack.setting(*index));
    let variables = settings.filter(|setting| setting.source == SettingSource::Env).filter_map(|setting| {
        let key = setting.name.strip_prefix("TRAEFIK_")?.to_ascii_lowercase().replace('_', ".");
        Some(Entry { key, value: setting.value.clone(), at: setting.at, of: None })
    });
    let variables: Vec<Entry> = variables.collect();
    if variables.is_empty() {
        return Err(Reason::Image { what: format!("what {} is started with", container.name).into() });
    }
    Ok(variables)
}

fn flags(container: &Container) -> Vec<Entry> {
    let mut found: Vec<Entry> = Vec::new();
    for word in &container.words {
        let at = word.value.at.unwrap_or(container.at);
        let written = word.written.expose();
        let Some(flag) = written.strip_prefix("--") else {
            // The value of the flag before it.
            if let Some(last) = found.last_mut().filter(|entry| entry.value.is_absent()) {
                last.value = word.value.clone();
            }
            continue;
        };
        let (key, value) = match (flag.split_once('='), &word.value.state) {
            (Some((key, _)), State::Set(text)) => {
                let value = text.expose().split_once('=').map_or("", |(_, value)| value);
                (key, Field { state: State::Set(Text::from(value)), ..word.value.clone() })
            }
            (Some((key, _)), _) => (key, word.value.clone()),
            (None, _) => (flag, Field::absent(at)),
        };
        found.push(Entry { key: key.to_ascii_lowercase(), value, at, of: None });
    }
    for entry in found.iter_mut().filter(|entry| entry.value.is_absent()) {
        entry.value = Field::set(Text::from("true"), entry.at);
    }
    found
}

/// The keys of a file of YAML or TOML.
fn tree(config: &Config, problems: &mut Vec<Problem>) -> Vec<Entry> {
    let syntax = if config.path.ends_with(".toml") { Syntax::Toml } else { Syntax::Yaml };
    let limits = Limits::default();
    let parsed = match &config.ground {
        Ground::File(source) => parse(syntax, *source, config.text.expose(), &limits),
        Ground::Inside(places) => inside::read_text(syntax, config.text.expose(), places, &limits),
    };
    // Templates of Go, which a file provider may hold, are no YAML.
    if !config.text.expose().contains("{{") {
        problems.extend(parsed.problems);
    }
    parsed.documents.iter().flat_map(|document| flat(&document.root)).collect()
}

fn has_labels(workload: &crate::model::Workload) -> bool {
    let mut labels = workload.labels.iter();
    labels.any(|(name, _)| name.get(..15).is_some_and(|start| start.eq_ignore_ascii_case("traefik.http.ro")))
}

/// The labels that name routers, services and middlewares.
fn labels(stack: &Stack, by_default: bool) -> Vec<Entry> {
    let mut found = Vec::new();
    for container in &stack.containers {
        let Some(workload) = stack.workloads.get(container.workload) else { continue };
        let own = workload.labels.iter().filter_map(|(name, value)| {
            let key = name.to_ascii_lowercase().strip_prefix("traefik.")?.to_owned();
            let at = value.at.unwrap_or(workload.at);
            Some(Entry { key, value: value.clone(), at, of: Some(container.name.clone()) })
        });
        let own: Vec<Entry> = own.collect();
        let enabled = own.iter().find(|entry| entry.key == "enable").and_then(Entry::text);
        if enabled.map_or(by_default, |text| text != "false") {
            found.extend(own);
        }
    }
    found
}
