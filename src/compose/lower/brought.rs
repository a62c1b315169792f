//! The files that mounts bring into a service.

use super::Merged;
use super::place::Place;
use crate::model::{Brought, Content, Field, Held, MountKind, State};
use crate::source::{OriginKind, Reason, Text, reader};

/// What a bind mount of this path of the host puts at a path.
pub(super) fn bound(source: &Field<Text>, path: &Field<Text>, merged: &Merged<'_>) -> Option<Brought> {
    let path = path.value()?.expose().to_owned();
    Some(Brought { path, content: from_file(source, merged), kind: OriginKind::Literal, held: Held::Literal })
}

/// What a config or secret of the project puts at a path.
pub(super) fn defined(
    definitions: Place<'_>,
    name: &Field<Text>,
    path: &Field<Text>,
    kind: MountKind,
    merged: &Merged<'_>,
) -> Option<Brought> {
    let path = path.value()?.expose().to_owned();
    let name = name.value()?.expose();
    let is_secret = kind == MountKind::Secret;
    let definition =
        definitions.entries().iter().find(|entry| entry.name() == name).map(|entry| definitions.entry(entry));
    let word = if is_secret { "secret" } else { "config" };
    let elsewhere = || Content::Unknown(Reason::Elsewhere { what: format!("the {word} {name}").into() });
    let get = |key| definition.map(|definition| definition.get(key)).filter(|place| place.is_there());
    let content = if let Some(file) = get("file") {
        from_file(&file.text(), merged)
    } else if let Some(node) = get("content").and_then(|content| content.node) {
        Content::Written(node.clone())
    } else if let Some(variable) = get("environment") {
        let known = variable.known().and_then(|name| merged.variables.get(name));
        match known.map(|known| (known, known.origins.iter().find_map(|origin| origin.span))) {
            Some((known, Some(span))) if known.unknown.is_none() => Content::Coded(known.value.clone(), span),
            _ => elsewhere(),
        }
    } else {
        elsewhere()
    };
    let (origin, held) =
        if is_secret { (OriginKind::Secret, Held::Secret) } else { (OriginKind::Literal, Held::Literal) };
    Some(Brought { path, content, kind: origin, held })
}

/// What a path of the host holds, as far as it lies below the root.
fn from_file(path: &Field<Text>, merged: &Merged<'_>) -> Content {
    match &path.state {
        State::Set(path) => match reader::join(merged.directory, path.expose()) {
            Some(joined) => Content::File(joined),
            None => Content::Unknown(Reason::MissingFile { path: path.expose().into() }),
        },
        State::Unknown(reason) => Content::Unknown(reason.clone()),
        State::Absent => Content::Unknown(Reason::Malformed { expected: "a path".into() }),
    }
}
