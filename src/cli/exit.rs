//! Exit statuses, the same for every format. What an audit comes to, its outcome says.

use std::process::ExitCode;

/// What was asked for was done.
pub const DONE: u8 = 0;

/// Examples of rules do not come out as they say.
pub const FAULTS: u8 = 1;

/// What was asked for cannot be done: bad usage, a bad rule, no such path.
pub const CANNOT_RUN: u8 = 2;

/// For a command line that clap has answered itself, with help or with a complaint.
pub fn of_parsing(error: &clap::Error) -> ExitCode {
    ExitCode::from(if error.use_stderr() { CANNOT_RUN } else { DONE })
}
