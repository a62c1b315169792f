//! The settings of a service: `environment`, `env_file`, labels, build arguments, command lines.

use super::Merged;
use super::command::{Argument, Shell, arguments};
use super::place::Place;
use crate::compose::substitute::Known;
use crate::compose::variables::{Variables, read_file, read_raw};
use crate::model::{
    Container, Field, Gap, Held, Layer, Setting, SettingSource, Stack, State, SubjectKind, Unnamed, secrecy,
};
use crate::source::{Origin, OriginKind, Place as At, Problem, Reason, Span, Text, reader};
use crate::syntax::{Node, Provenance};
use std::collections::HashMap;
use std::sync::Arc;

/// How many settings of one project are read from env files.
const MOST: usize = 100_000;

/// Adds the settings of a service.
pub(super) fn add(
    service: Place<'_>,
    name: &str,
    number: usize,
    merged: &Merged<'_>,
    stack: &mut Stack,
    container: &mut Container,
) {
    let environment = service.get("environment");
    let (mut settings, places) = from_files(service.get("env_file"), environment, merged, stack);
    for entry in environment.entries() {
        // A name that is not known may be any.
        if let Some(reason) = entry.key.provenance.as_ref().and_then(|provenance| provenance.unknown.clone()) {
            stack.gaps.push(Gap::new(&[SubjectKind::Setting], reason.clone(), entry.key.span));
            stack.unnamed.push(Unnamed { value: environment.entry(entry).text(), reason });
            continue;
        }
        let (value, held) = own(entry.name(), environment.entry(entry), merged);
        let layer = Layer { source: SettingSource::Env, value: copied(&value), held };
        match places.get(entry.name()).and_then(|place| settings.get_mut(*place)) {
            Some(setting) => {
                setting.at = entry.key.span;
                setting.held = held;
                setting.value = value;
                setting.layers.insert(0, layer);
            }
            None => settings.push(Setting::new(entry.name(), entry.key.span, value, held, SettingSource::Env)),
        }
    }
    for (key, source) in [("labels", SettingSource::Label), ("annotations", SettingSource::Label)] {
        let place = service.get(key);
        for entry in place.entries() {
            let value = outlined(place.entry(entry));
            let held = held(place.entry(entry).node, merged);
            settings.push(Setting::new(entry.name(), entry.key.span, value, held, source));
        }
    }
    let args = service.path(&["build", "args"]);
    for entry in args.entries() {
        let (value, held) = own(entry.name(), args.entry(entry), merged);
        settings.push(Setting::new(entry.name(), entry.key.span, value, held, SettingSource::BuildArg));
    }
    let lines = [
        (service.get("entrypoint"), SettingSource::Flag),
        (service.get("command"), SettingSource::Flag),
        (service.path(&["healthcheck", "test"]), SettingSource::Probe),
    ];
    for (place, source) in lines {
        for Argument { name, value, at } in arguments(place) {
            let held = if value.origins().is_empty() { Held::Literal } else { of_origins(value.origins()) };
            settings.push(Setting::new(&*name, at, value, held, source));
        }
    }
    for mut setting in settings {
        if setting.layers.len() == 1 {
            setting.layers.clear();
        }
        setting.container = Some(number);
        setting.of = name.into();
        container.settings.push(stack.settings.len());
        stack.settings.push(Box::new(setting));
    }
}

fn copied(field: &Field<Text>) -> Field<Text> {
    Field { state: field.state.clone(), at: field.at, provenance: field.provenance.clone() }
}

/// A variable of `environment` or a build argument. Without a value it is taken from the project's
/// variables.
fn own(name: &str, place: Place<'_>, merged: &Merged<'_>) -> (Field<Text>, Held) {
    if place.is_there() {
        return (outlined(place), held(place.node, merged));
    }
    match merged.variables.get(name) {
        Some(known) => (defined(known, place.at), Held::External),
        None => {
            let reason = Reason::UnsetVariable { name: name.into() };
            (Field::unknown(reason, place.at), Held::External)
        }
    }
}

/// A text; of one that is not known as a whole what is known.
fn outlined(place: Place<'_>) -> Field<Text> {
    place.text().outlined(place.node.and_then(Node::text).unwrap_or_default())
}

/// A variable of the project, used at a place.
fn defined(known: &Known, at: Span) -> Field<Text> {
    let mut origins = known.origins.clone();
    origins.push(Origin::at(OriginKind::Reference, at));
    let provenance = Provenance { origins, unknown: known.unknown.clone() };
    Field { state: state(known), at: Some(at), provenance: Some(Arc::new(provenance)) }
}

/// What is known of a variable.
fn state(known: &Known) -> State<Text> {
    match &known.unknown {
        Some(reason) => State::Unknown(reason.clone().partly(known.value.expose())),
        None => State::Set(known.value.clone()),
    }
}

/// Who holds a value that stands in the file, perhaps with variables in it.
fn held(node: Option<&Node>, merged: &Merged<'_>) -> Held {
    let Some(node) = node else { return Held::External };
    let unknown = node.provenance.as_ref().is_some_and(|provenance| provenance.unknown.is_some());
    let kind = if unknown { Held::External } else { of_origins(node.origins()) };
    if kind != Held::Literal {
        // A credential may be written out beside a variable.
        let source = merged.workspace.sources.get(node.span.source);
        if secrecy::holds_a_credential(source.slice(node.span)) {
            return Held::Literal;
        }
    }
    kind
}

