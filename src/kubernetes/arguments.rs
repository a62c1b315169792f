//! Values on command lines: flags, and assignments in front of a command.

use super::environment::{Environment, Known};
use super::expand::{self, Part};
use super::spot::Spot;
use crate::model::{self, Setting, SettingSource, secrecy};
use crate::source::{HOLE, Span, Text};
use crate::syntax::{Node, shell};

/// A word of a command line.
struct Word<'t> {
    node: &'t Node,
    parts: Vec<Part>,
    /// Whether the process itself is given it.
    own: bool,
}

impl Word<'_> {
    /// Whether it stands for the end of a command.
    fn is_end(&self) -> bool {
        self.parts.is_empty()
    }
}

/// Commands whose flags are questions.
const TESTS: [&str; 3] = ["[", "[[", "test"];

/// Whose command line it is.
pub(super) struct Owner<'a> {
    /// Index of the container.
    pub container: usize,
    /// Its name.
    pub name: &'a str,
    /// Its variables, which the command line may refer to.
    pub environment: &'a Environment,
}

/// The settings on the command line whose words stand in these lists.
pub(super) fn settings(lists: &[Spot], source: SettingSource, owner: &Owner) -> Vec<Setting> {
    let nodes: Vec<&Node> = lists
        .iter()
        .filter(|list| list.reason().is_none())
        .flat_map(|list| list.items().filter_map(|item| item.node))
        .collect();
    let words = words(&nodes, owner.environment);
    let mut settings = Vec::new();
    let mut position = 0;
    let mut program = "";
    while let Some(word) = words.get(position) {
        let is_first = position.checked_sub(1).and_then(|before| words.get(before)).is_none_or(Word::is_end);
        position += 1;
        let Some((head, rest)) = word.parts.split_first() else { continue };
        let Part::Text(head) = head else { continue };
        if is_first {
            program = head;
        }
        // What a test asks of a text is the name of nothing.
        if TESTS.contains(&program) {
            continue;
        }
        let setting = |name: &str, value: &[Part], node: &Node| {
            // What a probe is handed of the variables of its container is a setting already.
            (source != SettingSource::Probe || !is_handed(value)).then(|| {
                let known = owner.environment.resolve(value, node, node.span);
                of(name, word.node.span, known, source, owner)
            })
        };
        if let Some((name, first)) = head.split_once('=').filter(|(name, _)| is_name(name)) {
            let mut value = vec![Part::Text(first.to_owned())];
            value.extend_from_slice(rest);
            // A script that gives a variable another name for itself sets nothing anew.
            let is_alone = is_first && words.get(position).is_none_or(Word::is_end);
            if is_alone && is_variable(name) && is_handed(rest) {
                continue;
            }
            settings.extend(setting(name.trim_start_matches('-'), &value, word.node));
        } else if is_flag(head) && rest.is_empty() {
            // One letter tells nothing of a variable that has a name.
            let is_letter = head.trim_start_matches('-').len() == 1;
            let next = words.get(position).filter(|next| !next.parts.is_empty() && !starts_flag(&next.parts));
            if let Some(next) = next.filter(|next| !is_letter || !is_handed(&next.parts)) {
                settings.extend(setting(head.trim_start_matches('-'), &next.parts, next.node));
                // A word such as `NAME=value` after a flag speaks for itself.
                let assigns = matches!(next.parts.first(), Some(Part::Text(text)) if text.split_once('=').is_some_and(|(name, _)| is_variable(name)));
                position += usize::from(!assigns);
            }
        } else if secrecy::holds_a_credential(head) {
            settings.extend(setting("argument", &word.parts, word.node));
        }
    }
    settings
}

/// Whether a variable stands in it, which has a name of its own.
fn is_handed(parts: &[Part]) -> bool {
    parts.iter().any(|part| matches!(part, Part::Variable(..)))
}

