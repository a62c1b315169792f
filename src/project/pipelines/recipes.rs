//! What a step runs by `make TARGET`, `just TARGET` or `npm run NAME`, as far as the tree's own files
//! say it: one level of it.

use crate::discovery::Workspace;
use crate::source::reader::join;
use crate::source::{Span, Text};
use crate::syntax::{Node, Syntax, shell};

/// The name, the text and the place of each recipe that a script runs.
pub(super) fn of(script: &str, workspace: &Workspace) -> Vec<(String, Text, Span)> {
    let mut found = Vec::new();
    for command in shell::parse(script).0 {
        let words: Vec<&str> = command.words.iter().map_while(|word| word.plain()).collect();
        let Some((program, rest)) = words.split_first() else { continue };
        let folder = rest.iter().position(|word| matches!(*word, "-C" | "--prefix")).and_then(|at| rest.get(at + 1));
        let folder = folder.map_or(".", |folder| *folder);
        let mut targets: Vec<&str> = Vec::new();
        let mut is_value = false;
        for word in rest {
            if !is_value && !word.starts_with('-') && !word.contains('=') {
                targets.push(word);
            }
            is_value = matches!(*word, "-C" | "-f" | "-j" | "--prefix");
        }
        match *program {
            "make" | "gmake" => {
                let files = ["GNUmakefile", "makefile", "Makefile"];
                found.extend(targets.iter().filter_map(|target| recipe(target, folder, &files, workspace)));
            }
            "just" => {
                let files = ["justfile", "Justfile", ".justfile"];
                found.extend(targets.iter().take(1).filter_map(|target| recipe(target, folder, &files, workspace)));
            }
            "npm" | "pnpm" | "yarn" | "bun" => {
                let named = targets.iter().find(|word| !matches!(**word, "run" | "run-script"));
                found.extend(named.and_then(|name| package_script(name, folder, workspace)));
            }
            _ => {}
        }
    }
    found
}

/// The lines of a target, indented under `TARGET:`.
fn recipe(target: &str, folder: &str, files: &[&str], workspace: &Workspace) -> Option<(String, Text, Span)> {
    let mut paths = files.iter().filter_map(|file| join(folder, file));
    let source = workspace.open(&paths.find(|path| workspace.exists(path))?).ok()?;
    let whole = workspace.sources.get(source);
    let text = whole.expose();
    let mut at = 0;
    let variables: String = text.lines().filter_map(variable).collect();
    let mut begun: Option<(usize, usize)> = None;
    let mut lines = String::new();
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let is_indented = line.starts_with(['\t', ' ']);
        if let Some((_, end)) = &mut begun {
            if !is_indented && !line.trim().is_empty() && !line.starts_with('#') {
                break;
            }
            if is_indented {
                *end = start + line.trim_end().len();
                lines.push_str(&as_shell(line.trim_start().trim_start_matches(['@', '-', '+'])));
            }
        } else if let Some((names, rest)) = line.split_once(':')
            && !is_indented
            && !rest.starts_with('=')
            && names.split_whitespace().any(|name| name == target)
        {
            begun = Some((start, start + line.trim_end().len()));
        }
    }
    let (start, end) = begun?;
    (!lines.is_empty()).then(|| (target.to_owned(), Text::from(variables + &lines), Span::new(source, start, end)))
}

/// A line of a recipe as the shell is given it: `$(NAME)` is a variable, `$$` the shell's own dollar.
fn as_shell(line: &str) -> String {
    let mut made = String::new();
    let mut rest = line;
    while let Some((before, behind)) = rest.split_once('$') {
        made.push_str(before);
        made.push('$');
        rest = behind.strip_prefix('$').unwrap_or(behind);
        let named = behind.strip_prefix('(').and_then(|inner| inner.split_once(')')).filter(|(name, _)| is_name(name));
        if let Some((name, after)) = named {
            made.push_str(&format!("{{{name}}}"));
            rest = after;
        }
    }
    made.push_str(rest);
    made
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|next| next.is_ascii_alphanumeric() || next == '_')
}

/// `NAME = value`, `NAME ?= value` or `NAME := "value"` as the shell would set it.
fn variable(line: &str) -> Option<String> {
    let (name, value) = line.split_once('=')?;
    let name = name.trim_end_matches(['?', ':', '+']).trim();
    let value = value.trim().trim_matches('"');
    (is_name(name) && !line.starts_with([' ', '\t']) && !value.contains(['$', '\'', '`']))
        .then(|| format!("{name}='{value}'; "))
}

/// A script of a package of Node.
fn package_script(name: &str, folder: &str, workspace: &Workspace) -> Option<(String, Text, Span)> {
    let path = join(folder, "package.json").filter(|path| workspace.exists(path))?;
    let parsed = workspace.parse(&path, Syntax::Json).ok()?;
    let script = parsed.documents.first()?.root.at(&["scripts", name])?;
    Some((name.to_owned(), Text::from(script.text().or_else(|| Node::text(script))?), script.span))
}
