//! The `--set` family: `a.b=1,c[0]=x,d={x,y}` as assignments.

use std::iter::Peekable;
use std::str::Chars;

/// The highest index of a list that may be set.
pub const MAX_INDEX: usize = 65_536;
/// The most names and indices of one path.
const MAX_NESTING: usize = 30;

/// How the values of an expression are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetKind {
    /// `--set`: `true`, `false`, `null` and whole numbers have their types.
    Typed,
    /// `--set-string`: everything is a string.
    String,
    /// `--set-json`: each value is JSON.
    Json,
    /// `--set-literal`: one path, and all behind its `=` as it stands.
    Literal,
    /// `--set-file`: each value is the path of a file that holds the value.
    File,
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A key of a map.
    Key(String),
    /// An index of a list, from 0.
    Index(usize),
}

/// The value of an assignment. It may be a secret, so there is no `Debug`.
#[derive(Clone, PartialEq)]
pub enum SetValue {
    /// Deletes a default.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A string.
    String(String),
    /// `{a,b}`
    List(Vec<SetValue>),
    /// What `--set-json` gave.
    Json(serde_json::Value),
    /// The path of the file that holds the string.
    File(String),
}

/// A path and what it is set to.
#[derive(Clone, PartialEq)]
pub struct Assignment {
    /// From the top of the values.
    pub path: Vec<Step>,
    /// What is set there.
    pub value: SetValue,
    /// Where the value begins, in bytes of the argument.
    pub at: usize,
}

/// Reads one argument of a `--set` option into assignments, in their order.
///
/// # Errors
/// A sentence about what is wrong; it names keys, never values.
pub fn parse(text: &str, kind: SetKind) -> Result<Vec<Assignment>, String> {
    if kind == SetKind::Json && text.trim_start().starts_with('{') {
        let whole: serde_json::Value =
            serde_json::from_str(text).map_err(|error| format!("not a JSON object (column {})", error.column()))?;
        let serde_json::Value::Object(entries) = whole else { return Err("not a JSON object".to_owned()) };
        let assign = |(key, value)| Assignment { path: vec![Step::Key(key)], value: SetValue::Json(value), at: 0 };
        return Ok(entries.into_iter().map(assign).collect());
    }
    let mut parser = Parser { rest: text.chars().peekable(), kind, used: 0 };
    let mut assignments = Vec::new();
    while parser.rest.peek().is_some() {
        if let Some(assignment) = parser.assignment()? {
            assignments.push(assignment);
        }
    }
    Ok(assignments)
}

struct Parser<'t> {
    rest: Peekable<Chars<'t>>,
    kind: SetKind,
    /// Bytes that were read.
    used: usize,
}

impl Parser<'_> {
    fn next(&mut self) -> Option<char> {
        let character = self.rest.next()?;
        self.used += character.len_utf8();
        Some(character)
    }

    fn next_if(&mut self, wanted: impl Fn(&char) -> bool) -> bool {
        let fits = self.rest.peek().is_some_and(wanted);
        if fits {
            self.next();
        }
        fits
    }

    /// Reads up to one of the stops, which is consumed; `None` at the end. A backslash takes the
    /// next character as it is.
    fn until(&mut self, stops: &[char]) -> (String, Option<char>) {
        let mut text = String::new();
        while let Some(character) = self.next() {
            if stops.contains(&character) {
                return (text, Some(character));
            }
            if character == '\\' {
                text.extend(self.next());
            } else {
                text.push(character);
            }
        }
        (text, None)
    }

    /// One `path=value`; `None` if the path is empty, which Helm passes over.
    fn assignment(&mut self) -> Result<Option<Assignment>, String> {
        let mut path = Vec::new();
        let mut is_nameless = false;
        let mut stops: &[char] = &['=', '[', ',', '.'];
        loop {
            if path.len() > MAX_NESTING {
                return Err(format!("a path has more than {MAX_NESTING} names"));
            }
            let (name, stop) = self.until(stops);
            let in_list = matches!(path.last(), Some(Step::Index(_))) && stops.len() == 3;
            if in_list {
                if !name.is_empty() {
                    return Err(format!("unexpected text behind the index of {}", describe(&path)));
                }
            } else {
                is_nameless |= name.is_empty();
                path.push(Step::Key(name));
            }
            match stop {
                None | Some(',') => return Err(format!("the key {} has no value", describe(&path))),
                Some('.') => stops = &['=', '[', ',', '.'],
                Some('[') => {
                    path.push(Step::Index(self.index(&path)?));
                    // Behind an index another index, a name or the value may follow.
                    stops = &['[', '.', '='];
                }
                Some(_) => break,
            }
        }
        let at = self.used;
        let value = self.value(&path)?;
        Ok((!is_nameless).then_some(Assignment { path, value, at }))
    }

    fn index(&mut self, path: &[Step]) -> Result<usize, String> {
        let (text, _) = self.until(&[']']);
        let index: i64 = text.parse().map_err(|_| format!("the index of {} is not a whole number", describe(path)))?;
        usize::try_from(index)
            .ok()
            .filter(|index| *index <= MAX_INDEX)
            .ok_or_else(|| format!("the index of {} is not between 0 and {MAX_INDEX}", describe(path)))
    }

    fn value(&mut self, path: &[Step]) -> Result<SetValue, String> {
        match self.kind {
            SetKind::Literal => return Ok(SetValue::String(self.rest.by_ref().collect())),
            SetKind::Json => return self.json(path),
            SetKind::Typed | SetKind::String | SetKind::File => {}
        }
        if !self.next_if(|character| *character == '{') {
            let (text, _) = self.until(&[',']);
            return Ok(self.scalar(text));
        }
        let mut items = Vec::new();
        loop {
            let (text, stop) = self.until(&[',', '}']);
            match stop {
                None => return Err(format!("the list of {} must end with '}}'", describe(path))),
                Some(stop) => items.push((self.scalar(text), stop)),
            }
            if items.last().is_some_and(|(_, stop)| *stop == '}') {
                self.next_if(|character| *character == ',');
                return Ok(SetValue::List(items.into_iter().map(|(item, _)| item).collect()));
            }
        }
    }

    fn json(&mut self, path: &[Step]) -> Result<SetValue, String> {
        let text: String = self.rest.clone().collect();
        if text.is_empty() || text.starts_with(',') {
            self.next();
            return Ok(SetValue::Null);
        }
        let mut stream = serde_json::Deserializer::from_str(&text).into_iter::<serde_json::Value>();
        let Some(Ok(value)) = stream.next() else {
            return Err(format!("the value of {} is not JSON", describe(path)));
        };
        let (_, rest) = text.split_at(stream.byte_offset());
        let used = text.chars().count() - rest.chars().count();
        (0..used).for_each(|_| {
            self.next();
        });
        while self.next_if(|character| character.is_whitespace()) {}
        match self.next() {
            None | Some(',') => Ok(SetValue::Json(value)),
            Some(_) => Err(format!("unexpected text behind the value of {}", describe(path))),
        }
    }

    fn scalar(&self, text: String) -> SetValue {
        match self.kind {
            SetKind::File => return SetValue::File(text),
            SetKind::Typed => {}
            SetKind::String | SetKind::Json | SetKind::Literal => return SetValue::String(text),
        }
        if text.eq_ignore_ascii_case("true") {
            SetValue::Bool(true)
        } else if text.eq_ignore_ascii_case("false") {
            SetValue::Bool(false)
        } else if text.eq_ignore_ascii_case("null") {
            SetValue::Null
        } else if text == "0" {
            SetValue::Int(0)
        } else if let Some(number) = text.parse().ok().filter(|_| !text.starts_with('0')) {
            SetValue::Int(number)
        } else {
            SetValue::String(text)
        }
    }
}

