//! Rooted, capped access to files: the only way in which an audit reads.

use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::{Component, Path, PathBuf};

/// Why a file was not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadError {
    /// There is no such file.
    Missing,
    /// It lies outside of the root, by its path or by a symbolic link.
    Outside,
    /// It is a folder, a pipe, a device or a socket.
    NotAFile,
    /// It has more bytes than are read.
    TooLarge {
        /// The most bytes that are read.
        limit: u64,
    },
    /// It is not text.
    Binary,
    /// The operating system refused.
    Refused(ErrorKind),
}

impl ReadError {
    /// The reason as the end of a sentence: "is not here".
    #[must_use]
    pub fn phrase(&self) -> String {
        match self {
            Self::Missing => "does not exist".to_owned(),
            Self::Outside => {
                "lies outside of the audited root, and is not read unless the command line names it".to_owned()
            }
            Self::NotAFile => "is no regular file".to_owned(),
            Self::TooLarge { limit } => format!("is larger than the {} MiB that are read", limit >> 20),
            Self::Binary => "is not text".to_owned(),
            Self::Refused(ErrorKind::PermissionDenied) => "may not be read (permission denied)".to_owned(),
            Self::Refused(kind) => format!("cannot be read ({kind})"),
        }
    }
}

/// Reads regular files below a root, up to a size.
///
/// Symbolic links are followed as long as they end below the root. Pipes, devices and sockets are
/// never opened.
#[derive(Debug)]
pub struct Reader {
    root: PathBuf,
    limit: u64,
}

impl Reader {
    /// A reader below `root`, which is made canonical, for files of at most `limit` bytes.
    ///
    /// # Errors
    /// When the root does not exist or cannot be resolved.
    pub fn new(root: &Path, limit: u64) -> std::io::Result<Self> {
        Ok(Self { root: root.canonicalize()?, limit })
    }

    /// The canonical root.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Resolves a path relative to the root to the canonical file behind it.
    ///
    /// # Errors
    /// [`ReadError::Missing`] and [`ReadError::Outside`] as their names say.
    pub fn resolve(&self, path: &str) -> Result<PathBuf, ReadError> {
        let full = self.root.join(path).canonicalize().map_err(|error| match error.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::InvalidInput => ReadError::Missing,
            kind => ReadError::Refused(kind),
        })?;
        if full.starts_with(&self.root) { Ok(full) } else { Err(ReadError::Outside) }
    }

    /// The bytes of the file at a path relative to the root.
    ///
    /// # Errors
    /// Every [`ReadError`] but [`ReadError::Binary`].
    pub fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        self.read_file(&self.resolve(path)?)
    }

    /// The bytes of a file that the command line named; it may lie anywhere.
    ///
    /// # Errors
    /// As [`Reader::read`], save [`ReadError::Outside`].
    pub fn read_named(&self, path: &Path) -> Result<Vec<u8>, ReadError> {
        self.read_file(path)
    }

    fn read_file(&self, path: &Path) -> Result<Vec<u8>, ReadError> {
        let refused = |error: std::io::Error| match error.kind() {
            ErrorKind::NotFound => ReadError::Missing,
            kind => ReadError::Refused(kind),
        };
        // Looked at before it is opened: opening a pipe would wait for a writer.
        let metadata = fs::metadata(path).map_err(refused)?;
        if !metadata.is_file() {
            return Err(ReadError::NotAFile);
        }
        if metadata.len() > self.limit {
            return Err(ReadError::TooLarge { limit: self.limit });
        }
        let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0) + 1);
        // The file may have grown since, so the limit is counted while reading too.
        File::open(path).map_err(refused)?.take(self.limit + 1).read_to_end(&mut bytes).map_err(refused)?;
        if bytes.len() as u64 > self.limit {
            return Err(ReadError::TooLarge { limit: self.limit });
        }
        Ok(bytes)
    }
}

/// Joins a path to a folder, both relative to the root with `/`, and resolves `.` and `..` by
/// name. `None` if it is absolute or leads above the root.
#[must_use]
pub fn join(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for component in Path::new(folder).components().chain(Path::new(path).components()) {
        match component {
            Component::Normal(part) => parts.push(part.to_str()?),
            Component::CurDir => {}
            Component::ParentDir => {
                parts.pop()?;
            }
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(if parts.is_empty() { ".".to_owned() } else { parts.join("/") })
}

/// The folder of a path relative to the root; `.` for a file in the root itself.
#[must_use]
pub fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or(".", |(folder, _)| folder)
}

/// Whether a path is another or lies below it, segment by segment.
#[must_use]
pub fn is_within(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The same for paths relative to the root, of which `.` holds all.
#[must_use]
pub fn is_below(path: &str, folder: &str) -> bool {
    folder == "." || is_within(path, folder)
}

/// Whether the last segments of a path are these.
#[must_use]
pub fn is_end(path: &str, segments: &str) -> bool {
    path.strip_suffix(segments).is_some_and(|before| before.is_empty() || before.ends_with('/'))
}

/// The last segment of a path.
#[must_use]
pub fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_joined_by_name_and_stay_below_the_root() {
        assert_eq!(join(".", "a/b.env"), Some("a/b.env".into()));
        assert_eq!(join("deploy/prod", "../.env"), Some("deploy/.env".into()));
        assert_eq!(join("deploy", ".."), Some(".".into()));
        assert_eq!(join("deploy", "../../x"), None);
        assert_eq!(join("deploy", "/etc/passwd"), None);
        assert_eq!(folder("a/b/c"), "a/b");
        assert_eq!(folder("c"), ".");
    }

    #[test]
    fn links_out_of_the_root_pipes_and_large_files_are_refused() {
        let outside = tempfile::tempdir().unwrap();
        std::fs::write(outside.path().join("secret"), "x").unwrap();
        let root = tempfile::tempdir().unwrap();
        std::fs::write(root.path().join("large"), vec![b'x'; 20]).unwrap();
        std::os::unix::fs::symlink(outside.path().join("secret"), root.path().join("link")).unwrap();
        std::os::unix::fs::symlink("large", root.path().join("inside")).unwrap();
        let reader = Reader::new(root.path(), 10).unwrap();
        assert_eq!(reader.read("link"), Err(ReadError::Outside));
        assert_eq!(reader.read("../secret"), Err(ReadError::Missing));
        assert_eq!(reader.read("inside"), Err(ReadError::TooLarge { limit: 10 }));
        assert_eq!(reader.read("none"), Err(ReadError::Missing));
        assert_eq!(reader.read("."), Err(ReadError::NotAFile));
        let socket = std::os::unix::net::UnixListener::bind(root.path().join("socket")).unwrap();
        assert_eq!(reader.read("socket"), Err(ReadError::NotAFile));
        drop(socket);
    }
}
