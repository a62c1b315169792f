//! Config files that reach a process, and what their values are where they are used.

use super::keys::Key;
use crate::model::{Described, Field, Held, Setting, SettingSource, State, secrecy};
use crate::source::{Origin, OriginKind, Reason, Span, Text};
use crate::syntax::Provenance;
use std::sync::Arc;

/// A config file that reaches a process.
#[derive(Debug, Clone)]
pub struct FileLayer {
    /// Its keys; the reason if it cannot be seen.
    pub keys: Result<Arc<Vec<Key>>, Reason>,
    /// Its path in the container.
    pub path: String,
    /// The place that brings it there.
    pub at: Span,
    /// What the places of its values are.
    pub kind: OriginKind,
    /// Who holds it.
    pub held: Held,
    /// Keys below which it counts; all of it if empty.
    pub under: Vec<String>,
}

impl FileLayer {
    /// Whether it may set what has this name.
    #[must_use]
    pub fn may_set(&self, name: &str) -> bool {
        let is_below = |key: &String| {
            let (start, rest) = name.split_at_checked(key.len()).unwrap_or((name, ""));
            start.eq_ignore_ascii_case(key) && rest.starts_with('.')
        };
        self.under.is_empty() || self.under.iter().any(is_below)
    }
}

/// What a file holds that a sibling names: one value.
#[derive(Debug)]
pub struct Single {
    /// The whole text.
    pub value: Field<Text>,
    /// Who holds it.
    pub held: Held,
}

/// The settings of a config file of which no pack says anything: each under its own name.
pub fn plain<'f>(file: &'f FileLayer, container: usize, of: &'f str) -> impl Iterator<Item = Setting> + 'f {
    let keys = file.keys.iter().flat_map(|keys| keys.iter());
    keys.map(move |key| {
        let value = file_value(file, key);
        let held = held(&value, file.held);
        Setting {
            veiled: file.kind == OriginKind::Secret,
            described: key.plain.then(|| Arc::new(Described { secret: Some(false), ..Described::default() })),
            ..Setting::new(key.name.clone(), key.at, value, held, SettingSource::File).of_container(container, of)
        }
    })
}

/// What a mounted file holds, used where its path is named.
#[must_use]
pub fn used_at(value: Field<Text>, at: Span, path: &str) -> Field<Text> {
    let mut origins: Vec<Origin> = value.origins().to_vec();
    origins
        .extend(value.at.filter(|mount| *mount != at).map(|mount| Origin::named(OriginKind::Reference, mount, path)));
    let unknown = value.reason().cloned();
    Field { at: Some(at), provenance: Some(Arc::new(Provenance { origins, unknown })), ..value }
}

/// Whether a value in a file stands for another that the app puts in.
fn is_put_in(text: &str) -> bool {
    let shapes = ["${", "$(", "$__", "{{", "ENC[", "op://", "vault:", "secret://", "ref+"];
    let text = text.trim();
    shapes.iter().any(|shape| text.starts_with(shape)) && (secrecy::is_reference(text) || text.starts_with("$__"))
}

/// The value of a key where it is used: its way begins in the file and leads over its mount.
pub(super) fn file_value(file: &FileLayer, key: &Key) -> Field<Text> {
    let mut origins: Vec<Origin> = key.value.origins().to_vec();
    let kind = if origins.is_empty() { file.kind } else { OriginKind::Reference };
    if let Some(at) = key.value.at {
        origins.push(Origin::named(kind, at, key.name.as_str()));
    }
    origins.push(Origin::named(OriginKind::Reference, file.at, file.path.as_str()));
    let state = match &key.value.state {
        State::Set(text) if is_put_in(text.expose()) => {
            State::Unknown(Reason::Elsewhere { what: format!("what the app puts in for {}", key.name).into() })
        }
        other => other.clone(),
    };
    let unknown = match &state {
        State::Unknown(reason) => Some(reason.clone()),
        State::Set(_) | State::Absent => None,
    };
    Field { state, at: Some(file.at), provenance: Some(Arc::new(Provenance { origins, unknown })) }
}

/// Who holds a value: who holds the file, unless a variable was put into it.
pub(super) fn held(value: &Field<Text>, file: Held) -> Held {
    let has = |kind| value.origins().iter().any(|origin| origin.kind == kind);
    match value.reason().map(Reason::of_rest) {
        Some(Reason::Generated) => Held::Generated,
        Some(Reason::UnsetVariable { .. } | Reason::Elsewhere { .. }) => Held::External,
        _ if has(OriginKind::Fallback) => Held::Fallback,
        _ if has(OriginKind::Variable) || has(OriginKind::EnvFile) => Held::External,
        _ => file,
    }
}