/// The path as it is written, for messages.
#[must_use]
pub fn describe(path: &[Step]) -> String {
    let mut text = String::new();
    for step in path {
        match step {
            Step::Key(key) => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(key);
            }
            Step::Index(index) => {
                text.push('[');
                text.push_str(&index.to_string());
                text.push(']');
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(value: &SetValue) -> String {
        match value {
            SetValue::Null => "null".to_owned(),
            SetValue::Bool(value) => value.to_string(),
            SetValue::Int(value) => value.to_string(),
            SetValue::String(value) => format!("{value:?}"),
            SetValue::List(items) => format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(" ")),
            SetValue::Json(value) => format!("json {value}"),
            SetValue::File(path) => format!("file {path}"),
        }
    }

    fn read(text: &str, kind: SetKind) -> String {
        match parse(text, kind) {
            Ok(assignments) => {
                let show = |one: &Assignment| format!("{} = {}", describe(&one.path), show(&one.value));
                assignments.iter().map(show).collect::<Vec<_>>().join("; ")
            }
            Err(message) => format!("error: {message}"),
        }
    }

    #[test]
    fn expressions_become_assignments() {
        let cases = [
            ("a=1,b=2", "a = 1; b = 2"),
            ("a.b.c=x", "a.b.c = \"x\""),
            ("a[0][1]=x", "a[0][1] = \"x\""),
            ("a[1].b=2,a[0].b=1", "a[1].b = 2; a[0].b = 1"),
            ("a=null,b=TRUE,c=0,d=00,e=-1,f=1.5", "a = null; b = true; c = 0; d = \"00\"; e = -1; f = \"1.5\""),
            ("a={1,x,true},b=3", "a = [1 \"x\" true]; b = 3"),
            ("a={}", "a = [\"\"]"),
            ("a\\.b=x\\,y", "a.b = \"x,y\""),
            ("a=,b=1", "a = \"\"; b = 1"),
            ("a=1,", "a = 1"),
            ("=1", ""),
            ("a==b", "a = \"=b\""),
            ("a=9223372036854775808", "a = \"9223372036854775808\""),
            ("a", "error: the key a has no value"),
            ("a,b=1", "error: the key a has no value"),
            ("a={1", "error: the list of a must end with '}'"),
            ("a={}x", "error: the key x has no value"),
            ("a[-1]=1", "error: the index of a is not between 0 and 65536"),
            ("a[x]=1", "error: the index of a is not a whole number"),
            ("a[0]x=1", "error: unexpected text behind the index of a[0]"),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text, SetKind::Typed), expected, "{text}");
        }
    }

    #[test]
    fn the_kind_decides_about_values() {
        assert_eq!(read("a=1,b={true}", SetKind::String), "a = \"1\"; b = [\"true\"]");
        assert_eq!(read("a.b={1,2},c=3", SetKind::Literal), "a.b = \"{1,2},c=3\"");
        assert_eq!(read("a=[1, {\"b\": 2}],c=null", SetKind::Json), "a = json [1,{\"b\":2}]; c = json null");
        assert_eq!(read("{\"a\": {\"b\": 1}}", SetKind::Json), "a = json {\"b\":1}");
        assert_eq!(read("a=[1", SetKind::Json), "error: the value of a is not JSON");
        assert_eq!(read("a=x.txt", SetKind::File), "a = file x.txt");
        let places = parse("a.b=1,c={x,é},d=2", SetKind::Typed).ok().unwrap();
        assert_eq!(places.iter().map(|one| one.at).collect::<Vec<_>>(), [4, 8, 17]);
    }
}
