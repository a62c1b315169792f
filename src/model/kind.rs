//! What kind of value a setting has, as the pack of its app says.

/// The kind of a value, or of each value of a list.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Kind {
    /// What it is.
    pub base: Base,
    /// What a bare number counts: bytes, thousandths of a core or milliseconds.
    pub unit: Option<f64>,
    /// Whether there are several.
    pub list: bool,
}

/// What a single value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Base {
    /// Characters.
    Text,
    /// True or false.
    Boolean,
    /// A whole number.
    Integer,
    /// Any number.
    Number,
    /// Bytes.
    Memory,
    /// Cores.
    Cpu,
    /// A length of time.
    Duration,
    /// JSON, whose keys are settings of their own.
    Json,
}
