//! What can be said of a text of which only some is known, or nothing.

use super::Truth;
use crate::model::State;
use crate::model::queryable::Slot;
use crate::rules::condition::{Condition, Operand};
use crate::rules::literal::Literal;
use crate::rules::path::{Start, Step};
use crate::source::HOLE;

/// Whether nothing is known of a value, and a condition on it asks for nothing else: then all of it is as
/// little known, and there is no need to look at each part.
pub(in crate::engine) fn is_open(condition: &Condition, slot: &Slot<'_>) -> bool {
    matches!(&slot.state, State::Unknown(reason) if reason.outline().is_none()) && is_of_value(condition)
}

/// Whether a condition is not known of any value that is not: it compares that value or facts about it, and
/// does not ask whether it is there.
fn is_of_value(condition: &Condition) -> bool {
    match condition {
        Condition::All(inner) | Condition::Any(inner) => !inner.is_empty() && inner.iter().all(is_of_value),
        Condition::Not(inner) => is_of_value(inner),
        Condition::At(path, inner) => {
            let is_fact = |step: &Step| matches!(step, Step::Fact(_));
            matches!(path.start, Start::Here) && path.steps.iter().all(is_fact) && is_of_value(inner)
        }
        Condition::Equals(_)
        | Condition::Order(..)
        | Condition::Matches(_)
        | Condition::Contains(_)
        | Condition::Within(_) => true,
        _ => false,
    }
}

/// Whether a condition holds of a text that has a [`HOLE`] for each part that is not known.
pub(super) fn decided(condition: &Condition, outline: &str) -> Truth {
    let Some((before, rest)) = outline.split_once(HOLE) else { return Truth::Unknown };
    let after = rest.rsplit(HOLE).next().unwrap_or(rest);
    // Numbers and switches are equal in many spellings.
    let is_other = |one: &Operand| match one {
        Operand::Literal(Literal::Text(text)) => {
            let fits = text.len() >= before.len() + after.len() && text.starts_with(before) && text.ends_with(after);
            !fits && text.parse::<f64>().is_err()
        }
        _ => false,
    };
    match condition {
        Condition::Equals(operands) if operands.iter().all(is_other) => Truth::False,
        Condition::Matches(patterns) if patterns.iter().any(|pattern| pattern.is_at_beginning(before)) => Truth::True,
        _ => Truth::Unknown,
    }
}
