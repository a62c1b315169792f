//! Puts the assignments of the `--set` family into values.

use super::strvals::{Assignment, SetKind, SetValue, Step, describe, parse};
use crate::helm::yaml::json;
use crate::helm::yaml::tree::{At, Data, Entry, Layout, Table, Tree};
use crate::source::SourceId;
use std::rc::Rc;

/// Reads one argument of a `--set` option and puts it into the values. `file` reads what
/// `--set-file` names; `source` is the argument as a text, for the places of the values.
///
/// # Errors
/// A sentence about what is wrong with the argument; it names keys and files, never values.
pub fn set(
    values: &mut Table,
    text: &str,
    kind: SetKind,
    source: Option<SourceId>,
    file: &dyn Fn(&str) -> Result<String, String>,
) -> Result<(), String> {
    for assignment in parse(text, kind)? {
        let offset = u32::try_from(assignment.at).unwrap_or_default();
        let at = source.map(|source| At { source, offset });
        let value = placed(tree(&assignment.value, file)?, at);
        into_table(values, &assignment.path, value).map_err(|()| {
            format!("{} cannot be set: a part of the path holds another kind of value", path(&assignment))
        })?;
    }
    Ok(())
}

/// The value with everything in it standing at one place.
fn placed(tree: Tree, at: Option<At>) -> Tree {
    let data = match tree.data {
        Data::List(items) => Data::List(items.iter().map(|item| placed(item.clone(), at)).collect()),
        Data::Map(table) => {
            let put = |(key, entry): (&Rc<str>, &Entry)| {
                (key.clone(), Entry { key_at: at, value: placed(entry.value.clone(), at) })
            };
            Data::Map(Rc::new(table.iter().map(put).collect()))
        }
        scalar => scalar,
    };
    Tree { at, data }
}

fn path(assignment: &Assignment) -> String {
    describe(&assignment.path)
}

fn tree(value: &SetValue, file: &dyn Fn(&str) -> Result<String, String>) -> Result<Tree, String> {
    Ok(match value {
        SetValue::Null => Tree::new(Data::Null),
        SetValue::Bool(value) => Tree::new(Data::Bool(*value)),
        SetValue::Int(value) => Tree::new(Data::Int(*value)),
        SetValue::String(text) => Tree::string(text),
        SetValue::List(items) => {
            let items = items.iter().map(|item| tree(item, file)).collect::<Result<Vec<_>, _>>()?;
            Tree::new(Data::List(items.into()))
        }
        SetValue::Json(value) => json::tree(value),
        SetValue::File(path) => Tree::new(Data::String(file(path)?.into(), Layout::Flow)),
    })
}

fn into_table(table: &mut Table, path: &[Step], value: Tree) -> Result<(), ()> {
    let Some((Step::Key(key), rest)) = path.split_first() else { return Err(()) };
    if rest.is_empty() {
        table.insert(key.as_str().into(), Entry { key_at: value.at, value });
        return Ok(());
    }
    let slot = table
        .entry(key.as_str().into())
        .or_insert_with(|| Entry { key_at: value.at, value: Tree::new(empty_for(rest)) });
    into_tree(&mut slot.value, rest, value)
}

fn into_tree(tree: &mut Tree, path: &[Step], value: Tree) -> Result<(), ()> {
    match (path.first(), &mut tree.data) {
        (None, _) => {
            *tree = value;
            Ok(())
        }
        (Some(Step::Key(_)), Data::Map(inner)) => into_table(Rc::make_mut(inner), path, value),
        (Some(Step::Index(index)), Data::List(items)) => {
            let mut items = items.to_vec();
            if items.len() <= *index {
                items.resize(index + 1, Tree::new(Data::Null));
            }
            let rest = &path[1..];
            let fits = match (rest.first(), &items[*index].data) {
                (None, _) | (Some(Step::Key(_)), Data::Map(_)) => true,
                (Some(Step::Index(_)), Data::List(_)) => true,
                (Some(Step::Index(_)), other) => !matches!(other, Data::Null),
                (Some(Step::Key(_)), _) => false,
            };
            if !fits {
                items[*index] = Tree::new(empty_for(rest));
            }
            into_tree(&mut items[*index], rest, value)?;
            tree.data = Data::List(items.into());
            Ok(())
        }
        _ => Err(()),
    }
}

/// What a path needs under its feet: a list before an index, else a map.
fn empty_for(path: &[Step]) -> Data {
    match path.first() {
        Some(Step::Index(_)) => Data::List(Rc::from([])),
        _ => Data::Map(Rc::default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assignments_give_the_values_that_helm_gives() {
        let cases = [
            ("a=1,b=2", r#"{"a":1,"b":2}"#),
            ("a[1].b=2,a[0].b=1", r#"{"a":[{"b":1},{"b":2}]}"#),
            ("a[0][1]=x", r#"{"a":[[null,"x"]]}"#),
            ("a[0].b.c=1,a[0].b.d=2", r#"{"a":[{"b":{"c":1,"d":2}}]}"#),
            ("a[0]=1,a[0].b=2", r#"{"a":[{"b":2}]}"#),
            ("a.b=1,a=2", r#"{"a":2}"#),
            ("a=null", r#"{"a":null}"#),
            ("a[0].b=1,a[0]=null", r#"{"a":[null]}"#),
            ("a[2]=x", r#"{"a":[null,null,"x"]}"#),
            ("a[0]={1,2}", r#"{"a":[[1,2]]}"#),
            ("a=1,a.b=2", "error"),
            ("a=2,a[0]=1", "error"),
        ];
        for (text, expected) in cases {
            let mut values = Table::new();
            let result = set(&mut values, text, SetKind::Typed, None, &|_| Err(String::new()));
            let shown = match result {
                Ok(()) => json::compact(&Tree::new(Data::Map(Rc::new(values))), json::Escape::None),
                Err(_) => "error".to_owned(),
            };
            assert_eq!(shown, expected, "{text}");
        }
    }

    #[test]
    fn files_and_json_are_values_too() {
        let mut values = Table::new();
        set(&mut values, "a=x.txt", SetKind::File, None, &|path| Ok(format!("text of {path}"))).unwrap();
        set(&mut values, "b.c=[1.5]", SetKind::Json, None, &|_| Err(String::new())).unwrap();
        let shown = json::compact(&Tree::new(Data::Map(Rc::new(values))), json::Escape::None);
        assert_eq!(shown, r#"{"a":"text of x.txt","b":{"c":[1.5]}}"#);
    }
}
