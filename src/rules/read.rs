//! From the tree of a rule file to a [`Rule`].

use super::compile::{Compiler, Defines, Param};
use super::condition::Condition;
use super::error::Error;
use super::literal;
use super::meta::{Mode, Severity};
use super::path::{self, Start};
use super::rule::{Clause, Let, Otherwise, Rule};
use super::tuning::Tuning;
use crate::model::SubjectKind;
use crate::model::queryable::{ThingKind, Type};
use crate::source::nearest::{one_of, suggestion};
use crate::source::{Source, SourceId, Span};
use crate::syntax::{Mapping, Node, Value};
use std::borrow::Cow;
use std::sync::Arc;

/// The keys of a rule file.
pub(super) const KEYS: [&str; 28] = [
    "id",
    "title",
    "why",
    "fix",
    "category",
    "severity",
    "confidence",
    "items",
    "controls",
    "tags",
    "extends",
    "for",
    "where",
    "when",
    "params",
    "let",
    "mode",
    "require",
    "reject",
    "seen",
    "advise",
    "roll-up",
    "otherwise",
    "attest",
    "message",
    "point",
    "fold",
    "examples",
];

/// What a rule is read with.
pub(super) struct Reading<'d> {
    /// Its file.
    pub source: &'d Source,
    /// What its path says that its id is.
    pub id: &'d str,
    /// The whole text of its file.
    pub text: Cow<'static, str>,
    /// The named predicates that it sees.
    pub defines: &'d Defines<'d>,
    /// The facts that it sees: name, number, type.
    pub declared: Vec<(&'d str, usize, Type)>,
    /// What the options change.
    pub tuning: &'d Tuning,
    /// The files of the rules that it extends.
    pub relatives: Vec<(SourceId, &'d Source)>,
}

/// Reads a rule, whose tree holds what it takes over from others already.
pub(super) fn rule<'d>(reading: Reading<'d>, root: &Node) -> Result<Rule, Vec<Error>> {
    let Reading { source, id, text, defines, declared, tuning, relatives } = reading;
    if root.get("roll-up").is_some() {
        return rolled_up(source, root, id, text, defines);
    }
    let kind = root
        .get("for")
        .and_then(Node::text)
        .and_then(|word| SubjectKind::ALL.into_iter().find(|kind| kind.word() == word));
    let subject = kind.unwrap_or(SubjectKind::Stack);
    let mut compiler = Compiler::new(source, defines, Type::Thing(ThingKind::Subject(subject)));
    (compiler.declared, compiler.relatives) = (declared, relatives);
    let mut reader = Reader { root, compiler: &mut compiler };
    reader.keys(&KEYS, "a rule");
    if kind.is_none() {
        let words = SubjectKind::ALL.map(SubjectKind::word);
        match root.get("for") {
            Some(node) => {
                let word = node.text().unwrap_or_default();
                reader.compiler.error(node.span, format!("\"{word}\" is no subject{}", one_of(word, &words)));
            }
            None => reader.compiler.error(root.span, format!("for is missing; write one of {}", words.join(", "))),
        }
        return Err(compiler.errors);
    }
    let meta = reader.meta(id);
    let params = reader.params(id, tuning);
    let lets = reader.lets();
    let filter = reader.condition("where");
    let when = reader.condition("when");
    let require = reader.clauses("require");
    let reject = reader.clauses("reject");
    let advise = reader.clauses("advise");
    let seen = reader.condition("seen");
    let otherwise = reader.word(
        "otherwise",
        &[
            ("not-applicable", Otherwise::NotApplicable),
            ("pass", Otherwise::Pass),
            ("fail", Otherwise::Fail),
            ("unknown", Otherwise::Unknown),
        ],
    );
    let message = root.get("message").and_then(|node| reader.compiler.template(node));
    let point = reader.point();
    if require.is_empty() && reject.is_empty() && meta.mode != Mode::Manual && compiler.errors.is_empty() {
        compiler.error(root.span, "the rule asks for nothing; write require or reject");
    }
    if !compiler.errors.is_empty() {
        return Err(compiler.errors);
    }
    Ok(Rule {
        meta: Arc::new(meta),
        subject,
        filter,
        when,
        lets,
        params,
        require,
        reject,
        advise,
        seen,
        otherwise: otherwise.unwrap_or(Otherwise::NotApplicable),
        message,
        point,
        fold: root.get("fold").and_then(Node::text).map(Arc::from),
        extends: Vec::new(),
        more_items: Arc::default(),
        parts: Vec::new(),
        file: source.name.to_string(),
        text,
    })
}

