//! One secret under several names, for several purposes.
//!
//! A client has to repeat the password of its server, a sidecar the key of its app, and every copy
//! of an app the key of the others: that is one purpose. Which it is shows in names only, so that in
//! doubt two settings have one purpose.

use super::secrecy::{credentials, words};
use super::{Container, Held, Setting, SettingSource, Workload};
use crate::source::{Reason, Span, Text};
use hashbrown::HashMap;
use std::collections::BTreeMap;

/// The shortest secret that is compared, in bytes: shorter ones are equal by chance.
const SHORTEST: usize = 4;

/// How many names of one value are compared with each other, and in how many containers each.
const MOST: usize = 50;

/// Words that say where in an app a setting belongs, not what it is for.
#[rustfmt::skip]
const PLACES: [&str; 11] = [
    "app", "application", "applications", "config", "settings", "server", "service", "services", "default", "main",
    "spec",
];

/// Words for the account that may do everything.
const MASTERS: [&str; 3] = ["root", "admin", "superuser"];

/// Words of names that belong to stores, with the kind of store; an empty kind is any.
const STORES: [(&str, &str); 19] = [
    ("db", ""),
    ("database", ""),
    ("sql", ""),
    ("dsn", ""),
    ("postgres", "postgres"),
    ("postgresql", "postgres"),
    ("pg", "postgres"),
    ("pgpassword", "postgres"),
    ("mysql", "mysql"),
    ("mariadb", "mysql"),
    ("mongo", "mongo"),
    ("mongodb", "mongo"),
    ("redis", "redis"),
    ("valkey", "redis"),
    ("requirepass", "redis"),
    ("masterauth", "redis"),
    ("cache", "redis"),
    ("rabbitmq", "queue"),
    ("amqp", "queue"),
];

/// Which settings have the value of another, further down in the stack.
#[derive(Debug, Default)]
pub struct Reuse {
    later: HashMap<usize, Vec<usize>>,
}

impl Reuse {
    /// Compares the secrets of a stack, given its settings and what has them.
    #[must_use]
    pub fn of(settings: &[Setting], containers: &[Container], workloads: &[Workload]) -> Self {
        let holders = Holders { containers, workloads };
        let mut by_value: HashMap<Value<'_>, BTreeMap<&str, Vec<Named<'_>>>> = HashMap::new();
        for (index, setting) in settings.iter().enumerate() {
            for (value, part_of) in compared(setting) {
                let named = by_value.entry(value).or_default().entry(&setting.name).or_default();
                if named.len() < MOST {
                    named.push(Named { index, setting, words: words(&setting.name), part_of });
                }
            }
        }
        let mut reuse = Self::default();
        for (value, names) in by_value.iter().filter(|(_, names)| names.len() > 1) {
            let mut names: Vec<&Vec<Named<'_>>> = names.values().collect();
            names.sort_by_key(|named| named.first().map(|first| first.index));
            names.truncate(MOST);
            for (position, named) in names.iter().enumerate() {
                for others in names.iter().skip(position + 1) {
                    let Some((one, other)) = nearest(named, others) else { continue };
                    // Who refers to a key that is not here is asked only where it has two names in one place.
                    let is_asked = matches!(value, Value::Text(_)) || one.setting.container == other.setting.container;
                    if is_asked && !holders.one_purpose(one, other) {
                        let (first, second) = (one.index.min(other.index), one.index.max(other.index));
                        reuse.later.entry(first).or_default().push(second);
                    }
                }
            }
        }
        for later in reuse.later.values_mut() {
            later.sort_unstable();
            later.dedup();
        }
        reuse
    }

    /// The settings behind this one that have its value for another purpose.
    #[must_use]
    pub fn after(&self, index: usize) -> &[usize] {
        self.later.get(&index).map_or(&[], Vec::as_slice)
    }
}

/// What makes two secrets the same.
#[derive(PartialEq, Eq, Hash)]
enum Value<'s> {
    /// The text of the secret; hex digits in lower case.
    Text(String),
    /// The key of an object that is not here.
    Elsewhere(&'s str),
    /// What is made up at deployment time, by the place that says so.
    Made(Span),
}

struct Named<'s> {
    index: usize,
    setting: &'s Setting,
    words: Vec<String>,
    /// If the secret is part of a value, such as the password in a URL: the words around it, which tell
    /// the kind, the host and the user of a store.
    part_of: Option<Vec<String>>,
}

/// Of two names that have one value, the settings to compare: two of one container if there are such.
fn nearest<'n, 's>(named: &'n [Named<'s>], others: &'n [Named<'s>]) -> Option<(&'n Named<'s>, &'n Named<'s>)> {
    let by_container: HashMap<_, _> = others.iter().rev().map(|other| (other.setting.container, other)).collect();
    let shared = named.iter().find_map(|one| Some((one, *by_container.get(&one.setting.container)?)));
    shared.or_else(|| Some((named.first()?, others.first()?)))
}

