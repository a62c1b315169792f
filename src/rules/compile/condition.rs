//! Mappings: operators, paths, formulas and modifiers.

use super::{Compiler, is_list, valued};
use crate::model::queryable::{self, Type};
use crate::rules::condition::{Condition, Group, Missing, Quantifier, ReadAs, Relation};
use crate::rules::formula::element;
use crate::rules::nearest::suggestion;
use crate::rules::path::{self, Path, Start};
use crate::syntax::{Entry, Node, Value};
use regex::Regex;

/// The words that are operators or modifiers. No field has such a name.
pub(in crate::rules) const OPERATORS: [&str; 22] = [
    "min", "max", "above", "below", "matches", "contains", "within", "present", "is", "not", "all", "any", "some",
    "each", "none", "count", "unique", "same", "where", "per", "as", "missing",
];

impl Compiler<'_> {
    /// A condition that is a mapping: all its entries hold.
    pub(super) fn mapping(&mut self, of: Type, node: &Node) -> Option<Condition> {
        let entries = node.entries();
        let before = self.errors.len();
        let find = |name: &str| entries.iter().find(|entry| entry.name() == name);
        let read_as = find("as").and_then(|entry| self.read_as(entry));
        let seen = read_as.map_or(of, |read| read.of);
        let filter = find("where").and_then(|entry| {
            let element = self.elements(seen, entry)?;
            self.inside(element, &entry.value)
        });
        let per = find("per").and_then(|entry| self.element_path(seen, entry, &entry.value));
        let missing = find("missing").and_then(|entry| self.missing(entry));

        let mut conditions = Vec::new();
        for entry in entries.iter().filter(|entry| !matches!(entry.name(), "as" | "where" | "per" | "missing")) {
            conditions.extend(self.entry(seen, entry));
        }
        if self.errors.len() > before {
            return None;
        }
        if conditions.is_empty() && read_as.is_none() {
            self.error(node.span, "this condition says nothing; write an operator or a field");
            return None;
        }
        let condition = if conditions.len() == 1 { conditions.remove(0) } else { Condition::All(conditions) };
        let is_plain = read_as.is_none() && filter.is_none() && per.is_none() && missing.is_none();
        if is_plain {
            return Some(condition);
        }
        let missing = missing.unwrap_or(Missing::False);
        Some(Condition::Group(Box::new(Group { missing, read_as, filter, per, condition })))
    }

    fn entry(&mut self, of: Type, entry: &Entry) -> Option<Condition> {
        let (name, value) = (entry.name(), &entry.value);
        match name {
            "min" => self.order(of, Relation::Min, entry),
            "max" => self.order(of, Relation::Max, entry),
            "above" => self.order(of, Relation::Above, entry),
            "below" => self.order(of, Relation::Below, entry),
            "matches" => self.matches(of, entry),
            "contains" => {
                self.single(of, entry)?;
                self.operands(Type::Text, value).map(Condition::Contains)
            }
            "within" => self.within(of, entry),
            "present" => match value.text() {
                Some("true") => Some(Condition::Present(true)),
                Some("false") => Some(Condition::Present(false)),
                _ => {
                    self.error(value.span, "present is true or false");
                    None
                }
            },
            "is" => self.is(of, value),
            "not" => Some(Condition::Not(Box::new(self.on(of, value)?))),
            "all" => self.several(of, value).map(Condition::All),
            "any" => self.several(of, value).map(Condition::Any),
            "some" => self.quantified(of, Quantifier::Some, entry),
            "each" => self.quantified(of, Quantifier::Each, entry),
            "none" => self.quantified(of, Quantifier::None, entry),
            "count" => {
                self.elements(of, entry)?;
                Some(Condition::Count(Box::new(self.on(Type::Integer, value)?)))
            }
            "unique" => self.element_paths(of, entry).map(Condition::Unique),
            "same" => self.element_paths(of, entry).map(Condition::Same),
            _ => self.step(of, entry),
        }
    }

    /// A key that is a formula or a path.
    fn step(&mut self, of: Type, entry: &Entry) -> Option<Condition> {
        let (name, span) = (entry.name(), entry.key.span);
        if let Some(text) = name.strip_prefix('=') {
            let formula = self.formula(text, span)?;
            let condition = self.inside(formula.of(), &entry.value)?;
            return Some(Condition::Compute(formula, Box::new(condition)));
        }
        let outcome = match name.strip_prefix('$') {
            Some(name) => self.path_named(name),
            None => self.path_from(of, name),
        };
        let path = match outcome {
            Ok(path) => path,
            Err(message) => {
                self.error(span, message);
                return None;
            }
        };
        let condition = self.inside(path.of, &entry.value)?;
        Some(Condition::At(path, Box::new(condition)))
    }

    fn path_from(&self, of: Type, name: &str) -> Result<Path, String> {
        if is_list(of) {
            return Err(format!("\"{name}\" is no operator, and this is a list; say some, each, none or count"));
        }
        path::compile(Start::Here, of, name, name).map_err(|message| {
            let hint = suggestion(name, OPERATORS);
            if message.contains("did you mean") || hint.is_empty() { message } else { format!("{message}{hint}") }
        })
    }

    fn order(&mut self, of: Type, relation: Relation, entry: &Entry) -> Option<Condition> {
        self.single(of, entry)?;
        let of = valued(of);
        if matches!(of, Type::Boolean | Type::Image | Type::Thing(_)) {
            let message = format!("\"{}\" compares numbers, amounts and versions; this is {}", entry.name(), of.word());
            self.error(entry.key.span, message);
            return None;
        }
        Some(Condition::Order(relation, self.operand(of, &entry.value)?))
    }

    fn matches(&mut self, of: Type, entry: &Entry) -> Option<Condition> {
        self.single(of, entry)?;
        let expressions =
            if entry.value.items().is_empty() { std::slice::from_ref(&entry.value) } else { entry.value.items() };
        let mut compiled = Vec::new();
        for node in expressions {
            match node.text().map(Regex::new) {
                Some(Ok(regex)) => compiled.push(regex),
                Some(Err(error)) => {
                    let why = error.to_string();
                    let why = why.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
                    self.error(node.span, format!("this is no regular expression: {why}"));
                }
                None => self.error(node.span, "matches takes a regular expression or a list of them"),
            }
        }
        (compiled.len() == expressions.len()).then_some(Condition::Matches(compiled))
    }

    fn within(&mut self, of: Type, entry: &Entry) -> Option<Condition> {
        self.single(of, entry)?;
        let of = valued(of);
        if !matches!(of, Type::Host | Type::Path | Type::Text | Type::Any) {
            let message = format!("\"within\" compares cidr, host and path; \"{}\" is {}", entry.name(), of.word());
            self.error(entry.key.span, message);
            return None;
        }
        self.operands(of, &entry.value).map(Condition::Within)
    }

    /// A named predicate, compiled where it is used: its params and the type are those of this place.
    fn is(&mut self, of: Type, node: &Node) -> Option<Condition> {
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
        let mut params = std::collections::BTreeMap::new();
        for param in define.get("params").map_or(&[][..], Node::entries) {
            let own =
                given.iter().find(|entry| entry.name() == param.name()).map_or(&param.value, |entry| &entry.value);
            let text = own.text().unwrap_or_default();
            let text = text.strip_prefix('$').and_then(|name| self.params.get(name)).map_or(text, String::as_str);
            if own.is_null() {
                self.error(
                    node.span,
                    format!("\"{name}\" needs {}: write is: {{{name}: {{{}: ...}}}}", param.name(), param.name()),
                );
                return None;
            }
            params.insert(param.name().to_owned(), text.to_owned());
        }
        if let Some(odd) = given.iter().find(|entry| !params.contains_key(entry.name())) {
            let hint = suggestion(odd.name(), params.keys().map(String::as_str));
            self.error(odd.key.span, format!("\"{name}\" has no param \"{}\"{hint}", odd.name()));
            return None;
        }
        let outside = (std::mem::replace(&mut self.params, params), std::mem::take(&mut self.lets), self.source);
        self.source = source;
        let mut conditions = Vec::new();
        let before = self.errors.len();
        for entry in define.entries().iter().filter(|entry| !matches!(entry.name(), "of" | "params")) {
            conditions.extend(self.entry(of, entry));
        }
        (self.params, self.lets, self.source) = outside;
        (self.errors.len() == before).then_some(Condition::All(conditions))
    }

    /// The conditions under `all` and `any`: a list, or a mapping whose entries are meant one by one.
    fn several(&mut self, of: Type, node: &Node) -> Option<Vec<Condition>> {
        if node.items().is_empty() {
            self.error(node.span, "all and any take a list of conditions");
            return None;
        }
        let conditions: Vec<Condition> = node.items().iter().filter_map(|item| self.on(of, item)).collect();
        (conditions.len() == node.items().len()).then_some(conditions)
    }

    fn quantified(&mut self, of: Type, quantifier: Quantifier, entry: &Entry) -> Option<Condition> {
        let element = self.elements(of, entry)?;
        let condition = self.inside(element, &entry.value)?;
        Some(Condition::Elements(quantifier, Box::new(condition)))
    }

    /// The type of the elements; a mistake if this is no list.
    fn elements(&mut self, of: Type, entry: &Entry) -> Option<Type> {
        let of = valued(of);
        // A text or raw value may hold a list: JSON, or separated by commas.
        if is_list(of) || matches!(of, Type::Text | Type::Any) {
            return Some(element(of));
        }
        let message = format!("this is one {}, not a list; \"{}\" does not apply", of.word(), entry.name());
        self.error(entry.key.span, message);
        None
    }

    /// A mistake if this is a list.
    fn single(&mut self, of: Type, entry: &Entry) -> Option<()> {
        if is_list(of) {
            let message =
                format!("\"{}\" compares one value, and this is a list; say some, each, none or count", entry.name());
            self.error(entry.key.span, message);
            return None;
        }
        Some(())
    }

    fn element_path(&mut self, of: Type, entry: &Entry, node: &Node) -> Option<Path> {
        let element = self.elements(of, entry)?;
        let text = node.text().unwrap_or_default();
        path::compile(Start::Here, element, text, text).map_err(|message| self.error(node.span, message)).ok()
    }

    fn element_paths(&mut self, of: Type, entry: &Entry) -> Option<Vec<Path>> {
        let nodes =
            if entry.value.items().is_empty() { std::slice::from_ref(&entry.value) } else { entry.value.items() };
        let paths: Vec<Path> = nodes.iter().filter_map(|node| self.element_path(of, entry, node)).collect();
        (paths.len() == nodes.len()).then_some(paths)
    }

    fn missing(&mut self, entry: &Entry) -> Option<Missing> {
        match entry.value.text() {
            Some("true") => Some(Missing::True),
            Some("false") => Some(Missing::False),
            Some("unknown") => Some(Missing::Unknown),
            _ => {
                self.error(entry.value.span, "missing is true, false or unknown");
                None
            }
        }
    }

    fn read_as(&mut self, entry: &Entry) -> Option<ReadAs> {
        let text = entry.value.text().unwrap_or_default();
        let (name, unit) = match text.strip_suffix(')').and_then(|text| text.split_once('(')) {
            Some((name, unit)) if name != "list" => (name, Some(unit)),
            _ => (text, None),
        };
        let Some(of) = queryable::type_named(name) else {
            let hint = suggestion(name, queryable::TYPE_WORDS);
            self.error(entry.value.span, format!("there is no type \"{name}\"{hint}"));
            return None;
        };
        let unit = match unit {
            None => None,
            Some(unit) => {
                let one = crate::rules::literal::read(&format!("1{unit}"), of);
                match one.ok().and_then(|one| one.base()) {
                    Some(base) => Some(base),
                    None => {
                        self.error(entry.value.span, format!("\"{unit}\" is no unit of {name}"));
                        return None;
                    }
                }
            }
        };
        Some(ReadAs { of, unit })
    }
}
