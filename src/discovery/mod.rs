//! Layer 3: which files there are, and what each of them is.

pub mod classify;
pub mod exclude;
pub mod git;
pub mod inventory;
pub mod root;
pub mod walk;
pub mod workspace;

pub use classify::{FileKind, classify};
pub use exclude::Exclude;
pub use git::Git;
pub use inventory::{Entry, Inventory, Status};
pub use walk::{Walk, walk};
pub use workspace::Workspace;
