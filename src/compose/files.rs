//! From files to one tree: `include`, `extends`, and files that override each other.

use super::canonical::canonical;
use super::interpolate::interpolate;
use super::merge::{alone, finished, merge, merge_included, merge_service};
use super::relocate::{contextual, inherited, relocated};
use super::shape;
use super::variables::Variables;
use crate::discovery::Workspace;
use crate::model::{Gap, SubjectKind};
use crate::source::{Place, Problem, Reason, Severity, Span, reader};
use crate::syntax::{self, Entry, Limits, Mapping, Node, Syntax, Value};
use std::collections::HashMap;
use std::sync::Arc;

/// How deep files may include, and services extend, each other.
const DEPTH: usize = 32;

/// How many files a project may include, counting each as often as it is included.
const INCLUDED: usize = 256;

/// What is taken from an included file.
const SECTIONS: [&str; 6] = ["services", "networks", "volumes", "configs", "secrets", "models"];

/// What an included file may bring.
const BROUGHT: [SubjectKind; 5] =
    [SubjectKind::Workload, SubjectKind::Container, SubjectKind::Setting, SubjectKind::Exposure, SubjectKind::Mount];

/// What a file is read in the light of.
#[derive(Clone, Copy)]
struct Context<'c> {
    /// The folder that relative paths start at.
    directory: &'c str,
    /// The variables that the file sees.
    variables: &'c Variables,
    /// The number of the `include` that brought them; 0 for the project's own.
    include: usize,
}

/// A service that is being extended: its file and name.
type Step = (String, String);

/// Reads the files of a project.
pub(super) struct Files<'w> {
    workspace: &'w Workspace,
    directory: &'w str,
    variables: &'w Variables,
    /// The paths that were read, in order.
    pub read: Vec<String>,
    /// Defects.
    pub problems: Vec<Problem>,
    /// What they keep from being seen: included files that cannot be read.
    pub gaps: Vec<Gap>,
    /// The files that are being read, the one that includes before the included one.
    trail: Vec<String>,
    /// How many files were included.
    included: usize,
    /// What files hold, by path, folder and variables: a file may be extended by many services.
    known: HashMap<(String, String, usize), Arc<[Node]>>,
}

impl<'w> Files<'w> {
    /// For a project with its folder and variables.
    pub fn new(workspace: &'w Workspace, directory: &'w str, variables: &'w Variables) -> Self {
        let (read, problems, gaps, trail, known) = Default::default();
        Self { workspace, directory, variables, read, problems, gaps, trail, included: 0, known }
    }

    /// The files merged, later ones over earlier ones. `None` if none could be read.
    pub fn merged(&mut self, paths: &[String]) -> Option<Node> {
        let context = Context { directory: self.directory, variables: self.variables, include: 0 };
        self.stacked(paths, context)
    }

    fn stacked(&mut self, paths: &[String], context: Context<'_>) -> Option<Node> {
        let mut whole: Option<Node> = None;
        for path in paths {
            for root in self.file(path, context) {
                whole = Some(match whole {
                    Some(base) => merge(base, &root),
                    None => alone(&root),
                });
            }
        }
        whole.as_ref().map(finished)
    }

    /// The documents of a file, with what it includes and extends.
    fn file(&mut self, path: &str, context: Context<'_>) -> Vec<Node> {
        self.trail.push(path.to_owned());
        let mut roots = Vec::new();
        for root in self.documents(path, context).iter() {
            self.problems.extend(shape::of_file(root));
            let root = self.with_extended(root, path, context);
            roots.push(self.with_included(root, context));
        }
        self.trail.pop();
        roots
    }

    /// The documents of a file in canonical form, variables replaced, paths relative to the project.
    fn documents(&mut self, path: &str, context: Context<'_>) -> Arc<[Node]> {
        let key = (path.to_owned(), context.directory.to_owned(), context.include);
        if let Some(known) = self.known.get(&key) {
            return Arc::clone(known);
        }
        let roots: Arc<[Node]> = self.fresh(path, context).into();
        self.known.insert(key, Arc::clone(&roots));
        roots
    }

    fn fresh(&mut self, path: &str, context: Context<'_>) -> Vec<Node> {
        let parsed = match self.workspace.parse(path, Syntax::Yaml) {
            Ok(parsed) => parsed,
            Err(error) => {
                let message = format!("this Compose file {}, so nothing of it was audited", error.phrase());
                self.problems.push(Problem::error(Place::Path(path.into()), message));
                return Vec::new();
            }
        };
        if !self.read.iter().any(|known| known == path) {
            self.read.push(path.to_owned());
            self.tell(path, &parsed.problems);
        }
        let mut roots = Vec::new();
        for document in &parsed.documents {
            if document.root.as_mapping().is_none() {
                if !document.root.is_null() {
                    let message = format!("a Compose file is a mapping, but this is {}", document.root.describe());
                    self.problems.push(Problem::error(document.root.span, message));
                }
                continue;
            }
            let sources = &self.workspace.sources;
            let root = interpolate(&document.root, context.variables, sources, &mut self.problems);
            let root = canonical(&root, sources, &mut self.problems);
            let root = relocated(&root, context.directory, self.directory);
            roots.push(if context.include == 0 { root } else { inherited(&root, context.variables) });
        }
        roots
    }

