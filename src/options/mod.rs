//! Layer 12: what the user asks for, checked.

pub mod attestation;
pub mod audit;
pub mod charts;
pub mod error;
pub mod output;
pub mod render;
pub mod selection;

mod named;

pub use crate::source::Date;
pub use attestation::{Attestation, RawAttestation};
pub use audit::{Audit, Raw};
pub use charts::RawCharts;
pub use error::Error;
pub use named::folder;
pub use output::Output;
pub use render::{RawRender, Render};
pub use selection::Selection;
