//! The other side of comparisons.

use super::{Compiler, valued};
use crate::model::queryable::Type;
use crate::rules::condition::Operand;
use crate::rules::formula::{Formula, element};
use crate::rules::literal;
use crate::syntax::{Node, Value};

impl Compiler<'_> {
    /// The values that a pack writes out, each a literal or a formula about the container.
    pub fn values(&mut self, of: Type, node: &Node) -> Option<Vec<Operand>> {
        self.operands(of, node)
    }

    /// One operand or a list of them.
    pub(super) fn operands(&mut self, of: Type, node: &Node) -> Option<Vec<Operand>> {
        if let Value::Sequence(items) = &node.value {
            let operands: Vec<Operand> = items.iter().filter_map(|item| self.operand(of, item)).collect();
            return (operands.len() == items.len()).then_some(operands);
        }
        Some(vec![self.operand(of, node)?])
    }

    /// A literal, `=formula` or `$name`.
    pub(super) fn operand(&mut self, of: Type, node: &Node) -> Option<Operand> {
        let of = element(valued(of));
        let Some(text) = node.text() else {
            self.error(node.span, "a value, a formula or a name is expected here");
            return None;
        };
        if let Some(formula) = text.strip_prefix('=') {
            return self.formula(formula, node.span).map(Operand::Formula);
        }
        let literal = match text.strip_prefix('$') {
            None => text.to_owned(),
            Some(name) => match self.params.get(name) {
                Some(value) => value.clone(),
                None => {
                    let path = self.path_named(name).map_err(|message| self.error(node.span, message)).ok()?;
                    return Some(Operand::Formula(Formula::Path(path)));
                }
            },
        };
        literal::read(&literal, of).map(Operand::Literal).map_err(|message| self.error(node.span, message)).ok()
    }
}
