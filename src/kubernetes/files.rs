//! The files that volumes of ConfigMaps and Secrets bring into a container.

use super::holder::{Holder, missing};
use super::index::Index;
use super::pod::Pod;
use super::spot::Spot;
use super::workload::elsewhere;
use crate::model::{Brought, Content, Field, Held, State};
use crate::source::{OriginKind, Reason, Text};
use std::collections::HashMap;

/// The files of a volume that is mounted at a path, or of the part of it that is.
pub(super) fn brought<'t>(
    pod: &Pod<'t>,
    volume: Spot<'t>,
    path: &Field<Text>,
    part: &Field<Text>,
    index: &Index<'t>,
) -> Vec<Brought> {
    let Some(path) = path.value().map(Text::expose) else { return Vec::new() };
    let hidden = |reason: Reason| vec![file(path.to_owned(), Content::Unknown(reason), "ConfigMap")];
    let part = match &part.state {
        State::Set(part) => part.expose().trim_matches('/'),
        State::Absent => "",
        State::Unknown(reason) => return hidden(reason.clone()),
    };
    if volume.get("csi").is_written() {
        return vec![file(path.to_owned(), Content::Unknown(elsewhere("what the driver puts there")), "Secret")];
    }
    if volume.get("hostPath").is_written() {
        return hidden(elsewhere("what the host keeps there"));
    }
    let mut found = Vec::new();
    for (key, name, kind) in [("configMap", "name", "ConfigMap"), ("secret", "secretName", "Secret")] {
        found.extend(keys(pod, volume.get(key), name, kind, index));
    }
    for source in volume.path(&["projected", "sources"]).items() {
        for (key, kind) in [("configMap", "ConfigMap"), ("secret", "Secret")] {
            found.extend(keys(pod, source.get(key), "name", kind, index));
        }
    }
    let folder = path.trim_end_matches('/');
    let placed = found.into_iter().filter_map(|(name, content, kind)| {
        // Without a name it stands for the whole volume.
        let behind = match name.strip_prefix(part) {
            _ if name.is_empty() => "",
            Some("") => "",
            Some(rest) if part.is_empty() => rest,
            Some(rest) => rest.strip_prefix('/')?,
            None => return None,
        };
        let path = if behind.is_empty() { folder.to_owned() } else { format!("{folder}/{behind}") };
        Some(file(path, content, kind))
    });
    placed.collect()
}

fn file(path: String, content: Content, kind: &str) -> Brought {
    let secret = kind == "Secret";
    let (kind, held) = match content {
        Content::Unknown(_) if secret => (OriginKind::Secret, Held::Secret),
        Content::Unknown(_) => (OriginKind::ConfigMap, Held::External),
        _ if secret => (OriginKind::Secret, Held::Literal),
        _ => (OriginKind::ConfigMap, Held::Literal),
    };
    Brought { path, content, kind, held }
}

/// The keys of one ConfigMap or Secret by the paths that they are put at.
fn keys<'t>(
    pod: &Pod<'t>,
    source: Spot<'t>,
    name: &'t str,
    kind: &'static str,
    index: &Index<'t>,
) -> Vec<(String, Content, &'static str)> {
    let Some(name) = source.get(name).text().filter(|_| source.is_written()) else { return Vec::new() };
    let items: HashMap<&str, &str> = source
        .get("items")
        .items()
        .filter_map(|item| Some((item.get("key").text()?, item.get("path").text()?)))
        .collect();
    let holder = Holder::find(kind, pod.namespace, name, index, pod.spec.sink());
    let reason = match holder {
        Some(holder) => holder.reason(),
        None => Some(missing(kind, pod.namespace, name, None, index)),
    };
    let mut found = Vec::new();
    for key in holder.into_iter().flat_map(Holder::keys) {
        let own = key.entry.name();
        let path = if items.is_empty() { Some(own) } else { items.get(own).copied() };
        if let Some(path) = path {
            found.push((path.trim_matches('/').to_owned(), key.content(), kind));
        }
    }
    if let Some(reason) = reason {
        let paths: Vec<&str> = if items.is_empty() { vec![""] } else { items.values().copied().collect() };
        found.extend(paths.into_iter().map(|path| (path.to_owned(), Content::Unknown(reason.clone()), kind)));
    }
    found
}
