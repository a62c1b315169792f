//! The names that rules may use: for each kind of thing its fields, their types and how to get
//! them. This is the only table of its kind; the language's checks, the schema and the
//! documentation all read it.

mod container;
mod edge;
mod file;
mod job;
mod object;
mod policy;
mod records;
mod reference;
pub mod setting;
mod stack;
mod workload;

use super::{
    AccessRule, Binding, Container, Credential, Dependency, Edge, Environment, Exposure, Field, File, Image, Job,
    Mount, Object, Policy, Probe, Reference, Requirement, Route, Setting, Stack, State, SubjectKind, UnknownKey,
    Workload,
};
use crate::model::setting::Layer;
use crate::source::{Origin, Reason, Span, Text};
use crate::syntax::{Flavour, Node};
use std::borrow::Cow;

/// A thing that has fields.
#[derive(Clone, Copy)]
pub enum Thing<'m> {
    /// A deployment.
    Stack(&'m Stack),
    /// A workload of a stack.
    Workload(&'m Stack, &'m Workload),
    /// A container of a stack.
    Container(&'m Stack, &'m Container),
    /// A setting of a stack.
    Setting(&'m Stack, &'m Setting),
    /// An exposure of a stack.
    Exposure(&'m Stack, &'m Exposure),
    /// A mount of a stack.
    Mount(&'m Stack, &'m Mount),
    /// A policy of a stack.
    Policy(&'m Stack, &'m Policy),
    /// An edge of a stack.
    Edge(&'m Stack, &'m Edge),
    /// A file of a stack.
    File(&'m Stack, &'m File),
    /// A job of a stack.
    Job(&'m Stack, &'m Job),
    /// An object of a stack.
    Document(&'m Stack, &'m Object),
    /// A probe of a container.
    Probe(&'m Stack, &'m Probe),
    /// Something that a container waits for.
    Dependency(&'m Stack, &'m Dependency),
    /// A network that a container is attached to.
    Network(&'m Stack, &'m (String, Field<bool>)),
    /// One of the places that set a setting.
    Layer(&'m Stack, &'m Layer),
    /// A step of the way that a value took.
    Origin(&'m Stack, &'m Origin),
    /// What something refers to by name.
    Reference(&'m Stack, &'m Reference),
    /// What a role allows.
    Access(&'m Stack, &'m AccessRule),
    /// To whom a role is given.
    Binding(&'m Stack, &'m Binding),
    /// A path of an edge.
    Route(&'m Stack, &'m Route),
    /// A key that the platform does not know.
    UnknownKey(&'m Stack, &'m UnknownKey),
    /// A chart that another one needs.
    Requirement(&'m Stack, &'m Requirement),
    /// A provider's token in a file.
    Credential(&'m Stack, &'m Credential),
    /// A key and its value in a raw tree.
    Entry(&'m Stack, &'m Node, &'m Node, Flavour),
}

/// The kinds of [`Thing`]s.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ThingKind {
    /// One of the subjects that rules judge.
    Subject(SubjectKind),
    /// [`Thing::Probe`].
    Probe,
    /// [`Thing::Dependency`].
    Dependency,
    /// [`Thing::Network`].
    Network,
    /// [`Thing::Layer`].
    Layer,
    /// [`Thing::Origin`].
    Origin,
    /// [`Thing::Credential`].
    Credential,
    /// [`Thing::Entry`].
    Entry,
    /// [`Thing::Reference`].
    Reference,
    /// [`Thing::Access`].
    Access,
    /// [`Thing::Binding`].
    Binding,
    /// [`Thing::Route`].
    Route,
    /// [`Thing::UnknownKey`].
    UnknownKey,
    /// [`Thing::Requirement`].
    Requirement,
}

