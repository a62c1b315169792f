//! What a service runs, and whether something looks after its children.

use super::Merged;
use super::image::Built;
use super::place::Place;
use crate::model::container::INITS;
use crate::model::{Field, Held, State, Word, secrecy};
use crate::source::reader::file_name;
use crate::source::{HOLE, Origin, Reason, Span, Text};
use crate::syntax::inside::Places;
use crate::syntax::shell::{self, Piece, split};
use crate::syntax::{Node, Provenance};
use std::sync::Arc;

/// Entrypoint and command, as far as they are written, in one text.
pub(super) fn joined(service: Place<'_>) -> Field<Text> {
    let mut words: Vec<&str> = Vec::new();
    let mut at: Option<Span> = None;
    for place in [service.get("entrypoint"), service.get("command")] {
        let Some(node) = place.node else { continue };
        at = at.or(Some(node.span));
        let scalars = if node.items().is_empty() { std::slice::from_ref(node) } else { node.items() };
        for scalar in scalars {
            if let Some(reason) = scalar.provenance.as_ref().and_then(|provenance| provenance.unknown.clone()) {
                return Field::unknown(reason, scalar.span);
            }
            words.extend(scalar.text());
        }
    }
    match at {
        Some(at) => Field::set(Text::from(words.join(" ")), at),
        None => Field::absent(service.at),
    }
}

/// What a shell finds under the names of variables.
pub(super) trait Shell {
    /// The value of a variable, and who holds it; for one that is nowhere, why that is not known.
    fn variable(&self, name: &str) -> Result<(&Field<Text>, Held), Reason>;
}

/// The words of entrypoint and command, one by one; a text and the script behind `sh -c` are split as
/// a shell splits them.
pub(super) fn words(service: Place<'_>, merged: &Merged<'_>, shell: &impl Shell) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    for place in [service.get("entrypoint"), service.get("command")] {
        let Some(node) = place.node else { continue };
        let is_line = node.items().is_empty();
        for scalar in if is_line { std::slice::from_ref(node) } else { node.items() } {
            let Some(text) = scalar.text() else { continue };
            let places = || Places::of(scalar, merged.workspace.sources.get(scalar.span.source).expose());
            if is_line {
                let places = places();
                for (range, text) in split(text) {
                    let at = places.span(range);
                    if is_shell_command(&words) {
                        script(&text, scalar, &Places::whole(at), shell, &mut words);
                    } else {
                        words.push(word(scalar, &text, at));
                    }
                }
            } else if is_shell_command(&words) {
                script(text, scalar, &places(), shell, &mut words);
            } else {
                words.push(word(scalar, text, scalar.span));
            }
        }
    }
    words
}

/// Adds the words of a script; `places` are those of its characters.
fn script(text: &str, scalar: &Node, places: &Places, environment: &impl Shell, words: &mut Vec<Word>) {
    let (commands, _) = shell::parse(text);
    let plain = |word: &shell::Word| word.plain().map_or_else(|| HOLE.to_string(), str::to_owned);
    let texts: Vec<Vec<String>> = commands.iter().map(|it| it.words.iter().map(plain).collect()).collect();
    let texts: Vec<Vec<&str>> = texts.iter().map(|words| words.iter().map(String::as_str).collect()).collect();
    for (command, own) in commands.iter().zip(shell::lasting(&texts)) {
        let set = command.assignments.iter().map(|(name, value)| (format!("{name}="), value));
        for (name, part) in set.chain(command.words.iter().map(|word| (String::new(), word))) {
            let at = places.span(part.range.clone());
            words.push(Word { own, ..filled(&name, part, scalar, at, environment) });
        }
    }
}

/// A word of a script behind its first characters, with what the shell finds under the names in it.
fn filled(start: &str, part: &shell::Word, scalar: &Node, at: Span, environment: &impl Shell) -> Word {
    let (mut written, mut text) = (start.to_owned(), start.to_owned());
    let mut unknown = None;
    let mut origins: Vec<Origin> = Vec::new();
    let mut holder = None;
    for piece in &part.pieces {
        match piece {
            Piece::Text(piece) => {
                written.push_str(piece);
                text.push_str(piece);
            }
            Piece::Variable(name, _) => {
                written.push(HOLE);
                let reason = match environment.variable(name) {
                    Ok((value, held)) => {
                        origins.extend_from_slice(value.origins());
                        holder = Some(held);
                        text.push_str(value.value().map_or("", Text::expose));
                        value.reason().cloned()
                    }
                    Err(reason) => Some(reason),
                };
                unknown = unknown.or(reason);
            }
            Piece::Hidden => {
                written.push(HOLE);
                unknown.get_or_insert_with(|| Reason::Unseen { what: "what the shell makes of this".into() });
            }
        }
    }
    let plain = word(scalar, &written, at);
    if written == text && unknown.is_none() {
        return plain;
    }
    let held = holder.unwrap_or(Held::External);
    // A variable of the project stands there as well.
    origins.extend_from_slice(plain.value.origins());
    let unset = scalar.provenance.as_ref().and_then(|provenance| provenance.unknown.clone());
    let unknown = unknown.or(unset.filter(|_| text.contains(HOLE)));
    let state = unknown.clone().map_or_else(|| State::Set(Text::from(text)), State::Unknown);
    let provenance = Some(Arc::new(Provenance { origins, unknown }));
    Word { value: Field { state, at: Some(at), provenance }, held, ..plain }
}

