//! Values: reading, merging, and which chart sees what.

use crate::helm::yaml::read as yaml;
use crate::helm::yaml::tree::{Data, Entry, Table, Tree};
use crate::source::{Place, Problem, SourceId};
use std::rc::Rc;

/// The key of the values that every subchart gets.
pub const GLOBAL: &str = "global";

/// Reads a values file: its documents merged, always a map.
///
/// # Errors
/// If it is not YAML, or not a map.
pub fn read(text: &str, source: SourceId) -> Result<Tree, Problem> {
    let mut merged = Table::new();
    for document in yaml::all(text, source).map_err(|error| error.problem(source))? {
        match &document.data {
            Data::Null => {}
            Data::Map(entries) => merge_over(&mut merged, entries),
            _ => {
                let place = document.at.map_or_else(|| Place::from(source), |at| Place::Span(at.span()));
                let message = format!("A values file must be a map; found {}.", document.describe());
                return Err(Problem::error(place, message));
            }
        }
    }
    Ok(Tree::new(Data::Map(Rc::new(merged))))
}

/// Puts values over others, as with several `--values` files: maps merge, anything else replaces.
pub fn merge_over(base: &mut Table, over: &Table) {
    for (key, entry) in over {
        if let (Some(Data::Map(below)), Data::Map(above)) =
            (base.get_mut(key).map(|entry| &mut entry.value.data), &entry.value.data)
        {
            merge_over(Rc::make_mut(below), above);
        } else {
            base.insert(key.clone(), entry.clone());
        }
    }
}

/// Whether nulls are kept or delete what they stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nulls {
    /// They stay, for a later round to look at.
    Keep,
    /// A null over a default deletes it.
    Delete,
}

/// Fills a map with the values of a lower one; what the map holds itself wins.
pub fn fill(over: &mut Table, below: &Table, nulls: Nulls) {
    let mut gone = Vec::new();
    for (key, default) in below {
        match over.get_mut(key) {
            None => {
                over.insert(key.clone(), default.clone());
            }
            Some(own) if own.value.is_null() => {
                if nulls == Nulls::Delete && !default.value.is_null() {
                    gone.push(key.clone());
                }
            }
            Some(own) => {
                if let (Data::Map(own), Data::Map(default)) = (&mut own.value.data, &default.value.data) {
                    // The same map on both sides has nothing to add.
                    if !Rc::ptr_eq(own, default) {
                        fill(Rc::make_mut(own), default, nulls);
                    }
                }
            }
        }
    }
    for key in gone {
        over.remove(&key);
    }
}

/// Removes the keys whose value is null, at every depth of maps.
pub fn drop_nulls(table: &mut Table) {
    table.retain(|_, entry| !entry.value.is_null());
    for entry in table.values_mut() {
        if let Data::Map(inner) = &mut entry.value.data
            && has_nulls(inner)
        {
            drop_nulls(Rc::make_mut(inner));
        }
    }
}

fn has_nulls(table: &Table) -> bool {
    table.values().any(|entry| match &entry.value.data {
        Data::Null => true,
        Data::Map(inner) => has_nulls(inner),
        _ => false,
    })
}

/// The map at a path of keys; `None` if one of them is missing or no map.
#[must_use]
pub fn table_at<'t>(table: &'t Table, path: &str) -> Option<&'t Rc<Table>> {
    let mut parts = path.split('.');
    let mut found = table.get(parts.next()?)?.value.as_map()?;
    for part in parts {
        found = found.get(part)?.value.as_map()?;
    }
    Some(found)
}

/// The value at a path of keys, if it is not a map.
#[must_use]
pub fn value_at<'t>(table: &'t Table, path: &str) -> Option<&'t Tree> {
    let (folder, key) = match path.rsplit_once('.') {
        Some((folder, key)) => (&**table_at(table, folder)?, key),
        None => (table, path),
    };
    folder.get(key).map(|entry| &entry.value).filter(|value| value.as_map().is_none())
}

/// A map as an entry that no file holds.
#[must_use]
pub fn entry(data: Data) -> Entry {
    Entry { key_at: None, value: Tree::new(data) }
}
