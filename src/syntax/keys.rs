//! The entries of a mapping under construction: keys stay unique.

use super::limits::{Limits, Report};
use super::tree::{Entry, Mapping, Node};
use crate::source::Text;
use std::collections::HashMap;

/// Up to this many entries a key is looked for one by one.
const SMALL: usize = 16;

/// Entries whose scalar keys are unique by their text; keys that are no scalars are not compared.
#[derive(Default)]
pub(super) struct Entries {
    list: Vec<Entry>,
    /// Positions in the list by key, once the list is long.
    index: HashMap<Text, usize>,
}

impl Entries {
    /// Where the entry with this key is.
    pub(super) fn position(&mut self, key: &Node) -> Option<usize> {
        let scalar = key.as_scalar()?;
        if self.list.len() <= SMALL {
            let same = |entry: &Entry| entry.key.as_scalar().is_some_and(|other| other.text == scalar.text);
            return self.list.iter().position(same);
        }
        if self.index.is_empty() {
            let keys = self.list.iter().enumerate();
            self.index = keys.filter_map(|(at, entry)| Some((entry.key.as_scalar()?.text.clone(), at))).collect();
        }
        self.index.get(&scalar.text).copied()
    }

    /// Adds an entry whose key is known to be new.
    pub(super) fn push(&mut self, entry: Entry) {
        if !self.index.is_empty()
            && let Some(scalar) = entry.key.as_scalar()
        {
            self.index.insert(scalar.text.clone(), self.list.len());
        }
        self.list.push(entry);
    }

    /// Adds an entry; one that has the same key is reported and replaced.
    pub(super) fn add(&mut self, entry: Entry, limits: &Limits, report: &mut Report) {
        if let Some(before) = self.replace(entry) {
            let span = before.key.span;
            report.add(limits.duplicate_keys, span.start as usize, span.end as usize, duplicate(before.name()));
        }
    }

    /// Adds an entry; one that has the same key is replaced and returned.
    pub(super) fn replace(&mut self, entry: Entry) -> Option<Entry> {
        match self.position(&entry.key) {
            Some(at) => Some(std::mem::replace(&mut self.list[at], entry)),
            None => {
                self.push(entry);
                None
            }
        }
    }

    pub(super) fn finish(self) -> Mapping {
        Mapping::new(self.list)
    }
}

fn duplicate(key: &str) -> String {
    // A key that is absurdly long would fill the screen.
    let shown: String = key.chars().take(80).collect();
    format!(
        "the key `{shown}` is written again further down in the same mapping; kubectl and Helm take the last one, \
         `docker compose` refuses the file. Remove one of them"
    )
}
