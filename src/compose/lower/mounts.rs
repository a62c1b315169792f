//! What a service mounts.

use super::place::{Place, or_default};
use super::{Merged, brought};
use crate::model::{Container, Field, Memory, Mount, MountKind, Stack, State};
use crate::source::{Reason, Text};
use crate::syntax::Node;

/// Adds the mounts of a service; `whole` is the project, which defines its volumes.
pub(super) fn add(
    service: Place<'_>,
    whole: Place<'_>,
    number: usize,
    merged: &Merged<'_>,
    stack: &mut Stack,
    container: &mut Container,
) {
    let volumes = service.get("volumes").items();
    let mut mounts: Vec<Mount> = volumes.map(|item| volume(item, whole, number, merged)).collect();
    for item in service.get("tmpfs").items() {
        mounts.push(tmpfs(item, number));
    }
    for (key, folder, kind) in [("secrets", "/run/secrets/", MountKind::Secret), ("configs", "/", MountKind::Config)] {
        for item in service.get(key).items() {
            let source = item.get("source").text();
            let target = item.get("target");
            let inside = |name: &str| {
                if name.starts_with('/') { Text::from(name) } else { Text::from(format!("{folder}{name}")) }
            };
            let path = if target.is_there() { target } else { item.get("source") };
            let path = path.read("a path", |text| Some(inside(text)));
            let read_only = Field::default(true, item.at);
            let brings = brought::defined(whole.get(key), &source, &path, kind, merged).into_iter().collect();
            let mode = item.get("mode").text();
            mounts.push(Mount { path, source, read_only, mode, brings, ..Mount::new(number, kind, item.at) });
        }
    }
    for mount in mounts {
        container.mounts.push(stack.mounts.len());
        stack.mounts.push(mount);
    }
}

/// `PATH[:OPTION,...]`, with the size and the mode among the options.
fn tmpfs(item: Place<'_>, number: usize) -> Mount {
    let written = item.node.and_then(Node::text).unwrap_or_default();
    let option = |key: &str| {
        let mut options = written.split_once(':').map_or("", |(_, options)| options).split(',');
        options.find_map(|option| option.strip_prefix(key)?.strip_prefix('='))
    };
    let size = match option("size") {
        Some(size) if size.ends_with('%') => {
            Field::unknown(Reason::Elsewhere { what: "the memory of the host".into() }, item.at)
        }
        Some(size) => item.read("options such as size=64m", |_| Memory::compose(size)),
        None => Field::absent(item.at),
    };
    Mount {
        path: item.read("a path", |text| Some(Text::from(text.split(':').next().unwrap_or_default()))),
        size,
        mode: option("mode").map_or(Field::absent(item.at), |mode| item.read("a mode", |_| Some(Text::from(mode)))),
        ..Mount::new(number, MountKind::Tmpfs, item.at)
    }
}

fn volume(item: Place<'_>, whole: Place<'_>, number: usize, merged: &Merged<'_>) -> Mount {
    let source = item.get("source").text();
    let kind = match item.get("type").known() {
        None if item.get("type").unknown().is_some() => MountKind::Other,
        Some("bind") => MountKind::Bind,
        Some("tmpfs") => MountKind::Tmpfs,
        Some("volume") | None => named(&source, whole),
        Some(_) => MountKind::Other,
    };
    let size = item.path(&["tmpfs", "size"]).memory();
    let mode = item.path(&["tmpfs", "mode"]);
    // A named volume that binds a path of the host is that path.
    let source = if kind == MountKind::Bind { device(&source, whole).unwrap_or(source) } else { source };
    let path = item.get("target").text();
    let bound = (kind == MountKind::Bind).then(|| brought::bound(&source, &path, merged)).flatten();
    Mount {
        path,
        brings: bound.into_iter().collect(),
        sub_path: item.path(&["volume", "subpath"]).text(),
        mode: if mode.is_there() { mode.text() } else { item.get("mode").text() },
        read_only: or_default(item.get("read_only").boolean(), false),
        shared: Field::default(kind == MountKind::Nfs, item.at),
        size,
        source,
        ..Mount::new(number, kind, item.at)
    }
}

/// What a named volume is, by its definition: the driver's options may make it something else.
fn named(source: &Field<Text>, whole: Place<'_>) -> MountKind {
    let name = match &source.state {
        State::Set(name) => name.expose(),
        State::Absent => return MountKind::Anonymous,
        State::Unknown(Reason::UnsetVariable { .. }) => return MountKind::Volume,
        State::Unknown(_) => return MountKind::Other,
    };
    let Some(options) = options(name, whole) else { return MountKind::Volume };
    match options.get("type").known() {
        Some(kind) if kind.starts_with("nfs") || kind == "cifs" => MountKind::Nfs,
        Some("tmpfs") => MountKind::Tmpfs,
        _ if options.get("o").known().is_some_and(|options| options.split(',').any(|option| option == "bind")) => {
            MountKind::Bind
        }
        _ => MountKind::Volume,
    }
}

/// The options of the driver of a volume, if the project defines it.
fn options<'n>(name: &str, whole: Place<'n>) -> Option<Place<'n>> {
    let volumes = whole.get("volumes");
    let entry = volumes.node?.entry(name)?;
    Some(volumes.entry(entry).get("driver_opts"))
}

/// The path of the host that a named volume binds.
fn device(name: &Field<Text>, whole: Place<'_>) -> Option<Field<Text>> {
    let device = options(name.value()?.expose(), whole)?.get("device");
    device.is_there().then(|| device.text())
}
