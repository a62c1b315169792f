//! The settings of each process: variables, flags and the config files that reach it, joined under
//! one name by the rules of its app.

mod deployed;
mod hosts;
mod read;

use self::read::{Shelf, own_keys, single};
use crate::appconfig::{self, App, FileLayer, Join, Joined, Listed, Single};
use crate::discovery::Workspace;
use crate::model::{
    Brought, Container, ContainerKind, Content, Field, Gap, Held, Setting, SettingSource, Stack, State, SubjectKind,
};
use crate::project::disk::{Disk, Found, as_content};
use crate::source::{OriginKind, Problem, Reason, Span, Text};
use hashbrown::{HashMap, HashSet};
use rayon::prelude::*;
use std::sync::Arc;

/// How many settings of one stack are read from config files.
const MOST: usize = 200_000;

/// How many containers are looked at in one go: few, as all wait for the last one.
const PART: usize = 64;

/// The end of the name of a variable that names a file with the value, where no pack speaks.
const SIBLING: &str = "_FILE";

/// Joins the settings of every container. Containers have to know their apps. What is wrong with
/// the files is returned.
pub fn join(stacks: &mut [Stack], workspace: &Workspace, apps: &[&App]) -> Vec<Problem> {
    let listed = apps.iter().filter(|app| app.is_configured()).map(|&app| (app.name.as_str(), Listed::new(app)));
    let apps: HashMap<&str, Listed<'_>> = listed.collect();
    let found: Vec<Vec<Problem>> = stacks
        .par_iter_mut()
        .map(|stack| {
            let mut problems = Joiner::new(workspace, &apps).join(stack);
            hosts::add(stack, workspace, &mut problems);
            deployed::mark(stack, &workspace.sources);
            problems
        })
        .collect();
    found.into_iter().flatten().collect()
}

struct Joiner<'a> {
    workspace: &'a Workspace,
    apps: &'a HashMap<&'a str, Listed<'a>>,
    shelf: Shelf<'a>,
}

/// What comes of one container.
#[derive(Default)]
struct OfContainer {
    joined: Joined,
    /// The places of texts whose keys are settings of their own.
    read: Vec<Span>,
    /// Why a config file that its app reads is hidden, if one is.
    hidden: Option<Reason>,
}

/// The files of one container, where some are left to be read of which its pack says nothing.
struct Left<'s> {
    disk: Disk<'s>,
    /// Paths of config files that its app reads.
    taken: HashSet<String>,
    /// The names of settings that its app looks for in files.
    known: HashSet<String>,
}

impl<'a> Joiner<'a> {
    fn new(workspace: &'a Workspace, apps: &'a HashMap<&'a str, Listed<'a>>) -> Self {
        Self { workspace, apps, shelf: Shelf::new(workspace) }
    }

    fn join(self, stack: &mut Stack) -> Vec<Problem> {
        let mut gone = HashSet::new();
        let mut read: HashSet<Span> = HashSet::new();
        let mut of_files = 0;
        let (mut of_containers, mut left) = (Vec::new(), Vec::new());
        let containers = stack.containers.par_iter().enumerate();
        containers
            .with_max_len(PART)
            .map(|(number, container)| self.container(stack, container, number))
            .unzip_into_vecs(&mut of_containers, &mut left);
        // How many settings one stack may have is a limit on all of its containers, one after the other.
        for (number, (of, left)) in of_containers.iter_mut().zip(left).enumerate() {
            if let Some(left) = left {
                self.files(stack, number, left, of, &mut of_files);
            }
            read.extend(of.read.iter().copied());
        }
        for (container, of) in stack.containers.iter_mut().zip(&mut of_containers) {
            for (index, setting) in &mut of.joined.replaced {
                if let Some(place) = stack.settings.get_mut(*index) {
                    std::mem::swap(place, setting);
                }
            }
            gone.extend(of.joined.gone.iter().copied());
            container.settings.extend(stack.settings.len()..stack.settings.len() + of.joined.added.len());
            container.config_hidden = of.hidden.take();
            stack.settings.extend(std::mem::take(&mut of.joined.added));
        }
        // What was replaced is dropped side by side.
        of_containers.into_par_iter().for_each(drop);
        // A text whose keys are settings now is none any more, nor is the secret that a variable names.
        let settings = stack.settings.par_iter();
        let named = settings.filter(|setting| setting.source == SettingSource::Sibling && setting.secret());
        let origins = named.flat_map_iter(|setting| setting.value.origins());
        read.par_extend(origins.filter_map(|origin| origin.span));
        if !read.is_empty() {
            let is_read = |setting: &Setting| {
                setting.source == SettingSource::Object && setting.value.at.is_some_and(|at| read.contains(&at))
            };
            let numbers = stack.settings.par_iter().enumerate().filter(|(_, setting)| is_read(setting));
            gone.par_extend(numbers.map(|(index, _)| index));
        }
        remove(stack, &gone);
        self.shelf.into_problems()
    }

