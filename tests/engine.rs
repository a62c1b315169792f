//! What rules come to, through the public interface: the tables of truth and verdicts, and what has
//! to hold of every deployment and every condition.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "engine/needed.rs"]
mod needed;

#[path = "engine/support.rs"]
mod support;

#[path = "engine/tables.rs"]
mod tables;

#[path = "engine/properties.rs"]
mod properties;

#[path = "engine/packs.rs"]
mod packs;
