//! Values that no template reads.
//!
//! Templates are not run for this: what one set of values leaves unread another may read. Every
//! mention of a value anywhere in the chart counts, so that what is told is never read at all.

use super::load::Chart;
use super::values::GLOBAL;
use crate::helm::yaml::tree::{Data, Entry, Table};
use crate::source::Span;
use hashbrown::HashMap;

/// A value that no template reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// Its path in the values, keys between dots.
    pub path: String,
    /// Its key.
    pub at: Span,
}

/// The most values of one file that are told.
const MOST: usize = 100;

/// How deep values are looked into.
const MAX_DEPTH: usize = 20;

/// Paths that are mentioned, as a tree of their keys.
#[derive(Default)]
struct Mentions {
    /// A path ends here, so that all below is read.
    is_end: bool,
    below: HashMap<String, Mentions>,
}

impl Mentions {
    fn add<'k>(&mut self, path: impl IntoIterator<Item = &'k str>) {
        let mut here = self;
        for key in path {
            if !here.below.contains_key(key) {
                here.below.insert(key.to_owned(), Self::default());
            }
            let Some(next) = here.below.get_mut(key) else { return };
            here = next;
        }
        here.is_end = true;
    }
}

/// What the templates of a chart and of all that belongs to it mention.
pub struct Reads {
    /// Paths below `.Values`; `None` if some template takes all values as a whole.
    paths: Option<Mentions>,
    /// Keys that are not for the templates of the chart.
    others: Vec<String>,
}

impl Reads {
    /// Collects the mentions. Nothing is said of a chart whose dependencies are not all there.
    #[must_use]
    pub fn of(chart: &Chart, is_whole: bool) -> Self {
        let mut paths = Mentions::default();
        let all = is_whole && collect(chart, &mut paths);
        let mut others = vec![GLOBAL.to_owned(), "tags".to_owned(), "exports".to_owned()];
        for dependency in &chart.metadata.dependencies {
            others.extend([dependency.name.clone(), dependency.alias.clone()]);
            for condition in dependency.condition.split(',') {
                paths.add(condition.trim().split('.'));
            }
            for import in &dependency.import_values {
                paths.add(import.parent.split('.'));
            }
        }
        others.extend(chart.dependencies.iter().map(|subchart| subchart.metadata.name.clone()));
        Self { paths: all.then_some(paths), others }
    }

    /// The values of a file that are never mentioned, the outermost key of each; `None` if some template
    /// takes them all, so that nobody can tell.
    #[must_use]
    pub fn unread(&self, values: &Table) -> Option<Vec<Unread>> {
        let mut found = Vec::new();
        let paths = self.paths.as_ref()?;
        for (key, entry) in values {
            // Keys that only hold anchors are for the file itself.
            let is_own = self.others.iter().any(|other| **other == **key)
                || key.starts_with(['_', '.'])
                || key.starts_with("x-");
            if !is_own {
                look(key, key, entry, paths, 0, &mut found);
            }
        }
        found.sort_by_key(|unread| unread.at.start);
        Some(found)
    }
}

fn look(key: &str, path: &str, entry: &Entry, mentions: &Mentions, depth: usize, found: &mut Vec<Unread>) {
    if found.len() >= MOST || depth > MAX_DEPTH {
        return;
    }
    match mentions.below.get(key) {
        None => found.extend(entry.key_at.map(|at| Unread { path: path.to_owned(), at: at.span() })),
        Some(here) if here.is_end => {}
        Some(here) => {
            for (key, entry) in entry.value.as_map().into_iter().flat_map(|table| table.iter()) {
                look(key, &format!("{path}.{key}"), entry, here, depth + 1, found);
            }
        }
    }
}

