//! Layer 6: the files of a tree become stacks.

pub mod assemble;
mod beside;
pub mod charts;
pub mod compose_files;
mod disk;
mod environment;
mod images;
mod kube_version;
mod manifest_sets;
mod migrations;
mod monitoring;
pub mod pipelines;
mod proxies;
mod read;
mod readable;
mod schedules;
pub mod settings;
mod terraform;

pub use assemble::{ComposeSet, Inputs, Project, assemble, assemble_beside, assemble_in_memory, inside};
pub use charts::ChartInputs;
