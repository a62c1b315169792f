//! Conditions as the engine evaluates them: typed, with every name resolved.

use super::formula::Formula;
use super::literal::Literal;
use super::path::Path;
use super::pattern::Pattern;
use crate::model::queryable::Type;

/// What is said of one thing: a subject, an element of a list, a value.
pub enum Condition {
    /// It equals one of these.
    Equals(Vec<Operand>),
    /// It compares with this as the relation says.
    Order(Relation, Operand),
    /// One of the expressions is found in it.
    Matches(Vec<Pattern>),
    /// One of these texts is part of it.
    Contains(Vec<Operand>),
    /// It lies inside one of these.
    Within(Vec<Operand>),
    /// Whether it is set at all.
    Present(bool),
    /// The opposite.
    Not(Box<Condition>),
    /// All of them.
    All(Vec<Condition>),
    /// At least one of them.
    Any(Vec<Condition>),
    /// Of its elements.
    Elements(Quantifier, Box<Condition>),
    /// Of the number of its elements; those that agree at the path count once.
    Count(Option<Path>, Box<Condition>),
    /// Its elements differ pairwise at each of these paths; those that agree at the first never
    /// clash.
    Unique(Option<Path>, Vec<Path>),
    /// Its elements agree at each of these paths.
    Same(Vec<Path>),
    /// Of what a path from it leads to.
    At(Path, Box<Condition>),
    /// Of what a formula yields.
    Compute(Formula, Box<Condition>),
    /// With what is changed before the condition looks at it.
    Group(Box<Group>),
}

/// How two ordered values compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// At least.
    Min,
    /// At most.
    Max,
    /// More than.
    Above,
    /// Less than.
    Below,
}

impl Relation {
    /// The relation in words.
    #[must_use]
    pub fn phrase(self) -> &'static str {
        match self {
            Self::Min => "at least",
            Self::Max => "at most",
            Self::Above => "more than",
            Self::Below => "less than",
        }
    }
}

/// Of how many elements something is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantifier {
    /// At least one.
    Some,
    /// Every one.
    Each,
    /// Not one.
    None,
}

/// What absence counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// It holds.
    True,
    /// It does not hold.
    False,
    /// Nobody knows.
    Unknown,
}

/// The modifiers of a condition.
pub struct Group {
    /// What absence counts as.
    pub missing: Missing,
    /// The type that the value is read as, and what a bare number counts.
    pub read_as: Option<ReadAs>,
    /// Which elements count.
    pub filter: Option<Condition>,
    /// What is said of the result.
    pub condition: Condition,
}

/// A type to read a text as.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReadAs {
    /// The type.
    pub of: Type,
    /// What one is, in the base unit of the type (milliseconds, bytes); `None` where a bare number
    /// is no value.
    pub unit: Option<f64>,
}

/// The other side of a comparison.
pub enum Operand {
    /// Written out.
    Literal(Literal),
    /// Worked out.
    Formula(Formula),
}
