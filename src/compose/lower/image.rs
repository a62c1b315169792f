//! What the image of a service brings, as far as a Dockerfile in the tree tells.

use super::Merged;
use super::place::Place;
use crate::compose::dockerfile::{self, Stage};
use crate::model::{Brought, Field, Image, Probe};
use crate::source::{Reason, Span, Text, reader};

/// The image with nothing in it.
const SCRATCH: &str = "scratch";

/// Distributions: their official images name no user, so that root it is.
const DISTRIBUTIONS: [&str; 10] = [
    "library/debian",
    "library/ubuntu",
    "library/alpine",
    "library/busybox",
    "library/fedora",
    "library/centos",
    "library/rockylinux",
    "library/almalinux",
    "library/amazonlinux",
    "library/archlinux",
];

/// Whether an image that builds on this one is root's as long as it says nothing else.
fn is_roots(base: &str) -> bool {
    let of = |image: Image| image.official() && DISTRIBUTIONS.contains(&image.repository.as_str());
    base == SCRATCH || Image::parse(base).is_some_and(of)
}

/// What a `build` section comes to.
pub(super) struct Built {
    /// Whether there is one.
    pub is_built: bool,
    /// The last stage of its Dockerfile, if that is in the tree.
    stage: Option<Stage>,
    /// The folder that it is built from, if that is in the tree.
    context: Option<String>,
}

impl Built {
    pub fn of(build: Place<'_>, merged: &Merged<'_>) -> Self {
        if !build.is_there() {
            return Self { is_built: false, stage: None, context: None };
        }
        let context = build.get("context").known().unwrap_or(".");
        let file = build.get("dockerfile").known().unwrap_or("Dockerfile");
        let context = reader::join(merged.directory, context);
        let path = context.as_ref().and_then(|folder| reader::join(folder, file));
        let inline = build.get("dockerfile_inline").is_there();
        let source = path.filter(|_| !inline).and_then(|path| merged.workspace.open(&path).ok());
        let stage = source.and_then(|source| {
            let text = merged.workspace.sources.get(source);
            dockerfile::read(source, text.expose(), build.get("target").known())
        });
        Self { is_built: true, stage, context }
    }

    /// The image that the Dockerfile builds on.
    pub fn base(&self) -> Option<Image> {
        let (base, _) = self.stage.as_ref()?.base.as_ref()?;
        Image::parse(base)
    }

    /// The health check of the Dockerfile: there, switched off, or left to the base image. `service`
    /// is where one would be written that neither has.
    pub fn health(&self, service: Span) -> Option<Field<Probe>> {
        let stage = self.stage.as_ref()?;
        let Some((span, command)) = stage.health.as_ref() else {
            // Neither an empty image nor one of Docker's official ones brings a health check.
            let (base, _) = stage.base.as_ref()?;
            let has_none = base == SCRATCH || Image::parse(base).is_some_and(|image| image.official());
            return has_none.then(|| Field::absent(service));
        };
        let at = *span;
        Some(match command {
            None => Field::absent(at),
            Some(command) => {
                let command = Field::set(Text::from(command.as_str()), at);
                Field::set(Probe::by_command(command, Field::absent(at), at), at)
            }
        })
    }

    /// The files and folders of the tree that the Dockerfile copies into the image.
    pub fn files(&self, merged: &Merged<'_>) -> Vec<(Brought, Span)> {
        let (Some(stage), Some(context)) = (&self.stage, &self.context) else { return Vec::new() };
        stage.files(context, merged.workspace)
    }

    /// The program that the Dockerfile's ENTRYPOINT starts.
    pub fn entrypoint(&self) -> Option<(String, Span)> {
        self.stage.as_ref()?.entrypoint.clone()
    }
}

/// The user: written, else that of the Dockerfile, else the image's.
pub(super) fn user(service: Place<'_>, built: &Built) -> Field<String> {
    let written = service.get("user");
    if written.is_there() {
        return written.string().map(|user| user.split(':').next().unwrap_or_default().to_owned());
    }
    if let Some((base, span)) =
        built.stage.as_ref().filter(|stage| stage.user.is_none()).and_then(|stage| stage.base.as_ref())
        && is_roots(base)
    {
        return Field::default("root".to_owned(), *span);
    }
    if let Some((span, user)) = built.stage.as_ref().and_then(|stage| stage.user.as_ref()) {
        return Field::set(user.split(':').next().unwrap_or_default().to_owned(), *span);
    }
    Field::unknown(Reason::Image { what: "the user that it runs as".into() }, written.at)
}

/// The group, if one is written behind the user.
pub(super) fn group(service: Place<'_>) -> Field<String> {
    let written = service.get("user");
    let field = written.string();
    match field.value().map(|user| user.split_once(':').map(|(_, group)| group.to_owned())) {
        Some(Some(group)) => field.map(|_| group),
        Some(None) => Field::absent(written.at),
        None if written.is_there() => field,
        None => Field::unknown(Reason::Image { what: "the group that it runs as".into() }, written.at),
    }
}
