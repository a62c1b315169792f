//! What a file beside a deployment holds: secrets, tokens, keys, or ciphertext.

use super::names;
use crate::appconfig::is_of_tools;
use crate::discovery::Workspace;
use crate::model::{Credential, Field, FileRole, Held, Setting, SettingSource, secrecy};
use crate::source::{ReadError, SourceId, Span, Text};
use crate::syntax::{Node, Style, dotenv};

/// The most secrets of one file that are told apart.
const MOST: usize = 200;

/// What a file holds.
pub(super) struct Content {
    pub source: SourceId,
    pub role: FileRole,
    pub encrypted: bool,
    pub secrets: Vec<Setting>,
    pub credentials: Vec<Credential>,
    pub pem: Vec<(&'static str, Span)>,
}

/// How texts begin that cannot be read without a key.
const CIPHERTEXT: [&str; 4] =
    ["$ANSIBLE_VAULT;", "age-encryption.org/", "-----BEGIN AGE ENCRYPTED FILE-----", "-----BEGIN PGP MESSAGE-----"];

/// How git-crypt begins what it encrypts.
const GIT_CRYPT: &[u8] = b"\0GITCRYPT\0";

/// Looks into a file. `is_env` says that it is read as variables, `is_secret` that it is handed over as
/// a secret, whatever its name. `None` if there is no such file.
pub(super) fn look(workspace: &Workspace, path: &str, is_env: bool, is_secret: bool) -> Option<Content> {
    let is_env = is_env || names::is_env(path);
    let mut content = Content {
        source: SourceId(0),
        role: if is_env { FileRole::Env } else { FileRole::Config },
        encrypted: false,
        secrets: Vec::new(),
        credentials: Vec::new(),
        pem: Vec::new(),
    };
    match workspace.open(path) {
        Ok(source) => content.source = source,
        Err(ReadError::Binary) => {
            content.source = workspace.sources.add(path, "");
            content.encrypted = workspace.begins_with(path, GIT_CRYPT);
            if names::is_key_store(path) && !workspace.begins_with(path, b"PK") {
                content.role = FileRole::Key;
            }
            return Some(content);
        }
        Err(_) => return None,
    }
    let source = workspace.sources.get(content.source);
    let text = source.expose();
    content.encrypted = CIPHERTEXT.iter().any(|start| text.trim_start().starts_with(start));
    if is_env {
        content.variables(path, text, workspace);
    } else if let Some(syntax) = names::syntax(path).filter(|_| !is_of_tools(path))
        && let Ok(parsed) = workspace.parse(path, syntax)
    {
        for document in &parsed.documents {
            content.tree(path, &document.root, "");
        }
    }
    let id = content.source;
    let tokens = secrecy::provider_tokens(text).into_iter().take(MOST);
    content.credentials =
        tokens.map(|(range, kind)| Credential { kind, at: Span::new(id, range.start, range.end) }).collect();
    content.pem = pem(id, text);
    // What SOPS has left readable is not encrypted.
    content.encrypted |= is_sops(text) && content.secrets.is_empty();
    let is_private = content.pem.iter().any(|(word, _)| *word == "private key");
    let is_certificate = content.pem.iter().any(|(word, _)| *word == "certificate");
    let is_store = (names::is_password_file(path) || (is_secret && !is_certificate)) && !text.trim().is_empty();
    let is_named = names::is_key(path);
    if is_private || is_store || (is_named && !(content.credentials.is_empty() && content.secrets.is_empty())) {
        content.role = FileRole::Key;
    } else if names::is_script(path) && !is_env {
        content.role = FileRole::Script;
    }
    Some(content)
}

impl Content {
    fn variables(&mut self, path: &str, text: &str, workspace: &Workspace) {
        for line in dotenv::read(self.source, text, workspace.limits()).lines {
            if let Some(value) = line.value {
                self.secret(path, &line.name, line.name_span, value, line.value_span);
            }
        }
    }

    fn tree(&mut self, path: &str, node: &Node, name: &str) {
        for item in node.items() {
            self.tree(path, item, name);
        }
        for entry in node.entries() {
            let name = if name.is_empty() { entry.name().to_owned() } else { format!("{name}.{}", entry.name()) };
            match entry.value.as_scalar() {
                // Numbers and booleans are no secrets, whatever they are called.
                Some(scalar) if scalar.style != Style::Plain || entry.value.text().is_some_and(is_wordy) => {
                    let value = Text::from(entry.value.text().unwrap_or_default());
                    self.secret(path, &name, entry.key.span, value, entry.value.span);
                }
                Some(_) => {}
                None => self.tree(path, &entry.value, &name),
            }
        }
    }

    fn secret(&mut self, path: &str, name: &str, at: Span, value: Text, value_at: Span) {
        let text = value.expose().trim();
        let is_shut = text.starts_with("ENC[") || text.starts_with("encrypted:");
        let is_open = text.is_empty() || is_shut || secrecy::is_reference(text) || names::is_public_variable(name);
        if is_open || self.secrets.len() >= MOST {
            return;
        }
        let value = Field::set(value, value_at);
        let setting = Setting::new(name, at, value, Held::External, SettingSource::File);
        let setting = Setting { of: path.into(), ..setting };
        if setting.secret() {
            self.secrets.push(setting);
        }
    }

    /// The first thing that is worth looking at.
    pub fn at(&self) -> Span {
        let places = self.secrets.iter().map(|setting| setting.at).chain(self.credentials.iter().map(|token| token.at));
        let places = places.chain(self.pem.iter().filter(|(word, _)| *word == "private key").map(|(_, at)| *at));
        places.min_by_key(|span| span.start).unwrap_or(Span::file(self.source))
    }
}

fn is_wordy(text: &str) -> bool {
    !matches!(text, "true" | "false" | "null" | "~") && text.parse::<f64>().is_err()
}

/// Whether SOPS has been at work: its own key with a checksum.
fn is_sops(text: &str) -> bool {
    text.contains("sops_mac=")
        || (text.contains("ENC[AES256_GCM,") && ["\nsops:", "\"sops\":", "[sops]"].iter().any(|key| text.contains(key)))
}

/// What the PEM blocks of a text are.
fn pem(source: SourceId, text: &str) -> Vec<(&'static str, Span)> {
    const BEGIN: &str = "-----BEGIN ";
    let mut found = Vec::new();
    for (at, _) in text.match_indices(BEGIN).take(MOST) {
        let rest = text.get(at + BEGIN.len()..).unwrap_or_default();
        let Some((label, behind)) = rest.split_once("-----").filter(|(label, _)| label.len() < 60) else { continue };
        let is_locked = label.starts_with("ENCRYPTED") || behind.trim_start().starts_with("Proc-Type: 4,ENCRYPTED");
        let word = match label {
            _ if label.contains("PRIVATE KEY") && is_locked => "encrypted private key",
            _ if label.contains("PRIVATE KEY") => "private key",
            _ if label.contains("PUBLIC KEY") => "public key",
            "CERTIFICATE" | "TRUSTED CERTIFICATE" | "X509 CERTIFICATE" => "certificate",
            _ => continue,
        };
        found.push((word, Span::new(source, at, at + BEGIN.len() + label.len() + 5)));
    }
    found
}
