//! A process with its image and its limits.

use super::asked::asked;
use super::{Brought, Cpu, Duration, Field, Held, Image, Memory};
use crate::source::{Reason, Span, Text};
use std::sync::Arc;

/// Programs that reap children and forward signals when they are PID 1.
pub const INITS: [&str; 7] = ["tini", "tini-static", "dumb-init", "catatonit", "docker-init", "s6-svscan", "init"];

/// What a container is for in its workload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ContainerKind {
    /// It does the work.
    Main,
    /// It runs to its end before the main ones start.
    Init,
    /// It starts before the main ones and runs beside them.
    Sidecar,
    /// It was added to a running pod for debugging.
    Ephemeral,
    /// It runs to its end and is not started again: jobs, migrations.
    OneShot,
    /// An operator starts it from an object of its own, and decides what that leaves open.
    Managed,
}

impl ContainerKind {
    /// The word that rules and reports use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Init => "init",
            Self::Sidecar => "sidecar",
            Self::Ephemeral => "ephemeral",
            Self::OneShot => "one-shot",
            Self::Managed => "managed",
        }
    }
}

/// Memory, processor and process counts, as ceilings or as reservations.
#[derive(Debug)]
pub struct Resources {
    /// Memory.
    pub memory: Field<Memory>,
    /// Processor time.
    pub cpu: Field<Cpu>,
    /// Number of processes.
    pub pids: Field<i64>,
}

/// Which question a probe answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProbeKind {
    /// Compose `healthcheck`, Dockerfile `HEALTHCHECK`.
    Health,
    /// Kubernetes `livenessProbe`.
    Liveness,
    /// Kubernetes `readinessProbe`.
    Readiness,
    /// Kubernetes `startupProbe`.
    Startup,
}

impl ProbeKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Health, Self::Liveness, Self::Readiness, Self::Startup];

    /// The word that rules and reports use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Health => "health",
            Self::Liveness => "liveness",
            Self::Readiness => "readiness",
            Self::Startup => "startup",
        }
    }
}

/// A check that the platform runs against a container.
#[derive(Debug)]
pub struct Probe {
    /// The HTTP path it asks for.
    pub path: Field<Text>,
    /// The port it connects to; a named port is resolved.
    pub port: Field<i64>,
    /// The command that it runs, arguments joined with blanks.
    pub command: Field<Text>,
    /// How long a fault may last before it counts: failures allowed times period.
    pub budget: Field<Duration>,
}

impl Probe {
    /// A check by a command: what it asks the container itself over HTTP is path and port of the check.
    #[must_use]
    pub fn by_command(command: Field<Text>, budget: Field<Duration>, at: Span) -> Self {
        let asked = command.value().and_then(|text| asked(text.expose()));
        let (port, path) = match asked {
            Some((port, path)) => (Field::set(i64::from(port), at), Field::set(Text::from(path), at)),
            None => (Field::absent(at), Field::absent(at)),
        };
        Self { path, port, command, budget }
    }
}

/// Where a container's output goes.
#[derive(Debug)]
pub struct Logging {
    /// The logging driver.
    pub driver: Field<String>,
    /// Options of the driver.
    pub options: Vec<(String, Field<Text>)>,
    /// The place where the logging section stands or would have to.
    pub at: Span,
}

/// A word of a command line.
#[derive(Debug)]
pub struct Word {
    /// What it says.
    pub value: Field<Text>,
    /// How it is written, as far as that is known: something else stands for variables.
    pub written: Text,
    /// Who holds that.
    pub held: Held,
    /// Whether a Secret holds it.
    pub from_secret: bool,
    /// Whether it stands on the command line of the process itself, not on that of another command
    /// of the script that starts it.
    pub own: bool,
}

/// That a container is started after another.
#[derive(Debug)]
pub struct Dependency {
    /// The name of the workload that it waits for.
    pub name: String,
    /// Index of its (first) container in the stack, if it is there.
    pub container: Option<usize>,
    /// What it waits for: `service_started`, `service_healthy`, `service_completed_successfully`.
    pub condition: Field<String>,
    /// Where that is written.
    pub at: Span,
}

/// Many containers. They are large, and are moved by their addresses.
#[allow(clippy::vec_box, reason = "to move what the boxes hold is what takes the time")]
pub type Containers = Vec<Box<Container>>;

