//! What may stand at a place of a Compose file.

use crate::syntax::{Flavour, Node, Resolved, Value};

/// What may stand at a place.
#[derive(Debug)]
pub(super) enum Shape {
    /// Anything.
    Any,
    /// A text; a number has to be quoted.
    Text,
    /// True or false, perhaps in words.
    Boolean,
    /// A whole number, perhaps quoted.
    Integer,
    /// A number, perhaps quoted.
    Number,
    /// A number or a text.
    Amount,
    /// A whole number that is not below 0, or a text.
    Size,
    /// `all`, or a whole number.
    Count,
    /// A text, a number, true or false.
    Simple,
    /// One of these texts.
    Word(&'static [&'static str]),
    /// Nothing, or this.
    Perhaps(&'static Shape),
    /// A list of these.
    List(&'static Shape),
    /// A mapping of names to these.
    Names(&'static Shape),
    /// A mapping with known keys.
    Keys(&'static Keys),
    /// The one of these that has the kind of what stands there: a single value, a list or a mapping.
    Either(&'static [Shape]),
}

/// The keys of a mapping.
#[derive(Debug)]
pub(super) struct Keys {
    /// What the mapping is, with its article: for messages.
    pub of: &'static str,
    /// The keys with what may stand under each.
    pub keys: &'static [(&'static str, Shape)],
    /// Those of them that must be there.
    pub required: &'static [&'static str],
    /// Whether keys that begin with `x-` may stand beside them.
    pub extensible: bool,
}

/// A text or a list of texts.
pub(super) const TEXTS: Shape = Shape::Either(&[Shape::Text, Shape::List(&Shape::Text)]);

/// A mapping of names to single values, or a list of `name=value`.
pub(super) const PAIRS: Shape =
    Shape::Either(&[Shape::Names(&Shape::Perhaps(&Shape::Simple)), Shape::List(&Shape::Text)]);

/// A mapping of names to texts and numbers.
pub(super) const OPTIONS: Shape = Shape::Names(&Shape::Amount);

impl Keys {
    /// What may stand under a key.
    pub fn get(&self, name: &str) -> Option<&'static Shape> {
        self.keys.iter().find(|(key, _)| *key == name).map(|(_, shape)| shape)
    }
}

impl Shape {
    /// The keys of the mapping that may stand here.
    pub fn keys(&self) -> Option<&'static Keys> {
        match self {
            Self::Keys(keys) => Some(keys),
            Self::Perhaps(shape) => shape.keys(),
            Self::Either(shapes) => shapes.iter().find_map(Self::keys),
            _ => None,
        }
    }

    /// Whether a value has the kind that this asks for: single value, list or mapping.
    pub fn is_for(&self, node: &Node) -> bool {
        match self {
            Self::Any => true,
            Self::Perhaps(shape) => node.is_null() || shape.is_for(node),
            Self::List(_) => matches!(node.value, Value::Sequence(_)),
            Self::Names(_) | Self::Keys(_) => matches!(node.value, Value::Mapping(_)),
            Self::Either(shapes) => shapes.iter().any(|shape| shape.is_for(node)),
            _ => matches!(node.value, Value::Scalar(_)) && !node.is_null(),
        }
    }

    /// Whether a single value is what this asks for.
    pub fn holds(&self, node: &Node) -> bool {
        let Some(value) = Flavour::Compose.resolve(node) else { return false };
        let is_boolean = |text: &str| {
            let words = ["true", "false", "yes", "no", "on", "off", "y", "n"];
            words.contains(&text.to_ascii_lowercase().as_str())
        };
        match self {
            Self::Text => matches!(value, Resolved::String(_)),
            Self::Boolean => match value {
                Resolved::Boolean(_) => true,
                Resolved::String(text) => is_boolean(text),
                _ => false,
            },
            Self::Integer => match value {
                Resolved::Integer(_) => true,
                Resolved::Float(number) => number.fract() == 0.0,
                Resolved::String(text) => text.parse::<i64>().is_ok(),
                _ => false,
            },
            Self::Number => match value {
                Resolved::Integer(_) | Resolved::Float(_) => true,
                Resolved::String(text) => text.parse::<f64>().is_ok(),
                _ => false,
            },
            Self::Amount => matches!(value, Resolved::Integer(_) | Resolved::Float(_) | Resolved::String(_)),
            Self::Size => matches!(value, Resolved::Integer(0..) | Resolved::String(_)),
            Self::Count => match value {
                Resolved::Integer(_) => true,
                Resolved::String(text) => text == "all" || text.parse::<i64>().is_ok(),
                _ => false,
            },
            Self::Simple => value != Resolved::Null,
            Self::Word(words) => matches!(value, Resolved::String(text) if words.contains(&text)),
            _ => false,
        }
    }

    /// What to write, as the end of a sentence.
    pub fn phrase(&self) -> String {
        match self {
            Self::Any => "something".to_owned(),
            Self::Text => "a text".to_owned(),
            Self::Boolean => "true or false".to_owned(),
            Self::Integer => "a whole number".to_owned(),
            Self::Number => "a number".to_owned(),
            Self::Amount => "a number or a text".to_owned(),
            Self::Size => "a whole number from 0 on or a text".to_owned(),
            Self::Count => "`all` or a whole number".to_owned(),
            Self::Simple => "a text, a number, true or false".to_owned(),
            Self::Word(words) => match words {
                [word] => format!("`{word}`"),
                _ => format!("one of {}", words.join(", ")),
            },
            Self::Perhaps(shape) => shape.phrase(),
            Self::List(_) => "a list".to_owned(),
            Self::Names(_) | Self::Keys(_) => "a mapping".to_owned(),
            Self::Either(shapes) => shapes.iter().map(Self::phrase).collect::<Vec<_>>().join(" or "),
        }
    }
}

/// What stands somewhere, with its article.
pub(super) fn found(node: &Node) -> &'static str {
    match Flavour::Compose.resolve(node) {
        Some(Resolved::Boolean(_)) => "a boolean",
        Some(Resolved::Integer(_) | Resolved::Float(_)) => "a number",
        Some(Resolved::String(_)) => "a text",
        Some(Resolved::Null) | None => node.describe(),
    }
}
