//! Which Compose files form a project together.

use crate::compose::{self, variables::Variables};
use crate::discovery::classify::{classify, is_compose_name};
use crate::discovery::{FileKind, Workspace};
use crate::source::reader::{file_name, folder, join};
use crate::source::{Place, Problem};
use crate::syntax::{Node, Parsed, Syntax};
use std::collections::{BTreeMap, BTreeSet};
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
    /// Files with variables, instead of the `.env` of the folder.
    pub env_files: Vec<String>,
}

/// The folder of a project whose files were named: that of the first.
#[must_use]
pub fn folder_of(files: &[String]) -> String {
    files.first().map_or(".", |file| folder(file)).to_owned()
}

/// The project that Compose would run in a folder, or that a Compose file is by itself. `None` if there
/// is none.
#[must_use]
pub fn project_at(path: &str, workspace: &Workspace) -> Option<compose::Request> {
    let is_file = |path: &String| workspace.exists(path) && !workspace.is_folder(path);
    let first = |names: &[&str]| names.iter().filter_map(|name| join(path, name)).find(|path| is_file(path));
    let ComposeFiles { folder, files, env_files } = if workspace.is_folder(path) {
        match listed(path, workspace, &mut Vec::new()) {
            Some(project) => project,
            None => {
                let files = std::iter::once(first(&DEFAULT_NAMES)?).chain(first(&OVERRIDE_NAMES)).collect();
                ComposeFiles { folder: path.to_owned(), files, env_files: Vec::new() }
            }
        }
    } else {
        let parsed = workspace.parse(path, Syntax::Yaml).ok()?;
        if classify(path, &parsed) != FileKind::Compose && !is_compose_name(path) {
            return None;
        }
        ComposeFiles { folder: folder(path).to_owned(), files: vec![path.to_owned()], env_files: Vec::new() }
    };
    Some(compose::Request { directory: folder, files, env_files, ..compose::Request::default() })
}

/// Groups the Compose files that were found. A folder whose `.env` has a COMPOSE_FILE has the
/// project that it names. In each folder the default file forms a project with its override file;
/// every other file that is complete by itself is a project of its own; one that is not is an
/// overlay and forms a project with the base that it completes. What others include, or only
/// extend, is no project of its own.
#[must_use]
pub fn group(
    files: &BTreeMap<String, Arc<Parsed>>,
    workspace: &Workspace,
    problems: &mut Vec<Problem>,
) -> Vec<ComposeFiles> {
    let mut folders: BTreeMap<&str, Vec<(&str, &Parsed)>> = BTreeMap::new();
    for (path, parsed) in files {
        folders.entry(folder(path)).or_default().push((path, parsed));
    }
    let mut projects: Vec<ComposeFiles> =
        with_env(folders.keys().copied()).into_iter().filter_map(|place| listed(&place, workspace, problems)).collect();
    // The rest lies outside of what was asked for.
    projects.retain(|project| project.files.iter().any(|file| files.contains_key(file)));
    let listed: BTreeSet<String> = projects.iter().flat_map(|project| project.files.iter().cloned()).collect();
    let mut taken = parts(files);
    taken.extend(listed.iter().cloned());
    projects.extend(folders.into_iter().flat_map(|(folder, files)| group_folder(folder, &files, &taken, &listed)));
    projects
}

/// The folders, and those around them.
fn with_env<'p>(folders: impl Iterator<Item = &'p str>) -> BTreeSet<String> {
    let mut all = BTreeSet::from([".".to_owned()]);
    for mut place in folders {
        while all.insert(place.to_owned()) {
            place = folder(place);
        }
    }
    all
}

/// The project that the `.env` of a folder names.
fn listed(place: &str, workspace: &Workspace, problems: &mut Vec<Problem>) -> Option<ComposeFiles> {
    let env_file = join(place, ".env").filter(|path| workspace.exists(path) && !workspace.is_folder(path))?;
    // What is wrong with the file is told where the project is loaded.
    let variables = Variables::of_project(&[], std::slice::from_ref(&env_file), workspace, &mut Vec::new());
    let known = variables.get("COMPOSE_FILE").filter(|known| known.unknown.is_none())?;
    let separator = variables.get("COMPOSE_PATH_SEPARATOR").map(|known| known.value.expose());
    let separator = separator.filter(|text| !text.is_empty()).unwrap_or(":");
    let mut files = Vec::new();
    for name in known.value.expose().split(separator).filter(|name| !name.is_empty()) {
        match join(place, name).filter(|path| workspace.exists(path) && !workspace.is_folder(path)) {
            Some(path) => files.push(path),
            None => {
                let span = known.origins.first().and_then(|origin| origin.span);
                let at = span.map_or(Place::Path(env_file.as_str().into()), Place::Span);
                let message = "COMPOSE_FILE names a file that is not here, so what it brings in is not known; put it in place, or correct the path";
                problems.push(Problem::error(at, message));
            }
        }
    }
    let folder = folder_of(&files);
    let own = join(&folder, ".env").filter(|path| workspace.exists(path) && *path != env_file);
    let env_files = own.map_or(Vec::new(), |own| vec![own, env_file]);
    (!files.is_empty()).then_some(ComposeFiles { folder, files, env_files })
}

