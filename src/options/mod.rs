//! Layer 12: what the user asks for, checked.

pub mod attestation;
pub mod audit;
pub mod charts;
pub mod error;
pub mod output;
pub mod render;
pub mod selection;
pub mod settle;
pub mod written;

mod keys;
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
pub use settle::{From, Held, Row, Settled, settle};

use std::path::Path;

/// Sees to it that a file is there.
///
/// # Errors
/// When it is not, or is a folder; names what is near.
pub fn file(path: &Path) -> Result<(), Error> {
    named::named(path, named::Wanted::File, &[])
}

/// A path as it is shown: from the working directory, if that holds it.
fn shown(path: &Path) -> String {
    let here = std::env::current_dir().and_then(|here| here.canonicalize());
    let inside = here.ok().and_then(|here| path.strip_prefix(here).ok().map(Path::to_path_buf));
    inside.unwrap_or_else(|| path.to_path_buf()).display().to_string()
}
