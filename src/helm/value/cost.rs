//! What values cost, in the steps of [`crate::helm::work::Work`].

use super::data::{Data, Value};
use super::origin::Came;

/// Bytes of text that are one step to make.
const MADE_PER_STEP: usize = 64;
/// Bytes of text that are one step to look at.
const READ_PER_STEP: usize = 128;
/// Items of a list or map that are one step to look at.
const ITEMS_PER_STEP: usize = 16;

impl Value {
    /// What it takes to look at this as an argument; what lies deeper is counted by whoever goes
    /// there.
    #[must_use]
    pub fn cost_to_read(&self) -> usize {
        match &self.data {
            Data::Str(text) => text.len() / READ_PER_STEP,
            Data::Bytes(bytes) => bytes.len() / READ_PER_STEP,
            Data::List(_, items) => items.len() / ITEMS_PER_STEP,
            Data::Map(_, map) => map.len() / ITEMS_PER_STEP,
            _ => 0,
        }
    }

    /// What it took to make this, and takes to keep it.
    #[must_use]
    pub fn cost_to_make(&self) -> usize {
        let parts = match &self.came {
            Came::Parts(parts) => parts.len() / 2,
            Came::Here | Came::From(_) => 0,
        };
        match &self.data {
            Data::Str(text) => text.len() / MADE_PER_STEP + parts,
            Data::Bytes(bytes) => bytes.len() / MADE_PER_STEP,
            Data::List(_, items) => items.len(),
            Data::Map(_, map) => map.len() / ITEMS_PER_STEP,
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_values_cost_more() {
        let text: Value = "x".repeat(64 * 1000).into();
        assert_eq!((text.cost_to_read(), text.cost_to_make()), (500, 1000));
        let list = Value::list(vec![Value::nil(); 160]);
        assert_eq!((list.cost_to_read(), list.cost_to_make()), (10, 160));
        assert_eq!(Value::int(1).cost_to_make(), 0);
    }
}
