//! What is wrong with what was asked for.

/// Something on the command line that cannot be done. It ends the run with status 2.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// What is wrong. Never holds a value that may be secret.
    pub message: String,
    /// What to write instead, if the message does not say it.
    pub help: Option<String>,
    /// Whether the message is a list of mistakes, each with its place.
    pub is_list: bool,
}

impl Error {
    /// A message that says it all.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None, is_list: false }
    }

    /// A message, and what to write instead.
    #[must_use]
    pub fn with_help(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { message: message.into(), help: Some(help.into()), is_list: false }
    }

    /// Mistakes in the file, each with its place.
    #[must_use]
    pub fn list(messages: impl IntoIterator<Item = String>) -> Self {
        let message = messages.into_iter().collect::<Vec<_>>().join("\n");
        let help = "nothing was audited; an option that is not understood must not be left out silently".to_owned();
        Self { message, help: Some(help), is_list: true }
    }
}
