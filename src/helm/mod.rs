//! Layer 5: Helm charts.

pub mod chart;
pub mod glob;
pub mod manifest;
pub mod objects;
pub mod plan;
pub mod prepare;
pub mod schema;
pub mod semver;
pub mod yaml;
