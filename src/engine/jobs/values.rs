//! What flags, settings and places of a command line say.

use super::lines::Line;
use crate::model::{Stack, State};
use crate::rules::tool::Tool;
use crate::source::{HOLE, Reason, Span, Text};

/// A value that a tool is given.
#[derive(Clone)]
pub(super) struct Given {
    /// Its text; [`HOLE`] stands for what is not known.
    pub text: String,
    /// Where it stands.
    pub at: Span,
    /// Why some of it is not known, if the setting says.
    pub why: Option<Reason>,
}

/// What there is to know of a value.
pub(super) enum Looked {
    /// It is there.
    Given(Given),
    /// It is there, but not in these files.
    Unknown(Reason),
    /// It may be there: not all settings are known.
    Open(Reason),
    /// It is not there.
    Absent,
}

/// Looks up a name of a tool's record: a flag, `first` or `last`, a template `s3://NAME`, a path, a
/// setting.
pub(super) fn look(name: &str, tool: &Tool, line: &Line, stack: &Stack) -> Looked {
    let given = |text: &str| Looked::Given(Given { text: text.to_owned(), at: line.at, why: None });
    if name.starts_with('-') {
        return flag(name, &line.words).map_or(Looked::Absent, given);
    }
    let arguments = line.words.get(1..).unwrap_or_default();
    if matches!(name, "first" | "last") {
        // The words by which the tool is known are no arguments.
        let known = |word: &&String| !word.starts_with('-') && !tool.words.contains(word);
        let found = if name == "last" { arguments.iter().rfind(known) } else { arguments.iter().find(known) };
        return found.map_or(Looked::Absent, |word| given(word));
    }
    if name.starts_with('/') {
        return given(name);
    }
    if let Some((scheme, setting)) = name.split_once("://") {
        return match look(setting, tool, line, stack) {
            Looked::Given(value) if value.text.contains("://") => Looked::Given(value),
            Looked::Given(value) => Looked::Given(Given { text: format!("{scheme}://{}", value.text), ..value }),
            // Who holds the name of a bucket does not matter: it is one, unless it may be empty.
            Looked::Unknown(reason @ Reason::UnsetVariable { .. }) => Looked::Unknown(reason),
            Looked::Open(reason) => Looked::Open(reason),
            Looked::Unknown(_) => given(&format!("{scheme}://{HOLE}")),
            Looked::Absent => Looked::Absent,
        };
    }
    if let Some((_, value)) = line.variables.iter().rev().find(|(known, _)| known == name) {
        return given(value);
    }
    match setting(name, line, stack) {
        Looked::Absent => match tool.defaults.iter().find(|(known, _)| known == name) {
            Some((_, value)) => given(value),
            None => Looked::Absent,
        },
        found => found,
    }
}

fn setting(name: &str, line: &Line, stack: &Stack) -> Looked {
    let Some(container) = line.container.and_then(|index| stack.container(index)) else { return Looked::Absent };
    let mut settings = container.settings.iter().filter_map(|index| stack.setting(*index));
    let Some(found) = settings.find(|setting| &*setting.name == name) else {
        return match stack.open_in(crate::model::SubjectKind::Setting, container) {
            Some(gap) => Looked::Open(gap.reason.clone()),
            None => Looked::Absent,
        };
    };
    let given = |text: &Text, why: Option<Reason>| {
        let at = found.value.primary().unwrap_or(found.at);
        Looked::Given(Given { text: text.expose().to_owned(), at, why })
    };
    match &found.value.state {
        State::Set(text) if text.expose().is_empty() => Looked::Absent,
        State::Set(text) => given(text, None),
        State::Unknown(reason) => match reason.outline() {
            Some(outline) => given(outline, Some(reason.of_rest().clone())),
            None => Looked::Unknown(reason.clone()),
        },
        State::Absent => Looked::Absent,
    }
}

/// The value of a flag: `--name=value`, `--name value`, `-n value`, `-nvalue`.
fn flag<'w>(name: &str, words: &'w [String]) -> Option<&'w str> {
    let is_letter = name.len() == 2;
    for (position, word) in words.iter().enumerate().skip(1) {
        if word == name {
            return words.get(position + 1).map(String::as_str);
        }
        // `-czf FILE`
        if let (true, Some(cluster)) = (is_letter, word.strip_prefix('-'))
            && cluster.len() > 1
            && cluster.ends_with(&name[1..])
            && cluster.chars().all(|next| next.is_ascii_lowercase())
        {
            return words.get(position + 1).map(String::as_str);
        }
        let Some(rest) = word.strip_prefix(name) else { continue };
        if let Some(value) = rest.strip_prefix('=') {
            return Some(value);
        }
        if is_letter && !word.starts_with("--") && !rest.is_empty() {
            return Some(rest);
        }
    }
    None
}

/// Whether a flag or word stands among the arguments; a letter may stand in a cluster (`-czf`).
pub(super) fn has(word: &str, words: &[String]) -> Option<usize> {
    let letter = word.strip_prefix('-').filter(|rest| rest.len() == 1 && !rest.starts_with('-'));
    words.iter().position(|have| {
        have == word
            || (word.starts_with("--") && have.strip_prefix(word).is_some_and(|rest| rest.starts_with('=')))
            || letter.is_some_and(|letter| {
                have.strip_prefix('-').is_some_and(|cluster| {
                    cluster.contains(letter) && cluster.chars().all(|next| next.is_ascii_alphanumeric())
                })
            })
    })
}
