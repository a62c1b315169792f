//! Which files a process finds under which paths.

use crate::discovery::Workspace;
use crate::model::{Brought, Container, Content, Mount, MountKind, Stack, State};
use crate::source::{Reason, Span, Text};
use crate::syntax::Node;

/// The file system of a container, as far as the files tell.
pub(super) struct Reach<'s> {
    mounts: Vec<(&'s str, &'s Mount)>,
    /// A mount whose path is not known: it may be anywhere.
    anywhere: Option<(&'s Reason, Span)>,
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
        /// How it came there.
        brought: &'s Brought,
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

impl<'s> Reach<'s> {
    /// What a container mounts.
    pub fn new(stack: &'s Stack, container: &'s Container, workspace: &'s Workspace) -> Self {
        let mut reach = Self { mounts: Vec::new(), anywhere: None, workspace };
        for mount in container.mounts.iter().filter_map(|index| stack.mounts.get(*index)) {
            match &mount.path.state {
                State::Set(path) => reach.mounts.push((path.expose().trim_end_matches('/'), mount)),
                State::Unknown(reason) => reach.anywhere = Some((reason, mount.at)),
                State::Absent => {}
            }
        }
        reach
    }

    /// Every file that a mount is known to bring, with the place of the mount.
    pub fn files(&self) -> impl Iterator<Item = (&'s Brought, Span)> {
        self.mounts.iter().flat_map(|(_, mount)| mount.brings.iter().map(|brought| (brought, mount.at)))
    }

    /// Whether a secret is mounted at or above a path.
    pub fn is_secret(&self, path: &str) -> bool {
        self.best(path).is_some_and(|mount| mount.kind == MountKind::Secret)
    }

    fn best(&self, path: &str) -> Option<&'s Mount> {
        let leading = self.mounts.iter().filter(|(at, _)| below(path, at).is_some());
        leading.max_by_key(|(at, _)| at.len()).map(|(_, mount)| *mount)
    }

    /// What is at a path: the mount with the longest path that leads there decides.
    pub fn find(&self, path: &str) -> Found<'s> {
        let Some(mount) = self.best(path) else {
            return match self.anywhere {
                Some((reason, at)) => Found::Hidden(reason.clone(), at),
                None => Found::Nothing,
            };
        };
        let mut leading = mount.brings.iter().filter_map(|brought| Some((brought, below(path, &brought.path)?)));
        let Some((brought, rest)) = leading.next() else {
            return match mount.kind {
                MountKind::Config | MountKind::Secret => Found::Nothing,
                MountKind::Tmpfs => Found::Nothing,
                _ => Found::Hidden(Reason::Elsewhere { what: format!("what is kept at {path}").into() }, mount.at),
            };
        };
        let content = match (&brought.content, rest) {
            (Content::Unknown(reason), _) => return Found::Hidden(reason.clone(), mount.at),
            (Content::File(base), "") => return self.on_host(base.clone(), brought, mount),
            (Content::File(base), rest) => return self.on_host(format!("{base}/{rest}"), brought, mount),
            (content, "") => as_content(content),
            // Nothing lies below a file.
            (_, _) => return Found::Nothing,
        };
        Found::File { content, brought, at: mount.at }
    }

    /// A path of the host below the root. What is not in the tree may be on the host.
    fn on_host(&self, path: String, brought: &'s Brought, mount: &'s Mount) -> Found<'s> {
        let folder = path.rsplit_once('/').map_or(".", |(folder, _)| folder);
        if self.workspace.is_folder(&path) {
            return Found::Nothing;
        }
        if self.workspace.exists(&path) {
            return Found::File { content: Source::File(path), brought, at: mount.at };
        }
        let is_part = matches!(&brought.content, Content::File(base) if *base != path);
        if is_part && self.workspace.is_folder(folder) {
            return Found::Nothing;
        }
        Found::Hidden(Reason::MissingFile { path: path.into() }, mount.at)
    }
}

/// What leads from a folder to a path within it; `None` if it is not within. A path is within
/// itself.
fn below<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    let rest = path.strip_prefix(folder.trim_end_matches('/'))?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}