    /// The defects of a file. Compose refuses a key that is written twice, of which other readers
    /// only warn, so a file with warnings is looked at again.
    fn tell(&mut self, path: &str, problems: &[Problem]) {
        let warns = problems.iter().any(|problem| problem.severity == Severity::Warning);
        let source = if warns { self.workspace.open(path).ok() } else { None };
        match source {
            Some(source) => {
                let limits = Limits { duplicate_keys: Severity::Error, ..*self.workspace.limits() };
                let text = self.workspace.sources.get(source);
                self.problems.extend(syntax::parse(Syntax::Yaml, source, text.expose(), &limits).problems);
            }
            None => self.problems.extend(problems.iter().cloned()),
        }
    }

    /// Every service over the one that it extends.
    fn with_extended(&mut self, root: &Node, path: &str, context: Context<'_>) -> Node {
        let Some(services) = root.get("services") else { return root.clone() };
        if !services.entries().iter().any(|entry| entry.value.get("extends").is_some()) {
            return root.clone();
        }
        let mut entries = Vec::new();
        for entry in services.entries() {
            let mut steps = vec![(path.to_owned(), entry.name().to_owned())];
            let value = self.extended(&entry.value, services, context, &mut steps);
            entries.push(Entry { key: entry.key.clone(), value });
        }
        let services = Node { value: Value::Mapping(Mapping::new(entries)), ..services.clone() };
        replaced(root, "services", &services)
    }

    /// A service over the one that it extends; `services` are those of its file. The last step is
    /// the service itself.
    fn extended(&mut self, service: &Node, services: &Node, context: Context<'_>, steps: &mut Vec<Step>) -> Node {
        let Some(extends) = service.get("extends") else { return service.clone() };
        let own = without(service, "extends");
        match self.base(extends, services, context, steps) {
            Ok(Some(base)) => merge_service(&base, &own),
            Ok(None) => own,
            Err(message) => {
                self.problems.push(Problem::error(extends.span, message));
                own
            }
        }
    }

    /// What a service extends; `None` if that is not known, which was told.
    ///
    /// # Errors
    /// What is wrong with it.
    fn base(
        &mut self,
        extends: &Node,
        services: &Node,
        context: Context<'_>,
        steps: &mut Vec<Step>,
    ) -> Result<Option<Node>, String> {
        let Some(name) = extends.get("service").and_then(Node::text) else {
            return Err("extends names no service; write extends: {service: NAME}".to_owned());
        };
        let here = steps.last().map(|(path, _)| path.clone()).unwrap_or_default();
        let file = extends.get("file").and_then(Node::text);
        let path = match file {
            None => here,
            Some(file) => self.found(file, context.directory, "extended")?,
        };
        let step = (path, name.to_owned());
        if steps.contains(&step) {
            return Err(
                "services extend each other in a circle, so Compose refuses the file; break the circle".to_owned()
            );
        }
        if steps.len() > DEPTH {
            return Err(format!("services extend each other more than {DEPTH} times; extend fewer"));
        }
        let missing = || {
            "there is no service of this name to extend, so what it brings in is not known; correct the name".to_owned()
        };
        let base = if file.is_none() {
            let base = services.get(name).ok_or_else(missing)?;
            steps.push(step);
            self.extended(base, services, context, steps)
        } else {
            let roots = self.documents(&step.0, Context { directory: reader::folder(&step.0), ..context });
            let Some(root) = roots.first() else { return Ok(None) };
            let others = root.get("services").ok_or_else(missing)?;
            let base = others.get(name).ok_or_else(missing)?;
            let folder = reader::folder(&step.0).to_owned();
            steps.push(step);
            self.extended(base, others, Context { directory: &folder, ..context }, steps)
        };
        steps.pop();
        Ok(Some(base))
    }

    /// The path of a file that another names.
    fn found(&self, file: &str, directory: &str, what: &str) -> Result<String, String> {
        if file.contains("://") || file.starts_with("git@") {
            return Err(format!(
                "the {what} file is not in this tree, so what it brings in is not known; keep a copy here"
            ));
        }
        let outside =
            || format!("the {what} file {file} lies outside of what is audited, so what it brings in is not known");
        let path = reader::join(directory, file).ok_or_else(outside)?;
        if !self.workspace.exists(&path) || self.workspace.is_folder(&path) {
            return Err(format!(
                "the {what} file {file} is not here, so what it brings in is not known; put it in place, or correct the path"
            ));
        }
        Ok(path)
    }

