//! Variables inside values, by the Compose specification: `$NAME`, `${NAME}` with the operators
//! `:-`, `-`, `:?`, `?`, `:+`, `+`, nested, and `$$` for one dollar.

use std::ops::Range;

/// A stretch of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Characters as they are.
    Text(String),
    /// A variable.
    Variable(Variable),
}

/// A variable with its operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// What happens when it is not set, or is.
    pub operator: Operator,
    /// Whether an empty value counts as not set.
    pub colon: bool,
    /// Where it stands in the value, `$` included.
    pub at: Range<usize>,
    /// What follows the operator; the offset of a `${` in it that begins no variable, which only
    /// matters where the operand is needed.
    pub operand: Result<Vec<Part>, usize>,
    /// Where the operand stands.
    pub operand_at: Range<usize>,
}

/// What a variable's operator does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// There is none.
    None,
    /// `-`: the operand stands in for what is not set.
    Default,
    /// `?`: Compose refuses to start when it is not set.
    Required,
    /// `+`: the operand replaces what is set.
    Replace,
}

/// How deep variables may nest.
const DEPTH: usize = 32;

/// Reads a value.
///
/// # Errors
/// Where a `${` stands that begins no variable; Compose refuses the file then.
pub fn parse(text: &str) -> Result<Vec<Part>, usize> {
    parts(text, 0, 0)
}

fn parts(text: &str, offset: usize, depth: usize) -> Result<Vec<Part>, usize> {
    if depth > DEPTH {
        return Err(offset);
    }
    let mut parts: Vec<Part> = Vec::new();
    let mut plain = String::new();
    let mut at = 0;
    while let Some(found) = text[at..].find('$') {
        let dollar = at + found;
        plain.push_str(&text[at..dollar]);
        let rest = &text[dollar + 1..];
        if rest.starts_with('$') {
            plain.push('$');
            at = dollar + 2;
            continue;
        }
        let variable = if let Some(behind) = rest.strip_prefix('{') {
            braced(behind, offset + dollar, depth)?
        } else {
            let length = name_length(rest);
            if length == 0 {
                // A dollar before anything else is just a dollar.
                plain.push('$');
                at = dollar + 1;
                continue;
            }
            let at = offset + dollar..offset + dollar + 1 + length;
            Variable {
                name: rest[..length].to_owned(),
                operator: Operator::None,
                colon: false,
                operand_at: at.end..at.end,
                at,
                operand: Ok(Vec::new()),
            }
        };
        at = variable.at.end - offset;
        if !plain.is_empty() {
            parts.push(Part::Text(std::mem::take(&mut plain)));
        }
        parts.push(Part::Variable(variable));
    }
    plain.push_str(&text[at..]);
    if !plain.is_empty() || parts.is_empty() {
        parts.push(Part::Text(plain));
    }
    Ok(parts)
}

/// What begins behind `${`; `dollar` is where the `$` is.
fn braced(behind: &str, dollar: usize, depth: usize) -> Result<Variable, usize> {
    let length = name_length(behind);
    if length == 0 {
        return Err(dollar);
    }
    let (name, rest) = behind.split_at(length);
    let (colon, sign) = match rest.strip_prefix(':') {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let operator = match sign.chars().next() {
        Some('}') if !colon => Operator::None,
        Some('-') => Operator::Default,
        Some('?') => Operator::Required,
        Some('+') => Operator::Replace,
        _ => return Err(dollar),
    };
    let skipped = usize::from(operator != Operator::None);
    let inside = sign.get(skipped..).unwrap_or_default();
    let operand = match operator {
        Operator::None => "",
        _ => inside.get(..closing(inside).ok_or(dollar)?).unwrap_or_default(),
    };
    let start = dollar + 2 + length + usize::from(colon) + skipped;
    let end = start + operand.len();
    Ok(Variable {
        name: name.to_owned(),
        operator,
        colon,
        at: dollar..end + 1,
        operand: if operand.is_empty() { Ok(Vec::new()) } else { parts(operand, start, depth + 1) },
        operand_at: start..end,
    })
}

/// Letters, digits and underscores, no digit first.
fn name_length(text: &str) -> usize {
    if text.starts_with(|first: char| first.is_ascii_digit()) {
        return 0;
    }
    text.find(|next: char| !next.is_ascii_alphanumeric() && next != '_').unwrap_or(text.len())
}

/// Where the brace stands that ends an operand. Braces are counted, and the character behind an
/// opening one never is, as Compose does it; if they do not come out even, the last one of the line
/// counts. An operand ends in its line.
fn closing(operand: &str) -> Option<usize> {
    let line = operand.split('\n').next().unwrap_or_default();
    let last = line.rfind('}')?;
    let bytes = line.as_bytes();
    let mut depth = 1usize;
    let mut at = 0;
    while at < last {
        match bytes.get(at) {
            Some(b'}') => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            Some(b'{') => {
                depth += 1;
                at += 1;
            }
            _ => {}
        }
        at += 1;
    }
    Some(last)
}
