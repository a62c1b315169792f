//! From the tree of a rule file to typed conditions: every mistake is found here, with its place.

mod condition;
mod list;
mod operand;
mod predicate;

pub(super) use condition::OPERATORS;

use super::condition::Condition;
use super::error::Error;
use super::formula::{self, Formula};
use super::path::{self, Path, Start};
use super::template::{self, Template};
use crate::model::SubjectKind;
use crate::model::queryable::{ThingKind, Type};
use crate::source::nearest::suggestion;
use crate::source::{Source, SourceId, Span};
use crate::syntax::{Node, Value};
use std::collections::BTreeMap;

/// How deep conditions may nest, named predicates included.
const DEPTH: usize = 24;

/// How deep quantifiers may nest, those of named predicates included.
const QUANTIFIERS: usize = 4;

/// The named predicates that a file sees, as written, with the file that each stands in.
pub(super) type Defines<'d> = BTreeMap<String, (&'d Source, &'d Node)>;

/// A value that goes by a name, and where it is written.
#[derive(Clone)]
pub(super) struct Param<'d> {
    /// The value.
    pub text: String,
    /// The file.
    pub source: &'d Source,
    /// The place in it.
    pub span: Span,
}

/// Compiles what one file holds.
pub(super) struct Compiler<'d> {
    /// The file, for places.
    pub source: &'d Source,
    /// The named predicates.
    pub defines: &'d Defines<'d>,
    /// What `$name` stands for.
    pub params: BTreeMap<String, Param<'d>>,
    /// Names given by `let`, with their types, in the order of their numbers.
    pub lets: Vec<(String, Type)>,
    /// Facts that an operator declares: name, number in the ruleset, type.
    pub declared: Vec<(&'d str, usize, Type)>,
    /// Other files that parts of the tree were written in: those of the rules that this one extends.
    pub relatives: Vec<(SourceId, &'d Source)>,
    /// The subjects and records around the place that is compiled, the outermost first.
    frames: Vec<Type>,
    /// What the condition at hand is said of, as the file names it.
    thing: String,
    depth: usize,
    quantifiers: usize,
    /// What was wrong.
    pub errors: Vec<Error>,
}

impl<'d> Compiler<'d> {
    /// A compiler for conditions on a kind of subjects.
    pub fn new(source: &'d Source, defines: &'d Defines<'d>, subject: Type) -> Self {
        Self {
            source,
            defines,
            params: BTreeMap::new(),
            lets: Vec::new(),
            declared: Vec::new(),
            relatives: Vec::new(),
            frames: vec![subject],
            thing: subject.word(),
            depth: 0,
            quantifiers: 0,
            errors: Vec::new(),
        }
    }

    /// The type of what the rule judges.
    pub fn subject(&self) -> Type {
        self.frames.first().copied().unwrap_or(Type::Any)
    }

    /// Notes a mistake.
    pub fn error(&mut self, span: Span, message: impl Into<String>) {
        self.errors.push(Error::at(self.source_of(span), span, message));
    }

    /// The file that a part of the tree was written in.
    pub fn source_of(&self, span: Span) -> &'d Source {
        let relative = self.relatives.iter().find(|(id, _)| *id == span.source);
        relative.map_or(self.source, |(_, source)| source)
    }

    /// Compiles a condition on the subject.
    pub fn condition(&mut self, node: &Node) -> Option<Condition> {
        let subject = self.subject();
        self.on(subject, node)
    }

    /// Compiles a condition on a value of a type.
    pub fn on(&mut self, of: Type, node: &Node) -> Option<Condition> {
        self.deeper(node.span, |compiler| match &node.value {
            Value::Mapping(_) => compiler.mapping(of, node),
            Value::Sequence(_) | Value::Scalar(_) => {
                compiler.single(of, node.span)?;
                compiler.operands(of, node).map(Condition::Equals)
            }
        })
    }

    /// Compiles something inside, unless that is too deep.
    fn deeper<T>(&mut self, span: Span, compile: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        if self.depth >= DEPTH {
            self.error(span, format!("conditions nest more than {DEPTH} deep; does a predicate name itself?"));
            return None;
        }
        self.depth += 1;
        let made = compile(self);
        self.depth -= 1;
        made
    }

    /// Compiles a condition on what is named so.
    fn about(&mut self, name: &str, of: Type, node: &Node) -> Option<Condition> {
        let outside = std::mem::replace(&mut self.thing, name.to_owned());
        // A setting stands for its value, and a value has no neighbours: those of the thing around count.
        let condition = if valued(of) == of { self.inside(of, node) } else { self.on(of, node) };
        self.thing = outside;
        condition
    }

    /// Compiles a condition on what a path or a list leads to. A thing becomes the innermost record.
    pub fn inside(&mut self, of: Type, node: &Node) -> Option<Condition> {
        let is_frame = matches!(of, Type::Thing(_));
        if is_frame {
            self.frames.push(of);
        }
        let condition = self.on(of, node);
        if is_frame {
            self.frames.pop();
        }
        condition
    }

    /// Compiles a formula without its `=`.
    pub fn formula(&mut self, text: &str, span: Span) -> Option<Formula> {
        let outcome = formula::parse(text, &mut |word| self.named(word));
        outcome.map_err(|message| self.error(span, message)).ok()
    }

    /// Compiles a message.
    pub fn template(&mut self, node: &Node) -> Option<Template> {
        let Some(text) = node.text() else {
            self.error(node.span, "a message is text");
            return None;
        };
        // Messages are about the subject.
        let frames = std::mem::take(&mut self.frames);
        self.frames.extend(frames.first());
        let outcome = template::parse(text, &mut |inside| formula::parse(inside, &mut |word| self.named(word)));
        self.frames = frames;
        outcome.map_err(|message| self.error(node.span, message)).ok()
    }

    /// What a word of a formula stands for.
    fn named(&self, word: &str) -> Result<Formula, String> {
        if let Some(name) = word.strip_prefix('$') {
            if let Some(param) = self.params.get(name) {
                return Ok(Formula::Literal(super::literal::guess(&param.text)));
            }
            return self.path_named(name).map(Formula::Path);
        }
        let inner = self.frames.last().copied().unwrap_or(Type::Any);
        path::compile(Start::Inner, inner, word, word).map(Formula::Path)
    }

    /// A path that starts at a name; the `$` is left out.
    fn path_named(&self, text: &str) -> Result<Path, String> {
        let end = text.find('.').unwrap_or(text.len());
        let (name, rest) = (&text[..end], text[end..].trim_start_matches('.'));
        let (start, of) = if name == "subject" {
            (Start::Subject, self.subject())
        } else if name == "outer" {
            let outer = self.frames.len().checked_sub(2).and_then(|index| self.frames.get(index));
            (Start::Outer, *outer.ok_or("nothing stands further out than the subject itself; write $subject")?)
        } else if let Some(number) = self.lets.iter().position(|(known, _)| known == name) {
            (Start::Let(number), self.lets[number].1)
        } else if let Some((_, number, of)) = self.declared.iter().find(|(known, ..)| *known == name) {
            (Start::Declared(*number), *of)
        } else {
            let known = self.params.keys().map(String::as_str).chain(self.lets.iter().map(|(name, _)| name.as_str()));
            let known = known.chain(self.declared.iter().map(|(name, ..)| *name));
            let hint = suggestion(name, known.chain(["subject", "outer"])).replacen('"', "\"$", 1);
            return Err(format!("\"${name}\" is no param, fact or let here{hint}"));
        };
        path::compile(start, of, rest, &format!("${text}"))
    }
}

/// Whether a type is a list or leads to several values.
pub(super) fn is_list(of: Type) -> bool {
    matches!(of, Type::List(_))
}

/// The type that stands in for a thing where a value is wanted: a setting stands for its value.
pub(super) fn valued(of: Type) -> Type {
    if of == Type::Thing(ThingKind::Subject(SubjectKind::Setting)) { Type::Text } else { of }
}
