//! The rules of a run, and those of them that are asked for.

use super::Error;
use crate::options::{self, Selection};
use crate::rules::{Ruleset, suggestion};
use std::path::PathBuf;

/// All rules: those that are built in and those of the folders.
pub(super) fn all(folders: &[PathBuf]) -> Result<Ruleset, Error> {
    folders.iter().try_for_each(|path| options::folder(path))?;
    Ruleset::load(folders).map_err(Error::Rules)
}

/// Leaves the rules that are asked for. A word that no rule answers to is a mistake, and so is a
/// choice that leaves none: an audit by no rules would find everything in order.
pub(super) fn choose(ruleset: &mut Ruleset, selection: &Selection) -> Result<(), Error> {
    if let Some(word) = selection.unanswered(ruleset.metas().map(|meta| &**meta)) {
        let mut names: Vec<&str> = Vec::new();
        for meta in ruleset.metas() {
            names.extend([meta.id.as_str(), meta.pack.as_str()]);
            names.extend(meta.items.iter().chain(&meta.controls).map(String::as_str));
        }
        let near = suggestion(&word, names);
        let message = format!("no rule answers to \"{word}\"{near}");
        return Err(options::Error::with_help(message, "`seaworthy rules` lists all rules").into());
    }
    ruleset.retain(|meta| selection.admits(meta));
    if ruleset.rules.is_empty() {
        return Err(options::Error::new("--select and --ignore together leave no rule").into());
    }
    Ok(())
}
