//! Why a command could not do its work.

use crate::{options, rules};
use std::io;

/// Why a command could not do its work. It ends the run with status 2.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Something on the command line cannot be done.
    #[error(transparent)]
    Options(#[from] options::Error),
    /// Rules that are not understood; each mistake has its place.
    #[error("{}", listed(.0))]
    Rules(Vec<rules::Error>),
    /// What keeps something from being rendered; each has its place.
    #[error("{}", .0.join("\n"))]
    Problems(Vec<String>),
    /// Something could not be read.
    #[error("{what} cannot be read: {error}")]
    Read {
        /// What it was.
        what: String,
        /// Why.
        error: io::Error,
    },
    /// Something could not be written.
    #[error("{what} cannot be written: {error}")]
    Write {
        /// What it was.
        what: String,
        /// Why.
        error: io::Error,
    },
}

impl Error {
    /// What to do about it, if the message does not say it.
    #[must_use]
    pub fn help(&self) -> Option<&str> {
        match self {
            Self::Options(error) => error.help.as_deref(),
            Self::Rules(_) => {
                Some("nothing was audited; a rule that is not understood must not look like one that passed")
            }
            Self::Problems(_) | Self::Read { .. } | Self::Write { .. } => None,
        }
    }

    /// Whether the message holds the word "error" already, at each of its places.
    #[must_use]
    pub fn is_a_list(&self) -> bool {
        match self {
            Self::Rules(_) | Self::Problems(_) => true,
            Self::Options(error) => error.is_list,
            Self::Read { .. } | Self::Write { .. } => false,
        }
    }
}

fn listed(errors: &[rules::Error]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
