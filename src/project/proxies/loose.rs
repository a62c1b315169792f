//! Config files of a proxy that the host itself runs: they reach no container, and stand in the tree
//! under a name that such a proxy's files have.
//!
//! Such a file counts for the deployments that it stands beside if these have no proxy of their own and
//! if it serves a host by its name or over TLS: many files of the same names belong to images that
//! are built elsewhere, or are samples.

use super::attach;
use crate::discovery::walk::{self, Named, Proxy};
use crate::discovery::{FileKind, Inventory, Status, Workspace};
use crate::model::Stack;
use crate::project::readable::{at_most, readable};
use crate::project::schedules::beside;
use crate::proxies::{self, Config, Files, Found, Site};
use crate::source::reader::{file_name, folder, join};
use crate::source::{Problem, Reason, Text};
use crate::syntax::statements::Ground;
use std::cell::RefCell;
use std::collections::BTreeSet;

/// The most files that are read.
const MOST: usize = 200;

/// Adds the edges of loose files.
pub(super) fn add(
    stacks: &mut [Stack],
    files: &[String],
    used: &BTreeSet<String>,
    workspace: &Workspace,
    inventory: &mut Inventory,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut taken = used.clone();
    // A whole configuration comes before the parts that it may include.
    let mut order: Vec<&String> = files.iter().collect();
    order.sort_by_key(|path| (file_name(path) != "nginx.conf", path.as_str()));
    if stacks.is_empty() {
        return problems;
    }
    let first = at_most(MOST, order, "config files of proxies", &mut problems);
    for path in readable(first, workspace, &mut problems) {
        if taken.contains(path) {
            continue;
        }
        let tree = Tree { workspace, base: folder(path), opened: RefCell::default() };
        let Some(found) = read(path, &tree) else { continue };
        taken.extend(tree.opened.take());
        if !found.sites.iter().any(is_served) {
            continue;
        }
        let mut has_any = false;
        let served = || proxies::edges(read(path, &tree).map(|found| found.sites).unwrap_or_default());
        for index in beside(stacks, folder(path)) {
            let Some(stack) = stacks.get_mut(index) else { continue };
            if stack.edges.iter().all(|edge| edge.proxy.is_none() && edge.object.is_none()) {
                has_any = true;
                served().into_iter().for_each(|served| attach(stack, None, served));
            }
        }
        if has_any {
            inventory.note(path.as_str(), FileKind::Config, Status::Audited, "");
            problems.extend(found.problems);
        }
    }
    problems
}

/// Whether a site is one that clients are meant to reach.
fn is_served(site: &Site) -> bool {
    let host = site.edge.host.value().map(String::as_str);
    host != Some("localhost") && (!site.plain || host.is_some_and(|host| host.contains('.')))
}

fn read(path: &str, tree: &Tree<'_>) -> Option<Found> {
    let Some(Named::Serves(proxy)) = walk::named(path) else { return None };
    let config = tree.open(path).ok()?;
    match proxy {
        Proxy::Caddy => Some(proxies::caddy::read(&config, path, tree)),
        Proxy::Haproxy => Some(proxies::haproxy::read(&config, path, tree)),
        Proxy::Nginx => {
            let text = config.text.expose();
            if !text.contains("server") {
                return None;
            }
            let is_part = !text.lines().any(|line| line.trim_start().starts_with("http"));
            Some(proxies::nginx::read(&[config], is_part, path, tree))
        }
    }
}

/// The files around one of the tree; what lies below `/etc/nginx` is looked for beside it.
struct Tree<'w> {
    workspace: &'w Workspace,
    base: &'w str,
    opened: RefCell<Vec<String>>,
}

impl Tree<'_> {
    fn open(&self, path: &str) -> Result<Config, Reason> {
        let source = self.workspace.open(path).map_err(|_| Reason::MissingFile { path: path.into() })?;
        let text = Text::from(self.workspace.sources.get(source).expose());
        self.opened.borrow_mut().push(path.to_owned());
        Ok(Config { path: path.to_owned(), text, ground: Ground::File(source) })
    }
}

impl Files for Tree<'_> {
    fn find(&self, path: &str) -> Result<Vec<Config>, Reason> {
        let missing = || Reason::MissingFile { path: path.into() };
        let inner = path.strip_prefix("/etc/nginx/").unwrap_or(path);
        let place = join(self.base, folder(inner)).filter(|_| !inner.starts_with('/')).ok_or_else(missing)?;
        if !self.workspace.is_folder(&place) {
            return Err(missing());
        }
        let paths = join(&place, file_name(inner)).map(|path| self.workspace.matching(&path)).unwrap_or_default();
        if paths.is_empty() && !inner.contains('*') {
            return Err(missing());
        }
        paths.iter().filter(|path| !self.workspace.is_folder(path)).map(|path| self.open(path)).collect()
    }

    fn variable(&self, _: &str) -> Result<Option<Text>, Reason> {
        Err(Reason::Elsewhere { what: "the environment of the proxy".into() })
    }
}
