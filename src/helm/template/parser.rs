//! From tokens to templates, by the grammar of Go's text/template.

use super::ast::{Branch, Command, Node, Pipe, Template, Text, Word, WordKind};
use super::error::{Cause, TemplateError};
use super::lexer::{Kind, Token, tokens};
use super::literal;
use std::ops::Range;
use std::rc::Rc;

/// How deep control structures and parentheses may nest.
const MAX_NESTING: usize = 200;

/// Parses a text: its own template first, then those that it defines.
///
/// # Errors
/// At the first place where the text is not a template.
pub fn parse(text: &Rc<Text>, knows: &dyn Fn(&str) -> bool) -> Result<Vec<Template>, TemplateError> {
    let fail = |range: Range<usize>, message: String| TemplateError {
        cause: Cause::Syntax,
        text: text.clone(),
        range,
        message,
    };
    let tokens = tokens(&text.text).map_err(|(range, message)| fail(range, message))?;
    let mut parser =
        Parser { text, tokens, at: 0, variables: vec!["$".into()], ranges: 0, depth: 0, defined: Vec::new(), knows };
    let body = parser.file().map_err(|(range, message)| fail(range, message))?;
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

type Parsed<T> = Result<T, (Range<usize>, String)>;

/// What ended a list of nodes.
enum Stop {
    End,
    Else,
}

struct Parser<'a> {
    text: &'a Rc<Text>,
    tokens: Vec<Token>,
    at: usize,
    variables: Vec<Rc<str>>,
    ranges: usize,
    depth: usize,
    defined: Vec<Template>,
    knows: &'a dyn Fn(&str) -> bool,
}

