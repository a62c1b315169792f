//! Pipelines, commands and operands.

use super::ast::{Command, Number, Pipe, Word, WordKind};
use super::engine::{Outcome, Run};
use crate::helm::value::{Data, Value};

impl Run<'_> {
    /// The value of a pipeline; its variables are set.
    pub(super) fn pipe(&mut self, pipe: &Pipe, dot: &Value) -> Outcome<Value> {
        self.descend(&pipe.range)?;
        let mut value = self.command(&pipe.first, dot, None)?.unwrapped();
        for command in &pipe.rest {
            value = self.command(command, dot, Some(value))?.unwrapped();
        }
        self.engine.depth -= 1;
        for name in &pipe.variables {
            if pipe.is_assignment {
                self.assign(name, value.clone());
            } else {
                self.variables.push((name.clone(), value.clone()));
            }
        }
        Ok(value)
    }

    fn command(&mut self, command: &Command, dot: &Value, last: Option<Value>) -> Outcome<Value> {
        let Command { first, args } = command;
        match &first.kind {
            WordKind::Function(function) => return self.function(function, first, args, dot, last, &command.range()),
            WordKind::Field(fields) => return self.fields(dot.clone(), fields, first, args, dot, last),
            WordKind::Chain(inner, fields) => {
                let receiver = self.word(inner, dot)?.unwrapped();
                return self.fields(receiver, fields, first, args, dot, last);
            }
            WordKind::Variable(name, fields) if !fields.is_empty() => {
                let receiver = self.variable(name);
                return self.fields(receiver, fields, first, args, dot, last);
            }
            _ => {}
        }
        if !args.is_empty() || last.is_some() {
            return self.fails(&first.range, "this is no function, so it takes no arguments");
        }
        if matches!(first.kind, WordKind::Nil) {
            return self.fails(&first.range, "nil is not a command");
        }
        self.word(first, dot)
    }

    /// The innermost variable of a name.
    fn variable(&self, name: &str) -> Value {
        let found = self.variables.iter().rev().find(|(known, _)| **known == *name);
        found.map_or_else(Value::nil, |(_, value)| value.clone())
    }

    /// The value of an operand.
    pub(super) fn word(&mut self, word: &Word, dot: &Value) -> Outcome<Value> {
        Ok(match &word.kind {
            WordKind::Dot => dot.clone(),
            WordKind::Nil => Value::nil(),
            WordKind::Bool(value) => (*value).into(),
            WordKind::Number(Some(Number::Int(value))) => Value::int(*value),
            WordKind::Number(Some(Number::Float(value))) => (*value).into(),
            WordKind::Number(None) => return self.fails(&word.range, "this number overflows int"),
            WordKind::Text(text) => Data::Str(text.clone()).into(),
            WordKind::Field(fields) => self.fields(dot.clone(), fields, word, &[], dot, None)?,
            WordKind::Variable(name, fields) => {
                let value = self.variable(name);
                if fields.is_empty() { value } else { self.fields(value, fields, word, &[], dot, None)? }
            }
            WordKind::Chain(inner, fields) => {
                let receiver = self.word(inner, dot)?.unwrapped();
                self.fields(receiver, fields, word, &[], dot, None)?
            }
            WordKind::Function(function) => self.function(function, word, &[], dot, None, &word.range)?,
            WordKind::Pipe(pipe) => self.pipe(pipe, dot)?,
        })
    }
}
