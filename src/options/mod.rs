//! Layer 12: what the user asks for, checked.

pub mod audit;
pub mod charts;
pub mod date;
pub mod error;
pub mod output;
pub mod render;
pub mod selection;

mod named;

pub use audit::{Audit, Raw};
pub use charts::RawCharts;
pub use date::Date;
pub use error::Error;
pub use named::folder;
pub use output::Output;
pub use render::{RawRender, Render};
pub use selection::Selection;
