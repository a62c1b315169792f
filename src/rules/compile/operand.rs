//! The other side of comparisons.

use super::{Compiler, valued};
use crate::model::queryable::Type;
use crate::rules::condition::Operand;
use crate::rules::error::Error;
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
            let formula = self.formula(formula, node.span)?;
            return self.comparable(of, formula, text, node);
        }
        let Some(name) = text.strip_prefix('$') else {
            return literal::read(text, of)
                .map(Operand::Literal)
                .map_err(|message| self.error(node.span, message))
                .ok();
        };
        if let Some(param) = self.params.get(name).cloned() {
            // A value that does not fit is to be mended where it is written.
            return literal::read(&param.text, of)
                .map(Operand::Literal)
                .map_err(|message| self.errors.push(Error::at(param.source, param.span, message)))
                .ok();
        }
        let path = self.path_named(name).map_err(|message| self.error(node.span, message)).ok()?;
        self.comparable(of, Formula::Path(path), text, node)
    }

    /// The formula, unless what it yields can never be compared with the thing at hand.
    fn comparable(&mut self, of: Type, formula: Formula, text: &str, node: &Node) -> Option<Operand> {
        let yields = element(valued(formula.of()));
        if let (Some(one), Some(other)) = (measure(of), measure(yields))
            && one != other
        {
            let (thing, yields, of) = (&self.thing, yields.word(), of.word());
            let message = format!("\"{text}\" is {yields}, and \"{thing}\" is {of}; the two cannot be compared");
            self.error(node.span, message);
            return None;
        }
        Some(Operand::Formula(formula))
    }
}

/// What values of a type measure, for those that can only be compared with their like.
fn measure(of: Type) -> Option<Type> {
    match of {
        Type::Integer | Type::Number => Some(Type::Number),
        Type::Memory | Type::Cpu | Type::Duration | Type::Boolean => Some(of),
        _ => None,
    }
}
