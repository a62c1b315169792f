//! The types of the rule language.

use super::thing::ThingKind;

/// The types of the rule language (RULES.md, section 3.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Type {
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
    /// Characters.
    Text,
    /// One of a few words.
    Word,
    /// An image reference.
    Image,
    /// A version: numbers between dots.
    Version,
    /// A URL.
    Url,
    /// A host name or address.
    Host,
    /// A file path.
    Path,
    /// A thing with fields.
    Thing(ThingKind),
    /// Several of one type.
    List(&'static Type),
    /// A raw value, read as the operator needs.
    Any,
}

impl Type {
    /// The word that rules and messages use.
    #[must_use]
    pub fn word(self) -> String {
        match self {
            Self::Boolean => "boolean".into(),
            Self::Integer => "integer".into(),
            Self::Number => "number".into(),
            Self::Memory => "memory".into(),
            Self::Cpu => "cpu".into(),
            Self::Duration => "duration".into(),
            Self::Text => "text".into(),
            Self::Word => "word".into(),
            Self::Image => "image".into(),
            Self::Version => "version".into(),
            Self::Url => "url".into(),
            Self::Host => "host".into(),
            Self::Path => "path".into(),
            Self::Thing(kind) => kind.word().into(),
            Self::List(of) => format!("list({})", of.word()),
            Self::Any => "any".into(),
        }
    }
}

/// The words of the types that `as` may name.
pub const TYPE_WORDS: [&str; 12] = [
    "boolean",
    "integer",
    "number",
    "memory",
    "cpu",
    "duration",
    "text",
    "version",
    "url",
    "host",
    "path",
    "list(url)",
];

/// The type that a word names.
#[must_use]
pub fn type_named(word: &str) -> Option<Type> {
    Some(match word {
        "boolean" => Type::Boolean,
        "integer" | "port" => Type::Integer,
        "number" => Type::Number,
        "memory" => Type::Memory,
        "cpu" => Type::Cpu,
        "duration" => Type::Duration,
        "text" => Type::Text,
        "word" => Type::Word,
        "image" => Type::Image,
        "version" => Type::Version,
        "url" => Type::Url,
        "host" | "cidr" => Type::Host,
        "path" => Type::Path,
        "list(text)" => Type::List(&Type::Text),
        "list(url)" => Type::List(&Type::Url),
        "list(host)" | "list(cidr)" => Type::List(&Type::Host),
        "list(integer)" | "list(port)" => Type::List(&Type::Integer),
        "list(path)" => Type::List(&Type::Path),
        _ => return None,
    })
}
