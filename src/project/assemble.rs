//! From paths to stacks: the whole way on one screen.

use super::charts::ChartInputs;
use super::{
    beside, charts, compose_files, environment, images, kube_version, manifest_sets, migrations, monitoring, pipelines,
    proxies, read, schedules, settings, terraform,
};
use crate::appconfig::App;
use crate::compose;
use crate::discovery::git::Given;
use crate::discovery::walk::Named;
use crate::discovery::{Exclude, FileKind, Git, Inventory, Status, Workspace, root, walk};
use crate::kubernetes;
use crate::model::{Environment, Stack};
use crate::source::reader::is_below;
use crate::source::{Place, Problem, Severity, Span, Texts};
use crate::systemd;
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

/// What to audit, as the command line and the options say. No `Debug`: variables may hold passwords.
#[derive(Clone, Default)]
pub struct Inputs {
    /// Files and folders.
    pub paths: Vec<PathBuf>,
    /// Manifests from standard input, if it is to be read.
    pub stdin: Option<Vec<u8>>,
    /// The Compose files of the one project to audit, instead of looking for projects.
    pub compose_files: Vec<PathBuf>,
    /// Compose files that form projects, beside those that are found.
    pub compose_sets: Vec<ComposeSet>,
    /// Files with variables for Compose, instead of `.env`.
    pub env_files: Vec<PathBuf>,
    /// Variables for Compose, which beat those of files.
    pub env: Vec<(String, String)>,
    /// The profiles of Compose services that are on, instead of those of COMPOSE_PROFILES.
    pub profiles: Vec<String>,
    /// How charts are rendered.
    pub charts: ChartInputs,
    /// What the deployments are for, instead of guessing it from names.
    pub environment: Option<Environment>,
    /// What is left out of the folders.
    pub exclude: Exclude,
    /// What git knows of files that exist in memory only; on disk its own files are read.
    pub git: Option<Given>,
}

/// Compose files that form a project.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ComposeSet {
    /// The files in the order in which they are merged.
    pub files: Vec<PathBuf>,
    /// Files with variables for it, instead of `.env`.
    pub env_files: Vec<PathBuf>,
}

/// Everything that was found and understood below the paths.
#[derive(Debug)]
pub struct Project {
    /// The files, as they were read.
    pub workspace: Workspace,
    /// What became of each file.
    pub inventory: Inventory,
    /// The deployments, in the order of their first file.
    pub stacks: Vec<Stack>,
    /// The profiles that the services of its Compose projects name.
    pub profiles: BTreeSet<String>,
    /// The pipelines of the tree, until it is known what their steps do.
    pub pipelines: Vec<pipelines::Written>,
    /// What was wrong with the files, in the order of file and place.
    pub problems: Vec<Problem>,
    /// Files that a proxy of the host may read, until it is known which of them reach containers.
    proxy_files: Vec<String>,
}

/// Finds and loads every deployment below the paths.
///
/// # Errors
/// When a path does not exist or cannot be resolved.
pub fn assemble(inputs: &Inputs) -> io::Result<Project> {
    Ok(assemble_beside(inputs, |_| ())?.0)
}

/// The same, and what is made of the texts while their deployments are loaded: of all that were found, not
/// of those that loading reads behind them.
///
/// # Errors
/// When a path does not exist or cannot be resolved.
pub fn assemble_beside<T: Send>(inputs: &Inputs, beside: impl FnOnce(Texts) -> T + Send) -> io::Result<(Project, T)> {
    let named: Vec<PathBuf> =
        [&inputs.paths, &inputs.compose_files, &inputs.env_files].into_iter().flatten().cloned().collect();
    let root = root::boundary(&named)?;
    let workspace = Workspace::new(&root)?;
    let found = walk(&workspace.root(), &inputs.paths, &inputs.exclude);
    let mut inventory = Inventory::default();
    for (path, reason) in &found.pruned {
        if reason.starts_with("a link") || [walk::EXCLUDED, walk::ODD, walk::UNNAMED].contains(reason) {
            inventory.note(path.as_str(), FileKind::Other, Status::Skipped, *reason);
        }
    }
    let start: Vec<String> = inputs.paths.iter().map(|path| inside(&root, path)).collect();
    let explicit = inputs.compose_files.iter().map(|path| inside(&root, path)).collect();
    let mut project = Project::over(workspace, inventory, found.problems);
    let files = project.read(found.files, inputs);
    let texts = project.workspace.sources.all();
    let ((), made) = rayon::join(|| project.load(files, explicit, &start, inputs), || beside(texts));
    Ok((project, made))
}

