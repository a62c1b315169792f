//! Layer 2: texts become trees in which every key and value knows its bytes.

pub mod caddyfile;
pub mod crontab;
mod directives;
pub mod dotenv;
pub mod encoding;
pub mod haproxy;
pub mod hba;
pub mod hcl;
pub mod ini;
pub mod inside;
pub mod json;
mod keys;
pub mod limits;
pub mod nginx;
pub mod path;
pub mod promql;
pub mod properties;
pub mod scalar;
mod shared;
pub mod shell;
pub mod sql;
pub mod statements;
pub mod systemd;
pub mod toml;
pub mod tree;
pub mod yaml;

use crate::source::SourceId;

pub use encoding::{Decoded, decode};
pub use limits::Limits;
pub use path::{Located, Path, Step, locate};
pub use scalar::{Flavour, Resolved};
pub use tree::{Document, Entry, Mapping, Node, Parsed, Provenance, Scalar, Style, Value};

/// The grammars that become the one tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Syntax {
    /// YAML 1.2 with the merge keys of YAML 1.1; several documents.
    Yaml,
    /// JSON by RFC 8259.
    Json,
    /// TOML 1.0.
    Toml,
    /// `.env` as Docker Compose reads it, variables not substituted; see [`dotenv`].
    Dotenv,
    /// INI as its readers agree on it; see [`ini`].
    Ini,
    /// Java property files.
    Properties,
    /// `postgresql.conf`.
    Postgres,
    /// One directive to a line, as Redis reads it.
    Directives,
    /// Unit files of systemd; see [`systemd`].
    Systemd,
}

/// Reads a text. It never fails as a whole: what could be read is returned, what could not is a
/// problem with its place.
#[must_use]
pub fn parse(syntax: Syntax, source: SourceId, text: &str, limits: &Limits) -> Parsed {
    if text.len() > limits.bytes {
        let mut report = limits::Report::new(source, limits);
        let message =
            format!("the file is {} bytes long, more than the {} that are read; split it", text.len(), limits.bytes);
        report.error(0, 0, message);
        return Parsed { documents: Vec::new(), problems: report.finish() };
    }
    match syntax {
        Syntax::Yaml => yaml::parse(source, text, limits),
        Syntax::Json => json::parse(source, text, limits),
        Syntax::Toml => toml::parse(source, text, limits),
        Syntax::Dotenv => dotenv::parse(source, text, limits),
        Syntax::Ini => ini::parse(source, text, limits),
        Syntax::Properties => properties::parse(source, text, limits),
        Syntax::Postgres => directives::parse(directives::Grammar::Postgres, source, text, limits),
        Syntax::Systemd => systemd::parse(source, text, limits),
        Syntax::Directives => directives::parse(directives::Grammar::Plain, source, text, limits),
    }
}
