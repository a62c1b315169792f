//! Audits whether what would be deployed from a folder is fit for production.
//!
//! The modules are layers, the lowest first; each may use only those above it in this list, and
//! those of one row (apps' own configuration, Compose, Helm, Kubernetes, systemd, databases) never use
//! each other.

pub mod source;
pub mod syntax;
pub mod discovery;
pub mod model;
pub mod proxies;
pub mod appconfig;
pub mod compose;
pub mod helm;
pub mod kubernetes;
pub mod systemd;
pub mod database;
pub mod project;
pub mod rules;
pub mod findings;
pub mod engine;
pub mod triage;
pub mod render;
pub mod options;
pub mod app;
pub mod cli;