/// The files that are read with another one: those that it includes, and those beside the default
/// names that it extends.
fn parts(files: &BTreeMap<String, Arc<Parsed>>) -> BTreeSet<String> {
    let wholes: BTreeMap<&str, Vec<String>> =
        files.iter().map(|(path, parsed)| (path.as_str(), parts_of(path, parsed))).collect();
    let named: BTreeSet<&String> = wholes.values().flatten().collect();
    // Files that only read each other in a circle are told of as a project of their own.
    let mut open: Vec<&str> = wholes.keys().filter(|path| !named.contains(&(**path).to_owned())).copied().collect();
    let mut parts = BTreeSet::new();
    while let Some(whole) = open.pop() {
        for part in wholes.get(whole).into_iter().flatten() {
            if parts.insert(part.clone()) {
                open.push(part);
            }
        }
    }
    parts
}

fn parts_of(path: &str, parsed: &Parsed) -> Vec<String> {
    let mut parts = Vec::new();
    let mut add = |node: &Node, even_default: bool| {
        let part = node.text().and_then(|text| join(folder(path), text)).filter(|part| part != path);
        parts.extend(part.filter(|part| even_default || !DEFAULT_NAMES.contains(&file_name(part))));
    };
    let Some(root) = root(parsed) else { return parts };
    for item in root.get("include").map_or(&[][..], Node::items) {
        let paths = item.get("path").unwrap_or(item);
        std::iter::once(paths).chain(paths.items()).for_each(|node| add(node, true));
    }
    for service in root.get("services").map_or(&[][..], Node::entries) {
        service.value.at(&["extends", "file"]).into_iter().for_each(|node| add(node, false));
    }
    parts
}

fn group_folder(
    folder: &str,
    files: &[(&str, &Parsed)],
    taken: &BTreeSet<String>,
    listed: &BTreeSet<String>,
) -> Vec<ComposeFiles> {
    let named = |names: &[&str]| {
        names.iter().find_map(|name| files.iter().find(|(path, _)| file_name(path) == *name)).map(|(path, _)| *path)
    };
    let project = |files: &[&str]| ComposeFiles {
        folder: folder.to_owned(),
        files: files.iter().map(|file| (*file).to_owned()).collect(),
        env_files: Vec::new(),
    };
    let main = named(&DEFAULT_NAMES);
    let overriding = main.and_then(|_| named(&OVERRIDE_NAMES)).filter(|path| !listed.contains(*path));
    let mut projects = Vec::new();
    if let Some(main) = main.filter(|path| !taken.contains(*path)) {
        let files: Vec<&str> = std::iter::once(main).chain(overriding).collect();
        projects.push(project(&files));
    }
    let is_other = |path: &str| Some(path) != main && Some(path) != overriding && !taken.contains(path);
    for (path, parsed) in files.iter().filter(|(path, _)| is_other(path)) {
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
        let groups = group(&parsed.collect(), &workspace, &mut Vec::new());
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

    #[test]
    fn what_env_files_name_is_one_project() {
        let files = [
            (".env", "COMPOSE_PATH_SEPARATOR=,\nCOMPOSE_FILE=a/compose.yaml,a/prod.yml,a/gone.yml\n"),
            ("a/compose.yaml", "services: {web: {image: w}}"),
            ("a/compose.override.yaml", "services: {web: {restart: always}}"),
            ("a/prod.yml", "services: {web: {restart: always}}"),
            ("b/.env", "COMPOSE_FILE=${NONE}\n"),
            ("b/compose.yaml", "include: [part.yaml, {path: [c/compose.yaml]}]"),
            ("b/part.yaml", "services: {web: {extends: {file: base.yaml, service: web}}}"),
            ("b/base.yaml", "services: {web: {image: w}}"),
            ("b/c/compose.yaml", "services: {db: {image: d}}"),
        ];
        let workspace = Workspace::in_memory(files);
        let parsed = files.iter().filter(|(path, _)| !path.ends_with(".env"));
        let parsed = parsed.map(|(path, _)| ((*path).to_owned(), workspace.parse(path, Syntax::Yaml).unwrap()));
        let mut problems = Vec::new();
        let groups = group(&parsed.collect(), &workspace, &mut problems);
        let files: Vec<String> = groups
            .iter()
            .map(|group| format!("{}: {} {:?}", group.folder, group.files.join(" + "), group.env_files))
            .collect();
        assert_eq!(files, ["a: a/compose.yaml + a/prod.yml []", "b: b/compose.yaml []"]);
        assert_eq!(problems.len(), 1);
    }
}
