//! Cron files: lines of a schedule and a command, settings, comments (crontab(5)).

use std::ops::Range;

/// The most lines of one file.
const MOST: usize = 1000;

/// An entry of a cron file.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    /// When it runs: five fields or `@daily`.
    pub schedule: String,
    /// As whom it runs, in files that say so.
    pub user: Option<String>,
    /// What it runs; a `%` that is not escaped ends it.
    pub command: String,
    /// The bytes of the schedule.
    pub schedule_at: Range<usize>,
    /// The bytes of the command.
    pub command_at: Range<usize>,
}

/// What a cron file holds.
#[derive(Default)]
pub struct Crontab {
    /// The settings before the entries: name and value.
    pub settings: Vec<(String, String)>,
    /// The entries, in order.
    pub entries: Vec<Entry>,
    /// The bytes of lines that are neither.
    pub broken: Vec<Range<usize>>,
}

/// Reads a cron file. `has_user` says that a user stands between schedule and command, as in
/// `/etc/crontab` and `/etc/cron.d`.
#[must_use]
pub fn parse(text: &str, has_user: bool) -> Crontab {
    let mut found = Crontab::default();
    let mut start = 0;
    for line in text.split_inclusive('\n').take(MOST) {
        let at = start;
        start += line.len();
        let line = line.trim_end();
        let indent = line.len() - line.trim_start().len();
        let (line, at) = (line.trim_start(), at + indent);
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some((name, value)) = setting(line) {
            found.settings.push((name, value));
        } else if let Some(entry) = entry(line, at, has_user) {
            found.entries.push(entry);
        } else {
            found.broken.push(at..at + line.len());
        }
    }
    found
}

fn setting(line: &str) -> Option<(String, String)> {
    let (name, value) = line.split_once('=')?;
    let name = name.trim();
    let is_name = !name.is_empty() && name.chars().all(|next| next.is_ascii_alphanumeric() || next == '_');
    is_name.then(|| (name.to_owned(), value.trim().trim_matches(['"', '\'']).to_owned()))
}

fn entry(line: &str, at: usize, has_user: bool) -> Option<Entry> {
    let fields = match line.strip_prefix('@') {
        Some(rest) if rest.starts_with("every") => 2,
        Some(_) => 1,
        None => 5,
    };
    let (end, mut rest) = behind(line, 0, fields)?;
    let user = if has_user {
        let (user_end, next) = behind(line, rest, 1)?;
        let user = line[rest..user_end].to_owned();
        rest = next;
        Some(user)
    } else {
        None
    };
    let command = &line[rest..];
    let length = command.match_indices('%').map(|(at, _)| at).find(|at| !command[..*at].ends_with('\\'));
    let command = &command[..length.unwrap_or(command.len())];
    Some(Entry {
        schedule: line[..end].to_owned(),
        user,
        command: command.replace("\\%", "%"),
        schedule_at: at..at + end,
        command_at: at + rest..at + rest + command.len(),
    })
}

/// The end of so many words from a place, and the start of what stands behind them.
fn behind(line: &str, from: usize, words: usize) -> Option<(usize, usize)> {
    let mut at = from;
    for word in 0..words {
        let rest = &line[at..];
        let length = rest.find(char::is_whitespace)?;
        let end = at + length;
        at = end + (line[end..].len() - line[end..].trim_start().len());
        if word + 1 == words {
            return (at < line.len()).then_some((end, at));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_settings_entries_or_neither() {
        let text = "# backups\nPGHOST=db\n\n0 2 * * *  pg_dump app > /b/$(date +\\%F) % input\n@daily run\n  oops\n";
        let found = parse(text, false);
        assert_eq!(found.settings, [("PGHOST".to_owned(), "db".to_owned())]);
        let show = |entry: &Entry| format!("{}|{}", entry.schedule, entry.command);
        let shown: Vec<String> = found.entries.iter().map(show).collect();
        assert_eq!(shown, ["0 2 * * *|pg_dump app > /b/$(date +%F) ", "@daily|run"]);
        assert_eq!(&text[found.entries[0].schedule_at.clone()], "0 2 * * *");
        assert_eq!(&text[found.broken[0].clone()], "oops");
        let found = parse("0 2 * * * root run it\n@every 1h root x\n", true);
        let shown: Vec<String> = found.entries.iter().map(show).collect();
        assert_eq!(shown, ["0 2 * * *|run it", "@every 1h|x"]);
        assert_eq!(found.entries[0].user.as_deref(), Some("root"));
    }

    proptest::proptest! {
        /// Whatever is written, it is read, and every range lies inside.
        #[test]
        fn anything_is_only_input(text in "[-0-9*/,@%=a-zé \n]{0,60}") {
            for entry in parse(&text, true).entries {
                proptest::prop_assert!(text.get(entry.schedule_at).is_some() && text.get(entry.command_at).is_some());
            }
        }
    }
}
