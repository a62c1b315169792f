//! What was found, audited, skipped and why.

use super::FileKind;
use std::collections::BTreeMap;

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// It was read, and all of it was judged.
    Audited,
    /// It was left out on purpose.
    Skipped,
    /// It could not be seen, or not all of it.
    Failed,
}

impl Status {
    /// The word that reports use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Audited => "audited",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
        }
    }
}

/// One file of the inventory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What it is.
    pub kind: FileKind,
    /// What became of it.
    pub status: Status,
    /// Why it was skipped or failed; empty for audited files.
    pub why: String,
}

/// The files of an audit by their paths: every one that is part of a deployment, and every one that
/// would have been.
#[derive(Debug, Default)]
pub struct Inventory {
    /// By path relative to the root.
    pub files: BTreeMap<String, Entry>,
}

impl Inventory {
    /// Notes a file. What was noted first stays, save that `Failed` beats everything.
    pub fn note(&mut self, path: impl Into<String>, kind: FileKind, status: Status, why: impl Into<String>) {
        let entry = Entry { kind, status, why: why.into() };
        match self.files.entry(path.into()) {
            std::collections::btree_map::Entry::Vacant(vacant) => {
                vacant.insert(entry);
            }
            std::collections::btree_map::Entry::Occupied(mut occupied) => {
                if entry.status == Status::Failed && occupied.get().status != Status::Failed {
                    occupied.insert(entry);
                }
            }
        }
    }

    /// Notes files of one kind that were audited, as [`Inventory::note`] does. Many at once, in the order of
    /// their paths, take little time.
    pub fn note_audited(&mut self, paths: impl IntoIterator<Item = String>, kind: FileKind) {
        let entry = |path| (path, Entry { kind, status: Status::Audited, why: String::new() });
        let fresh = paths.into_iter().map(entry).collect();
        let known = std::mem::replace(&mut self.files, fresh);
        self.files.extend(known);
    }

    /// Corrects what became of a file that was noted before.
    pub fn settle(&mut self, path: &str, status: Status, why: impl Into<String>) {
        if let Some(entry) = self.files.get_mut(path) {
            entry.status = status;
            entry.why = why.into();
        }
    }

    /// How many files were found.
    #[must_use]
    pub fn found(&self) -> usize {
        self.files.len()
    }

    /// How many of them were audited.
    #[must_use]
    pub fn audited(&self) -> usize {
        self.files.values().filter(|entry| entry.status == Status::Audited).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_noted_first_stays() {
        let mut inventory = Inventory::default();
        inventory.note("b.yaml", FileKind::Compose, Status::Skipped, "why");
        inventory.note_audited(["a.yaml", "b.yaml"].map(str::to_owned), FileKind::Manifests);
        let found = inventory.files.iter().map(|(path, entry)| (path.as_str(), entry.kind, entry.status));
        let expected =
            [("a.yaml", FileKind::Manifests, Status::Audited), ("b.yaml", FileKind::Compose, Status::Skipped)];
        assert_eq!(found.collect::<Vec<_>>(), expected);
        assert_eq!((inventory.found(), inventory.audited()), (2, 1));
    }
}
