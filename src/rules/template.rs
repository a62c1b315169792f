//! Messages with places to fill in: `{{path}}`, `{{=formula}}`.

use super::formula::Formula;

/// A message.
pub struct Template {
    /// Its parts, in order.
    pub parts: Vec<Part>,
}

/// A part of a message.
pub enum Part {
    /// Shown as it is.
    Text(String),
    /// Worked out and printed by its type.
    Value(Formula),
}

/// Reads a message. `resolve` turns what stands between the braces into a formula.
///
/// # Errors
/// A sentence about what cannot be read.
pub fn parse(text: &str, resolve: &mut dyn FnMut(&str) -> Result<Formula, String>) -> Result<Template, String> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("{{") {
        let Some((inside, after)) = behind.split_once("}}") else {
            return Err(format!("\"{{{{\" without \"}}}}\" in \"{text}\""));
        };
        if !before.is_empty() {
            parts.push(Part::Text(before.to_owned()));
        }
        let inside = inside.trim();
        parts.push(Part::Value(resolve(inside.strip_prefix('=').unwrap_or(inside).trim())?));
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest.to_owned()));
    }
    Ok(Template { parts })
}
