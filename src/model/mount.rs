//! A path in a container that something else is mounted at.

use super::{Field, Held, Memory};
use crate::source::{OriginKind, Reason, Span, Text};
use crate::syntax::Node;

/// What is mounted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MountKind {
    /// A named volume.
    Volume,
    /// A path of the host.
    Bind,
    /// A claim for a persistent volume.
    Claim,
    /// A network file system.
    Nfs,
    /// An empty directory that lives as long as the pod.
    Empty,
    /// Memory.
    Tmpfs,
    /// A ConfigMap or Compose config.
    Config,
    /// A Secret or Compose secret.
    Secret,
    /// A volume without a name, lost with its container.
    Anonymous,
    /// Something that other systems provide: CSI, projected tokens, images.
    Other,
}

impl MountKind {
    /// The word that rules and reports use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Volume => "volume",
            Self::Bind => "bind",
            Self::Claim => "claim",
            Self::Nfs => "nfs",
            Self::Empty => "empty",
            Self::Tmpfs => "tmpfs",
            Self::Config => "config",
            Self::Secret => "secret",
            Self::Anonymous => "anonymous",
            Self::Other => "other",
        }
    }
}

/// A file or folder that a mount brings into a container.
#[derive(Debug)]
pub struct Brought {
    /// Its path in the container.
    pub path: String,
    /// What it holds.
    pub content: Content,
    /// What the places are that its values stand at.
    pub kind: OriginKind,
    /// Who holds it.
    pub held: Held,
}

/// What a file holds.
#[derive(Debug)]
pub enum Content {
    /// A file or folder of the audited tree: its path relative to the root, with `/`.
    File(String),
    /// What a text in an audited file says.
    Written(Node),
    /// What an audited file holds in another form, such as base64, and where.
    Coded(Text, Span),
    /// It cannot be seen.
    Unknown(Reason),
}

/// A path in a container that something is mounted at.
#[derive(Debug)]
pub struct Mount {
    /// Index into the stack's containers.
    pub container: usize,
    /// The path inside.
    pub path: Field<Text>,
    /// What is mounted: a host path, a volume's, claim's, ConfigMap's or Secret's name.
    pub source: Field<Text>,
    /// The part of it that is mounted.
    pub sub_path: Field<Text>,
    /// File mode, as written.
    pub mode: Field<Text>,
    /// What kind of thing is mounted.
    pub kind: MountKind,
    /// Whether several hosts may write to it.
    pub shared: Field<bool>,
    /// Whether the container cannot write to it.
    pub read_only: Field<bool>,
    /// How large it is.
    pub size: Field<Memory>,
    /// What becomes of it when the claim goes: `retain`, `delete`.
    pub reclaim: Field<String>,
    /// The files that it is known to bring.
    pub brings: Vec<Brought>,
    /// The place of the mount.
    pub at: Span,
}

impl Mount {
    /// Something of a kind that is mounted into a container, of which nothing else is written.
    #[must_use]
    pub fn new(container: usize, kind: MountKind, at: Span) -> Self {
        Self {
            container,
            path: Field::absent(at),
            source: Field::absent(at),
            sub_path: Field::absent(at),
            mode: Field::absent(at),
            kind,
            shared: Field::default(false, at),
            read_only: Field::default(false, at),
            size: Field::absent(at),
            reclaim: Field::absent(at),
            brings: Vec::new(),
            at,
        }
    }
}
