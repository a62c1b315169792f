//! A place among the tokens of a statement.

use super::lexer::{Kind, Token, unquoted};
use super::name::Name;
use crate::source::{SourceId, Span, Text};

/// Goes through the tokens of one statement.
#[derive(Clone)]
pub(super) struct Cursor<'t> {
    pub tokens: &'t [Token],
    pub text: &'t str,
    pub source: SourceId,
    pub position: usize,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(tokens: &'t [Token], text: &'t str, source: SourceId) -> Self {
        Self { tokens, text, source, position: 0 }
    }

    /// The token at this place, or some places on.
    pub(super) fn peek(&self, ahead: usize) -> Option<Token> {
        self.tokens.get(self.position + ahead).copied()
    }

    pub(super) fn is_end(&self) -> bool {
        self.position >= self.tokens.len()
    }

    pub(super) fn raw(&self, token: Token) -> &'t str {
        self.text.get(token.start..token.end).unwrap_or_default()
    }

    pub(super) fn span(&self, token: Token) -> Span {
        Span::new(self.source, token.start, token.end)
    }

    /// The place of the tokens from `from` up to here.
    pub(super) fn since(&self, from: usize) -> Span {
        let end = self.position.saturating_sub(1).max(from);
        match (self.tokens.get(from), self.tokens.get(end)) {
            (Some(first), Some(last)) => Span::new(self.source, first.start, last.end),
            _ => self.here(),
        }
    }

    /// The place of the next token, or of the last.
    pub(super) fn here(&self) -> Span {
        let token = self.peek(0).or(self.tokens.last().copied());
        token.map_or(Span::file(self.source), |token| self.span(token))
    }

    /// Whether the token some places on is this word.
    pub(super) fn sees_at(&self, ahead: usize, word: &str) -> bool {
        self.peek(ahead).is_some_and(|token| token.kind == Kind::Word && self.raw(token).eq_ignore_ascii_case(word))
    }

    /// Whether these words, parted by blanks, come next.
    pub(super) fn sees(&self, words: &str) -> bool {
        words.split(' ').enumerate().all(|(ahead, word)| self.sees_at(ahead, word))
    }

    pub(super) fn sees_sign(&self, sign: &str) -> bool {
        self.peek(0).is_some_and(|token| token.kind == Kind::Sign && self.raw(token) == sign)
    }

    /// Takes these words if they come next.
    pub(super) fn takes(&mut self, words: &str) -> bool {
        let found = self.sees(words);
        if found {
            self.position += words.split(' ').count();
        }
        found
    }

    pub(super) fn takes_sign(&mut self, sign: &str) -> bool {
        let found = self.sees_sign(sign);
        self.position += usize::from(found);
        found
    }

    /// The first of these words that comes next, taken.
    pub(super) fn takes_one<'w>(&mut self, words: &[&'w str]) -> Option<&'w str> {
        words.iter().copied().find(|word| self.takes(word))
    }

    /// A name without dots.
    pub(super) fn identifier(&mut self) -> Option<String> {
        let token = self.peek(0).filter(|token| matches!(token.kind, Kind::Word | Kind::Name))?;
        self.position += 1;
        Some(unquoted(token, self.text).into_owned())
    }

    /// A name, with its schema if that is written.
    pub(super) fn name(&mut self) -> Option<Name> {
        let from = self.position;
        let mut name = self.identifier()?;
        let mut schema = None;
        while self.sees_sign(".") && self.peek(1).is_some_and(|token| matches!(token.kind, Kind::Word | Kind::Name)) {
            self.position += 1;
            schema = Some(name);
            name = self.identifier()?;
        }
        Some(Name { schema, name, at: self.since(from) })
    }

    /// Names between commas. What a function takes is left out.
    pub(super) fn names(&mut self) -> Vec<Name> {
        let mut names = Vec::new();
        loop {
            self.takes("only");
            let Some(name) = self.name() else { return names };
            names.push(name);
            self.skip_group();
            self.takes_sign("*");
            if !self.takes_sign(",") {
                return names;
            }
        }
    }

    /// Names without dots between commas.
    pub(super) fn identifiers(&mut self) -> Vec<String> {
        let mut found = Vec::new();
        while let Some(name) = self.identifier() {
            found.push(name);
            if !self.takes_sign(",") {
                break;
            }
        }
        found
    }

    /// What a quoted text or a word says, and its place.
    pub(super) fn value(&mut self) -> Option<(Text, Span)> {
        let token = self.peek(0)?;
        let is_value = !matches!(token.kind, Kind::Parameter) && (token.kind != Kind::Sign || self.raw(token) == "-");
        if !is_value {
            return None;
        }
        self.position += 1;
        let mut text = unquoted(token, self.text).into_owned();
        if token.kind == Kind::Sign {
            let number = self.peek(0).filter(|next| next.kind == Kind::Number)?;
            self.position += 1;
            text.push_str(self.raw(number));
        }
        Some((Text::from(text), self.span(token)))
    }

    /// The tokens of the group in brackets that begins here, without the brackets; the place is
    /// behind it then.
    pub(super) fn group(&mut self) -> Option<&'t [Token]> {
        if !self.sees_sign("(") {
            return None;
        }
        let start = self.position + 1;
        let mut depth = 0_usize;
        while let Some(token) = self.peek(0) {
            self.position += 1;
            if token.kind == Kind::Sign {
                match self.raw(token) {
                    "(" => depth += 1,
                    ")" => depth -= 1,
                    _ => {}
                }
            }
            if depth == 0 {
                return self.tokens.get(start..self.position - 1);
            }
        }
        self.tokens.get(start..)
    }

    pub(super) fn skip_group(&mut self) {
        self.group();
    }

    /// The same, over other tokens.
    pub(super) fn over(&self, tokens: &'t [Token]) -> Self {
        Self { tokens, position: 0, ..self.clone() }
    }

    /// Takes one token, or a group with its brackets.
    pub(super) fn step(&mut self) {
        if self.sees_sign("(") { self.skip_group() } else { self.position += 1 }
    }

    /// The parts of these tokens between commas that stand in no brackets.
    pub(super) fn parts(&self, tokens: &'t [Token]) -> Vec<Self> {
        let mut parts = Vec::new();
        let mut inner = self.over(tokens);
        let mut start = 0;
        while !inner.is_end() {
            if inner.sees_sign(",") {
                parts.extend(tokens.get(start..inner.position));
                start = inner.position + 1;
            }
            inner.step();
        }
        parts.extend(tokens.get(start..));
        parts.into_iter().filter(|part| !part.is_empty()).map(|part| self.over(part)).collect()
    }
}
