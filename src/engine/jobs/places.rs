//! Where results go: into the same host, or off it.

use super::lines::Line;
use super::values::Given;
use crate::model::hosts::Names;
use crate::model::{Mount, MountKind, Stack, State};
use crate::source::reader::is_within;
use crate::source::{HOLE, Reason, Span, Text};

/// Words before a colon that name a kind of store (restic, rclone's own, duplicity).
const STORES: [&str; 12] =
    ["s3", "b2", "gs", "azure", "swift", "sftp", "rest", "rclone", "gcs", "webdav", "ssh", "ftp"];

/// Folders of a host where other disks and other hosts' folders are mounted.
const MOUNT_POINTS: [&str; 4] = ["/mnt", "/media", "/Volumes", "/net"];

/// A place that results go to.
pub(super) struct Destination {
    /// The place without credentials.
    pub text: Text,
    /// Where it is written.
    pub at: Span,
    /// Whether that is off the host.
    pub offsite: State<bool>,
}

/// Judges a place. `store` is the address of the object store, if it was given.
pub(super) fn destination(
    given: &Given,
    store: Option<&str>,
    line: &Line,
    names: &Names<'_>,
    stack: &Stack,
) -> Option<Destination> {
    let text = given.text.trim_start_matches("::").trim();
    // `-` is the standard output or input.
    if text.is_empty() || text == "-" || text == "/dev/stdout" {
        return None;
    }
    let offsite = if line.is_remote { State::Set(true) } else { offsite(text, store, line, names, stack) };
    Some(Destination { text: Text::from(shown(text)), at: given.at, offsite })
}

fn offsite(text: &str, store: Option<&str>, line: &Line, names: &Names<'_>, stack: &Stack) -> State<bool> {
    let hidden = || line.reason.clone().unwrap_or(Reason::Unseen { what: "where the results go".into() });
    let host_is_away = |host: &str| match host {
        "" => State::Set(true),
        host if host.contains(HOLE) => State::Unknown(hidden()),
        host => State::Set(!is_here(host, line, names)),
    };
    if let Some((scheme, rest)) = text.split_once("://") {
        let scheme = scheme.rsplit(':').next().unwrap_or(scheme);
        if scheme.contains(HOLE) {
            return State::Unknown(hidden());
        }
        if matches!(scheme, "file" | "local") {
            return folder(rest, line, stack);
        }
        if matches!(scheme, "s3" | "gs" | "gcs" | "b2" | "az" | "azure" | "azblob" | "swift" | "oss" | "cos" | "wasb") {
            // The bucket says nothing of where the store stands; its address does.
            return match store {
                Some(store) => host_is_away(host_of(store)),
                None => State::Set(true),
            };
        }
        return host_is_away(host_of(text));
    }
    if text.starts_with(HOLE) {
        return State::Unknown(hidden());
    }
    if text.starts_with(['/', '.', '~']) || !text.contains(':') {
        return folder(text, line, stack);
    }
    let (head, rest) = text.split_once(':').unwrap_or((text, ""));
    if STORES.contains(&head) {
        // `s3:host/bucket`, `sftp:user@host:/path`.
        let rest = if rest.contains("://") { host_of(rest) } else { rest.split([':', '/']).next().unwrap_or(rest) };
        let host = rest.rsplit('@').next().unwrap_or(rest);
        return match store {
            Some(store) if matches!(head, "s3" | "b2") => host_is_away(host_of(store)),
            _ => host_is_away(host),
        };
    }
    // `user@host:path`, or a remote of rclone, whose configuration says where it is.
    host_is_away(head.rsplit('@').next().unwrap_or(head))
}

/// The host of an address such as `http://minio:9000`, `user@host:22/path` or `host:9000`.
fn host_of(text: &str) -> &str {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let authority = rest.split(['/', '?']).next().unwrap_or(rest);
    let host = authority.rsplit('@').next().unwrap_or(authority);
    host.split(':').next().unwrap_or(host)
}

/// Whether a host is the one that the job runs on, or runs in the same stack.
fn is_here(host: &str, line: &Line, names: &Names<'_>) -> bool {
    let host = host.trim_matches(['[', ']']);
    matches!(host, "localhost" | "127.0.0.1" | "::1" | "0.0.0.0" | "host.docker.internal")
        || !names.containers(host, line.container).is_empty()
}

/// Whether a folder is another host's.
fn folder(path: &str, line: &Line, stack: &Stack) -> State<bool> {
    let path = path.split(HOLE).next().unwrap_or(path);
    let Some(container) = line.container.and_then(|index| stack.container(index)) else {
        return on_host(path);
    };
    let mounts = container.mounts.iter().filter_map(|index| stack.mounts.get(*index));
    let mut best: Option<(usize, &Mount)> = None;
    for mount in mounts {
        match &mount.path.state {
            State::Set(at) => {
                let at = at.expose().trim_end_matches('/');
                if is_within(path, at) && best.is_none_or(|(length, _)| at.len() >= length) {
                    best = Some((at.len(), mount));
                }
            }
            State::Unknown(reason) => return State::Unknown(reason.clone()),
            State::Absent => {}
        }
    }
    let Some((_, mount)) = best else {
        return match stack.open_in(crate::model::SubjectKind::Mount, container) {
            Some(gap) => State::Unknown(gap.reason.clone()),
            None => State::Set(false),
        };
    };
    match (mount.kind, &mount.source.state) {
        (MountKind::Nfs, _) => State::Set(true),
        (MountKind::Bind, State::Set(source)) => on_host(source.expose()),
        (MountKind::Other, State::Unknown(reason)) => State::Unknown(reason.clone()),
        (MountKind::Other, _) => {
            State::Unknown(Reason::Elsewhere { what: "where the volume driver keeps its data".into() })
        }
        _ => State::Set(false),
    }
}

/// A folder of the host itself, unless other hosts' folders tend to be mounted there.
fn on_host(path: &str) -> State<bool> {
    let mounted = MOUNT_POINTS
        .iter()
        .any(|point| path.strip_prefix(point).is_some_and(|rest| rest.starts_with('/') && rest.len() > 1));
    if mounted {
        return State::Unknown(Reason::Elsewhere { what: "what is mounted on the host at the backup's folder".into() });
    }
    if path.contains('$') || path.is_empty() {
        return State::Unknown(Reason::Unseen { what: "which folder of the host the backup goes to".into() });
    }
    State::Set(false)
}

/// A place without user and password, and without what is not known.
fn shown(text: &str) -> String {
    let text = text.replace(HOLE, "*");
    match text.split_once("://") {
        Some((scheme, rest)) => {
            let end = rest.find('/').unwrap_or(rest.len());
            let host = rest[..end].rsplit('@').next().unwrap_or_default();
            format!("{scheme}://{host}{}", &rest[end..])
        }
        None => text,
    }
}