/// The secrets that a setting holds as they are compared, each with the words around it if it is part of
/// a value.
fn compared(setting: &Setting) -> Vec<(Value<'_>, Option<Vec<String>>)> {
    use SettingSource::{Env, File, Flag, Sibling};
    if !matches!(setting.source, Env | File | Flag | Sibling) || setting.container.is_none() {
        return Vec::new();
    }
    let is_whole = setting.is_wholly_secret();
    let Some(value) = setting.value.value().map(Text::expose) else {
        return match setting.value.reason() {
            Some(Reason::Elsewhere { what }) if is_whole => vec![(Value::Elsewhere(what), None)],
            Some(Reason::Generated) if is_whole => {
                setting.value.primary().map(|at| (Value::Made(at), None)).into_iter().collect()
            }
            _ => Vec::new(),
        };
    };
    let parts = credentials(value);
    let mut found: Vec<(Value<'_>, Option<Vec<String>>)> = Vec::new();
    if parts.is_empty() && is_whole {
        found.extend(text(value).map(|text| (text, None)));
    }
    for part in parts {
        let before = words(value.get(..part.start).unwrap_or_default());
        let after = words(value.get(part.end..).unwrap_or_default());
        let part = text(value.get(part).unwrap_or_default());
        found.extend(part.map(|text| (text, Some([before, after].concat()))));
    }
    found
}

fn text<'s>(value: &str) -> Option<Value<'s>> {
    let value = value.trim();
    let is_hex = value.bytes().all(|byte| byte.is_ascii_hexdigit());
    let text = if is_hex { value.to_ascii_lowercase() } else { value.to_owned() };
    (value.len() >= SHORTEST).then_some(Value::Text(text))
}

/// What has the settings.
struct Holders<'s> {
    containers: &'s [Container],
    workloads: &'s [Workload],
}

impl Holders<'_> {
    /// Whether two settings may be meant for one purpose.
    fn one_purpose(&self, one: &Named<'_>, other: &Named<'_>) -> bool {
        let (a, b) = (one.setting.container, other.setting.container);
        let workload = |container: Option<usize>| Some(self.containers.get(container?)?.workload);
        if a != b && (workload(a) == workload(b) || is_one_key(one.setting, other.setting)) {
            return true;
        }
        // `-d password=X` is a flag, and has a setting in it.
        if a == b && one.part_of.is_some() != other.part_of.is_some() && one.setting.value.at == other.setting.value.at
        {
            return true;
        }
        // A file of an app and its variables say the same with other words.
        let is_elsewhere_told =
            (one.setting.source == SettingSource::File) != (other.setting.source == SettingSource::File);
        let is_master = |named: &Named<'_>| named.words.iter().any(|word| MASTERS.contains(&word.as_str()));
        if a == b && !is_elsewhere_told && is_master(one) != is_master(other) {
            return false;
        }
        let (here, there) = (purpose(&one.words, is_elsewhere_told), purpose(&other.words, is_elsewhere_told));
        if here.ends_with(&there) || there.ends_with(&here) {
            return true;
        }
        let is_within =
            |few: &[&str], many: &[&str]| few.last() == many.last() && few.iter().all(|word| many.contains(word));
        if (a != b || is_elsewhere_told) && (is_within(&here, &there) || is_within(&there, &here)) {
            return true;
        }
        if let (Some(here), Some(there)) = (store(one), store(other)) {
            return here == there || here.is_empty() || there.is_empty();
        }
        self.is_named_by(one, b) || self.is_named_by(other, a)
    }

    /// Whether a setting speaks of what runs in another container: a client repeats what its server has.
    fn is_named_by(&self, named: &Named<'_>, container: Option<usize>) -> bool {
        let Some(other) = container.and_then(|index| self.containers.get(index)) else { return false };
        let is_store = matches!(other.role.as_deref(), Some("database" | "cache" | "queue" | "pooler"));
        if named.setting.container == container {
            return false;
        }
        if is_store && store(named).is_some() {
            return true;
        }
        let image = other.image.value().map_or("", |image| image.repository.as_str());
        let workload = self.workloads.get(other.workload).map_or("", |workload| workload.name.as_str());
        let of_app = [other.name.as_str(), workload, other.app.as_deref().unwrap_or_default(), image];
        let known: Vec<String> = of_app.iter().flat_map(|text| words(text)).filter(|word| word.len() >= 4).collect();
        named.words.iter().chain(named.part_of.iter().flatten()).any(|word| {
            word.len() >= 4 && known.iter().any(|app| app.starts_with(word.as_str()) || word.starts_with(app.as_str()))
        })
    }
}

/// Whether two settings read one key of a store of secrets: its name says what it is for.
fn is_one_key(one: &Setting, other: &Setting) -> bool {
    let is_stored = |setting: &Setting| setting.from_secret || setting.held == Held::Secret;
    is_stored(one) && is_stored(other) && one.value.primary().is_some() && one.value.primary() == other.value.primary()
}

/// The words of a name that say what it is for.
fn purpose(words: &[String], is_told_elsewhere: bool) -> Vec<&str> {
    let says_nothing = |word: &str| {
        let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
        PLACES.contains(&word) || is_number || (is_told_elsewhere && MASTERS.contains(&word))
    };
    words.iter().map(String::as_str).filter(|word| !says_nothing(word)).collect()
}

/// The kind of store that a name, or what stands around its password, speaks of.
fn store(named: &Named<'_>) -> Option<&'static str> {
    let words = || named.words.iter().chain(named.part_of.iter().flatten());
    let kinds = || words().filter_map(|word| STORES.iter().find(|(known, _)| known == word).map(|(_, kind)| *kind));
    kinds().find(|kind| !kind.is_empty()).or_else(|| kinds().next())
}
