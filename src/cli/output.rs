//! Where output goes.

use std::io::{self, BufWriter, ErrorKind, Write};

/// Columns that are assumed where there is no terminal to ask.
const COLUMNS: usize = 100;

/// The columns of the terminal: what it says, else `COLUMNS`, else what fits most screens.
pub(super) fn width() -> usize {
    let set = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let terminal = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    set.or_else(terminal).unwrap_or(COLUMNS).clamp(40, 400)
}

/// Writes to standard output. Colours are stripped where they do not belong. A reader that went away
/// is no error.
///
/// # Errors
/// Whatever else keeps it from being written.
pub(super) fn standard(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut to = BufWriter::with_capacity(1 << 16, anstream::stdout().lock());
    match write(&mut to).and_then(|()| to.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => {
            // What is still in the buffer has nobody to go to.
            let (_, _) = to.into_parts();
            Ok(())
        }
        outcome => outcome,
    }
}
