//! The variables that a container sees: `env`, `envFrom`, and what they refer to.

use super::expand::{self, Part};
use super::holder::{Holder, kept, missing};
use super::index::Index;
use super::pod::Pod;
use super::spot::Spot;
use super::workload::elsewhere;
use crate::model::{Field, Gap, Held, Layer, Setting, SettingSource, State, SubjectKind, secrecy};
use crate::source::{HOLE, Origin, OriginKind, Reason, Span, Text};
use crate::syntax::{Flavour, Node, Provenance, Resolved};
use hashbrown::{HashMap, HashSet};
use std::sync::Arc;

/// A value with who holds it.
#[derive(Debug, Clone)]
pub(super) struct Known {
    /// The value.
    pub value: Field<Text>,
    /// Who holds it.
    pub held: Held,
    /// Whether a Secret holds it.
    pub from_secret: bool,
}

/// A variable of a container.
struct Variable {
    name: String,
    at: Span,
    known: Known,
}

/// The variables of a container, in the order in which they are set.
#[derive(Default)]
pub(super) struct Environment {
    variables: Vec<Variable>,
    /// The variable that counts, by name.
    current: HashMap<String, usize>,
    /// Why there may be more of them.
    pub gaps: Vec<Gap>,
}

/// Which keys of which objects a container reads: indices of objects with names of keys.
pub(super) type Read<'t> = HashSet<(usize, &'t str)>;

/// Works out the variables of a container.
pub(super) fn read<'t>(pod: &Pod<'t>, container: Spot<'t>, index: &Index<'t>, used: &mut Read<'t>) -> Environment {
    let mut environment = Environment::default();
    for source in container.get("envFrom").items() {
        environment.take_all(pod, source, index, used);
    }
    let env = container.get("env");
    for spot in [env, container.get("envFrom")] {
        if let Some(reason) = spot.reason() {
            environment.gaps.push(Gap::new(&[SubjectKind::Setting], reason, spot.at));
        }
    }
    for variable in env.items() {
        let name = variable.get("name");
        let Some(text) = name.text() else { continue };
        let at = name.node.map_or(variable.at, |node| node.span);
        if let Some(known) = environment.one(pod, variable.placed(at), index, used) {
            environment.add(text.to_owned(), at, known);
        }
    }
    environment
}

impl Environment {
    fn add(&mut self, name: String, at: Span, known: Known) {
        self.current.insert(name.clone(), self.variables.len());
        self.variables.push(Variable { name, at, known });
    }

    /// What a variable is when everything is set.
    pub fn get(&self, name: &str) -> Option<&Known> {
        self.current.get(name).and_then(|position| self.variables.get(*position)).map(|variable| &variable.known)
    }

