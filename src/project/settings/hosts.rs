//! Who may connect to PostgreSQL: the `pg_hba.conf` that reaches a server, and the lines that
//! operators are given.

use crate::discovery::Workspace;
use crate::model::host_rule::{HostRule, HostRules};
use crate::model::{Container, Stack};
use crate::project::disk::{Disk, Found, Source, as_content};
use crate::source::reader::file_name;
use crate::source::{Problem, Reason, Span};
use crate::syntax::{Node, hba};
use rayon::prelude::*;

/// The name that the server looks for in the folder of its data.
const NAME: &str = "pg_hba.conf";

/// Where operators are given such lines, below `spec`.
const SECTIONS: [&[&str]; 4] = [
    &["postgresql", "pg_hba"],
    &["patroni", "pg_hba"],
    &["patroni", "dynamicConfiguration", "postgresql", "pg_hba"],
    &["authentication", "rules"],
];

/// Finds the lines of every database of a stack. Settings have to be joined.
pub(super) fn add(stack: &mut Stack, workspace: &Workspace, problems: &mut Vec<Problem>) {
    let containers = stack.containers.par_iter().enumerate();
    let of_containers =
        containers.filter(|(_, it)| it.role.as_deref() == Some("database")).map(|(index, container)| {
            let mut problems = Vec::new();
            let rules = of_container(stack, container, workspace, &mut problems);
            (rules.map(|rules| HostRules { container: Some(index), ..rules }).into_iter().collect(), problems)
        });
    // The groups of operators are domains.
    let objects = stack.objects.par_iter().enumerate().filter(|(_, object)| object.api.contains('.'));
    let of_objects = objects.filter_map(|(index, object)| of_object(index, &object.root));
    let found: Vec<(Vec<HostRules>, Vec<Problem>)> = of_containers.chain(of_objects).collect();
    let mut all = Vec::new();
    for (rules, mut own) in found {
        all.extend(rules);
        problems.append(&mut own);
    }
    for rules in &mut all {
        shadow(&mut rules.rules);
    }
    stack.host_rules = all;
}

/// The lines that the operator of an object is given.
fn of_object(index: usize, root: &Node) -> Option<(Vec<HostRules>, Vec<Problem>)> {
    let spec = root.get("spec")?;
    let lists = SECTIONS.iter().filter_map(|path| spec.at(path)).filter(|list| !list.items().is_empty());
    let mut problems = Vec::new();
    let of_list = |list: &Node| {
        let mut rules =
            HostRules { container: None, object: Some(index), rules: Vec::new(), more: None, at: list.span };
        for item in list.items() {
            let item = item.get("hba").unwrap_or(item);
            let text = item.text().unwrap_or_default();
            let unknown = item.provenance.as_ref().and_then(|provenance| provenance.unknown.clone());
            rules.more = rules.more.take().or(unknown);
            lines(text, &mut rules, &mut problems, &mut |_| item.span);
        }
        rules
    };
    let found: Vec<HostRules> = lists.map(of_list).collect();
    (!found.is_empty()).then_some((found, problems))
}

/// The lines of a container: of the file that `hba_file` names, else of one that is mounted under the
/// usual name.
fn of_container(
    stack: &Stack,
    container: &Container,
    workspace: &Workspace,
    problems: &mut Vec<Problem>,
) -> Option<HostRules> {
    let disk = Disk::new(stack, container, workspace);
    let mut settings = container.settings.iter().filter_map(|index| stack.setting(*index));
    let named = settings.find(|setting| !setting.value.is_absent() && setting.is_named("hba_file"));
    let hidden = |reason: Reason, at: Span| {
        Some(HostRules { container: None, object: None, rules: Vec::new(), more: Some(reason), at })
    };
    if let Some(setting) = named {
        let at = setting.value.at.unwrap_or(setting.at);
        let Some(path) = setting.value.value() else {
            return hidden(setting.value.reason().cloned()?, at);
        };
        return match disk.find(path.expose()) {
            Found::File { content, at, .. } => read(&content, workspace, at, problems),
            Found::Hidden(reason, at) => hidden(reason, at),
            Found::Nothing => hidden(Reason::Image { what: format!("what {} holds", path.expose()).into() }, at),
        };
    }
    let (brought, at) = disk.files().find(|(brought, _)| file_name(&brought.path) == NAME)?;
    read(&as_content(&brought.content), workspace, at, problems)
}

fn read(content: &Source<'_>, workspace: &Workspace, at: Span, problems: &mut Vec<Problem>) -> Option<HostRules> {
    let mut rules = HostRules { container: None, object: None, rules: Vec::new(), more: None, at };
    match content {
        Source::File(path) => match workspace.open(path) {
            Ok(source) => {
                let text = workspace.sources.get(source);
                rules.at = Span::file(source);
                lines(text.expose(), &mut rules, problems, &mut |range| Span::new(source, range.start, range.end));
            }
            Err(_) => rules.more = Some(Reason::MissingFile { path: path.as_str().into() }),
        },
        Source::Written(node) => {
            let source = workspace.sources.get(node.span.source);
            rules.more = node.provenance.as_ref().and_then(|provenance| provenance.unknown.clone());
            rules.at = node.span;
            written(node, source.slice(node.span), &mut rules, problems);
        }
        Source::Coded(text, at) => lines(text.expose(), &mut rules, problems, &mut |_| *at),
        Source::Unknown(reason) => rules.more = Some((*reason).clone()),
    }
    Some(rules)
}

/// Lines of a text that stands in another file: each is looked for where that text stands.
fn written(node: &Node, slice: &str, rules: &mut HostRules, problems: &mut Vec<Problem>) {
    let text = node.text().unwrap_or_default();
    let mut from = 0;
    lines(text, rules, problems, &mut |range| {
        let line = text.get(range).unwrap_or_default();
        let Some(at) = slice.get(from..).and_then(|rest| rest.find(line)) else { return node.span };
        let start = node.span.start as usize + from + at;
        from += at + line.len();
        Span::new(node.span.source, start, start + line.len())
    });
}

fn lines(
    text: &str,
    rules: &mut HostRules,
    problems: &mut Vec<Problem>,
    place: &mut dyn FnMut(std::ops::Range<usize>) -> Span,
) {
    let found = hba::parse(text);
    for line in found.lines {
        let at = place(line.at.clone());
        rules.rules.push(HostRule { line, shadowed: false, at });
    }
    if !found.includes.is_empty() {
        rules.more.get_or_insert_with(|| Reason::Unseen { what: "what a pg_hba.conf includes".into() });
    }
    for range in found.broken {
        let message = "this line says not who may connect; write type, database, user, address and method";
        problems.push(Problem::warning(place(range), message));
    }
}

/// Marks the lines that are never come to.
fn shadow(rules: &mut [HostRule]) {
    for index in 1..rules.len() {
        let (before, rest) = rules.split_at_mut(index);
        if let Some(rule) = rest.first_mut() {
            rule.shadowed = before.iter().any(|other| other.covers(rule));
        }
    }
}
