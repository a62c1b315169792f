//! Scheduled tasks: what runs, how often, on what it works and where its results go.

use super::schedule::{self, Pause};
use super::{Duration, Field, State};
use crate::source::{Reason, Span, Text};
use crate::syntax::shell;

/// A list of which the files may show that something is missing.
#[derive(Debug, Clone)]
pub struct Listed<T> {
    /// What is there.
    pub items: Vec<Field<T>>,
    /// Why there may be more, if there may.
    pub open: Option<Reason>,
    /// Where it stands, or would have to be written.
    pub at: Span,
}

impl<T> Listed<T> {
    /// Nothing, and nothing missing.
    #[must_use]
    pub fn none(at: Span) -> Self {
        Self { items: Vec::new(), open: None, at }
    }

    /// Nothing that is known.
    #[must_use]
    pub fn unknown(reason: Reason, at: Span) -> Self {
        Self { items: Vec::new(), open: Some(reason), at }
    }

    /// Adds what stands at `at`.
    pub fn push(&mut self, item: T, at: Span) {
        self.items.push(Field::set(item, at));
    }

    /// Notes that something may be missing; the first reason stays.
    pub fn open(&mut self, reason: Reason) {
        self.open.get_or_insert(reason);
    }
}

/// What a step of a job runs.
#[derive(Debug, Clone)]
pub enum Body {
    /// A program with its arguments.
    Words(Vec<shell::Word>),
    /// Arguments for the program that the image brings.
    Arguments(Vec<shell::Word>),
    /// A shell script; its bytes are those at the step's place if `exact`.
    Script {
        /// The script.
        text: Text,
        /// Whether it stands in its file as it is.
        exact: bool,
    },
    /// What cannot be seen.
    Unknown(Reason),
}

/// One of the things that a job runs.
#[derive(Debug, Clone)]
pub struct Step {
    /// What it runs.
    pub body: Body,
    /// Where that stands.
    pub at: Span,
    /// Index of the container that it runs in, for its settings and mounts.
    pub container: Option<usize>,
}

/// A file that a program can read, as far as it is in the tree.
#[derive(Debug, Clone)]
pub struct Script {
    /// Index of the container; `None` for a file of the host.
    pub container: Option<usize>,
    /// Its path in the container.
    pub path: String,
    /// Its text.
    pub text: Text,
    /// Where it stands.
    pub at: Span,
    /// Whether its bytes are those at that place.
    pub exact: bool,
}

/// A name by which a container is reached from others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostName {
    /// The name, without a domain.
    pub name: String,
    /// The namespace in which the short name holds, where the platform has them.
    pub namespace: Option<String>,
    /// Index of the container.
    pub container: usize,
}

impl HostName {
    /// Whether a host means it, seen from a namespace.
    #[must_use]
    pub fn is_meant(&self, host: &str, from: Option<&str>) -> bool {
        let own = self.namespace.as_deref();
        match host.strip_prefix(self.name.as_str()) {
            Some("") => own == from || from.is_none() || own.is_none(),
            Some(domain) => domain.strip_prefix('.').is_some_and(|domain| is_of_cluster(domain, own)),
            None => false,
        }
    }
}

/// Whether a domain behind a Service's name is the cluster's.
fn is_of_cluster(domain: &str, namespace: Option<&str>) -> bool {
    let mut labels = domain.split('.');
    let first = labels.next();
    first == Some("svc") || namespace.is_some_and(|own| first == Some(own)) || labels.next() == Some("svc")
}

/// A scheduled task, whatever schedules it.
///
/// Loaders say what runs and when; what it does with which data is worked out from the words of its
/// commands once packs have named the tools, save where an operator's section says it itself.
#[derive(Debug, Clone)]
pub struct Job {
    /// Its name.
    pub name: String,
    /// The name's place: where findings about the whole job point.
    pub at: Span,
    /// Everything that was written about it.
    pub span: Span,
    /// Index of its container, if it has one.
    pub container: Option<usize>,
    /// What it runs, in order; empty where `does` and the rest are known already.
    pub steps: Vec<Step>,
    /// Whether it counts only if it is seen to work on data: most scheduled workflows are checks.
    pub is_check: bool,
    /// When it runs, as written.
    pub schedule: Field<String>,
    /// The longest pause between two runs; absent if it never comes round again.
    pub gap: Field<Duration>,
    /// Whether it is switched off.
    pub suspended: Field<bool>,
    /// What it runs, in one text.
    pub command: Field<Text>,
    /// dump, snapshot, copy, prune, verify, restore, vacuum.
    pub does: Listed<String>,
    /// Indices of the containers whose data it works on.
    pub targets: Listed<usize>,
    /// Indices of the objects whose data it works on: clusters of operators.
    pub clusters: Vec<usize>,
    /// Where its results go: URLs, paths.
    pub destinations: Listed<Text>,
    /// Whether they leave the host: another host or an object store.
    pub offsite: Field<bool>,
    /// Whether they are encrypted before they leave.
    pub encrypted: Field<bool>,
    /// How long the oldest of them is kept.
    pub keep: Field<Duration>,
    /// How many of them are kept.
    pub keep_count: Field<i64>,
    /// Index into the stack's objects of the tree that it was read from.
    pub object: Option<usize>,
}

impl Job {
    /// A job of which only its name and place are known.
    #[must_use]
    pub fn new(name: impl Into<String>, at: Span, span: Span) -> Self {
        Self {
            name: name.into(),
            at,
            span,
            container: None,
            steps: Vec::new(),
            is_check: false,
            schedule: Field::absent(at),
            gap: Field::absent(at),
            suspended: Field::default(false, at),
            command: Field::absent(at),
            does: Listed::none(at),
            targets: Listed::none(at),
            clusters: Vec::new(),
            destinations: Listed::none(at),
            offsite: Field::absent(at),
            encrypted: Field::absent(at),
            keep: Field::absent(at),
            keep_count: Field::absent(at),
            object: None,
        }
    }

    /// Sets the schedule, and the gap that a cron expression leaves.
    pub fn set_cron(&mut self, schedule: Field<String>) {
        self.gap = gap(&schedule, schedule::cron, "a cron expression such as 0 2 * * *");
        self.schedule = schedule;
    }

    /// Sets the schedule, and the gap that a systemd calendar event leaves.
    pub fn set_calendar(&mut self, schedule: Field<String>) {
        self.gap = gap(&schedule, schedule::calendar, "a calendar event such as daily");
        self.schedule = schedule;
    }
}

/// The longest pause of a schedule.
fn gap(schedule: &Field<String>, read: fn(&str) -> Option<Pause>, expected: &str) -> Field<Duration> {
    let state = match &schedule.state {
        State::Set(text) => match read(text) {
            Some(Pause::Longest(pause)) => State::Set(pause),
            Some(Pause::Never) => State::Absent,
            None => State::Unknown(Reason::Malformed { expected: expected.into() }),
        },
        State::Absent => State::Absent,
        State::Unknown(reason) => State::Unknown(reason.clone()),
    };
    Field { state, at: schedule.at, provenance: schedule.provenance.clone() }
}
