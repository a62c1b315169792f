//! Profiles of Compose services that are asked for by name.

use super::Error;
use crate::options;
use crate::rules::suggestion;
use std::collections::BTreeSet;

/// The word that stands for all profiles.
const ALL: &str = "*";

/// Sees to it that some service knows each profile: one that none knows is most likely misspelt, and
/// leaves out what was to be looked at.
///
/// # Errors
/// The first that no service knows, with the one that was probably meant.
pub(super) fn known(asked: &[String], known: &BTreeSet<String>) -> Result<(), Error> {
    let Some(name) = asked.iter().find(|name| *name != ALL && !known.contains(*name)) else { return Ok(()) };
    let names = known.iter().map(String::as_str);
    let message = format!("no Compose service here has the profile \"{name}\"{}", suggestion(name, names.clone()));
    let help = match known.is_empty() {
        true => "leave --profile and inputs.profiles away: no service here has a profile".to_owned(),
        false => format!("the profiles here are {}", names.collect::<Vec<_>>().join(", ")),
    };
    Err(options::Error::with_help(message, help).into())
}
