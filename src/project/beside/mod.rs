//! The files beside the deployment files: those that a deployment uses, and those that git tracks
//! and whose names promise secrets.

mod content;
mod names;

pub(super) use self::names::is_trial;
use crate::discovery::{Exclude, FileKind, Git, Inventory, Workspace};
use crate::model::{Field, File, FileRole, Mount, MountKind, Object, Platform, Stack};
use crate::project::read::referred_kind;
use crate::source::reader::{folder, join};
use crate::source::{OriginKind, Reason, Span};
use std::collections::{BTreeMap, BTreeSet};

/// What is known of a file before it is looked into.
#[derive(Default)]
struct Use {
    /// The stack and its containers that use it.
    by: BTreeMap<usize, BTreeSet<usize>>,
    /// Whether variables were read from it.
    is_env: bool,
    /// Whether it is handed over as a secret.
    is_secret: bool,
}

/// What is audited, as far as it matters here.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    /// The audited paths; what git tracks elsewhere is not looked at.
    pub start: &'a [String],
    /// What is left out of them.
    pub exclude: &'a Exclude,
}

/// Gives every stack its files.
pub(super) fn attach(
    stacks: &mut [Stack],
    workspace: &Workspace,
    git: &mut Git,
    inventory: &Inventory,
    asked: Asked<'_>,
) {
    if stacks.is_empty() {
        return;
    }
    let mut files: BTreeMap<String, Use> = BTreeMap::new();
    for (number, stack) in stacks.iter().enumerate() {
        used(number, stack, workspace, inventory, &mut files);
    }
    let folders: Vec<String> = asked.start.iter().filter(|path| workspace.is_folder(path)).cloned().collect();
    for path in git.tracked_below(&folders) {
        let tells = names::is_env(&path) || names::is_key(&path);
        let is_out = asked.exclude.holds_in(&workspace.root().join(&path));
        if tells && !is_out && !names::is_trial(&path) && !names::is_sample(&path) && workspace.exists(&path) {
            files.entry(path).or_default();
        }
    }
    for stack in stacks.iter_mut() {
        let first = stack.files.first().map_or(stack.root.as_str(), String::as_str);
        stack.git = git.has(first);
        for Object { file, values, .. } in &mut stack.objects {
            for value in values.iter_mut().flatten().filter(|value| value.holds_secret) {
                value.tracked = tracked(git, file, value.value_at);
            }
        }
    }
    let mut scratch: BTreeMap<usize, Vec<File>> = BTreeMap::new();
    for (path, used) in files {
        let owner = used.by.keys().next().copied().or_else(|| nearest(stacks, &path));
        let (Some(owner), Some(content)) = (owner, content::look(workspace, &path, used.is_env, used.is_secret)) else {
            continue;
        };
        let at = content.at();
        let is_used = used.by.contains_key(&owner);
        let is_sample = !is_used && names::is_sample(&path);
        scratch.entry(owner).or_default().push(File {
            kind: kind(&path, content.role).word(),
            role: if is_sample { FileRole::Sample } else { content.role },
            tracked: tracked(git, &path, at),
            ignored: if git.has(&path) { Field::set(git.ignored(&path), at) } else { Field::absent(at) },
            encrypted: content.encrypted || git.encrypted(&path),
            secrets: content.secrets,
            credentials: content.credentials,
            pem: content.pem,
            used_by: used.by.get(&owner).into_iter().flatten().copied().collect(),
            at,
            path,
        });
    }
    for (owner, files) in scratch {
        if let Some(stack) = stacks.get_mut(owner) {
            stack.beside = files;
        }
    }
}

fn tracked(git: &mut Git, path: &str, at: Span) -> Field<bool> {
    if !git.has(path) {
        return Field::absent(at);
    }
    match git.tracked(path) {
        Ok(tracked) => Field::set(tracked, at),
        Err(what) => Field::unknown(Reason::Unseen { what: what.into() }, at),
    }
}

