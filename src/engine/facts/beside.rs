//! Secrets that can be guessed from what stands beside them.

use super::frames;
use crate::engine::scope::Scope;
use crate::model::queryable::Thing;
use crate::model::{Container, Setting, Stack};
use std::collections::HashSet;

/// Words that people put between names, and so does who guesses.
const FILLERS: [&str; 20] = [
    "dev",
    "devel",
    "development",
    "prod",
    "production",
    "stage",
    "staging",
    "local",
    "demo",
    "db",
    "app",
    "web",
    "api",
    "user",
    "pass",
    "pw",
    "key",
    "token",
    "the",
    "my",
];

/// The longest number that is a year or the like.
const YEAR: usize = 4;

/// Whether a text is the user, host, database or name that stands beside it.
pub(super) fn is_named(text: &str, scope: Scope<'_, '_>) -> bool {
    let Some((stack, container)) = around(scope) else { return false };
    container.name.eq_ignore_ascii_case(text)
        || neighbours(stack, container).any(|value| value.eq_ignore_ascii_case(text))
}

/// Whether a text consists of nothing but words that stand around it (names of its container, app,
/// image, deployment and user, or its own name), sample words and years: `shop-db-root-2026`.
pub(super) fn is_made_of_names(text: &str, scope: Scope<'_, '_>) -> bool {
    let parts: Vec<String> = words(text).collect();
    let is_number = |part: &String| part.len() <= YEAR && part.bytes().all(|byte| byte.is_ascii_digit());
    if !parts.iter().any(|part| !is_number(part)) {
        return false;
    }
    let Some((stack, container)) = around(scope) else { return false };
    let own = frames(scope.frame).find_map(|thing| match thing {
        Thing::Setting(_, setting) => Some(setting),
        _ => None,
    });
    let image = container.image.value().map(|image| image.repository.as_str());
    let mut known: HashSet<String> = own.into_iter().flat_map(Setting::names).flat_map(words).collect();
    known.extend(
        [Some(container.name.as_str()), Some(stack.name.as_str()), container.app.as_deref(), image]
            .into_iter()
            .flatten()
            .flat_map(words),
    );
    known.extend(neighbours(stack, container).flat_map(words));
    let world = scope.around.world;
    parts.iter().all(|part| {
        is_number(part) || known.contains(part) || FILLERS.contains(&part.as_str()) || world.is_placeholder(part)
    })
}

/// The words of a text, in small letters.
fn words(text: &str) -> impl Iterator<Item = String> + use<> {
    let words: Vec<String> = text
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    words.into_iter()
}

/// The container around, with its stack.
fn around<'m>(scope: Scope<'_, 'm>) -> Option<(&'m Stack, &'m Container)> {
    frames(scope.frame).find_map(|thing| Some((thing.stack(), thing.container()?)))
}

/// Users, hosts and databases that a container is told of.
fn neighbours<'m>(stack: &'m Stack, container: &'m Container) -> impl Iterator<Item = &'m str> {
    let is_beside = |name: &str| {
        let name = name.to_ascii_lowercase();
        ["user", "username", "login", "host", "hostname", "database", "db", "dbname"]
            .iter()
            .any(|word| name.rsplit(['_', '.', '-']).next() == Some(word))
    };
    let settings = container.settings.iter().filter_map(|index| stack.setting(*index));
    settings
        .filter(move |setting| is_beside(&setting.name))
        .filter_map(|setting| setting.value.value().map(|value| value.expose()))
}
