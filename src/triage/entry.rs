//! Writing a record into the file of attestations.

use super::attestations::FILE;
use crate::findings::attestation::Record;
use crate::syntax::yaml::quoted;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// What a new file begins with.
const HEAD: &str = "# What people confirmed that no other file shows. Each entry counts for a while; the rule says how long.\n\
                    # `seaworthy attest` adds entries; they may be edited by hand, too.\nattestations:\n";

/// Adds a record to the file in a folder, which is created if need be. Comments and order are kept;
/// the file is written whole or not at all. Answers its path.
///
/// # Errors
/// When the file cannot be read or written, or holds something else than a list of attestations.
pub fn add(folder: &Path, record: &Record) -> io::Result<PathBuf> {
    let path = folder.join(FILE);
    let before = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => HEAD.to_owned(),
        Err(error) => return Err(error),
    };
    let text = with(&before, record).ok_or_else(|| {
        let message = "it holds something below the list of attestations, or no such list; add the entry by hand";
        io::Error::new(io::ErrorKind::InvalidData, message)
    })?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    if let Ok(known) = std::fs::metadata(&path) {
        file.as_file().set_permissions(known.permissions())?;
    }
    file.persist(&path)?;
    Ok(path)
}

/// The text with the record as the last entry of its list, which has to be the last thing in it.
fn with(text: &str, record: &Record) -> Option<String> {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
    let list = lines.find(|line| line.starts_with("attestations:"))?;
    if !matches!(list.trim_end(), "attestations:" | "attestations: []") {
        return None;
    }
    let mut indent = "  ";
    for line in lines {
        match line.strip_prefix("- ") {
            Some(_) => indent = "",
            None if line.starts_with([' ', '\t']) => {}
            None => return None,
        }
    }
    let mut whole = text.replacen("attestations: []", "attestations:", 1);
    if !whole.ends_with('\n') {
        whole.push('\n');
    }
    let mut dash = "- ";
    let on = record.on.to_string();
    let keys = [
        ("rule", Some(record.rule.as_str())),
        ("stack", record.stack.as_deref()),
        ("by", Some(record.by.as_str())),
        ("on", Some(on.as_str())),
        ("evidence", Some(record.evidence.as_str())),
        ("note", record.note.as_deref()),
    ];
    for (key, value) in keys {
        if let Some(value) = value {
            whole.push_str(&format!("{indent}{dash}{key}: {}\n", quoted(value)));
            dash = "  ";
        }
    }
    Some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Date;

    fn record(note: Option<&str>) -> Record {
        Record {
            rule: "backups/restore-drill".into(),
            by: "ops".into(),
            on: Date::parse("2026-10-01").unwrap(),
            evidence: "https://example.com/drill#42".into(),
            stack: None,
            note: note.map(str::to_owned),
            folder: ".".into(),
            at: None,
        }
    }

    #[test]
    fn entries_are_added_behind_what_is_there() {
        let first = with(HEAD, &record(Some("took: 40 minutes"))).unwrap();
        assert!(first.ends_with(
            "attestations:\n  - rule: backups/restore-drill\n    by: ops\n    on: 2026-10-01\n    \
             evidence: https://example.com/drill#42\n    note: \"took: 40 minutes\"\n"
        ));
        let by_hand = "# ours\nattestations: # all\n";
        assert_eq!(with(by_hand, &record(None)), None);
        let second = with("attestations:\n- rule: a/b   # why\n  by: x", &record(None)).unwrap();
        assert!(
            second
                .starts_with("attestations:\n- rule: a/b   # why\n  by: x\n- rule: backups/restore-drill\n  by: ops\n")
        );
        assert!(with("attestations: []\n", &record(None)).unwrap().starts_with("attestations:\n  - rule:"));
        assert_eq!(with("attestations: []\nother: 1\n", &record(None)), None);
        assert_eq!(with("", &record(None)), None);
    }
}
