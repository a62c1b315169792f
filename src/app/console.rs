//! Where a command writes what it was asked for.

use super::Error;
use super::plain::Plain;
use std::io::{self, BufWriter, ErrorKind, Write};

/// Standard output, and what is known of it.
pub struct Console<'w> {
    /// Where to write.
    pub out: &'w mut dyn Write,
    /// Whether colours are wanted there.
    pub colour: bool,
    /// Its columns.
    pub width: usize,
}

impl Console<'_> {
    /// Writes to standard output. A reader that has seen enough is no error: writing just ends.
    ///
    /// # Errors
    /// Every other failure to write.
    pub fn write(&mut self, content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Error> {
        let mut buffered = BufWriter::with_capacity(1 << 16, &mut *self.out);
        let outcome = content(&mut buffered).and_then(|()| buffered.flush());
        // What could not be written must not be tried again when the buffer is dropped.
        let _ = buffered.into_parts();
        settled("standard output", outcome)
    }

    /// The same for text with colours, which are taken out where they are not wanted.
    ///
    /// # Errors
    /// Every failure to write but that of a closed pipe.
    pub fn write_styled(&mut self, content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Error> {
        if self.colour {
            return self.write(content);
        }
        self.write(|out| content(&mut Plain::new(out)))
    }
}

/// Turns the outcome of writing into that of the command.
pub(super) fn settled(what: &str, outcome: io::Result<()>) -> Result<(), Error> {
    match outcome {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Error::Write { what: what.to_owned(), error }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Closed(ErrorKind);

    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_reader_that_has_seen_enough_is_no_error() {
        let write = |kind: ErrorKind| {
            Console { out: &mut Closed(kind), colour: false, width: 80 }.write_styled(|out| writeln!(out, "text"))
        };
        assert!(write(ErrorKind::BrokenPipe).is_ok());
        assert!(write(ErrorKind::StorageFull).unwrap_err().to_string().contains("standard output"));
    }

    #[test]
    fn colours_go_where_they_are_wanted() {
        let shown = |colour: bool| {
            let mut bytes = Vec::new();
            let mut console = Console { out: &mut bytes, colour, width: 80 };
            console.write_styled(|out| write!(out, "\x1b[31mred\x1b[0m")).unwrap();
            String::from_utf8(bytes).unwrap()
        };
        assert_eq!(shown(true), "\x1b[31mred\x1b[0m");
        assert_eq!(shown(false), "red");
    }
}
