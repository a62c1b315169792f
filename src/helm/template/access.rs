//! Fields of maps and objects, and their methods.

use super::ast::Word;
use super::engine::{Outcome, Run};
use crate::helm::functions::formats::to_yaml;
use crate::helm::value::bytes::text;
use crate::helm::value::convert::from_text;
use crate::helm::value::object::versions;
use crate::helm::value::{Came, Data, ListKind, MapKind, Object, Origin, Value};
use crate::helm::work::Work;
use crate::source::encoding::base64;
use std::rc::Rc;

/// Bytes of files that are one step to put together.
const BYTES_PER_STEP: usize = 64;

impl Run<'_> {
    /// Follows fields; the last one may be a method that takes arguments.
    pub(super) fn fields(
        &mut self,
        receiver: Value,
        fields: &[Rc<str>],
        word: &Word,
        args: &[Word],
        dot: &Value,
        last: Option<Value>,
    ) -> Outcome<Value> {
        let Some((final_field, path)) = fields.split_last() else { return Ok(receiver) };
        let mut value = receiver;
        for field in path {
            value = self.field(&value, field, word, None)?;
        }
        if args.is_empty() && last.is_none() {
            return self.field(&value, final_field, word, None);
        }
        let mut values = Vec::with_capacity(args.len() + 1);
        for arg in args {
            values.push(self.word(arg, dot)?);
        }
        values.extend(last);
        self.field(&value, final_field, word, Some(&values))
    }

    fn field(&mut self, value: &Value, field: &str, word: &Word, args: Option<&[Value]>) -> Outcome<Value> {
        self.spend(&word.range, 1)?;
        let missing = || Value { data: Data::Nil(true), came: value.came.clone() };
        match &value.data {
            Data::Nil(true) => return self.fails(&word.range, format!("what has the field {field} here is not set")),
            Data::Nil(false) => return Ok(value.clone()),
            _ => {}
        }
        match method(value, field, args, &mut self.engine.context.work) {
            Some(Ok(value)) => {
                self.spend(&word.range, value.cost_to_make())?;
                return Ok(value);
            }
            Some(Err(message)) => return self.fails(&word.range, message),
            None => {}
        }
        let found = match &value.data {
            Data::Map(kind, map) => match map.get(field) {
                Some(found) => found,
                None if *kind == MapKind::Strings => "".into(),
                // An answer of the cluster is unknown in all its parts.
                None => match value.came.main().filter(Origin::is_generated) {
                    Some(_) => missing(),
                    None => Data::Nil(true).into(),
                },
            },
            Data::Object(Object::Files(files)) => match files.get(field) {
                Some(file) => Data::Bytes(file.data.as_ref().into()).into(),
                None => Data::Bytes(Rc::from([])).into(),
            },
            Data::Object(object) => match object.fields().into_iter().find(|(name, _)| *name == field) {
                // The key of a certificate that is made up is made up too.
                Some((_, found)) if value.came.main().is_some_and(|origin| origin.is_generated()) => found.generated(),
                Some((_, found)) => found,
                None => return self.fails(&word.range, format!("{} has no field {field}", value.type_name())),
            },
            _ => {
                let message = format!("{field} is not a field of a {}", value.type_name());
                return self.fails(&word.range, message);
            }
        };
        if args.is_some() {
            return self.fails(&word.range, format!("{field} is not a method but has arguments"));
        }
        Ok(found)
    }
}

