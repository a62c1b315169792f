//! Which keys the API knows, and which it does not.

use crate::model::{Object, UnknownKey};
use crate::source::nearest::nearest;
use crate::syntax::{Node, Value};
use hashbrown::HashMap;
use std::sync::OnceLock;

/// The fields of all types that are checked; its head says how it is written.
const TABLE: &str = include_str!("fields.txt");

/// Unknown keys of one object that are told.
const MOST: usize = 20;

/// What a type has: its fields, with the type of what they lead to.
type Shape = HashMap<&'static str, Option<&'static str>>;

/// The table, read once.
struct Table {
    /// By API version and kind: where to look, and what stands there.
    roots: HashMap<(&'static str, &'static str), (&'static str, &'static str)>,
    shapes: HashMap<&'static str, Shape>,
}

/// What stands for everything below that is not looked into.
const ANYTHING: &str = "*";

impl Table {
    fn get() -> &'static Self {
        static ONCE: OnceLock<Table> = OnceLock::new();
        ONCE.get_or_init(|| {
            let mut table = Self { roots: HashMap::new(), shapes: HashMap::new() };
            for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
                let mut words = line.split(' ');
                match words.next() {
                    Some("=") => {
                        if let (Some(api), Some(kind), Some(path), Some(of)) =
                            (words.next(), words.next(), words.next(), words.next())
                        {
                            table.roots.insert((api, kind), (path, of));
                        }
                    }
                    Some(of) => {
                        let field = |word: &'static str| match word.split_once(':') {
                            Some((name, of)) => (name, Some(of)),
                            None => (word, None),
                        };
                        table.shapes.insert(of, words.map(field).collect());
                    }
                    None => {}
                }
            }
            table
        })
    }
}

/// The keys of an object that the API does not have there, in the order of the file.
pub(super) fn unknown_keys(object: &Object) -> Vec<UnknownKey> {
    let table = Table::get();
    let Some((path, of)) = table.roots.get(&(object.api.as_str(), object.kind.as_str())) else { return Vec::new() };
    let keys: Vec<&str> = path.split('.').filter(|key| !key.is_empty()).collect();
    let Some(node) = object.root.at(&keys) else { return Vec::new() };
    let mut walk = Walk { table, around: Vec::new(), path: keys, found: Vec::new() };
    walk.node(node, of);
    walk.found
}

struct Walk<'n> {
    table: &'static Table,
    /// The types around, with the length of the path to them.
    around: Vec<(&'static str, usize)>,
    path: Vec<&'n str>,
    found: Vec<UnknownKey>,
}

impl<'n> Walk<'n> {
    fn node(&mut self, node: &'n Node, of: &'static str) {
        match &node.value {
            Value::Sequence(items) => items.iter().for_each(|item| self.node(item, of)),
            Value::Mapping(mapping) => {
                let Some(shape) = self.table.shapes.get(of) else { return };
                for entry in mapping.entries.iter() {
                    let name = entry.name();
                    match shape.get(name) {
                        Some(Some(inner)) if *inner != ANYTHING => {
                            self.around.push((of, self.path.len()));
                            self.path.push(name);
                            self.node(&entry.value, inner);
                            self.path.pop();
                            self.around.pop();
                        }
                        Some(_) => {}
                        None if shape.contains_key("metadata") && matches!(name, "apiVersion" | "kind") => {}
                        None if self.found.len() < MOST => self.unknown(name, entry.key.span, of, shape),
                        None => {}
                    }
                }
            }
            Value::Scalar(_) => {}
        }
    }

    fn unknown(&mut self, key: &str, at: crate::source::Span, of: &'static str, shape: &'static Shape) {
        let spelled = shape.keys().copied().find(|name| name.eq_ignore_ascii_case(key));
        let belongs = if spelled.is_some() { None } else { self.elsewhere(key, of, shape) };
        let mut names: Vec<&'static str> = shape.keys().copied().collect();
        names.sort_unstable();
        let similar = || nearest(key, names.iter().copied()).and_then(|(_, name)| names.iter().find(|it| **it == name));
        let meant = spelled.or_else(|| if belongs.is_some() { None } else { similar().copied() });
        let mut path = self.path.clone();
        path.push(key);
        self.found.push(UnknownKey { key: key.to_owned(), path: path.join("."), meant, belongs, at });
    }

