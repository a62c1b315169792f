//! Apps that are built on others: what those have is theirs too.

use super::error::Error;
use super::pack::{App, Pack};
use crate::source::nearest::suggestion;
use std::collections::BTreeMap;

/// Gives every app that is like another what that provides, how it is configured, and the tools that
/// work on it. Done twice, it comes to the same.
pub(super) fn inherit(packs: &mut [Pack], errors: &mut Vec<Error>) {
    let apps = || packs.iter().flat_map(|pack| &pack.apps);
    let is_base = |app: &&App| apps().any(|other| other.like.as_deref() == Some(app.name.as_str()));
    let bases: BTreeMap<String, App> = apps().filter(is_base).map(|app| (app.name.clone(), app.clone())).collect();
    let names: Vec<String> = apps().map(|app| app.name.clone()).collect();
    let mut kin: Vec<(String, String)> = Vec::new();
    for pack in packs.iter_mut() {
        for app in &mut pack.apps {
            let Some(like) = app.like.clone() else { continue };
            match bases.get(&like) {
                Some(base) if base.like.is_none() => {
                    take_over(app, base);
                    kin.push((like, app.name.clone()));
                }
                Some(_) => errors.push(Error::file(
                    pack.file.as_str(),
                    format!("{} is like {like}, which is like another app itself; name that one", app.name),
                )),
                None => errors.push(Error::file(
                    pack.file.as_str(),
                    format!(
                        "{} is like \"{like}\", but there is no such app{}",
                        app.name,
                        suggestion(&like, names.iter().map(String::as_str))
                    ),
                )),
            }
        }
    }
    for tool in packs.iter_mut().flat_map(|pack| &mut pack.tools) {
        let is_more = |(like, name): &&(String, String)| tool.of.contains(like) && !tool.of.contains(name);
        let more: Vec<String> = kin.iter().filter(is_more).map(|(_, name)| name.clone()).collect();
        tool.of.extend(more);
    }
}

/// Gives an app what the one that it is like has, where it says nothing of its own.
fn take_over(app: &mut App, base: &App) {
    let provides = base.provides.iter().filter(|(name, _)| app.provides.iter().all(|(known, _)| known != name));
    let provides: Vec<_> = provides.cloned().collect();
    app.provides.extend(provides);
    let ports = base.ports.iter().filter(|(name, _)| app.ports.iter().all(|(known, _)| known != name));
    let ports: Vec<_> = ports.cloned().collect();
    app.ports.extend(ports);
    if app.metrics.is_none() {
        app.metrics.clone_from(&base.metrics);
    }
    app.user = app.user.take().or_else(|| base.user.clone());
    app.config.follow(&base.config);
}
