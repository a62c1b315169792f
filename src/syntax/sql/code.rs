//! Code that runs as it is read, and what code may touch that is not.

use super::statement::Effects;

/// What a text may touch when it runs, by the words in it.
pub(super) fn effects(text: &str) -> Effects {
    let lower = text.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    Effects {
        enables: has(&["enable row level security"]),
        disables: has(&["disable row level security"]),
        policies: has(&["policy"]),
        grants: has(&["grant ", "revoke "]),
        indexes: has(&["index"]),
        tables: has(&["create table", "drop table", "create unlogged table", "rename to", "drop schema"]),
        roles: has(&["create role", "create user", "alter role", "alter user", "drop role"]),
    }
}
