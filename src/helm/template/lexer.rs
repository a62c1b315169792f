//! From characters to tokens, with Go's rules for trimming.

use std::ops::Range;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Kind {
    Text,
    Open,
    Close,
    Space,
    Word,
    Field,
    Variable,
    Dot,
    Number,
    Char,
    Quoted,
    Raw,
    Pipe,
    Declare,
    Assign,
    LeftParen,
    RightParen,
    Other,
    End,
}

/// A token and its bytes. It is copied often, so it is small.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    start: u32,
    end: u32,
}

impl Token {
    /// A token of some bytes.
    #[must_use]
    pub fn new(kind: Kind, range: Range<usize>) -> Self {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self { kind, start: offset(range.start), end: offset(range.end) }
    }

    /// Where it stands.
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        self.start()..self.end()
    }

    /// Its first byte.
    #[must_use]
    pub fn start(&self) -> usize {
        self.start as usize
    }

    /// The byte behind it.
    #[must_use]
    pub fn end(&self) -> usize {
        self.end as usize
    }
}

/// How many bytes of text there are for a token, at least, in most templates.
const BYTES_PER_TOKEN: usize = 5;

/// A text that cannot be cut into tokens: where, and why.
pub type Broken = (Range<usize>, String);

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    tokens: Vec<Token>,
    parens: usize,
}

