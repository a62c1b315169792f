//! What a person vouches for.

use super::{Audit, Error};
use crate::source::Date;
use std::path::{Path, PathBuf};

/// The words of the command line.
pub struct RawAttestation {
    /// The rule, or an item.
    pub rule: String,
    /// Who.
    pub by: String,
    /// What shows it.
    pub evidence: String,
    /// When; today without.
    pub on: Option<String>,
    /// In which stack; all without.
    pub stack: Option<String>,
    /// Further words.
    pub note: Option<String>,
}

/// What a person vouches for, checked.
pub struct Attestation {
    /// The rule, or an item.
    pub rule: String,
    /// Who.
    pub by: String,
    /// What shows it.
    pub evidence: String,
    /// When.
    pub on: Date,
    /// In which stack.
    pub stack: Option<String>,
    /// Further words.
    pub note: Option<String>,
    /// Where the file of attestations is.
    pub folder: PathBuf,
    /// How the deployment is audited first.
    pub audit: Audit,
}

impl Attestation {
    /// Checks what was asked for.
    ///
    /// # Errors
    /// When a text is empty or the day is none.
    pub fn check(raw: RawAttestation, audit: Audit) -> Result<Self, Error> {
        for (flag, text) in [("--by", &raw.by), ("--evidence", &raw.evidence)] {
            if text.trim().is_empty() {
                return Err(Error::new(format!(
                    "{flag} says nothing; an attestation needs who confirmed it and what shows it"
                )));
            }
        }
        let on = match raw.on.as_deref() {
            None => audit.as_of,
            Some(text) => Date::parse(text)
                .ok_or_else(|| Error::new(format!("--on: \"{text}\" is no day; write it as YYYY-MM-DD")))?,
        };
        let first = audit.inputs.paths.first().map_or_else(|| Path::new("."), PathBuf::as_path);
        let folder = if first.is_file() { first.parent().unwrap_or(Path::new(".")) } else { first };
        let folder = if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder.to_path_buf() };
        let RawAttestation { rule, by, evidence, stack, note, .. } = raw;
        Ok(Self { rule, by, evidence, on, stack, note, folder, audit })
    }
}
