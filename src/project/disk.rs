//! Which files a process finds under which paths, as far as mounts and a Dockerfile bring them.

use crate::discovery::Workspace;
use crate::discovery::workspace::fits;
use crate::model::{Brought, Container, Content, Held, Mount, MountKind, Platform, Stack, State};
use crate::source::reader::{file_name, folder, is_within, join};
use crate::source::{OriginKind, Reason, Span, Text};
use crate::syntax::Node;
use crate::systemd::unit::in_tree;

/// The file system of a container, as far as the files tell.
pub(super) struct Disk<'s> {
    mounts: Vec<(&'s str, &'s Mount)>,
    /// What the image is built with.
    baked: &'s [(Brought, Span)],
    /// A mount whose path is not known: it may be anywhere.
    anywhere: Option<(&'s Reason, Span)>,
    /// For a unit, which sees the files of its host: the folder that the unit is in, and its place.
    unit: Option<(&'s str, Span)>,
    workspace: &'s Workspace,
}

/// What is at a path.
pub(super) enum Found<'s> {
    /// Nothing that a mount brings: what the image has there.
    Nothing,
    /// Something that cannot be seen.
    Hidden(Reason, Span),
    /// A file.
    File {
        /// What it holds.
        content: Source<'s>,
        /// What the places are that its values stand at.
        kind: OriginKind,
        /// Who holds it.
        held: Held,
        /// The place of the mount.
        at: Span,
    },
}