impl Parser<'_> {
    fn peek(&self) -> Token {
        self.tokens.get(self.at).cloned().unwrap_or(Token { kind: Kind::End, range: 0..0 })
    }

    fn next(&mut self) -> Token {
        let token = self.peek();
        self.at = (self.at + 1).min(self.tokens.len());
        token
    }

    fn skip_space(&mut self) -> Token {
        while self.peek().kind == Kind::Space {
            self.at += 1;
        }
        self.peek()
    }

    fn next_token(&mut self) -> Token {
        self.skip_space();
        self.next()
    }

    fn str(&self, token: &Token) -> &str {
        &self.text.text[token.range.clone()]
    }

    fn is_word(&self, token: &Token, word: &str) -> bool {
        token.kind == Kind::Word && self.str(token) == word
    }

    fn unexpected<T>(&self, token: &Token, context: &str) -> Parsed<T> {
        let what = match token.kind {
            Kind::End => "the end of the text".to_owned(),
            Kind::Close => "the end of the action".to_owned(),
            Kind::Quoted | Kind::Raw | Kind::Char | Kind::Text => "a text".to_owned(),
            _ => self.named("", self.str(token)),
        };
        Err((token.range.clone(), format!("{what} was not expected in {context}")))
    }

    /// A word that stands in a template file; one that came from a value may be secret, and is only
    /// told to be there.
    fn named(&self, what: &str, word: &str) -> String {
        match self.text.source {
            Some(_) => format!("{what} {word}").trim_start().to_owned(),
            None if what.is_empty() => "a word".to_owned(),
            None => format!("{what} that it names"),
        }
    }

    fn deeper<T>(&mut self, range: Range<usize>, parse: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
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
                Kind::Text => nodes.push(Node::Text(token.range)),
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
        let outer = std::mem::replace(&mut self.variables, vec!["$".into()]);
        let outer_ranges = std::mem::take(&mut self.ranges);
        let (body, stop) = self.list()?;
        if let Stop::Else = stop {
            return Err((token.range, "this define ends with else; it needs end".to_owned()));
        }
        (self.variables, self.ranges) = (outer, outer_ranges);
        self.add(Template { name, text: self.text.clone(), body }, token.range)
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

    fn name(&self, token: &Token, context: &str) -> Parsed<Rc<str>> {
        match token.kind {
            Kind::Quoted => {
                let text = literal::unquote(self.str(token)).map_err(|message| (token.range.clone(), message))?;
                Ok(text.into())
            }
            Kind::Raw => Ok(self.text.text[token.range.start + 1..token.range.end - 1].into()),
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
                    return Err((token.range, message));
                }
                Kind::Text => nodes.push(Node::Text(token.range)),
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
        let word = if token.kind == Kind::Word { self.str(&token).to_owned() } else { String::new() };
        let mark = self.variables.len();
        let range = token.range.clone();
        Ok(match word.as_str() {
            "if" | "with" | "range" => {
                self.next();
                let branch = self.deeper(range, |parser| parser.branch(&word))?;
                self.variables.truncate(mark);
                Ok(match word.as_str() {
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
                let end = self.tokens[self.at - 1].range.end;
                Ok(Node::Call { range: open.range.start..end, name, pipe })
            }
            "block" => {
                self.next();
                let token = self.next_token();
                let name = self.name(&token, "block")?;
                let pipe = self.pipe("block", Kind::Close)?;
                let outer = std::mem::replace(&mut self.variables, vec!["$".into()]);
                let (body, stop) = self.deeper(range, Self::list)?;
                if let Stop::Else = stop {
                    return Err((token.range, "this block ends with else; it needs end".to_owned()));
                }
                self.variables = outer;
                self.add(Template { name: name.clone(), text: self.text.clone(), body }, token.range.clone())?;
                Ok(Node::Call { range: open.range.start..token.range.end, name, pipe: Some(pipe) })
            }
            "break" | "continue" => {
                self.next();
                self.close(&word)?;
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

    fn argument(&mut self, context: &str) -> Parsed<Option<Pipe>> {
        if self.skip_space().kind == Kind::Close {
            self.next();
            return Ok(None);
        }
        self.pipe(context, Kind::Close).map(Some)
    }

    fn branch(&mut self, word: &str) -> Parsed<Branch> {
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
                let inner = self.deeper(token.range.clone(), |parser| parser.branch(word))?;
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
        Ok(Branch { pipe, body, otherwise })
    }

    fn pipe(&mut self, context: &str, end: Kind) -> Parsed<Pipe> {
        let start = self.skip_space().range.start;
        let mut pipe = Pipe { range: start..start, variables: Vec::new(), is_assignment: false, commands: Vec::new() };
        self.declarations(context, &mut pipe)?;
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
                    pipe.commands.push(command);
                }
                _ => return self.unexpected(&token, context),
            }
        }
        let Some(last) = pipe.commands.last().and_then(|command| command.words.last()) else {
            return Err((start..start, format!("{context} needs a value")));
        };
        pipe.range.end = last.range.end.max(start);
        for command in pipe.commands.iter().skip(1) {
            if let Some(Word {
                range,
                kind: WordKind::Bool(_) | WordKind::Dot | WordKind::Nil | WordKind::Number(_) | WordKind::Text(_),
            }) = command.words.first()
            {
                return Err((range.clone(), "only a function can take a value from a pipe".to_owned()));
            }
        }
        Ok(pipe)
    }

    fn declarations(&mut self, context: &str, pipe: &mut Pipe) -> Parsed<()> {
        loop {
            let token = self.skip_space();
            if token.kind != Kind::Variable {
                return Ok(());
            }
            let before = self.at;
            self.next();
            let next = self.skip_space();
            let name: Rc<str> = self.str(&token).into();
            match next.kind {
                Kind::Assign | Kind::Declare => {
                    self.next();
                    pipe.is_assignment = next.kind == Kind::Assign;
                    if pipe.is_assignment && !self.variables.contains(&name) {
                        return self.undefined(&token);
                    }
                    pipe.variables.push(name.clone());
                    self.variables.push(name);
                    return Ok(());
                }
                Kind::Other if self.str(&next) == "," => {
                    self.next();
                    if context != "range" || !pipe.variables.is_empty() {
                        return Err((token.range, format!("too many variables are declared in {context}")));
                    }
                    pipe.variables.push(name.clone());
                    self.variables.push(name);
                    if self.skip_space().kind != Kind::Variable {
                        let found = self.peek();
                        return self.unexpected(&found, "range, which takes variables here");
                    }
                }
                _ => {
                    self.at = before;
                    return Ok(());
                }
            }
        }
    }

    fn undefined<T>(&self, token: &Token) -> Parsed<T> {
        Err((token.range.clone(), format!("{} is not defined here", self.named("the variable", self.str(token)))))
    }

    fn command(&mut self, end: Kind) -> Parsed<Command> {
        let mut words = Vec::new();
        loop {
            self.skip_space();
            if let Some(word) = self.operand()? {
                words.push(word);
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
        if words.is_empty() {
            return Err((self.peek().range, "a value was expected here".to_owned()));
        }
        Ok(Command { words })
    }

    fn operand(&mut self) -> Parsed<Option<Word>> {
        let Some(mut word) = self.term()? else { return Ok(None) };
        let mut fields = Vec::new();
        while self.peek().kind == Kind::Field {
            let token = self.next();
            fields.push(Rc::from(&self.str(&token)[1..]));
            word.range.end = token.range.end;
        }
        if fields.is_empty() {
            return Ok(Some(word));
        }
        let range = word.range.clone();
        let kind = match word.kind {
            WordKind::Field(mut own) => {
                own.append(&mut fields);
                WordKind::Field(own)
            }
            WordKind::Variable(name, mut own) => {
                own.append(&mut fields);
                WordKind::Variable(name, own)
            }
            WordKind::Bool(_) | WordKind::Text(_) | WordKind::Number(_) | WordKind::Nil | WordKind::Dot => {
                return Err((range, "a constant has no fields".to_owned()));
            }
            kind => WordKind::Chain(Box::new(Word { range: word.range, kind }), fields),
        };
        Ok(Some(Word { range, kind }))
    }

    fn term(&mut self) -> Parsed<Option<Word>> {
        let token = self.skip_space();
        let text = self.str(&token).to_owned();
        let at = |message: String| (token.range.clone(), message);
        let kind = match token.kind {
            Kind::Word => match text.as_str() {
                "true" => WordKind::Bool(true),
                "false" => WordKind::Bool(false),
                "nil" => WordKind::Nil,
                "if" | "else" | "end" | "range" | "with" | "define" | "template" | "block" | "break" | "continue" => {
                    return self.unexpected(&token, "an operand");
                }
                name if (self.knows)(name) => WordKind::Function(name.into()),
                name => return Err(at(format!("{} is not known", self.named("the function", name)))),
            },
            Kind::Dot => WordKind::Dot,
            Kind::Field => WordKind::Field(vec![text[1..].into()]),
            Kind::Variable => {
                let name: Rc<str> = text.into();
                if !self.variables.contains(&name) {
                    return self.undefined(&token);
                }
                WordKind::Variable(name, Vec::new())
            }
            Kind::Number => WordKind::Number(literal::number(&text).map_err(at)?),
            Kind::Char => {
                let content = literal::unquote(&text).map_err(at)?;
                let mut characters = content.chars();
                match (characters.next(), characters.next()) {
                    (Some(one), None) => WordKind::Number(Some(super::ast::Number::Int(i64::from(u32::from(one))))),
                    _ => return Err((token.range, "single quotes hold one character".to_owned())),
                }
            }
            Kind::Quoted => WordKind::Text(literal::unquote(&text).map_err(at)?.into()),
            Kind::Raw => WordKind::Text(text[1..text.len() - 1].replace('\r', "").into()),
            Kind::LeftParen => {
                self.next();
                let range = token.range.clone();
                let pipe = self.deeper(range, |parser| parser.pipe("parentheses", Kind::RightParen))?;
                let end = self.tokens[self.at - 1].range.end;
                return Ok(Some(Word { range: token.range.start..end, kind: WordKind::Pipe(Box::new(pipe)) }));
            }
            _ => return Ok(None),
        };
        self.next();
        Ok(Some(Word { range: token.range, kind }))
    }
}