/// What a method answers; `None` if there is no such method.
fn method(value: &Value, name: &str, args: Option<&[Value]>, work: &mut Work) -> Option<Result<Value, String>> {
    let args = args.unwrap_or_default();
    let one = |answer: &mut dyn FnMut(&str) -> Result<Value, String>| match args {
        [arg] => match arg.as_str() {
            Some(given) => answer(given),
            None => Err(format!("{name} takes a string, not a {}", arg.type_name())),
        },
        _ => Err(format!("{name} takes one argument, not {}", args.len())),
    };
    let none = |answer: &mut dyn FnMut() -> Result<Value, String>| match args {
        [] => answer(),
        _ => Err(format!("{name} takes no argument")),
    };
    Some(match (&value.data, name) {
        (Data::Object(Object::Files(files)), "Get") => {
            one(&mut |path| Ok(files.get(path).map_or_else(|| "".into(), |file| text(&file.data).into())))
        }
        (Data::Object(Object::Files(files)), "GetBytes") => one(&mut |path| {
            let bytes: Rc<[u8]> = files.get(path).map_or_else(|| Rc::from([]), |file| file.data.as_ref().into());
            Ok(Data::Bytes(bytes).into())
        }),
        (Data::Object(Object::Files(files)), "Glob") => {
            one(&mut |pattern| Ok(Data::Object(Object::Files(files.glob(pattern, work)?)).into()))
        }
        (Data::Object(Object::Files(files)), "Lines") => one(&mut |path| {
            let lines = files.lines(path).ok_or("Lines of an empty file")?;
            Ok(Value::strings(lines))
        }),
        (Data::Object(Object::Files(files)), "AsConfig" | "AsSecrets") => none(&mut || {
            work.spend(files.size() / BYTES_PER_STEP)?;
            let encode: Option<fn(&[u8]) -> String> = if name == "AsSecrets" { Some(base64) } else { None };
            to_yaml(&from_text(&files.map(encode), &Came::Here), work)
        }),
        (Data::List(ListKind::Versions, items), "Has") => {
            one(&mut |name| Ok(items.iter().any(|item| item.as_str() == Some(name)).into()))
        }
        (Data::Object(Object::KubeVersion(kube)), "String") => none(&mut || Ok(kube.normalized.as_str().into())),
        (Data::Object(Object::KubeVersion(kube)), "GitVersion") => none(&mut || Ok(kube.version.as_str().into())),
        (Data::Object(Object::Capabilities(capabilities)), "APIVersions") => {
            none(&mut || Ok(versions(&capabilities.api_versions)))
        }
        (Data::Object(Object::Version(version)), _) => {
            let number = |number: u64| Ok(Value::int64(i64::try_from(number).unwrap_or(i64::MAX)));
            match name {
                "Major" => none(&mut || number(version.major)),
                "Minor" => none(&mut || number(version.minor)),
                "Patch" => none(&mut || number(version.patch)),
                "Prerelease" => none(&mut || Ok(version.prerelease.as_str().into())),
                "Metadata" => none(&mut || Ok(version.metadata.as_str().into())),
                "Original" => none(&mut || Ok(version.original.as_str().into())),
                "String" => none(&mut || Ok(version.to_string().into())),
                "Compare" | "LessThan" | "GreaterThan" | "Equal" => match args {
                    [Value { data: Data::Object(Object::Version(other)), .. }] => {
                        let order = version.compare(other);
                        Ok(match name {
                            "Compare" => Value::int(order as i64),
                            "LessThan" => order.is_lt().into(),
                            "GreaterThan" => order.is_gt().into(),
                            _ => order.is_eq().into(),
                        })
                    }
                    _ => Err(format!("{name} takes a version")),
                },
                _ => return None,
            }
        }
        (Data::Object(Object::Time(seconds)), _) => time_method(*seconds, name, args)?,
        (Data::Map(MapKind::Values, map), "AsMap") => {
            none(&mut || Ok(Value { data: Data::Map(MapKind::Plain, map.clone()), came: value.came.clone() }))
        }
        (Data::Map(MapKind::Values, _), "YAML") => none(&mut || {
            let text = to_yaml(value, work)?;
            Ok(format!("{}\n", text.as_str().unwrap_or_default()).into())
        }),
        (Data::Map(MapKind::Values, _), "Table") => one(&mut |path| {
            let found = at_path(value, path).ok_or_else(|| format!("there is no table {path}"))?;
            match found.data {
                Data::Map(_, map) => Ok(Value { data: Data::Map(MapKind::Values, map), came: found.came }),
                _ => Err(format!("{path} is not a table")),
            }
        }),
        (Data::Map(MapKind::Values, _), "PathValue") => one(&mut |path| {
            let found = at_path(value, path).filter(|found| found.as_map().is_none());
            found.ok_or_else(|| format!("there is no value {path}"))
        }),
        _ => return None,
    })
}

fn at_path(value: &Value, path: &str) -> Option<Value> {
    path.split('.').try_fold(value.clone(), |value, key| value.as_map()?.get(key))
}

fn time_method(seconds: i64, name: &str, args: &[Value]) -> Option<Result<Value, String>> {
    use crate::helm::value::time::{Civil, format};
    let civil = Civil::new(seconds);
    let answer: Value = match (name, args) {
        ("UTC" | "Local", []) => Data::Object(Object::Time(seconds)).into(),
        ("Unix", []) => Value::int64(seconds),
        ("UnixNano", []) => Value::int64(seconds.wrapping_mul(1_000_000_000)),
        ("Year", []) => Value::int(civil.year),
        ("Month", []) => Value::int(civil.month),
        ("Day", []) => Value::int(civil.day),
        ("Hour", []) => Value::int(civil.hour),
        ("Minute", []) => Value::int(civil.minute),
        ("Second", []) => Value::int(civil.second),
        ("YearDay", []) => Value::int(civil.year_day),
        ("String", []) => Object::Time(seconds).text().into(),
        ("Format", [layout]) => match layout.as_str() {
            Some(layout) => format(seconds, layout).into(),
            None => return Some(Err("Format takes a layout".to_owned())),
        },
        _ => return None,
    };
    Some(Ok(answer.generated()))
}
