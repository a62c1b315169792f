//! What a proxy in a container can see: the files of its disk, and its variables.

use crate::discovery::Workspace;
use crate::model::{Container, SettingSource, Stack, State};
use crate::project::disk::{self, Disk, Found, Source};
use crate::proxies::{Config, Files};
use crate::source::reader::folder;
use crate::source::{Reason, Text};
use crate::syntax::inside::Places;
use crate::syntax::statements::Ground;
use std::cell::RefCell;

/// Folders that an image fills with nothing that matters.
const EMPTY: [&str; 4] =
    ["/etc/nginx/conf.d", "/etc/nginx/modules-enabled", "/etc/nginx/sites-enabled", "/etc/nginx/default.d"];

/// The surroundings of a container.
pub(super) struct Around<'s> {
    stack: &'s Stack,
    container: &'s Container,
    workspace: &'s Workspace,
    disk: Disk<'s>,
    opened: RefCell<Vec<String>>,
}

impl<'s> Around<'s> {
    /// With what a container mounts and what its image was given.
    pub fn new(stack: &'s Stack, container: &'s Container, workspace: &'s Workspace) -> Self {
        let disk = Disk::new(stack, container, workspace);
        Self { stack, container, workspace, disk, opened: RefCell::default() }
    }

    /// The files of the tree that were opened.
    pub fn opened(&self) -> Vec<String> {
        self.opened.take()
    }

    /// Whether something is put at, below or above a folder.
    pub fn touches(&self, folder: &str) -> bool {
        disk::touches(self.stack, self.container, folder)
    }

    /// Whether a file is brought to a path, or may be.
    pub fn has(&self, path: &str) -> bool {
        self.disk.has(path)
    }

    fn open(&self, path: &str) -> Result<Config, Reason> {
        let content = match self.disk.find(path) {
            Found::Nothing => return Err(Reason::Image { what: format!("what is at {path}").into() }),
            Found::Hidden(reason, _) => return Err(reason),
            Found::File { content, .. } => content,
        };
        let (text, ground) = match content {
            Source::File(tree) => {
                let source =
                    self.workspace.open(&tree).map_err(|_| Reason::MissingFile { path: tree.as_str().into() })?;
                self.opened.borrow_mut().push(tree);
                (Text::from(self.workspace.sources.get(source).expose()), Ground::File(source))
            }
            Source::Written(node) => {
                if let Some(reason) = node.provenance.as_ref().and_then(|provenance| provenance.unknown.clone()) {
                    return Err(reason);
                }
                let file = self.workspace.sources.get(node.span.source);
                let ground = Ground::Inside(Places::of(node, file.expose()));
                (Text::from(node.text().unwrap_or_default()), ground)
            }
            Source::Coded(text, at) => (text.clone(), Ground::Inside(Places::whole(at))),
            Source::Unknown(reason) => return Err(reason.clone()),
        };
        Ok(Config { path: path.to_owned(), text, ground })
    }
}

impl Files for Around<'_> {
    fn find(&self, path: &str) -> Result<Vec<Config>, Reason> {
        if !path.contains('*') {
            return self.open(path).map(|config| vec![config]);
        }
        let place = folder(path);
        if place.contains('*') {
            return Err(Reason::Unseen { what: "a pattern of folders".into() });
        }
        let (paths, hidden) = self.disk.matching(path);
        if let Some((reason, _)) = hidden {
            return Err(reason);
        }
        if paths.is_empty() && !self.touches(place) && !EMPTY.contains(&place) {
            return Err(Reason::Image { what: format!("what is in {place}").into() });
        }
        paths.iter().map(|path| self.open(path)).collect()
    }

    fn variable(&self, name: &str) -> Result<Option<Text>, Reason> {
        let settings = self.container.settings.iter().filter_map(|index| self.stack.setting(*index));
        let mut found = settings.filter(|it| it.source == SettingSource::Env && &*it.name == name);
        match found.next().map(|setting| &setting.value.state) {
            Some(State::Set(text)) => Ok(Some(text.clone())),
            Some(State::Unknown(reason)) => Err(reason.clone()),
            Some(State::Absent) | None => Ok(None),
        }
    }
}