/// The words of a command line, each with what the variables in it make of it.
pub(super) fn resolved(lists: &[Spot], owner: &Owner) -> Vec<model::Word> {
    let known = lists.iter().filter(|list| list.reason().is_none());
    let nodes: Vec<&Node> = known.flat_map(|list| list.items().filter_map(|item| item.node)).collect();
    let hole = HOLE.to_string();
    let resolved = words(&nodes, owner.environment).into_iter().filter(|word| !word.parts.is_empty()).map(|word| {
        let known = owner.environment.resolve(&word.parts, word.node, word.node.span);
        let written = word.parts.iter().map(|part| match part {
            Part::Text(text) => text.as_str(),
            Part::Variable(..) | Part::Shell => &hole,
        });
        let written = Text::from(written.collect::<String>());
        model::Word { value: known.value, written, held: known.held, from_secret: known.from_secret, own: word.own }
    });
    resolved.collect()
}

/// The words of a command line, a script that is given to a shell included.
fn words<'t>(nodes: &[&'t Node], environment: &Environment) -> Vec<Word<'t>> {
    // What comes with objects that are not here has such a name; a program has not.
    let is_like_one = |name: &str| is_variable(name) && name.chars().all(|next| !next.is_ascii_lowercase());
    let is_known = |name: &str| environment.get(name).is_some() || is_like_one(name);
    let mut words = Vec::new();
    let shell = nodes
        .iter()
        .take(2)
        .filter_map(|node| node.text())
        .any(|text| matches!(text.rsplit('/').next(), Some("sh" | "bash" | "ash" | "dash" | "zsh")));
    let mut script = false;
    for node in nodes {
        let Some(text) = node.text() else { continue };
        if script {
            let commands = expand::shell(text, &is_known);
            let own = own(&commands);
            words.extend(commands.into_iter().zip(own).map(|(parts, own)| Word { node, parts, own }));
            script = false;
        } else if shell && text.starts_with('-') && !text.starts_with("--") && text.ends_with('c') {
            script = true;
        } else {
            words.push(Word { node, parts: expand::kubelet(text), own: true });
        }
    }
    words
}

/// Which words of a script the process itself is given.
fn own(words: &[Vec<Part>]) -> Vec<bool> {
    let commands: Vec<&[Vec<Part>]> = words.split(Vec::is_empty).collect();
    let text = |word: &'_ Vec<Part>| match word.as_slice() {
        [Part::Text(text)] => text.clone(),
        _ => HOLE.to_string(),
    };
    let texts: Vec<Vec<String>> = commands.iter().map(|words| words.iter().map(text).collect()).collect();
    let texts: Vec<Vec<&str>> = texts.iter().map(|words| words.iter().map(String::as_str).collect()).collect();
    let lasting = commands.iter().zip(shell::lasting(&texts));
    // One word stands between two commands.
    lasting.flat_map(|(words, lasts)| std::iter::repeat_n(lasts, words.len() + 1)).take(words.len()).collect()
}

fn of(name: &str, at: Span, known: Known, source: SettingSource, owner: &Owner) -> Setting {
    let setting = Setting::new(name, at, known.value, known.held, source);
    Setting { from_secret: known.from_secret, ..setting.of_container(owner.container, owner.name) }
}

/// Whether what stands before an equals sign is a flag or a variable.
fn is_name(text: &str) -> bool {
    is_flag(text) || is_variable(text)
}

fn is_flag(text: &str) -> bool {
    let name = text.trim_start_matches('-');
    text.starts_with('-')
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.chars().all(|next| next.is_ascii_alphanumeric() || "-_.".contains(next))
}

fn starts_flag(parts: &[Part]) -> bool {
    matches!(parts.first(), Some(Part::Text(text)) if is_flag(text.split_once('=').map_or(text, |(name, _)| name)))
}

fn is_variable(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text.chars().all(|next| next.is_ascii_alphanumeric() || next == '_')
}
