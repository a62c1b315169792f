//! Paths: from a thing, by the names of its fields, to values.

use super::fact::{self, Fact};
use crate::model::SubjectKind;
use crate::model::queryable::{self, FieldDef, ThingKind, Type};
use crate::source::nearest::suggestion;

/// Where a path starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// At the thing that the condition is said of.
    Here,
    /// At the innermost subject or record around it.
    Inner,
    /// At what the rule judges.
    Subject,
    /// At the subject or record one further out.
    Outer,
    /// At a `let`, by its number.
    Let(usize),
    /// At a fact that an operator declares, by its number in the ruleset.
    Declared(usize),
}

/// One step of a path.
#[derive(Clone)]
pub enum Step {
    /// A field of a thing, with its argument.
    Field(&'static FieldDef, String),
    /// A place further down a raw tree, by the keys that lead there.
    Raw(String),
    /// A fact about a value.
    Fact(Fact),
    /// What a pack provides for the app of a container: `data`, `drain`.
    Provided(&'static str),
    /// The steps by which the value of another field came.
    Origins(Box<Path>),
}

/// A compiled path.
#[derive(Clone)]
pub struct Path {
    /// Where it starts.
    pub start: Start,
    /// The steps, in order. One over a list is taken for each element.
    pub steps: Vec<Step>,
    /// The type of what it leads to.
    pub of: Type,
    /// The path as written, for messages.
    pub text: String,
}

/// How many connections to databases all copies of a container may hold, which common settings tell too.
pub const POOL: &str = "pool";

/// What packs may provide for a container of their app, with its type.
pub const PROVIDED: [(&str, Type); 5] = [
    ("data", Type::List(&Type::Path)),
    ("drain", Type::Duration),
    (POOL, Type::Integer),
    ("instance", Type::Text),
    // The most copies of the app that may run beside each other.
    ("copies", Type::Integer),
];

/// Compiles the steps behind the start of a path, whose type is `of`.
///
/// # Errors
/// A sentence that names the part that is not known, and the nearest that is.
pub fn compile(start: Start, mut of: Type, text: &str, whole: &str) -> Result<Path, String> {
    let mut steps = Vec::new();
    let mut rest = text;
    let mut spread = false;
    while !rest.is_empty() {
        let element = match of {
            Type::List(element) => {
                spread = true;
                *element
            }
            other => other,
        };
        let (step, next, behind) = step(element, rest)?;
        steps.push(step);
        rest = match behind.strip_prefix('.') {
            Some("") => return Err(format!("\"{whole}\" ends with a dot")),
            Some(behind) => behind,
            None if behind.is_empty() => behind,
            None => return Err(format!("a dot is missing before \"{behind}\" in \"{whole}\"")),
        };
        of = next;
    }
    if spread && !matches!(of, Type::List(_)) {
        of = list_of(of);
    }
    Ok(Path { start, steps, of, text: whole.to_owned() })
}

/// One step from a value of a type: the step, what it leads to, and what stands behind it.
fn step(of: Type, rest: &str) -> Result<(Step, Type, &str), String> {
    if let Type::Thing(kind) = of {
        if let Some(inside) = rest.strip_prefix("origin(") {
            let (argument, behind) = argument(inside)?;
            let path = compile(Start::Here, of, argument, argument)?;
            return Ok((Step::Origins(Box::new(path)), Type::List(&Type::Thing(ThingKind::Origin)), behind));
        }
        if let Some((field, behind)) = field(kind, rest) {
            let (given, behind) = match (field.argument, behind.strip_prefix('(')) {
                (Some(_), Some(inside)) => argument(inside)?,
                (Some(takes), None) => return Err(format!("{0} takes {takes} in parentheses: {0}(...)", field.name)),
                (None, Some(_)) => return Err(format!("{} takes nothing in parentheses", field.name)),
                (None, None) => ("", behind),
            };
            return Ok((Step::Field(field, given.to_owned()), field.of, behind));
        }
        if kind == ThingKind::Subject(SubjectKind::Container)
            && let Some((name, of)) = PROVIDED.iter().find(|(name, _)| begins_with(rest, name))
        {
            return Ok((Step::Provided(name), *of, &rest[name.len()..]));
        }
    }
    if let Some(inside) = rest.strip_prefix("at(").filter(|_| of == Type::Any) {
        let (keys, behind) = argument(inside)?;
        return Ok((Step::Raw(keys.to_owned()), Type::Any, behind));
    }
    let end = rest.find(['.', '(']).unwrap_or(rest.len());
    let name = &rest[..end];
    // A setting stands for its value, so the facts of the value are its own.
    let valued = if of == Type::Thing(ThingKind::Subject(SubjectKind::Setting)) { Type::Text } else { of };
    if let Some((fact, next)) = fact::find(valued, name) {
        return Ok((Step::Fact(fact), next, &rest[end..]));
    }
    let names = names(of);
    Err(format!("{} has no field \"{rest}\"{}", of.word(), suggestion(rest, names.iter().copied())))
}

/// The longest field name that the rest begins with.
fn field(kind: ThingKind, rest: &str) -> Option<(&'static FieldDef, &str)> {
    let fields = queryable::fields(kind).iter().filter(|field| begins_with(rest, field.name));
    fields.max_by_key(|field| field.name.len()).map(|field| (field, &rest[field.name.len()..]))
}

fn begins_with(rest: &str, name: &str) -> bool {
    rest.strip_prefix(name).is_some_and(|behind| behind.is_empty() || behind.starts_with(['.', '(']))
}

/// The argument up to the closing parenthesis, and what stands behind that.
fn argument(inside: &str) -> Result<(&str, &str), String> {
    let mut depth = 0usize;
    for (offset, character) in inside.char_indices() {
        match character {
            '(' => depth += 1,
            ')' if depth == 0 => return Ok((&inside[..offset], &inside[offset + 1..])),
            ')' => depth -= 1,
            _ => {}
        }
    }
    Err(format!("the parenthesis before \"{inside}\" is never closed"))
}

/// All names that may follow a value of a type.
fn names(of: Type) -> Vec<&'static str> {
    let mut names: Vec<&'static str> = fact::names(of);
    if of == Type::Any {
        names.push("at(...)");
    }
    if let Type::Thing(kind) = of {
        names.extend(queryable::fields(kind).iter().map(|field| field.name));
        if kind == ThingKind::Subject(SubjectKind::Container) {
            names.extend(PROVIDED.iter().map(|(name, _)| *name));
        }
    }
    names
}

/// The list type of an element type.
#[must_use]
pub fn list_of(of: Type) -> Type {
    match of {
        Type::Boolean => Type::List(&Type::Boolean),
        Type::Integer => Type::List(&Type::Integer),
        Type::Number => Type::List(&Type::Number),
        Type::Memory => Type::List(&Type::Memory),
        Type::Cpu => Type::List(&Type::Cpu),
        Type::Duration => Type::List(&Type::Duration),
        Type::Word => Type::List(&Type::Word),
        Type::Image => Type::List(&Type::Image),
        Type::Version => Type::List(&Type::Version),
        Type::Url => Type::List(&Type::Url),
        Type::Host => Type::List(&Type::Host),
        Type::Path => Type::List(&Type::Path),
        Type::Thing(ThingKind::Subject(SubjectKind::Workload)) => {
            Type::List(&Type::Thing(ThingKind::Subject(SubjectKind::Workload)))
        }
        Type::Thing(ThingKind::Subject(SubjectKind::Container)) => {
            Type::List(&Type::Thing(ThingKind::Subject(SubjectKind::Container)))
        }
        Type::Thing(ThingKind::Subject(SubjectKind::Setting)) => {
            Type::List(&Type::Thing(ThingKind::Subject(SubjectKind::Setting)))
        }
        Type::Thing(ThingKind::Subject(SubjectKind::Mount)) => {
            Type::List(&Type::Thing(ThingKind::Subject(SubjectKind::Mount)))
        }
        Type::Thing(ThingKind::Subject(SubjectKind::Exposure)) => {
            Type::List(&Type::Thing(ThingKind::Subject(SubjectKind::Exposure)))
        }
        Type::Thing(ThingKind::Subject(SubjectKind::Policy)) => {
            Type::List(&Type::Thing(ThingKind::Subject(SubjectKind::Policy)))
        }
        Type::Thing(ThingKind::Subject(SubjectKind::Edge)) => {
            Type::List(&Type::Thing(ThingKind::Subject(SubjectKind::Edge)))
        }
        Type::Thing(ThingKind::Subject(SubjectKind::Step)) => {
            Type::List(&Type::Thing(ThingKind::Subject(SubjectKind::Step)))
        }
        Type::Thing(ThingKind::Subject(SubjectKind::Job)) => {
            Type::List(&Type::Thing(ThingKind::Subject(SubjectKind::Job)))
        }
        Type::Thing(ThingKind::Subject(SubjectKind::Table)) => {
            Type::List(&Type::Thing(ThingKind::Subject(SubjectKind::Table)))
        }
        Type::Thing(ThingKind::Probe) => Type::List(&Type::Thing(ThingKind::Probe)),
        Type::Text => Type::List(&Type::Text),
        Type::Thing(_) | Type::Any | Type::List(_) => Type::List(&Type::Any),
    }
}
