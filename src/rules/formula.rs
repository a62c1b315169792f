//! Formulas: arithmetic over numbers, memory, cores and durations (RULES.md, section 3.5).

use super::literal::{self, Literal};
use super::path::Path;
use crate::model::queryable::Type;

/// Something to work out.
pub enum Formula {
    /// A value that is written out.
    Literal(Literal),
    /// What a path leads to.
    Path(Path),
    /// One number made from a list.
    Aggregate(Aggregate, Path),
    /// Two formulas combined.
    Binary(Operator, Box<Formula>, Box<Formula>),
}

/// How one number is made from a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aggregate {
    /// All added up.
    Sum,
    /// The least.
    Min,
    /// The largest.
    Max,
    /// How many there are.
    Count,
}

/// How two formulas are combined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
}

impl Formula {
    /// The type of what it yields.
    #[must_use]
    pub fn of(&self) -> Type {
        match self {
            Self::Literal(literal) => match literal {
                Literal::Boolean(_) => Type::Boolean,
                Literal::Number(_) => Type::Number,
                Literal::Memory(_) => Type::Memory,
                Literal::Cpu(_) => Type::Cpu,
                Literal::Duration(_) => Type::Duration,
                Literal::Version(_) => Type::Version,
                Literal::Text(_) => Type::Text,
            },
            Self::Path(path) => path.of,
            Self::Aggregate(Aggregate::Count, _) => Type::Integer,
            Self::Aggregate(_, path) => element(path.of),
            Self::Binary(operator, left, right) => result(*operator, left.of(), right.of()).unwrap_or(Type::Any),
        }
    }
}

/// The type of the elements, of a list; else the type itself.
#[must_use]
pub fn element(of: Type) -> Type {
    match of {
        Type::List(element) => *element,
        other => other,
    }
}

/// The type that two types combine to; `None` if they do not.
fn result(operator: Operator, left: Type, right: Type) -> Option<Type> {
    let unitless = |of: Type| matches!(of, Type::Integer | Type::Number);
    // Text and raw values are read as what the other side is.
    let open = |of: Type| matches!(of, Type::Text | Type::Any | Type::Thing(_));
    let unit = |of: Type| matches!(of, Type::Memory | Type::Cpu | Type::Duration);
    match operator {
        Operator::Add | Operator::Subtract => match (left, right) {
            _ if unitless(left) && unitless(right) => Some(Type::Number),
            _ if left == right && unit(left) => Some(left),
            _ if open(left) && (unit(right) || unitless(right)) => Some(right),
            _ if open(right) && (unit(left) || unitless(left)) => Some(left),
            _ if open(left) && open(right) => Some(Type::Any),
            _ => None,
        },
        Operator::Multiply => match (left, right) {
            _ if unitless(left) && (unitless(right) || unit(right)) => Some(right),
            _ if unit(left) && unitless(right) => Some(left),
            // What such a value measures shows only in the files.
            _ if open(left) || open(right) => Some(Type::Any),
            _ => None,
        },
        Operator::Divide => match (left, right) {
            _ if unitless(left) && unitless(right) => Some(Type::Number),
            _ if unit(left) && unitless(right) => Some(left),
            _ if left == right && unit(left) => Some(Type::Number),
            _ if open(left) || open(right) => Some(Type::Any),
            _ => None,
        },
    }
}

/// Reads a formula. `resolve` turns a path or `$name` into a formula.
///
/// # Errors
/// A sentence about what cannot be read.
pub fn parse(text: &str, resolve: &mut dyn FnMut(&str) -> Result<Formula, String>) -> Result<Formula, String> {
    let mut parser = Parser { text, rest: text, depth: 0, resolve };
    let formula = parser.sum()?;
    if parser.rest.trim().is_empty() {
        Ok(formula)
    } else {
        Err(format!("\"{}\" is not expected in \"={text}\"", parser.rest.trim()))
    }
}

/// How deep parentheses may nest.
const DEPTH: usize = 16;

struct Parser<'t, 'r> {
    text: &'t str,
    rest: &'t str,
    depth: usize,
    resolve: &'r mut dyn FnMut(&str) -> Result<Formula, String>,
}

