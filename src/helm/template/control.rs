//! Text, actions and control structures.

use super::ast::{Branch, Node, Pipe};
use super::engine::{MAX_OUTPUT, Outcome, Run};
use super::error::Cause;
use crate::helm::format;
use crate::helm::value::{Data, Object, Site, Value};
use crate::source::Span;
use std::ops::Range;

/// How a list of nodes ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// At its end.
    Normal,
    /// With `break`.
    Break,
    /// With `continue`.
    Continue,
}

impl Run<'_> {
    /// Runs nodes one after the other.
    pub(super) fn walk(&mut self, nodes: &[Node], dot: &Value) -> Outcome<Flow> {
        for node in nodes {
            match node {
                Node::Text(range) => self.copy(range)?,
                Node::Action(pipe) => {
                    let value = self.pipe(pipe, dot)?;
                    if pipe.variables.is_empty() {
                        self.print(&value, &pipe.range)?;
                    }
                }
                Node::If(branch) | Node::With(branch) => {
                    let is_with = matches!(node, Node::With(_));
                    let flow = self.scoped(branch, |run| {
                        let value = run.pipe(&branch.pipe, dot)?;
                        let (nodes, dot) = match (value.truth(), is_with) {
                            (true, true) => (&branch.body, &value),
                            (true, false) => (&branch.body, dot),
                            (false, _) => (&branch.otherwise, dot),
                        };
                        run.walk(nodes, dot)
                    })?;
                    if flow != Flow::Normal {
                        return Ok(flow);
                    }
                }
                Node::Range(branch) => {
                    let flow = self.scoped(branch, |run| run.range(branch, dot))?;
                    if flow != Flow::Normal {
                        return Ok(flow);
                    }
                }
                Node::Call { range, name, pipe } => {
                    let argument = match pipe {
                        Some(pipe) => self.pipe(pipe, dot)?,
                        None => Value::nil(),
                    };
                    let text = self.call_template(name, argument, range)?;
                    self.print(&text, range)?;
                }
                Node::Break => return Ok(Flow::Break),
                Node::Continue => return Ok(Flow::Continue),
            }
        }
        Ok(Flow::Normal)
    }

    fn scoped(&mut self, branch: &Branch, body: impl FnOnce(&mut Self) -> Outcome<Flow>) -> Outcome<Flow> {
        self.descend(&branch.pipe.range)?;
        let mark = self.variables.len();
        let flow = body(self);
        self.variables.truncate(mark);
        self.engine.depth -= 1;
        flow
    }

    /// Copies text, each line with its own place.
    fn copy(&mut self, range: &Range<usize>) -> Outcome<()> {
        let whole = self.text.clone();
        let Some(source) = whole.source else {
            self.out.write_slice(&whole.text, &whole.came, range.clone(), self.outer);
            return self.wrote(range, range.len());
        };
        let mut start = range.start;
        for line in whole.text[range.clone()].split_inclusive('\n') {
            let end = start + line.len();
            let blanks = line.len() - line.trim_start_matches([' ', '\t']).len();
            let shown = line.trim_end_matches(['\n', '\r']).len().max(blanks.min(line.len()));
            let span = Span::new(source, start + blanks.min(shown), start + shown);
            self.out.place(line, None, Some(Site { span, frame: self.frame }));
            start = end;
        }
        self.wrote(range, range.len())
    }

    fn wrote(&mut self, range: &Range<usize>, length: usize) -> Outcome<()> {
        self.engine.written += length as u64;
        if self.engine.written > MAX_OUTPUT {
            let message = format!("the chart writes more than {} MiB", MAX_OUTPUT / 1024 / 1024);
            return Err(self.error(range, Cause::Limit, message));
        }
        Ok(())
    }

    /// Writes a value into the output.
    pub(super) fn print(&mut self, value: &Value, range: &Range<usize>) -> Outcome<()> {
        let site = self.site(range);
        if value.is_nil() {
            self.out.place("<no value>", value.came.main(), site);
            return self.wrote(range, 0);
        }
        let text = match value.data {
            Data::Str(_) => value.clone(),
            Data::Object(Object::KubeVersion(ref kube)) => kube.normalized.as_str().into(),
            _ => {
                let shown = format::show::plain(value).or_else(|message| self.fails(range, message))?;
                let mut text = Value::from(shown);
                if let Some(origin) = value.came.main() {
                    text = text.from_place(origin);
                }
                text
            }
        };
        let length = text.as_str().map_or(0, str::len);
        self.out.write(text.as_str().unwrap_or_default(), &text.came, site);
        self.wrote(range, length)
    }

    fn range(&mut self, branch: &Branch, dot: &Value) -> Outcome<Flow> {
        let value = self.pipe(&branch.pipe, dot)?;
        let items: Box<dyn Iterator<Item = (Value, Value)>> = match &value.data {
            Data::Nil(_) => Box::new(std::iter::empty()),
            Data::List(_, items) => {
                let items = items.clone();
                Box::new((0..items.len()).map(move |index| (number(index), items[index].clone())))
            }
            Data::Bytes(bytes) => {
                let bytes = bytes.clone();
                Box::new((0..bytes.len()).map(move |index| (number(index), Value::int(i64::from(bytes[index])))))
            }
            Data::Map(_, map) => Box::new(map.entries().into_iter().map(|(key, slot)| {
                let mut name = Value::from(Data::Str(key));
                if let Some(origin) = slot.key {
                    name = name.from_place(origin);
                }
                (name, slot.value)
            })),
            Data::Object(Object::Files(files)) => {
                let files: Vec<(Value, Value)> = files
                    .iter()
                    .map(|(path, file)| (path.as_str().into(), Data::Bytes(file.data.as_ref().into()).into()))
                    .collect();
                Box::new(files.into_iter())
            }
            Data::Int(count) | Data::Int64(count) => {
                if branch.pipe.variables.len() > 1 {
                    return self.fails(&branch.pipe.range, "range over a number takes one variable");
                }
                Box::new((0..*count).map(|index| (Value::int(index), Value::int(index))))
            }
            _ => {
                let message = format!("range cannot go over a {}", value.type_name());
                return self.fails(&branch.pipe.range, message);
            }
        };
        let mut is_empty = true;
        for (index, item) in items {
            is_empty = false;
            self.spend(&branch.pipe.range, 1)?;
            let mark = self.variables.len();
            self.bind(&branch.pipe, index, &item);
            let flow = self.walk(&branch.body, &item);
            self.variables.truncate(mark);
            if flow? == Flow::Break {
                break;
            }
        }
        if is_empty { self.walk(&branch.otherwise, dot) } else { Ok(Flow::Normal) }
    }

    /// Gives the variables of a range their values for one round.
    fn bind(&mut self, pipe: &Pipe, index: Value, item: &Value) {
        match pipe.variables.as_slice() {
            [] => {}
            [one] => self.assign(one, item.clone()),
            [first, second, ..] => {
                self.assign(first, index);
                self.assign(second, item.clone());
            }
        }
    }

    /// Sets the innermost variable of a name.
    pub(super) fn assign(&mut self, name: &str, value: Value) {
        if let Some((_, slot)) = self.variables.iter_mut().rev().find(|(known, _)| **known == *name) {
            *slot = value;
        }
    }
}

fn number(index: usize) -> Value {
    Value::int(i64::try_from(index).unwrap_or(i64::MAX))
}
