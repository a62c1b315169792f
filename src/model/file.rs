//! A file beside the deployment files: variables, configuration, keys.

use super::{Field, Setting};
use crate::source::Span;

/// What a file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileRole {
    /// Variables and their values.
    Env,
    /// A pattern for such a file, with sample values.
    Sample,
    /// Configuration of an app.
    Config,
    /// A private key, a key store, a token.
    Key,
    /// Commands.
    Script,
}

impl FileRole {
    /// The word that rules and reports use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Env => "env",
            Self::Sample => "sample",
            Self::Config => "config",
            Self::Key => "key",
            Self::Script => "script",
        }
    }
}

/// A token in a file that its provider's published format gives away.
#[derive(Debug)]
pub struct Credential {
    /// The provider.
    pub kind: &'static str,
    /// Its place.
    pub at: Span,
}

/// A file that a deployment uses, or that lies beside it and looks like one that should not.
#[derive(Debug)]
pub struct File {
    /// Its path relative to the root, with `/`.
    pub path: String,
    /// What it was taken for: `env-file`, `config`.
    pub kind: &'static str,
    /// What it is for.
    pub role: FileRole,
    /// Whether git tracks it; absent outside of a work tree.
    pub tracked: Field<bool>,
    /// Whether git would leave it out if it were not tracked; absent outside of a work tree.
    pub ignored: Field<bool>,
    /// Whether what it holds cannot be read without a key: SOPS, git-crypt, ansible-vault, age, PGP.
    pub encrypted: bool,
    /// The secret values in it, as settings of no container.
    pub secrets: Vec<Setting>,
    /// The providers' tokens in it.
    pub credentials: Vec<Credential>,
    /// What its PEM blocks are: `private key`, `certificate`, and their places.
    pub pem: Vec<(&'static str, Span)>,
    /// Indices into the stack's containers: those that use it.
    pub used_by: Vec<usize>,
    /// The first thing in it that is worth looking at, else its beginning.
    pub at: Span,
}
