//! From characters to words: quotes, substitutions, variables.

use super::{DEPTH, Reader};
use crate::syntax::shell::{Command, Piece, Word};

impl Reader<'_> {
    /// A word, up to what separates words. Its range is empty if none stands here.
    pub(super) fn word(&mut self) -> Word {
        let start = self.at;
        let mut word = Word::default();
        while let Some(next) = self.peek() {
            match next {
                '<' | '>' if self.rest().get(1..2) == Some("(") => {
                    self.at += 2;
                    self.nested();
                    word.pieces.push(Piece::Hidden);
                }
                ' ' | '\t' | '\r' | '\n' | ';' | '&' | '|' | '<' | '>' | '(' | ')' => break,
                '\'' => {
                    self.next();
                    let text = self.take_while(|next| next != '\'').to_owned();
                    word.push(&text);
                    self.next();
                }
                '"' => self.quoted(&mut word),
                '\\' => {
                    self.next();
                    match self.next() {
                        Some('\n') | None => {}
                        Some(escaped) => word.push(escaped.encode_utf8(&mut [0; 4])),
                    }
                }
                '`' => self.backticks(&mut word),
                '$' => self.dollar(&mut word),
                _ => {
                    let plain = self.take_while(|next| !" \t\r\n;&|<>()'\"\\`$".contains(next)).to_owned();
                    word.push(&plain);
                }
            }
        }
        word.range = start..self.at;
        word
    }

    fn quoted(&mut self, word: &mut Word) {
        self.next();
        word.push("");
        while let Some(next) = self.peek() {
            match next {
                '"' => {
                    self.next();
                    return;
                }
                '\\' => {
                    self.next();
                    match self.next() {
                        Some('\n') | None => {}
                        Some(escaped @ ('$' | '`' | '"' | '\\')) => word.push(escaped.encode_utf8(&mut [0; 4])),
                        Some(other) => {
                            word.push("\\");
                            word.push(other.encode_utf8(&mut [0; 4]));
                        }
                    }
                }
                '`' => self.backticks(word),
                '$' => self.dollar(word),
                _ => {
                    let plain = self.take_while(|next| !"\"\\`$".contains(next)).to_owned();
                    word.push(&plain);
                }
            }
        }
    }

    fn backticks(&mut self, word: &mut Word) {
        self.next();
        let start = self.at;
        self.take_while(|next| next != '`');
        if self.depth < DEPTH {
            let script = &self.script[..self.at];
            let mut inner = Reader {
                script,
                at: start,
                depth: self.depth + 1,
                found: Vec::new(),
                pipeline: 0,
                heredocs: Vec::new(),
                loops: self.loops.clone(),
                is_whole: true,
            };
            inner.commands(None);
            self.is_whole &= inner.is_whole;
            self.insert(inner.found);
        }
        self.next();
        word.pieces.push(Piece::Hidden);
    }

    /// The commands of a substitution; they are found before the command that they are part of.
    fn nested(&mut self) {
        if self.depth >= DEPTH {
            return self.stop();
        }
        self.depth += 1;
        let announced = std::mem::take(&mut self.heredocs);
        let found = std::mem::take(&mut self.found);
        let pipeline = std::mem::take(&mut self.pipeline);
        self.commands(Some(')'));
        let inner = std::mem::replace(&mut self.found, found);
        self.pipeline = pipeline;
        self.heredocs = announced;
        self.insert(inner);
        self.depth -= 1;
    }

    /// Puts the commands of a substitution before those that are joined with the command at hand.
    fn insert(&mut self, commands: Vec<Command>) {
        let count = commands.len();
        self.found.splice(self.pipeline..self.pipeline, commands);
        self.pipeline += count;
    }

    fn dollar(&mut self, word: &mut Word) {
        self.next();
        match self.peek() {
            Some('(') if self.starts("((") => {
                let length = self.rest().find("))").map_or(self.rest().len(), |end| end + 2);
                self.at += length;
                word.pieces.push(Piece::Hidden);
            }
            Some('(') => {
                self.next();
                self.nested();
                word.pieces.push(Piece::Hidden);
            }
            Some('{') => {
                self.next();
                let inner = self.take_while(|next| next != '}').to_owned();
                self.next();
                word.pieces.push(parameter(&inner));
            }
            Some(next) if is_first_of_name(next) => {
                let name = self.take_while(is_of_name).to_owned();
                word.pieces.push(Piece::Variable(name, None));
            }
            Some('0'..='9' | '?' | '@' | '*' | '#' | '!' | '$' | '-') => {
                self.next();
                word.pieces.push(Piece::Hidden);
            }
            // `$'...'`, or a dollar by itself.
            Some('\'' | '"') => {}
            _ => word.push("$"),
        }
    }
}

/// What stands between `${` and `}`.
fn parameter(inner: &str) -> Piece {
    let name: String = inner.chars().take_while(|next| is_of_name(*next)).collect();
    if !name.starts_with(is_first_of_name) {
        return Piece::Hidden;
    }
    let rest = &inner[name.len()..];
    let fallback = rest.strip_prefix(":-").or_else(|| rest.strip_prefix('-'));
    match fallback {
        Some(text) if !text.contains(['$', '`', '"', '\'']) => Piece::Variable(name, Some(text.to_owned())),
        Some(_) => Piece::Variable(name, None),
        None if rest.is_empty() || rest.starts_with([':', '?']) => Piece::Variable(name, None),
        None => Piece::Hidden,
    }
}

/// `NAME=value`.
pub(super) fn assignment(word: &Word) -> Option<(String, Word)> {
    let (Piece::Text(head), rest) = word.pieces.split_first()? else { return None };
    let (name, value) = head.split_once('=')?;
    let name = name.strip_suffix('+').unwrap_or(name);
    if !name.starts_with(is_first_of_name) || !name.chars().all(is_of_name) {
        return None;
    }
    let mut pieces = vec![Piece::Text(value.to_owned())];
    pieces.extend_from_slice(rest);
    pieces.retain(|piece| *piece != Piece::Text(String::new()));
    Some((name.to_owned(), Word { pieces, range: word.range.clone() }))
}

fn is_first_of_name(next: char) -> bool {
    next.is_ascii_alphabetic() || next == '_'
}

fn is_of_name(next: char) -> bool {
    next.is_ascii_alphanumeric() || next == '_'
}