/// Loads deployments whose files exist in memory only.
#[must_use]
pub fn assemble_in_memory<'f>(files: impl IntoIterator<Item = (&'f str, &'f str)>, inputs: &Inputs) -> Project {
    let workspace = Workspace::in_memory(files);
    let candidates = workspace.memory_paths().into_iter().filter(|path| walk::named(path).is_some()).collect();
    let mut project = Project::over(workspace, Inventory::default(), Vec::new());
    let files = project.read(candidates, inputs);
    project.load(files, Vec::new(), &[".".to_owned()], inputs);
    project
}

/// What was found, by what it is.
struct Files {
    /// What may be deployed.
    read: read::Read,
    /// Paths of files that build images.
    builders: Vec<String>,
    /// Paths of what the host runs: units, schedules, pipelines.
    of_host: Vec<String>,
    /// Paths of migrations of databases.
    migrations: Vec<String>,
    /// Paths of what declares infrastructure.
    declaring: Vec<String>,
}

impl Project {
    fn over(workspace: Workspace, inventory: Inventory, problems: Vec<Problem>) -> Self {
        let profiles = BTreeSet::new();
        Self {
            workspace,
            inventory,
            stacks: Vec::new(),
            profiles,
            pipelines: Vec::new(),
            problems,
            proxy_files: Vec::new(),
        }
    }

    /// Reads what may be deployed, and sorts the rest by what it is.
    fn read(&mut self, mut files: Vec<String>, inputs: &Inputs) -> Files {
        if let Some(bytes) = &inputs.stdin {
            // Under this name it is read like a file; a failure shows when it is opened.
            let _ = self.workspace.add_text(read::STDIN, bytes);
            files.push(read::STDIN.to_owned());
        }
        // What is no YAML is read when the deployments are known.
        let (mut of_host, mut migrations, mut declaring) = (Vec::new(), Vec::new(), Vec::new());
        let looks = |path: &String| (walk::named(path), path.contains("/workflows/") || pipelines::is_pipeline(path));
        let mut seen = files.par_iter().map(looks).collect::<Vec<_>>().into_iter();
        files.retain(|path| {
            let (named, is_pipeline) = seen.next().unwrap_or_default();
            match named {
                Some(Named::OfHost | Named::Deploys) => of_host.push(path.clone()),
                Some(Named::Migration) => migrations.push(path.clone()),
                Some(Named::Serves(_)) => self.proxy_files.push(path.clone()),
                Some(Named::Declares) => declaring.push(path.clone()),
                Some(Named::Yaml) | None => {
                    // What it schedules and runs is told of beside what it deploys.
                    if is_pipeline {
                        of_host.push(path.clone());
                    }
                    return true;
                }
            }
            false
        });
        let builders: Vec<String> = files.iter().filter(|path| images::is_builder(path)).cloned().collect();
        let mut read = read::read(&self.workspace, files, &mut self.inventory);
        self.problems.append(&mut read.problems);
        Files { read, builders, of_host, migrations, declaring }
    }

