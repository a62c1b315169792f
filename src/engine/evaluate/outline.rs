//! What can be said of a text of which only some is known.

use super::Truth;
use crate::rules::condition::{Condition, Operand};
use crate::rules::literal::Literal;
use crate::source::HOLE;

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
