//! One setting, several names.

use super::app::{App, Declared, Spelling};
use crate::model::Described;
use crate::source::nearest::nearest;
use hashbrown::{HashMap, HashSet};
use std::sync::Arc;

/// The settings that the pack of an app lists, by all of their names.
pub struct Listed<'a> {
    /// The app.
    pub app: &'a App,
    /// By key, as keys compare.
    by_key: HashMap<String, usize>,
    by_variable: HashMap<String, &'a str>,
    by_flag: HashMap<String, &'a str>,
    /// Those with a segment that stands for any.
    open: Vec<usize>,
    /// Listed settings by names that they had once: keys, and the variables spelled from them.
    by_old: HashMap<String, usize>,
    /// What is told of each, in the order of the list.
    described: Vec<Arc<Described>>,
    /// Those that have one name each, every name once: the name, the number of the listed setting that it
    /// stands for, and what is told of it.
    plain: Vec<(Arc<str>, usize, Arc<Described>)>,
}

/// A listed setting, as it is where nothing sets it.
pub(super) struct Published<'a> {
    /// Its name.
    pub name: &'a Arc<str>,
    /// What the pack says of it.
    pub declared: &'a Declared,
    /// The same for its readers.
    pub described: &'a Arc<Described>,
}

impl<'a> Listed<'a> {
    /// The names of all settings that an app's pack lists.
    #[must_use]
    pub fn new(app: &'a App) -> Self {
        let mut listed = Self {
            app,
            by_key: HashMap::new(),
            by_variable: HashMap::new(),
            by_flag: HashMap::new(),
            open: Vec::new(),
            by_old: HashMap::new(),
            described: Vec::new(),
            plain: Vec::new(),
        };
        for (number, declared) in app.settings.iter().enumerate() {
            for old in &declared.was {
                listed.by_old.insert(folded(old, app.spelling), number);
                listed.by_old.extend(variable(app, old).map(|variable| (variable, number)));
            }
            let mut names = vec![declared.name.clone()];
            if declared.name.contains('*') {
                listed.open.push(number);
            } else {
                listed.by_key.insert(folded(&declared.name, app.spelling), number);
                for variable in variables(app, declared) {
                    listed.by_variable.entry(variable.clone()).or_insert(declared.name.as_str());
                    names.push(variable);
                }
                for flag in declared.flags.iter().chain(takes_any(app).then_some(&declared.name)) {
                    listed.by_flag.entry(dashed(flag)).or_insert(declared.name.as_str());
                }
                names.extend(declared.flags.iter().cloned());
                names.dedup();
            }
            listed.described.push(Arc::new(describe(names, declared, app.complete)));
        }
        let mut seen = HashSet::new();
        let names = app.settings.iter().map(|declared| declared.name.as_str());
        let names = names.filter(|name| !name.contains('*') && seen.insert(*name));
        let plain = names.filter_map(|name| {
            let number = listed.number(name)?;
            Some((name.into(), number, listed.told(name, number)?))
        });
        listed.plain = plain.collect();
        listed
    }

    /// Settings that have one name each, in the order of the list.
    pub(super) fn published(&self) -> impl Iterator<Item = Published<'_>> {
        self.plain.iter().filter_map(|(name, number, described)| {
            Some(Published { name, declared: self.app.settings.get(*number)?, described })
        })
    }

    /// What is told of the listed setting with this number under a name that leads to it.
    fn told(&self, name: &str, number: usize) -> Option<Arc<Described>> {
        let (declared, described) = (self.app.settings.get(number)?, self.described.get(number)?);
        if declared.name == name {
            return Some(Arc::clone(described));
        }
        let mut all = vec![name.to_owned()];
        match declared.name.contains('*') {
            true => all.extend(variable(self.app, name)),
            false => {
                all.extend(variables(self.app, declared));
                all.extend(declared.flags.iter().cloned());
            }
        }
        all.dedup();
        Some(Arc::new(describe(all, declared, self.app.complete)))
    }

    /// The number of the listed setting that a key sets.
    fn number(&self, key: &str) -> Option<usize> {
        self.by_key.get(&folded(key, self.app.spelling)).copied()
    }
}

/// Whether any setting can be given as a flag.
fn takes_any(app: &App) -> bool {
    app.long_flags || !app.assigning.is_empty()
}

/// What the pack says of a setting that goes by these names.
fn describe(names: Vec<String>, declared: &Declared, complete: bool) -> Described {
    Described {
        names,
        declared: Some(true),
        complete,
        secret: declared.secret,
        tags: declared.tags.clone(),
        kind: declared.kind,
        ..Described::default()
    }
}

/// Finds a setting by any of its names: those that are listed, and the keys that files have.
pub(super) struct Names<'a> {
    listed: &'a Listed<'a>,
    by_variable: HashMap<String, String>,
    by_flag: HashMap<String, String>,
}

