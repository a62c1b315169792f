//! Layer 13: what the program does, without knowing of command lines and terminals.

pub mod audit;
pub mod explain;
pub mod list;

pub use audit::{Request, audit};