/// Reads a rule that takes the worst verdict of others.
fn rolled_up(
    source: &Source,
    root: &Node,
    id: &str,
    text: Cow<'static, str>,
    defines: &Defines<'_>,
) -> Result<Rule, Vec<Error>> {
    let subject = SubjectKind::Stack;
    let mut compiler = Compiler::new(source, defines, Type::Thing(ThingKind::Subject(subject)));
    let mut reader = Reader { root, compiler: &mut compiler };
    let keys =
        ["id", "title", "why", "fix", "category", "severity", "items", "controls", "tags", "roll-up", "examples"];
    reader.keys(&keys, "a rule that rolls up others");
    let meta = reader.meta(id);
    let parts = reader.texts("roll-up");
    if !compiler.errors.is_empty() {
        return Err(compiler.errors);
    }
    Ok(Rule {
        meta: Arc::new(meta),
        subject,
        filter: None,
        when: None,
        lets: Vec::new(),
        params: Vec::new(),
        require: Vec::new(),
        reject: Vec::new(),
        advise: Vec::new(),
        seen: None,
        otherwise: Otherwise::NotApplicable,
        message: None,
        point: None,
        fold: None,
        extends: Vec::new(),
        more_items: Arc::default(),
        parts,
        file: source.name.to_string(),
        text,
    })
}

/// Reads the keys of a rule.
pub(super) struct Reader<'r, 'c, 'd> {
    pub root: &'r Node,
    pub compiler: &'c mut Compiler<'d>,
}

impl<'d> Reader<'_, '_, 'd> {
    fn keys(&mut self, known: &[&str], what: &str) {
        unknown_keys(self.compiler, self.root, known, what);
    }

    pub(super) fn span(&self, key: &str) -> Span {
        self.root.get(key).map_or(self.root.span, |node| node.span)
    }

    /// A text that has to be there.
    pub(super) fn text(&mut self, key: &str) -> String {
        match self.root.get(key).and_then(Node::text) {
            Some(text) if !text.trim().is_empty() => text.trim().to_owned(),
            _ => {
                let at = self.span(key);
                self.compiler.error(at, format!("{key} is missing, or not a text"));
                String::new()
            }
        }
    }

    pub(super) fn texts(&mut self, key: &str) -> Vec<String> {
        let Some(node) = self.root.get(key) else { return Vec::new() };
        let texts: Vec<String> = node.items().iter().filter_map(Node::text).map(str::to_owned).collect();
        if texts.is_empty() || texts.len() != node.items().len() {
            self.compiler.error(node.span, format!("{key} is a list of texts"));
        }
        texts
    }

    pub(super) fn named<T>(
        &mut self,
        key: &str,
        parse: impl Fn(&str) -> Option<T>,
        words: &[&str],
        default: Option<T>,
    ) -> Option<T> {
        let Some(node) = self.root.get(key) else {
            if default.is_none() {
                self.compiler.error(self.root.span, format!("{key} is missing; write one of {}", words.join(", ")));
            }
            return default;
        };
        let text = node.text().unwrap_or_default();
        let found = parse(text);
        if found.is_none() {
            self.compiler.error(node.span, format!("\"{text}\" is no {key}{}", one_of(text, words)));
        }
        found
    }

    fn word<T: Copy>(&mut self, key: &str, words: &[(&str, T)]) -> Option<T> {
        self.root.get(key)?;
        let names: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let parse = |text: &str| words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        self.named(key, parse, &names, None)
    }

    /// The parameters, by name, with the values that count: those of the options, else the rule's.
    fn params(&mut self, id: &str, tuning: &'d Tuning) -> Vec<(String, String)> {
        let mut params: Vec<(String, String)> = Vec::new();
        for entry in self.root.get("params").map_or(&[][..], Node::entries) {
            match entry.value.text() {
                Some(text) => {
                    let source = self.compiler.source_of(entry.value.span);
                    let param = Param { text: text.to_owned(), source, span: entry.value.span };
                    self.compiler.params.insert(entry.name().to_owned(), param);
                    params.push((entry.name().to_owned(), text.to_owned()));
                }
                None => self.compiler.error(entry.value.span, "a param is one value"),
            }
        }
        for (source, tuned) in tuning.of_rule(id) {
            let Some((_, text)) = params.iter_mut().find(|(name, _)| *name == tuned.name) else {
                let hint = suggestion(&tuned.name, params.iter().map(|(name, _)| name.as_str()));
                let message = format!("{id} has no param \"{}\"{hint}", tuned.name);
                self.compiler.errors.push(Error::at(source, tuned.at, message));
                continue;
            };
            if let Some(message) = literal::unlike(&tuned.text, text) {
                self.compiler.errors.push(Error::at(source, tuned.value_at, message));
                continue;
            }
            text.clone_from(&tuned.text);
            let param = Param { text: tuned.text.clone(), source, span: tuned.value_at };
            self.compiler.params.insert(tuned.name.clone(), param);
        }
        params
    }

