//! Layer 7: rules as they are written, checked and compiled.

pub mod catalogue;
pub mod condition;
pub mod declared;
pub mod error;
pub mod example;
pub mod fact;
pub mod formula;
pub mod literal;
pub mod meta;
pub mod pack;
pub mod path;
pub mod pattern;
pub mod rule;
pub mod ruleset;
pub mod schema;
pub mod template;
pub mod tool;
pub mod tuning;

mod adjust;
mod compile;
mod configured;
mod file;
mod inherit;
mod library;
mod like;
mod read;
mod read_meta;

pub use crate::source::nearest::{self, suggestion};
pub use declared::Declared;
pub use error::Error;
pub use meta::{Attest, Category, Confidence, Meta, Mode, Severity};
pub use pack::Pack;
pub use rule::Rule;
pub use ruleset::Ruleset;
pub use tuning::{Tuned, Tuning};