    /// An entry of `envFrom`.
    fn take_all<'t>(&mut self, pod: &Pod<'t>, source: Spot<'t>, index: &Index<'t>, used: &mut Read<'t>) {
        let prefix = source.get("prefix").text().unwrap_or_default();
        for (key, kind) in [("configMapRef", "ConfigMap"), ("secretRef", "Secret")] {
            let from = source.get(key);
            let Some(name) = from.get("name").text() else { continue };
            let at = from.get("name").node.map_or(from.at, |node| node.span);
            let found = Holder::find(kind, pod.namespace, name, index, pod.spec.sink());
            let gap = match found {
                Some(holder) => holder.reason(),
                None => Some(missing(kind, pod.namespace, name, None, index)),
            };
            if let Some(reason) = gap {
                let plain = kind == "ConfigMap";
                self.gaps.push(Gap { kinds: vec![SubjectKind::Setting], reason, at, plain });
            }
            for key in found.into_iter().flat_map(Holder::keys) {
                used.insert((found.map_or(0, |holder| holder.object), key.entry.name()));
                let value = key.value(Some(at));
                let from_secret = key.is_secret(&value);
                let held = held(&value, Held::Literal);
                let name = format!("{prefix}{}", key.entry.name());
                self.add(name, key.entry.key.span, Known { value, held, from_secret });
            }
        }
    }

    /// An entry of `env`; `None` if the variable is not set.
    fn one<'t>(&self, pod: &Pod<'t>, variable: Spot<'t>, index: &Index<'t>, used: &mut Read<'t>) -> Option<Known> {
        let from = variable.get("valueFrom");
        for (key, kind) in [("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")] {
            let reference = from.get(key);
            if reference.is_written() {
                return self.reference(pod, reference, kind, index, used);
            }
        }
        if let Some(known) = field_reference(pod, from) {
            return Some(known);
        }
        if from.is_written() {
            let reason = from.reason().unwrap_or(Reason::Unseen { what: "this source of a value".into() });
            return Some(Known { value: Field::unknown(reason, from.at), held: Held::External, from_secret: false });
        }
        let written = variable.get("value");
        let Some(node) = written.node else {
            let value = match written.reason() {
                Some(reason) => Field::unknown(reason, variable.at),
                None => Field::set(Text::from(""), variable.at),
            };
            return Some(Known { held: held(&value, Held::Literal), value, from_secret: false });
        };
        if !matches!(Flavour::Kubernetes.resolve(node), Some(Resolved::String(_)))
            && written.reason().is_none()
            && node.as_scalar().is_some()
        {
            let name = variable.get("name").text().unwrap_or_default();
            let message = format!("the value of {name} is not a string, which Kubernetes refuses; put it in quotes");
            variable.sink().push(crate::source::Problem::warning(node.span, message));
        }
        let value = written.guarded();
        match node.text() {
            Some(text) if value.value().is_some() && text.contains('$') => {
                Some(self.resolve(&expand::kubelet(text), node, node.span))
            }
            _ => Some(Known { held: held(&value, Held::Literal), value, from_secret: false }),
        }
    }

    /// A `configMapKeyRef` or `secretKeyRef`.
    fn reference<'t>(
        &self,
        pod: &Pod<'t>,
        reference: Spot<'t>,
        kind: &'static str,
        index: &Index<'t>,
        used: &mut Read<'t>,
    ) -> Option<Known> {
        let secret = kind == "Secret";
        // What a ConfigMap holds is written out somewhere, if not here.
        let outside = if secret { Held::Secret } else { Held::Unseen };
        let (name, key) = (reference.get("name"), reference.get("key"));
        let at = key.node.or(name.node).map_or(reference.at, |node| node.span);
        let unknown = |reason| Known { value: Field::unknown(reason, at), held: outside, from_secret: secret };
        let (Some(holder), Some(key)) = (name.text(), key.text()) else {
            let reason = [reference, name, key].into_iter().find_map(Spot::reason);
            let expected = "the name and the key of an object";
            return Some(unknown(reason.unwrap_or(Reason::Malformed { expected: expected.into() })));
        };
        let Some(found) = Holder::find(kind, pod.namespace, holder, index, pod.spec.sink()) else {
            let reason = missing(kind, pod.namespace, holder, Some(key), index);
            return Some(Known { held: kept(kind, pod.namespace, holder, index), ..unknown(reason) });
        };
        let Some(found_key) = found.key(key) else {
            if let Some(reason) = found.reason() {
                return Some(unknown(reason));
            }
            let optional = reference.get("optional").boolean().value() == Some(&true);
            return (!optional).then(|| unknown(elsewhere(&format!("key {key} of {kind} {holder}"))));
        };
        used.insert((found.object, found_key.entry.name()));
        let value = found_key.value(Some(at));
        let from_secret = found_key.is_secret(&value);
        Some(Known { held: held(&value, Held::Literal), value, from_secret })
    }

    /// Puts a value together that refers to variables. `node` is where it stands.
    pub fn resolve(&self, parts: &[Part], node: &Node, at: Span) -> Known {
        let mut text = String::new();
        // What is written right here, references left as they are.
        let mut skeleton = String::new();
        let mut origins: Vec<Origin> = node.origins().to_vec();
        let mut reason = node.provenance.as_ref().and_then(|provenance| provenance.unknown.clone());
        let (mut kind, mut from_secret) = (Held::Literal, false);
        for part in parts {
            match part {
                Part::Text(plain) => {
                    text.push_str(plain);
                    skeleton.push_str(plain);
                }
                Part::Shell => {
                    kind = Held::External;
                    skeleton.push_str("${SHELL}");
                    text.push(HOLE);
                    reason.get_or_insert_with(|| Reason::Unseen { what: "what the shell makes of this".into() });
                }
                Part::Variable(name, otherwise) => match self.get(name) {
                    Some(known) => {
                        skeleton.push_str("${");
                        skeleton.push_str(name);
                        skeleton.push('}');
                        from_secret |= known.from_secret;
                        if known.held != Held::Literal {
                            kind = known.held;
                        }
                        origins.extend(self.definition(name));
                        match &known.value.state {
                            State::Set(value) => text.push_str(value.expose()),
                            State::Absent => {}
                            State::Unknown(why) => {
                                text.push(HOLE);
                                reason.get_or_insert_with(|| why.clone());
                            }
                        }
                    }
                    None => match otherwise {
                        Some(plain) if self.gaps.is_empty() && !is_of_service(name) => text.push_str(plain),
                        _ => {
                            kind = Held::External;
                            text.push(HOLE);
                            reason.get_or_insert_with(|| elsewhere(&format!("the variable {name}")));
                        }
                    },
                },
            }
        }
        if kind != Held::Literal && secrecy::holds_a_credential(&skeleton) {
            kind = Held::Literal;
        }
        if !origins.is_empty() {
            let way = if parts.len() > 1 { OriginKind::Composed } else { OriginKind::Reference };
            origins.push(Origin::at(way, at));
        }
        let state = match &reason {
            Some(reason) => State::Unknown(reason.clone().partly(&text)),
            None => State::Set(Text::from(text)),
        };
        let provenance =
            (!origins.is_empty() || reason.is_some()).then(|| Arc::new(Provenance { origins, unknown: reason }));
        let value = Field { state, at: Some(at), provenance };
        Known { held: held(&value, kind), value, from_secret }
    }

    /// The way from where a variable's value is written to the variable.
    fn definition(&self, name: &str) -> Vec<Origin> {
        let Some(variable) = self.current.get(name).and_then(|position| self.variables.get(*position)) else {
            return Vec::new();
        };
        let mut origins = variable.known.value.origins().to_vec();
        if origins.is_empty()
            && let Some(at) = variable.known.value.at
        {
            origins.push(Origin::named(OriginKind::Variable, at, name));
        }
        origins
    }

    /// The settings that the variables are to the container with this index and name.
    pub fn settings(self, container: usize, of: &str) -> Vec<Setting> {
        let Self { variables, current, .. } = self;
        let mut settings: Vec<Setting> = Vec::with_capacity(current.len());
        let mut layers: HashMap<&str, Vec<Layer>> = HashMap::new();
        if current.len() < variables.len() {
            for variable in variables.iter().rev() {
                let Known { value, held, .. } = variable.known.clone();
                let layer = Layer { source: SettingSource::Env, value, held };
                layers.entry(&variable.name).or_default().push(layer);
            }
        }
        for (position, variable) in variables.iter().enumerate() {
            if current.get(&variable.name) != Some(&position) {
                continue;
            }
            let several = layers.remove(variable.name.as_str()).filter(|layers| layers.len() > 1);
            let known = variable.known.clone();
            let name = variable.name.clone();
            let setting = Setting::new(name, variable.at, known.value, known.held, SettingSource::Env);
            settings.push(Setting {
                layers: several.unwrap_or_default(),
                from_secret: known.from_secret,
                ..setting.of_container(container, of)
            });
        }
        settings
    }
}

