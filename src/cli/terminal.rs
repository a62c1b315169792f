//! What is known of the terminal, if there is one.

use anstream::AutoStream;
use anstream::stream::RawStream;
use clap::ColorChoice;
use std::io::IsTerminal;

/// Columns where nothing says how many there are.
const DEFAULT_WIDTH: usize = 100;

/// Whether a stream gets colours: as the flag says, else as `NO_COLOR`, `CLICOLOR_FORCE`,
/// `CLICOLOR` and the stream itself say.
pub fn choice<S: RawStream>(stream: &S, flag: ColorChoice) -> anstream::ColorChoice {
    match flag {
        ColorChoice::Auto => AutoStream::choice(stream),
        ColorChoice::Always => anstream::ColorChoice::Always,
        ColorChoice::Never => anstream::ColorChoice::Never,
    }
}

/// The same as yes or no.
pub fn colour<S: RawStream>(stream: &S, flag: ColorChoice) -> bool {
    choice(stream, flag) != anstream::ColorChoice::Never
}

/// The columns of standard output: those of `COLUMNS`, else of the terminal, else a hundred.
pub fn width() -> usize {
    let stated = std::env::var("COLUMNS").ok().and_then(|columns| columns.trim().parse::<usize>().ok());
    let measured = || {
        let stdout = std::io::stdout();
        let size = if stdout.is_terminal() { terminal_size::terminal_size_of(&stdout) } else { None };
        size.map(|(width, _)| usize::from(width.0))
    };
    stated.filter(|columns| *columns > 0).or_else(measured).unwrap_or(DEFAULT_WIDTH)
}