impl<'a> Names<'a> {
    /// The names of an app's settings; `keys` are those that its config files have.
    pub fn new<'k>(listed: &'a Listed<'a>, keys: impl Iterator<Item = &'k str>) -> Self {
        let mut names = Self { listed, by_variable: HashMap::new(), by_flag: HashMap::new() };
        for key in keys {
            let name = names.of_key(key);
            let variable = variable(listed.app, &name).filter(|variable| !listed.by_variable.contains_key(variable));
            if let Some(variable) = variable {
                names.by_variable.entry(variable).or_insert_with(|| name.clone());
            }
            let flag = takes_any(listed.app).then(|| dashed(&name));
            if let Some(flag) = flag.filter(|flag| !listed.by_flag.contains_key(flag)) {
                names.by_flag.entry(flag).or_insert(name);
            }
        }
        names
    }

    /// The name of the setting that a key of a config file sets.
    pub fn of_key(&self, key: &str) -> String {
        let listed = self.listed.number(key).and_then(|number| self.listed.app.settings.get(number));
        listed.map_or_else(|| key.to_owned(), |declared| declared.name.clone())
    }

    /// The name of the setting that a variable sets.
    pub fn of_variable(&self, variable: &str) -> Option<&str> {
        let listed = self.listed.by_variable.get(variable).copied();
        listed.or_else(|| self.by_variable.get(variable).map(String::as_str))
    }

    /// The name of the setting that a flag sets, given without dashes.
    pub fn of_flag(&self, flag: &str) -> Option<&str> {
        let flag = dashed(flag);
        let listed = self.listed.by_flag.get(&flag).copied();
        listed.or_else(|| self.by_flag.get(&flag).map(String::as_str))
    }

    /// What the pack says of a setting.
    pub fn declared(&self, name: &str) -> Option<&'a Declared> {
        self.listed.app.settings.get(self.number(name)?)
    }

    /// The setting that took the place of one with this key or variable, if that is gone.
    pub fn replacing(&self, name: &str) -> Option<&'a Declared> {
        let number =
            self.listed.by_old.get(name).or_else(|| self.listed.by_old.get(&folded(name, self.listed.app.spelling)))?;
        self.listed.app.settings.get(*number)
    }

    /// Whether the app knows a key of its config; `None` if its pack leaves that open.
    pub fn knows(&self, name: &str) -> Option<bool> {
        let end = self.listed.app.sibling.as_deref().unwrap_or_default().to_lowercase();
        let names_a_file = !end.is_empty() && name.strip_suffix(&end).is_some_and(|of| self.declared(of).is_some());
        if names_a_file || self.declared(name).is_some() {
            return Some(true);
        }
        let mut around = name.match_indices(['.', '[']).filter_map(|(end, _)| name.get(..end));
        match self.listed.app.complete && !around.any(|outer| self.declared(outer).is_some()) {
            // What lies within a listed one is that one's own affair.
            false => self.replacing(name).map(|_| false),
            true => Some(false),
        }
    }

    /// What is known of a variable that sets nothing: an old name, or none that the app has although it
    /// begins as the app's do. `None` if it may be anybody's.
    pub fn stranger(&self, variable: &str) -> Option<Described> {
        let prefix = self.listed.app.env.as_ref().map_or("", |(prefix, _)| prefix.as_str());
        let replacing = self.replacing(variable);
        let is_path = self.listed.app.files.iter().any(|file| file.from.iter().any(|from| from == variable));
        let is_sibling = self.listed.app.sibling.as_deref().and_then(|end| variable.strip_suffix(end));
        let is_sibling = is_sibling.is_some_and(|name| self.of_variable(name).is_some());
        let is_own =
            self.listed.app.complete && !prefix.is_empty() && variable.starts_with(prefix) && !is_path && !is_sibling;
        (is_own || replacing.is_some()).then(|| Described {
            declared: Some(false),
            complete: self.listed.app.complete,
            nearest: replacing.is_none().then(|| self.nearest_variable(variable)).flatten(),
            replaced_by: replacing.map(|now| now.name.clone()),
            secret: replacing.and_then(|now| now.secret),
            ..Described::default()
        })
    }

    /// The listed key that a key is probably meant to be: one that is spelled much the same, else the
    /// only one of its name in another place.
    fn nearest_key(&self, key: &str) -> Option<String> {
        let listed = || self.listed.app.settings.iter().map(|declared| declared.name.as_str());
        if let Some((_, near)) = nearest(key, listed().filter(|name| !name.contains('*'))) {
            return Some(near.to_owned());
        }
        let last = |name: &str| name.rsplit('.').next().map(|last| folded(last, self.listed.app.spelling));
        let mut same = listed().filter(|name| last(name) == last(key));
        let only = same.next()?;
        same.next().is_none().then(|| only.to_owned())
    }

    /// The listed variable that is spelled much like one that the app does not know.
    fn nearest_variable(&self, variable: &str) -> Option<String> {
        let listed = self.listed.by_variable.keys().map(String::as_str);
        nearest(variable, listed).map(|(_, near)| near.to_owned())
    }

    /// The number of the listed setting that a name stands for, be it one of several.
    fn number(&self, name: &str) -> Option<usize> {
        let app = self.listed.app;
        let is_open = |number: &&usize| {
            app.settings.get(**number).is_some_and(|declared| fits(&declared.name, name, app.spelling))
        };
        self.listed.number(name).or_else(|| self.listed.open.iter().find(is_open).copied())
    }

    /// All names that a setting goes by, and what the pack says of it. A flag beside those that are
    /// listed may be the program's own.
    pub fn described(&self, name: &str, is_flag: bool) -> Arc<Described> {
        let app = self.listed.app;
        if let Some(told) = self.number(name).and_then(|number| self.listed.told(name, number)) {
            return told;
        }
        let names = std::iter::once(name.to_owned()).chain(variable(app, name)).collect();
        let replacing = self.replacing(name);
        let declared = self.knows(name).filter(|known| *known || !is_flag);
        let is_stranger = declared == Some(false) && replacing.is_none();
        Arc::new(Described {
            names,
            declared,
            complete: app.complete,
            nearest: is_stranger.then(|| self.nearest_key(name)).flatten(),
            replaced_by: replacing.map(|now| now.name.clone()),
            secret: replacing.and_then(|now| now.secret),
            ..Described::default()
        })
    }
}