/// Cuts a text into tokens; the last one is [`Kind::End`].
///
/// # Errors
/// Where an action is not closed, or holds what no token begins with.
pub fn tokens(text: &str) -> Result<Vec<Token>, Broken> {
    let mut lexer = Lexer { text, at: 0, tokens: Vec::with_capacity(text.len() / BYTES_PER_TOKEN), parens: 0 };
    while lexer.at < text.len() {
        lexer.text()?;
    }
    lexer.push(Kind::End, text.len()..text.len());
    Ok(lexer.tokens)
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

fn is_word(character: char) -> bool {
    character == '_' || character.is_alphanumeric()
}

const SPACES: [char; 4] = [' ', '\t', '\r', '\n'];

impl Lexer<'_> {
    fn push(&mut self, kind: Kind, range: Range<usize>) {
        self.tokens.push(Token::new(kind, range));
    }

    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// Where the next action begins.
    fn opening(&self) -> Option<usize> {
        let mut from = self.at;
        loop {
            // Looking for one byte is much faster than looking for two.
            from += self.text.get(from..)?.find('{')? + 1;
            if self.byte(from) == Some(b'{') {
                return Some(from - 1);
            }
        }
    }

    /// Text up to an action, and the action.
    fn text(&mut self) -> Result<(), Broken> {
        let start = self.at;
        let Some(open) = self.opening() else {
            self.at = self.text.len();
            self.push(Kind::Text, start..self.at);
            return Ok(());
        };
        let trims = self.byte(open + 2) == Some(b'-') && self.byte(open + 3).is_some_and(is_space);
        let literal = &self.text[start..open];
        let end = if trims { start + literal.trim_end_matches(SPACES).len() } else { open };
        if end > start {
            self.push(Kind::Text, start..end);
        }
        self.at = open + 2 + if trims { 2 } else { 0 };
        if self.rest().starts_with("/*") {
            return self.comment(open);
        }
        self.push(Kind::Open, open..self.at);
        self.parens = 0;
        self.action(open)
    }

    fn comment(&mut self, open: usize) -> Result<(), Broken> {
        let Some(end) = self.rest().find("*/") else {
            return Err((open..self.at + 2, "this comment is not closed; it ends with */}}".to_owned()));
        };
        self.at += end + 2;
        match self.close() {
            Some((length, trims)) => {
                self.at += length;
                self.trim(trims);
                Ok(())
            }
            None => Err((open..self.at, "a comment must fill its action: {{/* text */}}".to_owned())),
        }
    }

    /// Whether an action ends here: the length of what ends it, and whether it trims.
    fn close(&self) -> Option<(usize, bool)> {
        match self.text.as_bytes().get(self.at..)? {
            [b'}', b'}', ..] => Some((2, false)),
            [space, b'-', b'}', b'}', ..] if is_space(*space) => Some((4, true)),
            _ => None,
        }
    }

    fn trim(&mut self, trims: bool) {
        if trims {
            let rest = self.rest();
            self.at += rest.len() - rest.trim_start_matches(SPACES).len();
        }
    }

    /// The tokens up to the closing braces.
    fn action(&mut self, open: usize) -> Result<(), Broken> {
        loop {
            if let Some((length, trims)) = self.close() {
                if self.parens > 0 {
                    return Err((open..self.at, "a parenthesis is not closed".to_owned()));
                }
                self.push(Kind::Close, self.at..self.at + length);
                self.at += length;
                self.trim(trims);
                return Ok(());
            }
            let Some(first) = self.rest().chars().next() else {
                return Err((open..open + 2, "this action is not closed with }}".to_owned()));
            };
            self.token(first, open)?;
        }
    }

    fn token(&mut self, first: char, open: usize) -> Result<(), Broken> {
        let start = self.at;
        let one = |lexer: &mut Self, kind: Kind| {
            lexer.at += 1;
            lexer.push(kind, start..start + 1);
        };
        match first {
            ' ' | '\t' | '\r' | '\n' => {
                while self.byte(self.at).is_some_and(is_space) && self.close().is_none() {
                    self.at += 1;
                }
                self.push(Kind::Space, start..self.at);
            }
            '=' => one(self, Kind::Assign),
            '|' => one(self, Kind::Pipe),
            '(' => {
                self.parens += 1;
                one(self, Kind::LeftParen);
            }
            ')' => {
                if self.parens == 0 {
                    return Err((start..start + 1, "this parenthesis closes nothing".to_owned()));
                }
                self.parens -= 1;
                one(self, Kind::RightParen);
            }
            ':' if self.byte(start + 1) == Some(b'=') => {
                self.at += 2;
                self.push(Kind::Declare, start..start + 2);
            }
            '"' => self.quoted('"', Kind::Quoted)?,
            '\'' => self.quoted('\'', Kind::Char)?,
            '`' => match self.rest()[1..].find('`') {
                Some(end) => {
                    self.at += end + 2;
                    self.push(Kind::Raw, start..self.at);
                }
                None => return Err((start..start + 1, "this raw string is not closed".to_owned())),
            },
            '$' => self.name(Kind::Variable)?,
            '.' if !self.byte(start + 1).is_some_and(|byte| byte.is_ascii_digit()) => self.name(Kind::Field)?,
            '.' | '+' | '-' | '0'..='9' => self.number()?,
            _ if is_word(first) => self.name(Kind::Word)?,
            '!'..='~' => one(self, Kind::Other),
            _ => return Err((open..start, "a character stands here that no token begins with".to_owned())),
        }
        Ok(())
    }

    fn quoted(&mut self, quote: char, kind: Kind) -> Result<(), Broken> {
        let start = self.at;
        let mut characters = self.rest().char_indices().skip(1);
        while let Some((at, character)) = characters.next() {
            match character {
                '\\' => match characters.next() {
                    Some((_, '\n')) | None => break,
                    Some(_) => {}
                },
                '\n' => break,
                _ if character == quote => {
                    self.at += at + 1;
                    self.push(kind, start..self.at);
                    return Ok(());
                }
                _ => {}
            }
        }
        Err((start..start + 1, "this quoted text is not closed on its line".to_owned()))
    }

    /// `word`, `.field`, `$variable`, `.` and `$`.
    fn name(&mut self, kind: Kind) -> Result<(), Broken> {
        let start = self.at;
        let first = if kind == Kind::Word { 0 } else { 1 };
        let rest = &self.rest()[first..];
        let ascii = rest.bytes().take_while(|byte| *byte == b'_' || byte.is_ascii_alphanumeric()).count();
        let behind = rest.get(ascii..).unwrap_or_default();
        let length = ascii + behind.find(|character: char| !is_word(character)).unwrap_or(behind.len());
        self.at += first + length;
        if !self.is_terminated() {
            return Err((start..self.at + 1, "a character that no name can hold follows this name".to_owned()));
        }
        let kind = if kind == Kind::Field && length == 0 { Kind::Dot } else { kind };
        self.push(kind, start..self.at);
        Ok(())
    }

    fn is_terminated(&self) -> bool {
        match self.text.as_bytes().get(self.at..).unwrap_or_default() {
            [] | [b'}', b'}', ..] => true,
            [next, ..] => is_space(*next) || matches!(next, b'.' | b',' | b'|' | b':' | b')' | b'('),
        }
    }

    fn number(&mut self) -> Result<(), Broken> {
        let start = self.at;
        let mut at = start + usize::from(matches!(self.byte(start), Some(b'+' | b'-')));
        let mut hex = false;
        if self.byte(at) == Some(b'0') {
            at += 1;
            if let Some(b'x' | b'X' | b'o' | b'O' | b'b' | b'B') = self.byte(at) {
                hex = matches!(self.byte(at), Some(b'x' | b'X'));
                at += 1;
            }
        }
        let digits = |at: usize| {
            let is_digit =
                |byte: u8| byte == b'_' || if hex { byte.is_ascii_hexdigit() } else { byte.is_ascii_digit() };
            at + self.text.as_bytes()[at..].iter().take_while(|byte| is_digit(**byte)).count()
        };
        at = digits(at);
        if self.byte(at) == Some(b'.') {
            at = digits(at + 1);
        }
        let exponent: &[u8] = if hex { b"pP" } else { b"eE" };
        if self.byte(at).is_some_and(|byte| exponent.contains(&byte)) {
            at += 1 + usize::from(matches!(self.byte(at + 1), Some(b'+' | b'-')));
            at = digits(at);
        }
        self.at = at;
        if self.rest().starts_with(is_word) || !self.text[start..at].contains(|c: char| c.is_ascii_digit()) {
            return Err((start..at, "a number was expected here".to_owned()));
        }
        self.push(Kind::Number, start..at);
        Ok(())
    }
}
