//! One secret under several names, for several purposes.
//!
//! A client has to repeat the password of its server, a sidecar the key of its app, and every copy
//! of an app the key of the others: that is one purpose. Which it is shows in names only, so that in
//! doubt two settings have one purpose.

use super::secrecy::words;
use super::{Container, Setting, SettingSource};
use hashbrown::HashMap;

/// The shortest secret that is compared, in bytes: shorter ones are equal by chance.
const SHORTEST: usize = 6;

/// How many names of one value are compared with each other.
const MOST: usize = 50;

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
    /// Compares the secrets of a stack, given its settings and containers.
    #[must_use]
    pub fn of(settings: &[Setting], containers: &[Container]) -> Self {
        let mut by_value: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, setting) in settings.iter().enumerate() {
            if let Some(value) = compared(setting) {
                by_value.entry(value).or_default().push(index);
            }
        }
        let mut reuse = Self::default();
        for same in by_value.into_values().filter(|same| same.len() > 1) {
            // Of settings with one name the first stands for all.
            let mut firsts: Vec<Named<'_>> = Vec::new();
            for index in same {
                let Some(setting) = settings.get(index) else { continue };
                if firsts.len() < MOST && !firsts.iter().any(|known| known.setting.name == setting.name) {
                    firsts.push(Named { index, setting, words: words(&setting.name) });
                }
            }
            for (position, one) in firsts.iter().enumerate() {
                let others = firsts.iter().skip(position + 1).filter(|other| !one_purpose(one, other, containers));
                let others: Vec<usize> = others.map(|other| other.index).collect();
                if !others.is_empty() {
                    reuse.later.insert(one.index, others);
                }
            }
        }
        reuse
    }

    /// The settings behind this one that have its value for another purpose.
    #[must_use]
    pub fn after(&self, index: usize) -> &[usize] {
        self.later.get(&index).map_or(&[], Vec::as_slice)
    }
}

struct Named<'s> {
    index: usize,
    setting: &'s Setting,
    words: Vec<String>,
}

/// The value of a setting as it is compared; `None` if it is not.
fn compared(setting: &Setting) -> Option<String> {
    use SettingSource::{Env, File, Flag, Sibling};
    let value = setting.value.value()?.expose().trim();
    let counts = matches!(setting.source, Env | File | Flag | Sibling) && setting.container.is_some();
    if !counts || value.len() < SHORTEST || !setting.is_wholly_secret() {
        return None;
    }
    let is_hex = value.bytes().all(|byte| byte.is_ascii_hexdigit());
    Some(if is_hex { value.to_ascii_lowercase() } else { value.to_owned() })
}

/// Whether two settings may be meant for one purpose.
fn one_purpose(one: &Named<'_>, other: &Named<'_>, containers: &[Container]) -> bool {
    let (a, b) = (one.setting.container, other.setting.container);
    let workload = |container: Option<usize>| Some(containers.get(container?)?.workload);
    if a != b && workload(a) == workload(b) {
        return true;
    }
    let is_master =
        |named: &Named<'_>| named.words.iter().any(|word| matches!(word.as_str(), "root" | "admin" | "superuser"));
    if a == b && is_master(one) != is_master(other) {
        return false;
    }
    if one.words.ends_with(&other.words) || other.words.ends_with(&one.words) {
        return true;
    }
    if let (Some(here), Some(there)) = (store(&one.words), store(&other.words)) {
        return here == there || here.is_empty() || there.is_empty();
    }
    names_the_app(one, b, containers) || names_the_app(other, a, containers)
}

/// The kind of store that words belong to.
fn store(words: &[String]) -> Option<&'static str> {
    let kinds =
        || words.iter().filter_map(|word| STORES.iter().find(|(known, _)| known == word).map(|(_, kind)| *kind));
    kinds().find(|kind| !kind.is_empty()).or_else(|| kinds().next())
}

/// Whether a name speaks of what runs in another container: a client repeats what its server has.
fn names_the_app(named: &Named<'_>, container: Option<usize>, containers: &[Container]) -> bool {
    let Some(other) = container.and_then(|index| containers.get(index)) else { return false };
    let is_store = matches!(other.role.as_deref(), Some("database" | "cache" | "queue" | "pooler"));
    if named.setting.container != container && is_store && store(&named.words).is_some() {
        return true;
    }
    let image = other.image.value().map_or("", |image| image.repository.as_str());
    let of_app = [other.name.as_str(), other.app.as_deref().unwrap_or_default(), image];
    let known: Vec<String> = of_app.iter().flat_map(|text| words(text)).filter(|word| word.len() >= 4).collect();
    named.setting.container != container
        && named.words.iter().any(|word| {
            word.len() >= 4 && known.iter().any(|app| app.starts_with(word.as_str()) || word.starts_with(app.as_str()))
        })
}
