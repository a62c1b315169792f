//! Which requests a matcher of Caddy means.

use crate::syntax::statements::Statement;

/// Which clients a matcher means by their addresses.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    /// It does not ask.
    Anybody,
    /// These.
    Named,
    /// All but these.
    Others,
}

/// Which paths a matcher means.
pub(super) enum Paths {
    /// All of them.
    All,
    /// These.
    Only(Vec<String>),
    /// All but these.
    Except(Vec<String>),
    /// Something else decides as well.
    Sometimes,
}

/// A matcher, taken apart.
pub(super) struct Meant {
    pub who: Who,
    pub paths: Paths,
}

/// The matchers with names that a place knows.
#[derive(Clone, Default)]
pub(super) struct Matchers<'s> {
    named: Vec<&'s Statement>,
}

impl<'s> Matchers<'s> {
    /// Adds those of a block.
    pub fn learn(&mut self, block: &[&'s Statement]) {
        self.named.extend(block.iter().filter(|it| it.name().starts_with('@')));
    }

    fn find(&self, name: &str) -> Option<&'s Statement> {
        self.named.iter().rev().find(|it| it.name() == name).copied()
    }

    /// The hosts that a matcher means, if it asks for nothing else.
    pub fn hosts(&self, name: &str) -> Option<Vec<&'s str>> {
        let named = self.find(name)?;
        let lines = lines(named);
        let [words] = lines.as_slice() else { return None };
        let (first, hosts) = words.split_first()?;
        (*first == "host" && !hosts.is_empty()).then(|| hosts.to_vec())
    }

    /// What a directive's matcher means.
    pub fn of(&self, matcher: Option<&str>) -> Meant {
        let Some(matcher) = matcher.filter(|matcher| !is_everything(matcher)) else {
            return Meant { who: Who::Anybody, paths: Paths::All };
        };
        if matcher.starts_with('/') {
            return Meant { who: Who::Anybody, paths: Paths::Only(vec![matcher.to_owned()]) };
        }
        let Some(named) = self.find(matcher) else { return Meant { who: Who::Anybody, paths: Paths::Sometimes } };
        let mut meant = Meant { who: Who::Anybody, paths: Paths::All };
        for words in lines(named) {
            let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
            match words.as_slice() {
                ["remote_ip" | "client_ip", ..] => meant.who = Who::Named,
                ["not", "remote_ip" | "client_ip", ..] => meant.who = Who::Others,
                // Everything comes over the one of them that its site is for.
                ["protocol", ..] => {}
                ["path", paths @ ..] if paths.iter().any(|path| is_everything(path)) => {}
                ["path", paths @ ..] if matches!(meant.paths, Paths::All) => meant.paths = Paths::Only(owned(paths)),
                ["not", "path", paths @ ..] if matches!(meant.paths, Paths::All) => {
                    meant.paths = Paths::Except(owned(paths));
                }
                _ => meant.paths = Paths::Sometimes,
            }
        }
        meant
    }
}

/// Whether a path stands for all of them.
fn is_everything(path: &str) -> bool {
    matches!(path, "*" | "/*")
}

/// The tests of a matcher, each as its words: it has one behind its name, or some in its block.
fn lines(named: &Statement) -> Vec<Vec<&str>> {
    let own: Vec<&str> = named.arguments().collect();
    let mut found = if own.is_empty() { Vec::new() } else { vec![own] };
    for line in named.inner() {
        let words: Vec<&str> = line.words.iter().map(|word| word.text.expose()).collect();
        if line.inner().is_empty() {
            found.push(words);
        } else {
            // `not` with a block of its own.
            let inner = line.inner().iter().map(|it| it.words.iter().map(|word| word.text.expose()));
            found.extend(inner.map(|inside| words.iter().copied().chain(inside).collect()));
        }
    }
    found
}

/// The matcher of a directive: a path, `*` or a name.
pub(super) fn matcher(statement: &Statement) -> Option<&str> {
    let first = statement.argument(1)?;
    let is_alone = statement.argument(2).is_none() && statement.block.is_none();
    // `redir /new` sends everything there.
    let is_target = is_alone && matches!(statement.name(), "redir" | "respond" | "error" | "rewrite");
    (first == "*" || first.starts_with('@') || (first.starts_with('/') && !is_target)).then_some(first)
}

/// The words of a directive behind its matcher.
pub(super) fn behind(statement: &Statement) -> impl Iterator<Item = &str> {
    statement.arguments().skip(usize::from(matcher(statement).is_some()))
}
