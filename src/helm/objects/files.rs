//! `.Files`: the files of a chart that are neither templates nor values.

use crate::helm::chart::files::ChartFile;
use crate::helm::chart::values::entry;
use crate::helm::glob::Glob;
use crate::helm::work::Work;
use crate::helm::yaml::tree::{Data, Layout, Table, Tree};
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Files by their path within the chart. Clones are cheap.
#[derive(Clone, Default)]
pub struct FileSet {
    files: Rc<BTreeMap<String, Rc<ChartFile>>>,
    /// How they print, once somebody asked.
    shown: Rc<OnceCell<Rc<str>>>,
}

impl FileSet {
    /// The given files.
    #[must_use]
    pub fn new(files: &[Rc<ChartFile>]) -> Self {
        Self::of(files.iter().map(|file| (file.name.clone(), file.clone())).collect())
    }

    fn of(files: BTreeMap<String, Rc<ChartFile>>) -> Self {
        Self { files: Rc::new(files), shown: Rc::default() }
    }

    /// How the files print; `make` tells it once.
    pub fn shown(&self, make: impl FnOnce(&Self) -> String) -> Rc<str> {
        self.shown.get_or_init(|| make(self).into()).clone()
    }

    /// Whether both hold the same.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        let pairs = || self.files.iter().zip(other.files.iter());
        self.files.len() == other.files.len()
            && pairs().all(|(one, other)| one.0 == other.0 && one.1.data == other.1.data)
    }

    /// The file under a path.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&Rc<ChartFile>> {
        self.files.get(path)
    }

    /// `.Glob`: the files whose whole path matches.
    ///
    /// # Errors
    /// If that takes more steps than the chart may take.
    pub fn glob(&self, pattern: &str, work: &mut Work) -> Result<Self, String> {
        let glob = Glob::new(pattern);
        let mut files = BTreeMap::new();
        for (path, file) in self.files.iter() {
            if glob.matches(path, work)? {
                files.insert(path.clone(), file.clone());
            }
        }
        Ok(Self::of(files))
    }

    /// `.Lines`: the lines of a file without their ends; `None` for an empty file, where Helm fails.
    #[must_use]
    pub fn lines(&self, path: &str) -> Option<Vec<String>> {
        let Some(file) = self.files.get(path) else { return Some(Vec::new()) };
        let text = file.text();
        if text.is_empty() {
            return None;
        }
        let whole = text.strip_suffix('\n').unwrap_or(&text);
        Some(whole.split('\n').map(str::to_owned).collect())
    }

    /// `.AsConfig` and `.AsSecrets` before they are written as YAML: base names and contents, for
    /// secrets in base64.
    #[must_use]
    pub fn map(&self, encode: Option<fn(&[u8]) -> String>) -> Tree {
        let mut table = Table::new();
        for (path, file) in self.files.iter() {
            let name = path.rsplit('/').next().unwrap_or(path);
            let text = encode.map_or_else(|| file.text().into_owned(), |encode| encode(&file.data));
            table.insert(name.into(), entry(Data::String(text.into(), Layout::Flow)));
        }
        Tree::new(Data::Map(Rc::new(table)))
    }

    /// How many bytes the files hold together.
    #[must_use]
    pub fn size(&self) -> usize {
        self.files.values().map(|file| file.data.len()).sum()
    }

    /// Paths and files, by path.
    pub fn iter(&self) -> impl Iterator<Item = (&String, &Rc<ChartFile>)> {
        self.files.iter()
    }

    /// How many files there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn files_are_found_by_path_and_glob() {
        let file = |name: &str, text: &str| Rc::new(ChartFile::new(name, name, Arc::from(text.as_bytes())));
        let files = FileSet::new(&[file("f/a.txt", "one\ntwo\n"), file("f/g/b.txt", ""), file("c.txt", "x\n\n")]);
        let glob = |pattern: &str| files.glob(pattern, &mut Work::default()).unwrap();
        assert_eq!(glob("f/*").len(), 1);
        assert_eq!(glob("**.txt").len(), 3);
        assert_eq!(files.lines("f/a.txt").unwrap(), ["one", "two"]);
        assert_eq!(files.lines("c.txt").unwrap(), ["x", ""]);
        assert_eq!(files.lines("none").unwrap().len(), 0);
        assert_eq!(files.lines("f/g/b.txt"), None);
        assert_eq!(glob("f/**").map(None).as_map().unwrap().len(), 2);
    }
}
