//! Layer 14: the command line.

mod arguments;
mod output;
mod run;

use std::process::ExitCode;

/// Runs the program with the arguments of this process.
#[must_use]
pub fn main() -> ExitCode {
    run::run()
}
