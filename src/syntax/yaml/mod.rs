//! YAML: events of `granit-parser` become the tree, document by document.
//!
//! The parser's name occurs in this folder only. What it leaves to its caller is done here: exact
//! spans of collections and block scalars, aliases and their budget, merge keys, duplicate keys.

mod anchors;
mod build;
mod message;
mod parse;
mod place;
mod quote;
pub mod recorded;
#[cfg(test)]
mod tests;

pub use parse::{parse, replay};
pub use quote::quoted;
