//! Putting the values of variables into a text.

use super::template::{Operator, Part, Variable};
use crate::source::{HOLE, Origin, OriginKind, Reason, Span, Text};

/// The value of a variable.
#[derive(Debug, Clone)]
pub struct Known {
    /// The value.
    pub value: Text,
    /// The steps to its definition; what the command line gave has no place.
    pub origins: Vec<Origin>,
    /// Why the value is not known, if something in it is not.
    pub unknown: Option<Reason>,
}

/// The longest text in bytes that variables may make of a value, and the most places that it may
/// come from: variables that hold each other twice double with every step.
const LONGEST: usize = 64 << 10;
const MOST_ORIGINS: usize = 256;

/// A value with its variables replaced.
#[derive(Debug, Default)]
pub struct Made {
    /// The text; [`HOLE`] stands for each variable without a value.
    pub text: String,
    /// The places that the value came from, the first to be edited.
    pub origins: Vec<Origin>,
    /// Why it is not known, if something in it is not.
    pub unknown: Option<Reason>,
    /// The offset of a `${` that begins no variable, in an operand that is needed; Compose refuses
    /// the file then.
    pub malformed: Option<usize>,
}

/// The value of parsed parts. `at` is the whole value; `start` is where its text begins in the
/// source, if the text stands there as it is.
pub fn substitute(parts: &[Part], at: Span, start: Option<usize>, lookup: &dyn Fn(&str) -> Option<Known>) -> Made {
    let mut made = Made::default();
    for part in parts {
        match part {
            Part::Text(text) => made.text.push_str(text),
            Part::Variable(variable) => made.add(variable, at, start, lookup),
        }
        if !made.origins.is_empty() && (made.text.len() > LONGEST || made.origins.len() > MOST_ORIGINS) {
            made.give_up();
            break;
        }
    }
    made
}

impl Made {
    fn add(&mut self, variable: &Variable, at: Span, start: Option<usize>, lookup: &dyn Fn(&str) -> Option<Known>) {
        let place = |range: &std::ops::Range<usize>| {
            start.map_or(at, |start| Span::new(at.source, start + range.start, start + range.end))
        };
        let known = lookup(&variable.name);
        let is_set = known
            .as_ref()
            .is_some_and(|known| !(variable.colon && known.value.expose().is_empty() && known.unknown.is_none()));
        match (variable.operator, known) {
            (Operator::Replace, Some(known)) if is_set => {
                let inner = self.operand(variable, at, start, lookup);
                self.merge(inner);
                self.unknown = self.unknown.take().or(known.unknown);
            }
            // Not set, so nothing replaces it; that is no gap.
            (Operator::Replace, _) => {
                self.origins.push(Origin::named(OriginKind::Fallback, place(&variable.at), variable.name.as_str()));
            }
            (_, Some(known)) if is_set => {
                self.text.push_str(known.value.expose());
                self.origins.extend(known.origins);
                self.unknown = self.unknown.take().or(known.unknown);
            }
            (Operator::Default, _) => {
                let place = place(&variable.operand_at);
                let inner = self.operand(variable, at, start, lookup);
                // The default is where the value is written, unless it refers elsewhere itself.
                if inner.origins.is_empty() {
                    self.origins.push(Origin::named(OriginKind::Fallback, place, variable.name.as_str()));
                }
                self.merge(inner);
            }
            // Set and empty, and nothing asks for more.
            (Operator::None, Some(known)) => self.origins.extend(known.origins),
            (Operator::None | Operator::Required, _) => {
                self.text.push(HOLE);
                let reason = Reason::UnsetVariable { name: variable.name.as_str().into() };
                self.unknown.get_or_insert(reason);
            }
        }
    }

    fn operand(
        &self,
        variable: &Variable,
        at: Span,
        start: Option<usize>,
        lookup: &dyn Fn(&str) -> Option<Known>,
    ) -> Self {
        match &variable.operand {
            Ok(parts) => substitute(parts, at, start, lookup),
            Err(offset) => Self { malformed: Some(*offset), ..Self::default() },
        }
    }

    /// Keeps nothing of a value that grew beyond all reason but that it is there.
    fn give_up(&mut self) {
        self.text = HOLE.to_string();
        self.origins.truncate(1);
        let what = format!("a value of more than {LONGEST} bytes, or from more than {MOST_ORIGINS} places,");
        self.unknown = Some(Reason::Unseen { what: what.into() });
    }

    fn merge(&mut self, other: Self) {
        self.text.push_str(&other.text);
        self.origins.extend(other.origins);
        self.unknown = self.unknown.take().or(other.unknown);
        self.malformed = self.malformed.or(other.malformed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::template;
    use crate::source::SourceId;

    #[test]
    fn values_that_double_with_every_step_are_given_up() {
        for seed in ["", "0123456789"] {
            let at = Span::file(SourceId(0));
            let origins = vec![Origin::at(OriginKind::Variable, at)];
            let mut known = Known { value: Text::from(seed), origins, unknown: None };
            for _ in 0..80 {
                let parts = template::parse("$A${A}").unwrap();
                let Made { text, origins, unknown, .. } = substitute(&parts, at, None, &|_| Some(known.clone()));
                assert!(text.len() <= LONGEST && origins.len() <= MOST_ORIGINS);
                known = Known { value: Text::from(text), origins, unknown };
            }
            assert!(matches!(known.unknown, Some(Reason::Unseen { .. })), "{seed:?}");
        }
    }
}