impl ThingKind {
    /// The word that rules and messages use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Subject(kind) => kind.word(),
            Self::Probe => "probe",
            Self::Dependency => "dependency",
            Self::Network => "network",
            Self::Layer => "layer",
            Self::Origin => "origin",
            Self::Credential => "credential",
            Self::Entry => "entry",
            Self::Reference => "reference",
            Self::Access => "access",
            Self::Binding => "binding",
            Self::Route => "route",
            Self::UnknownKey => "unknown-key",
            Self::Requirement => "requirement",
        }
    }
}

/// The types of the rule language (RULES.md, section 3.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Type {
    /// True or false.
    Boolean,
    /// A whole number.
    Integer,
    /// Any number.
    Number,
    /// Bytes.
    Memory,
    /// Cores.
    Cpu,
    /// A length of time.
    Duration,
    /// Characters.
    Text,
    /// One of a few words.
    Word,
    /// An image reference.
    Image,
    /// A version: numbers between dots.
    Version,
    /// A URL.
    Url,
    /// A host name or address.
    Host,
    /// A file path.
    Path,
    /// A thing with fields.
    Thing(ThingKind),
    /// Several of one type.
    List(&'static Type),
    /// A raw value, read as the operator needs.
    Any,
}

impl Type {
    /// The word that rules and messages use.
    #[must_use]
    pub fn word(self) -> String {
        match self {
            Self::Boolean => "boolean".into(),
            Self::Integer => "integer".into(),
            Self::Number => "number".into(),
            Self::Memory => "memory".into(),
            Self::Cpu => "cpu".into(),
            Self::Duration => "duration".into(),
            Self::Text => "text".into(),
            Self::Word => "word".into(),
            Self::Image => "image".into(),
            Self::Version => "version".into(),
            Self::Url => "url".into(),
            Self::Host => "host".into(),
            Self::Path => "path".into(),
            Self::Thing(kind) => kind.word().into(),
            Self::List(of) => format!("list({})", of.word()),
            Self::Any => "any".into(),
        }
    }
}

/// The words of the types that `as` may name.
pub const TYPE_WORDS: [&str; 12] = [
    "boolean",
    "integer",
    "number",
    "memory",
    "cpu",
    "duration",
    "text",
    "version",
    "url",
    "host",
    "path",
    "list(url)",
];

/// The type that a word names.
#[must_use]
pub fn type_named(word: &str) -> Option<Type> {
    Some(match word {
        "boolean" => Type::Boolean,
        "integer" | "port" => Type::Integer,
        "number" => Type::Number,
        "memory" => Type::Memory,
        "cpu" => Type::Cpu,
        "duration" => Type::Duration,
        "text" => Type::Text,
        "word" => Type::Word,
        "image" => Type::Image,
        "version" => Type::Version,
        "url" => Type::Url,
        "host" | "cidr" => Type::Host,
        "path" => Type::Path,
        "list(text)" => Type::List(&Type::Text),
        "list(url)" => Type::List(&Type::Url),
        "list(host)" | "list(cidr)" => Type::List(&Type::Host),
        "list(integer)" | "list(port)" => Type::List(&Type::Integer),
        "list(path)" => Type::List(&Type::Path),
        _ => return None,
    })
}

