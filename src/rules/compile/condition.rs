//! Mappings: operators, paths, formulas and modifiers.

use super::{Compiler, is_list, valued};
use crate::model::queryable::{self, Type};
use crate::rules::condition::{Condition, Group, Missing, Operand, Quantifier, ReadAs, Relation};
use crate::rules::literal::{self, Literal};
use crate::rules::path::{self, Path, Start};
use crate::rules::pattern::Pattern;
use crate::source::nearest::suggestion;
use crate::syntax::{Entry, Node};

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
        let per = find("per").and_then(|entry| self.per(seen, entry, entries));
        let missing = find("missing").and_then(|entry| self.missing(entry));

        let mut conditions = Vec::new();
        for entry in entries.iter().filter(|entry| !matches!(entry.name(), "as" | "where" | "per" | "missing")) {
            conditions.extend(self.entry(seen, entry, per.as_ref()));
        }
        if self.errors.len() > before {
            return None;
        }
        if conditions.is_empty() && read_as.is_none() {
            self.error(node.span, "this condition says nothing; write an operator or a field");
            return None;
        }
        let condition = if conditions.len() == 1 { conditions.remove(0) } else { Condition::All(conditions) };
        let is_plain = read_as.is_none() && filter.is_none() && missing.is_none();
        if is_plain {
            return Some(condition);
        }
        let missing = missing.unwrap_or(Missing::False);
        Some(Condition::Group(Box::new(Group { missing, read_as, filter, condition })))
    }

    /// One entry of a mapping; `per` is the path at which elements that agree count once.
    pub(super) fn entry(&mut self, of: Type, entry: &Entry, per: Option<&Path>) -> Option<Condition> {
        let (name, value) = (entry.name(), &entry.value);
        match name {
            "min" => self.order(of, Relation::Min, entry),
            "max" => self.order(of, Relation::Max, entry),
            "above" => self.order(of, Relation::Above, entry),
            "below" => self.order(of, Relation::Below, entry),
            "matches" => self.matches(of, entry),
            "contains" => {
                self.single(of, entry.key.span)?;
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
                Some(Condition::Count(per.cloned(), Box::new(self.on(Type::Integer, value)?)))
            }
            "unique" => self.element_paths(of, entry).map(|paths| Condition::Unique(per.cloned(), paths)),
            "same" => self.element_paths(of, entry).map(Condition::Same),
            _ => self.step(of, entry),
        }
    }

    /// A key that is a formula or a path.
    fn step(&mut self, of: Type, entry: &Entry) -> Option<Condition> {
        let (name, span) = (entry.name(), entry.key.span);
        if let Some(text) = name.strip_prefix('=') {
            let formula = self.formula(text, span)?;
            let condition = self.about(name, formula.of(), &entry.value)?;
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
        let condition = self.about(name, path.of, &entry.value)?;
        Some(Condition::At(path, Box::new(condition)))
    }

    fn path_from(&self, of: Type, name: &str) -> Result<Path, String> {
        if is_list(of) {
            return Err(self.is_a_list());
        }
        path::compile(Start::Here, of, name, name).map_err(|message| {
            let hint = suggestion(name, OPERATORS);
            if message.contains("did you mean") || hint.is_empty() { message } else { format!("{message}{hint}") }
        })
    }

    fn order(&mut self, of: Type, relation: Relation, entry: &Entry) -> Option<Condition> {
        self.single(of, entry.key.span)?;
        let of = valued(of);
        if matches!(of, Type::Boolean | Type::Image | Type::Thing(_)) {
            let (name, thing, of) = (entry.name(), &self.thing, of.word());
            let message = format!("\"{name}\" compares numbers, amounts and versions; \"{thing}\" is {of}");
            self.error(entry.key.span, message);
            return None;
        }
        let operand = match self.operand(of, &entry.value)? {
            // Of a setting the type is not known: what it is compared with tells it.
            Operand::Literal(Literal::Text(text)) => Operand::Literal(literal::guess(&text)),
            other => other,
        };
        Some(Condition::Order(relation, operand))
    }

    fn matches(&mut self, of: Type, entry: &Entry) -> Option<Condition> {
        self.single(of, entry.key.span)?;
        let expressions =
            if entry.value.items().is_empty() { std::slice::from_ref(&entry.value) } else { entry.value.items() };
        let mut compiled = Vec::new();
        for node in expressions {
            let param = node.text().and_then(|text| self.params.get(text.strip_prefix('$')?));
            match param.map(|param| param.text.as_str()).or(node.text()).map(Pattern::new) {
                Some(Ok(pattern)) => compiled.push(pattern),
                Some(Err(message)) => self.error(node.span, message),
                None => self.error(node.span, "matches takes a regular expression or a list of them"),
            }
        }
        (compiled.len() == expressions.len()).then_some(Condition::Matches(compiled))
    }

    fn within(&mut self, of: Type, entry: &Entry) -> Option<Condition> {
        self.single(of, entry.key.span)?;
        let of = valued(of);
        if !matches!(of, Type::Host | Type::Path | Type::Text | Type::Any) {
            let message = format!("\"within\" compares cidr, host and path; \"{}\" is {}", self.thing, of.word());
            self.error(entry.key.span, message);
            return None;
        }
        self.operands(of, &entry.value).map(Condition::Within)
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
