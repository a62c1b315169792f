//! Images that are built from the tree: what their Dockerfiles give the containers of manifests and
//! charts that run them. A Compose service reads its own Dockerfile itself.

use super::pipelines::{StepBody, Written};
use crate::compose::dockerfile::{self, Stage};
use crate::discovery::Workspace;
use crate::model::container::INITS;
use crate::model::{Container, Field, Image, Platform, Stack};
use crate::source::reader::{file_name, folder, join};
use crate::source::{HOLE, Reason, Text};
use crate::syntax::shell;
use crate::syntax::{Limits, Node, Syntax, parse};
use hashbrown::HashMap;

/// How an image is built.
#[derive(Clone, PartialEq, Eq)]
struct Recipe {
    /// The folder that it is built from.
    context: String,
    /// The path of its Dockerfile.
    file: String,
    /// The stage that is built, if not the last.
    target: Option<String>,
}

/// Images by registry and repository, each with the one way in which it is built; `None` if several
/// are written.
#[derive(Default)]
struct Recipes(HashMap<(String, String), Option<Recipe>>);

/// Whether a file says how images are built, and nothing else.
#[must_use]
pub fn is_builder(path: &str) -> bool {
    let names = ["skaffold.yaml", "skaffold.yml"];
    names.into_iter().any(|name| path.ends_with(name) && file_name(path) == name)
}

/// Gives the containers of manifests and charts what the Dockerfiles of their images say. `files`: those
/// that say how images are built.
pub fn join_dockerfiles(stacks: &mut [Stack], files: &[String], pipelines: &[Written], workspace: &Workspace) {
    let is_of_cluster = |stack: &Stack| matches!(stack.platform, Platform::Kubernetes | Platform::Helm);
    if !stacks.iter().any(is_of_cluster) {
        return;
    }
    let mut recipes = Recipes::default();
    stacks.iter().filter(|stack| stack.platform == Platform::Compose).for_each(|stack| recipes.of_compose(stack));
    files.iter().for_each(|path| recipes.of_skaffold(path, workspace));
    for step in pipelines.iter().flat_map(|pipeline| &pipeline.steps) {
        match &step.body {
            StepBody::Script { text, .. } => recipes.of_script(text.expose()),
            StepBody::Uses { name, inputs } => recipes.of_action(name, inputs),
        }
    }
    let stages: HashMap<&(String, String), (Stage, &str)> = recipes
        .0
        .iter()
        .filter_map(|(image, recipe)| {
            let recipe = recipe.as_ref()?;
            let source = workspace.exists(&recipe.file).then(|| workspace.open(&recipe.file).ok()).flatten()?;
            let text = workspace.sources.get(source);
            let stage = dockerfile::read(source, text.expose(), recipe.target.as_deref())?;
            Some((image, (stage, recipe.context.as_str())))
        })
        .collect();
    if stages.is_empty() {
        return;
    }
    for container in stacks.iter_mut().filter(|stack| is_of_cluster(stack)).flat_map(|stack| &mut stack.containers) {
        let Some(image) = container.image.value() else { continue };
        let Some((stage, context)) = stages.get(&(image.registry.clone(), image.repository.clone())) else { continue };
        give(container, stage, context, workspace);
    }
}

/// What a container has from its image. Kubernetes does not look at a HEALTHCHECK.
fn give(container: &mut Container, stage: &Stage, context: &str, workspace: &Workspace) {
    if let Some((at, user)) = stage.user.as_ref().filter(|_| container.user.is_absent()) {
        let user = user.split(':').next().unwrap_or_default();
        // Numbers are what Kubernetes writes.
        container.user = Field::set(if user == "root" { "0" } else { user }.to_owned(), *at);
    }
    if let Some((program, at)) = stage.entrypoint.as_ref().filter(|_| container.command.is_absent())
        && matches!(container.init.reason(), Some(Reason::Image { .. }))
    {
        container.init = Field::set(INITS.contains(&program.as_str()), *at);
    }
    let base = stage.base.as_ref().and_then(|(base, _)| Image::parse(base));
    container.base = container.base.take().or(base);
    if container.baked.is_empty() {
        container.baked = stage.files(context, workspace);
    }
}

impl Recipes {
    /// Notes how an image is built; `None` for paths that lead out of the tree.
    fn add(&mut self, image: &str, context: Option<String>, file: Option<String>, target: Option<&str>) {
        // What comes behind the name is often put in by the pipeline.
        let (Some(image), Some(context), Some(file)) = (Image::parse(&image.replace(HOLE, "0")), context, file) else {
            return;
        };
        let is_whole = ![&image.registry, &image.repository].iter().any(|part| part.contains(['$', '{', '%']));
        if !is_whole {
            return;
        }
        let recipe = Recipe { context, file, target: target.map(str::to_owned) };
        let known = self.0.entry((image.registry, image.repository)).or_insert_with(|| Some(recipe.clone()));
        if known.as_ref().is_some_and(|known| *known != recipe) {
            *known = None;
        }
    }

