//! Keys that a platform does not know.

use crate::source::Span;

/// A key of a manifest that the API does not have at its place.
#[derive(Debug, Clone)]
pub struct UnknownKey {
    /// The key.
    pub key: String,
    /// Where it stands, keys between dots: `spec.template.spec.containers.imagePullpolicy`.
    pub path: String,
    /// The key that was probably meant at this place.
    pub meant: Option<&'static str>,
    /// Where such a key belongs.
    pub belongs: Option<String>,
    /// Its place.
    pub at: Span,
}

impl UnknownKey {
    /// The key and what to do about it, for people.
    #[must_use]
    pub fn phrase(&self) -> String {
        match (&self.meant, &self.belongs) {
            (Some(meant), _) => format!("{} (did you mean {meant}?)", self.path),
            (None, Some(place)) => format!("{} (it belongs under {place})", self.path),
            (None, None) => self.path.clone(),
        }
    }
}