/// The variables of a listed setting.
fn variables(app: &App, declared: &Declared) -> Vec<String> {
    match declared.env.is_empty() {
        true => variable(app, &declared.name).into_iter().collect(),
        false => declared.env.clone(),
    }
}

/// The variable that sets a key by the app's own rule of spelling.
fn variable(app: &App, key: &str) -> Option<String> {
    let (prefix, join) = app.env.as_ref()?;
    let segments = key.split('.').map(|segment| segment.to_ascii_uppercase().replace('-', "_"));
    Some(format!("{prefix}{}", segments.collect::<Vec<_>>().join(join)))
}

/// A key as keys are compared.
fn folded(key: &str, spelling: Spelling) -> String {
    if spelling.ignore_case { key.to_lowercase() } else { key.to_owned() }
}

/// Whether two flags are one.
pub(super) fn same_flag(one: &str, other: &str) -> bool {
    dashed(one) == dashed(other)
}

/// A flag as flags are compared: dashes, dots and underscores are one.
fn dashed(flag: &str) -> String {
    flag.trim_start_matches('-').to_ascii_lowercase().replace(['_', '.'], "-")
}

/// Whether a name has the segments of a pattern.
fn fits(pattern: &str, name: &str, spelling: Spelling) -> bool {
    let (mut wanted, mut found) = (pattern.split('.'), name.split('.'));
    loop {
        match (wanted.next(), found.next()) {
            (None, None) => return true,
            (Some("*"), Some(_)) => {}
            (Some(one), Some(other)) if folded(one, spelling) == folded(other, spelling) => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn app() -> App {
        let declared = |name: &str, env: &[&str]| Declared {
            name: name.to_owned(),
            env: env.iter().map(|&name| name.to_owned()).collect(),
            ..Declared::default()
        };
        App {
            env: Some(("ACME_".to_owned(), "_".to_owned())),
            spelling: Spelling { ignore_case: true, split_dots: true },
            long_flags: true,
            settings: vec![
                declared("Redis.key_prefix", &[]),
                declared("token", &["TOKEN"]),
                declared("stores.*.key", &[]),
            ],
            ..App::default()
        }
    }

    #[test]
    fn every_spelling_leads_to_one_name() {
        let app = app();
        let listed = Listed::new(&app);
        let names = Names::new(&listed, ["log.level"].into_iter());
        assert_eq!(names.of_key("redis.KEY_PREFIX"), "Redis.key_prefix");
        assert_eq!(names.of_variable("ACME_REDIS_KEY_PREFIX"), Some("Redis.key_prefix"));
        assert_eq!(names.of_variable("ACME_LOG_LEVEL"), Some("log.level"));
        assert_eq!(names.of_variable("ACME_TOKEN"), None);
        assert_eq!(names.of_variable("TOKEN"), Some("token"));
        assert_eq!(names.of_flag("redis-key-prefix"), Some("Redis.key_prefix"));
        assert!(names.declared("stores.main.KEY").is_some() && names.declared("stores.key").is_none());
        assert_eq!(names.described("token", false).names, ["token", "TOKEN"]);
        assert_eq!(names.described("log.level", false).names, ["log.level", "ACME_LOG_LEVEL"]);
    }
}
