//! Numbers of copies that may be written as a share of all.

use super::spot::integer;
use crate::model::{Field, State};
use crate::syntax::Node;

/// A number of copies, or a share of them.
#[derive(Clone, Copy)]
pub(super) enum Share {
    /// So many.
    Count(i64),
    /// So many of a hundred.
    Percent(i64),
}

impl Share {
    /// Reads `3` or `25%`.
    pub fn read(node: &Node) -> Option<Self> {
        match integer(node) {
            Some(count) => Some(Self::Count(count)),
            None => node.text()?.strip_suffix('%')?.parse().ok().map(Self::Percent),
        }
    }
}

/// How many copies a share is, rounded `up` or down.
pub(super) fn resolve(share: Field<Share>, replicas: &Field<i64>, up: bool) -> Field<i64> {
    let state = match (share.state, &replicas.state) {
        (State::Set(Share::Count(count)), _) => State::Set(count),
        (State::Set(Share::Percent(percent)), State::Set(replicas)) => {
            let hundredths = percent.saturating_mul(*replicas);
            State::Set(if up { hundredths.saturating_add(99) / 100 } else { hundredths / 100 })
        }
        (State::Set(Share::Percent(_)), State::Unknown(reason)) => State::Unknown(reason.clone()),
        (State::Set(Share::Percent(_)) | State::Absent, _) => State::Absent,
        (State::Unknown(reason), _) => State::Unknown(reason),
    };
    Field { state, at: share.at, provenance: share.provenance }
}
