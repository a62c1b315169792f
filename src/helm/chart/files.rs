//! The files of charts: how folders are looked into, and what bounds that.

use std::collections::HashSet;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// The largest file of a chart, in bytes (Helm's own limit).
pub const MAX_FILE: u64 = 5 * 1024 * 1024;
/// The most that a chart with its dependencies may hold, in bytes (Helm's own limit).
pub const MAX_CHART: u64 = 100 * 1024 * 1024;
/// The most files of a chart with its dependencies.
pub const MAX_FILES: usize = 10_000;
/// How deep folders of a chart may nest.
pub const MAX_DEPTH: usize = 64;

/// Why a file or folder could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileError {
    /// There is nothing under this path.
    Missing,
    /// It is a link, or leads through one, to what lies outside of the root.
    Outside,
    /// It is larger than [`MAX_FILE`].
    TooLarge,
    /// It is neither a file nor a folder: a device, a pipe.
    Irregular,
    /// The system refused; why.
    Refused(String),
}

impl FileError {
    /// The rest of a sentence that begins with the path.
    #[must_use]
    pub fn phrase(&self) -> String {
        match self {
            Self::Missing => "does not exist".to_owned(),
            Self::Outside => "is a link that leaves the audited folder; it is not followed".to_owned(),
            Self::TooLarge => format!("is larger than {} MiB, the most that Helm reads", MAX_FILE / 1024 / 1024),
            Self::Irregular => "is neither a file nor a folder".to_owned(),
            Self::Refused(why) => format!("cannot be read: {why}"),
        }
    }
}

/// One entry of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The name without its folder.
    pub name: String,
    /// Whether it is a folder (links are followed).
    pub is_folder: bool,
}

/// What charts need of a file system. Paths are relative to its root, with `/`; the root itself is
/// the empty path.
pub trait ChartFiles {
    /// The entries of a folder, sorted by name. Entries that lead outside of the root are listed;
    /// reading them fails.
    ///
    /// # Errors
    /// If the folder cannot be read or lies outside of the root.
    fn list(&self, path: &str) -> Result<Vec<Listed>, FileError>;

    /// The bytes of a file of at most [`MAX_FILE`] bytes.
    ///
    /// # Errors
    /// If the file cannot be read, is too large or lies outside of the root.
    fn read(&self, path: &str) -> Result<Arc<[u8]>, FileError>;
}

/// The file system below a folder. Links are followed as long as they stay below it.
#[derive(Debug)]
pub struct RootedFiles {
    root: PathBuf,
    /// Folders below the root that no link leads to, so that what they list stands where it seems to.
    plain: Mutex<HashSet<PathBuf>>,
}

impl RootedFiles {
    /// The files below `root`.
    ///
    /// # Errors
    /// If `root` cannot be resolved.
    pub fn new(root: &Path) -> std::io::Result<Self> {
        Ok(Self { root: root.canonicalize()?, plain: Mutex::default() })
    }

    /// Where a path leads, which is below the root, and what is there.
    fn resolve(&self, path: &str) -> Result<(PathBuf, Metadata), FileError> {
        let path = self.root.join(path);
        if let Some((folder, name)) = path.parent().zip(path.file_name())
            && name != ".."
            && self.is_plain(folder)
        {
            let metadata = path.symlink_metadata().map_err(|error| refused(&error))?;
            if !metadata.is_symlink() {
                return Ok((path, metadata));
            }
        }
        let resolved = path.canonicalize().map_err(|error| refused(&error))?;
        if !resolved.starts_with(&self.root) {
            return Err(FileError::Outside);
        }
        let metadata = resolved.metadata().map_err(|error| refused(&error))?;
        Ok((resolved, metadata))
    }

    /// Whether a folder stands below the root and no link leads to it.
    fn is_plain(&self, folder: &Path) -> bool {
        let mut plain = self.plain.lock().unwrap_or_else(PoisonError::into_inner);
        if plain.contains(folder) {
            return true;
        }
        let is_plain = folder.starts_with(&self.root) && folder.canonicalize().is_ok_and(|resolved| resolved == folder);
        if is_plain {
            plain.insert(folder.to_owned());
        }
        is_plain
    }
}

fn refused(error: &std::io::Error) -> FileError {
    match error.kind() {
        std::io::ErrorKind::NotFound => FileError::Missing,
        // Without the system's text, which would hold an absolute path on some platforms.
        kind => FileError::Refused(kind.to_string()),
    }
}