    fn lets(&mut self) -> Vec<Let> {
        let mut lets = Vec::new();
        for entry in self.root.get("let").map_or(&[][..], Node::entries) {
            let node = &entry.value;
            let made = match node.text() {
                Some(text) => {
                    let text = text.strip_prefix('=').unwrap_or(text);
                    self.compiler.formula(text, node.span).map(|formula| (formula.of(), Let::Formula(formula)))
                }
                None => self.list(node),
            };
            if let Some((of, made)) = made {
                self.compiler.lets.push((entry.name().to_owned(), of));
                lets.push(made);
            }
        }
        lets
    }

    fn list(&mut self, node: &Node) -> Option<(Type, Let)> {
        unknown_keys(self.compiler, node, &["from", "where"], "a let");
        let from = node.get("from").and_then(Node::text).unwrap_or_default();
        let at = node.get("from").map_or(node.span, |from| from.span);
        let subject = self.compiler.subject();
        let path = path::compile(Start::Subject, subject, from, from);
        let path = path.map_err(|message| self.compiler.error(at, message)).ok()?;
        let Type::List(element) = path.of else {
            self.compiler.error(at, format!("\"{from}\" is no list"));
            return None;
        };
        let filter = match node.get("where") {
            Some(filter) => Some(self.compiler.inside(*element, filter)?),
            None => None,
        };
        Some((path.of, Let::List(path, filter)))
    }

    fn condition(&mut self, key: &str) -> Option<Condition> {
        let node = self.root.get(key)?;
        self.compiler.condition(node)
    }

    fn point(&mut self) -> Option<path::Path> {
        let node = self.root.get("point")?;
        let text = node.text().unwrap_or_default();
        let subject = self.compiler.subject();
        path::compile(Start::Subject, subject, text, text)
            .map_err(|message| self.compiler.error(node.span, message))
            .ok()
    }

    fn clauses(&mut self, key: &str) -> Vec<Clause> {
        let Some(node) = self.root.get(key) else { return Vec::new() };
        let nodes = if node.items().is_empty() { std::slice::from_ref(node) } else { node.items() };
        nodes.iter().filter_map(|node| self.clause(node)).collect()
    }

    fn clause(&mut self, node: &Node) -> Option<Clause> {
        let Value::Mapping(mapping) = &node.value else {
            self.compiler.error(node.span, "a clause is a mapping of conditions");
            return None;
        };
        let when = match node.get("when") {
            Some(when) => Some(self.compiler.condition(when)?),
            None => None,
        };
        let say = match node.get("say") {
            Some(say) => Some(self.compiler.template(say)?),
            None => None,
        };
        let severity = node.get("severity").and_then(|node| {
            let word = node.text().unwrap_or_default();
            let severity = Severity::parse(word);
            if severity.is_none() {
                let hint = one_of(word, &Severity::ALL.map(Severity::word));
                self.compiler.error(node.span, format!("\"{word}\" is no severity{hint}"));
            }
            severity
        });
        let own = |name: &str| matches!(name, "when" | "say" | "severity");
        let rest = mapping.entries.iter().filter(|entry| !own(entry.name())).cloned();
        let mut bare = node.clone();
        bare.value = Value::Mapping(Mapping::new(rest.collect()));
        let condition = self.compiler.condition(&bare)?;
        Some(Clause { when, condition, say, severity })
    }
}

/// Notes every key that is not known, with the nearest that is.
pub(super) fn unknown_keys(compiler: &mut Compiler<'_>, node: &Node, known: &[&str], what: &str) {
    for entry in node.entries() {
        if !known.contains(&entry.name()) {
            let hint = suggestion(entry.name(), known.iter().copied());
            compiler.error(entry.key.span, format!("unknown key \"{}\" in {what}{hint}", entry.name()));
        }
    }
}
