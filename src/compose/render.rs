//! A merged project as text: as `docker compose config` prints it, with paths as they are written, and
//! with the places that each line came from.

use super::{Loaded, Request, lowered, merged};
use crate::discovery::Workspace;
use crate::model::{Setting, SettingSource, Stack, State};
use crate::source::origin::{OriginMap, Segment};
use crate::source::{HOLE, Origin, OriginKind, Problem, Span};
use crate::syntax::{Entry, Flavour, Mapping, Node, Resolved, Style, Value, yaml};
use std::collections::HashMap;
use std::sync::Arc;

/// The sections in the order in which they are printed; others stand behind them.
const SECTIONS: [&str; 6] = ["name", "services", "networks", "volumes", "secrets", "configs"];

/// Mappings whose values are texts, whatever they look like.
const TEXTS: [&str; 7] = ["environment", "labels", "annotations", "args", "sysctls", "options", "driver_opts"];

/// How deep a project is printed.
const DEPTH: usize = 64;

/// A project as text. It is raw by purpose and may hold secrets, so there is no `Debug`.
pub struct Rendered {
    /// The text, as YAML.
    pub text: String,
    /// The places that each of its lines came from, those to edit first; the last one is where it
    /// stands in a Compose file.
    pub origins: OriginMap,
    /// The deployment as it is printed.
    pub stack: Option<Stack>,
    /// The profiles that its services name, on or not.
    pub profiles: Vec<String>,
    /// What was wrong with the files. Compose refuses the project if one of them is an error.
    pub problems: Vec<Problem>,
}

/// Prints the services of a project that are started.
#[must_use]
pub fn render(request: &Request, workspace: &Workspace) -> Rendered {
    let project = merged(request, workspace);
    let root = project.root.as_ref().map(|root| project.profiles.started(root, None));
    let Loaded { stack, profiles, problems, .. } = lowered(request, project, workspace);
    let mut writer = Writer::default();
    if let (Some(root), Some(stack)) = (root, &stack) {
        writer.project(&root, stack);
    }
    Rendered { text: writer.text, origins: OriginMap { segments: writer.segments }, stack, profiles, problems }
}

#[derive(Default)]
struct Writer {
    text: String,
    segments: Vec<Segment>,
}

impl Writer {
    fn project(&mut self, root: &Node, stack: &Stack) {
        let name = root.entry("name").filter(|entry| entry.value.text() == Some(stack.name.as_str()));
        self.line(
            0,
            &format!("name: {}", quoted(&stack.name)),
            name.map_or_else(Arc::default, |entry| chain(&[], entry.key.span)),
        );
        let mut sections: Vec<&Entry> = root.entries().iter().filter(|entry| entry.name() != "name").collect();
        let place = |entry: &Entry| SECTIONS.iter().position(|name| *name == entry.name()).unwrap_or(SECTIONS.len());
        sections.sort_by(|one, other| (place(one), one.name()).cmp(&(place(other), other.name())));
        let uses_default =
            root.get("services").map_or(&[][..], Node::entries).iter().any(|entry| is_on_default(&entry.value));
        let defines_default = root.at(&["networks", "default"]).is_some();
        let adds_default = uses_default && !defines_default;
        let mut is_added = !adds_default;
        for section in sections {
            match section.name() {
                "version" => {}
                "services" => {
                    self.head(0, section);
                    self.services(section, stack);
                    if !is_added && root.get("networks").is_none() {
                        self.line(0, "networks:", Arc::default());
                        self.default_network(stack, &mut is_added);
                    }
                }
                "networks" | "volumes" | "secrets" | "configs" => {
                    self.head(0, section);
                    let is_networks = section.name() == "networks";
                    for entry in sorted(&section.value) {
                        if is_networks && entry.name() > "default" {
                            self.default_network(stack, &mut is_added);
                        }
                        self.resource(entry, &stack.name);
                    }
                    if is_networks {
                        self.default_network(stack, &mut is_added);
                    }
                }
                _ => self.entry(0, section, false),
            }
        }
    }

    /// The network that every project has, unless it was printed already.
    fn default_network(&mut self, stack: &Stack, is_added: &mut bool) {
        if std::mem::replace(is_added, true) {
            return;
        }
        self.line(1, "default:", Arc::default());
        self.line(2, &format!("name: {}", quoted(&format!("{}_default", stack.name))), Arc::default());
    }