pub(super) fn of_origins(origins: &[Origin]) -> Held {
    let has = |kind| origins.iter().any(|origin| origin.kind == kind);
    if has(OriginKind::Fallback) {
        Held::Fallback
    } else if has(OriginKind::Variable) || has(OriginKind::EnvFile) {
        Held::External
    } else {
        Held::Literal
    }
}

/// The variables of a container that was lowered.
pub(super) struct Own<'s> {
    pub stack: &'s Stack,
    pub container: &'s Container,
}

impl Shell for Own<'_> {
    fn variable(&self, name: &str) -> Result<(&Field<Text>, Held), Reason> {
        let mut own = self.container.settings.iter().filter_map(|index| self.stack.setting(*index));
        match own.find(|setting| setting.source == SettingSource::Env && &*setting.name == name) {
            Some(setting) => Ok((&setting.value, setting.held)),
            // An env file that is not here may set it, else the image.
            None => Err(self.stack.open_in(SubjectKind::Setting, self.container).map_or_else(
                || Reason::Elsewhere { what: format!("the variable {name}").into() },
                |gap| gap.reason.clone(),
            )),
        }
    }
}

/// What the env files of a service may refer to: the project's variables, then its own.
fn visible(environment: Place<'_>, merged: &Merged<'_>) -> Variables {
    let mut variables = merged.variables.clone();
    for entry in environment.entries() {
        let Some(text) = environment.entry(entry).node.and_then(Node::text) else { continue };
        if variables.get(entry.name()).is_none() {
            let mut origins = entry.value.origins().to_vec();
            if origins.is_empty() {
                origins.push(Origin::named(OriginKind::Literal, entry.value.span, entry.name()));
            }
            let unknown = entry.value.provenance.as_ref().and_then(|provenance| provenance.unknown.clone());
            variables.set(entry.name(), Known { value: Text::from(text), origins, unknown });
        }
    }
    variables
}

/// The variables of the env files of a service, and which of them has which name; later files win.
fn from_files(
    place: Place<'_>,
    environment: Place<'_>,
    merged: &Merged<'_>,
    stack: &mut Stack,
) -> (Vec<Setting>, HashMap<Arc<str>, usize>) {
    let mut settings: Vec<Setting> = Vec::new();
    let mut places: HashMap<Arc<str>, usize> = HashMap::new();
    let outside = if place.is_there() { visible(environment, merged) } else { Variables::default() };
    let mut before = Variables::default();
    for item in place.items() {
        let path = item.get("path");
        let at = path.node.map_or(item.at, |node| node.span);
        let required = item.get("required").known() != Some("false");
        let mut gap = |reason: Reason| stack.gaps.push(Gap::new(&[SubjectKind::Setting], reason, at));
        let written = match path.string().state {
            State::Set(written) => written,
            State::Unknown(reason) => {
                gap(reason);
                continue;
            }
            State::Absent => continue,
        };
        if stack.settings.len() + settings.len() > MOST {
            let what = "the env files of a project with more than 100,000 settings".into();
            stack.gaps.push(Gap::new(&[SubjectKind::Setting], Reason::Unseen { what }, at));
            let message =
                "the project has more than 100,000 settings, so this env file was not read; split the project";
            item.problem(Problem::error(At::Span(at), message));
            break;
        }
        let joined = reader::join(merged.directory, &written);
        let mut problems = Vec::new();
        let read = match &joined {
            Some(path) if item.get("format").known() == Some("raw") => read_raw(path, &outside, merged.workspace),
            Some(path) => read_file(path, &outside, &before, merged.workspace, &mut problems),
            None => Err("lies outside of what is audited".to_owned()),
        };
        problems.into_iter().for_each(|problem| item.problem(problem));
        let defined = match read {
            Ok(defined) => defined,
            Err(reason) => {
                gap(Reason::MissingFile { path: written.as_str().into() });
                if required {
                    let message =
                        format!("the env file {written} {reason}, so its variables are not known; put it in place");
                    item.problem(Problem::error(At::Span(at), message));
                }
                continue;
            }
        };
        for variable in defined {
            let Some(mut known) = variable.known else { continue };
            let (state, unknown) = (state(&known), known.unknown.clone());
            before.set(variable.name.clone(), known.clone());
            // The last step of the way is the line of this file.
            if let Some(last) = known.origins.last_mut() {
                last.kind = OriginKind::EnvFile;
            }
            known.origins.push(Origin::at(OriginKind::Reference, at));
            let provenance = Some(Arc::new(Provenance { origins: known.origins, unknown }));
            let value = Field { state, at: Some(variable.value_span), provenance };
            let layer = Layer { source: SettingSource::Env, value: copied(&value), held: Held::External };
            match places.get(&variable.name).and_then(|place| settings.get_mut(*place)) {
                Some(setting) => {
                    setting.value = value;
                    setting.at = variable.name_span;
                    setting.layers.insert(0, layer);
                }
                None => {
                    let mut made =
                        Setting::new(&*variable.name, variable.name_span, value, Held::External, SettingSource::Env);
                    made.layers.push(layer);
                    places.insert(variable.name, settings.len());
                    settings.push(made);
                }
            }
        }
    }
    (settings, places)
}
