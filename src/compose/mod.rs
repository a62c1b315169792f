//! Layer 5: Compose projects, by the Compose specification.

mod canonical;
mod check;
pub mod dockerfile;
mod files;
mod interpolate;
mod lower;
mod merge;
mod name;
mod profiles;
mod relocate;
mod shape;
pub mod render;
pub mod substitute;
pub mod template;
mod unique;
pub mod variables;

use self::files::Files;
use self::profiles::Profiles;
use self::variables::Variables;
use crate::discovery::Workspace;
use crate::model::{Gap, Stack};
use crate::source::{Place, Problem, Severity, reader};
use crate::syntax::Node;
use std::collections::HashSet;

/// Which project to load.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The project's name, if it was given; else it is worked out as Compose does.
    pub name: Option<String>,
    /// The project's folder, relative to the root.
    pub directory: String,
    /// Its files in the order in which they are merged.
    pub files: Vec<String>,
    /// Files with variables, instead of the `.env` of the folder.
    pub env_files: Vec<String>,
    /// Variables that beat those of files.
    pub env: Vec<(String, String)>,
    /// The profiles that are on, instead of those of COMPOSE_PROFILES.
    pub profiles: Vec<String>,
}

/// What came of a project.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The deployment; `None` if nothing of it could be read.
    pub stack: Option<Stack>,
    /// Its further variants, one for each profile that is not on.
    pub variants: Vec<Stack>,
    /// The profiles that its services name, on or not, in their order.
    pub profiles: Vec<String>,
    /// What was wrong with its files.
    pub problems: Vec<Problem>,
}

/// Whether every service of a file says what it runs, so that the file can stand alone.
#[must_use]
pub fn is_complete(root: &Node) -> bool {
    let services = root.get("services").map_or(&[][..], Node::entries);
    let says = |node: &Node| ["image", "build", "extends", "provider"].iter().any(|key| node.get(key).is_some());
    services.iter().all(|service| says(&service.value))
}

/// The name of the variant with the profiles that are on, beside those with one more.
pub const DEFAULT: &str = "default";

/// The most services that are lowered for the variants of one project together.
const MOST_SERVICES: usize = 20_000;

/// Loads a project: merges its files, replaces variables, and lowers what results into the model.
/// Services with profiles make variants: one with the profiles that are on, and one for each other
/// profile beside them.
#[must_use]
pub fn load(request: &Request, workspace: &Workspace) -> Loaded {
    lowered(request, merged(request, workspace), workspace)
}

/// Lowers a merged project.
fn lowered(request: &Request, project: Project, workspace: &Workspace) -> Loaded {
    let Project { root, files, variables, profiles, mut problems, gaps } = project;
    let Some(root) = root else { return Loaded { problems, ..Loaded::default() } };
    let name = name::of_project(request, &root, &variables, workspace);
    // What has the wrong form was told already.
    let mut told: HashSet<Place> = problems.iter().map(|problem| problem.place.clone()).collect();
    let mut stacks: Vec<Stack> = Vec::new();
    let mut lowered = 0;
    let mut is_cut_off = profiles.has_more && request.profiles.is_empty();
    // What was asked for is one variant.
    let further: Vec<&str> = if request.profiles.is_empty() { profiles.further().collect() } else { Vec::new() };
    for profile in std::iter::once(None).chain(further.iter().copied().map(Some)) {
        let started = profiles.started(&root, profile);
        let count = started.get("services").map_or(0, |services| services.entries().len());
        if count == 0 && !further.is_empty() {
            continue;
        }
        lowered += count;
        if lowered > MOST_SERVICES && !stacks.is_empty() {
            is_cut_off = true;
            break;
        }
        let (name, directory) = (name.clone(), request.directory.as_str());
        let project =
            lower::Merged { name, directory, files: files.clone(), root: &started, variables: &variables, workspace };
        let mut found = Vec::new();
        let mut stack = lower::lower(&project, &mut found);
        stack.gaps.extend(gaps.iter().cloned());
        stack.variant = Some(profile.unwrap_or(DEFAULT).to_owned());
        stacks.push(stack);
        found.retain(|problem| !told.contains(&problem.place));
        told.extend(found.iter().map(|problem| problem.place.clone()));
        problems.append(&mut found);
    }
    if is_cut_off {
        let message = "the project has so many services and profiles that not each profile was looked at; audit those that matter with --profile";
        problems.push(Problem::error(root.span, message));
    }
    let names: Vec<String> = stacks.iter().filter_map(|stack| stack.variant.clone()).collect();
    for stack in &mut stacks {
        match names.as_slice() {
            [_] => stack.variant = None,
            _ => stack.variants.clone_from(&names),
        }
    }
    let mut stacks = stacks.into_iter();
    Loaded { stack: stacks.next(), variants: stacks.collect(), profiles: profiles.named(), problems }
}

/// A project as one tree: files over each other with what they include and extend, variables
/// replaced, every short form in its long form.
#[derive(Debug, Default)]
pub struct Project {
    /// The tree; `None` if no file could be read. What a variable without a value left open holds
    /// [`HOLE`](crate::source::HOLE), and its provenance says which.
    pub root: Option<Node>,
    /// The files that were read, in order.
    pub files: Vec<String>,
    /// The project's variables.
    pub variables: Variables,
    /// Which of its services are started.
    profiles: Profiles,
    /// What was wrong with the files.
    pub problems: Vec<Problem>,
    /// What could not be seen.
    pub gaps: Vec<Gap>,
}

/// Reads and merges the files of a project.
#[must_use]
pub fn merged(request: &Request, workspace: &Workspace) -> Project {
    let mut problems = Vec::new();
    let env_files = if request.env_files.is_empty() {
        let own = reader::join(&request.directory, ".env");
        own.into_iter().filter(|path| workspace.exists(path) && !workspace.is_folder(path)).collect()
    } else {
        request.env_files.clone()
    };
    let variables = Variables::of_project(&request.env, &env_files, workspace, &mut problems).shared();
    let mut files = Files::new(workspace, &request.directory, &variables);
    let root = files.merged(&request.files);
    let (files, mut found, gaps) = (files.read, files.problems, files.gaps);
    problems.append(&mut found);
    if root.is_none() && problems.is_empty() {
        let message = "this Compose file has nothing in it, so Compose refuses it; write the services into it";
        problems.extend(request.files.first().map(|path| Problem::error(path.as_str(), message)));
    }
    let profiles = root.as_ref().map(|root| Profiles::of_project(root, on(request, &variables))).unwrap_or_default();
    if let Some(root) = &root {
        // What could not be read may define what seems to be missing.
        let is_whole = problems.iter().all(|problem| problem.severity != Severity::Error);
        problems.extend(shape::of_project(root));
        if is_whole {
            problems.extend(check::of_project(root, &profiles));
        }
    }
    Project { root, files, variables, profiles, problems, gaps }
}

/// The profiles that are on.
fn on(request: &Request, variables: &Variables) -> Vec<String> {
    let known = variables.get("COMPOSE_PROFILES").filter(|_| request.profiles.is_empty());
    let named = known.map_or("", |known| known.value.expose()).split(',').map(str::trim);
    let named = named.filter(|name| !name.is_empty()).map(str::to_owned);
    request.profiles.iter().cloned().chain(named).collect()
}
