//! Config files of proxies as statements: words, and the statements in a block behind them.
//!
//! nginx, Caddy and HAProxy each have a grammar of their own; what they read into is the same.

use super::inside::Places;
use super::limits::{Limits, Report};
use crate::source::{Place, Problem, SourceId, Span, Text};
use std::ops::Range;

/// Where the characters of a text stand.
#[derive(Debug)]
pub enum Ground {
    /// The text is a file.
    File(SourceId),
    /// The text stands within a file.
    Inside(Places),
}

impl Ground {
    /// The place of a range of bytes of the text.
    #[must_use]
    pub fn span(&self, range: Range<usize>) -> Span {
        match self {
            Self::File(source) => Span::new(*source, range.start, range.end),
            Self::Inside(places) => places.span(range),
        }
    }
}

/// A word of a statement.
#[derive(Debug, Clone)]
pub struct Word {
    /// Its characters without quotes. They may be secret.
    pub text: Text,
    /// Whether it was quoted.
    pub quoted: bool,
    /// Its place, quotes included.
    pub at: Span,
}

/// A directive with its arguments, and its block if it has one.
#[derive(Debug, Clone)]
pub struct Statement {
    /// The name and the arguments; never empty where the grammar wants a name.
    pub words: Vec<Word>,
    /// What stands in its block; `None` without one.
    pub block: Option<Vec<Statement>>,
    /// The place of its words.
    pub at: Span,
}

impl Statement {
    /// Its first word; empty if it has none.
    #[must_use]
    pub fn name(&self) -> &str {
        self.words.first().map_or("", |word| word.text.expose())
    }

    /// A word behind the name, counted from 1.
    #[must_use]
    pub fn argument(&self, number: usize) -> Option<&str> {
        self.words.get(number).map(|word| word.text.expose())
    }

    /// The words behind the name.
    pub fn arguments(&self) -> impl Iterator<Item = &str> {
        self.words.iter().skip(1).map(|word| word.text.expose())
    }

    /// The statements of its block, none without one.
    #[must_use]
    pub fn inner(&self) -> &[Statement] {
        self.block.as_deref().unwrap_or(&[])
    }
}

/// What was read of a text.
#[derive(Debug, Default)]
pub struct Statements {
    /// In the order of the text.
    pub list: Vec<Statement>,
    /// Defects, in the order of the text.
    pub problems: Vec<Problem>,
}

/// Collects statements while their blocks are open.
pub(super) struct Builder<'t> {
    pub report: Report,
    ground: &'t Ground,
    depth: usize,
    /// The statements of each open block, with the statement that it belongs to.
    open: Vec<(Statement, usize, Vec<Statement>)>,
    list: Vec<Statement>,
    words: Vec<Word>,
}

impl<'t> Builder<'t> {
    /// For a text that stands on a ground.
    pub fn new(ground: &'t Ground, limits: &Limits) -> Self {
        // Places are moved to the ground when all is read.
        let report = Report::new(SourceId(0), limits);
        Self { report, ground, depth: limits.depth, open: Vec::new(), list: Vec::new(), words: Vec::new() }
    }

    /// Adds a word to the statement that is being read.
    pub fn word(&mut self, text: String, quoted: bool, range: Range<usize>) {
        self.words.push(Word { text: Text::from(text), quoted, at: self.ground.span(range) });
    }

    /// Adds the last word of a text, which ends in it; if it stands in quotes they are never closed.
    pub fn last_word(&mut self, text: String, quoted: bool, range: Range<usize>) -> usize {
        let (start, end) = (range.start, range.end);
        if quoted {
            self.report.error(start, start + 1, "the quote that begins here is never closed; close it");
        }
        self.word(text, quoted, range);
        end
    }

    /// Whether words wait for their end.
    pub fn has_words(&self) -> bool {
        !self.words.is_empty()
    }

