//! The files that a container finds, as far as mounts and a Dockerfile bring them.

use crate::discovery::Workspace;
use crate::discovery::workspace::fits;
use crate::model::{Container, Content, MountKind, SettingSource, Stack, State};
use crate::proxies::{Config, Files};
use crate::source::reader::{file_name, folder, is_within, join};
use crate::source::{Reason, Text};
use crate::syntax::inside::Places;
use crate::syntax::statements::Ground;
use std::cell::RefCell;

/// Folders that an image fills with nothing that matters.
const EMPTY: [&str; 4] =
    ["/etc/nginx/conf.d", "/etc/nginx/modules-enabled", "/etc/nginx/sites-enabled", "/etc/nginx/default.d"];

/// What is put at a path.
enum Piece<'s> {
    Content(&'s Content),
    Hidden(Reason),
}

/// The files of a container.
pub(super) struct Disk<'s> {
    stack: &'s Stack,
    container: &'s Container,
    workspace: &'s Workspace,
    /// By their paths; what comes later lies over what comes before.
    pieces: Vec<(&'s str, Piece<'s>)>,
    opened: RefCell<Vec<String>>,
}

impl<'s> Disk<'s> {
    /// With what a container mounts and what its image was given.
    pub fn new(stack: &'s Stack, container: &'s Container, workspace: &'s Workspace) -> Self {
        let mut pieces = Vec::new();
        for (brought, _) in &container.baked {
            pieces.push((brought.path.as_str(), Piece::Content(&brought.content)));
        }
        for mount in container.mounts.iter().filter_map(|index| stack.mounts.get(*index)) {
            for brought in &mount.brings {
                pieces.push((brought.path.trim_end_matches('/'), Piece::Content(&brought.content)));
            }
            let is_empty = matches!(mount.kind, MountKind::Empty | MountKind::Tmpfs);
            if let (true, false, State::Set(path)) = (mount.brings.is_empty(), is_empty, &mount.path.state) {
                let what = format!("what is kept at {}", path.expose()).into();
                pieces.push((path.expose().trim_end_matches('/'), Piece::Hidden(Reason::Elsewhere { what })));
            }
        }
        Self { stack, container, workspace, pieces, opened: RefCell::default() }
    }

    /// The files of the tree that were opened.
    pub fn opened(&self) -> Vec<String> {
        self.opened.take()
    }

    /// Whether something is put at, below or above a folder.
    pub fn touches(&self, folder: &str) -> bool {
        self.pieces.iter().any(|(path, _)| is_within(path, folder) || (path.len() > 1 && is_within(folder, path)))
    }

    /// Whether a file is brought to a path, or may be.
    pub fn has(&self, path: &str) -> bool {
        let Some((at, piece)) = self.piece(path) else { return false };
        match piece {
            Piece::Content(Content::File(base)) => {
                let rest = path.strip_prefix(at).unwrap_or_default().trim_start_matches('/');
                // What is bound as a file and is not here is on the host.
                rest.is_empty() || join(base, rest).is_some_and(|path| self.workspace.exists(&path))
            }
            Piece::Content(_) => at == path,
            Piece::Hidden(_) => true,
        }
    }

    /// What lies at or above a path.
    fn piece(&self, path: &str) -> Option<(&'s str, &Piece<'s>)> {
        let above = self.pieces.iter().enumerate().filter(|(_, (at, _))| is_within(path, at));
        above.max_by_key(|(number, (at, _))| (at.len(), *number)).map(|(_, (at, piece))| (*at, piece))
    }

    fn open(&self, path: &str) -> Result<Config, Reason> {
        let Some((at, piece)) = self.piece(path) else {
            return Err(Reason::Image { what: format!("what is at {path}").into() });
        };
        let content = match piece {
            Piece::Content(content) => content,
            Piece::Hidden(reason) => return Err(reason.clone()),
        };
        let rest = path.strip_prefix(at).unwrap_or_default().trim_start_matches('/');
        let missing = || Reason::MissingFile { path: path.into() };
        match content {
            Content::File(base) => {
                let tree = if rest.is_empty() { base.clone() } else { join(base, rest).ok_or_else(missing)? };
                let source =
                    self.workspace.open(&tree).map_err(|_| Reason::MissingFile { path: tree.as_str().into() })?;
                let text = Text::from(self.workspace.sources.get(source).expose());
                self.opened.borrow_mut().push(tree);
                Ok(Config { path: path.to_owned(), text, ground: Ground::File(source) })
            }
            Content::Written(node) if rest.is_empty() => {
                if let Some(reason) = node.provenance.as_ref().and_then(|provenance| provenance.unknown.clone()) {
                    return Err(reason);
                }
                let file = self.workspace.sources.get(node.span.source);
                let ground = Ground::Inside(Places::of(node, file.expose()));
                Ok(Config { path: path.to_owned(), text: Text::from(node.text().unwrap_or_default()), ground })
            }
            Content::Coded(text, at) if rest.is_empty() => {
                Ok(Config { path: path.to_owned(), text: text.clone(), ground: Ground::Inside(Places::whole(*at)) })
            }
            Content::Unknown(reason) => Err(reason.clone()),
            Content::Written(_) | Content::Coded(..) => Err(missing()),
        }
    }

    /// The paths of the files in a folder.
    fn names(&self, place: &str) -> Result<Vec<String>, Reason> {
        let mut found: Vec<String> = Vec::new();
        match self.piece(place) {
            Some((_, Piece::Hidden(reason))) | Some((_, Piece::Content(Content::Unknown(reason)))) => {
                return Err(reason.clone());
            }
            Some((at, Piece::Content(Content::File(base)))) => {
                let rest = place.strip_prefix(at).unwrap_or_default().trim_start_matches('/');
                let tree = join(base, rest).unwrap_or_default();
                if !self.workspace.is_folder(&tree) {
                    return Err(Reason::MissingFile { path: tree.into() });
                }
                let inside = self.workspace.matching(&format!("{tree}/*"));
                found.extend(inside.iter().map(|path| format!("{place}/{}", file_name(path))));
            }
            Some((_, Piece::Content(_))) | None => {}
        }
        let single = self.pieces.iter().map(|(path, _)| *path).filter(|path| folder(path) == place);
        found.extend(single.map(str::to_owned));
        found.sort();
        found.dedup();
        if found.is_empty() && self.piece(place).is_none() && !EMPTY.contains(&place) {
            return Err(Reason::Image { what: format!("what is in {place}").into() });
        }
        Ok(found)
    }
}

impl Files for Disk<'_> {
    fn find(&self, path: &str) -> Result<Vec<Config>, Reason> {
        if !path.contains('*') {
            return self.open(path).map(|config| vec![config]);
        }
        let place = folder(path);
        if place.contains('*') {
            return Err(Reason::Unseen { what: "a pattern of folders".into() });
        }
        let names = self.names(place)?;
        let fitting = names.into_iter().filter(|name| fits(file_name(name), file_name(path)));
        fitting.map(|name| self.open(&name)).collect()
    }

    fn variable(&self, name: &str) -> Result<Option<Text>, Reason> {
        let settings = self.container.settings.iter().filter_map(|index| self.stack.settings.get(*index));
        let mut found = settings.filter(|it| it.source == SettingSource::Env && it.name == name);
        match found.next().map(|setting| &setting.value.state) {
            Some(State::Set(text)) => Ok(Some(text.clone())),
            Some(State::Unknown(reason)) => Err(reason.clone()),
            Some(State::Absent) | None => Ok(None),
        }
    }
}
