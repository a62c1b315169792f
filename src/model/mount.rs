//! A path in a container that something else is mounted at.

use super::{Field, Memory};
use crate::source::{Span, Text};

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
    /// The place of the mount.
    pub at: Span,
}
