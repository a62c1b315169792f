//! Layer 13: what each command does. How the command line is read is none of its business.

pub mod attest;
pub mod audit;
pub mod checklist;
pub mod console;
pub mod error;
pub mod explain;
pub mod list;
pub mod options;
pub mod place;
pub mod render;
pub mod verify;

mod judged;
mod load;
mod plain;
mod profiles;

pub use console::Console;
pub use error::Error;