    /// What the app of a container is set to, and what is mounted for it beside.
    fn container<'s>(
        &self,
        stack: &'s Stack,
        container: &'s Container,
        number: usize,
    ) -> (OfContainer, Option<Left<'s>>)
    where
        'a: 's,
    {
        let disk = Disk::new(stack, container, self.workspace);
        // What an operator leaves to its app and what it sets itself is not written.
        let is_managed = container.kind == ContainerKind::Managed;
        let listed = container.app.as_deref().filter(|_| !is_managed).and_then(|name| self.apps.get(name));
        let mut of = OfContainer::default();
        let mut left = Left { disk, taken: HashSet::new(), known: HashSet::new() };
        if let Some(listed) = listed {
            self.of_app(listed, stack, container, number, (&mut of, &mut left));
        }
        if listed.is_none_or(|listed| listed.app.sibling.is_none()) {
            let siblings = self.siblings(stack, container, number, &left.disk);
            of.joined.added.extend(siblings.into_iter().map(Box::new));
        }
        if left.disk.files().next().is_none() {
            return (of, None);
        }
        if listed.is_some_and(|listed| !listed.app.files.is_empty()) {
            let joint = of.joined.added.iter().chain(of.joined.replaced.iter().map(|(_, setting)| setting));
            left.known = joint.map(|setting| setting.name.to_string()).collect();
        }
        (of, Some(left))
    }

    /// The settings in the config files of a container of which no pack says anything. `read`: how
    /// many were read from such files of the stack so far.
    fn files(&self, stack: &Stack, number: usize, left: Left<'_>, of: &mut OfContainer, read: &mut usize) {
        let Some(container) = stack.container(number) else { return };
        for (brought, at) in left.disk.files() {
            if left.taken.contains(brought.path.as_str()) {
                continue;
            }
            if *read > MOST {
                self.shelf.too_many(at, MOST);
                break;
            }
            let Some(layer) = self.plain(brought, at, &mut of.read) else { continue };
            let before = of.joined.added.len();
            // A file that the app does not look for sets nothing that it looks for elsewhere.
            let free = appconfig::plain(&layer, number, &container.name)
                .filter(|setting| !left.known.contains(&*setting.name));
            of.joined.added.extend(free.map(Box::new));
            *read += of.joined.added.len() - before;
        }
    }

    /// The settings of an app of which a pack says how it is configured.
    fn of_app(
        &self,
        listed: &Listed<'_>,
        stack: &Stack,
        container: &Container,
        number: usize,
        (of, left): (&mut OfContainer, &mut Left<'_>),
    ) {
        let (app, disk) = (listed.app, &left.disk);
        let own: Vec<(usize, &Setting)> =
            container.settings.iter().filter_map(|index| Some((*index, stack.setting(*index)?))).collect();
        let flags = appconfig::flags(app, &container.words);
        let mut files = Vec::new();
        for file in &app.files {
            let mut named: Vec<(Result<String, Reason>, Span)> = Vec::new();
            for from in &file.from {
                match from.strip_prefix('-') {
                    Some(flag) => named.extend(
                        flags
                            .iter()
                            .filter(|it| it.name == flag.trim_start_matches('-'))
                            .map(|it| path(&it.value, it.at)),
                    ),
                    None => named
                        .extend(own.iter().filter(|(_, it)| *it.name == **from).map(|(_, it)| path(&it.value, it.at))),
                }
                if !named.is_empty() {
                    break;
                }
            }
            let mut found: Vec<FileLayer> = Vec::new();
            let default = named.is_empty();
            for (path, at) in named {
                found.extend(match path {
                    Ok(path) => self.layer(app, &path, at, disk, (file, default), &mut of.read),
                    Err(reason) => Some(hidden(reason, "", at, file)),
                });
            }
            if default {
                for path in &file.paths {
                    let layers = self.at_path(app, path, container.at, disk, file, &mut of.read);
                    let is_seen = layers.iter().any(|layer| layer.keys.is_ok());
                    // A host may have its files elsewhere, so what is here counts first.
                    if is_seen || (found.is_empty() && !layers.is_empty()) {
                        found = layers;
                    }
                    if is_seen || (!found.is_empty() && !disk.is_host()) {
                        break;
                    }
                }
            }
            left.taken.extend(found.iter().map(|layer| layer.path.clone()));
            files.append(&mut found);
        }
        of.hidden = files.iter().find_map(|layer| layer.keys.as_ref().err().cloned());
        let gaps: Vec<&Gap> = stack.gaps_in(SubjectKind::Setting, container).collect();
        let worst = gaps.iter().find(|gap| gap.plain).or(gaps.first());
        let hidden_variables = worst.map(|gap| {
            // Variables that are not seen come from elsewhere if they are there.
            let held = if gap.plain { Held::Unseen } else { Held::External };
            (gap.reason.clone(), gap.at, held)
        });
        let read = |path: &str| single(disk, self.workspace, path);
        of.joined = appconfig::join(&Join {
            listed,
            container: number,
            of: container.name.as_str().into(),
            at: container.at,
            settings: own,
            words: &container.words,
            files: &files,
            hidden_variables,
            read: &read,
            sources: &self.workspace.sources,
            limits: self.workspace.limits(),
        });
    }

    /// The config files of an app at a path that a pack names: one, or all that a pattern stands for.
    fn at_path(
        &self,
        app: &App,
        path: &str,
        at: Span,
        disk: &Disk<'_>,
        file: &appconfig::ConfigFile,
        read: &mut Vec<Span>,
    ) -> Vec<FileLayer> {
        if !path.contains('*') {
            return self.layer(app, path, at, disk, (file, true), read).into_iter().collect();
        }
        let (paths, unseen) = disk.matching(path);
        let mut found: Vec<FileLayer> =
            paths.iter().filter_map(|path| self.layer(app, path, at, disk, (file, true), read)).collect();
        if let Some((reason, at)) = unseen.filter(|_| !file.made) {
            found.push(hidden(reason, path, at, file));
        }
        found
    }

    /// A config file of an app at a path; `None` if there is none. `default`: nobody names it, so
    /// that it need not be there.
    fn layer(
        &self,
        app: &App,
        path: &str,
        at: Span,
        disk: &Disk<'_>,
        (file, default): (&appconfig::ConfigFile, bool),
        read: &mut Vec<Span>,
    ) -> Option<FileLayer> {
        match disk.find(path) {
            Found::Nothing if default => None,
            // Whoever names a file has it; the image may.
            Found::Nothing => Some(hidden(Reason::Image { what: format!("what {path} holds").into() }, path, at, file)),
            Found::Hidden(..) if file.made && default => None,
            Found::Hidden(reason, at) => Some(hidden(reason, path, at, file)),
            Found::File { content, kind, held, at } => {
                let syntax = file.syntax.or_else(|| appconfig::syntax_of(path));
                let opened = syntax.map(|syntax| self.shelf.open(&content, syntax, true));
                let keys = match opened {
                    Some(Ok(opened)) => {
                        read.extend(opened.place);
                        Ok(own_keys(&opened, &file.sections, app.spelling.split_dots))
                    }
                    Some(Err(reason)) => Err(reason),
                    None => Err(Reason::Unseen { what: format!("the grammar of {path}").into() }),
                };
                Some(FileLayer { keys, path: path.to_owned(), at, kind, held, under: file.under.clone() })
            }
        }
    }

    /// A config file of which no pack says anything; `None` if it is none or cannot be read.
    fn plain(&self, brought: &Brought, at: Span, read: &mut Vec<Span>) -> Option<FileLayer> {
        let of_host = match &brought.content {
            Content::File(path) if self.workspace.is_folder(path) => return None,
            Content::File(path) => appconfig::syntax_of(path),
            Content::Unknown(_) => return None,
            Content::Written(_) | Content::Coded(..) => None,
        };
        let syntax = appconfig::syntax_of(&brought.path).or(of_host)?;
        let opened = self.shelf.open(&as_content(&brought.content), syntax, false).ok()?;
        if !opened.keys.is_empty() {
            read.extend(opened.place);
        }
        let keys = Ok(Arc::clone(&opened.keys));
        Some(FileLayer {
            keys,
            path: brought.path.clone(),
            at,
            kind: brought.kind,
            held: brought.held,
            under: Vec::new(),
        })
    }

    /// What `NAME_FILE` names, where no pack says whether the app reads it: taken for the value of
    /// `NAME` where a secret is mounted there and nothing else sets it.
    fn siblings(&self, stack: &Stack, container: &Container, number: usize, disk: &Disk<'_>) -> Vec<Setting> {
        let own: Vec<&Setting> = container.settings.iter().filter_map(|index| stack.setting(*index)).collect();
        let mut found = Vec::new();
        for setting in own.iter().filter(|setting| setting.source == SettingSource::Env) {
            let Some(name) = setting.name.strip_suffix(SIBLING).filter(|name| !name.is_empty()) else { continue };
            if own.iter().any(|other| &*other.name == name) {
                continue;
            }
            let Some(path) = setting.value.value().map(Text::expose) else { continue };
            if !disk.is_secret(path) {
                continue;
            }
            let Some(Single { value, held }) = single(disk, self.workspace, path) else { continue };
            let value = appconfig::used_at(value, setting.at, path);
            let named = Setting::new(name, setting.at, value, held, SettingSource::Sibling);
            found.push(Setting { veiled: true, ..named.of_container(number, container.name.as_str()) });
        }
        found
    }
}

/// The path that a value names.
fn path(value: &Field<Text>, at: Span) -> (Result<String, Reason>, Span) {
    match &value.state {
        State::Set(text) => (Ok(text.expose().to_owned()), at),
        State::Unknown(reason) => (Err(reason.clone()), at),
        State::Absent => (Err(Reason::Malformed { expected: "a path".into() }), at),
    }
}

fn hidden(reason: Reason, path: &str, at: Span, file: &appconfig::ConfigFile) -> FileLayer {
    let (kind, held) = (OriginKind::Literal, Held::External);
    FileLayer { keys: Err(reason), path: path.to_owned(), at, kind, held, under: file.under.clone() }
}

/// Removes settings, and keeps the numbers by which containers know the others.
fn remove(stack: &mut Stack, gone: &HashSet<usize>) {
    if gone.is_empty() {
        return;
    }
    let mut next = 0;
    let numbers: Vec<Option<usize>> = (0..stack.settings.len())
        .map(|index| {
            let kept = !gone.contains(&index);
            next += usize::from(kept);
            kept.then(|| next - 1)
        })
        .collect();
    let mut index = 0;
    stack.settings.retain(|_| {
        index += 1;
        !gone.contains(&(index - 1))
    });
    for container in &mut stack.containers {
        container.settings =
            container.settings.iter().filter_map(|index| numbers.get(*index).copied().flatten()).collect();
    }
}