/// A process, init and sidecar containers included.
#[derive(Debug)]
pub struct Container {
    /// Its name: the Compose service, the Kubernetes container.
    pub name: String,
    /// What it is for.
    pub kind: ContainerKind,
    /// Index into the stack's workloads.
    pub workload: usize,
    /// The name's place: where findings about the whole container point.
    pub at: Span,
    /// Everything that was written about it.
    pub span: Span,
    /// The app that it was recognised as.
    pub app: Option<Arc<str>>,
    /// What that app does: `server`, `database`, `cache`, `pooler`, `proxy`...
    pub role: Option<Arc<str>>,
    /// Whether that app is known to export metrics.
    pub measured: bool,
    /// The image it runs.
    pub image: Field<Image>,
    /// What is known of an image that is not known as a whole.
    pub partly: Option<Image>,
    /// Whether the image is built from a context here instead of pulled.
    pub built: bool,
    /// The image that its Dockerfile builds on, if that is here.
    pub base: Option<Image>,
    /// Entrypoint and command or command and args, joined with blanks, as far as they are
    /// overridden.
    pub command: Field<Text>,
    /// The words of that command line, one by one.
    pub words: Vec<Word>,
    /// The user it runs as: name or number, without group.
    pub user: Field<String>,
    /// The group it runs as.
    pub group: Field<String>,
    /// Kubernetes `runAsNonRoot`.
    pub run_as_non_root: Field<bool>,
    /// All rights of the host.
    pub privileged: Field<bool>,
    /// Whether a process may gain more rights than its parent (true unless forbidden).
    pub escalation: Field<bool>,
    /// Whether the root file system is read-only.
    pub read_only_root: Field<bool>,
    /// Capabilities added, upper case, without `CAP_`.
    pub capabilities_add: Field<Vec<Field<String>>>,
    /// Capabilities dropped, upper case, without `CAP_`.
    pub capabilities_drop: Field<Vec<Field<String>>>,
    /// Seccomp profile: `RuntimeDefault`, `Unconfined`, `Localhost`, or a path.
    pub seccomp: Field<String>,
    /// AppArmor profile.
    pub apparmor: Field<String>,
    /// SELinux options in one word.
    pub selinux: Field<String>,
    /// Kubernetes `procMount`.
    pub proc_mount: Field<String>,
    /// Namespaces shared with the host: `network`, `pid`, `ipc`, `uts`, `user`.
    pub host_namespaces: Field<Vec<Field<String>>>,
    /// Host devices passed in.
    pub devices: Field<Vec<Field<String>>>,
    /// Kernel parameters set, by name.
    pub sysctls: Field<Vec<Field<String>>>,
    /// Whether PID 1 is an init that reaps children and forwards signals.
    pub init: Field<bool>,
    /// Ceilings.
    pub limits: Resources,
    /// Reservations.
    pub requests: Resources,
    /// `ulimits`, soft values, by name.
    pub ulimits: Vec<(String, Field<i64>)>,
    /// Probes; a kind that the platform knows but the container lacks is absent, one that an image
    /// may bring is unknown.
    pub probes: Vec<(ProbeKind, Field<Probe>)>,
    /// Where its output goes; `None` where the platform takes care of it.
    pub logging: Option<Logging>,
    /// What it waits for.
    pub depends_on: Vec<Dependency>,
    /// Networks that it is attached to: name and whether it is internal.
    pub networks: Vec<(String, Field<bool>)>,
    /// Indices into the stack's settings.
    pub settings: Vec<usize>,
    /// Indices into the stack's exposures.
    pub exposures: Vec<usize>,
    /// Indices into the stack's mounts.
    pub mounts: Vec<usize>,
    /// Files and folders of the tree that its image is built with, those that others overwrite first,
    /// each with the place that puts it there.
    pub baked: Vec<(Brought, Span)>,
    /// Why its app may be set to more than is seen: a config file that it reads is hidden.
    pub config_hidden: Option<Reason>,
    /// Indices into the stack's edges of those that forward to it.
    pub edges: Vec<usize>,
    /// Index into the stack's objects of the tree it was read from.
    pub object: Option<usize>,
}

impl Container {
    /// A container of which nothing else is written.
    #[must_use]
    pub fn new(name: impl Into<String>, kind: ContainerKind, workload: usize, at: Span) -> Self {
        let nothing = || Resources { memory: Field::absent(at), cpu: Field::absent(at), pids: Field::absent(at) };
        Self {
            name: name.into(),
            kind,
            workload,
            at,
            span: at,
            app: None,
            role: None,
            measured: false,
            image: Field::absent(at),
            partly: None,
            built: false,
            base: None,
            command: Field::absent(at),
            words: Vec::new(),
            user: Field::absent(at),
            group: Field::absent(at),
            run_as_non_root: Field::absent(at),
            privileged: Field::absent(at),
            escalation: Field::absent(at),
            read_only_root: Field::absent(at),
            capabilities_add: Field::absent(at),
            capabilities_drop: Field::absent(at),
            seccomp: Field::absent(at),
            apparmor: Field::absent(at),
            selinux: Field::absent(at),
            proc_mount: Field::absent(at),
            host_namespaces: Field::absent(at),
            devices: Field::absent(at),
            sysctls: Field::absent(at),
            init: Field::absent(at),
            limits: nothing(),
            requests: nothing(),
            ulimits: Vec::new(),
            probes: Vec::new(),
            logging: None,
            depends_on: Vec::new(),
            networks: Vec::new(),
            settings: Vec::new(),
            exposures: Vec::new(),
            mounts: Vec::new(),
            baked: Vec::new(),
            config_hidden: None,
            edges: Vec::new(),
            object: None,
        }
    }

    /// The probe of a kind, if the platform knows that kind.
    #[must_use]
    pub fn probe(&self, kind: ProbeKind) -> Option<&Field<Probe>> {
        self.probes.iter().find(|(have, _)| *have == kind).map(|(_, probe)| probe)
    }
}
