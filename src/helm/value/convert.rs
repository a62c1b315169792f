//! Between values of templates and trees of YAML and JSON.

use super::data::{Data, ListKind, Map, MapKind, Object, Slot, Value};
use super::origin::{Came, Origin, OriginSource, Part};
use super::time;
use crate::helm::work::Work;
use crate::helm::yaml::tree::{At, Data as Leaf, Entry, Layout, Table, Tree};
use crate::source::SourceId;
use crate::source::encoding::base64;
use std::rc::Rc;

/// The source of a text that a template made, while it is read.
pub const MADE: SourceId = SourceId(u32::MAX);

/// A tree as a value; `place` turns the place of a node into its origin.
#[must_use]
pub fn value(tree: &Tree, place: &dyn Fn(Option<At>) -> Option<Origin>) -> Value {
    let data = match &tree.data {
        Leaf::Null => Data::Nil(true),
        Leaf::Bool(value) => Data::Bool(*value),
        Leaf::Int(value) => Data::Int64(*value),
        Leaf::Number(value) => Data::Float(*value),
        Leaf::String(text, _) => Data::Str(text.clone()),
        Leaf::List(items) => Data::List(ListKind::Any, items.iter().map(|item| value(item, place)).collect()),
        Leaf::Map(table) => {
            let slot = |(key, entry): (&Rc<str>, &Entry)| {
                (key.clone(), Slot { key: place(entry.key_at), value: value(&entry.value, place) })
            };
            Data::Map(MapKind::Plain, Map::new(table.iter().map(slot).collect()))
        }
    };
    let is_block = matches!(&tree.data, Leaf::String(_, Layout::Lines));
    let came = place(tree.at).map_or(Came::Here, |origin| Came::From(Origin { is_block, ..origin }));
    Value { data, came }
}

/// A tree of values files or options as a value.
#[must_use]
pub fn from_values(tree: &Tree) -> Value {
    value(tree, &|at| Some(Origin::values(at)))
}

/// A tree that was read from a text of a template: its nodes come from where the text came from.
#[must_use]
pub fn from_text(tree: &Tree, came: &Came) -> Value {
    value(tree, &|at| match came {
        Came::Here => None,
        Came::From(origin) => Some(*origin),
        Came::Parts(parts) => origin_at(parts, at?.offset),
    })
}

fn origin_at(parts: &Rc<[Part]>, offset: u32) -> Option<Origin> {
    let part = parts.get(parts.partition_point(|part| part.start <= offset).checked_sub(1)?)?;
    part.origin.or_else(|| {
        let span = part.site?.span;
        let at = At { source: span.source, offset: span.start };
        Some(Origin { source: OriginSource::Template, at: Some(at), line: 0, is_block: false })
    })
}

/// A value as a tree, whose places index [`Trees::origins`].
pub struct Trees<'w> {
    /// What the places of the tree stand for: the offset is the index.
    pub origins: Vec<Origin>,
    work: &'w mut Work,
}

impl<'w> Trees<'w> {
    /// Turns a value into a tree.
    ///
    /// # Errors
    /// If the value contains itself or is too large.
    pub fn tree(value: &Value, work: &'w mut Work) -> Result<(Tree, Self), String> {
        let mut trees = Self { origins: Vec::new(), work };
        let tree = trees.node(value, 0)?;
        Ok((tree, trees))
    }

    fn at(&mut self, origin: Option<Origin>) -> Option<At> {
        let origin = origin?;
        if self.origins.last() != Some(&origin) {
            self.origins.push(origin);
        }
        Some(At { source: MADE, offset: u32::try_from(self.origins.len() - 1).ok()? })
    }

    fn node(&mut self, value: &Value, depth: usize) -> Result<Tree, String> {
        self.work.visit(depth)?;
        let data = match &value.data {
            Data::Nil(_) => Leaf::Null,
            Data::Bool(value) => Leaf::Bool(*value),
            Data::Int(value) | Data::Int64(value) => Leaf::Int(*value),
            Data::Float(value) if value.is_finite() => Leaf::Number(*value),
            Data::Float(_) => return Err("a number that is not finite has no form in JSON".to_owned()),
            Data::Str(text) => {
                let is_block = matches!(&value.came, Came::From(origin) if origin.is_block);
                Leaf::String(text.clone(), if is_block { Layout::Lines } else { Layout::Flow })
            }
            Data::Bytes(bytes) => Leaf::String(base64(bytes).into(), Layout::Flow),
            Data::List(_, items) => {
                Leaf::List(items.iter().map(|item| self.node(item, depth + 1)).collect::<Result<_, _>>()?)
            }
            Data::Map(_, map) => {
                let mut table = Table::new();
                for (key, slot) in map.entries() {
                    let key_at = self.at(slot.key.or_else(|| slot.value.came.main()));
                    table.insert(key, Entry { key_at, value: self.node(&slot.value, depth + 1)? });
                }
                Leaf::Map(Rc::new(table))
            }
            Data::Object(object) => return self.object(object, depth),
        };
        let at = self.at(value.came.main());
        Ok(Tree { at, data })
    }

    fn object(&mut self, object: &Object, depth: usize) -> Result<Tree, String> {
        match object {
            Object::Files(files) => {
                let entries = files.iter().map(|(path, file)| (Rc::from(path.as_str()), base64(&file.data).into()));
                return self.node(&Value::map(entries), depth + 1);
            }
            Object::Time(seconds) => return Ok(Tree::string(&time::format(*seconds, "2006-01-02T15:04:05Z07:00"))),
            _ => {}
        }
        let fields = object.fields();
        if fields.is_empty() {
            return Ok(Tree::string(&object.text()));
        }
        let entries = fields.into_iter().map(|(key, value)| (Rc::from(key), value));
        self.node(&Value::map(entries), depth + 1)
    }
}
