//! Layer 11: a report to text. Renderers read the report and write; they judge nothing.

pub mod checklist;
pub mod json;
pub mod printed;
pub mod table;
pub mod visible;

mod closing;
mod excerpt;
mod layout;
mod paths;
mod rows;

pub use layout::{Options, wrapped};
pub use paths::Paths;

/// The output formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Table,
    /// For programs; see [`json`].
    Json,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 2] = [Self::Table, Self::Json];

    /// The word that selects it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
        }
    }

    /// The format of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.word() == word)
    }
}
