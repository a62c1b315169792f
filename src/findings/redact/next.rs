//! A search that goes through a text along with somebody who reads it from line to line.

/// Where in a text something stands that is looked for on and on.
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

    /// The first place that is not before one. What is asked for ascends.
    pub fn behind(&mut self, start: usize) -> Option<usize> {
        if self.at.is_some_and(|at| at < start) {
            self.at = (self.find)(self.text, start);
        }
        self.at
    }
}

/// From a place in a text on, where the next character that is not of ASCII begins.
pub(super) fn next_beyond_ascii(text: &str, from: usize) -> Option<usize> {
    // Most texts have none, which is quickly told.
    let rest = text.as_bytes().get(from..).filter(|rest| !rest.is_ascii())?;
    rest.iter().position(|byte| !byte.is_ascii()).map(|at| from + at)
}
