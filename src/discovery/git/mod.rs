//! What git knows of the files of an audit: whether they are tracked, whether it would ignore them,
//! whether a filter encrypts them. Only files are read; git itself is never run.

mod index;

use super::walk::ignore_file;
use crate::source::reader::is_below;
use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use index::{Paths, Unreadable};
use std::collections::HashMap;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The most bytes of an index that are read: enough for a million files.
const INDEX_BYTES: u64 = 256 << 20;

/// The most bytes of git's other files that are read.
const SMALL_BYTES: u64 = 1 << 20;

/// What is given instead of a work tree, for files that exist in memory only.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Given {
    /// The paths that are tracked.
    pub tracked: Vec<String>,
    /// The paths that git would ignore.
    pub ignored: Vec<String>,
}

/// What git knows of the files below the root of an audit. What lies outside of the root is not
/// read, so that the excludes of a user and the index of a linked work tree do not count.
#[derive(Debug)]
pub struct Git {
    root: PathBuf,
    /// The work trees by their folder relative to the root; `None` for a folder that is in none.
    trees: HashMap<String, Option<WorkTree>>,
    given: Option<Given>,
}

#[derive(Debug)]
struct WorkTree {
    /// The folder relative to the root of the audit, with `/` at its end; empty for the root.
    prefix: String,
    tracked: Result<Paths, &'static str>,
    exclude: Option<Gitignore>,
    /// The ignore file and the files that git-crypt encrypts, of each folder that was asked for.
    ignores: HashMap<String, Option<Gitignore>>,
    encrypted: HashMap<String, Option<Gitignore>>,
}

impl Git {
    /// Git's view of what lies below a canonical root.
    #[must_use]
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_path_buf(), trees: HashMap::new(), given: None }
    }

    /// What is given instead.
    #[must_use]
    pub fn in_memory(given: Option<Given>) -> Self {
        Self { root: PathBuf::new(), trees: HashMap::new(), given }
    }

    /// Whether a path is in a work tree at all.
    pub fn has(&mut self, path: &str) -> bool {
        self.given.is_some() || self.tree(path).is_some()
    }

    /// Whether a path is tracked.
    ///
    /// # Errors
    /// What is not read, if the index is not.
    pub fn tracked(&mut self, path: &str) -> Result<bool, &'static str> {
        if let Some(given) = &self.given {
            return Ok(given.tracked.iter().any(|tracked| tracked == path));
        }
        let Some(tree) = self.tree(path) else { return Ok(false) };
        let inside = path.strip_prefix(tree.prefix.as_str()).unwrap_or(path);
        tree.tracked.as_ref().map(|paths| paths.contains(inside)).map_err(|what| *what)
    }

    /// Whether git would leave a path out if it were not tracked.
    pub fn ignored(&mut self, path: &str) -> bool {
        if let Some(given) = &self.given {
            return given.ignored.iter().any(|ignored| ignored == path);
        }
        let root = self.root.clone();
        self.tree(path).is_some_and(|tree| tree.ignores(&root, path))
    }

    /// Whether git-crypt encrypts a path.
    pub fn encrypted(&mut self, path: &str) -> bool {
        let root = self.root.clone();
        self.tree(path).is_some_and(|tree| tree.encrypts(&root, path))
    }

    /// The tracked paths of the work trees that hold the given folders, relative to the root.
    pub fn tracked_below(&mut self, folders: &[String]) -> Vec<String> {
        let below = |path: &str| folders.iter().any(|folder| is_below(path, folder));
        if let Some(given) = &self.given {
            return given.tracked.iter().filter(|path| below(path)).cloned().collect();
        }
        let mut found = Vec::new();
        for folder in folders {
            let Some(tree) = self.tree(&format!("{folder}/.")) else { continue };
            let Ok(paths) = &tree.tracked else { continue };
            found.extend(paths.iter().map(|path| format!("{}{path}", tree.prefix)).filter(|path| below(path)));
        }
        found.sort();
        found.dedup();
        found
    }

    /// The work tree that holds a path: that of the nearest folder upwards with a `.git`.
    fn tree(&mut self, path: &str) -> Option<&mut WorkTree> {
        if self.root.as_os_str().is_empty() {
            return None;
        }
        let folder = crate::source::reader::folder(path.strip_prefix("./").unwrap_or(path));
        let mut holder = None;
        let mut here = folder;
        loop {
            let full = if here == "." { self.root.clone() } else { self.root.join(here) };
            if full.join(".git").symlink_metadata().is_ok() {
                holder = Some((here.to_owned(), full));
                break;
            }
            if here == "." {
                break;
            }
            here = crate::source::reader::folder(here);
        }
        let (name, full) = holder?;
        let root = &self.root;
        let tree = self.trees.entry(name.clone()).or_insert_with(|| WorkTree::open(root, &name, &full));
        tree.as_mut()
    }
}

