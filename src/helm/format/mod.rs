//! Go's `fmt`: how values print, and `printf`.

pub mod number;
pub mod printf;
pub mod quote;
pub mod show;

pub use printf::printf;
pub use quote::quoted;
pub use show::{sprint, sprintln, strval, text_value};