    /// A file on top of what it includes.
    fn with_included(&mut self, root: Node, context: Context<'_>) -> Node {
        let Some(include) = root.get("include").cloned() else { return root };
        let mut whole = without(&root, "include");
        if include.items().is_empty() && !include.is_null() {
            let message = format!("include is {}; write a list of files", include.describe());
            self.problems.push(Problem::error(include.span, message));
        }
        for item in include.items() {
            if let Some(base) = self.include(item, context) {
                whole = merge_included(&base, &whole);
            }
        }
        whole
    }

    /// What one element of `include` brings.
    fn include(&mut self, item: &Node, context: Context<'_>) -> Option<Node> {
        let list = item.get("path").unwrap_or(item);
        let mut paths: Vec<String> = Vec::new();
        for node in several(list) {
            match self.includable(node, context.directory) {
                Ok(path) => paths.push(path),
                Err(message) => {
                    self.problems.push(Problem::error(node.span, message));
                    let reason = Reason::MissingFile { path: node.text().unwrap_or_default().into() };
                    self.gaps.push(Gap::new(&BROUGHT, reason, node.span));
                }
            }
        }
        let first = paths.first()?;
        let folder = match item.get("project_directory").and_then(Node::text) {
            Some(folder) => reader::join(context.directory, folder)?,
            None => reader::folder(first).to_owned(),
        };
        let env_files = self.env_files(item, &folder, context);
        let variables = context.variables.clone().with_files(&env_files, self.workspace, &mut self.problems);
        let context = Context { directory: &folder, variables: &variables, include: self.included };
        let whole = self.stacked(&paths, context)?;
        let whole = contextual(&whole, &folder, self.directory);
        let entries = whole.entries().iter().filter(|entry| SECTIONS.contains(&entry.name())).cloned().collect();
        Some(Node { value: Value::Mapping(Mapping::new(entries)), ..whole })
    }

    /// The path of a file to include, if it may be.
    fn includable(&mut self, node: &Node, directory: &str) -> Result<String, String> {
        let file = node.text().ok_or_else(|| format!("a file to include is {}; write its path", node.describe()))?;
        let path = self.found(file, directory, "included")?;
        if self.trail.contains(&path) {
            return Err("files include each other in a circle, so Compose refuses them; break the circle".to_owned());
        }
        self.included += 1;
        if self.trail.len() > DEPTH || self.included > INCLUDED {
            return Err(format!(
                "more than {INCLUDED} files are included, or {DEPTH} within each other; include fewer"
            ));
        }
        Ok(path)
    }

    /// The env files of an `include`: those it names, or the `.env` of its folder.
    fn env_files(&mut self, item: &Node, folder: &str, context: Context<'_>) -> Vec<String> {
        let Some(named) = item.get("env_file") else {
            let own = reader::join(folder, ".env").filter(|_| folder != context.directory);
            return own.into_iter().filter(|path| self.is_file(path)).collect();
        };
        let mut files = Vec::new();
        for node in several(named) {
            let Some(text) = node.text().filter(|text| *text != "/dev/null") else { continue };
            match reader::join(context.directory, text).filter(|path| self.is_file(path)) {
                Some(path) => files.push(path),
                None => self.problems.push(env_file_missing(text, node.span)),
            }
        }
        files
    }

    fn is_file(&self, path: &str) -> bool {
        self.workspace.exists(path) && !self.workspace.is_folder(path)
    }
}

fn env_file_missing(path: &str, at: Span) -> Problem {
    let message = format!("the env file {path} is not here, so its variables count as not set; put it in place");
    Problem::error(at, message)
}

/// The elements of a list, or the one value.
fn several(node: &Node) -> &[Node] {
    if node.as_scalar().is_some() { std::slice::from_ref(node) } else { node.items() }
}

/// A mapping with the value of a key changed.
fn replaced(node: &Node, key: &str, value: &Node) -> Node {
    let entries = node.entries().iter().map(|entry| {
        let value = if entry.name() == key { value.clone() } else { entry.value.clone() };
        Entry { key: entry.key.clone(), value }
    });
    Node { value: Value::Mapping(Mapping::new(entries.collect())), ..node.clone() }
}

/// A mapping without a key.
fn without(node: &Node, key: &str) -> Node {
    if node.get(key).is_none() {
        return node.clone();
    }
    let entries = node.entries().iter().filter(|entry| entry.name() != key).cloned().collect();
    Node { value: Value::Mapping(Mapping::new(entries)), ..node.clone() }
}
