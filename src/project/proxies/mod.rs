//! The reverse proxies among the containers: what their config files serve becomes edges of the
//! stack.
//!
//! A config file counts for a container that it reaches: by a bind mount, a Compose config, a
//! ConfigMap or Secret, or a `COPY` of the Dockerfile that its image is built from. A file of the tree
//! that reaches no container counts where its name and what it serves say that a proxy of the host
//! reads it; see [`loose`].

mod around;
mod loose;
mod traefik;

use self::around::Around;
use crate::discovery::{Inventory, Workspace};
use crate::model::hosts;
use crate::model::{Container, Field, Gap, Reach, Stack, State, SubjectKind, Via};
use crate::project::disk;
use crate::proxies::{self, Config, Files, Found, Served};
use crate::source::reader::folder;
use crate::source::{Problem, Reason};
use rayon::prelude::*;
use std::collections::BTreeSet;

/// Adds what proxies serve to the stacks. Containers have to know their apps. `files` are those of the
/// tree that a proxy of the host may read. What is wrong with files is returned.
pub(super) fn add(
    stacks: &mut [Stack],
    files: &[String],
    workspace: &Workspace,
    inventory: &mut Inventory,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut used = BTreeSet::new();
    for stack in stacks.iter_mut() {
        let containers = stack.containers.par_iter().enumerate();
        let proxies: Vec<(usize, &Kind)> =
            containers.filter_map(|(number, container)| Some((number, kind(stack, container)?))).collect();
        for (number, kind) in proxies {
            let Some(container) = stack.container(number) else { continue };
            let around = Around::new(stack, container, workspace);
            let found = (kind.read)(container, &around);
            // A file of another kind in its folder makes no proxy.
            if container.app.as_deref() != Some(kind.app) && found.is_err() {
                continue;
            }
            used.extend(around.opened());
            match found {
                Ok(found) => {
                    problems.extend(found.problems);
                    stack.gaps.extend(found.more.map(|reason| Gap::new(&[SubjectKind::Edge], reason, container.at)));
                    let served = proxies::edges(found.sites);
                    served.into_iter().for_each(|served| attach(stack, Some(number), served));
                }
                Err(reason) => stack.gaps.push(Gap::new(&[SubjectKind::Edge], reason, container.at)),
            }
        }
    }
    for stack in stacks.iter_mut() {
        let Some(serving) = traefik::read(stack, workspace) else { continue };
        used.extend(serving.opened);
        problems.extend(serving.problems);
        if let Some((reason, container)) = serving.more.zip(serving.proxy.and_then(|it| stack.container(it))) {
            let at = container.at;
            stack.gaps.push(Gap::new(&[SubjectKind::Edge], reason, at));
        }
        serving.served.into_iter().for_each(|served| attach(stack, serving.proxy, served));
    }
    problems.extend(loose::add(stacks, files, &used, workspace, inventory));
    problems
}

/// A proxy that containers run.
struct Kind {
    /// Its name as an app.
    app: &'static str,
    /// The folders that its configuration stands in.
    folders: &'static [&'static str],
    /// What a container of it serves; the reason if its files cannot be seen.
    read: fn(&Container, &Around<'_>) -> Result<Found, Reason>,
}

const KINDS: [Kind; 3] = [
    Kind { app: "nginx", folders: &["/etc/nginx"], read: nginx },
    Kind { app: "caddy", folders: &["/etc/caddy", "/etc/frankenphp", "/etc/Caddyfile"], read: caddy },
    Kind { app: "haproxy", folders: &["/usr/local/etc/haproxy", "/etc/haproxy"], read: haproxy },
];

/// The proxy that a container runs, by its image or by files that one would read.
fn kind(stack: &Stack, container: &Container) -> Option<&'static Kind> {
    let by_app = KINDS.iter().find(|kind| container.app.as_deref() == Some(kind.app));
    by_app
        .or_else(|| KINDS.iter().find(|kind| kind.folders.iter().any(|folder| disk::touches(stack, container, folder))))
}

/// Where images of nginx look for what stands in `http`.
const PARTS: [&str; 3] = [
    "/etc/nginx/conf.d/*.conf",
    "/etc/nginx/templates/*.conf.template",
    "/opt/bitnami/nginx/conf/server_blocks/*.conf",
];

/// Where they look for the whole configuration.
const WHOLE: [&str; 3] =
    ["/etc/nginx/nginx.conf", "/usr/local/openresty/nginx/conf/nginx.conf", "/opt/bitnami/nginx/conf/nginx.conf"];

fn nginx(container: &Container, around: &Around<'_>) -> Result<Found, Reason> {
    let unseen = || Reason::Image { what: format!("what {} serves", container.name).into() };
    if let Some(path) = WHOLE.into_iter().find(|path| around.has(path)) {
        let whole = around.find(path)?;
        return Ok(proxies::nginx::read(&whole, false, &container.name, around));
    }
    let mut parts: Vec<Config> = Vec::new();
    for path in PARTS.into_iter().filter(|path| around.touches(folder(path))) {
        parts.extend(around.find(path)?);
    }
    if parts.is_empty() {
        return Err(unseen());
    }
    Ok(proxies::nginx::read(&parts, true, &container.name, around))
}

