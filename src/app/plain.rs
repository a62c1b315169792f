//! Text without colours.

use anstream::adapter::StripBytes;
use std::io::{self, Write};

/// Takes out whatever a terminal would obey, and passes on the rest.
pub(super) struct Plain<W> {
    state: StripBytes,
    to: W,
}

impl<W: Write> Plain<W> {
    pub(super) fn new(to: W) -> Self {
        Self { state: StripBytes::new(), to }
    }
}

impl<W: Write> Write for Plain<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for printable in self.state.strip_next(bytes) {
            self.to.write_all(printable)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}