/// Adds what a chart and its dependencies mention; false if one takes all values as a whole.
fn collect(chart: &Chart, paths: &mut Mentions) -> bool {
    let files = chart.files.iter().filter(|file| !file.name.to_ascii_lowercase().ends_with(".md"));
    chart.templates.iter().chain(files).all(|file| mentions(&file.text(), paths))
        && strings(&chart.values.data, paths, 0)
        && chart.dependencies.iter().all(|subchart| collect(subchart, paths))
}

/// Values may hold templates themselves.
fn strings(data: &Data, paths: &mut Mentions, depth: usize) -> bool {
    match data {
        Data::String(text, _) => !text.contains("Values") || mentions(text, paths),
        Data::List(items) if depth < MAX_DEPTH => items.iter().all(|item| strings(&item.data, paths, depth + 1)),
        Data::Map(table) if depth < MAX_DEPTH => {
            table.values().all(|entry| strings(&entry.value.data, paths, depth + 1))
        }
        _ => true,
    }
}

const NAME: &str = "Values";

/// Adds the paths that a text mentions behind `.Values`; false if it takes all values as a whole.
fn mentions(text: &str, paths: &mut Mentions) -> bool {
    let mut path = Vec::new();
    // Looking for one byte is much faster than looking for several.
    for (offset, _) in text.match_indices('V') {
        let Some(mut rest) = text.get(offset..).and_then(|rest| rest.strip_prefix(NAME)) else { continue };
        match text.as_bytes().get(offset.wrapping_sub(1)) {
            Some(b'.') => {}
            // Another name for the root: nothing can be said of what is read through it.
            Some(b'"') if rest.starts_with('"') => return false,
            _ => continue,
        }
        path.clear();
        while let Some(behind) = rest.strip_prefix('.') {
            let end = behind.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(behind.len());
            if end == 0 {
                break;
            }
            path.push(behind.get(..end).unwrap_or_default());
            rest = behind.get(end..).unwrap_or_default();
        }
        // `index .Values "a" "b"`, `hasKey .Values "a"`.
        if path.is_empty() {
            while let Some(quoted) = rest.trim_start_matches(' ').strip_prefix('"') {
                let Some((key, behind)) = quoted.split_once('"') else { break };
                path.push(key);
                rest = behind;
            }
        }
        if path.is_empty() {
            return false;
        }
        paths.add(path.iter().copied());
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::helm::chart::files::MemoryFiles;
    use crate::helm::chart::load::load;
    use crate::source::Sources;

    fn unread(template: &str, values: &str) -> Vec<String> {
        let chart = "name: p\nversion: 1.0.0\ndependencies:\n  - {name: db, version: 1.0.0, condition: db.enabled}\n";
        let files = [("Chart.yaml", chart), ("values.yaml", values), ("templates/a.yaml", template)];
        let files = files.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec())).into_iter().collect();
        let chart = load(&MemoryFiles(files), "", &Sources::new()).unwrap().chart;
        let values = chart.values.as_map().unwrap().clone();
        match Reads::of(&chart, true).unread(&values) {
            Some(found) => found.into_iter().map(|unread| unread.path).collect(),
            None => vec!["nobody can tell".to_owned()],
        }
    }

    #[test]
    fn what_is_mentioned_anywhere_is_read() {
        let values = "image: {tag: 1, repo: a}\nlogLevl: debug\ndb: {x: 1}\nglobal: {y: 1}\nlist: [1]\n";
        assert_eq!(
            unread("{{ .Values.image.tag }}{{ range $.Values.list }}{{ end }}", values),
            ["image.repo", "logLevl"]
        );
        assert_eq!(unread("{{ toYaml .Values.image }}{{ index .Values \"list\" }}", values), ["logLevl"]);
        assert_eq!(unread("{{ with .Values.image }}{{ .tag }}{{ end }}", "image: {tag: 1, other: 2}\n"), [""; 0]);
        assert_eq!(unread("{{ toYaml .Values }}", values), ["nobody can tell"]);
        assert_eq!(unread("", "a: '{{ .Values.b }}'\nb: 1\n"), ["a"]);
    }
}
