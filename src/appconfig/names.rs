//! One setting, several names.

use super::app::{App, Declared, Spelling};
use crate::model::Described;
use std::collections::HashMap;

/// Finds a setting by any of its names.
pub(super) struct Names<'a> {
    app: &'a App,
    /// Listed settings by key, as keys compare.
    by_key: HashMap<String, usize>,
    by_variable: HashMap<String, String>,
    by_flag: HashMap<String, String>,
    /// Listed settings with a segment that stands for any.
    open: Vec<usize>,
    /// Listed settings by names that they had once: keys, and the variables spelled from them.
    by_old: HashMap<String, usize>,
}

impl<'a> Names<'a> {
    /// The names of an app's settings; `keys` are those that its config files have.
    pub fn new<'k>(app: &'a App, keys: impl Iterator<Item = &'k str>) -> Self {
        let mut names = Self {
            app,
            by_key: HashMap::new(),
            by_variable: HashMap::new(),
            by_flag: HashMap::new(),
            open: Vec::new(),
            by_old: HashMap::new(),
        };
        let takes_any = app.long_flags || !app.assigning.is_empty();
        for (number, declared) in app.settings.iter().enumerate() {
            for old in &declared.was {
                names.by_old.insert(folded(old, app.spelling), number);
                names.by_old.extend(variable(app, old).map(|variable| (variable, number)));
            }
            if declared.name.contains('*') {
                names.open.push(number);
                continue;
            }
            names.by_key.insert(folded(&declared.name, app.spelling), number);
            for variable in variables(app, declared) {
                names.by_variable.entry(variable).or_insert_with(|| declared.name.clone());
            }
            for flag in declared.flags.iter().chain(takes_any.then_some(&declared.name)) {
                names.by_flag.entry(dashed(flag)).or_insert_with(|| declared.name.clone());
            }
        }
        for key in keys {
            let name = names.of_key(key);
            if let Some(variable) = variable(app, &name) {
                names.by_variable.entry(variable).or_insert_with(|| name.clone());
            }
            if takes_any {
                names.by_flag.entry(dashed(&name)).or_insert(name);
            }
        }
        names
    }

    /// The name of the setting that a key of a config file sets.
    pub fn of_key(&self, key: &str) -> String {
        let number = self.by_key.get(&folded(key, self.app.spelling)).and_then(|number| self.app.settings.get(*number));
        number.map_or_else(|| key.to_owned(), |declared| declared.name.clone())
    }

    /// The name of the setting that a variable sets.
    pub fn of_variable(&self, variable: &str) -> Option<&str> {
        self.by_variable.get(variable).map(String::as_str)
    }

    /// The name of the setting that a flag sets, given without dashes.
    pub fn of_flag(&self, flag: &str) -> Option<&str> {
        self.by_flag.get(&dashed(flag)).map(String::as_str)
    }

    /// What the pack says of a setting.
    pub fn declared(&self, name: &str) -> Option<&'a Declared> {
        let exact = self.by_key.get(&folded(name, self.app.spelling)).and_then(|number| self.app.settings.get(*number));
        exact.or_else(|| {
            let mut open = self.open.iter().filter_map(|number| self.app.settings.get(*number));
            open.find(|declared| fits(&declared.name, name, self.app.spelling))
        })
    }

    /// The setting that took the place of one with this key or variable, if that is gone.
    pub fn replacing(&self, name: &str) -> Option<&'a Declared> {
        let number = self.by_old.get(name).or_else(|| self.by_old.get(&folded(name, self.app.spelling)))?;
        self.app.settings.get(*number)
    }

    /// Whether the app knows a key of its config; `None` if its pack leaves that open.
    pub fn knows(&self, name: &str) -> Option<bool> {
        if self.declared(name).is_some() {
            return Some(true);
        }
        let mut around = name.match_indices('.').filter_map(|(dot, _)| name.get(..dot));
        match self.app.complete && !around.any(|outer| self.declared(outer).is_some()) {
            // What lies within a listed one is that one's own affair.
            false => self.replacing(name).map(|_| false),
            true => Some(false),
        }
    }

    /// What is known of a variable that sets nothing: an old name, or none that the app has although it
    /// begins as the app's do. `None` if it may be anybody's.
    pub fn stranger(&self, variable: &str) -> Option<Described> {
        let prefix = self.app.env.as_ref().map_or("", |(prefix, _)| prefix.as_str());
        let replacing = self.replacing(variable);
        let is_path = self.app.files.iter().any(|file| file.from.iter().any(|from| from == variable));
        let is_sibling = self.app.sibling.as_deref().and_then(|end| variable.strip_suffix(end));
        let is_sibling = is_sibling.is_some_and(|name| self.by_variable.contains_key(name));
        let is_own = self.app.complete && !prefix.is_empty() && variable.starts_with(prefix) && !is_path && !is_sibling;
        (is_own || replacing.is_some()).then(|| Described {
            declared: Some(false),
            replaced_by: replacing.map(|now| now.name.clone()),
            secret: replacing.and_then(|now| now.secret),
            ..Described::default()
        })
    }

    /// All names that a setting goes by.
    pub fn all(&self, name: &str) -> Vec<String> {
        let mut all = vec![name.to_owned()];
        match self.declared(name) {
            Some(declared) if !declared.name.contains('*') => {
                all.extend(variables(self.app, declared));
                all.extend(declared.flags.iter().cloned());
            }
            _ => all.extend(variable(self.app, name)),
        }
        all.dedup();
        all
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
        let names = Names::new(&app, ["log.level"].into_iter());
        assert_eq!(names.of_key("redis.KEY_PREFIX"), "Redis.key_prefix");
        assert_eq!(names.of_variable("ACME_REDIS_KEY_PREFIX"), Some("Redis.key_prefix"));
        assert_eq!(names.of_variable("ACME_LOG_LEVEL"), Some("log.level"));
        assert_eq!(names.of_variable("ACME_TOKEN"), None);
        assert_eq!(names.of_variable("TOKEN"), Some("token"));
        assert_eq!(names.of_flag("redis-key-prefix"), Some("Redis.key_prefix"));
        assert!(names.declared("stores.main.KEY").is_some() && names.declared("stores.key").is_none());
        assert_eq!(names.all("token"), ["token", "TOKEN"]);
    }
}