    /// Where a key of this name belongs: under something around it, or one step further down.
    fn elsewhere(&self, key: &str, of: &'static str, shape: &Shape) -> Option<String> {
        let has = |of: &str| self.table.shapes.get(of).is_some_and(|shape| shape.contains_key(key));
        if let Some((_, length)) = self.around.iter().rev().find(|(around, _)| has(around)) {
            let place = self.path.get(..*length).unwrap_or_default().join(".");
            return Some(if place.is_empty() { "the top".to_owned() } else { place });
        }
        let mut below: Vec<&str> = shape
            .iter()
            .filter(|(_, inner)| inner.is_some_and(|inner| inner != of && has(inner)))
            .map(|(name, _)| *name)
            .collect();
        below.sort_unstable();
        let containers = below.contains(&"containers") && key != "name";
        let one = if containers { Some("containers") } else { below.first().copied().filter(|_| below.len() == 1) };
        one.map(|step| self.path.iter().copied().chain([step]).collect::<Vec<_>>().join("."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Object;
    use crate::source::SourceId;
    use crate::syntax::{Flavour, Limits, yaml};

    #[test]
    fn every_type_that_is_named_is_there() {
        let table = Table::get();
        let inner = table.shapes.values().flat_map(|shape| shape.values().flatten());
        for of in inner.chain(table.roots.values().map(|(_, of)| of)).filter(|of| **of != ANYTHING) {
            assert!(table.shapes.contains_key(of), "{of}");
        }
        assert!(table.shapes.len() > 200 && table.roots.len() > 40);
    }

    #[test]
    fn unknown_keys_are_told_with_what_was_meant() {
        for (api, kind, text, expected) in [
            ("apps/v1", "Deployment", "{spec: {replicas: 1, template: {spec: {containers: [{name: a}]}}}}", ""),
            ("apps/v1", "Deployment", "{spec: {replica: 1}}", "spec.replica (did you mean replicas?)"),
            (
                "apps/v1",
                "Deployment",
                "{spec: {template: {spec: {replicas: 1}}}}",
                "spec.template.spec.replicas (it belongs under spec)",
            ),
            (
                "v1",
                "Pod",
                "{spec: {livenessProbe: {}, containers: [{imagePullpolicy: Always, volumes: []}]}}",
                "spec.livenessProbe (it belongs under spec.containers)\n\
                 spec.containers.imagePullpolicy (did you mean imagePullPolicy?)\n\
                 spec.containers.volumes (it belongs under spec)",
            ),
            ("v1", "Pod", "{spec: {securityContext: {privileged: true}}}", "spec.securityContext.privileged"),
            ("v1", "Pod", "{spec: {volumes: [{name: a, emptyDir: {}, hostPath: {path: /}}]}}", ""),
            ("v1", "ConfigMap", "{apiVersion: v1, kind: ConfigMap, data: {anything: 1}, zzzzzz: 1}", "zzzzzz"),
            ("acme.example/v1", "Deployment", "{spec: {anything: 1}}", ""),
            (
                "argoproj.io/v1alpha1",
                "Rollout",
                "{spec: {strategy: {canary: {}}, template: {spec: {container: []}}}}",
                "spec.template.spec.container (did you mean containers?)",
            ),
        ] {
            let parsed = yaml::parse(SourceId(0), text, &Limits::default());
            let root = parsed.documents[0].root.clone();
            let at = root.span;
            let object = Object { flavour: Flavour::Kubernetes, ..Object::new(api, kind, "", at, root) };
            let phrases: Vec<String> = unknown_keys(&object).iter().map(UnknownKey::phrase).collect();
            assert_eq!(phrases.join("\n"), expected, "{text}");
        }
    }
}
