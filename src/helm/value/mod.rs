//! Values while templates run: Go's types, shared and mutable maps, and where each came from.

pub mod bytes;
pub mod convert;
pub mod cost;
pub mod data;
pub mod equal;
pub mod object;
pub mod origin;
pub mod text;
pub mod time;

pub use data::{Data, ListKind, Map, MapKind, Object, Slot, Value};
pub use origin::{Came, Origin, OriginSource, Part, Site};
pub use text::Builder;

/// The longest string that a template may make, in bytes.
pub const MAX_TEXT: usize = 16 * 1024 * 1024;
/// The longest list that a template may make.
pub const MAX_ITEMS: usize = 100_000;
/// How many parts of a text know where they came from; what follows belongs to the last of them.
pub const MAX_PARTS: usize = 400_000;
