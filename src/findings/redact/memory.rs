//! What is remembered from text to text while they are searched for secrets: the same names and the same
//! lines come again and again.

use crate::model::secrecy;
use hashbrown::{HashMap, HashSet};

/// How many names and how many lines are remembered.
const MOST: usize = 50_000;

/// The longest line that is remembered, in bytes.
const LONGEST: usize = 200;

/// What was seen of other texts.
#[derive(Default)]
pub(super) struct Memory {
    names: HashMap<String, bool>,
    dull: HashSet<String>,
}

impl Memory {
    /// Whether what stands behind a name is secret.
    pub fn is_secret(&mut self, name: &str) -> bool {
        if let Some(known) = self.names.get(name) {
            return *known;
        }
        let header = ["authorization", "proxy-authorization", "cookie", "set-cookie"];
        let secret = secrecy::names_a_secret(name) || header.iter().any(|header| name.eq_ignore_ascii_case(header));
        if self.names.len() < MOST {
            self.names.insert(name.to_owned(), secret);
        }
        secret
    }

    /// Whether a line is known to say nothing of secrets.
    pub fn is_dull(&self, line: &str) -> bool {
        self.dull.contains(line)
    }

    /// Remembers that a line says nothing of secrets.
    pub fn dull(&mut self, line: &str) {
        if line.len() <= LONGEST && self.dull.len() < MOST {
            self.dull.insert(line.to_owned());
        }
    }
}