/// A value as the engine sees it.
#[derive(Clone)]
pub enum Datum<'m> {
    /// True or false.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// Any number.
    Number(f64),
    /// Bytes.
    Memory(u64),
    /// Thousandths of a core.
    Cpu(u64),
    /// Milliseconds.
    Duration(u64),
    /// Characters, of whatever textual type.
    Text(Cow<'m, str>),
    /// An image reference.
    Image(&'m Image),
    /// A thing with fields.
    Thing(Thing<'m>),
    /// Several values; with a reason if a file shows that some are missing.
    List(Vec<Slot<'m>>, Option<Reason>),
    /// A raw value.
    Node(&'m Node, Flavour),
}

/// What a path leads to.
#[derive(Clone)]
pub struct Slot<'m> {
    /// What is known of it.
    pub state: State<Datum<'m>>,
    /// Where it is used, or would have to be written.
    pub at: Option<Span>,
    /// The steps from the place to edit to the place of use.
    pub origins: Cow<'m, [Origin]>,
    /// Whether its characters have to be kept secret.
    pub secret: bool,
}

impl<'m> Slot<'m> {
    /// A value that stands at `at`.
    #[must_use]
    pub fn set(datum: Datum<'m>, at: Option<Span>) -> Self {
        Self { state: State::Set(datum), at, origins: Cow::Borrowed(&[]), secret: false }
    }

    /// Nothing.
    #[must_use]
    pub fn absent(at: Option<Span>) -> Self {
        Self { state: State::Absent, at, origins: Cow::Borrowed(&[]), secret: false }
    }

    /// Not known.
    #[must_use]
    pub fn unknown(reason: Reason, at: Option<Span>) -> Self {
        Self { state: State::Unknown(reason), at, origins: Cow::Borrowed(&[]), secret: false }
    }

    /// A field of the model, its value turned into a datum.
    #[must_use]
    pub fn field<T>(field: &'m Field<T>, datum: impl FnOnce(&'m T) -> Datum<'m>) -> Self {
        let state = match &field.state {
            State::Set(value) => State::Set(datum(value)),
            State::Absent => State::Absent,
            State::Unknown(reason) => State::Unknown(reason.clone()),
        };
        Self { state, at: field.at, origins: Cow::Borrowed(field.origins()), secret: false }
    }

    /// A text field.
    #[must_use]
    pub fn text(field: &'m Field<Text>) -> Self {
        Self::field(field, |text| Datum::Text(Cow::Borrowed(text.expose())))
    }

    /// A word or other plain string field.
    #[must_use]
    pub fn word(field: &'m Field<String>) -> Self {
        Self::field(field, |word| Datum::Text(Cow::Borrowed(word)))
    }

    /// A field with a list of words.
    #[must_use]
    pub fn words(field: &'m Field<Vec<Field<String>>>) -> Self {
        Self::field(field, |words| Datum::List(words.iter().map(Slot::word).collect(), None))
    }

    /// A list of things, open if the stack has a gap of that kind.
    #[must_use]
    pub fn things(things: impl Iterator<Item = Thing<'m>>, at: Option<Span>, open: Option<Reason>) -> Self {
        let slots = things.map(|thing| Slot::set(Datum::Thing(thing), Some(thing.at()))).collect();
        Self::set(Datum::List(slots, open), at)
    }

    /// A list of things of the stack; with a reason if some may be missing.
    #[must_use]
    pub fn listed<T>(
        stack: &'m Stack,
        items: &'m [T],
        thing: impl Fn(&'m Stack, &'m T) -> Thing<'m>,
        at: Span,
        open: Option<&Reason>,
    ) -> Self {
        Self::things(items.iter().map(|item| thing(stack, item)), Some(at), open.cloned())
    }

    /// A constant text.
    #[must_use]
    pub fn constant(text: &'m str, at: Option<Span>) -> Self {
        Self::set(Datum::Text(Cow::Borrowed(text)), at)
    }
}

/// A field of a kind of things.
pub struct FieldDef {
    /// Its name, which may have dots (`limits.memory`).
    pub name: &'static str,
    /// Its type.
    pub of: Type,
    /// What the parentheses behind the name take, if anything: `kind` in `probe(kind)`.
    pub argument: Option<&'static str>,
    /// What it is, in a few words.
    pub doc: &'static str,
    /// Gets it. The thing is of the kind that the table is for; the text is the argument.
    pub get: for<'m> fn(Thing<'m>, &str) -> Slot<'m>,
}

/// All fields of a kind of things.
#[must_use]
pub fn fields(kind: ThingKind) -> &'static [FieldDef] {
    match kind {
        ThingKind::Subject(SubjectKind::Stack) => stack::FIELDS,
        ThingKind::Subject(SubjectKind::Workload) => workload::FIELDS,
        ThingKind::Subject(SubjectKind::Container) => container::FIELDS,
        ThingKind::Subject(SubjectKind::Setting) => setting::FIELDS,
        ThingKind::Subject(SubjectKind::Exposure) => records::EXPOSURE,
        ThingKind::Subject(SubjectKind::Mount) => records::MOUNT,
        ThingKind::Subject(SubjectKind::Policy) => policy::FIELDS,
        ThingKind::Subject(SubjectKind::Edge) => edge::FIELDS,
        ThingKind::Subject(SubjectKind::File) => file::FIELDS,
        ThingKind::Subject(SubjectKind::Job) => job::FIELDS,
        ThingKind::Subject(SubjectKind::Document) => object::FIELDS,
        ThingKind::Probe => records::PROBE,
        ThingKind::Dependency => records::DEPENDENCY,
        ThingKind::Network => records::NETWORK,
        ThingKind::Layer => records::LAYER,
        ThingKind::Origin => records::ORIGIN,
        ThingKind::Credential => file::CREDENTIAL,
        ThingKind::Entry => object::ENTRY,
        ThingKind::Reference => reference::FIELDS,
        ThingKind::Access => policy::ACCESS,
        ThingKind::Binding => policy::BINDING,
        ThingKind::Route => edge::ROUTE,
        ThingKind::UnknownKey => object::UNKNOWN_KEY,
        ThingKind::Requirement => object::REQUIREMENT,
    }
}

