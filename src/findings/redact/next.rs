//! A search that goes through a text along with somebody who reads it line by line.

use std::ops::Range;

/// Where in a text something stands that is looked for line by line.
pub(super) struct Next<'t> {
    text: &'t str,
    find: fn(&str, usize) -> Option<usize>,
    /// The next place; none if there is no further one.
    at: Option<usize>,
}

impl<'t> Next<'t> {
    /// `find` yields the first place from another one on.
    pub fn new(text: &'t str, find: fn(&str, usize) -> Option<usize>) -> Self {
        Self { text, find, at: find(text, 0) }
    }

    /// Whether it stands in a line. Lines are asked for in their order.
    pub fn is_in(&mut self, line: Range<usize>) -> bool {
        if self.at.is_some_and(|at| at < line.start) {
            self.at = (self.find)(self.text, line.start);
        }
        self.at.is_some_and(|at| at < line.end)
    }
}
