//! Runs the examples that rules carry.

use super::{Console, Error};
use crate::engine;
use crate::options;
use crate::rules::Ruleset;
use owo_colors::OwoColorize;
use std::path::PathBuf;

/// Runs the examples of the rules of folders; without any, of those that are built in. Tells whether
/// every one of them came out as it says.
///
/// # Errors
/// When rules cannot be loaded or nothing can be written.
pub fn rules(folders: &[PathBuf], console: &mut Console<'_>) -> Result<bool, Error> {
    folders.iter().try_for_each(|path| options::folder(path))?;
    let (ruleset, own) = Ruleset::load_to_test(folders).map_err(Error::Rules)?;
    let tested = engine::test_examples(&ruleset, |rule| folders.is_empty() || own.contains(&rule.meta.id));
    let wrong = tested.failures.len();
    console.write_styled(|out| {
        for failure in &tested.failures {
            writeln!(out, "{failure}")?;
        }
        let counted = format!("{} of {}", count(tested.examples, "example"), count(tested.rules, "rule"));
        if wrong == 0 {
            writeln!(out, "{}", format!("{counted}: each comes out as it says").green())
        } else {
            writeln!(out, "{}", format!("{counted}: {}", count(wrong, "fault")).red())
        }
    })?;
    Ok(wrong == 0)
}

fn count(number: usize, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}
