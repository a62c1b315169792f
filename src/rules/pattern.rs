//! Regular expressions of rules and packs.

use regex::Regex;
use std::sync::OnceLock;

/// A regular expression that is known to be one and built when it is first needed: most runs need
/// few of them, and building one takes longer than all else about a rule.
pub struct Pattern {
    text: String,
    built: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// Checks an expression.
    ///
    /// # Errors
    /// What is wrong with it, in a sentence.
    pub fn new(text: impl Into<String>) -> Result<Self, String> {
        let text = text.into();
        match regex_syntax::parse(&text) {
            Ok(_) => Ok(Self { text, built: OnceLock::new() }),
            Err(error) => {
                let why = error.to_string();
                let why = why.lines().last().unwrap_or_default().trim_start_matches("error: ");
                Err(format!("this is no regular expression: {why}"))
            }
        }
    }

    /// Whether it is found in a text. One that is too large to be built is found in none.
    #[must_use]
    pub fn is_in(&self, text: &str) -> bool {
        self.built.get_or_init(|| Regex::new(&self.text).ok()).as_ref().is_some_and(|regex| regex.is_match(text))
    }

    /// The expression as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}
