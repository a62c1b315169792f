//! How many connections to databases a process may hold open.

use super::{Container, Field, Setting, Stack, State};
use crate::source::Text;

/// Ends of names of settings that say it, with words separated by `_`.
const SIZES: [&str; 13] = [
    "pool_size",
    "poolsize",
    "pool_max",
    "pool_max_size",
    "max_pool_size",
    "maximum_pool_size",
    "maxpoolsize",
    "maximumpoolsize",
    "max_open_conns",
    "max_open_connections",
    "max_connections",
    "connection_limit",
    "pool",
];

/// Words of which one stands in such a name, as other things have pools too.
const DATABASES: [&str; 13] = [
    "db",
    "database",
    "pg",
    "postgres",
    "postgresql",
    "mysql",
    "mariadb",
    "sql",
    "hikari",
    "datasource",
    "sqlalchemy",
    "mongo",
    "mongodb",
];

/// What says it in the query of a database's URL.
const IN_URLS: [&str; 6] =
    ["connection_limit", "pool_size", "pool_max_conns", "max_pool_size", "maxPoolSize", "maximumPoolSize"];

/// The most connections that one copy of a container opens, as its settings say it in the ways of common
/// libraries. Absent if none of them does.
#[must_use]
pub fn pool(container: &Container, stack: &Stack) -> Field<i64> {
    let settings = container.settings.iter().filter_map(|index| stack.setting(*index));
    let found = settings.filter_map(of_setting);
    let largest = |one: Field<i64>, other: Field<i64>| match (&one.state, &other.state) {
        (State::Unknown(_), _) => one,
        (_, State::Unknown(_)) => other,
        (one_is, other_is) if matches!((one_is, other_is), (State::Set(a), State::Set(b)) if a >= b) => one,
        _ => other,
    };
    found.reduce(largest).unwrap_or_else(|| Field::absent(container.at))
}

fn of_setting(setting: &Setting) -> Option<Field<i64>> {
    let field = |state| Field { state, at: setting.value.at, provenance: setting.value.provenance.clone() };
    let is_size = is_size(&setting.name);
    match &setting.value.state {
        State::Set(text) if is_size => number(text.expose()).map(|count| field(State::Set(count))),
        State::Set(text) => in_url(text).map(|count| field(State::Set(count))),
        State::Unknown(reason) if is_size => Some(field(State::Unknown(reason.clone()))),
        State::Unknown(_) | State::Absent => None,
    }
}

fn is_size(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace(['.', '-'], "_");
    let Some(before) = SIZES.iter().find_map(|size| name.strip_suffix(size)) else { return false };
    before.split('_').any(|word| DATABASES.contains(&word))
}

fn in_url(text: &Text) -> Option<i64> {
    let text = text.expose();
    let (scheme, rest) = text.split_once("://").filter(|_| text.len() <= 4096)?;
    let is_database = ["postgres", "postgresql", "mysql", "mariadb", "mongodb", "jdbc:"];
    if !is_database.iter().any(|known| scheme.starts_with(known)) {
        return None;
    }
    let (_, query) = rest.split_once('?')?;
    let mut pairs = query.split(['&', ';']).filter_map(|pair| pair.split_once('='));
    pairs.find(|(name, _)| IN_URLS.contains(name)).and_then(|(_, value)| number(value))
}

fn number(text: &str) -> Option<i64> {
    text.trim().parse().ok().filter(|count| *count > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_say_it_in_their_own_ways() {
        for name in [
            "DB_POOL_SIZE",
            "DATABASE_POOL_MAX",
            "SPRING_DATASOURCE_HIKARI_MAXIMUM_POOL_SIZE",
            "spring.datasource.hikari.maximum-pool-size",
            "PG_MAX_OPEN_CONNS",
            "database.max_connections",
            "DB_POOL",
        ] {
            assert!(is_size(name), "{name}");
        }
        for name in ["REDIS_POOL_SIZE", "max_connections", "POOL_SIZE", "THREAD_POOL", "DB_POOL_MIN"] {
            assert!(!is_size(name), "{name}");
        }
        let of = |text: &str| in_url(&Text::from(text));
        assert_eq!(of("postgres://app@db/app?sslmode=require&connection_limit=7"), Some(7));
        assert_eq!(of("https://acme.io/?connection_limit=7"), None);
        assert_eq!(of("mongodb://a,b/app?maxPoolSize=50"), Some(50));
    }
}