    /// Services that build an image and name it.
    fn of_compose(&mut self, stack: &Stack) {
        let services = stack.objects.first().and_then(|project| project.root.get("services"));
        for service in services.map_or(&[][..], Node::entries) {
            let (Some(build), Some(image)) = (service.value.get("build"), service.value.get("image")) else { continue };
            let said = |key| build.get(key).and_then(Node::text);
            if build.get("dockerfile_inline").is_some() {
                continue;
            }
            let context = join(&stack.root, build.text().or(said("context")).unwrap_or("."));
            let file = context.as_ref().and_then(|folder| join(folder, said("dockerfile").unwrap_or("Dockerfile")));
            self.add(image.text().unwrap_or_default(), context, file, said("target"));
        }
    }

    /// The artifacts of a `skaffold.yaml` that Docker builds.
    fn of_skaffold(&mut self, path: &str, workspace: &Workspace) {
        const OTHERS: [&str; 6] = ["buildpacks", "jibMaven", "jib", "bazel", "ko", "custom"];
        let Ok(source) = workspace.open(path) else { return };
        let parsed = parse(Syntax::Yaml, source, workspace.sources.get(source).expose(), &Limits::default());
        for document in &parsed.documents {
            let artifacts = document.root.at(&["build", "artifacts"]).map_or(&[][..], Node::items);
            for artifact in artifacts.iter().filter(|it| OTHERS.iter().all(|other| it.get(other).is_none())) {
                let said = |path: &[&str]| artifact.at(path).and_then(Node::text);
                let context = join(folder(path), said(&["context"]).unwrap_or("."));
                let file = said(&["docker", "dockerfile"]).unwrap_or("Dockerfile");
                let file = context.as_ref().and_then(|folder| join(folder, file));
                self.add(said(&["image"]).unwrap_or_default(), context, file, said(&["docker", "target"]));
            }
        }
    }

    /// `docker build -t NAME -f FILE --target STAGE CONTEXT` in a script.
    fn of_script(&mut self, text: &str) {
        if !text.contains("build") {
            return;
        }
        for command in shell::parse(text).0 {
            let words: Vec<String> = command.words.iter().map(|word| word.filled(&|_| None)).collect();
            let mut rest = words.iter().map(String::as_str);
            match rest.next().map(file_name) {
                // From here on paths begin elsewhere.
                Some("cd" | "pushd") => return,
                Some("docker" | "podman" | "nerdctl") => {}
                _ => continue,
            }
            let mut rest = rest.skip_while(|word| matches!(*word, "buildx" | "image" | "builder")).peekable();
            if rest.next() == Some("build") {
                self.of_command(rest);
            }
        }
    }

    fn of_command<'w>(&mut self, mut words: impl Iterator<Item = &'w str>) {
        // Options that stand by themselves.
        const ALONE: [&str; 9] =
            ["--push", "--load", "--pull", "--no-cache", "--rm", "--force-rm", "--squash", "-q", "--quiet"];
        let (mut images, mut file, mut target, mut context) = (Vec::new(), None, None, None);
        while let Some(word) = words.next() {
            let (name, own) = match word.split_once('=') {
                Some((name, value)) if name.starts_with("--") => (name, Some(value)),
                _ => (word, None),
            };
            if !name.starts_with('-') || name == "-" {
                context = Some(word);
                continue;
            }
            let value = if ALONE.contains(&name) { None } else { own.or_else(|| words.next()) };
            match name {
                "-t" | "--tag" => images.extend(value),
                "-f" | "--file" => file = value,
                "--target" => target = value,
                _ => {}
            }
        }
        let is_known = |path: &str| !path.contains(HOLE) && !path.contains("://");
        let Some(context) = context.filter(|context| is_known(context)) else { return };
        if [file, target].into_iter().flatten().any(|it| !is_known(it)) {
            return;
        }
        images.into_iter().for_each(|image| self.add_at_root(image, context, file, target));
    }

    /// Notes how an image is built where all paths begin at the root, as those of scripts and pipelines do.
    fn add_at_root(&mut self, image: &str, context: &str, file: Option<&str>, target: Option<&str>) {
        let context = join(".", context);
        let beside = || context.as_ref().and_then(|folder| join(folder, "Dockerfile"));
        let file = file.map_or_else(beside, |file| join(".", file));
        self.add(image, context, file, target);
    }

    /// `docker/build-push-action`.
    fn of_action(&mut self, name: &str, inputs: &[(String, Field<Text>)]) {
        if name.split('@').next() != Some("docker/build-push-action") {
            return;
        }
        let said = |wanted: &str| inputs.iter().find(|(key, _)| key == wanted).map(|(_, value)| value);
        let known = |wanted: &str| said(wanted).and_then(Field::value).map(Text::expose).map(str::trim);
        let is_open = |wanted: &str| said(wanted).is_some_and(|value| value.value().is_none());
        if ["context", "file", "target"]
            .into_iter()
            .any(|wanted| is_open(wanted) || known(wanted).is_some_and(|it| it.contains("${{")))
        {
            return;
        }
        // Without a context the action takes the repository itself.
        let context = known("context").unwrap_or(".");
        for image in known("tags").unwrap_or_default().split(['\n', ',']).map(str::trim) {
            // `${{ ... }}` has blanks.
            let image = image.split("${{").next().unwrap_or_default().trim_end_matches(':');
            self.add_at_root(image, context, known("file"), known("target"));
        }
    }
}
