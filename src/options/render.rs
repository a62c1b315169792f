//! What `render` is asked to do.

use super::named::{Wanted, named};
use super::{Error, RawCharts};
use crate::project::ChartInputs;
use crate::project::charts::printed::Extent;
use std::path::PathBuf;

/// The command line of `render` as it was written. No `Debug`: values may be passwords.
#[derive(Default)]
pub struct RawRender {
    /// What to render.
    pub path: PathBuf,
    /// The profiles of Compose services that are on.
    pub profiles: Vec<String>,
    /// What is said of charts.
    pub charts: RawCharts,
    /// The one rendered file that is wanted.
    pub file: Option<String>,
    /// What is printed beside a chart's manifests.
    pub extent: Extent,
    /// Whether the places of each line are shown.
    pub origins: bool,
    /// Whether secrets are masked.
    pub redact: bool,
}

/// What `render` is asked to do, checked. No `Debug`: values may be passwords.
pub struct Render {
    /// What to render: a file or folder that is there.
    pub path: PathBuf,
    /// The profiles of Compose services that are on.
    pub profiles: Vec<String>,
    /// How charts are rendered.
    pub charts: ChartInputs,
    /// The one rendered file that is wanted.
    pub file: Option<String>,
    /// What is printed beside a chart's manifests.
    pub extent: Extent,
    /// Whether the places of each line are shown.
    pub origins: bool,
    /// Whether secrets are masked.
    pub redact: bool,
}

impl Render {
    /// Checks what was asked for.
    ///
    /// # Errors
    /// The first thing that cannot be done, with what was probably meant.
    pub fn check(raw: RawRender) -> Result<Self, Error> {
        named(&raw.path, Wanted::Anything, &[])?;
        let charts = raw.charts.check()?;
        let RawRender { path, profiles, file, extent, origins, redact, .. } = raw;
        Ok(Self { path, profiles, charts, file, extent, origins, redact })
    }
}