/// All subjects of a kind in a stack, in the order of the stack.
pub fn subjects(stack: &Stack, kind: SubjectKind) -> Vec<Thing<'_>> {
    match kind {
        SubjectKind::Stack => vec![Thing::Stack(stack)],
        SubjectKind::Workload => stack.workloads.iter().map(|it| Thing::Workload(stack, it)).collect(),
        SubjectKind::Container => stack.containers.iter().map(|it| Thing::Container(stack, it)).collect(),
        SubjectKind::Setting => stack.settings.iter().map(|it| Thing::Setting(stack, it)).collect(),
        SubjectKind::Exposure => stack.exposures.iter().map(|it| Thing::Exposure(stack, it)).collect(),
        SubjectKind::Mount => stack.mounts.iter().map(|it| Thing::Mount(stack, it)).collect(),
        SubjectKind::Policy => stack.policies.iter().map(|it| Thing::Policy(stack, it)).collect(),
        SubjectKind::Edge => stack.edges.iter().map(|it| Thing::Edge(stack, it)).collect(),
        SubjectKind::File => stack.beside.iter().map(|it| Thing::File(stack, it)).collect(),
        SubjectKind::Job => stack.jobs.iter().map(|it| Thing::Job(stack, it)).collect(),
        SubjectKind::Document => stack.objects.iter().map(|it| Thing::Document(stack, it)).collect(),
    }
}

