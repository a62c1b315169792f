//! The files of an audit: each read once and parsed once, whoever asks.

use crate::source::reader::{file_name, folder, join};
use crate::source::{Problem, ReadError, Reader, SourceId, Sources};
use crate::syntax::{self, Limits, Parsed, Syntax, encoding};
use hashbrown::HashMap;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The most bytes of one file that are read: 8 MiB. The largest manifests in use, bundles of
/// custom resource definitions, have about five.
pub const FILE_BYTES: u64 = 8 << 20;

/// The most names of one folder that are looked at.
const NAMES: usize = 10_000;

/// Reads, decodes and parses files below a root. Shared by threads.
///
/// Paths are relative to the root, with `/`. Text that did not come from a file has a name in angle
/// brackets, such as `<stdin>`.
#[derive(Debug)]
pub struct Workspace {
    /// All texts that were read.
    pub sources: Sources,
    files: Files,
    limits: Limits,
    state: Mutex<State>,
}

#[derive(Debug)]
enum Files {
    Disk(Reader),
    Memory(BTreeMap<String, Vec<u8>>),
}

#[derive(Debug, Default)]
struct State {
    opened: HashMap<String, Result<SourceId, ReadError>>,
    parsed: HashMap<(SourceId, Syntax), Arc<Parsed>>,
    problems: Vec<Problem>,
}

impl Workspace {
    /// The files below a folder.
    ///
    /// # Errors
    /// When the folder does not exist or cannot be resolved.
    pub fn new(root: &Path) -> io::Result<Self> {
        Ok(Self::over(Files::Disk(Reader::new(root, FILE_BYTES)?)))
    }

