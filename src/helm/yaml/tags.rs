//! What explicit tags make of scalars.

use super::plain::Plain;

/// What an explicit tag makes of a scalar; `None` if it does not fit.
pub(super) fn check_tag(kind: &str, resolved: Plain) -> Option<Plain> {
    match (kind, resolved) {
        ("bool", Plain::Bool(_)) | ("null", Plain::Null) | ("int", Plain::Int(_) | Plain::Unsigned(_)) => {
            Some(resolved)
        }
        ("float", Plain::Float(_) | Plain::Int(_) | Plain::Unsigned(_)) => Some(resolved),
        ("timestamp", Plain::Timestamp) => Some(resolved),
        ("bool" | "null" | "int" | "float" | "timestamp", _) => None,
        _ => Some(Plain::String),
    }
}
