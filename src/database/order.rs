//! Which files of SQL there are, and in which order they run.

use crate::source::reader::{file_name, folder};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::ops::Range;

/// Words in a path of SQL that is not run when a database is set up, or takes something back.
const LEFT_OUT: [&str; 13] = [
    "down",
    "undo",
    "rollback",
    "rollbacks",
    "revert",
    "verify",
    "seed",
    "seeds",
    "queries",
    "query",
    "snapshots",
    "dump",
    "dumps",
];

/// Files that run one after the other: the migrations of one folder.
#[derive(Debug, PartialEq, Eq)]
pub struct Sequence {
    /// The folder.
    pub folder: String,
    /// The files in their order.
    pub files: Vec<String>,
}

/// Sorts files into sequences: folders of scripts that set a database up first, then the others by
/// their paths. `plan` yields the order that a `sqitch.plan` beside the files gives.
#[must_use]
pub fn sequences(files: &[String], plan: &dyn Fn(&str) -> Option<String>) -> Vec<Sequence> {
    let mut folders: BTreeMap<(bool, String), Vec<String>> = BTreeMap::new();
    for path in files.iter().filter(|path| is_run(path)) {
        let home = home(path).to_owned();
        folders.entry((!is_set_up(&home), home)).or_default().push(path.clone());
    }
    let sequences = folders.into_iter().map(|((_, folder), mut files)| {
        let planned = plan(&format!("{}/sqitch.plan", crate::source::reader::folder(&folder)));
        let names: Vec<String> = planned.iter().flat_map(|plan| plan.lines()).filter_map(change).collect();
        let rank = |path: &str| {
            let stem = stem(path);
            names.iter().position(|name| name == stem).unwrap_or(names.len())
        };
        files.sort_by(|one, other| rank(one).cmp(&rank(other)).then_with(|| compare(one, other)));
        Sequence { folder, files }
    });
    sequences.collect()
}

/// Whether SQL of this path sets a database up or moves it on.
fn is_run(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let words =
        |text: &str| text.split(|next: char| !next.is_ascii_alphanumeric()).map(str::to_owned).collect::<Vec<_>>();
    let name = file_name(&lower);
    let is_undo = name.starts_with('u')
        && name.get(1..2).is_some_and(|next| next.as_bytes().first().is_some_and(u8::is_ascii_digit))
        && name.contains("__");
    let folders = lower.split('/').rev().skip(1).any(|part| LEFT_OUT.contains(&part));
    // The name itself may speak of what it changes: `add_rollback_table.sql` runs.
    let own = words(name.strip_suffix(".sql").unwrap_or(name));
    let last = own.last().is_some_and(|word| LEFT_OUT.contains(&word.as_str()));
    !is_undo && !folders && !last
}

/// Whether the scripts of a folder run when the database is made.
fn is_set_up(folder: &str) -> bool {
    folder
        .split('/')
        .any(|part| part.contains("initdb") || matches!(part, "init" | "init-scripts" | "docker" | "bootstrap"))
}

/// The folder whose files run one after the other: above folders of one migration each.
fn home(path: &str) -> &str {
    let place = folder(path);
    let is_one = matches!(file_name(path), "up.sql" | "migration.sql");
    if is_one && version(file_name(place)).is_some() { folder(place) } else { place }
}

/// The name of a migration: that of the file without its endings, or of the folder of its own.
#[must_use]
pub fn stem(path: &str) -> &str {
    if home(path) != folder(path) {
        return file_name(folder(path));
    }
    let name = file_name(path);
    let name = name.strip_suffix(".sql").unwrap_or(name);
    name.strip_suffix(".up").unwrap_or(name)
}

/// The number that the name of a migration begins with.
#[must_use]
pub fn version(name: &str) -> Option<u64> {
    let name = name.strip_prefix(['V', 'v']).unwrap_or(name);
    let end = name.find(|next: char| !next.is_ascii_digit()).unwrap_or(name.len());
    name.get(..end)?.parse().ok()
}

/// A change that a line of a `sqitch.plan` names.
fn change(line: &str) -> Option<String> {
    let is_change = !line.starts_with(['%', '#', '@']) && !line.trim().is_empty();
    is_change.then(|| line.split_whitespace().next().unwrap_or_default().to_owned())
}

