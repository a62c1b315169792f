//! The house rules that a machine can check: layers, cycles, lengths, where secrets may be looked
//! at, and that documents tell the truth about paths.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// The layers, the lowest first. Modules in one row never use each other.
const LAYERS: &[&[&str]] = &[
    &["source"],
    &["syntax"],
    &["discovery"],
    &["model"],
    &["proxies"],
    &["compose", "helm", "kubernetes", "systemd", "appconfig", "database"],
    &["project"],
    &["rules"],
    &["findings"],
    &["engine"],
    &["triage"],
    &["render"],
    &["options"],
    &["app"],
    &["cli"],
];

/// Lines above which a file is mentioned, and above which it is refused.
const LONG: usize = 400;
const TOO_LONG: usize = 600;

struct File {
    /// Relative to the package, with `/`.
    path: String,
    text: String,
}

impl File {
    /// The part without unit tests, comments left in.
    fn code(&self) -> &str {
        self.text.split("#[cfg(test)]\nmod tests {").next().unwrap()
    }

    /// The top module that the file belongs to; none for `lib.rs` and `main.rs`.
    fn layer(&self) -> Option<&str> {
        let inner = self.path.strip_prefix("src/")?;
        let first = inner.split('/').next()?;
        (first != "lib.rs" && first != "main.rs").then(|| first.trim_end_matches(".rs"))
    }

    /// The module of its layer's folder that the file belongs to; none for the folder's own.
    fn part(&self) -> Option<&str> {
        let part = self.path.strip_prefix("src/")?.split('/').nth(1)?.trim_end_matches(".rs");
        (part != "mod").then_some(part)
    }
}

fn package() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() { walk(&path, found) } else { found.push(path) }
    }
}

fn files(folder: &str, suffix: &str) -> Vec<File> {
    let mut paths = Vec::new();
    walk(&package().join(folder), &mut paths);
    paths.sort();
    let relative = |path: &Path| path.strip_prefix(package()).unwrap().to_str().unwrap().replace('\\', "/");
    paths
        .iter()
        .filter(|path| path.to_str().unwrap().ends_with(suffix))
        .map(|path| File { path: relative(path), text: std::fs::read_to_string(path).unwrap_or_default() })
        .collect()
}

fn height(layer: &str) -> Option<usize> {
    LAYERS.iter().position(|row| row.contains(&layer))
}

static COMMENT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?m)^\s*//.*$").unwrap());
static SINGLE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^[A-Za-z_]\w*").unwrap());
static BRACED: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^\{([^;]*)\};").unwrap());

/// The paths behind `start` in `use` declarations and in code: `a::b` and `a::{b, c}` both yield
/// their first segments.
fn mentioned(code: &str, start: &str) -> BTreeSet<String> {
    let code = COMMENT.replace_all(code, "");
    let start = format!("{start}::");
    let is_whole = |at: usize| !code[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_');
    let behind = code.match_indices(&start).filter(|(at, _)| is_whole(*at)).map(|(at, _)| &code[at + start.len()..]);
    let mut found = BTreeSet::new();
    for path in behind {
        found.extend(SINGLE.find(path).map(|name| name.as_str().to_owned()));
        let mut depth = 0;
        let mut segment = String::new();
        let braced = BRACED.captures(path).map(|capture| capture[1].to_owned()).unwrap_or_default();
        for character in braced.chars().chain([',']) {
            match character {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    let first = segment.trim().split("::").next().unwrap().split(" as ").next().unwrap();
                    found.insert(first.trim().to_owned());
                    segment.clear();
                    continue;
                }
                _ => {}
            }
            segment.push(character);
        }
    }
    found.remove("self");
    found.remove("");
    found
}

