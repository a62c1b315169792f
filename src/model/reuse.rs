//! One secret under several names, for several purposes.
//!
//! A client has to repeat the password of its server, a sidecar the key of its app, and every copy
//! of an app the key of the others: that is one purpose. Which it is shows in names only, so that in
//! doubt two settings have one purpose.

use super::secrecy::{credentials, words};
use super::{Container, Held, Setting, SettingSource, Unnamed, Workload};
use crate::source::{Reason, Span, Text};
use hashbrown::HashMap;

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

/// Ends of names that say what kind of thing the first word stands for.
const KINDS: [&str; 5] = ["type", "kind", "driver", "engine", "provider"];

/// Ends of names that hold the user of an account.
const USERS: [&str; 3] = ["user", "username", "login"];

/// The longest name of a setting that is asked whether it holds one of these.
const LONGEST: usize = 100;

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

/// Which settings have the value of another.
///
/// A pair is told once, of the setting that a pack knows, else of that of which less is written at its place,
/// else of the one whose name comes first: so neither the order of files nor what is learnt later turns a
/// setting that passed.
#[derive(Debug, Default)]
pub struct Reuse {
    others: HashMap<usize, Vec<usize>>,
    open: HashMap<usize, Reason>,
    /// Why any secret may be another's too, if so.
    any: Option<Reason>,
}

impl Reuse {
    /// Compares the secrets of a stack, given its settings, those without a name and what has them.
    #[must_use]
    pub fn of(
        settings: &[Box<Setting>],
        unnamed: &[Unnamed],
        containers: &[Box<Container>],
        workloads: &[Workload],
    ) -> Self {
        let holders = Holders { settings, containers, workloads };
        let mut by_value: HashMap<Value<'_>, Vec<Found<'_>>> = HashMap::new();
        for (index, setting) in settings.iter().enumerate() {
            for (value, part_of) in compared(setting) {
                by_value.entry(value).or_default().push(Found { index, setting, part_of });
            }
        }
        let mut reuse = Self::default();
        for unnamed in unnamed {
            let Some(value) = unnamed.value.value() else {
                reuse.any = reuse.any.or_else(|| Some(unnamed.reason.clone()));
                continue;
            };
            for (value, _) in parts(value.expose(), true) {
                for found in by_value.get(&value).map_or(&[][..], Vec::as_slice) {
                    reuse.open.entry(found.index).or_insert_with(|| unnamed.reason.clone());
                }
            }
        }
        for (value, mut found) in by_value.into_iter().filter(|(_, found)| found.len() > 1) {
            found.sort_by_cached_key(|found| holders.place(found));
            let names: Vec<Vec<Named<'_>>> = found
                .chunk_by(|one, other| one.setting.name == other.setting.name)
                .take(MOST)
                .map(|named| named.iter().take(MOST).map(Found::named).collect())
                .collect();
            for (position, named) in names.iter().enumerate() {
                for others in names.iter().skip(position + 1) {
                    // Who refers to a key that is not here is asked only where it has two names in one place.
                    let is_asked = |one: &Named<'_>, other: &Named<'_>| {
                        matches!(value, Value::Text(_)) || one.setting.container == other.setting.container
                    };
                    let mut pairs = nearest(named, others).into_iter();
                    let told = pairs.find(|(one, other)| is_asked(one, other) && !holders.one_purpose(one, other));
                    if let Some((one, other)) = told {
                        let is_turned = rank(one.setting) > rank(other.setting);
                        let (told, with) = if is_turned { (other, one) } else { (one, other) };
                        reuse.others.entry(told.index).or_default().push(with.index);
                    }
                }
            }
        }
        for others in reuse.others.values_mut() {
            others.sort_by_key(|index| (settings.get(*index).map(|setting| &setting.name), *index));
            others.dedup();
        }
        reuse
    }

    /// The settings that have the value of this one for another purpose, as far as the pair is told of it.
    #[must_use]
    pub fn with(&self, index: usize) -> &[usize] {
        self.others.get(&index).map_or(&[], Vec::as_slice)
    }

    /// Why further settings may have its value, if so.
    #[must_use]
    pub fn open(&self, index: usize) -> Option<&Reason> {
        self.open.get(&index).or(self.any.as_ref())
    }
}

/// Of which of two settings is told: the lower one.
fn rank(setting: &Setting) -> (bool, bool) {
    let is_known = setting.described.as_ref().is_some_and(|described| described.declared == Some(true));
    (!is_known, is_written(setting))
}

/// Whether a value stands where the setting does, and came by no way.
fn is_written(setting: &Setting) -> bool {
    setting.value.origins().is_empty()
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

/// A secret of a setting.
struct Found<'s> {
    index: usize,
    setting: &'s Setting,
    part_of: Option<Vec<String>>,
}

impl<'s> Found<'s> {
    fn named(&self) -> Named<'s> {
        let Self { index, setting, part_of } = self;
        Named { index: *index, setting, words: words(&setting.name), part_of: part_of.clone() }
    }
}

struct Named<'s> {
    index: usize,
    setting: &'s Setting,
    words: Vec<String>,
    /// If the secret is part of a value, such as the password in a URL: the words around it, which tell
    /// the kind, the host and the user of a store.
    part_of: Option<Vec<String>>,
}

/// Of two names that have one value, the settings to compare: those of one container if there are such.
fn nearest<'n, 's>(named: &'n [Named<'s>], others: &'n [Named<'s>]) -> Vec<(&'n Named<'s>, &'n Named<'s>)> {
    let by_container: HashMap<_, _> = others.iter().rev().map(|other| (other.setting.container, other)).collect();
    let shared = named.iter().filter_map(|one| Some((one, *by_container.get(&one.setting.container)?)));
    let shared: Vec<_> = shared.collect();
    if shared.is_empty() { named.first().zip(others.first()).into_iter().collect() } else { shared }
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
            Some(reason) => reason.outline().map(|outline| parts(outline.expose(), false)).unwrap_or_default(),
            None => Vec::new(),
        };
    };
    parts(value, is_whole)
}