impl WorkTree {
    fn open(root: &Path, name: &str, full: &Path) -> Option<Self> {
        let prefix = if name == "." { String::new() } else { format!("{name}/") };
        let folder = git_folder(root, full);
        let tracked = folder.as_deref().map_err(|what| *what).and_then(|folder| tracked(root, folder));
        let exclude = folder.ok().and_then(|folder| {
            let mut builder = GitignoreBuilder::new(full);
            let text = small(root, &folder.join("info/exclude"))?;
            text.lines().for_each(|line| {
                let _ = builder.add_line(None, line);
            });
            builder.build().ok()
        });
        Some(Self { prefix, tracked, exclude, ignores: HashMap::new(), encrypted: HashMap::new() })
    }

    /// As git decides it: a folder that is ignored takes all with it, else the deepest ignore file
    /// that says something of a path decides.
    fn ignores(&mut self, root: &Path, path: &str) -> bool {
        let inside = path.strip_prefix(self.prefix.as_str()).unwrap_or(path).to_owned();
        let ends = inside.match_indices('/').map(|(at, _)| at).chain([inside.len()]);
        let mut holding: Vec<String> = vec![self.prefix.clone()];
        for end in ends.collect::<Vec<_>>() {
            let part = format!("{}{}", self.prefix, inside.get(..end).unwrap_or_default());
            let is_folder = end < inside.len();
            let mut said = Match::None;
            for folder in holding.iter().rev() {
                let matcher = self.ignores.entry(folder.clone()).or_insert_with(|| ignore_file(&root.join(folder)));
                said = matcher
                    .as_ref()
                    .map_or(Match::None, |matcher| matcher.matched(root.join(&part), is_folder).map(|_| ()));
                if !said.is_none() {
                    break;
                }
            }
            if said.is_none() {
                said = self
                    .exclude
                    .as_ref()
                    .map_or(Match::None, |matcher| matcher.matched(root.join(&part), is_folder).map(|_| ()));
            }
            if said.is_ignore() {
                return true;
            }
            holding.push(format!("{part}/"));
        }
        false
    }

    /// By the deepest `.gitattributes` that says something.
    fn encrypts(&mut self, root: &Path, path: &str) -> bool {
        let mut folder = path;
        while let Some((above, _)) = folder.rsplit_once('/') {
            folder = above;
            if !format!("{above}/").starts_with(&self.prefix) {
                break;
            }
            if let Some(said) = self.filtered(root, above, path) {
                return said;
            }
        }
        let top = self.prefix.trim_end_matches('/').to_owned();
        self.filtered(root, &top, path).unwrap_or(false)
    }

    fn filtered(&mut self, root: &Path, folder: &str, path: &str) -> Option<bool> {
        let matcher = self.encrypted.entry(folder.to_owned()).or_insert_with(|| attributes(root, &root.join(folder)));
        match matcher.as_ref()?.matched(root.join(path), false) {
            Match::Ignore(_) => Some(true),
            Match::Whitelist(_) => Some(false),
            Match::None => None,
        }
    }
}

/// The folder with git's data: `.git`, or where a file of that name leads.
fn git_folder(root: &Path, tree: &Path) -> Result<PathBuf, &'static str> {
    const ELSEWHERE: &str = "a git index outside of the audited root";
    const ODD: &str = "a .git that is neither a folder nor a link to one";
    let path = tree.join(".git");
    let full = path.canonicalize().map_err(|_| ODD)?;
    let folder = if full.is_file() {
        let text = small(root, &path).ok_or(ODD)?;
        let place = text.trim().strip_prefix("gitdir:").ok_or(ODD)?.trim().to_owned();
        tree.join(place).canonicalize().map_err(|_| ELSEWHERE)?
    } else {
        full
    };
    if !folder.starts_with(root) {
        return Err(ELSEWHERE);
    }
    if folder.is_dir() { Ok(folder) } else { Err(ODD) }
}

/// The paths of the index; none in a repository to which nothing was ever added.
fn tracked(root: &Path, folder: &Path) -> Result<Paths, &'static str> {
    let file = folder.join("index");
    if file.symlink_metadata().is_err() {
        return Ok(Paths::default());
    }
    let bytes = read(root, &file, INDEX_BYTES).ok_or("an unreadable git index")?;
    let config = small(root, &folder.join("config")).unwrap_or_default().to_ascii_lowercase();
    let is_long = config.lines().any(|line| line.replace(' ', "").trim() == "objectformat=sha256");
    Paths::read(&bytes, if is_long { 32 } else { 20 }).map_err(|unreadable| match unreadable {
        Unreadable::Malformed => "a git index that is damaged or of a newer format",
        Unreadable::Split => "a split git index (git update-index --no-split-index joins it)",
    })
}

