//! Layer 5: Helm charts.

pub mod chart;
pub mod format;
pub mod functions;
pub mod glob;
pub mod manifest;
pub mod objects;
pub mod options;
pub mod origins;
pub mod plan;
pub mod prepare;
pub mod render;
pub mod schema;
pub mod semver;
pub mod template;
pub mod threads;
pub mod value;
pub mod work;
pub mod yaml;
