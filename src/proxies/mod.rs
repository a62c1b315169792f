//! Above the model and below the platforms: the configuration of reverse proxies, whoever brings it to them.
//!
//! Each proxy has a reader of its own, which yields [`Site`]s: what is served for a host on one kind
//! of port. [`edges`] joins those of a host into one edge.

pub mod nginx;
mod site;

pub use site::{Served, Site, edges};

use crate::source::{Problem, Reason, Text};
use crate::syntax::statements::Ground;

/// A config file, as its proxy finds it.
pub struct Config {
    /// Its path for the proxy.
    pub path: String,
    /// What it says.
    pub text: Text,
    /// Where that stands.
    pub ground: Ground,
}

/// What a proxy can see of its surroundings.
pub trait Files {
    /// The files that an absolute path names, in the order of their names; `*` stands for anything
    /// within a name.
    ///
    /// # Errors
    /// Why they cannot be seen.
    fn find(&self, path: &str) -> Result<Vec<Config>, Reason>;

    /// The value of an environment variable: `Ok(None)` if it is not set.
    ///
    /// # Errors
    /// Why it is not known.
    fn variable(&self, name: &str) -> Result<Option<Text>, Reason>;
}

/// What was read of a proxy's files.
#[derive(Default)]
pub struct Found {
    /// What is served.
    pub sites: Vec<Site>,
    /// What is wrong with the files.
    pub problems: Vec<Problem>,
}
