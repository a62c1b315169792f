//! What a chart is built from.

use super::Field;
use crate::source::Span;

/// A chart that another one declares to need.
#[derive(Debug, Clone)]
pub struct Requirement {
    /// The name of the chart.
    pub name: String,
    /// The version that is asked for, as written: one, or a range.
    pub version: Field<String>,
    /// Where it comes from.
    pub repository: Field<String>,
    /// The version that the lock beside the chart holds; absent if it holds none.
    pub locked: Field<String>,
    /// Its place.
    pub at: Span,
}