    /// The name of the statement that is being read.
    pub fn name(&self) -> &str {
        self.words.first().map_or("", |word| word.text.expose())
    }

    /// The last of its words.
    pub fn last(&self) -> Option<&Word> {
        self.words.last()
    }

    fn take(&mut self, at: usize) -> Statement {
        let words = std::mem::take(&mut self.words);
        let whole = words.iter().map(|word| word.at).reduce(Span::to);
        Statement { words, block: None, at: whole.unwrap_or_else(|| self.ground.span(at..at)) }
    }

    fn push(&mut self, statement: Statement) {
        match self.open.last_mut() {
            Some((_, _, inside)) => inside.push(statement),
            None => self.list.push(statement),
        }
    }

    /// Ends a statement without a block.
    pub fn end(&mut self, at: usize) {
        if self.has_words() {
            let statement = self.take(at);
            self.push(statement);
        }
    }

    /// Begins the block of a statement.
    pub fn begin(&mut self, at: usize) {
        if self.open.len() == self.depth {
            let message =
                "blocks are nested deeper here than is read; what stands inside was taken for the block around";
            self.report.error(at, at + 1, message);
            self.words.clear();
            return;
        }
        let statement = self.take(at);
        self.open.push((statement, at, Vec::new()));
    }

    /// Ends the innermost block.
    pub fn close(&mut self, at: usize) {
        match self.open.pop() {
            Some((statement, _, inside)) => self.push(Statement { block: Some(inside), ..statement }),
            None => {
                let message = "this `}` closes nothing; remove it, or add the `{` that it belongs to";
                self.report.error(at, at + 1, message);
            }
        }
    }

    /// Ends the innermost block although a statement is being read, which begins behind it.
    pub fn close_before(&mut self) {
        if let Some((statement, _, inside)) = self.open.pop() {
            self.push(Statement { block: Some(inside), ..statement });
        }
    }

    /// How many blocks are open.
    pub fn level(&self) -> usize {
        self.open.len()
    }

    /// All that was read.
    pub fn finish(mut self, end: usize) -> Statements {
        self.end(end);
        while let Some((statement, at, inside)) = self.open.pop() {
            self.report.error(at, at + 1, "the block that begins here is never closed; add a `}`");
            self.push(Statement { block: Some(inside), ..statement });
        }
        let ground = self.ground;
        let moved = |problem: Problem| match problem.place {
            Place::Span(span) => Problem { place: Place::Span(ground.span(span.range())), ..problem },
            Place::Path(_) => problem,
        };
        Statements { list: self.list, problems: self.report.finish().into_iter().map(moved).collect() }
    }
}

/// Whether a text is longer than is read; the problem is told.
pub(super) fn is_too_long(text: &str, builder: &mut Builder<'_>, limits: &Limits) -> bool {
    if text.len() <= limits.bytes {
        return false;
    }
    let message =
        format!("the file is {} bytes long, more than the {} that are read; split it", text.len(), limits.bytes);
    builder.report.error(0, 0, message);
    true
}

/// What tests of the grammars share.
#[cfg(test)]
pub(super) mod testing {
    use super::Statement;

    /// Statements in one line: words with `|` between them, blocks in braces, `;` between statements.
    pub fn shown(list: &[Statement]) -> String {
        let one = |it: &Statement| {
            let words: Vec<&str> = it.words.iter().map(|word| word.text.expose()).collect();
            let block = it.block.as_ref().map(|inner| format!("{{{}}}", shown(inner))).unwrap_or_default();
            format!("{}{block}", words.join("|"))
        };
        list.iter().map(one).collect::<Vec<_>>().join(";")
    }

    /// Whether all places lie in the text.
    pub fn within(list: &[Statement], text: &str) -> bool {
        list.iter().all(|it| {
            let words = it.words.iter().all(|word| text.get(word.at.range()).is_some());
            words && text.get(it.at.range()).is_some() && within(it.inner(), text)
        })
    }
}