/// The secrets in a value, which is one itself if it `is_whole` and has none inside.
fn parts(value: &str, is_whole: bool) -> Vec<(Value<'_>, Option<Vec<String>>)> {
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
    settings: &'s [Box<Setting>],
    containers: &'s [Box<Container>],
    workloads: &'s [Workload],
}

impl Holders<'_> {
    /// What settings with one value are ordered by: names, whatever the order of files.
    fn place(&self, found: &Found<'_>) -> (String, bool, [String; 3], usize) {
        let setting = found.setting;
        let container = setting.container.and_then(|index| self.containers.get(index));
        let workload = container.and_then(|container| self.workloads.get(container.workload));
        let namespace = workload.and_then(|workload| workload.namespace.clone()).unwrap_or_default();
        let workload = workload.map_or("", |workload| &workload.name).to_owned();
        (setting.name.to_string(), is_written(setting), [namespace, workload, setting.of.to_string()], found.index)
    }

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
        if a == b && (self.is_one_account(one, other) || self.is_one_spelt_twice(one, other)) {
            return true;
        }
        let is_master = |named: &Named<'_>| named.words.iter().any(|word| MASTERS.contains(&word.as_str()));
        if a == b && !is_elsewhere_told && is_master(one) != is_master(other) {
            return false;
        }
        let (here, there) = (purpose(&one.words, is_elsewhere_told), purpose(&other.words, is_elsewhere_told));
        if here.ends_with(&there) || there.ends_with(&here) {
            return true;
        }
        if (a != b || is_elsewhere_told) && (is_within(&here, &there) || is_within(&there, &here)) {
            return true;
        }
        if let (Some(here), Some(there)) = (store(one), store(other)) {
            return here == there || here.is_empty() || there.is_empty();
        }
        self.is_named_by(one, b) || self.is_named_by(other, a)
    }

    /// Whether two settings of one container are the password of one account: one name says more of the same
    /// thing than the other, and beside each stands the same user.
    fn is_one_account(&self, one: &Named<'_>, other: &Named<'_>) -> bool {
        let is_one_thing = || {
            let (here, there) = (purpose(&one.words, true), purpose(&other.words, true));
            here.first() == there.first()
                && here.len() > 1
                && there.len() > 1
                && store(one) == store(other)
                && (is_within(&here, &there) || is_within(&there, &here))
        };
        is_one_thing() && self.user(one).is_some_and(|user| self.user(other) == Some(user))
    }

    /// Whether two settings of one container speak of one thing in two ways, one by what it is, the other by
    /// what the container takes it for: beside `DB_TYPE=postgres` the words `DB` and `POSTGRES` mean the same.
    fn is_one_spelt_twice(&self, one: &Named<'_>, other: &Named<'_>) -> bool {
        let spelt = |first: &Named<'_>, second: &Named<'_>| {
            let Some(taken_for) = self.taken_for(first) else { return false };
            let rest = first.words.iter().skip(1).cloned();
            let first: Vec<String> = taken_for.iter().cloned().chain(rest).collect();
            let (first, second) = (purpose(&first, true), purpose(&second.words, true));
            let is_spoken_of = second.iter().any(|word| taken_for.iter().any(|known| known == word));
            is_spoken_of && (is_within(&first, &second) || is_within(&second, &first))
        };
        let is_other = || self.user(one).zip(self.user(other)).is_some_and(|(user, other)| user != other);
        (spelt(one, other) || spelt(other, one)) && !is_other()
    }

    /// What the first word of a name stands for in its container, if a setting beside it says so.
    fn taken_for(&self, named: &Named<'_>) -> Option<Vec<String>> {
        let first = named.words.first()?;
        let value = self.beside(named, &KINDS, |words| matches!(words, [of] if of == first))?;
        Some(words(value)).filter(|words| (1..=3).contains(&words.len()))
    }

    /// The user whose password a setting is, if a setting beside it says so.
    fn user<'n>(&'n self, named: &'n Named<'_>) -> Option<&'n str> {
        let (_, of) = named.words.split_last()?;
        let beside = self.beside(named, &USERS, |words| words == of);
        beside.or_else(|| of.last().map(String::as_str).filter(|word| *word == "root"))
    }

    /// The value of a setting of the same container whose name ends with one of some words, behind such as
    /// are meant.
    fn beside(&self, named: &Named<'_>, ends: &[&str], is_meant: impl Fn(&[String]) -> bool) -> Option<&str> {
        let container = self.containers.get(named.setting.container?)?;
        let mut settings = container.settings.iter().filter_map(|index| self.settings.get(*index));
        let meant = settings.find(|setting| {
            let name = &setting.name;
            let last = |end: &str| name.get(name.len().saturating_sub(end.len())..);
            // Most names are told apart without looking at all of their words.
            let may_be = ends.iter().any(|end| last(end).is_some_and(|last| last.eq_ignore_ascii_case(end)));
            let is_it = |words: &[String]| {
                words.split_last().is_some_and(|(end, before)| ends.contains(&end.as_str()) && is_meant(before))
            };
            may_be && name.len() <= LONGEST && is_it(&words(name))
        })?;
        meant.value.value().map(Text::expose)
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

/// Whether one name has all words of another, and the same at the end.
fn is_within(few: &[&str], many: &[&str]) -> bool {
    few.last() == many.last() && few.iter().all(|word| many.contains(word))
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