impl ChartFiles for RootedFiles {
    fn list(&self, path: &str) -> Result<Vec<Listed>, FileError> {
        let (folder, _) = self.resolve(path)?;
        let mut listed = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(|error| refused(&error))? {
            let entry = entry.map_err(|error| refused(&error))?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            // A link counts as what it leads to, one that leads nowhere as a file, so that reading it
            // tells what is wrong.
            let is_folder = match entry.file_type() {
                Ok(kind) if !kind.is_symlink() => kind.is_dir(),
                _ => std::fs::metadata(entry.path()).is_ok_and(|metadata| metadata.is_dir()),
            };
            listed.push(Listed { name, is_folder });
        }
        listed.sort_by(|left, right| left.name.cmp(&right.name));
        Ok(listed)
    }

    fn read(&self, path: &str) -> Result<Arc<[u8]>, FileError> {
        let (file, metadata) = self.resolve(path)?;
        if !metadata.is_file() {
            return Err(FileError::Irregular);
        }
        if metadata.len() > MAX_FILE {
            return Err(FileError::TooLarge);
        }
        std::fs::read(file).map(Arc::from).map_err(|error| refused(&error))
    }
}

/// One file of a chart.
#[derive(Clone)]
pub struct ChartFile {
    /// Its path within the chart, with `/`.
    pub name: String,
    /// Its path relative to the root, with `/`; the files of an archive stand below the archive's
    /// path as if it were a folder.
    pub path: Arc<str>,
    /// Its bytes without a byte order mark. They may hold secrets.
    pub data: Arc<[u8]>,
}

impl std::fmt::Debug for ChartFile {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "ChartFile({}, {} bytes)", self.name, self.data.len())
    }
}

impl ChartFile {
    /// A file; a byte order mark at the start of `data` is cut off.
    #[must_use]
    pub fn new(name: impl Into<String>, path: impl Into<Arc<str>>, data: Arc<[u8]>) -> Self {
        let data = match data.strip_prefix(b"\xef\xbb\xbf") {
            Some(rest) => Arc::from(rest),
            None => data,
        };
        Self { name: name.into(), path: path.into(), data }
    }

    /// The bytes as text, with replacement characters for what is not UTF-8.
    #[must_use]
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        match std::str::from_utf8(&self.data) {
            Ok(text) => text.into(),
            Err(_) => String::from_utf8_lossy(&self.data),
        }
    }
}

/// Joins two paths with `/`; the first may be empty, and `.` and `..` in the second are worked out.
/// `None` if that leaves the root.
#[must_use]
pub fn join(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            other => parts.push(other),
        }
    }
    Some(parts.join("/"))
}

/// Files that stand in memory, by path.
#[cfg(test)]
pub(crate) struct MemoryFiles(pub std::collections::BTreeMap<String, Vec<u8>>);

#[cfg(test)]
impl ChartFiles for MemoryFiles {
    fn list(&self, path: &str) -> Result<Vec<Listed>, FileError> {
        let prefix = if path.is_empty() { String::new() } else { format!("{path}/") };
        let mut listed: Vec<Listed> = Vec::new();
        for inner in self.0.keys().filter_map(|name| name.strip_prefix(&prefix)) {
            let (name, is_folder) = inner.split_once('/').map_or((inner, false), |(name, _)| (name, true));
            if listed.last().is_none_or(|last| last.name != name) {
                listed.push(Listed { name: name.to_owned(), is_folder });
            }
        }
        if listed.is_empty() { Err(FileError::Missing) } else { Ok(listed) }
    }

    fn read(&self, path: &str) -> Result<Arc<[u8]>, FileError> {
        self.0.get(path).map(|data| Arc::from(data.as_slice())).ok_or(FileError::Missing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_that_leave_the_root_are_refused() {
        let outer = tempfile::tempdir().unwrap();
        let root = outer.path().join("root");
        std::fs::create_dir_all(root.join("sub")).unwrap();
        std::fs::write(outer.path().join("secret"), "x").unwrap();
        std::fs::write(root.join("sub/a"), "\u{feff}a").unwrap();
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("../secret", root.join("out")).unwrap();
            std::os::unix::fs::symlink("sub/a", root.join("in")).unwrap();
        }
        let files = RootedFiles::new(&root).unwrap();
        assert_eq!(files.read("missing"), Err(FileError::Missing));
        assert_eq!(files.read("../secret"), Err(FileError::Outside));
        assert_eq!(files.read("sub"), Err(FileError::Irregular));
        #[cfg(unix)]
        {
            assert_eq!(files.read("out"), Err(FileError::Outside));
            assert!(files.read("in").is_ok());
        }
        let file = ChartFile::new("a", "sub/a", files.read("sub/a").unwrap());
        assert_eq!(file.text(), "a");
        assert!(files.list("").unwrap().contains(&Listed { name: "sub".to_owned(), is_folder: true }));
    }

    #[test]
    fn joined_paths_stay_inside() {
        assert_eq!(join("a/b", "../c/./d").as_deref(), Some("a/c/d"));
        assert_eq!(join("", "x").as_deref(), Some("x"));
        assert_eq!(join("a", "../../x"), None);
    }
}