/// Numbers by their value, what Flyway repeats at the end, the rest by its letters.
fn compare(one: &str, other: &str) -> Ordering {
    let repeats = |path: &str| stem(path).starts_with("R__");
    repeats(one).cmp(&repeats(other)).then_with(|| natural(stem(one), stem(other))).then_with(|| one.cmp(other))
}

fn natural(one: &str, other: &str) -> Ordering {
    let (mut left, mut right) = (pieces(one).into_iter(), pieces(other).into_iter());
    loop {
        match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(a), Some(b)) => {
                let order = match (a.parse::<u128>(), b.parse::<u128>()) {
                    (Ok(a), Ok(b)) => a.cmp(&b),
                    _ => a.cmp(b),
                };
                if order != Ordering::Equal {
                    return order;
                }
            }
        }
    }
}

/// Runs of digits and what stands between them.
fn pieces(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut last: Option<bool> = None;
    for (at, next) in text.char_indices() {
        let digit = next.is_ascii_digit();
        if last.is_some_and(|last| last != digit) {
            found.extend(text.get(start..at));
            start = at;
        }
        last = Some(digit);
    }
    found.extend(text.get(start..));
    found
}

/// The parts of a file that move the schema on, where comments part them from those that take it back:
/// `-- +goose Up`, `-- migrate:up`, `-- +migrate Up`.
#[must_use]
pub fn ups(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = Some(0);
    let mut position = 0;
    for line in text.split_inclusive('\n') {
        let comment = line.trim_start().strip_prefix("--").map(|rest| rest.trim().to_ascii_lowercase());
        let mark = comment.as_deref().and_then(|comment| {
            let rest = ["+goose ", "migrate:", "+migrate ", "+micrate ", "@"]
                .iter()
                .find_map(|mark| comment.strip_prefix(mark))?;
            ["up", "down", "undo"].into_iter().find(|word| rest.trim_start().starts_with(word))
        });
        match mark {
            Some("up") => start = start.or(Some(position)),
            Some(_) => found.extend(start.take().map(|start| start..position)),
            None => {}
        }
        position += line.len();
    }
    found.extend(start.map(|start| start..text.len()));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_run_in_their_order() {
        let files = [
            "db/migrations/10_c.up.sql",
            "db/migrations/10_c.down.sql",
            "db/migrations/9_b.up.sql",
            "docker/20-login.sql",
            "docker/init.sql",
            "flyway/V1_10__z.sql",
            "flyway/V1_2__y.sql",
            "flyway/R__views.sql",
            "flyway/U1_2__y.sql",
            "prisma/migrations/20240102_b/migration.sql",
            "prisma/migrations/20240101_a/migration.sql",
            "sqitch/deploy/users.sql",
            "sqitch/deploy/appschema.sql",
            "sqitch/revert/users.sql",
            "supabase/seed.sql",
        ]
        .map(str::to_owned);
        let plan = |path: &str| {
            let text = "%project=x\n\nappschema 2024-01-01T00:00:00Z A <a@example.com>\nusers [appschema] 2024\n";
            (path == "sqitch/sqitch.plan").then(|| text.to_owned())
        };
        let found = sequences(&files, &plan);
        let lines: Vec<String> = found.iter().map(|it| format!("{}: {}", it.folder, it.files.join(" "))).collect();
        assert_eq!(
            lines,
            [
                "docker: docker/20-login.sql docker/init.sql",
                "db/migrations: db/migrations/9_b.up.sql db/migrations/10_c.up.sql",
                "flyway: flyway/V1_2__y.sql flyway/V1_10__z.sql flyway/R__views.sql",
                "prisma/migrations: prisma/migrations/20240101_a/migration.sql \
                 prisma/migrations/20240102_b/migration.sql",
                "sqitch/deploy: sqitch/deploy/appschema.sql sqitch/deploy/users.sql",
            ]
        );
    }

    #[test]
    fn names_and_sections_are_told_apart() {
        assert_eq!(stem("a/20260515210000_hash.up.sql"), "20260515210000_hash");
        assert_eq!(version("V3__x"), Some(3));
        assert_eq!(version("init"), None);
        let text = "-- +goose Up\ncreate table a();\n-- +goose Down\ndrop table a;\n-- +goose Up\nb\n";
        let parts: Vec<&str> = ups(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(parts, ["-- +goose Up\ncreate table a();\n", "-- +goose Up\nb\n"]);
        assert_eq!(ups("select 1").first(), Some(&(0..8)));
    }
}