    /// Makes deployments of what was read, with what lies beside them.
    fn load(&mut self, files: Files, explicit: Vec<String>, start: &[String], inputs: &Inputs) {
        let Files { mut read, builders, of_host, migrations, declaring } = files;
        for path in &explicit {
            self.inventory.note(path.as_str(), FileKind::Compose, Status::Audited, "");
        }
        let projects = if explicit.is_empty() {
            let sets = self.sets(inputs, start);
            for path in sets.iter().flat_map(|set| &set.files) {
                read.compose.remove(path);
                self.inventory.note(path.as_str(), FileKind::Compose, Status::Audited, "");
            }
            let mut found = compose_files::group(&read.compose, &self.workspace, &mut self.problems);
            found.extend(sets);
            found
        } else {
            let folder = compose_files::folder_of(&explicit);
            vec![compose_files::ComposeFiles { folder, files: explicit, env_files: Vec::new() }]
        };
        let root = self.workspace.root();
        let env_files: Vec<String> = inputs.env_files.iter().map(|path| inside(&root, path)).collect();
        let compose: Vec<compose::Loaded> = projects
            .into_par_iter()
            .map(|project| {
                let request = compose::Request {
                    name: None,
                    directory: project.folder,
                    files: project.files,
                    env_files: if env_files.is_empty() { project.env_files } else { env_files.clone() },
                    env: inputs.env.clone(),
                    profiles: inputs.profiles.clone(),
                };
                compose::load(&request, &self.workspace)
            })
            .collect();
        for loaded in compose {
            self.add(loaded.stack, loaded.problems);
            self.stacks.extend(loaded.variants);
            self.profiles.extend(loaded.profiles);
        }
        self.problems.extend(charts::misplaced(&read.charts, &inputs.charts, &self.workspace, start));
        for chart in charts::load(&read.charts, &inputs.charts, &self.workspace) {
            if chart.is_library {
                self.inventory.settle(&chart.path, Status::Skipped, "a library chart is not deployed by itself");
            }
            for path in chart.files {
                self.inventory.note(path, FileKind::ChartPart, Status::Audited, "");
            }
            self.stacks.extend(chart.stacks);
            self.problems.extend(chart.problems);
        }
        for set in manifest_sets::split(read.manifests) {
            let loaded = kubernetes::load(&set.name, &set.root, set.manifests, true);
            self.add(loaded.stack, loaded.problems);
        }
        for loaded in systemd::load(&of_host, &self.workspace) {
            for path in &loaded.stack.files {
                self.inventory.note(path.as_str(), FileKind::Unit, Status::Audited, "");
            }
            self.add(Some(loaded.stack), loaded.problems);
        }
        let found = schedules::add(&mut self.stacks, &of_host, &self.workspace, &mut self.inventory);
        self.problems.extend(found);
        self.pipelines = pipelines::read(&of_host, &self.workspace, &mut self.inventory, &mut self.problems);
        images::join_dockerfiles(&mut self.stacks, &builders, &self.pipelines, &self.workspace);
        let found = migrations::add(&mut self.stacks, &migrations, &self.workspace, &mut self.inventory);
        self.problems.extend(found);
        let found = terraform::add(&mut self.stacks, &declaring, &self.workspace, &mut self.inventory);
        self.problems.extend(found);
        // What lies in a chart counts once it is rendered.
        read.watching.retain(|(path, ..)| !read.charts.iter().any(|chart| is_below(path, chart)));
        let found = monitoring::add(&mut self.stacks, &read.watching, &self.workspace, &mut self.inventory);
        self.problems.extend(found);
        for stack in &mut self.stacks {
            stack.environment = environment::of(stack, start, inputs.environment);
            stack.kube_version = kube_version::of(stack, &inputs.charts);
        }
        let mut git = if root.as_os_str().is_empty() { Git::in_memory(inputs.git.clone()) } else { Git::new(&root) };
        beside::attach(
            &mut self.stacks,
            &self.workspace,
            &mut git,
            &self.inventory,
            beside::Asked { start, exclude: &inputs.exclude },
        );
        self.finish();
    }

    /// The projects that the options name, as far as one of their files lies below the audited paths.
    fn sets(&self, inputs: &Inputs, start: &[String]) -> Vec<compose_files::ComposeFiles> {
        let root = self.workspace.root();
        let within = |paths: &[PathBuf]| paths.iter().map(|path| inside(&root, path)).collect::<Vec<_>>();
        let is_asked = |file: &String| start.iter().any(|start| is_below(file, start));
        let sets = inputs.compose_sets.iter().map(|set| (within(&set.files), within(&set.env_files)));
        let asked = sets.filter(|(files, _)| files.iter().any(is_asked));
        asked
            .map(|(files, env_files)| compose_files::ComposeFiles {
                folder: compose_files::folder_of(&files),
                files,
                env_files,
            })
            .collect()
    }