impl<'t> Parser<'t, '_> {
    fn sum(&mut self) -> Result<Formula, String> {
        let mut left = self.product()?;
        while let Some(operator) = self.operator(&[("+", Operator::Add), ("-", Operator::Subtract)]) {
            let right = self.product()?;
            left = self.combine(operator, left, right)?;
        }
        Ok(left)
    }

    fn product(&mut self) -> Result<Formula, String> {
        let mut left = self.atom()?;
        while let Some(operator) = self.operator(&[("*", Operator::Multiply), ("/", Operator::Divide)]) {
            let right = self.atom()?;
            left = self.combine(operator, left, right)?;
        }
        Ok(left)
    }

    fn combine(&self, operator: Operator, left: Formula, right: Formula) -> Result<Formula, String> {
        let (one, other) = (left.of(), right.of());
        if result(operator, one, other).is_none() {
            let verb = match operator {
                Operator::Add => "add",
                Operator::Subtract => "subtract",
                Operator::Multiply => "multiply",
                Operator::Divide => "divide",
            };
            return Err(format!("cannot {verb} {} and {} in \"={}\"", one.word(), other.word(), self.text));
        }
        Ok(Formula::Binary(operator, Box::new(left), Box::new(right)))
    }

    /// An operator with a blank on each side, so that names may hold hyphens and slashes.
    fn operator(&mut self, among: &[(&str, Operator)]) -> Option<Operator> {
        let rest = self.rest.trim_start();
        if rest.len() == self.rest.len() {
            return None;
        }
        for (sign, operator) in among {
            if let Some(behind) = rest.strip_prefix(sign).filter(|behind| behind.starts_with(' ')) {
                self.rest = behind;
                return Some(*operator);
            }
        }
        None
    }

    fn atom(&mut self) -> Result<Formula, String> {
        self.rest = self.rest.trim_start();
        if let Some(behind) = self.rest.strip_prefix('(') {
            self.depth += 1;
            if self.depth > DEPTH {
                return Err(format!("\"={}\" nests more than {DEPTH} parentheses", self.text));
            }
            self.rest = behind;
            let inner = self.sum()?;
            self.rest = self
                .rest
                .trim_start()
                .strip_prefix(')')
                .ok_or_else(|| format!("a parenthesis is not closed in \"={}\"", self.text))?;
            self.depth -= 1;
            return Ok(inner);
        }
        let word = self.word();
        if word.is_empty() {
            return Err(format!("a value is missing in \"={}\"", self.text));
        }
        if word.starts_with(|first: char| first.is_ascii_digit()) {
            return match literal::guess(word) {
                Literal::Text(text) => Err(format!("\"{text}\" is no number, duration or amount of memory")),
                known => Ok(Formula::Literal(known)),
            };
        }
        for (name, aggregate) in
            [("sum", Aggregate::Sum), ("min", Aggregate::Min), ("max", Aggregate::Max), ("count", Aggregate::Count)]
        {
            let inside =
                word.strip_prefix(name).and_then(|rest| rest.strip_prefix('(')).and_then(|rest| rest.strip_suffix(')'));
            if let Some(inside) = inside {
                return match (self.resolve)(inside)? {
                    Formula::Path(path) if matches!(path.of, Type::List(_)) => Ok(Formula::Aggregate(aggregate, path)),
                    _ => Err(format!("\"{inside}\" is no list, so there is no {name} of it")),
                };
            }
        }
        (self.resolve)(word)
    }

    /// Up to a blank or a parenthesis that it did not open.
    fn word(&mut self) -> &'t str {
        let mut open = 0usize;
        let end = self.rest.char_indices().find(|(_, character)| match character {
            '(' => {
                open += 1;
                false
            }
            ')' if open == 0 => true,
            ')' => {
                open -= 1;
                false
            }
            ' ' => open == 0,
            _ => false,
        });
        let end = end.map_or(self.rest.len(), |(offset, _)| offset);
        let (word, behind) = self.rest.split_at(end);
        self.rest = behind;
        word
    }
}
