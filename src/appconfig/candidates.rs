//! One way in which a setting is set, and all of them by its name.

use crate::model::{Field, Held, SettingSource};
use crate::source::{Reason, Span, Text};
use hashbrown::HashMap;

/// One way in which a value is set.
pub(super) struct Candidate {
    /// By which way.
    pub source: SettingSource,
    /// What it says.
    pub value: Field<Text>,
    /// Who holds that.
    pub held: Held,
    /// The place of its name.
    pub at: Span,
    /// Whether it came as a key of a Secret.
    pub from_secret: bool,
    /// Whether it is never shown.
    pub veiled: bool,
}

/// All ways in which values are set, by the name of the setting.
#[derive(Default)]
pub(super) struct Table {
    /// The names in the order in which they were met.
    pub order: Vec<String>,
    /// The ways by the name.
    pub rows: HashMap<String, Vec<Candidate>>,
}

impl Table {
    /// The ways in which a setting is set; a new one comes last in the order.
    pub fn row(&mut self, name: &str) -> &mut Vec<Candidate> {
        let order = &mut self.order;
        self.rows.entry_ref(name).or_insert_with(|| {
            order.push(name.to_owned());
            Vec::new()
        })
    }
}

/// Something that cannot be seen and may set a value.
pub(super) fn hidden(source: SettingSource, reason: &Reason, at: Span, held: Held) -> Candidate {
    Candidate { source, value: Field::unknown(perhaps(reason), at), held, at, from_secret: false, veiled: false }
}

/// Why it is not known whether something sets a value that cannot be seen itself.
fn perhaps(reason: &Reason) -> Reason {
    match reason.of_rest() {
        Reason::Elsewhere { what } => Reason::Perhaps { what: what.clone() },
        other => other.clone(),
    }
}
