//! Calls of functions: arguments, their types, and what the result came from.

use super::ast::{Number, Word, WordKind};
use super::engine::{Outcome, Run};
use super::error::{Cause, TemplateError};
use crate::helm::functions::{Body, Function};
use crate::helm::value::{Came, Data, MapKind, Object, Value};
use std::ops::Range;

impl Run<'_> {
    /// Calls a function.
    pub(super) fn function(
        &mut self,
        function: &Function,
        word: &Word,
        args: &[Word],
        dot: &Value,
        last: Option<Value>,
        range: &Range<usize>,
    ) -> Outcome<Value> {
        let name = function.name;
        self.descend(&word.range)?;
        let count = args.len() + usize::from(last.is_some());
        let (least, most) = function.arity();
        if count < least || most.is_some_and(|most| count > most) {
            let wanted = if most == Some(least) { least.to_string() } else { format!("at least {least}") };
            return self.fails(&word.range, format!("{name} takes {wanted} arguments, not {count}"));
        }
        if let Body::And | Body::Or = function.body {
            let value = self.short_circuit(matches!(function.body, Body::Or), args, dot, last);
            self.engine.depth -= 1;
            return value;
        }
        let mut values = Vec::with_capacity(count);
        for (index, arg) in args.iter().enumerate() {
            let value = match &arg.kind {
                // A constant without a fraction serves as an int however it is written.
                WordKind::Number(Some(Number::Float(number)))
                    if function.param(index) == 'i' && number.fract() == 0.0 =>
                {
                    #[expect(clippy::cast_possible_truncation, reason = "it has no fraction")]
                    let whole = *number as i64;
                    Value::int(whole)
                }
                #[expect(clippy::cast_precision_loss, reason = "Go does the same")]
                WordKind::Number(Some(Number::Int(number))) if function.param(index) == 'f' => (*number as f64).into(),
                _ => self.word(arg, dot)?,
            };
            values.push(self.typed(function, index, value, &arg.range)?);
        }
        if let Some(value) = last {
            values.push(self.typed(function, args.len(), value, &word.range)?);
        }
        for value in &values {
            self.spend(range, value.cost_to_read())?;
        }
        let result = match function.body {
            Body::Plain(body) => match body(&mut self.engine.context, &values) {
                Ok(value) => Ok(inherit(value, &values)),
                Err(message) => Err(self.error(range, Cause::Run, format!("{name}: {message}"))),
            },
            _ => self.special(&function.body, &values, range),
        };
        self.engine.depth -= 1;
        let value = result?;
        self.spend(range, value.cost_to_make())?;
        Ok(value)
    }

    /// `and` and `or` stop at the first operand that decides.
    fn short_circuit(&mut self, is_or: bool, args: &[Word], dot: &Value, last: Option<Value>) -> Outcome<Value> {
        let mut value = Value::nil();
        for arg in args {
            value = self.word(arg, dot)?.unwrapped();
            if value.truth() == is_or {
                return Ok(value);
            }
        }
        Ok(last.unwrap_or(value))
    }

    fn typed(&self, function: &Function, index: usize, value: Value, range: &Range<usize>) -> Outcome<Value> {
        let wanted = function.param(index);
        let name = match (wanted, &value.data) {
            ('a', _) | ('s', Data::Str(_)) | ('i', Data::Int(_)) | ('b', Data::Bool(_)) | ('f', Data::Float(_)) => {
                return Ok(value);
            }
            ('l', Data::List(..) | Data::Nil(_)) => return Ok(value),
            ('m', Data::Map(MapKind::Plain, _)) => return Ok(value),
            ('m', Data::Map(MapKind::Values, map)) => {
                return Ok(Value { data: Data::Map(MapKind::Plain, map.clone()), came: value.came.clone() });
            }
            // Nothing passes for a map without entries unless it was taken straight from a collection;
            // but nothing can be put into it.
            ('m', Data::Nil(false)) if function.name != "set" => return Ok(Value::map([])),
            ('t', Data::Object(Object::Time(_))) => return Ok(value),
            ('s', _) => "string",
            ('i', _) => "int",
            ('b', _) => "bool",
            ('f', _) => "float64",
            ('l', _) => "list",
            ('t', _) => "time",
            _ => "map",
        };
        let found = if value.is_nil() { "nothing".to_owned() } else { format!("a {}", value.type_name()) };
        self.fails(range, format!("{} takes a {name} here, but finds {found}", function.name))
    }

    pub(super) fn missing_template(&self, name: &str, range: &Range<usize>) -> TemplateError {
        // A name that was put together may hold a value, and values may be secret.
        let is_written = self.text.source.is_some() && self.text.text.contains(name);
        let called = if is_written { name } else { "of the name that is asked for here" };
        self.error(range, Cause::MissingTemplate, format!("there is no template {called}"))
    }
}

/// A scalar that a function made from others comes from where they came from.
fn inherit(value: Value, args: &[Value]) -> Value {
    let is_scalar = !matches!(value.data, Data::List(..) | Data::Map(..) | Data::Object(_));
    if !is_scalar || !matches!(value.came, Came::Here) {
        return value;
    }
    let origins = || args.iter().filter_map(|arg| arg.came.main());
    match origins().find(crate::helm::value::Origin::is_generated).or_else(|| origins().next_back()) {
        Some(origin) => value.from_place(crate::helm::value::Origin { is_block: false, ..origin }),
        None => value,
    }
}
