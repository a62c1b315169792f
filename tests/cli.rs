//! The command line, from outside: what it says, where, and with which exit status.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "cli/charts.rs"]
mod charts;
#[path = "cli/compose.rs"]
mod compose;
#[path = "cli/git.rs"]
mod git;
#[path = "support/index.rs"]
mod index;
#[path = "cli/input.rs"]
mod input;
#[path = "cli/inputs.rs"]
mod inputs;
#[path = "cli/options.rs"]
mod options;
#[path = "cli/output.rs"]
mod output;
#[path = "cli/place.rs"]
mod place;
#[path = "cli/rules.rs"]
mod rules;
#[path = "cli/status.rs"]
mod status;
#[path = "cli/support.rs"]
mod support;
#[path = "cli/usage.rs"]
mod usage;
