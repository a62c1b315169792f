//! Which Compose files form a project together.

use crate::compose;
use crate::discovery::Workspace;
use crate::source::reader::{file_name, folder};
use crate::syntax::{Node, Parsed};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The names that Compose looks for, best first.
const DEFAULT_NAMES: [&str; 4] = ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];

/// The names of an override file beside them, best first.
const OVERRIDE_NAMES: [&str; 4] =
    ["compose.override.yaml", "compose.override.yml", "docker-compose.override.yaml", "docker-compose.override.yml"];

/// The files of one project, in the order in which they are merged.
#[derive(Debug, PartialEq, Eq)]
pub struct ComposeFiles {
    /// The project's folder.
    pub folder: String,
    /// Base first, overlays behind.
    pub files: Vec<String>,
}

/// The folder of a project whose files were named: that of the first.
#[must_use]
pub fn folder_of(files: &[String]) -> String {
    files.first().map_or(".", |file| folder(file)).to_owned()
}

/// Groups the Compose files that were found. In each folder the default file forms a project with
/// its override file; every other file that is complete by itself is a project of its own; one that
/// is not is an overlay and forms a project with the base that it completes.
#[must_use]
pub fn group(files: &BTreeMap<String, Arc<Parsed>>, workspace: &Workspace) -> Vec<ComposeFiles> {
    let mut folders: BTreeMap<&str, Vec<(&str, &Parsed)>> = BTreeMap::new();
    for (path, parsed) in files {
        folders.entry(folder(path)).or_default().push((path, parsed));
    }
    let _ = workspace;
    folders.into_iter().flat_map(|(folder, files)| group_folder(folder, &files)).collect()
}

fn group_folder(folder: &str, files: &[(&str, &Parsed)]) -> Vec<ComposeFiles> {
    let named = |names: &[&str]| {
        names.iter().find_map(|name| files.iter().find(|(path, _)| file_name(path) == *name)).map(|(path, _)| *path)
    };
    let project = |files: &[&str]| ComposeFiles {
        folder: folder.to_owned(),
        files: files.iter().map(|file| (*file).to_owned()).collect(),
    };
    let main = named(&DEFAULT_NAMES);
    let overriding = main.and_then(|_| named(&OVERRIDE_NAMES));
    let mut projects = Vec::new();
    if let Some(main) = main {
        let files: Vec<&str> = std::iter::once(main).chain(overriding).collect();
        projects.push(project(&files));
    }
    for (path, parsed) in files.iter().filter(|(path, _)| Some(*path) != main && Some(*path) != overriding) {
        match base(path, parsed, main, files) {
            Some(base) if !is_complete(parsed) => projects.push(project(&[base, path])),
            _ => projects.push(project(&[path])),
        }
    }
    projects
}

/// The file that an overlay completes: the folder's default file, else the complete one that
/// defines most of the services that the overlay leaves incomplete.
fn base<'p>(path: &str, overlay: &Parsed, main: Option<&'p str>, files: &[(&'p str, &Parsed)]) -> Option<&'p str> {
    let wanted = incomplete_services(overlay);
    let completes = |parsed: &Parsed| {
        let has = |name: &&str| root(parsed).and_then(|root| root.at(&["services", name])).is_some();
        wanted.iter().filter(|name| has(name)).count()
    };
    let candidates = files.iter().filter(|(other, parsed)| *other != path && is_complete(parsed));
    let best = candidates.map(|(other, parsed)| (completes(parsed), Some(*other) == main, *other)).max();
    best.filter(|(count, ..)| *count > 0).map(|(.., base)| base)
}

fn root(parsed: &Parsed) -> Option<&Node> {
    parsed.documents.first().map(|document| &document.root)
}

fn is_complete(parsed: &Parsed) -> bool {
    root(parsed).is_some_and(compose::is_complete)
}

/// The services of an overlay that have neither an image nor a build.
fn incomplete_services(parsed: &Parsed) -> Vec<&str> {
    let services = root(parsed).and_then(|root| root.get("services")).map_or(&[][..], Node::entries);
    let lacks = |node: &Node| ["image", "build", "extends"].iter().all(|key| node.get(key).is_none());
    services.iter().filter(|entry| lacks(&entry.value)).map(|entry| entry.name()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::Syntax;

    #[test]
    fn overlays_join_the_base_that_they_complete() {
        let files = [
            ("a/docker-compose.yml", "services: {web: {image: w}}"),
            ("a/docker-compose.override.yml", "services: {web: {restart: always}}"),
            ("a/docker-compose.prod.yml", "services: {web: {restart: always}}"),
            ("a/tools.yml", "services: {tool: {image: t}}"),
            ("b/base.yml", "services: {db: {image: d}}"),
            ("b/prod.yml", "services: {db: {restart: always}}"),
            ("c/lone.yml", "services: {db: {restart: always}}"),
        ];
        let workspace = Workspace::in_memory(files);
        let parsed = files.iter().map(|(path, _)| ((*path).to_owned(), workspace.parse(path, Syntax::Yaml).unwrap()));
        let groups = group(&parsed.collect(), &workspace);
        let files: Vec<String> = groups.iter().map(|group| group.files.join(" + ")).collect();
        assert_eq!(
            files,
            [
                "a/docker-compose.yml + a/docker-compose.override.yml",
                "a/docker-compose.yml + a/docker-compose.prod.yml",
                "a/tools.yml",
                "b/base.yml",
                "b/base.yml + b/prod.yml",
                "c/lone.yml",
            ]
        );
    }
}
