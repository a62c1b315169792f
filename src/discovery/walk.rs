//! Which files there are below the paths that were asked for.

use super::Exclude;
use crate::source::Problem;
use crate::source::reader::file_name;
use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use std::path::{Path, PathBuf};
use walkdir::{DirEntry, WalkDir};

/// The most files that one audit looks at.
pub const FILES: usize = 100_000;

/// Folders that hold other people's code or build products: the name, and a file beside the folder
/// that proves it where the name alone is too common.
const PRUNED: &[(&str, Option<&str>)] = &[
    (".git", None),
    (".hg", None),
    (".svn", None),
    ("node_modules", None),
    (".terraform", None),
    (".venv", None),
    ("__pycache__", None),
    (".tox", None),
    ("bower_components", None),
    ("target", Some("Cargo.toml")),
    ("target", Some("pom.xml")),
    ("vendor", Some("go.mod")),
    ("vendor", Some("composer.json")),
    ("vendor", Some("Gemfile")),
];

/// Why something is left out that the options exclude.
pub const EXCLUDED: &str = "excluded by the options";

/// Why something is left out that cannot be read like a file.
pub const ODD: &str = "no regular file: a pipe, a socket or a device";

/// Why something is left out whose name cannot be told.
pub const UNNAMED: &str = "its name is not UTF-8";

/// What a walk found.
#[derive(Debug, Default)]
pub struct Walk {
    /// Regular files that may hold YAML, JSON, schedules or SQL, relative to the root with `/`, sorted.
    pub files: Vec<String>,
    /// Folders that were not entered and files that were left out, with the reason, sorted.
    pub pruned: Vec<(String, &'static str)>,
    /// What kept files from being seen.
    pub problems: Vec<Problem>,
}

/// Walks the paths, which must lie below the canonical `root`. Files named directly are always
/// among the result; below folders, what git ignores and other people's code is left out. Symbolic
/// links are followed inside the root only.
#[must_use]
pub fn walk(root: &Path, paths: &[PathBuf], exclude: &Exclude) -> Walk {
    let mut found = Walk::default();
    for path in paths {
        let Ok(full) = path.canonicalize() else { continue };
        if full.is_dir() {
            walk_folder(root, &full, exclude, &mut found);
        } else {
            // A pipe or a device that was named is still not opened: the reader refuses it.
            match full.to_str() {
                Some(_) => found.files.push(relative(root, &full)),
                None => unnamed(root, &full, false, &mut found),
            }
        }
    }
    found.files.sort();
    found.files.dedup();
    found.pruned.sort();
    found.pruned.dedup();
    if found.files.len() > FILES {
        let message = format!(
            "{} files were found and only the first {FILES} are audited; audit a smaller folder",
            found.files.len()
        );
        found.files.truncate(FILES);
        found.problems.push(Problem::error(".", message));
    }
    found
}

fn walk_folder(root: &Path, start: &Path, exclude: &Exclude, found: &mut Walk) {
    let mut rules = IgnoreStack::new(root, start);
    let mut entries = WalkDir::new(start).follow_links(true).sort_by_file_name().into_iter();
    while let Some(entry) = entries.next() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                report(root, &error, found);
                continue;
            }
        };
        let folder = entry.file_type().is_dir();
        rules.leave(entry.depth());
        if entry.file_name().to_str().is_none() && entry.depth() > 0 {
            unnamed(root, entry.path(), folder, found);
            if folder {
                entries.skip_current_dir();
            }
            continue;
        }
        if entry.path_is_symlink() && !stays_inside(root, &entry) {
            found.pruned.push((relative(root, entry.path()), "a link that leads out of the audited root"));
            if folder {
                entries.skip_current_dir();
            }
            continue;
        }
        if entry.depth() > 0 && exclude.holds(entry.path(), folder) {
            if folder || may_hold_yaml(&entry.path().to_string_lossy()) {
                found.pruned.push((relative(root, entry.path()), EXCLUDED));
            }
            if folder {
                entries.skip_current_dir();
            }
            continue;
        }
        if entry.depth() > 0 {
            let reason = if folder { pruned(&entry) } else { None };
            let reason = reason.or_else(|| rules.ignores(&entry, folder).then_some("ignored by git"));
            if let Some(reason) = reason {
                if folder {
                    found.pruned.push((relative(root, entry.path()), reason));
                    entries.skip_current_dir();
                }
                continue;
            }
        }
        if folder {
            rules.enter(entry.path(), entry.depth());
        } else if named(&entry.path().to_string_lossy()).is_some() {
            let place = relative(root, entry.path());
            if entry.file_type().is_file() { found.files.push(place) } else { found.pruned.push((place, ODD)) }
        }
    }
}