/// Where the content of a file stands.
pub(super) enum Source<'s> {
    /// In a file of the tree.
    File(String),
    /// In a text of an audited file.
    Written(&'s Node),
    /// In another form.
    Coded(&'s Text, Span),
    /// It cannot be seen.
    Unknown(&'s Reason),
}

/// The content as it is brought.
pub(super) fn as_content(content: &Content) -> Source<'_> {
    match content {
        Content::File(path) => Source::File(path.clone()),
        Content::Written(node) => Source::Written(node),
        Content::Coded(text, at) => Source::Coded(text, *at),
        Content::Unknown(reason) => Source::Unknown(reason),
    }
}

impl<'s> Disk<'s> {
    /// What a container mounts.
    pub fn new(stack: &'s Stack, container: &'s Container, workspace: &'s Workspace) -> Self {
        let object = container.object.and_then(|index| stack.objects.get(index));
        let unit = object.filter(|_| stack.platform == Platform::Systemd);
        let unit = unit.map(|object| (folder(&object.file), container.at));
        let mut disk = Self { mounts: Vec::new(), baked: &container.baked, anywhere: None, unit, workspace };
        for mount in container.mounts.iter().filter_map(|index| stack.mounts.get(*index)) {
            match &mount.path.state {
                State::Set(path) => disk.mounts.push((path.expose().trim_end_matches('/'), mount)),
                State::Unknown(reason) => disk.anywhere = Some((reason, mount.at)),
                State::Absent => {}
            }
        }
        disk
    }

    /// Every file that a mount is known to bring, with the place of the mount; and those that the image
    /// is built with where config files stand, as an image holds much else.
    pub fn files(&self) -> impl Iterator<Item = (&'s Brought, Span)> {
        let mounted = self.mounts.iter().flat_map(|(_, mount)| mount.brings.iter().map(|brought| (brought, mount.at)));
        let baked = self.baked.iter().filter(|(brought, _)| holds_config(&brought.path));
        let baked = baked.filter(|(brought, _)| self.best(&brought.path).is_none());
        mounted.chain(baked.map(|(brought, at)| (brought, *at)))
    }

    /// The paths that a pattern, whose last part holds `*`, stands for, sorted; and what keeps further
    /// ones from being seen, if something does.
    pub fn matching(&self, pattern: &str) -> (Vec<String>, Option<(Reason, Span)>) {
        let (place, last) = (folder(pattern), file_name(pattern));
        let brought = self.mounts.iter().flat_map(|(_, mount)| &mount.brings);
        let mut names: Vec<String> = Vec::new();
        for brought in brought.chain(self.baked.iter().map(|(brought, _)| brought)) {
            if folder(&brought.path) == place {
                names.push(file_name(&brought.path).to_owned());
            }
            if let (Content::File(base), Some(rest)) = (&brought.content, below(place, &brought.path)) {
                let found = self.workspace.matching(&format!("{base}/{rest}/{last}").replace("//", "/"));
                names.extend(found.iter().map(|path| file_name(path).to_owned()));
            }
        }
        names.retain(|name| fits(name, last));
        names.sort();
        names.dedup();
        let hidden = match self.find(place) {
            Found::Hidden(reason, at) => Some((reason, at)),
            Found::Nothing | Found::File { .. } => None,
        };
        (names.into_iter().map(|name| format!("{place}/{name}")).collect(), hidden)
    }

    /// Whether a secret is mounted at or above a path.
    pub fn is_secret(&self, path: &str) -> bool {
        self.best(path).is_some_and(|mount| mount.kind == MountKind::Secret)
    }

    /// Whether a file is known to be put at a path, or may be by what is mounted there.
    pub fn has(&self, path: &str) -> bool {
        (self.anywhere.is_none() || self.best(path).is_some()) && !matches!(self.find(path), Found::Nothing)
    }

    fn best(&self, path: &str) -> Option<&'s Mount> {
        let leading = self.mounts.iter().filter(|(at, _)| below(path, at).is_some());
        leading.max_by_key(|(at, _)| at.len()).map(|(_, mount)| *mount)
    }

    /// What is at a path: the mount with the longest path that leads there decides.
    pub fn find(&self, path: &str) -> Found<'s> {
        let Some(mount) = self.best(path) else {
            return match (self.anywhere, self.unit) {
                (Some((reason, at)), _) => Found::Hidden(reason.clone(), at),
                (None, Some((place, at))) => self.of_unit(path, place, at),
                (None, None) => self.in_image(path),
            };
        };
        let mut leading = mount.brings.iter().filter_map(|brought| Some((brought, below(path, &brought.path)?)));
        let Some((brought, rest)) = leading.next() else {
            return match mount.kind {
                MountKind::Config | MountKind::Secret => Found::Nothing,
                _ if is_blank(mount) => Found::Nothing,
                _ => Found::Hidden(Reason::Elsewhere { what: format!("what is kept at {path}").into() }, mount.at),
            };
        };
        let content = match (&brought.content, rest) {
            (Content::Unknown(reason), _) => return Found::Hidden(reason.clone(), mount.at),
            (Content::File(base), "") => return self.on_host(base.clone(), brought, mount.at),
            (Content::File(base), rest) => return self.on_host(format!("{base}/{rest}"), brought, mount.at),
            (content, "") => as_content(content),
            // Nothing lies below a file.
            (_, _) => return Found::Nothing,
        };
        Found::File { content, kind: brought.kind, held: brought.held, at: mount.at }
    }

    /// Whether it is the file system of a host, which holds more than the tree shows.
    pub fn is_host(&self) -> bool {
        self.unit.is_some()
    }

    /// The file of the tree that a unit most likely finds at a path of its host.
    fn of_unit(&self, path: &str, place: &str, at: Span) -> Found<'s> {
        match in_tree(path, place, self.workspace) {
            Some(file) => {
                Found::File { content: Source::File(file), kind: OriginKind::Literal, held: Held::External, at }
            }
            None => Found::Hidden(Reason::MissingFile { path: path.into() }, at),
        }
    }

    /// What the image is built with at a path: the last copy that brings it there.
    fn in_image(&self, path: &str) -> Found<'s> {
        let leading =
            self.baked.iter().rev().filter_map(|(brought, at)| Some((brought, below(path, &brought.path)?, at)));
        let mut files = leading.filter_map(|(brought, rest, at)| {
            let Content::File(base) = &brought.content else { return None };
            let full = if rest.is_empty() { base.clone() } else { join(base, rest)? };
            let is_file = self.workspace.exists(&full) && !self.workspace.is_folder(&full);
            let content = Source::File(full);
            is_file.then_some(Found::File { content, kind: brought.kind, held: brought.held, at: *at })
        });
        files.next().unwrap_or(Found::Nothing)
    }

    /// A path of the host below the root. What is not in the tree may be on the host.
    fn on_host(&self, path: String, brought: &'s Brought, at: Span) -> Found<'s> {
        let folder = path.rsplit_once('/').map_or(".", |(folder, _)| folder);
        if self.workspace.is_folder(&path) {
            return Found::Nothing;
        }
        if self.workspace.exists(&path) {
            return Found::File { content: Source::File(path), kind: brought.kind, held: brought.held, at };
        }
        let is_part = matches!(&brought.content, Content::File(base) if *base != path);
        if is_part && self.workspace.is_folder(folder) {
            return Found::Nothing;
        }
        Found::Hidden(Reason::MissingFile { path: path.into() }, at)
    }
}

/// Whether something is put at, below or above a folder of a container.
pub(super) fn touches(stack: &Stack, container: &Container, folder: &str) -> bool {
    let is_near = |path: &str| is_within(path, folder) || (path.len() > 1 && is_within(folder, path));
    let mut mounts = container.mounts.iter().filter_map(|index| stack.mounts.get(*index));
    container.baked.iter().any(|(brought, _)| is_near(&brought.path))
        || mounts.any(|mount| {
            let own = mount.path.value().filter(|_| !is_blank(mount));
            own.is_some_and(|path| is_near(path.expose().trim_end_matches('/')))
                || mount.brings.iter().any(|brought| is_near(&brought.path))
        })
}

/// Whether a mount brings an empty folder.
fn is_blank(mount: &Mount) -> bool {
    matches!(mount.kind, MountKind::Tmpfs)
}

/// Whether a path is one where config files stand.
fn holds_config(path: &str) -> bool {
    let mut folders = folder(path).split('/');
    folders.any(|folder| matches!(folder, "etc" | "config" | "conf" | "conf.d" | "settings"))
}

/// What leads from a folder to a path within it; `None` if it is not within. A path is within
/// itself.
fn below<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    let rest = path.strip_prefix(folder.trim_end_matches('/'))?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}
