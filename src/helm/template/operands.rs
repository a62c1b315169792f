//! From tokens to pipelines, commands and operands.

use super::ast::{Command, Number, Path, Pipe, Word, WordKind};
use super::lexer::{Kind, Token};
use super::literal;
use super::parser::{Parsed, Parser};
use std::rc::Rc;

impl Parser<'_> {
    /// A pipeline up to the token that ends it.
    pub(super) fn pipe(&mut self, context: &str, end: Kind) -> Parsed<Box<Pipe>> {
        let start = self.skip_space().start();
        let (variables, is_assignment) = self.declarations(context)?;
        let mut first = None;
        let mut rest: Vec<Command> = Vec::new();
        loop {
            let token = self.next_token();
            if token.kind == end {
                break;
            }
            match token.kind {
                Kind::Word
                | Kind::Field
                | Kind::Variable
                | Kind::Dot
                | Kind::Number
                | Kind::Char
                | Kind::Quoted
                | Kind::Raw
                | Kind::LeftParen => {
                    self.at -= 1;
                    let command = self.command(end)?;
                    if first.is_none() { first = Some(command) } else { rest.push(command) }
                }
                _ => return self.unexpected(&token, context),
            }
        }
        let Some(first) = first else {
            return Err((start..start, format!("{context} needs a value")));
        };
        for command in &rest {
            if let WordKind::Bool(_) | WordKind::Dot | WordKind::Nil | WordKind::Number(_) | WordKind::Text(_) =
                command.first.kind
            {
                let message = "only a function can take a value from a pipe".to_owned();
                return Err((command.first.range.clone(), message));
            }
        }
        let end = rest.last().unwrap_or(&first).range().end.max(start);
        Ok(Box::new(Pipe { range: start..end, variables, is_assignment, first, rest }))
    }

    /// The variables that a pipeline begins with, and whether they exist already.
    fn declarations(&mut self, context: &str) -> Parsed<(Vec<Rc<str>>, bool)> {
        let mut variables = Vec::new();
        loop {
            let token = self.skip_space();
            if token.kind != Kind::Variable {
                return Ok((variables, false));
            }
            let before = self.at;
            self.next();
            let next = self.skip_space();
            let name = self.names.get(self.str(&token));
            match next.kind {
                Kind::Assign | Kind::Declare => {
                    self.next();
                    let is_assignment = next.kind == Kind::Assign;
                    if is_assignment && !self.variables.contains(&name) {
                        return self.undefined(&token);
                    }
                    variables.push(name.clone());
                    self.variables.push(name);
                    return Ok((variables, is_assignment));
                }
                Kind::Other if self.str(&next) == "," => {
                    self.next();
                    if context != "range" || !variables.is_empty() {
                        return Err((token.range(), format!("too many variables are declared in {context}")));
                    }
                    variables.push(name.clone());
                    self.variables.push(name);
                    if self.skip_space().kind != Kind::Variable {
                        let found = self.peek();
                        return self.unexpected(&found, "range, which takes variables here");
                    }
                }
                _ => {
                    self.at = before;
                    return Ok((variables, false));
                }
            }
        }
    }

    fn undefined<T>(&self, token: &Token) -> Parsed<T> {
        Err((token.range(), format!("{} is not defined here", self.named("the variable", self.str(token)))))
    }

    fn command(&mut self, end: Kind) -> Parsed<Command> {
        let mut first = None;
        let mut args = Vec::new();
        loop {
            self.skip_space();
            if let Some(word) = self.operand()? {
                if first.is_none() { first = Some(word) } else { args.push(word) }
            }
            let token = self.next();
            match token.kind {
                Kind::Space => {}
                Kind::Close | Kind::RightParen if token.kind == end => {
                    self.at -= 1;
                    break;
                }
                Kind::Pipe => break,
                _ => return self.unexpected(&token, "an operand"),
            }
        }
        match first {
            Some(first) => Ok(Command { first, args }),
            None => Err((self.peek().range(), "a value was expected here".to_owned())),
        }
    }

    fn operand(&mut self) -> Parsed<Option<Word>> {
        let Some(word) = self.term()? else { return Ok(None) };
        let (path, end) = self.path();
        if path.is_empty() {
            return Ok(Some(word));
        }
        let range = word.range.start..end;
        if let WordKind::Bool(_) | WordKind::Text(_) | WordKind::Number(_) | WordKind::Nil | WordKind::Dot = word.kind {
            return Err((range, "a constant has no fields".to_owned()));
        }
        Ok(Some(Word { range, kind: WordKind::Chain(Box::new(word), path) }))
    }

    /// The fields that stand here without a blank between them, and where they end.
    fn path(&mut self) -> (Path, usize) {
        let start = self.peek().start();
        let mut end = start;
        while self.tokens.get(self.at).is_some_and(|token| token.kind == Kind::Field) {
            end = self.next().end();
        }
        (self.names.path(self.slice(start..end)), end)
    }

    fn term(&mut self) -> Parsed<Option<Word>> {
        let token = self.skip_space();
        let text = self.str(&token);
        let at = |message: String| (token.range(), message);
        let kind = match token.kind {
            Kind::Word => match text {
                "true" => WordKind::Bool(true),
                "false" => WordKind::Bool(false),
                "nil" => WordKind::Nil,
                "if" | "else" | "end" | "range" | "with" | "define" | "template" | "block" | "break" | "continue" => {
                    return self.unexpected(&token, "an operand");
                }
                name => match self.names.function(name) {
                    Some(function) => WordKind::Function(function),
                    None => return Err(at(format!("{} is not known", self.named("the function", name)))),
                },
            },
            Kind::Dot => WordKind::Dot,
            Kind::Field => {
                let (path, end) = self.path();
                return Ok(Some(Word { range: token.start()..end, kind: WordKind::Field(path) }));
            }
            Kind::Variable => {
                let name = self.names.get(text);
                if !self.variables.contains(&name) {
                    return self.undefined(&token);
                }
                self.next();
                let (path, end) = self.path();
                let end = if path.is_empty() { token.end() } else { end };
                return Ok(Some(Word { range: token.start()..end, kind: WordKind::Variable(name, path) }));
            }
            Kind::Number => WordKind::Number(literal::number(text).map_err(at)?),
            Kind::Char => {
                let content = literal::unquote(text).map_err(at)?;
                let mut characters = content.chars();
                match (characters.next(), characters.next()) {
                    (Some(one), None) => WordKind::Number(Some(Number::Int(i64::from(u32::from(one))))),
                    _ => return Err((token.range(), "single quotes hold one character".to_owned())),
                }
            }
            Kind::Quoted if text.contains('\\') => WordKind::Text(literal::unquote(text).map_err(at)?.into()),
            Kind::Quoted => WordKind::Text(self.names.get(&text[1..text.len() - 1])),
            Kind::Raw => WordKind::Text(text[1..text.len() - 1].replace('\r', "").into()),
            Kind::LeftParen => {
                self.next();
                let range = token.range();
                let pipe = self.deeper(range, |parser| parser.pipe("parentheses", Kind::RightParen))?;
                let end = self.tokens[self.at - 1].end();
                return Ok(Some(Word { range: token.start()..end, kind: WordKind::Pipe(pipe) }));
            }
            _ => return Ok(None),
        };
        self.next();
        Ok(Some(Word { range: token.range(), kind }))
    }
}