/// The files that the attributes of a folder have git-crypt encrypt.
fn attributes(root: &Path, folder: &Path) -> Option<Gitignore> {
    let text = small(root, &folder.join(".gitattributes"))?;
    let mut builder = GitignoreBuilder::new(folder);
    for line in text.lines() {
        let mut words = line.split_whitespace();
        let Some(pattern) = words.next().filter(|pattern| !pattern.starts_with('#')) else { continue };
        for word in words {
            let line = match word {
                "filter=git-crypt" => pattern.to_owned(),
                word if word.starts_with("filter") || word == "-filter" || word == "!filter" => format!("!{pattern}"),
                _ => continue,
            };
            // A pattern that cannot be read only means that fewer files count as encrypted.
            let _ = builder.add_line(None, &line);
        }
    }
    builder.build().ok().filter(|matcher| !matcher.is_empty())
}

fn small(root: &Path, file: &Path) -> Option<String> {
    read(root, file, SMALL_BYTES).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// The bytes of a regular file below the root.
fn read(root: &Path, file: &Path, limit: u64) -> Option<Vec<u8>> {
    let full = file.canonicalize().ok()?;
    let metadata = full.metadata().ok()?;
    if !full.starts_with(root) || !metadata.is_file() || metadata.len() > limit {
        return None;
    }
    let mut bytes = Vec::new();
    std::fs::File::open(full).ok()?.take(limit).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// A folder with the files, each with its text.
    fn folder(files: &[(&str, &str)]) -> (tempfile::TempDir, Git) {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let full = folder.path().join(path);
            fs::create_dir_all(full.parent().unwrap()).unwrap();
            fs::write(full, text).unwrap();
        }
        let git = Git::new(&folder.path().canonicalize().unwrap());
        (folder, git)
    }

    #[test]
    fn outside_of_a_work_tree_nothing_is_known() {
        let (_folder, mut git) = folder(&[("a/.env", "")]);
        assert!(!git.has("a/.env") && !git.ignored("a/.env"));
        assert_eq!(git.tracked("a/.env"), Ok(false));
    }

    #[test]
    fn the_deepest_ignore_file_decides_unless_a_folder_above_is_ignored() {
        let (_folder, mut git) = folder(&[
            (".git/info/exclude", "private\n"),
            (".gitignore", ".env*\n!.env.example\nsecrets/\n"),
            ("app/.gitignore", "!.env.shared\n/local.env\n"),
            ("secrets/.gitignore", "!.env\n"),
        ]);
        for path in [".env", "app/.env.production", "app/local.env", "secrets/.env", "secrets/x/key.pem", "a/private"] {
            assert!(git.ignored(path), "{path}");
        }
        for path in [".env.example", "app/.env.shared", "app/x/local.env", "compose.yaml"] {
            assert!(!git.ignored(path), "{path}");
        }
        assert!(git.has(".env"));
        assert_eq!(git.tracked(".env"), Ok(false));
    }

    #[test]
    fn the_nearest_work_tree_counts_and_none_outside_is_read() {
        let (folder, mut git) = folder(&[
            (".git/HEAD", ""),
            (".git/modules/lib/HEAD", ""),
            ("lib/.git", "gitdir: ../.git/modules/lib\n"),
            ("out/.git", "gitdir: /\n"),
            ("odd/.git", "hello"),
        ]);
        fs::write(folder.path().join(".git/index"), index::index(2, &["a.env", "lib"])).unwrap();
        fs::write(folder.path().join(".git/modules/lib/index"), index::index(2, &["b.env"])).unwrap();
        assert_eq!(git.tracked("a.env"), Ok(true));
        assert_eq!(git.tracked("lib/b.env"), Ok(true));
        assert_eq!(git.tracked("lib/a.env"), Ok(false));
        assert!(git.tracked("out/a.env").unwrap_err().contains("outside"));
        assert!(git.tracked("odd/a.env").is_err());
        assert_eq!(git.tracked_below(&[".".to_owned()]), ["a.env", "lib"]);
        assert_eq!(git.tracked_below(&["lib".to_owned()]), ["lib/b.env"]);
        fs::write(folder.path().join(".git/index"), "nonsense").unwrap();
        let mut again = Git::new(&folder.path().canonicalize().unwrap());
        assert!(again.tracked("a.env").unwrap_err().contains("damaged"));
    }

    #[test]
    fn attributes_tell_what_git_crypt_encrypts() {
        let (_folder, mut git) = folder(&[
            (".git/HEAD", ""),
            (".gitattributes", "*.key filter=git-crypt diff=git-crypt\n.gitattributes !filter\n"),
            ("open/.gitattributes", "*.key !filter\n"),
        ]);
        assert!(git.encrypted("tls/server.key"));
        assert!(!git.encrypted("open/server.key"));
        assert!(!git.encrypted("tls/server.pem"));
    }

    #[test]
    fn what_is_given_is_said() {
        let given = Given { tracked: vec!["a/.env".to_owned()], ignored: vec!["b".to_owned()] };
        let mut git = Git::in_memory(Some(given));
        assert!(git.has("x") && git.ignored("b") && git.tracked("a/.env") == Ok(true));
        assert_eq!(git.tracked_below(&["a".to_owned()]), ["a/.env"]);
        assert!(!Git::in_memory(None).has("x"));
    }
}
