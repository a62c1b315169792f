//! YAML as Helm reads and writes it: YAML 1.1 of go-yaml v2 by way of JSON.

pub mod emit;
pub mod json;
pub mod number;
pub mod plain;
mod quick;
pub mod read;
pub mod toml;
pub mod tree;
pub mod writer;
