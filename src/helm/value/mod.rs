//! Values while templates run: Go's types, shared and mutable maps, and where each came from.

pub mod bytes;
pub mod convert;
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
pub const MAX_ITEMS: usize = 1_000_000;
/// How deep values may nest before they count as containing themselves.
pub const MAX_NESTING: usize = 100;
/// How many values one operation on a whole value may visit.
pub const MAX_VISITS: usize = 2_000_000;
