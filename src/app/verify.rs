//! Runs the examples that rules carry.

use super::{Console, Error, load};
use crate::engine;
use crate::rules::Ruleset;
use owo_colors::OwoColorize;
use std::path::PathBuf;

/// Runs the examples of the rules of folders; without any, of those that are built in. Tells whether
/// every one of them came out as it says.
///
/// # Errors
/// When rules cannot be loaded or nothing can be written.
pub fn rules(folders: &[PathBuf], console: &mut Console<'_>) -> Result<bool, Error> {
    let ruleset = load::all(folders)?;
    // By what is built in, not by paths: a folder may well be called `rules`, too.
    let skipped = if folders.is_empty() { Ruleset::default() } else { load::all(&[])? };
    let tested = engine::test_examples(&ruleset, |rule| skipped.find(&rule.meta.id).is_none());
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
