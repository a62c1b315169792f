//! Audits whether what would be deployed from a folder is fit for production.
//!
//! The modules are layers; each one may use only those above it in this list.

pub mod model;
pub mod source;
pub mod syntax;
