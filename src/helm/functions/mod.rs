//! The functions of templates: Go's own, sprig's and Helm's.

pub mod builtins;
pub mod cases;
pub mod convert;
pub mod crypto;
pub mod dates;
pub mod formats;
pub mod hash;
pub mod lists;
pub mod maps;
pub mod math;
pub mod paths;
pub mod regexes;
pub mod strings;
pub mod table;
pub mod versions;

use crate::helm::value::Value;
use crate::helm::work::Work;
use hashbrown::HashMap;
use std::sync::{Arc, LazyLock};

/// A value, or a phrase about what is wrong; it names no value.
pub type Answer = Result<Value, String>;

/// A function that needs nothing but its arguments, whose types were checked.
pub type Plain = fn(&mut Context, &[Value]) -> Answer;

/// What functions know beside their arguments.
pub struct Context {
    /// The moment that `now` answers, in seconds since 1970.
    pub now: i64,
    /// Counts what was made up, so that no two are equal.
    pub seed: u64,
    /// What the chart did so far.
    pub work: Work,
    /// Patterns that were compiled already.
    pub patterns: HashMap<String, Result<Arc<regexes::Pattern>, String>>,
}

impl Context {
    /// A context for one chart.
    #[must_use]
    pub fn new(now: i64) -> Self {
        Self { now, seed: 0, work: Work::default(), patterns: HashMap::new() }
    }
}

/// How a function is carried out.
pub enum Body {
    /// From its arguments alone.
    Plain(Plain),
    /// `and`
    And,
    /// `or`
    Or,
    /// `include`
    Include,
    /// `tpl`
    Tpl,
    /// `required`
    Required,
    /// `fail`
    Fail,
    /// `lookup`
    Lookup,
    /// `call`
    Call,
}

/// A function that templates can call.
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// A letter for the type of each parameter: `s`tring, `i`nt, `b`ool, `f`loat64, `m`ap, `l`ist,
    /// `t`ime, `a`ny; `*` at the end if the last one may occur any number of times.
    pub params: &'static str,
    /// What it does.
    pub body: Body,
}

impl Function {
    /// How many arguments it takes at least and at most.
    #[must_use]
    pub fn arity(&self) -> (usize, Option<usize>) {
        match self.params.strip_suffix('*') {
            Some(params) => (params.len() - 1, None),
            None => (self.params.len(), Some(self.params.len())),
        }
    }

    /// The letter of the parameter that takes the argument at an index.
    #[must_use]
    pub fn param(&self, index: usize) -> char {
        let params = self.params.as_bytes();
        let count = params.len() - usize::from(params.last() == Some(&b'*'));
        params.get(index.min(count.saturating_sub(1))).map_or('a', |letter| char::from(*letter))
    }
}

static FUNCTIONS: LazyLock<HashMap<&'static str, Function>> = LazyLock::new(|| {
    let all = table::all();
    all.into_iter().map(|function| (function.name, function)).collect()
});

/// The function of a name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Function> {
    FUNCTIONS.get(name)
}

/// The text of an argument that is a string.
pub(crate) fn text(args: &[Value], index: usize) -> &str {
    args.get(index).and_then(Value::as_str).unwrap_or_default()
}

/// The number of an argument that is an `int`.
pub(crate) fn int(args: &[Value], index: usize) -> i64 {
    match args.get(index).map(|value| &value.data) {
        Some(crate::helm::value::Data::Int(value) | crate::helm::value::Data::Int64(value)) => *value,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_names_are_known_once() {
        let all = table::all();
        let mut names: Vec<&str> = all.iter().map(|function| function.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all.len());
        assert_eq!(names.len(), 240);
    }
}