    /// Joins the settings of every container and adds what proxies serve, once it is known which app each
    /// container runs.
    pub fn complete(&mut self, apps: &[&App]) {
        let problems = settings::join(&mut self.stacks, &self.workspace, apps);
        self.problems.extend(problems);
        // What a proxy serves may depend on what it is set to.
        let files = std::mem::take(&mut self.proxy_files);
        let problems = proxies::add(&mut self.stacks, &files, &self.workspace, &mut self.inventory);
        self.problems.extend(problems);
        self.finish();
    }

    fn add(&mut self, stack: Option<Stack>, problems: Vec<Problem>) {
        self.stacks.extend(stack);
        self.problems.extend(problems);
    }

    /// Puts everything into an order that depends on the files alone, and settles the inventory.
    fn finish(&mut self) {
        // What was looked at only to see what it is has been noted already, or is of no interest.
        let files = &self.inventory.files;
        let is_referred = |path: &str| !walk::may_hold_yaml(path) && !files.contains_key(path);
        for (path, outcome) in self.workspace.opened_paths(is_referred) {
            let kind = read::referred_kind(&path);
            match outcome {
                Ok(_) => self.inventory.note(path, kind, Status::Audited, ""),
                Err(error) => self.inventory.note(path, kind, Status::Skipped, error.phrase()),
            }
        }
        self.add_encoding_problems();
        let mut problems = std::mem::take(&mut self.problems);
        let key = |problem: &Problem| match &problem.place {
            Place::Span(span) => (self.file_of(problem), span.start),
            Place::Path(_) => (self.file_of(problem), 0),
        };
        problems.sort_by_cached_key(|problem| (key(problem), problem.message.clone(), problem.severity));
        // What one reader warns of may be an error to another, which is told then.
        problems.dedup_by(|next, one| next.place == one.place && next.message == one.message);
        // Of several reasons one is told; which, the order of what lacks something does not decide.
        self.stacks.par_iter_mut().for_each(|stack| stack.gaps.sort_by_cached_key(|gap| gap.reason.phrase()));
        self.stacks.sort_by_cached_key(|stack| (stack.files.first().cloned(), stack.platform.word()));
        for problem in problems.iter().filter(|problem| problem.severity == Severity::Error) {
            let path = self.file_of(problem);
            if let Some(entry) = self.inventory.files.get(&path) {
                let kind = entry.kind;
                self.inventory.note(path, kind, Status::Failed, problem.message.clone());
            }
        }
        self.problems = problems;
    }

    /// Adds what could not be decoded. Where that is no part of a deployment, it hides nothing of
    /// one: a warning for the file does. What was told already is told again, as the file may have turned
    /// out to be part of one since; of two that are the same the worse stays.
    fn add_encoding_problems(&mut self) {
        let mut warned: Option<String> = None;
        for mut problem in self.workspace.encoding_problems() {
            let path = self.file_of(&problem);
            if path != read::STDIN && !self.inventory.files.contains_key(&path) {
                if warned.as_ref() == Some(&path) {
                    continue;
                }
                warned = Some(path);
                problem.severity = Severity::Warning;
            }
            self.problems.push(problem);
        }
    }

    fn file_of(&self, problem: &Problem) -> String {
        match &problem.place {
            Place::Span(Span { source, .. }) => self.workspace.sources.get(*source).name.to_string(),
            Place::Path(path) => path.to_string(),
        }
    }
}

/// A path relative to the root, with `/`.
#[must_use]
pub fn inside(root: &Path, path: &Path) -> String {
    let full = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let text = full.strip_prefix(root).unwrap_or(&full).to_string_lossy().replace('\\', "/");
    if text.is_empty() { ".".to_owned() } else { text }
}
