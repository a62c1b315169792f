//! Layer 2: texts become trees in which every key and value knows its bytes.

pub mod scalar;
pub mod tree;

pub use scalar::{Flavour, Resolved};
pub use tree::{Document, Entry, Mapping, Node, Parsed, Provenance, Scalar, Style, Value};
