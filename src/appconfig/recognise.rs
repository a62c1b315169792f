//! Which grammar a config file has, by its name.

use crate::source::reader::file_name;
use crate::syntax::Syntax;

/// Files whose names tell more than their ends.
const NAMES: [(&str, Syntax); 8] = [
    ("postgresql.conf", Syntax::Postgres),
    ("redis.conf", Syntax::Directives),
    ("valkey.conf", Syntax::Directives),
    ("sentinel.conf", Syntax::Directives),
    ("keydb.conf", Syntax::Directives),
    ("mongod.conf", Syntax::Yaml),
    ("my.conf", Syntax::Ini),
    (".env", Syntax::Dotenv),
];

/// Ends of names.
const ENDS: [(&str, Syntax); 10] = [
    ("yaml", Syntax::Yaml),
    ("yml", Syntax::Yaml),
    ("json", Syntax::Json),
    ("toml", Syntax::Toml),
    ("ini", Syntax::Ini),
    ("cnf", Syntax::Ini),
    ("cfg", Syntax::Ini),
    ("properties", Syntax::Properties),
    ("env", Syntax::Dotenv),
    ("dotenv", Syntax::Dotenv),
];

/// Files that tools of development read, not processes; and data that is no configuration.
const OF_TOOLS: [&str; 22] = [
    "package.json",
    "package-lock.json",
    "npm-shrinkwrap.json",
    "composer.json",
    "composer.lock",
    "tsconfig.json",
    "jsconfig.json",
    "angular.json",
    "nx.json",
    "turbo.json",
    "lerna.json",
    "deno.json",
    "bower.json",
    "babel.config.json",
    "cargo.toml",
    "pyproject.toml",
    "pipfile",
    "poetry.toml",
    "setup.cfg",
    "tox.ini",
    "pnpm-lock.yaml",
    "openapi.json",
];

/// Whether the file at a path is read by tools of development, by its name.
#[must_use]
pub fn is_of_tools(path: &str) -> bool {
    let name = file_name(path).to_ascii_lowercase();
    OF_TOOLS.contains(&name.as_str()) || name.ends_with(".schema.json")
}

/// The grammar of the file at a path; `None` if its name does not tell.
#[must_use]
pub fn syntax_of(path: &str) -> Option<Syntax> {
    if is_of_tools(path) {
        return None;
    }
    let name = file_name(path).to_ascii_lowercase();
    if let Some((_, syntax)) = NAMES.iter().find(|(known, _)| *known == name) {
        return Some(*syntax);
    }
    let (_, end) = name.rsplit_once('.')?;
    ENDS.iter().find(|(known, _)| *known == end).map(|(_, syntax)| *syntax)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_grammar() {
        assert_eq!(syntax_of("/etc/app/Config.YAML"), Some(Syntax::Yaml));
        assert_eq!(syntax_of("conf/postgresql.conf"), Some(Syntax::Postgres));
        assert_eq!(syntax_of("/etc/nginx/nginx.conf"), None);
        assert_eq!(syntax_of("/run/secrets/password"), None);
        assert_eq!(syntax_of("/app/package-lock.json"), None);
    }
}
