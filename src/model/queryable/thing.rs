//! The things that have fields, and their kinds.

use crate::model::database::{
    Function, Grant, Migration, Parameter, Role, RowPolicy, Statement, Table, TableColumn, TableIndex,
};
use crate::model::setting::Layer;
use crate::model::{
    AccessRule, Alert, Binding, ChartValue, Container, Credential, Dependency, Edge, Exposure, Field, File, HostRule,
    Job, Metric, Mount, Object, Policy, Probe, Receiver, Reference, Requirement, Route, Scrape, Setting, Stack, Step,
    SubjectKind, UnknownKey, Workload,
};
use crate::source::{Origin, Span};
use crate::syntax::{Flavour, Node};

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
    /// A step of a pipeline of the stack's tree.
    Step(&'m Stack, &'m Step),
    /// A table of a stack.
    Table(&'m Stack, &'m Table),
    /// An alert of a stack.
    Alert(&'m Stack, &'m Alert),
    /// A scrape job of a stack.
    Scrape(&'m Stack, &'m Scrape),
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
    /// What a values file of a chart gives.
    ChartValue(&'m Stack, &'m ChartValue),
    /// A metric that an alert names.
    Metric(&'m Stack, &'m Metric),
    /// Somebody who is told of alerts.
    Receiver(&'m Stack, &'m Receiver),
    /// A provider's token in a file.
    Credential(&'m Stack, &'m Credential),
    /// A column of a table.
    Column(&'m Stack, &'m TableColumn),
    /// An index of a table.
    Index(&'m Stack, &'m TableIndex),
    /// A policy of row level security.
    RowPolicy(&'m Stack, &'m RowPolicy),
    /// Privileges that somebody has.
    Grant(&'m Stack, &'m Grant),
    /// A role of the database.
    Role(&'m Stack, &'m Role),
    /// A function of the database.
    Function(&'m Stack, &'m Function),
    /// A parameter that SQL sets.
    Parameter(&'m Stack, &'m Parameter),
    /// A statement of a migration.
    Statement(&'m Stack, &'m Statement),
    /// A file of SQL.
    Migration(&'m Stack, &'m Migration),
    /// A line of a `pg_hba.conf`.
    HostRule(&'m Stack, &'m HostRule),
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
    /// [`Thing::Column`].
    Column,
    /// [`Thing::Index`].
    Index,
    /// [`Thing::RowPolicy`].
    RowPolicy,
    /// [`Thing::Grant`].
    Grant,
    /// [`Thing::Role`].
    Role,
    /// [`Thing::Function`].
    Function,
    /// [`Thing::Parameter`].
    Parameter,
    /// [`Thing::Statement`].
    Statement,
    /// [`Thing::Migration`].
    Migration,
    /// [`Thing::ChartValue`].
    ChartValue,
    /// [`Thing::Metric`].
    Metric,
    /// [`Thing::Receiver`].
    Receiver,
    /// [`Thing::HostRule`].
    HostRule,
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
            Self::Column => "column",
            Self::Index => "index",
            Self::RowPolicy => "row-policy",
            Self::Grant => "grant",
            Self::Role => "role",
            Self::Function => "function",
            Self::Parameter => "parameter",
            Self::Statement => "statement",
            Self::Migration => "migration",
            Self::ChartValue => "chart-value",
            Self::Metric => "metric",
            Self::Receiver => "receiver",
            Self::HostRule => "host-rule",
        }
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
            | Self::Alert(stack, _)
            | Self::Scrape(stack, _)
            | Self::Metric(stack, _)
            | Self::Receiver(stack, _)
            | Self::Step(stack, _)
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
            | Self::ChartValue(stack, _)
            | Self::Credential(stack, _)
            | Self::Table(stack, _)
            | Self::Column(stack, _)
            | Self::Index(stack, _)
            | Self::RowPolicy(stack, _)
            | Self::Grant(stack, _)
            | Self::Role(stack, _)
            | Self::Function(stack, _)
            | Self::Parameter(stack, _)
            | Self::Statement(stack, _)
            | Self::Migration(stack, _)
            | Self::HostRule(stack, _)
            | Self::Entry(stack, ..) => stack,
        }
    }

    /// The kind of subject that it is judged as; a record is judged with its stack.
    #[must_use]
    pub fn subject_kind(self) -> SubjectKind {
        match self {
            Self::Workload(..) => SubjectKind::Workload,
            Self::Container(..) => SubjectKind::Container,
            Self::Setting(..) => SubjectKind::Setting,
            Self::Exposure(..) => SubjectKind::Exposure,
            Self::Mount(..) => SubjectKind::Mount,
            Self::Policy(..) => SubjectKind::Policy,
            Self::Edge(..) => SubjectKind::Edge,
            Self::File(..) => SubjectKind::File,
            Self::Job(..) => SubjectKind::Job,
            Self::Step(..) => SubjectKind::Step,
            Self::Table(..) => SubjectKind::Table,
            Self::Alert(..) => SubjectKind::Alert,
            Self::Scrape(..) => SubjectKind::Scrape,
            Self::Document(..) => SubjectKind::Document,
            _ => SubjectKind::Stack,
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
            Self::Alert(_, alert) => Some(alert.at),
            Self::Scrape(_, scrape) => Some(scrape.at),
            Self::Metric(_, metric) => Some(metric.at),
            Self::Receiver(_, receiver) => Some(receiver.at),
            Self::Step(_, step) => Some(step.at),
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
            Self::ChartValue(_, it) => Some(it.at),
            Self::Credential(_, token) => Some(token.at),
            Self::Table(_, table) => Some(table.at),
            Self::Column(_, it) => Some(it.at),
            Self::Index(_, it) => Some(it.at),
            Self::RowPolicy(_, it) => Some(it.at),
            Self::Grant(_, it) => Some(it.at),
            Self::Role(_, it) => Some(it.at),
            Self::Function(_, it) => Some(it.at),
            Self::Parameter(_, it) => it.value.at,
            Self::Statement(_, it) => Some(it.at),
            Self::Migration(_, it) => Some(it.at),
            Self::HostRule(_, it) => Some(it.at),
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
        self.stack().container(index)
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
            Self::Setting(_, setting) => (setting.name.to_string(), Some(setting.of.to_string())),
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
            Self::ChartValue(_, it) => (it.path.clone(), None),
            Self::File(_, file) => (file.path.clone(), None),
            Self::Job(_, job) => (job.name.clone(), None),
            Self::Step(_, step) => (step.name.clone(), Some(step.pipeline.name.clone())),
            Self::Table(_, table) => (table.full(), None),
            Self::Role(_, role) => (role.name.clone(), None),
            Self::RowPolicy(_, policy) => (policy.name.clone(), None),
            Self::Function(_, it) => (format!("{}.{}", it.schema, it.name), None),
            Self::Grant(_, it) => (format!("{} on {} to {}", it.verbs.join(", "), it.object, it.to), None),
            Self::Alert(_, alert) => (alert.name.clone(), None),
            Self::Scrape(_, scrape) => (scrape.name.clone(), None),
            Self::Metric(_, metric) => (metric.name.clone(), None),
            Self::Receiver(_, receiver) => (receiver.name.clone(), None),
            Self::Document(_, object) => (format!("{} {}", object.kind, object.name), None),
            _ => (String::new(), None),
        }
    }
}