    /// Files that exist in memory only: path and content. For examples of rules and for tests.
    pub fn in_memory<'f>(files: impl IntoIterator<Item = (&'f str, &'f str)>) -> Self {
        let files = files.into_iter().map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())).collect();
        Self::over(Files::Memory(files))
    }

    fn over(files: Files) -> Self {
        Self { sources: Sources::new(), files, limits: Limits::default(), state: Mutex::default() }
    }

    /// The canonical root; empty for files in memory.
    #[must_use]
    pub fn root(&self) -> PathBuf {
        match &self.files {
            Files::Disk(reader) => reader.root().to_path_buf(),
            Files::Memory(_) => PathBuf::new(),
        }
    }

    /// The limits that parsers keep.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Adds a text that is not a file, such as standard input. It may be as long as a file.
    ///
    /// # Errors
    /// [`ReadError::TooLarge`] and [`ReadError::Binary`], which are remembered under the name.
    pub fn add_text(&self, name: &str, bytes: &[u8]) -> Result<SourceId, ReadError> {
        let is_too_large = u64::try_from(bytes.len()).is_ok_and(|length| length > FILE_BYTES);
        let too_large = || Err(ReadError::TooLarge { limit: FILE_BYTES });
        self.opened(name, || if is_too_large { too_large() } else { Ok(bytes.to_vec()) })
    }

    /// The text of a file. It is read at most once, and a failure is remembered as well.
    ///
    /// # Errors
    /// Every [`ReadError`].
    pub fn open(&self, path: &str) -> Result<SourceId, ReadError> {
        self.opened(path, || match &self.files {
            Files::Disk(reader) => reader.read(path),
            Files::Memory(files) => files.get(path).cloned().ok_or(ReadError::Missing),
        })
    }

    /// The text of a file that the command line names: it may lie outside of the root, and then its
    /// name leads out of the root with `..`.
    ///
    /// # Errors
    /// Every [`ReadError`].
    pub fn open_named(&self, path: &Path) -> Result<SourceId, ReadError> {
        let Files::Disk(reader) = &self.files else { return self.open(&path.to_string_lossy()) };
        let full = path.canonicalize().map_err(|_| ReadError::Missing)?;
        self.opened(&relative(reader.root(), &full), || reader.read_named(&full))
    }

    /// Whether the bytes of a file begin with these. For files that are not text.
    #[must_use]
    pub fn begins_with(&self, path: &str, bytes: &[u8]) -> bool {
        match &self.files {
            Files::Disk(reader) => reader.read(path).is_ok_and(|read| read.starts_with(bytes)),
            Files::Memory(files) => files.get(path).is_some_and(|read| read.starts_with(bytes)),
        }
    }

    fn opened(&self, path: &str, read: impl FnOnce() -> Result<Vec<u8>, ReadError>) -> Result<SourceId, ReadError> {
        if let Some(known) = self.lock().opened.get(path) {
            return known.clone();
        }
        // Read without the lock, so that threads read side by side. Two threads may read one file;
        // the store keeps the first text.
        let outcome = read().and_then(|bytes| self.register(path, &bytes));
        self.lock().opened.entry(path.to_owned()).or_insert(outcome).clone()
    }

    fn register(&self, path: &str, bytes: &[u8]) -> Result<SourceId, ReadError> {
        let mut decoded = encoding::decode(bytes, &self.limits);
        if decoded.is_binary {
            return Err(ReadError::Binary);
        }
        let source = self.sources.add(path, std::mem::take(&mut decoded.text));
        self.lock().problems.extend(decoded.problems(source));
        Ok(source)
    }

    /// The tree of a file. It is parsed at most once for each syntax.
    ///
    /// # Errors
    /// Every [`ReadError`].
    pub fn parse(&self, path: &str, syntax: Syntax) -> Result<Arc<Parsed>, ReadError> {
        let source = self.open(path)?;
        if let Some(parsed) = self.lock().parsed.get(&(source, syntax)) {
            return Ok(Arc::clone(parsed));
        }
        let text = self.sources.get(source);
        let parsed = Arc::new(syntax::parse(syntax, source, text.expose(), &self.limits));
        Ok(Arc::clone(self.lock().parsed.entry((source, syntax)).or_insert(parsed)))
    }

    /// Whether there is a file or folder at a path, below the root.
    #[must_use]
    pub fn exists(&self, path: &str) -> bool {
        match &self.files {
            Files::Disk(reader) => reader.resolve(path).is_ok(),
            Files::Memory(files) => {
                let folder = format!("{path}/");
                path == "." || files.contains_key(path) || files.keys().any(|name| name.starts_with(&folder))
            }
        }
    }

    /// Whether there is a folder at a path, below the root.
    #[must_use]
    pub fn is_folder(&self, path: &str) -> bool {
        match &self.files {
            Files::Disk(reader) => reader.resolve(path).is_ok_and(|full| full.is_dir()),
            Files::Memory(files) => {
                let folder = format!("{path}/");
                path == "." || files.keys().any(|name| name.starts_with(&folder))
            }
        }
    }

    /// The files and folders at a path, below the root, whose last part may hold `*`; sorted, and none
    /// that begin with a dot unless the path says so.
    #[must_use]
    pub fn matching(&self, path: &str) -> Vec<String> {
        let pattern = file_name(path);
        if !pattern.contains('*') {
            return self.exists(path).then(|| path.to_owned()).into_iter().collect();
        }
        let place = folder(path);
        let mut names = self.names(place);
        names.retain(|name| fits(name, pattern));
        names.iter().filter_map(|name| join(place, name)).collect()
    }

    /// The names in a folder below the root, sorted; of very large ones only a part.
    fn names(&self, place: &str) -> Vec<String> {
        let mut names: Vec<String> = match &self.files {
            Files::Disk(reader) => {
                let entries = reader.resolve(place).ok().and_then(|full| std::fs::read_dir(full).ok());
                let names = entries.into_iter().flatten().flatten().take(NAMES);
                names.filter_map(|entry| entry.file_name().into_string().ok()).collect()
            }
            Files::Memory(files) => {
                let folder = if place == "." { String::new() } else { format!("{place}/") };
                let below = files.keys().filter_map(|name| name.strip_prefix(&folder));
                below.map(|rest| rest.split('/').next().unwrap_or(rest).to_owned()).collect()
            }
        };
        names.sort();
        names.dedup();
        names
    }

    /// All paths, for files in memory; none for files on disk, which are found by walking.
    #[must_use]
    pub fn memory_paths(&self) -> Vec<String> {
        match &self.files {
            Files::Disk(_) => Vec::new(),
            Files::Memory(files) => files.keys().cloned().collect(),
        }
    }

    /// Of the paths that were asked for so far those that are `wanted`, with what came of it, in the
    /// order of the paths.
    #[must_use]
    pub fn opened_paths(&self, wanted: impl Fn(&str) -> bool) -> Vec<(String, Result<SourceId, ReadError>)> {
        let state = self.lock();
        let opened = state.opened.iter().filter(|(path, _)| wanted(path));
        let mut opened: Vec<_> = opened.map(|(path, it)| (path.clone(), it.clone())).collect();
        opened.sort_by(|one, other| one.0.cmp(&other.0));
        opened
    }

    /// Defects of the encodings that were met so far.
    #[must_use]
    pub fn encoding_problems(&self) -> Vec<Problem> {
        self.lock().problems.clone()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a name is one of those that a pattern with `*` stands for.
#[must_use]
pub fn fits(name: &str, pattern: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    if name.starts_with('.') && first.is_empty() {
        return false;
    }
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        match rest.split_once(part) {
            Some((_, behind)) => rest = behind,
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// A full path as seen from a folder.
fn relative(from: &Path, to: &Path) -> String {
    let shared = from.components().zip(to.components()).take_while(|(one, other)| one == other).count();
    let up = std::iter::repeat_n("..".to_owned(), from.components().count() - shared);
    let down = to.components().skip(shared).map(|part| part.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}
