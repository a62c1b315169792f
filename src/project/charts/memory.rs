//! The files of charts in a workspace that exists in memory only.

use crate::discovery::Workspace;
use crate::helm::chart::files::{ChartFiles, FileError, Listed};
use std::sync::Arc;

/// The files of a workspace that exist in memory only.
pub(super) struct InMemory<'w>(pub(super) &'w Workspace);

impl ChartFiles for InMemory<'_> {
    fn list(&self, path: &str) -> Result<Vec<Listed>, FileError> {
        let prefix = if path.is_empty() { String::new() } else { format!("{path}/") };
        let mut listed: Vec<Listed> = Vec::new();
        for inner in self.0.memory_paths().iter().filter_map(|name| name.strip_prefix(&prefix)) {
            let (name, is_folder) = inner.split_once('/').map_or((inner, false), |(name, _)| (name, true));
            if listed.iter().all(|known| known.name != name) {
                listed.push(Listed { name: name.to_owned(), is_folder });
            }
        }
        listed.sort_by(|one, other| one.name.cmp(&other.name));
        if listed.is_empty() { Err(FileError::Missing) } else { Ok(listed) }
    }

    fn read(&self, path: &str) -> Result<Arc<[u8]>, FileError> {
        let source = self.0.open(path).map_err(|_| FileError::Missing)?;
        Ok(Arc::from(self.0.sources.get(source).expose().as_bytes()))
    }
}
