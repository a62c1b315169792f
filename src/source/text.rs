//! Text that came out of an audited file.

use std::sync::Arc;

/// Stands in a text for what is not known of it, so that the parts around it can still be told apart.
pub const HOLE: char = '\u{fffc}';

/// Whether a part of a text is not known. Most texts are of ASCII, which is quickly told.
#[must_use]
pub fn has_hole(text: &str) -> bool {
    !text.is_ascii() && text.contains(HOLE)
}

/// Text out of an audited file, which may hold a secret.
///
/// It cannot be printed or serialised: there is no `Display` and no `Serialize`, and `Debug` tells
/// its length only. Code that has to look at the characters calls [`Text::expose`], which the
/// architecture test confines to the layers that work things out; what the layers that write
/// output show of it goes through the redactor.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Text(Arc<str>);

impl Text {
    /// Guards a text.
    #[must_use]
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// The characters themselves. What comes out of here must not reach an output unredacted.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Length in characters.
    #[must_use]
    pub fn characters(&self) -> usize {
        self.0.chars().count()
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl std::fmt::Debug for Text {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Text({} characters)", self.characters())
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_tells_the_length_only() {
        assert_eq!(format!("{:?}", Text::from("hunter2é")), "Text(8 characters)");
    }
}