fn kind(path: &str, role: FileRole) -> FileKind {
    match role {
        FileRole::Env | FileRole::Sample => FileKind::EnvFile,
        FileRole::Config | FileRole::Key | FileRole::Script => match referred_kind(path) {
            FileKind::EnvFile => FileKind::Config,
            other => other,
        },
    }
}

/// The files that the settings and mounts of a Compose project come from. What a cluster uses is in
/// its objects.
fn used(number: usize, stack: &Stack, workspace: &Workspace, inventory: &Inventory, files: &mut BTreeMap<String, Use>) {
    if stack.platform != Platform::Compose {
        return;
    }
    let own: BTreeSet<&str> = stack.files.iter().map(String::as_str).collect();
    let mut names_of = BTreeMap::new();
    for setting in &stack.settings {
        let Some(container) = setting.container else { continue };
        for origin in setting.value.origins() {
            let Some(span) = origin.span else { continue };
            let name = names_of.entry(span.source).or_insert_with(|| workspace.sources.get(span.source).name.clone());
            let is_other = inventory.files.get(&**name).is_some_and(|entry| entry.kind == FileKind::Compose);
            if own.contains(&**name) || is_other || name.starts_with('<') {
                continue;
            }
            let used = files.entry(name.to_string()).or_default();
            used.by.entry(number).or_default().insert(container);
            used.is_env |= matches!(origin.kind, OriginKind::EnvFile | OriginKind::Variable);
        }
    }
    for mount in &stack.mounts {
        let Some(source) = mount.source.value() else { continue };
        let path = match mount.kind {
            MountKind::Bind => Some(source.expose()),
            MountKind::Secret => definition(stack, "secrets", source.expose()),
            MountKind::Config => definition(stack, "configs", source.expose()),
            _ => None,
        };
        let Some(path) = path.and_then(|path| join(&stack.root, path)) else { continue };
        if mount.kind == MountKind::Bind && workspace.is_folder(&path) {
            for path in named_below(stack, mount, &path).filter(|path| !own.contains(path.as_str())) {
                if workspace.exists(&path) && !workspace.is_folder(&path) {
                    files.entry(path).or_default().by.entry(number).or_default().insert(mount.container);
                }
            }
        } else if workspace.exists(&path) && !workspace.is_folder(&path) && !own.contains(path.as_str()) {
            let used = files.entry(path).or_default();
            used.by.entry(number).or_default().insert(mount.container);
            used.is_secret |= mount.kind == MountKind::Secret;
        }
    }
}

/// The files below a mounted folder that variables of its container name.
fn named_below<'s>(stack: &'s Stack, mount: &'s Mount, folder: &'s str) -> impl Iterator<Item = String> + 's {
    let settings = stack.container(mount.container).map_or(&[][..], |container| container.settings.as_slice());
    let named = settings.iter().filter_map(|index| stack.setting(*index)?.value.value());
    named.filter_map(move |value| {
        let below = value.expose().strip_prefix(mount.path.value()?.expose().trim_end_matches('/'))?;
        join(folder, below.strip_prefix('/').filter(|below| !below.is_empty())?)
    })
}

/// The file of a top-level secret or config.
fn definition<'s>(stack: &'s Stack, section: &str, name: &str) -> Option<&'s str> {
    stack.objects.iter().find_map(|object| object.root.at(&[section, name, "file"])?.text())
}

/// The stack whose folder shares most of a path; the first of several.
fn nearest(stacks: &[Stack], path: &str) -> Option<usize> {
    let shared = |root: &str| {
        let parts = folder(path).split('/').zip(root.split('/')).take_while(|(one, other)| one == other);
        parts.filter(|(one, _)| *one != ".").count()
    };
    let rank = |(number, stack): &(usize, &Stack)| (shared(&stack.root), std::cmp::Reverse(*number));
    stacks.iter().enumerate().max_by_key(rank).map(|(number, _)| number)
}
