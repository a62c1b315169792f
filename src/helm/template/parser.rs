//! From tokens to templates, by the grammar of Go's text/template: structures and definitions.

use super::ast::{Branch, Node, Pipe, Template, Text};
use super::error::{Cause, TemplateError};
use super::lexer::{Kind, Token, tokens};
use super::literal;
use super::names::Names;
use std::ops::Range;
use std::rc::Rc;

/// How deep control structures and parentheses may nest.
const MAX_NESTING: usize = 200;

/// Parses a text: its own template first, then those that it defines.
///
/// # Errors
/// At the first place where the text is not a template.
pub fn parse(text: &Rc<Text>, names: &mut Names) -> Result<Vec<Template>, TemplateError> {
    let fail = |range: Range<usize>, message: String| TemplateError {
        cause: Cause::Syntax,
        text: text.clone(),
        range,
        message,
    };
    let tokens = tokens(&text.text).map_err(|(range, message)| fail(range, message))?;
    let variables = vec![names.dollar()];
    let mut parser = Parser { text, tokens, at: 0, variables, ranges: 0, depth: 0, defined: Vec::new(), names };
    let body = parser.file().map_err(|(range, message)| fail(range, message))?.into();
    let mut templates = vec![Template { name: text.name.clone(), text: text.clone(), body }];
    templates.append(&mut parser.defined);
    Ok(templates)
}

/// Whether a template holds nothing but white space.
#[must_use]
pub fn is_empty(template: &Template) -> bool {
    template.body.iter().all(|node| match node {
        Node::Text(range) => template.text.text[range.clone()].trim().is_empty(),
        _ => false,
    })
}

pub(super) type Parsed<T> = Result<T, (Range<usize>, String)>;

/// What ended a list of nodes.
enum Stop {
    End,
    Else,
}

/// One text while it is parsed.
pub(super) struct Parser<'a> {
    text: &'a Rc<Text>,
    pub(super) tokens: Vec<Token>,
    pub(super) at: usize,
    pub(super) variables: Vec<Rc<str>>,
    ranges: usize,
    depth: usize,
    defined: Vec<Template>,
    pub(super) names: &'a mut Names,
}

impl<'a> Parser<'a> {
    pub(super) fn peek(&self) -> Token {
        self.tokens.get(self.at).copied().unwrap_or(Token::new(Kind::End, 0..0))
    }

    pub(super) fn next(&mut self) -> Token {
        let token = self.peek();
        self.at = (self.at + 1).min(self.tokens.len());
        token
    }

    pub(super) fn skip_space(&mut self) -> Token {
        while self.tokens.get(self.at).is_some_and(|token| token.kind == Kind::Space) {
            self.at += 1;
        }
        self.peek()
    }

    pub(super) fn next_token(&mut self) -> Token {
        self.skip_space();
        self.next()
    }

