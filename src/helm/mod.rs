//! Layer 5: Helm charts.

pub mod chart;
pub mod glob;
pub mod semver;
pub mod yaml;
