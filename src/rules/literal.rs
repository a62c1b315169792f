//! Values that rules write out.

use crate::model::queryable::Type;
use crate::model::{Cpu, Duration, Memory};

/// A value written in a rule.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// True or false.
    Boolean(bool),
    /// A plain number.
    Number(f64),
    /// Bytes.
    Memory(u64),
    /// Thousandths of a core.
    Cpu(u64),
    /// Milliseconds.
    Duration(u64),
    /// Numbers between dots.
    Version(Vec<u64>),
    /// Characters.
    Text(String),
}

impl Literal {
    /// The number in the base unit of its type: bytes, thousandths of a core, milliseconds.
    #[must_use]
    pub fn base(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            #[allow(clippy::cast_precision_loss, reason = "amounts beyond 2^53 need no exact comparison")]
            Self::Memory(amount) | Self::Cpu(amount) | Self::Duration(amount) => Some(*amount as f64),
            Self::Boolean(_) | Self::Version(_) | Self::Text(_) => None,
        }
    }
}

/// Reads a literal as a type. The error says what is wrong and how to write it.
pub fn read(text: &str, of: Type) -> Result<Literal, String> {
    let wrong = |what: &str, like: &str| Err(format!("\"{text}\" is not {what}; write it like {like}"));
    match of {
        Type::Boolean => match text {
            "true" => Ok(Literal::Boolean(true)),
            "false" => Ok(Literal::Boolean(false)),
            _ => wrong("a boolean", "true or false"),
        },
        Type::Integer if text.parse::<i64>().is_err() => wrong("an integer", "3"),
        Type::Integer | Type::Number => match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Literal::Number(number)),
            _ => wrong("a number", "3"),
        },
        Type::Memory => {
            Memory::kubernetes(text).map_or_else(|| wrong("memory", "512Mi"), |it| Ok(Literal::Memory(it.0)))
        }
        Type::Cpu => Cpu::parse(text).map_or_else(|| wrong("cpu", "250m"), |it| Ok(Literal::Cpu(it.0))),
        Type::Duration => {
            Duration::parse(text).map_or_else(|| wrong("a duration", "90s or 1d"), |it| Ok(Literal::Duration(it.0)))
        }
        Type::Version => version(text).map_or_else(|| wrong("a version", "1.4"), |it| Ok(Literal::Version(it))),
        Type::Text | Type::Word | Type::Image | Type::Url | Type::Host | Type::Path | Type::Any => {
            Ok(Literal::Text(text.to_owned()))
        }
        Type::Thing(kind) => Err(format!("a {} is no value; name one of its fields", kind.word())),
        Type::List(of) => read(text, *of),
    }
}

/// Reads a value without knowing what it is compared with: a number, a duration, memory or text.
#[must_use]
pub fn guess(text: &str) -> Literal {
    if let Ok(number) = text.parse::<f64>() {
        return Literal::Number(number);
    }
    if let Some(duration) = Duration::parse(text) {
        return Literal::Duration(duration.0);
    }
    match Memory::kubernetes(text) {
        Some(memory) => Literal::Memory(memory.0),
        None => Literal::Text(text.to_owned()),
    }
}

/// What is wrong with a value in the place of another, which stands for the type that is wanted.
#[must_use]
pub fn unlike(text: &str, model: &str) -> Option<String> {
    let like = |what: &str| Some(format!("\"{text}\" is not {what}; write it like {model}"));
    match (guess(text), guess(model)) {
        (Literal::Number(_), Literal::Number(_))
        | (Literal::Duration(_), Literal::Duration(_))
        | (Literal::Memory(_), Literal::Memory(_))
        | (_, Literal::Text(_)) => None,
        (_, Literal::Number(_)) => like("a number"),
        (_, Literal::Duration(_)) => like("a duration"),
        (_, Literal::Memory(_)) => like("memory"),
        _ => None,
    }
}

/// The numbers at the start of a version, a leading `v` left out: `18.1-alpine` is 18, 1. `None` if
/// it does not begin with a number.
#[must_use]
pub fn version(text: &str) -> Option<Vec<u64>> {
    let text = text.strip_prefix('v').unwrap_or(text);
    let end = text.find(|character: char| !character.is_ascii_digit() && character != '.').unwrap_or(text.len());
    let numbers: Vec<u64> = text[..end].trim_end_matches('.').split('.').map_while(|part| part.parse().ok()).collect();
    (!numbers.is_empty()).then_some(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_read_as_their_type() {
        assert_eq!(read("512Mi", Type::Memory), Ok(Literal::Memory(512 << 20)));
        assert_eq!(read("512 megs", Type::Memory), Err("\"512 megs\" is not memory; write it like 512Mi".into()));
        assert_eq!(read("yes", Type::Boolean), Err("\"yes\" is not a boolean; write it like true or false".into()));
        assert_eq!(guess("10s"), Literal::Duration(10_000));
        assert_eq!(version("v18.1-alpine"), Some(vec![18, 1]));
        assert_eq!(version("alpine"), None);
    }
}
