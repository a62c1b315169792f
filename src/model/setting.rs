//! One value that a process will see.

use super::{Field, Kind, secrecy};
use crate::source::{Reason, Span, Text};
use std::sync::{Arc, OnceLock};

/// By which way a setting reaches its process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SettingSource {
    /// An environment variable.
    Env,
    /// A key of a config file.
    File,
    /// A command-line flag, or a `NAME=value` in front of a command.
    Flag,
    /// A file that a `..._FILE` sibling names.
    Sibling,
    /// A label or annotation.
    Label,
    /// A build argument.
    BuildArg,
    /// The command, headers or URL of a probe.
    Probe,
    /// A published default of the app.
    Default,
    /// A key of a ConfigMap or Secret that no container of the stack reads.
    Object,
}

impl SettingSource {
    /// The word that rules and reports use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Env => "env",
            Self::File => "file",
            Self::Flag => "flag",
            Self::Sibling => "sibling",
            Self::Label => "label",
            Self::BuildArg => "build-arg",
            Self::Probe => "probe",
            Self::Default => "default",
            Self::Object => "object",
        }
    }
}

/// Who holds a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Held {
    /// It is written in the deployment file itself or in a readable Secret manifest or ConfigMap.
    Literal,
    /// It is the default inside `${NAME:-default}`.
    Fallback,
    /// A published default of the app.
    Default,
    /// A secret store of the platform: a Secret of the cluster, a Compose secret, a sealed one.
    Secret,
    /// A file or variable outside of the deployment file: `.env`, `--env-file`, `env_file`, an
    /// unset `${NAME}`.
    External,
    /// Made up at deployment time.
    Generated,
    /// Not known: something that cannot be seen may set it.
    Unseen,
}

impl Held {
    /// The word that rules and reports use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Literal => "literal",
            Self::Fallback => "fallback",
            Self::Default => "default",
            Self::Secret => "secret",
            Self::External => "external",
            Self::Generated => "generated",
            Self::Unseen => "unseen",
        }
    }
}

/// One of the places that set a setting.
#[derive(Debug, Clone)]
pub struct Layer {
    /// By which way.
    pub source: SettingSource,
    /// What it says.
    pub value: Field<Text>,
    /// Who holds that.
    pub held: Held,
}

/// What the pack of an app says of one of its settings.
#[derive(Debug, Default)]
pub struct Described {
    /// Every name that it goes by: the config key, the variable, the flag.
    pub names: Vec<String>,
    /// Whether the app knows it: its pack lists it, or lists all that there are and not this one;
    /// `None` if the pack leaves that open.
    pub declared: Option<bool>,
    /// Whether the pack lists every name that the app reads.
    pub complete: bool,
    /// For a name that the app does not know, the one that is most like it.
    pub nearest: Option<String>,
    /// The name under which the app reads it now, if this is one that does nothing any more.
    pub replaced_by: Option<String>,
    /// Whether it is secret, if the pack says so.
    pub secret: Option<bool>,
    /// Words by which rules find it.
    pub tags: Vec<String>,
    /// What kind of value it has, if the pack says so.
    pub kind: Option<Kind>,
    /// Whether one of its names is that of a secret, once somebody asked.
    pub named_secret: OnceLock<bool>,
}

impl Described {
    /// Whether what goes by one of its names or by this one is secret: by what the pack says, else by the name.
    fn is_secret(&self, name: &str) -> bool {
        // Many containers have the settings of one app.
        let by_name = || self.names.iter().any(|name| secrecy::names_a_secret(name));
        let is_other = || self.names.iter().all(|known| known != name);
        self.secret
            .unwrap_or_else(|| *self.named_secret.get_or_init(by_name) || (is_other() && secrecy::names_a_secret(name)))
    }
}

/// A variable of a container whose very name is not known.
#[derive(Debug)]
pub struct Unnamed {
    /// The value that the process sees.
    pub value: Field<Text>,
    /// Why the name is not known.
    pub reason: Reason,
}