/// Notes something whose name is not UTF-8: reports could not name it so that it is found again.
fn unnamed(root: &Path, path: &Path, folder: bool, found: &mut Walk) {
    let name = path.to_string_lossy();
    if !folder && !may_hold_yaml(&name) {
        return;
    }
    let place = relative(root, path);
    let what = if folder { "nothing below it" } else { "it" };
    let message = format!("the name of this is not UTF-8, so {what} was not audited; rename it");
    found.problems.push(Problem::error(place.as_str(), message));
    found.pruned.push((place, UNNAMED));
}

/// What a file is looked at for, by its name alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// YAML or JSON, which may be a deployment file.
    Yaml,
    /// Cron's files, units of systemd and their drop-ins.
    OfHost,
    /// SQL.
    Migration,
    /// The configuration of a reverse proxy.
    Serves(Proxy),
    /// Terraform's or OpenTofu's.
    Declares,
    /// A script by whose name people bring a version into service: `scripts/deploy.sh`.
    Deploys,
}

/// The reverse proxies whose files are known by their names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proxy {
    /// nginx.
    Nginx,
    /// Caddy.
    Caddy,
    /// HAProxy.
    Haproxy,
}

/// What a file is looked at for by its name, which is one thing at most; without, it is read only where a
/// deployment file refers to it.
#[must_use]
pub fn named(path: &str) -> Option<Named> {
    if may_hold_yaml(path) {
        Some(Named::Yaml)
    } else if is_cron(path) || path.ends_with(".timer") || path.ends_with(".service") || is_drop_in(path) {
        Some(Named::OfHost)
    } else if path.rsplit_once('.').is_some_and(|(_, end)| end.eq_ignore_ascii_case("sql")) {
        Some(Named::Migration)
    } else if let Some(proxy) = proxy(path) {
        Some(Named::Serves(proxy))
    } else if path.ends_with(".tf") || path.ends_with(".tofu") {
        Some(Named::Declares)
    } else {
        is_deploy_script(path).then_some(Named::Deploys)
    }
}

/// Of which proxy a file is the configuration by its name.
fn proxy(path: &str) -> Option<Proxy> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    if name == "Caddyfile" || name.starts_with("Caddyfile.") || name.ends_with(".caddyfile") {
        return Some(Proxy::Caddy);
    }
    if name == "haproxy.cfg" || name.ends_with(".haproxy.cfg") {
        return Some(Proxy::Haproxy);
    }
    let parent = file_name(folder);
    let in_folder = ["nginx", "sites-available", "sites-enabled"].contains(&parent)
        || (["conf.d", "templates"].contains(&parent) && folder.contains("nginx"));
    let is_part = name.ends_with(".conf") || name.ends_with(".conf.template") || !name.contains('.');
    let is_whole = name == "nginx.conf" || name.ends_with(".nginx.conf") || name.ends_with(".nginx");
    (is_whole || (in_folder && is_part)).then_some(Proxy::Nginx)
}

/// Whether a script's name says that it brings a version into service.
fn is_deploy_script(path: &str) -> bool {
    const NAMES: [&str; 6] = ["deploy", "deployment", "release", "rollout", "update", "upgrade"];
    let name = file_name(path);
    let is_named = |stem: &str| stem.split(['-', '_', '.']).any(|word| NAMES.contains(&word));
    [".sh", ".bash"].iter().filter_map(|end| name.strip_suffix(end)).any(is_named)
}

/// Whether a file is one of cron's by its name or folder.
#[must_use]
pub fn is_cron(path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let parent = file_name(folder);
    let is_plain = !name.contains('.') || name.ends_with(".sh");
    let folders = ["cron.d", "cron.hourly", "cron.daily", "cron.weekly", "cron.monthly", "crontabs"];
    name == "crontab"
        || name.ends_with(".cron")
        || name.ends_with(".crontab")
        || (folders.contains(&parent) && is_plain)
}

/// Whether a file is a drop-in of a timer or a service.
fn is_drop_in(path: &str) -> bool {
    path.ends_with(".conf") && [".timer.d/", ".service.d/"].iter().any(|folder| path.contains(folder))
}

/// Whether a file may be a deployment file by its name. The rest is read only when a deployment file
/// refers to it.
#[must_use]
pub fn may_hold_yaml(path: &str) -> bool {
    let ends_with = |end: &str| {
        let start = path.len().checked_sub(end.len());
        start.and_then(|start| path.get(start..)).is_some_and(|last| last.eq_ignore_ascii_case(end))
    };
    [".yaml", ".yml", ".json", "/kustomization"].into_iter().any(ends_with)
        || path.eq_ignore_ascii_case("kustomization")
}

