//! A failure as it is told on standard error.

use super::terminal;
use crate::app::Error;
use anstream::AutoStream;
use clap::ColorChoice;
use owo_colors::OwoColorize;
use std::io::{self, Write};

/// Tells why nothing came of it, and what to do. If nobody listens, the exit status has to do.
pub fn tell(error: &Error, colour: ColorChoice) {
    let stderr = io::stderr();
    let choice = terminal::choice(&stderr, colour);
    let mut stream = AutoStream::new(stderr.lock(), choice);
    let word = "error:".red().bold().to_string();
    let _ = if error.is_a_list() { writeln!(stream, "{error}") } else { writeln!(stream, "{word} {error}") };
    if let Some(help) = error.help() {
        let _ = writeln!(stream, "{} {help}", "help:".bold());
    }
}
