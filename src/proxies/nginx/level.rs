//! The blocks around a place, and what is inherited from them.

use crate::model::edge::Header;
use crate::model::{Duration, Field};
use crate::source::{Reason, Span, Text};
use crate::syntax::statements::Statement;

/// The blocks that a place stands in, `http` first.
#[derive(Clone)]
pub(super) struct Level<'s> {
    blocks: Vec<&'s [Statement]>,
}

impl<'s> Level<'s> {
    /// What stands in `http`.
    pub fn root(list: &'s [Statement]) -> Self {
        Self { blocks: vec![list] }
    }

    /// With a block within.
    pub fn within(&self, list: &'s [Statement]) -> Self {
        let mut blocks = self.blocks.clone();
        blocks.push(list);
        Self { blocks }
    }

    /// The statements of the innermost block.
    pub fn own(&self) -> &'s [Statement] {
        self.blocks.last().copied().unwrap_or(&[])
    }

    /// The statements of the outermost block.
    pub fn outer(&self) -> &'s [Statement] {
        self.blocks.first().copied().unwrap_or(&[])
    }

    /// All blocks, the innermost first.
    pub fn around(&self) -> impl Iterator<Item = &'s [Statement]> {
        self.blocks.iter().rev().copied()
    }

    /// All directives of these names in the innermost block that has one.
    pub fn inherited(&self, names: &[&str]) -> Vec<&'s Statement> {
        let of = |block: &&'s [Statement]| -> Vec<&'s Statement> {
            block.iter().filter(|statement| names.contains(&statement.name())).collect()
        };
        self.blocks.iter().rev().map(of).find(|found| !found.is_empty()).unwrap_or_default()
    }

    /// The last directive of a name that holds.
    pub fn one(&self, name: &str) -> Option<&'s Statement> {
        self.inherited(&[name]).pop()
    }

    /// A directive of a name in the innermost block.
    pub fn own_one(&self, name: &str) -> Option<&'s Statement> {
        self.own().iter().find(|statement| statement.name() == name)
    }

    /// An include that cannot be seen.
    pub fn hidden(&self) -> Option<(Reason, Span)> {
        let mut all = self.blocks.iter().flat_map(|block| block.iter());
        let include = all.find(|statement| statement.name() == "include")?;
        let path = include.argument(1).unwrap_or_default();
        Some((Reason::MissingFile { path: path.into() }, include.at))
    }

    /// The headers that are added here, if a block at or below `from` says so.
    pub fn headers(&self, from: usize) -> Option<Vec<Header>> {
        let mut found: Vec<Header> = Vec::new();
        let mut goes_on = true;
        let mut is_own = false;
        for (depth, block) in self.blocks.iter().enumerate().rev() {
            let mut has_any = false;
            for statement in block.iter() {
                let header = match statement.name() {
                    "add_header" if goes_on => header(statement),
                    // A module whose headers add to those around.
                    "more_set_headers" => more(statement),
                    _ => None,
                };
                has_any |= statement.name() == "add_header";
                is_own |= header.is_some() && depth >= from;
                found.extend(header);
            }
            let merges = |statement: &Statement| {
                statement.name() == "add_header_inherit" && statement.argument(1) == Some("merge")
            };
            goes_on &= !has_any || block.iter().any(merges);
        }
        is_own.then_some(found)
    }

    /// Whether a directive is on.
    pub fn flag(&self, name: &str, at: Span) -> Field<bool> {
        match self.one(name) {
            Some(written) => Field::set(written.argument(1) != Some("off"), written.at),
            None => Field::set(false, at),
        }
    }

    /// How long an answer may take.
    pub fn timeout(&self, at: Span) -> Field<Duration> {
        let names = ["proxy_read_timeout", "fastcgi_read_timeout", "uwsgi_read_timeout", "grpc_read_timeout"];
        match self.inherited(&names).pop() {
            Some(written) => match written.argument(1).and_then(time) {
                Some(time) => Field::set(time, written.at),
                None => Field::unknown(Reason::Malformed { expected: "a time such as 60s".into() }, written.at),
            },
            None => Field::default(Duration::seconds(60), at),
        }
    }
}

/// A time: a bare number is one of seconds.
fn time(text: &str) -> Option<Duration> {
    text.parse().map(Duration::seconds).ok().or_else(|| Duration::parse(text))
}

fn header(statement: &Statement) -> Option<Header> {
    let name = statement.argument(1)?;
    let word = statement.words.get(2)?;
    Some((name.to_owned(), value(word.text.clone(), word.at)))
}

/// `more_set_headers "Name: value"`.
fn more(statement: &Statement) -> Option<Header> {
    let word = statement.words.iter().skip(1).find(|word| word.text.expose().contains(':'))?;
    let (name, text) = word.text.expose().split_once(':')?;
    Some((name.trim().to_owned(), value(Text::from(text.trim()), word.at)))
}

fn value(text: Text, at: Span) -> Field<Text> {
    if text.expose().contains('$') {
        return Field::unknown(Reason::Unseen { what: "what the variables of nginx stand for".into() }, at);
    }
    Field::set(text, at)
}
