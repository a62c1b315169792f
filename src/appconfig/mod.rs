//! Layer 5: how apps find their settings, and what that comes to.
//!
//! An [`App`] says where an app looks: which config files, which variables and flags, which of them
//! wins, how names are spelled. Packs fill it. [`Keys`](keys::Key) are what a config file holds, and
//! [`join`](join::join) brings everything that one process sees under one name each.

pub mod app;
mod candidates;
pub mod flags;
pub mod join;
pub mod keys;
mod layers;
mod names;
pub mod recognise;

pub use app::{App, ConfigFile, Declared, Ignored, Spelling};
pub use flags::flags;
pub use join::{Join, Joined, join};
pub use keys::{Hole, Key, keys};
pub use layers::{FileLayer, Single, plain, used_at};
pub use names::Listed;
pub use recognise::{is_of_tools, syntax_of};