fn pruned(entry: &DirEntry) -> Option<&'static str> {
    let name = entry.file_name().to_str()?;
    let beside = entry.path().parent()?;
    let holds = |(pruned, proof): &(&str, Option<&str>)| {
        *pruned == name && proof.is_none_or(|proof| beside.join(proof).exists())
    };
    PRUNED.iter().any(holds).then_some("holds dependencies, build products or version control data")
}

fn stays_inside(root: &Path, entry: &DirEntry) -> bool {
    entry.path().canonicalize().is_ok_and(|full| full.starts_with(root))
}

fn report(root: &Path, error: &walkdir::Error, found: &mut Walk) {
    let Some(path) = error.path() else { return };
    let place = relative(root, path);
    if error.loop_ancestor().is_some() {
        found.pruned.push((place, "a link that leads back to a folder above it"));
        return;
    }
    // A dangling link hides nothing; a folder that cannot be listed may.
    if path.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink()) {
        found.problems.push(Problem::warning(place.as_str(), "this link leads nowhere"));
        return;
    }
    let kind = error.io_error().map_or_else(|| "unknown error".to_owned(), |error| error.kind().to_string());
    let message =
        format!("this could not be looked into ({kind}), so nothing below it was audited; grant read access to it");
    found.problems.push(Problem::error(place.as_str(), message));
}

fn relative(root: &Path, path: &Path) -> String {
    let inside = path.strip_prefix(root).unwrap_or(path);
    let text = inside.to_string_lossy().replace('\\', "/");
    if text.is_empty() { ".".to_owned() } else { text }
}

/// The ignore file of a folder, if it has one.
pub(super) fn ignore_file(folder: &Path) -> Option<Gitignore> {
    let file = folder.join(".gitignore");
    if !file.is_file() {
        return None;
    }
    let mut builder = GitignoreBuilder::new(folder);
    let _ = builder.add(file);
    builder.build().ok()
}

/// The ignore files that hold at a place of the walk, from the root downwards.
struct IgnoreStack {
    matchers: Vec<(usize, Gitignore)>,
}

impl IgnoreStack {
    /// With what holds above the start: the ignore files from the root down to it.
    fn new(root: &Path, start: &Path) -> Self {
        let mut stack = Self { matchers: Vec::new() };
        let mut builder = GitignoreBuilder::new(root);
        // A missing or malformed ignore file only means that fewer files are left out.
        let _ = builder.add(root.join(".git/info/exclude"));
        stack.push(0, builder.build().ok());
        let above: Vec<&Path> = start.ancestors().skip(1).take_while(|folder| folder.starts_with(root)).collect();
        for folder in above.into_iter().rev() {
            stack.push(0, ignore_file(folder));
        }
        stack
    }

    fn push(&mut self, depth: usize, matcher: Option<Gitignore>) {
        if let Some(matcher) = matcher.filter(|matcher| !matcher.is_empty()) {
            self.matchers.push((depth, matcher));
        }
    }

    fn enter(&mut self, folder: &Path, depth: usize) {
        self.push(depth + 1, ignore_file(folder));
    }

    /// Forgets what held deeper than the folder of an entry at `depth`.
    fn leave(&mut self, depth: usize) {
        while self.matchers.last().is_some_and(|(held, _)| *held > depth) {
            self.matchers.pop();
        }
    }

    /// The deepest ignore file that says something decides.
    fn ignores(&self, entry: &DirEntry, folder: bool) -> bool {
        for (_, matcher) in self.matchers.iter().rev() {
            match matcher.matched(entry.path(), folder) {
                Match::Ignore(_) => return true,
                Match::Whitelist(_) => return false,
                Match::None => {}
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_thing() {
        let proxy = |proxy| Some(Named::Serves(proxy));
        for (path, expected) in [
            ("deploy/app.yaml", Some(Named::Yaml)),
            ("nginx/conf.d/app.yaml", Some(Named::Yaml)),
            ("kustomization", Some(Named::Yaml)),
            ("etc/cron.daily/deploy.sh", Some(Named::OfHost)),
            ("units/app.service.d/nginx.conf", Some(Named::OfHost)),
            ("db/migrations/1_init.SQL", Some(Named::Migration)),
            ("web/nginx.conf", proxy(Proxy::Nginx)),
            ("nginx/templates/app.conf.template", proxy(Proxy::Nginx)),
            ("sites-enabled/app", proxy(Proxy::Nginx)),
            ("web/templates/app.conf", None),
            ("web/Caddyfile.prod", proxy(Proxy::Caddy)),
            ("lb/haproxy.cfg", proxy(Proxy::Haproxy)),
            ("nginx/main.tf", Some(Named::Declares)),
            ("scripts/deploy-production.sh", Some(Named::Deploys)),
            ("scripts/redeployed.sh", None),
            ("README.md", None),
        ] {
            assert_eq!(named(path), expected, "{path}");
        }
    }
}