    fn services(&mut self, services: &Entry, stack: &Stack) {
        let mut settings: HashMap<&str, Vec<&Setting>> = HashMap::new();
        for setting in stack.settings.iter().filter(|setting| setting.source == SettingSource::Env) {
            settings.entry(&setting.of).or_default().push(setting);
        }
        for service in sorted(&services.value) {
            self.head(1, service);
            let variables = settings.remove(service.name()).unwrap_or_default();
            let mut keys: Vec<(&str, Option<&Entry>)> =
                sorted(&service.value).into_iter().map(|entry| (entry.name(), Some(entry))).collect();
            // What env files hold is printed among the variables.
            keys.retain(|(name, _)| !["env_file", "environment"].contains(name));
            if !variables.is_empty() {
                keys.push(("environment", service.value.entry("environment")));
            }
            if is_on_default(&service.value) && service.value.get("networks").is_none() {
                keys.push(("networks", None));
            }
            keys.sort_by_key(|(name, _)| *name);
            for (name, entry) in keys {
                match (name, entry) {
                    ("environment", entry) => {
                        let at = entry.or_else(|| service.value.entry("env_file")).unwrap_or(service).key.span;
                        self.line(2, "environment:", chain(&[], at));
                        self.environment(&variables, service);
                    }
                    (_, Some(entry)) => self.entry(2, entry, false),
                    (_, None) => {
                        self.line(2, "networks:", Arc::default());
                        self.line(3, "default: null", Arc::default());
                    }
                }
            }
        }
    }

    /// The variables that a service sees.
    fn environment(&mut self, variables: &[&Setting], service: &Entry) {
        let mut variables = variables.to_vec();
        variables.sort_by(|one, other| one.name.cmp(&other.name));
        for variable in variables {
            let written = service.value.at(&["environment", &*variable.name]);
            let value = match (&variable.value.state, written.and_then(Node::text)) {
                (State::Set(text), _) => quoted(text.expose()),
                // What is not set is empty to Compose.
                (_, Some(text)) if text.contains(HOLE) => quoted(&text.replace(HOLE, "")),
                _ => "null".to_owned(),
            };
            let origins = variable.value.provenance.as_ref().map_or(&[][..], |provenance| &provenance.origins);
            let key =
                if variable.name.contains(HOLE) { variable.name.replace(HOLE, "") } else { variable.name.to_string() };
            self.line(3, &format!("{}: {value}", quoted(&key)), chain(origins, variable.at));
        }
    }

    /// A network, volume, config or secret with the name that it gets.
    fn resource(&mut self, entry: &Entry, project: &str) {
        self.head(1, entry);
        let is_named = entry.value.get("name").is_some() || entry.value.get("external").is_some();
        for inner in sorted(&entry.value) {
            self.entry(2, inner, false);
        }
        if !is_named {
            let name = quoted(&format!("{project}_{}", entry.name()));
            self.line(2, &format!("name: {name}"), chain(&[], entry.key.span));
        }
    }

    /// A key whose value follows.
    fn head(&mut self, depth: usize, entry: &Entry) {
        self.line(depth, &format!("{}:", quoted(entry.name())), chain(&[], entry.key.span));
    }

    fn entry(&mut self, depth: usize, entry: &Entry, as_texts: bool) {
        let key = quoted(entry.name());
        match &entry.value.value {
            Value::Scalar(_) => {
                let is_text = as_texts || entry.name() == "published";
                let line = format!("{key}: {}", scalar(&entry.value, is_text));
                let at = if entry.value.is_null() { entry.key.span } else { written(entry) };
                self.line(depth, &line, chain(entry.value.origins(), at));
            }
            Value::Sequence(items) if items.is_empty() => {
                self.line(depth, &format!("{key}: []"), chain(&[], entry.key.span))
            }
            Value::Mapping(mapping) if mapping.entries.is_empty() => {
                self.line(depth, &format!("{key}: {{}}"), chain(&[], entry.key.span));
            }
            Value::Sequence(items) if entry.name() == "ports" => {
                self.head(depth, entry);
                items.iter().for_each(|item| self.item(depth + 1, &whole_port(item)));
            }
            Value::Sequence(_) | Value::Mapping(_) => {
                self.head(depth, entry);
                self.inner(depth + 1, &entry.value, TEXTS.contains(&entry.name()));
            }
        }
    }