/// Who holds a value: the given, unless it is made up at deployment time.
fn held(value: &Field<Text>, otherwise: Held) -> Held {
    if value.reason().map(Reason::of_rest) == Some(&Reason::Generated) { Held::Generated } else { otherwise }
}

/// A `fieldRef` or `resourceFieldRef`: known if the manifest itself says it.
fn field_reference(pod: &Pod, from: Spot) -> Option<Known> {
    let (field, resource) = (from.get("fieldRef"), from.get("resourceFieldRef"));
    if !field.is_written() && !resource.is_written() {
        return None;
    }
    let path = field.get("fieldPath");
    let at = path.node.map_or(from.at, |node| node.span);
    let entry = path.text().and_then(|text| match text.strip_suffix("']").and_then(|text| text.split_once("['")) {
        Some(("metadata.labels", key)) => pod.template.path(&["metadata", "labels"]).node?.get(key),
        Some(("metadata.annotations", key)) => pod.template.path(&["metadata", "annotations"]).node?.get(key),
        None if text == "metadata.namespace" => pod.root.path(&["metadata", "namespace"]).node,
        None if text == "spec.serviceAccountName" => pod.spec.get("serviceAccountName").node,
        _ => None,
    });
    let value = match entry.and_then(Node::as_scalar).map(|scalar| scalar.text.clone()).zip(entry) {
        Some((text, node)) => {
            let origins = vec![Origin::at(OriginKind::Reference, node.span), Origin::at(OriginKind::Reference, at)];
            let provenance = Some(Arc::new(Provenance { origins, unknown: None }));
            Field { state: State::Set(text), at: Some(at), provenance }
        }
        None => Field::unknown(Reason::Generated, at),
    };
    Some(Known { held: held(&value, Held::Literal), value, from_secret: false })
}

/// Whether a variable of this name may be one that Kubernetes sets for a Service.
fn is_of_service(name: &str) -> bool {
    name.ends_with("_SERVICE_HOST") || name.contains("_SERVICE_PORT") || name.ends_with("_PORT")
}
