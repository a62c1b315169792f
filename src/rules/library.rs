//! The files of rules and packs: those that are built in, and those of folders.

use super::compile::Defines;
use super::error::Error;
use super::file::File;
use crate::source::Sources;
use crate::syntax::Node;
use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A file of the packs that are built in.
struct Embedded {
    /// Its path under `rules/`.
    path: &'static str,
    /// Its text without the examples.
    head: &'static str,
    /// Its whole text.
    whole: &'static str,
    /// Where in [`EVENTS`] is what the parser makes of the head, if that could be recorded.
    events: Option<(usize, usize)>,
    /// The same of what a pack is recognised by, if it is asked only where one of its apps is.
    outline: Option<(usize, usize)>,
}

const EMBEDDED: &[Embedded] = include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

static EVENTS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/embedded.bin"));

/// The pack whose named predicates and facts are seen by all others.
pub(super) const SHARED: &str = "core";

/// The files of rules and packs of a run. Each is read when it is first needed.
pub(super) struct Library {
    pub files: Vec<File>,
    sources: Arc<Sources>,
}

impl Library {
    /// The files that are built in.
    pub fn builtin() -> Self {
        let sources = Arc::new(Sources::new());
        let recorded = |at: Option<(usize, usize)>| at.and_then(|(from, to)| EVENTS.get(from..to));
        let files = EMBEDDED.iter().map(|file| {
            let events = [recorded(file.events), recorded(file.outline)];
            File::embedded(&sources, file.path, [file.whole, file.head], events)
        });
        Self { files: files.collect(), sources }
    }

    /// Adds one file, and answers its id; `within` is its path below its `rules` folder.
    pub fn add(&mut self, name: String, within: &str, text: &str) -> String {
        let file = File::new(&self.sources, name, within, text.to_owned());
        let id = file.id.to_string();
        self.files.push(file);
        id
    }

    /// Adds the files of folders, and answers their ids. A file takes the place of a built-in one with
    /// its id if `replaces` says so.
    pub fn add_folders(
        &mut self,
        folders: &[PathBuf],
        replaces: &dyn Fn(&File, &File) -> bool,
    ) -> (HashSet<String>, Vec<Error>) {
        let mut own = HashSet::new();
        let mut errors = Vec::new();
        for folder in folders {
            match collect(folder) {
                Ok(found) if found.is_empty() => {
                    errors.push(Error::file(folder.to_string_lossy(), "there is no rule file (.yaml) in this folder"));
                }
                Ok(found) => {
                    for (path, text) in found {
                        let name = path.to_string_lossy().replace('\\', "/");
                        let within = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().replace('\\', "/");
                        let file = File::new(&self.sources, name, &within, text);
                        // Once a folder has it, a second one of its name is a mistake.
                        if own.insert(file.id.to_string()) {
                            self.files.retain(|known| known.id != file.id || !replaces(known, &file));
                        }
                        self.files.push(file);
                    }
                }
                Err(error) => errors.push(Error::file(folder.to_string_lossy(), format!("cannot be read: {error}"))),
            }
        }
        (own, errors)
    }

    /// The files of packs.
    pub fn packs(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.is_pack())
    }

    /// The files of rules.
    pub fn rules(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| !file.is_pack())
    }

    /// The packs that are left asleep beside files with these ids: those that are built in and are asked
    /// only where one of their apps was recognised, and that the files do not need.
    pub fn sleepers(&self, ids: &HashSet<String>) -> HashSet<String> {
        let needed = self.needed(ids);
        let packs = self.packs().filter(|file| file.outline().is_some()).map(File::pack);
        packs.filter(|pack| !needed.contains(pack)).map(str::to_owned).collect()
    }

    /// The packs that files with these ids need: those that they belong to, and those of the rules that
    /// they extend or roll up.
    fn needed(&self, ids: &HashSet<String>) -> HashSet<&str> {
        let of = self.files.iter().filter(|file| ids.contains(&*file.id));
        of.flat_map(|file| {
            let under = |key: &str| file.root().and_then(|root| root.get(key));
            let parts = under("roll-up").map_or(&[][..], Node::items).iter().chain(under("extends"));
            let packs = parts.filter_map(Node::text).filter_map(|id| id.split('/').next());
            std::iter::once(file.pack()).chain(packs)
        })
        .collect()
    }

    /// The named predicates that the files of each pack that is wanted see: its own, then the shared ones.
    pub fn defines(&self, wanted: &dyn Fn(&str) -> bool) -> BTreeMap<&str, Defines<'_>> {
        let mut seen: BTreeMap<&str, Defines<'_>> = BTreeMap::new();
        for file in self.packs().filter(|file| wanted(file.pack())) {
            let own = seen.entry(file.pack()).or_default();
            for entry in file.root().and_then(|root| root.get("define")).map_or(&[][..], Node::entries) {
                own.entry(entry.name().to_owned()).or_insert((file.source(), &entry.value));
            }
        }
        let shared = seen.get(SHARED).cloned().unwrap_or_default();
        for own in seen.values_mut() {
            for (name, define) in &shared {
                own.entry(name.clone()).or_insert(*define);
            }
        }
        seen
    }
}

/// The rule files below a folder, in the order of their paths.
fn collect(folder: &Path) -> std::io::Result<Vec<(PathBuf, String)>> {
    let mut files = Vec::new();
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let entry = entry?;
        if entry.file_type().is_file() && entry.path().extension().is_some_and(|end| end == "yaml") {
            files.push((entry.path().to_path_buf(), std::fs::read_to_string(entry.path())?));
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;
    use crate::syntax::{Limits, Syntax, parse, yaml};

    #[test]
    fn what_was_recorded_is_what_would_be_parsed() {
        for file in EMBEDDED {
            let (from, to) = file.events.unwrap_or_else(|| panic!("{} cannot be recorded", file.path));
            let events = &EVENTS[from..to];
            let replayed = yaml::replay(SourceId(0), file.head, events, &Limits::default());
            let parsed = parse(Syntax::Yaml, SourceId(0), file.head, &Limits::default());
            let (one, other) = (&replayed.documents[0].root, &parsed.documents[0].root);
            assert_eq!(written(one), written(other), "{}", file.path);
        }
    }

    /// A tree with its texts and places.
    fn written(node: &Node) -> String {
        let entries = node.entries().iter().map(|entry| format!("{}: {}", written(&entry.key), written(&entry.value)));
        let items = node.items().iter().map(written);
        let inner: Vec<String> = entries.chain(items).collect();
        format!("{:?} {:?} {inner:?}", node.span, node.text())
    }
}