/// Many settings. They are moved by their addresses.
#[allow(clippy::vec_box, reason = "to move what the boxes hold is what takes the time")]
pub type Settings = Vec<Box<Setting>>;

/// One effective environment variable, config key or flag of a container.
#[derive(Debug)]
pub struct Setting {
    /// Its name as the process knows it.
    pub name: Arc<str>,
    /// Index into the stack's containers; `None` for a key of an object that no container reads.
    pub container: Option<usize>,
    /// What it belongs to, for people: the container's name, else `Secret db`.
    pub of: Arc<str>,
    /// The place of its name.
    pub at: Span,
    /// The value that the process sees.
    pub value: Field<Text>,
    /// By which way that value came.
    pub source: SettingSource,
    /// Who holds that value.
    pub held: Held,
    /// All places that set it, the winner first. Empty if there is just the one.
    pub layers: Vec<Layer>,
    /// Whether it came as a key of a Secret, and so is secret whatever its name.
    pub from_secret: bool,
    /// Whether it stands in a file that is secret as a whole: its value is never shown, although
    /// not every value of such a file has to be strong.
    pub veiled: bool,
    /// What the pack of its app says of it.
    pub described: Option<Arc<Described>>,
    /// Whether it is secret, once somebody asked; see [`Setting::secret`].
    pub known_secret: OnceLock<bool>,
}

impl Setting {
    /// A setting that nobody reads yet and of which nothing more is known than its value and how that
    /// came.
    #[must_use]
    pub fn new(name: impl Into<Arc<str>>, at: Span, value: Field<Text>, held: Held, source: SettingSource) -> Self {
        Self {
            name: name.into(),
            container: None,
            of: Arc::default(),
            at,
            value,
            source,
            held,
            layers: Vec::new(),
            from_secret: false,
            veiled: false,
            described: None,
            known_secret: OnceLock::new(),
        }
    }

    /// The same, read by the container of this index and name.
    #[must_use]
    pub fn of_container(self, container: usize, name: impl Into<Arc<str>>) -> Self {
        Self { container: Some(container), of: name.into(), ..self }
    }

    /// The same, with what the pack of its app says of it.
    #[must_use]
    pub fn described_as(&self, described: Described) -> Self {
        Self {
            container: self.container,
            of: self.of.clone(),
            layers: self.layers.clone(),
            from_secret: self.from_secret,
            veiled: self.veiled,
            described: Some(Arc::new(described)),
            ..Self::new(self.name.clone(), self.at, self.value.clone(), self.held, self.source)
        }
    }

    /// Whether its value has to be kept secret: by where it comes from, by its name, or by a
    /// credential inside the value.
    #[must_use]
    pub fn secret(&self) -> bool {
        // Every rule on settings asks, and reading a value for credentials takes time.
        *self.known_secret.get_or_init(|| {
            // A password may be written out in an address of which the host is not known.
            let known = self.value.value().or_else(|| self.value.reason().and_then(Reason::outline));
            self.is_wholly_secret() || known.is_some_and(|known| secrecy::holds_a_credential(known.expose()))
        })
    }

    /// Whether its whole value is secret, by where it comes from, by what its pack says or by one of
    /// its names.
    #[must_use]
    pub fn is_wholly_secret(&self) -> bool {
        let by_name = || match &self.described {
            Some(described) => described.is_secret(&self.name),
            None => secrecy::names_a_secret(&self.name),
        };
        self.from_secret || by_name()
    }

    /// All names that it goes by: as the process knows it, then those that the pack of its app lists.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let described = self.described.as_deref().map_or(&[][..], |described| described.names.as_slice());
        std::iter::once(&*self.name).chain(described.iter().map(String::as_str))
    }

    /// Whether it goes by this name.
    #[must_use]
    pub fn is_named(&self, name: &str) -> bool {
        self.names().any(|known| known == name)
    }
}
