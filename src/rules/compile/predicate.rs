//! Named predicates.

use super::{Compiler, Param, valued};
use crate::model::SubjectKind;
use crate::model::queryable::{self, ThingKind, Type};
use crate::rules::condition::Condition;
use crate::rules::path::{self, Start};
use crate::source::nearest::suggestion;
use crate::syntax::{Entry, Node, Value};
use std::collections::BTreeMap;

/// The records that lists hold.
const RECORDS: [ThingKind; 25] = [
    ThingKind::Probe,
    ThingKind::Dependency,
    ThingKind::Network,
    ThingKind::Layer,
    ThingKind::Origin,
    ThingKind::Entry,
    ThingKind::Reference,
    ThingKind::Access,
    ThingKind::Binding,
    ThingKind::Route,
    ThingKind::UnknownKey,
    ThingKind::Requirement,
    ThingKind::Column,
    ThingKind::Index,
    ThingKind::RowPolicy,
    ThingKind::Grant,
    ThingKind::Role,
    ThingKind::Function,
    ThingKind::Parameter,
    ThingKind::Statement,
    ThingKind::Migration,
    ThingKind::ChartValue,
    ThingKind::Metric,
    ThingKind::Receiver,
    ThingKind::HostRule,
];

/// The types that no `as` names, as their values cannot be read from a text.
const OTHER_TYPES: [Type; 3] = [Type::Image, Type::Word, Type::Any];

impl<'d> Compiler<'d> {
    /// Whether a thing meets a named predicate, which is compiled where it is used: its params and
    /// the type are those of this place.
    pub(super) fn is(&mut self, of: Type, node: &Node) -> Option<Condition> {
        let (name, given) = match &node.value {
            Value::Mapping(mapping) if mapping.entries.len() == 1 => {
                let entry = mapping.entries.first()?;
                (entry.name().to_owned(), entry.value.entries())
            }
            _ => (node.text()?.to_owned(), &[][..]),
        };
        let Some((source, define)) = self.defines.get(&name).copied() else {
            let hint = suggestion(&name, self.defines.keys().map(String::as_str));
            self.error(node.span, format!("there is no predicate \"{name}\"{hint}"));
            return None;
        };
        let wanted = define.get("of").and_then(Node::text).unwrap_or("text");
        let have = valued(of).word();
        let textual = |word: &str| matches!(word, "text" | "word" | "any" | "url" | "host" | "path");
        if wanted != have && wanted != of.word() && !(textual(wanted) && textual(&have)) {
            let hint = if path::compile(Start::Here, of, wanted, wanted).is_ok() {
                format!("; try \"{wanted}: {{is: {name}}}\"")
            } else {
                String::new()
            };
            self.error(node.span, format!("\"{name}\" is of {wanted}, not of {have}{hint}"));
            return None;
        }
        // Inside, only the predicate's own params are known.
        let mut params = BTreeMap::new();
        for param in define.get("params").map_or(&[][..], Node::entries) {
            let value = match given.iter().find(|entry| entry.name() == param.name()) {
                Some(own) => self.passed(&own.value)?,
                None if param.value.is_null() => {
                    let param = param.name();
                    self.error(
                        node.span,
                        format!("\"{name}\" needs {param}; write \"is: {{{name}: {{{param}: ...}}}}\""),
                    );
                    return None;
                }
                None => Param { text: text(&param.value), source, span: param.value.span },
            };
            params.insert(param.name().to_owned(), value);
        }
        if let Some(odd) = given.iter().find(|entry| !params.contains_key(entry.name())) {
            let hint = suggestion(odd.name(), params.keys().map(String::as_str));
            self.error(odd.key.span, format!("\"{name}\" has no param \"{}\"{hint}", odd.name()));
            return None;
        }
        let span = node.span;
        self.deeper(span, |compiler| {
            let outside = (
                std::mem::replace(&mut compiler.params, params),
                std::mem::take(&mut compiler.lets),
                std::mem::replace(&mut compiler.source, source),
            );
            let condition = compiler.body(of, define);
            (compiler.params, compiler.lets, compiler.source) = outside;
            condition
        })
    }

    /// What a rule hands to a predicate: a value, or a param of its own.
    fn passed(&mut self, node: &Node) -> Option<Param<'d>> {
        let text = text(node);
        match text.strip_prefix('$') {
            Some(name) => match self.params.get(name) {
                Some(param) => Some(param.clone()),
                None => {
                    let hint = suggestion(name, self.params.keys().map(String::as_str)).replacen('"', "\"$", 1);
                    self.error(node.span, format!("\"${name}\" is no param here{hint}"));
                    None
                }
            },
            None if text.is_empty() || text.starts_with('=') => {
                self.error(node.span, "a predicate takes values and params, no formulas");
                None
            }
            None => Some(Param { text, source: self.source_of(node.span), span: node.span }),
        }
    }

    fn body(&mut self, of: Type, define: &Node) -> Option<Condition> {
        let before = self.errors.len();
        let entries = define.entries().iter().filter(|entry| !matches!(entry.name(), "of" | "params"));
        let conditions: Vec<Condition> = entries.filter_map(|entry| self.entry(of, entry, None)).collect();
        (self.errors.len() == before).then_some(Condition::All(conditions))
    }

    /// Checks a predicate by itself, so that its mistakes show although nothing uses it.
    pub(in crate::rules) fn check_predicate(&mut self, define: &Entry) {
        let node = &define.value;
        let Some(word) = node.get("of") else {
            self.error(node.span, format!("\"{}\" says not of what it is; write of", define.name()));
            return;
        };
        let Some(of) = named(&text(word)) else {
            let known: Vec<String> = words();
            let hint = suggestion(&text(word), known.iter().map(String::as_str));
            self.error(word.span, format!("\"{}\" is no subject, record or type{hint}", text(word)));
            return;
        };
        let params = node.get("params").map_or(&[][..], Node::entries);
        if params.iter().any(|param| param.value.is_null()) {
            // What has to be given decides what fits.
            return;
        }
        let own = params.iter().map(|param| {
            let value = Param { text: text(&param.value), source: self.source, span: param.value.span };
            (param.name().to_owned(), value)
        });
        let mut inside = Compiler::new(self.source, self.defines, of);
        inside.params = own.collect();
        inside.body(of, node);
        self.errors.append(&mut inside.errors);
    }
}

fn text(node: &Node) -> String {
    node.text().unwrap_or_default().to_owned()
}

/// The types that a predicate may be of.
fn types() -> impl Iterator<Item = Type> {
    let subjects = SubjectKind::ALL.into_iter().map(|kind| Type::Thing(ThingKind::Subject(kind)));
    let things = subjects.chain(RECORDS.into_iter().map(Type::Thing));
    things.chain(queryable::TYPE_WORDS.into_iter().filter_map(queryable::type_named)).chain(OTHER_TYPES)
}

fn words() -> Vec<String> {
    types().map(Type::word).collect()
}

fn named(word: &str) -> Option<Type> {
    types().find(|of| of.word() == word).or_else(|| queryable::type_named(word))
}