impl<'m> Thing<'m> {
    /// The stack that it belongs to.
    #[must_use]
    pub fn stack(self) -> &'m Stack {
        match self {
            Self::Stack(stack)
            | Self::Workload(stack, _)
            | Self::Container(stack, _)
            | Self::Setting(stack, _)
            | Self::Exposure(stack, _)
            | Self::Mount(stack, _)
            | Self::Policy(stack, _)
            | Self::Edge(stack, _)
            | Self::File(stack, _)
            | Self::Job(stack, _)
            | Self::Document(stack, _)
            | Self::Probe(stack, _)
            | Self::Dependency(stack, _)
            | Self::Network(stack, _)
            | Self::Layer(stack, _)
            | Self::Origin(stack, _)
            | Self::Reference(stack, _)
            | Self::Access(stack, _)
            | Self::Binding(stack, _)
            | Self::Route(stack, _)
            | Self::UnknownKey(stack, _)
            | Self::Requirement(stack, _)
            | Self::Credential(stack, _)
            | Self::Entry(stack, ..) => stack,
        }
    }

    /// Where findings about the whole thing point.
    #[must_use]
    pub fn at(self) -> Span {
        let own = match self {
            Self::Stack(stack) => Some(stack.at),
            Self::Workload(_, workload) => Some(workload.at),
            Self::Container(_, container) => Some(container.at),
            Self::Setting(_, setting) => Some(setting.at),
            Self::Exposure(_, exposure) => Some(exposure.at),
            Self::Mount(_, mount) => Some(mount.at),
            Self::Policy(_, policy) => Some(policy.at),
            Self::Edge(_, edge) => Some(edge.at),
            Self::File(_, file) => Some(file.at),
            Self::Job(_, job) => Some(job.at),
            Self::Document(_, object) => Some(object.at),
            Self::Probe(_, probe) => probe.command.at,
            Self::Dependency(_, dependency) => Some(dependency.at),
            Self::Network(_, (_, internal)) => internal.at,
            Self::Layer(_, layer) => layer.value.at,
            Self::Origin(_, origin) => origin.span,
            Self::Reference(_, reference) => Some(reference.at),
            Self::Access(_, rule) => Some(rule.at),
            Self::Binding(_, binding) => Some(binding.at),
            Self::Route(_, route) => Some(route.at),
            Self::UnknownKey(_, key) => Some(key.at),
            Self::Requirement(_, it) => Some(it.at),
            Self::Credential(_, token) => Some(token.at),
            Self::Entry(_, key, ..) => Some(key.span),
        };
        own.unwrap_or(self.stack().at)
    }

    /// The container that it is or belongs to.
    #[must_use]
    pub fn container(self) -> Option<&'m Container> {
        let index = match self {
            Self::Container(_, container) => return Some(container),
            Self::Setting(_, setting) => setting.container?,
            Self::Exposure(_, exposure) => exposure.container,
            Self::Mount(_, mount) => mount.container,
            Self::Dependency(_, dependency) => dependency.container?,
            _ => return None,
        };
        self.stack().containers.get(index)
    }

    /// Its name and what it belongs to, for people.
    #[must_use]
    pub fn name(self) -> (String, Option<String>) {
        let of = || self.container().map(|container| container.name.clone());
        match self {
            Self::Stack(stack) => (stack.name.clone(), None),
            Self::Workload(_, workload) => (workload.name.clone(), None),
            Self::Container(stack, container) => {
                let workload = stack.workloads.get(container.workload).map(|workload| workload.name.clone());
                (container.name.clone(), workload.filter(|name| *name != container.name))
            }
            Self::Setting(_, setting) => (setting.name.clone(), Some(setting.of.clone())),
            Self::Exposure(_, exposure) => {
                (exposure.port.value().map_or_else(|| "port".to_owned(), ToString::to_string), of())
            }
            Self::Mount(_, mount) => {
                (mount.path.value().map_or_else(|| "mount".to_owned(), |path| path.expose().to_owned()), of())
            }
            Self::Policy(_, policy) => (policy.name.clone(), None),
            Self::Edge(_, edge) => (edge.name.clone(), None),
            Self::Reference(_, reference) => (reference.phrase(), None),
            Self::Binding(_, binding) => (format!("{} {}", binding.kind, binding.name), None),
            Self::Route(_, route) => (route.path.clone(), None),
            Self::UnknownKey(_, key) => (key.phrase(), None),
            Self::Requirement(_, it) => (it.name.clone(), None),
            Self::File(_, file) => (file.path.clone(), None),
            Self::Job(_, job) => (job.name.clone(), None),
            Self::Document(_, object) => (format!("{} {}", object.kind, object.name), None),
            _ => (String::new(), None),
        }
    }
}

/// The environment of a stack as a slot.
fn environment(field: &Field<Environment>) -> Slot<'_> {
    Slot::field(field, |environment| Datum::Text(Cow::Borrowed(environment.word())))
}