    fn inner(&mut self, depth: usize, node: &Node, as_texts: bool) {
        if depth > DEPTH {
            return;
        }
        for item in node.items() {
            self.item(depth, item);
        }
        for entry in sorted(node) {
            // A mode that a short form had was read already.
            if entry.name() == "mode" && entry.key.span == node.span && node.get("source").is_some() {
                continue;
            }
            self.entry(depth, entry, as_texts);
        }
    }

    fn item(&mut self, depth: usize, item: &Node) {
        if item.as_scalar().is_some() {
            self.line(depth, &format!("- {}", scalar(item, false)), chain(item.origins(), item.span));
            return;
        }
        let start = self.text.len();
        let segment = self.segments.len();
        self.inner(depth + 1, item, false);
        let at = start + 2 * depth;
        if self.text.get(at..at + 2) == Some("  ") {
            // The first line begins with a dash.
            self.text.replace_range(at..at + 2, "- ");
        } else {
            self.segments.truncate(segment);
            self.text.truncate(start);
            let empty = if item.as_mapping().is_some() { "{}" } else { "[]" };
            self.line(depth, &format!("- {empty}"), chain(&[], item.span));
        }
    }

    fn line(&mut self, depth: usize, text: &str, chain: Arc<[Origin]>) {
        self.segments.push(Segment { start: u32::try_from(self.text.len()).unwrap_or(u32::MAX), chain });
        self.text.push_str(&"  ".repeat(depth));
        self.text.push_str(text);
        self.text.push('\n');
    }
}

/// A port with what Compose takes where it does not say otherwise.
fn whole_port(port: &Node) -> Node {
    let Value::Mapping(mapping) = &port.value else { return port.clone() };
    let mut entries = mapping.entries.to_vec();
    for (key, word) in [("mode", "ingress"), ("protocol", "tcp")] {
        if port.get(key).is_none() {
            let scalar = |text: &str| Node::scalar(port.span, text, Style::Plain);
            entries.push(Entry { key: scalar(key), value: scalar(word) });
        }
    }
    Node { value: Value::Mapping(Mapping::new(entries)), ..port.clone() }
}

/// Whether a service is on the network that every project has.
fn is_on_default(service: &Node) -> bool {
    match service.get("networks") {
        Some(networks) => networks.get("default").is_some(),
        None => service.get("network_mode").is_none(),
    }
}

/// Where an entry is written: at its value if that stands elsewhere than its key, as after a short form.
fn written(entry: &Entry) -> Span {
    if entry.key.span.source == entry.value.span.source { entry.key.span } else { entry.value.span }
}

/// The way of a line, with the place where it is written last.
fn chain(origins: &[Origin], at: Span) -> Arc<[Origin]> {
    let ways =
        origins.iter().filter(|origin| !matches!(origin.kind, OriginKind::Reference | OriginKind::Composed)).cloned();
    ways.chain([Origin::at(OriginKind::Reference, at)]).collect()
}

fn sorted(node: &Node) -> Vec<&Entry> {
    let mut entries: Vec<&Entry> = node.entries().iter().collect();
    entries.sort_by(|one, other| one.name().cmp(other.name()));
    entries
}

/// A text as YAML of which a reader, who replaces variables again, makes this text.
fn quoted(text: &str) -> String {
    yaml::quoted(text).replace('$', "$$")
}

/// A scalar as it is written in YAML. What is not set is empty, as it is to Compose.
fn scalar(node: &Node, as_text: bool) -> String {
    let text = node.text().unwrap_or_default().replace(HOLE, "");
    if node.is_null() {
        return "null".to_owned();
    }
    let is_plain = node.as_scalar().is_some_and(|scalar| scalar.style == Style::Plain) && node.origins().is_empty();
    if is_plain && !as_text && !matches!(Flavour::Compose.resolve_plain(&text), Resolved::String(_)) {
        return text;
    }
    // A variable may hold a number; with quotes it would be another value to the reader of the text.
    if !node.origins().is_empty()
        && !as_text
        && matches!(Flavour::Compose.resolve_plain(&text), Resolved::Integer(_) | Resolved::Boolean(_))
    {
        return text;
    }
    quoted(&text)
}