/// Whether what follows these words is a script.
fn is_shell_command(words: &[Word]) -> bool {
    let text = |word: &Word| word.value.value().map(|text| text.expose().to_owned());
    let Some([shell, option]) = words.last_chunk::<2>() else { return false };
    let is_shell =
        text(shell).is_some_and(|text| matches!(text.rsplit('/').next(), Some("sh" | "bash" | "ash" | "dash" | "zsh")));
    is_shell && text(option).is_some_and(|text| text.starts_with('-') && !text.starts_with("--") && text.ends_with('c'))
}

/// A word that stands in a scalar. What a variable without a value, or the shell, puts into it is
/// not known.
fn word(scalar: &Node, text: &str, at: Span) -> Word {
    let has_variables = !scalar.origins().is_empty();
    let unset = scalar.provenance.as_ref().and_then(|provenance| provenance.unknown.clone());
    let state = match unset {
        Some(reason) if text.contains(HOLE) => State::Unknown(reason.partly(text)),
        _ => State::Set(Text::from(text)),
    };
    let provenance = if has_variables { scalar.provenance.clone() } else { None };
    let held = if has_variables { super::environment::of_origins(scalar.origins()) } else { Held::Literal };
    let written = Text::from(text);
    Word { value: Field { state, at: Some(at), provenance }, written, held, from_secret: false, own: true }
}

/// Whether PID 1 is an init.
pub(super) fn init(service: Place<'_>, built: &Built) -> Field<bool> {
    let written = service.get("init");
    if written.is_there() {
        let field = written.boolean();
        if field.value() != Some(&false) {
            return field;
        }
    }
    let first = |place: Place<'_>| {
        let node = place.node?;
        let text = node.items().first().unwrap_or(node).text()?;
        text.split_whitespace().next().map(|word| (file_name(word).to_owned(), node.span))
    };
    let entrypoint = first(service.get("entrypoint")).or_else(|| built.entrypoint());
    match entrypoint.or_else(|| first(service.get("command"))) {
        Some((program, at)) if INITS.contains(&program.as_str()) => Field::set(true, at),
        _ if written.is_there() => written.boolean(),
        // An entrypoint of its own replaces the one of the image.
        Some((_, at)) if service.get("entrypoint").is_there() || built.entrypoint().is_some() => {
            Field { at: Some(written.at), ..Field::set(false, at) }
        }
        _ => Field::unknown(Reason::Image { what: "the program that runs as PID 1".into() }, written.at),
    }
}

/// A value on a command line that has a name: `--name=value`, `--name value`, `NAME=value`.
pub(super) struct Argument {
    /// Its name, without dashes.
    pub name: String,
    /// Its value.
    pub value: Field<Text>,
    /// The word it stands in.
    pub at: Span,
}

/// The named values of command lines that may be secret.
pub(super) fn arguments(place: Place<'_>) -> Vec<Argument> {
    let Some(node) = place.node else { return Vec::new() };
    let scalars = if node.items().is_empty() { std::slice::from_ref(node) } else { node.items() };
    // A text, or the script behind `sh -c`, has several words.
    let mut words: Vec<(String, &Node)> = Vec::new();
    for scalar in scalars {
        let Some(text) = scalar.text() else { continue };
        words.extend(split(text).into_iter().map(|(_, word)| (word, scalar)));
    }
    let mut arguments = Vec::new();
    for (number, (word, scalar)) in words.iter().enumerate() {
        let (name, value) = match word.split_once('=') {
            Some((name, value)) if is_name(name) => (name, value.to_owned()),
            Some(_) => continue,
            None if word.starts_with('-') && is_name(word) => match words.get(number + 1) {
                Some((next, _)) if !next.starts_with('-') => (word.as_str(), next.clone()),
                _ => continue,
            },
            None => {
                if secrecy::holds_a_credential(word) {
                    ("argument", word.clone())
                } else {
                    continue;
                }
            }
        };
        let name = name.trim_start_matches('-');
        // What the shell puts in at run time stands elsewhere.
        let is_kept_elsewhere = value.is_empty() || value.contains('$') || secrecy::is_reference(&value);
        // A password that is not known is one.
        let has_credential = || secrecy::holds_a_credential(&value.replace(HOLE, "_"));
        if is_kept_elsewhere || !(secrecy::names_a_secret(name) || has_credential()) {
            continue;
        }
        let value = Field::read(scalar, "a text", |_| Some(Text::from(value.as_str()))).outlined(&value);
        arguments.push(Argument { name: name.to_owned(), value, at: scalar.span });
    }
    arguments
}

fn is_name(text: &str) -> bool {
    let name = text.trim_start_matches('-');
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.chars().all(|next| next.is_ascii_alphanumeric() || "-_.".contains(next))
}