/// Where images of Caddy look for their configuration.
const CADDYFILES: [&str; 3] = ["/etc/caddy/Caddyfile", "/etc/frankenphp/Caddyfile", "/etc/Caddyfile"];

fn caddy(container: &Container, around: &Around<'_>) -> Result<Found, Reason> {
    let config = only(container, around, &["--config", "-c"], &CADDYFILES)?;
    Ok(proxies::caddy::read(&config, &container.name, around))
}

/// Where images of HAProxy look for their configuration.
const HAPROXIES: [&str; 2] = ["/usr/local/etc/haproxy/haproxy.cfg", "/etc/haproxy/haproxy.cfg"];

fn haproxy(container: &Container, around: &Around<'_>) -> Result<Found, Reason> {
    let config = only(container, around, &["-f"], &HAPROXIES)?;
    Ok(proxies::haproxy::read(&config, &container.name, around))
}

/// The one config file of a proxy: that which a flag names, else the first that is here.
fn only(container: &Container, around: &Around<'_>, flags: &[&str], paths: &[&str]) -> Result<Config, Reason> {
    let unseen = || Reason::Image { what: format!("what {} serves", container.name).into() };
    let path = match named(container, flags) {
        Some(path) => path?,
        None => (*paths.iter().find(|path| around.has(path)).ok_or_else(unseen)?).to_owned(),
    };
    around.find(&path)?.pop().ok_or_else(unseen)
}

/// The absolute path that a flag of a container's command names.
fn named(container: &Container, flags: &[&str]) -> Option<Result<String, Reason>> {
    let mut words = container.words.iter().map(|word| (word.written.expose(), &word.value.state));
    while let Some((written, state)) = words.next() {
        let joined = flags.iter().find(|flag| written.strip_prefix(**flag).is_some_and(|rest| rest.starts_with('=')));
        let state = match joined {
            Some(_) => state,
            None if flags.contains(&written) => words.next()?.1,
            None => continue,
        };
        return match state {
            State::Set(text) => {
                let path = joined.and_then(|flag| text.expose().get(flag.len() + 1..)).unwrap_or(text.expose());
                path.starts_with('/').then(|| Ok(path.to_owned()))
            }
            State::Unknown(reason) => Some(Err(reason.clone())),
            State::Absent => None,
        };
    }
    None
}

/// Adds an edge to a stack: who is behind it, from where it is reached.
fn attach(stack: &mut Stack, proxy: Option<usize>, served: Served) {
    let Served { mut edge, ports, targets } = served;
    for target in targets {
        let found = hosts::Names::new(stack).containers(&target, proxy);
        if found.is_empty() {
            let what = format!("what the host {target} is").into();
            edge.upstreams_more.get_or_insert(Reason::Elsewhere { what });
        }
        for container in found.into_iter().filter(|container| Some(*container) != proxy) {
            if !edge.upstreams.contains(&container) {
                edge.upstreams.push(container);
            }
        }
    }
    edge.proxy = proxy;
    if edge.reach.value() != Some(&Reach::Loopback) {
        edge.reach = match proxy.and_then(|index| stack.container(index)) {
            Some(container) => reach(stack, container, &ports),
            None => Field::unknown(Reason::Elsewhere { what: "who reaches the proxy that reads this".into() }, edge.at),
        };
    }
    let number = stack.edges.len();
    for upstream in &edge.upstreams {
        if let Some(container) = stack.containers.get_mut(*upstream) {
            container.edges.push(number);
        }
    }
    // What hands requests to others is a proxy, whatever its image is called.
    if let Some(container) =
        proxy.filter(|_| !edge.upstreams.is_empty()).and_then(|index| stack.containers.get_mut(index))
    {
        container.role.get_or_insert_with(|| "proxy".into());
    }
    stack.edges.push(edge);
}

/// From where the ports of a container are reached, other than through another edge.
fn reach(stack: &Stack, container: &Container, ports: &[u16]) -> Field<Reach> {
    let exposures = container.exposures.iter().filter_map(|index| stack.exposures.get(*index));
    let of_port = exposures.filter(|exposure| {
        let port = exposure.port.value().and_then(|port| u16::try_from(*port).ok());
        exposure.via != Via::Edge && (ports.is_empty() || port.is_none_or(|port| ports.contains(&port)))
    });
    // What is not known may be public.
    let widest = of_port.max_by_key(|exposure| exposure.reach.value().copied().unwrap_or(Reach::Public));
    match (widest, stack.open_in(SubjectKind::Exposure, container)) {
        (Some(exposure), _) => exposure.reach.clone(),
        (None, Some(gap)) => Field::unknown(gap.reason.clone(), gap.at),
        (None, None) => Field::set(Reach::Internal, container.at),
    }
}
