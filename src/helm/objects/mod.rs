//! What templates find beside `.Values`: `.Release`, `.Chart`, `.Capabilities`, `.Files`.

pub mod capabilities;
pub mod chart;
pub mod files;
pub mod release;

pub use capabilities::{Capabilities, KubeVersion};
pub use files::FileSet;
pub use release::Release;
