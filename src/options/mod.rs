//! Layer 12: what the user asks for, checked.

pub mod date;
pub mod selection;

pub use date::Date;
pub use selection::Selection;
