//! What is left out because the options say so.

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use std::path::{Path, PathBuf};

/// Patterns as in a `.gitignore`, each with the folder that it is relative to.
#[derive(Debug, Clone, Default)]
pub struct Exclude {
    matchers: Vec<Gitignore>,
}

impl Exclude {
    /// Reads patterns; folders are canonical.
    ///
    /// # Errors
    /// A sentence about the pattern that cannot be read.
    pub fn new(patterns: &[(PathBuf, String)]) -> Result<Self, String> {
        let mut exclude = Self::default();
        for (folder, pattern) in patterns {
            let mut builder = GitignoreBuilder::new(folder);
            let wrong = |_| format!("\"{pattern}\" is no pattern as in a .gitignore");
            builder.add_line(None, pattern).map_err(wrong)?;
            let matcher = builder.build().map_err(wrong)?;
            if matcher.is_empty() {
                return Err(format!("\"{pattern}\" leaves nothing out"));
            }
            exclude.matchers.push(matcher);
        }
        Ok(exclude)
    }

    /// Whether a canonical path is left out. The last pattern that says something decides; `!` in
    /// front of one keeps what it matches.
    #[must_use]
    pub fn holds(&self, path: &Path, is_folder: bool) -> bool {
        let below = |matcher: &&Gitignore| path.starts_with(matcher.path());
        let said = self.matchers.iter().rev().filter(below).map(|matcher| matcher.matched(path, is_folder));
        said.into_iter().find(|said| !said.is_none()).is_some_and(|said| said.is_ignore())
    }

    /// Whether a canonical path or a folder above it is left out.
    #[must_use]
    pub fn holds_in(&self, path: &Path) -> bool {
        !self.matchers.is_empty()
            && (self.holds(path, false) || path.ancestors().skip(1).any(|folder| self.holds(folder, true)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_those_of_gitignore() {
        let exclude = |patterns: &[&str]| {
            let with = |pattern: &&str| (PathBuf::from("/repo/deploy"), (*pattern).to_owned());
            Exclude::new(&patterns.iter().map(with).collect::<Vec<_>>())
        };
        let some = exclude(&["legacy/", "/drafts", "*.test.yaml", "!keep.test.yaml"]).unwrap();
        assert!(some.holds(Path::new("/repo/deploy/a/legacy"), true));
        assert!(some.holds_in(Path::new("/repo/deploy/a/legacy/x/compose.yaml")));
        assert!(some.holds(Path::new("/repo/deploy/drafts"), true));
        assert!(!some.holds(Path::new("/repo/deploy/a/drafts"), true));
        assert!(some.holds(Path::new("/repo/deploy/a/b.test.yaml"), false));
        assert!(!some.holds(Path::new("/repo/deploy/a/keep.test.yaml"), false));
        assert!(!some.holds(Path::new("/repo/b.test.yaml"), false));
        assert!(exclude(&["a{b"]).is_err() || exclude(&["[z-a]"]).is_err());
        assert!(exclude(&["# note"]).is_err());
    }
}
