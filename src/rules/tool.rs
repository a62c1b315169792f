//! Tools: what the commands and images of jobs do, as packs describe it.
//!
//! A tool is known by the words of its command (`restic forget`: the program, and words that have to
//! stand behind it in this order), by its images or by its actions. What it works on, where its results go and how
//! long they are kept is read from flags (`--repo`), settings (`RESTIC_REPOSITORY`) and places of
//! the command line (`last`); a value after them in `keep` is what one of the number stands for.

use super::compile::Compiler;
use super::nearest::one_of;
use super::read::unknown_keys;
use crate::model::Duration;
use crate::syntax::{Node, Value};

/// What a tool may do with data.
pub const DOES: [&str; 7] = ["dump", "snapshot", "copy", "prune", "verify", "restore", "vacuum"];

/// What a tool may do in a pipeline: `lock` installs what a lock file names and nothing else, `unlocked`
/// what it names if it is up to date, `resolve` whatever is newest.
pub const ACTS: [&str; 11] =
    ["build", "deploy", "lint", "lock", "push", "resolve", "sbom", "scan", "sign", "unlocked", "verify-signature"];

/// A tool that jobs run.
#[derive(Debug, Default)]
pub struct Tool {
    /// The program, then words that stand behind it.
    pub words: Vec<String>,
    /// Repositories of its images: the last part, or more of the end behind a `/`.
    pub images: Vec<String>,
    /// The program that its images run, to which a container's arguments go.
    pub program: Option<String>,
    /// Actions and templates of pipelines that are it, without their versions.
    pub actions: Vec<String>,
    /// What it does with data; empty if it leaves them alone.
    pub does: Vec<String>,
    /// What it does in a pipeline.
    pub acts: Vec<String>,
    /// Whether it may do anything, as a shell may.
    pub is_unknown: bool,
    /// Settings with the cron expression by which it runs itself.
    pub schedule: Vec<String>,
    /// Flags and settings with the host that it works on.
    pub hosts: Vec<String>,
    /// Flags, settings, places and templates of where its results go.
    pub to: Vec<String>,
    /// Flags and settings with the address of the object store, where that may be one's own.
    pub endpoint: Vec<String>,
    /// Flags and settings that make it encrypt.
    pub encrypted: Vec<String>,
    /// Whether it always encrypts.
    pub encrypts: bool,
    /// Flags and settings with how long results are kept, and the milliseconds of one.
    pub keep: Vec<(String, u64)>,
    /// Flags and settings with how many results are kept.
    pub keep_count: Vec<String>,
    /// Whether it works on the volumes that are mounted into its container.
    pub volumes: bool,
    /// The apps whose data it dumps; empty if any.
    pub of: Vec<String>,
    /// What settings are where nothing sets them.
    pub defaults: Vec<(String, String)>,
}

const KEYS: [&str; 14] = [
    "actions",
    "of",
    "does",
    "images",
    "program",
    "schedule",
    "hosts",
    "to",
    "endpoint",
    "encrypted",
    "keep",
    "keep-count",
    "volumes",
    "defaults",
];

/// Reads the tools of a pack.
pub(super) fn tools(compiler: &mut Compiler<'_>, node: Option<&Node>) -> Vec<Tool> {
    let entries = node.map_or(&[][..], Node::entries);
    entries.iter().map(|entry| tool(compiler, entry.name(), &entry.value)).collect()
}

fn tool(compiler: &mut Compiler<'_>, name: &str, node: &Node) -> Tool {
    let mut tool = Tool { words: name.split_whitespace().map(str::to_owned).collect(), ..Tool::default() };
    let Value::Mapping(_) = &node.value else {
        does(compiler, node, &mut tool);
        return tool;
    };
    unknown_keys(compiler, node, &KEYS, "a tool");
    match node.get("does") {
        Some(node) => does(compiler, node, &mut tool),
        None => {
            compiler.error(node.span, format!("what {name} does is missing; write does: [] if it leaves data alone"))
        }
    }
    tool.images = texts(node.get("images"));
    tool.actions = texts(node.get("actions"));
    tool.program = node.get("program").and_then(Node::text).map(str::to_owned);
    tool.of = texts(node.get("of"));
    tool.schedule = texts(node.get("schedule"));
    tool.hosts = texts(node.get("hosts"));
    tool.to = texts(node.get("to"));
    tool.endpoint = texts(node.get("endpoint"));
    match node.get("encrypted") {
        Some(flag) if flag.text() == Some("true") => tool.encrypts = true,
        names => tool.encrypted = texts(names),
    }
    for entry in node.get("keep").map_or(&[][..], Node::entries) {
        match entry.value.text().and_then(Duration::parse) {
            Some(unit) => tool.keep.push((entry.name().to_owned(), unit.0)),
            None => compiler.error(entry.value.span, "a keep is what one of the number stands for, such as 1d"),
        }
    }
    tool.keep_count = texts(node.get("keep-count"));
    tool.volumes = node.get("volumes").and_then(Node::text) == Some("true");
    for entry in node.get("defaults").map_or(&[][..], Node::entries) {
        tool.defaults.push((entry.name().to_owned(), entry.value.text().unwrap_or_default().to_owned()));
    }
    if !tool.images.is_empty() || !tool.actions.is_empty() {
        // The key only names it.
        tool.words.clear();
    }
    tool
}

fn does(compiler: &mut Compiler<'_>, node: &Node, tool: &mut Tool) {
    for (word, at) in node
        .text()
        .map(|text| (text, node.span))
        .into_iter()
        .chain(node.items().iter().map(|item| (item.text().unwrap_or_default(), item.span)))
    {
        match word {
            "unknown" => tool.is_unknown = true,
            word if DOES.contains(&word) => tool.does.push(word.to_owned()),
            word if ACTS.contains(&word) => tool.acts.push(word.to_owned()),
            word => {
                let words = [&DOES[..], &ACTS, &["unknown"]].concat();
                compiler.error(at, format!("\"{word}\" is nothing that a tool does{}", one_of(word, &words)));
            }
        }
    }
}

/// A text, or a list of them.
pub(super) fn texts(node: Option<&Node>) -> Vec<String> {
    let Some(node) = node else { return Vec::new() };
    let single = node.text().into_iter();
    single.chain(node.items().iter().filter_map(Node::text)).map(str::to_owned).collect()
}
