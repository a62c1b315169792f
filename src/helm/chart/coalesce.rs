//! The values that a chart and its subcharts see, from their defaults and the user's values.

use super::load::Chart;
use super::values::{GLOBAL, Nulls, drop_nulls, entry, fill};
use crate::helm::yaml::tree::{Data, Table};
use std::rc::Rc;

/// The values of a chart with its enabled dependencies: `user` over the chart's own, the section of
/// each dependency over the dependency's.
///
/// # Errors
/// A sentence, if the section of a dependency is not a map.
pub fn coalesce(chart: &Chart, user: Table, nulls: Nulls) -> Result<Table, String> {
    let mut values = user;
    fill_from_chart(chart, &mut values, nulls);
    for dependency in &chart.dependencies {
        let name: Rc<str> = dependency.metadata.name.as_str().into();
        let section = values.entry(name.clone()).or_insert_with(|| entry(Data::Map(Rc::default())));
        let Data::Map(section) = std::mem::replace(&mut section.value.data, Data::Null) else {
            return Err(format!("the values of the subchart {name} must be a map"));
        };
        let mut section = Rc::unwrap_or_clone(section);
        add_globals(&mut section, &values);
        let section = coalesce(dependency, section, nulls)?;
        if let Some(place) = values.get_mut(&name) {
            place.value.data = Data::Map(Rc::new(section));
        }
    }
    Ok(values)
}

fn fill_from_chart(chart: &Chart, values: &mut Table, nulls: Nulls) {
    let Some(defaults) = chart.values.as_map() else { return };
    for (key, default) in defaults.iter() {
        match values.get_mut(key) {
            Some(own) => match (&mut own.value.data, &default.value.data) {
                (Data::Null, _) if nulls == Nulls::Delete => {
                    values.remove(key);
                }
                (Data::Map(own), Data::Map(default)) => {
                    let is_section = chart.dependencies.iter().any(|sub| *sub.metadata.name == **key);
                    let mut default = default.clone();
                    if nulls == Nulls::Delete && !is_section {
                        drop_nulls(Rc::make_mut(&mut default));
                    }
                    fill(Rc::make_mut(own), &default, if is_section { Nulls::Keep } else { nulls });
                }
                _ => {}
            },
            None => {
                let mut default = default.clone();
                if nulls == Nulls::Delete {
                    if default.value.is_null() {
                        continue;
                    }
                    if let Data::Map(inner) = &mut default.value.data {
                        drop_nulls(Rc::make_mut(inner));
                    }
                }
                values.insert(key.clone(), default);
            }
        }
    }
}

/// Gives a subchart's section the parent's globals; the parent's win, maps merge.
fn add_globals(section: &mut Table, parent: &Table) {
    let none = Rc::default();
    let from = match parent.get(GLOBAL).map(|entry| &entry.value.data) {
        None => &none,
        Some(Data::Map(globals)) => globals,
        Some(_) => return,
    };
    let into = section.entry(GLOBAL.into()).or_insert_with(|| entry(Data::Map(Rc::default())));
    let Data::Map(into) = &mut into.value.data else { return };
    let into = Rc::make_mut(into);
    for (key, global) in from.iter() {
        match (&global.value.data, into.get(key).map(|own| &own.value.data)) {
            (Data::Map(above), Some(Data::Map(below))) => {
                let mut merged = (**above).clone();
                fill(&mut merged, below, Nulls::Keep);
                let merged = crate::helm::yaml::tree::Entry {
                    key_at: global.key_at,
                    value: crate::helm::yaml::tree::Tree { at: global.value.at, data: Data::Map(Rc::new(merged)) },
                };
                into.insert(key.clone(), merged);
            }
            // A map on one side only: the subchart's value stays.
            (Data::Map(_), Some(_)) | (_, Some(Data::Map(_))) => {}
            _ => {
                into.insert(key.clone(), global.clone());
            }
        }
    }
}
