//! What a Caddyfile imports: other files, and snippets with arguments.

use crate::proxies::Files;
use crate::source::{Problem, Text};
use crate::syntax::caddyfile;
use crate::syntax::limits::Limits;
use crate::syntax::statements::{Statement, Word};

/// How deep files and snippets may import others, and how many statements they may come to.
const DEPTH: usize = 8;
const MOST: usize = 20_000;

/// Puts what is imported into its place.
pub(super) struct Importer<'f> {
    pub files: &'f dyn Files,
    /// The folder that paths begin at.
    pub base: &'f str,
    pub problems: Vec<Problem>,
    snippets: Vec<Statement>,
    left: usize,
}

impl<'f> Importer<'f> {
    /// For files below a folder.
    pub fn new(files: &'f dyn Files, base: &'f str) -> Self {
        Self { files, base, problems: Vec::new(), snippets: Vec::new(), left: MOST }
    }

    /// The sites of a file. What cannot be seen stays as an `import`.
    pub fn sites(&mut self, list: &[Statement]) -> Vec<Statement> {
        self.fill(list, true, 0)
    }

    fn fill(&mut self, list: &[Statement], top: bool, depth: usize) -> Vec<Statement> {
        let mut made = Vec::new();
        for statement in list {
            if self.left == 0 {
                break;
            }
            self.left -= 1;
            let name = statement.name();
            if top && name.starts_with('(') && name.ends_with(')') {
                self.snippets.push(statement.clone());
            } else if name == "import" && depth < DEPTH {
                self.import(statement, top, depth, &mut made);
            } else {
                let block = statement.block.as_ref().map(|block| self.fill(block, false, depth));
                made.push(Statement { block, ..statement.clone() });
            }
        }
        made
    }

    fn import(&mut self, statement: &Statement, top: bool, depth: usize, made: &mut Vec<Statement>) {
        let what = statement.argument(1).unwrap_or_default();
        let is_it = |it: &&Statement| it.name().get(1..it.name().len().saturating_sub(1)) == Some(what);
        if let Some(snippet) = self.snippets.iter().find(is_it).cloned() {
            let arguments: Vec<&str> = statement.arguments().skip(1).collect();
            made.extend(self.fill(&filled(snippet.inner(), &arguments), top, depth + 1));
            return;
        }
        let path = if what.starts_with('/') { what.to_owned() } else { format!("{}/{what}", self.base) };
        match self.files.find(&path) {
            Ok(configs) => {
                for config in configs {
                    let mut read = caddyfile::parse(config.text.expose(), &config.ground, &Limits::default());
                    self.problems.append(&mut read.problems);
                    made.extend(self.fill(&read.list, top, depth + 1));
                }
            }
            Err(_) => made.push(statement.clone()),
        }
    }
}

/// A snippet with the arguments of its import.
fn filled(list: &[Statement], arguments: &[&str]) -> Vec<Statement> {
    let word = |word: &Word| {
        if !word.text.expose().contains("{args") {
            return word.clone();
        }
        let mut text = word.text.expose().to_owned();
        for (number, argument) in arguments.iter().enumerate() {
            for form in [format!("{{args[{number}]}}"), format!("{{args.{number}}}")] {
                text = text.replace(&form, argument);
            }
        }
        Word { text: Text::from(text), ..word.clone() }
    };
    let one = |it: &Statement| Statement {
        words: it.words.iter().map(word).collect(),
        block: it.block.as_ref().map(|inner| filled(inner, arguments)),
        at: it.at,
    };
    list.iter().map(one).collect()
}
