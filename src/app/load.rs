//! The rules of a run, and those of them that are asked for.

use super::Error;
use crate::options::{self, Audit, Selection};
use crate::rules::{Ruleset, Tuning, suggestion};
use std::path::PathBuf;

/// All rules: those that are built in and those of the folders.
pub(super) fn all(folders: &[PathBuf]) -> Result<Ruleset, Error> {
    tuned(folders, &Tuning::default(), &[])
}

/// The same, changed as the options say; `packs` are asked whether or not an app was recognised.
pub(super) fn tuned(folders: &[PathBuf], tuning: &Tuning, packs: &[String]) -> Result<Ruleset, Error> {
    folders.iter().try_for_each(|path| options::folder(path))?;
    let mut ruleset = Ruleset::load_tuned(folders, tuning).map_err(Error::Rules)?;
    for name in packs {
        if !ruleset.has_pack(name) {
            let near = suggestion(name, ruleset.pack_names());
            let message = format!("there is no pack \"{name}\"{near}");
            return Err(options::Error::with_help(message, "`seaworthy rules -f json` lists the packs").into());
        }
        ruleset.force(name);
    }
    Ok(ruleset)
}

/// The rules that an audit asks for. Those of packs whose apps may not be there sleep, unless the options
/// choose among rules.
pub(super) fn chosen(asked: &Audit) -> Result<Ruleset, Error> {
    let is_plain = asked.packs.is_empty() && asked.selection.is_everything();
    if is_plain && !asked.tuning.is_of_rules() {
        asked.rules.iter().try_for_each(|path| options::folder(path))?;
        return Ruleset::awake(&asked.rules, &asked.tuning).map_err(Error::Rules);
    }
    let mut ruleset = tuned(&asked.rules, &asked.tuning, &asked.packs)?;
    choose(&mut ruleset, choice(asked))?;
    Ok(ruleset)
}

/// Which rules are asked for.
#[derive(Clone, Copy)]
pub(super) struct Choice<'o> {
    /// By their words.
    pub selection: &'o Selection,
    /// Where those are written, if not on the command line.
    pub words: &'o [(String, String)],
    /// By their packs.
    pub tuning: &'o Tuning,
}

/// The choice of an audit.
pub(super) fn choice(asked: &Audit) -> Choice<'_> {
    Choice { selection: &asked.selection, words: &asked.words, tuning: &asked.tuning }
}

/// Leaves the rules that are asked for. A word that no rule answers to is a mistake, and so is a
/// choice that leaves none: an audit by no rules would find everything in order.
pub(super) fn choose(ruleset: &mut Ruleset, choice: Choice<'_>) -> Result<(), Error> {
    let Choice { selection, words, tuning } = choice;
    if let Some(word) = selection.unanswered(ruleset.metas().map(|meta| &**meta)) {
        let mut names: Vec<&str> = Vec::new();
        for meta in ruleset.metas() {
            names.extend([meta.id.as_str(), meta.pack.as_str()]);
            names.extend(meta.items.iter().chain(&meta.controls).map(String::as_str));
        }
        let near = suggestion(&word, names);
        let place = words.iter().find(|(written, _)| written.trim_end_matches('/') == word);
        let place = place.map_or_else(String::new, |(_, place)| format!("{place}: "));
        let message = format!("{place}no rule answers to \"{word}\"{near}");
        return Err(options::Error::with_help(message, "`seaworthy rules` lists all rules").into());
    }
    ruleset.retain(|meta| selection.admits(meta) && !tuning.is_off(&meta.pack));
    if ruleset.rules.is_empty() {
        return Err(options::Error::new("--select, --ignore and the packs that are off together leave no rule").into());
    }
    Ok(())
}
