//! The names that rules may use: for each kind of thing its fields, their types and how to get
//! them. This is the only table of its kind; the language's checks, the schema and the
//! documentation all read it.

/// A field whose getter takes a thing of one kind with its stack, and the argument if there is one.
macro_rules! field {
    ($kind:ident, $name:literal, $of:expr, $doc:literal, |$stack:ident, $it:ident| $get:expr) => {
        field!($kind, $name, $of, None, $doc, |$stack, $it, _argument| $get)
    };
    ($kind:ident, $name:literal, $of:expr, $doc:literal, |$stack:ident, $it:ident, $argument:ident| $get:expr) => {
        field!($kind, $name, $of, None, $doc, |$stack, $it, $argument| $get)
    };
    ($kind:ident, $name:literal, $of:expr, $takes:expr, $doc:literal, |$stack:ident, $it:ident, $argument:ident| $get:expr) => {
        FieldDef {
            name: $name,
            of: $of,
            argument: $takes,
            doc: $doc,
            get: |thing, $argument| match thing {
                Thing::$kind($stack, $it) => $get,
                _ => Slot::absent(None),
            },
        }
    };
}

mod alert;
mod container;
mod database;
mod edge;
mod file;
mod job;
mod object;
mod policy;
mod records;
mod reference;
mod scrape;
pub mod setting;
mod slot;
mod stack;
mod step;
mod table;
mod thing;
mod types;
mod workload;

pub use object::raw;
pub use slot::{Datum, Slot};
pub use thing::{Thing, ThingKind};
pub use types::{TYPE_WORDS, Type, type_named};

use super::{Stack, SubjectKind};

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
        ThingKind::Subject(SubjectKind::Step) => step::FIELDS,
        ThingKind::Subject(SubjectKind::Table) => table::FIELDS,
        ThingKind::Subject(SubjectKind::Alert) => alert::FIELDS,
        ThingKind::Subject(SubjectKind::Scrape) => scrape::FIELDS,
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
        ThingKind::Column => table::COLUMN,
        ThingKind::Index => table::INDEX,
        ThingKind::RowPolicy => table::POLICY,
        ThingKind::Grant => database::GRANT,
        ThingKind::Role => database::ROLE,
        ThingKind::Function => database::FUNCTION,
        ThingKind::Parameter => database::PARAMETER,
        ThingKind::Statement => database::STATEMENT,
        ThingKind::Migration => database::MIGRATION,
        ThingKind::ChartValue => object::CHART_VALUE,
        ThingKind::Metric => alert::METRIC,
        ThingKind::Receiver => alert::RECEIVER,
        ThingKind::HostRule => database::HOST_RULE,
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
        SubjectKind::Table => stack.database.tables.iter().map(|it| Thing::Table(stack, it)).collect(),
        SubjectKind::Alert => stack.alerts.iter().map(|it| Thing::Alert(stack, it)).collect(),
        SubjectKind::Scrape => stack.scrapes.iter().map(|it| Thing::Scrape(stack, it)).collect(),
        SubjectKind::Step => stack.steps.iter().map(|it| Thing::Step(stack, it)).collect(),
        SubjectKind::Document => stack.objects.iter().map(|it| Thing::Document(stack, it)).collect(),
    }
}