#[test]
fn every_module_is_in_a_layer_and_uses_only_lower_ones() {
    let mut wrong = Vec::new();
    for file in files("src", ".rs") {
        let Some(layer) = file.layer() else { continue };
        let Some(own) = height(layer) else {
            wrong.push(format!("{}: {layer} is in no layer", file.path));
            continue;
        };
        for used in mentioned(file.code(), "crate") {
            match height(&used) {
                Some(_) if used == layer => {}
                Some(other) if other < own => {}
                Some(_) => wrong.push(format!("{}: {layer} must not use {used}", file.path)),
                None => wrong.push(format!("{}: crate::{used} is in no layer", file.path)),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_library_lists_its_layers_in_order() {
    let library = std::fs::read_to_string(package().join("src/lib.rs")).unwrap();
    let listed: Vec<usize> = library
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .map(|module| height(module).unwrap_or_else(|| panic!("{module} is in no layer")))
        .collect();
    assert!(listed.is_sorted(), "src/lib.rs lists a module above one that it may use");
}

/// Which module of the layer a name at the layer's top comes from, by the `pub use` lines.
fn homes(layer: &str, all: &[File]) -> BTreeMap<String, String> {
    let top = [format!("src/{layer}/mod.rs"), format!("src/{layer}.rs")];
    let Some(file) = all.iter().find(|file| top.contains(&file.path)) else { return BTreeMap::new() };
    let uses = Regex::new(r"pub(?:\([a-z]+\))? use (?:self::)?(\w+)(?:::\w+)*::(?:\{([^}]*)\}|(\w+));").unwrap();
    let mut homes = BTreeMap::new();
    for capture in uses.captures_iter(file.code()) {
        let names = capture.get(2).or(capture.get(3)).unwrap().as_str();
        for name in
            names.split(',').map(|name| name.split(" as ").last().unwrap().trim()).filter(|name| !name.is_empty())
        {
            homes.insert(name.to_owned(), capture[1].to_owned());
        }
    }
    homes
}

#[test]
fn modules_of_a_layer_form_no_cycle() {
    let all = files("src", ".rs");
    let mut wrong = Vec::new();
    for layer in LAYERS.iter().flat_map(|row| row.iter()) {
        let homes = homes(layer, &all);
        let own: Vec<&File> = all.iter().filter(|file| file.layer() == Some(layer)).collect();
        let parts: BTreeSet<&str> = own.iter().filter_map(|file| file.part()).collect();
        let mut uses: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for file in &own {
            let Some(part) = file.part() else { continue };
            let depth = file.path.matches('/').count() - usize::from(file.path.ends_with("/mod.rs"));
            let up = vec!["super"; depth - 1].join("::");
            let mut names = mentioned(file.code(), &format!("crate::{layer}"));
            names.extend(mentioned(file.code(), &up));
            for name in names {
                let home = if parts.contains(name.as_str()) { Some(&name) } else { homes.get(&name) };
                if let Some(home) = home.filter(|home| *home != part) {
                    uses.entry(part).or_default().insert(home.clone());
                }
            }
        }
        for part in &parts {
            if let Some(way) = way_back(part, &uses) {
                wrong.push(format!("{layer}: {}", way.join(" -> ")));
            }
        }
    }
    assert!(wrong.is_empty(), "cycles:\n{}", wrong.join("\n"));
}

/// The shortest way from a module over those that it uses back to itself.
fn way_back(start: &str, uses: &BTreeMap<&str, BTreeSet<String>>) -> Option<Vec<String>> {
    let mut ways = std::collections::VecDeque::from([vec![start.to_owned()]]);
    let mut seen = BTreeSet::new();
    while let Some(way) = ways.pop_front() {
        for next in uses.get(way.last()?.as_str()).into_iter().flatten() {
            let mut longer = way.clone();
            longer.push(next.clone());
            if next == start {
                return Some(longer);
            }
            if seen.insert(next.clone()) {
                ways.push_back(longer);
            }
        }
    }
    None
}

#[test]
fn files_are_short() {
    let mut wrong = Vec::new();
    for file in files("src", ".rs") {
        let lines = file.text.lines().count();
        if lines > TOO_LONG {
            wrong.push(format!("{}: {lines} lines, at most {TOO_LONG}", file.path));
        } else if lines > LONG {
            println!("{}: {lines} lines, better at most {LONG}", file.path);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_may_be_secret_is_looked_at_in_few_places() {
    let guarded = Regex::new(r"\.(expose|text)\(\)").unwrap();
    let mut wrong = Vec::new();
    for file in files("src", ".rs") {
        let open = match file.layer() {
            Some("findings") => file.part() == Some("redact"),
            // Our own options are no secrets.
            Some("options") => file.part() == Some("written"),
            Some("triage" | "render" | "app" | "cli") | None => false,
            Some(_) => true,
        };
        if !open {
            let lines = file.code().lines().enumerate().filter(|(_, line)| guarded.is_match(line));
            wrong.extend(lines.map(|(index, line)| format!("{}:{}: {}", file.path, index + 1, line.trim())));
        }
    }
    assert!(wrong.is_empty(), "text of audited files is exposed in layers that write:\n{}", wrong.join("\n"));
}

#[test]
fn no_rule_is_known_to_the_code() {
    let items = Regex::new(r"\b(GEN|PREPARR|ZITADEL|PGSTACK|SYNCTV|PREXOR)-[A-Z][A-Z-]+").unwrap();
    let quoted = Regex::new(r#""([^"]*)""#).unwrap();
    let ids: BTreeSet<String> = files("rules", ".yaml")
        .iter()
        .map(|file| file.path.trim_start_matches("rules/").trim_end_matches(".yaml").to_owned())
        .filter(|id| !id.ends_with("/pack"))
        .collect();
    let mut wrong = Vec::new();
    for file in files("src", ".rs") {
        for (index, line) in file.code().lines().enumerate() {
            let names_rule = quoted.captures_iter(line).any(|capture| ids.contains(&capture[1]));
            if items.is_match(line) || names_rule {
                wrong.push(format!("{}:{}: {}", file.path, index + 1, line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "rules are data:\n{}", wrong.join("\n"));
}

#[test]
fn paths_that_documents_name_exist() {
    let named =
        Regex::new(r"(?:^|[\s`(\[])((?:src|rules|fixtures|tests|benches|examples|docs|\.ci)/[\w./-]*\w/?)").unwrap();
    let mut documents = files("docs", ".md");
    for entry in std::fs::read_dir(package()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "md") {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            documents.push(File { path: name, text: std::fs::read_to_string(&path).unwrap() });
        }
    }
    let mut wrong = Vec::new();
    for document in documents {
        for (index, line) in document.text.lines().enumerate() {
            for capture in named.captures_iter(line) {
                let path = capture[1].trim_end_matches('.');
                if !package().join(path).exists() {
                    wrong.push(format!("{}:{}: {path} does not exist", document.path, index + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