    pub(super) fn str(&self, token: &Token) -> &'a str {
        self.slice(token.range())
    }

    pub(super) fn slice(&self, range: Range<usize>) -> &'a str {
        &self.text.text[range]
    }

    fn is_word(&self, token: &Token, word: &str) -> bool {
        token.kind == Kind::Word && self.str(token) == word
    }

    pub(super) fn unexpected<T>(&self, token: &Token, context: &str) -> Parsed<T> {
        let what = match token.kind {
            Kind::End => "the end of the text".to_owned(),
            Kind::Close => "the end of the action".to_owned(),
            Kind::Quoted | Kind::Raw | Kind::Char | Kind::Text => "a text".to_owned(),
            _ => self.named("", self.str(token)),
        };
        Err((token.range(), format!("{what} was not expected in {context}")))
    }

    /// A word that stands in a template file; one that came from a value may be secret, and is only
    /// told to be there.
    pub(super) fn named(&self, what: &str, word: &str) -> String {
        match self.text.source {
            Some(_) => format!("{what} {word}").trim_start().to_owned(),
            None if what.is_empty() => "a word".to_owned(),
            None => format!("{what} that it names"),
        }
    }

    pub(super) fn deeper<T>(&mut self, range: Range<usize>, parse: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= MAX_NESTING {
            return Err((range, format!("actions nest deeper than {MAX_NESTING} levels")));
        }
        self.depth += 1;
        let parsed = parse(self);
        self.depth -= 1;
        parsed
    }

    fn file(&mut self) -> Parsed<Vec<Node>> {
        let mut nodes = Vec::new();
        loop {
            let token = self.next();
            match token.kind {
                Kind::End => return Ok(nodes),
                Kind::Text => nodes.push(Node::Text(token.range())),
                _ => {
                    let word = self.skip_space();
                    if self.is_word(&word, "define") {
                        self.next();
                        self.define()?;
                        continue;
                    }
                    match self.node(&token)? {
                        Ok(node) => nodes.push(node),
                        Err(_) => return self.unexpected(&word, "this place: there is nothing open to end"),
                    }
                }
            }
        }
    }

    fn define(&mut self) -> Parsed<()> {
        let token = self.next_token();
        let name = self.name(&token, "define")?;
        let close = self.next_token();
        if close.kind != Kind::Close {
            return self.unexpected(&close, "define");
        }
        let outer = std::mem::replace(&mut self.variables, vec![self.names.dollar()]);
        let outer_ranges = std::mem::take(&mut self.ranges);
        let (body, stop) = self.list()?;
        if let Stop::Else = stop {
            return Err((token.range(), "this define ends with else; it needs end".to_owned()));
        }
        (self.variables, self.ranges) = (outer, outer_ranges);
        self.add(Template { name, text: self.text.clone(), body: body.into() }, token.range())
    }

    fn add(&mut self, template: Template, range: Range<usize>) -> Parsed<()> {
        if let Some(index) = self.defined.iter().position(|known| known.name == template.name) {
            if is_empty(&self.defined[index]) {
                self.defined[index] = template;
            } else if !is_empty(&template) {
                return Err((
                    range,
                    format!("{} is defined twice in this file", self.named("the template", &template.name)),
                ));
            }
            return Ok(());
        }
        self.defined.push(template);
        Ok(())
    }

    fn name(&mut self, token: &Token, context: &str) -> Parsed<Rc<str>> {
        match token.kind {
            Kind::Quoted => {
                let text = literal::unquote(self.str(token)).map_err(|message| (token.range(), message))?;
                Ok(self.names.get(&text))
            }
            Kind::Raw => Ok(self.names.get(&self.text.text[token.start() + 1..token.end() - 1])),
            _ => self.unexpected(token, &format!("{context}, which takes a name in quotes")),
        }
    }

    /// Nodes up to an `end` or `else`.
    fn list(&mut self) -> Parsed<(Vec<Node>, Stop)> {
        let mut nodes = Vec::new();
        loop {
            let token = self.next();
            match token.kind {
                Kind::End => {
                    let message = "the file ends, but a structure is open: an end is missing".to_owned();
                    return Err((token.range(), message));
                }
                Kind::Text => nodes.push(Node::Text(token.range())),
                _ => match self.node(&token)? {
                    Ok(node) => nodes.push(node),
                    Err(stop) => return Ok((nodes, stop)),
                },
            }
        }
    }

    /// What follows the opening braces.
    fn node(&mut self, open: &Token) -> Parsed<Result<Node, Stop>> {
        let token = self.skip_space();
        let word = if token.kind == Kind::Word { self.str(&token) } else { "" };
        let mark = self.variables.len();
        let range = token.range();
        Ok(match word {
            "if" | "with" | "range" => {
                self.next();
                let branch = self.deeper(range, |parser| parser.branch(word))?;
                self.variables.truncate(mark);
                Ok(match word {
                    "if" => Node::If(branch),
                    "with" => Node::With(branch),
                    _ => Node::Range(branch),
                })
            }
            "end" => {
                self.next();
                self.close("end")?;
                Err(Stop::End)
            }
            "else" => {
                self.next();
                let after = self.skip_space();
                if !self.is_word(&after, "if") && !self.is_word(&after, "with") {
                    self.close("else")?;
                }
                Err(Stop::Else)
            }
            "template" => {
                self.next();
                let token = self.next_token();
                let name = self.name(&token, "template")?;
                let pipe = self.argument("template")?;
                let end = self.tokens[self.at - 1].end();
                Ok(Node::Call { range: open.start()..end, name, pipe })
            }
            "block" => {
                self.next();
                let token = self.next_token();
                let name = self.name(&token, "block")?;
                let pipe = self.pipe("block", Kind::Close)?;
                let outer = std::mem::replace(&mut self.variables, vec![self.names.dollar()]);
                let (body, stop) = self.deeper(range, Self::list)?;
                if let Stop::Else = stop {
                    return Err((token.range(), "this block ends with else; it needs end".to_owned()));
                }
                self.variables = outer;
                let template = Template { name: name.clone(), text: self.text.clone(), body: body.into() };
                self.add(template, token.range())?;
                Ok(Node::Call { range: open.start()..token.end(), name, pipe: Some(pipe) })
            }
            "break" | "continue" => {
                self.next();
                self.close(word)?;
                if self.ranges == 0 {
                    return Err((range, format!("{word} stands outside of range")));
                }
                Ok(if word == "break" { Node::Break } else { Node::Continue })
            }
            "define" => return Err((range, "define may only stand at the top of a file".to_owned())),
            _ => Ok(Node::Action(self.pipe("this action", Kind::Close)?)),
        })
    }

    fn close(&mut self, context: &str) -> Parsed<()> {
        let token = self.next_token();
        if token.kind == Kind::Close { Ok(()) } else { self.unexpected(&token, context) }
    }

    fn argument(&mut self, context: &str) -> Parsed<Option<Box<Pipe>>> {
        if self.skip_space().kind == Kind::Close {
            self.next();
            return Ok(None);
        }
        self.pipe(context, Kind::Close).map(Some)
    }

    fn branch(&mut self, word: &str) -> Parsed<Box<Branch>> {
        let pipe = self.pipe(word, Kind::Close)?;
        self.ranges += usize::from(word == "range");
        let (body, stop) = self.list()?;
        self.ranges -= usize::from(word == "range");
        let mut otherwise = Vec::new();
        if let Stop::Else = stop {
            let token = self.skip_space();
            // After `else` the lexer is behind the closing braces, or before `if` or `with`.
            if word != "range" && self.peek().kind == Kind::Word && self.is_word(&token, word) {
                self.next();
                let mark = self.variables.len();
                let inner = self.deeper(token.range(), |parser| parser.branch(word))?;
                self.variables.truncate(mark);
                otherwise.push(if word == "if" { Node::If(inner) } else { Node::With(inner) });
            } else if token.kind == Kind::Word {
                return self.unexpected(&token, "else");
            } else {
                let (nodes, stop) = self.list()?;
                if let Stop::Else = stop {
                    return Err((pipe.range, format!("this {word} has more than one else")));
                }
                otherwise = nodes;
            }
        }
        Ok(Box::new(Branch { pipe, body, otherwise }))
    }
}
