//! SQL in its tokens, as PostgreSQL and psql cut it.

use std::borrow::Cow;
use std::ops::Range;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A key word, or a name without quotes.
    Word,
    /// A name in double quotes.
    Name,
    /// A text in single quotes in which only quotes are doubled.
    Text,
    /// A text in which a backslash escapes.
    Escaped,
    /// A text between dollars.
    Dollar,
    /// A number.
    Number,
    /// What stands for a value that comes from elsewhere: `$1`, `:name`, `${name}`.
    Parameter,
    /// One other character.
    Sign,
}

/// A token and its bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub kind: Kind,
    pub start: usize,
    pub end: usize,
}

/// What makes a text one of another database's SQL, or none at all.
#[derive(Debug, Default)]
pub(super) struct Oddities {
    /// Names in backticks, which PostgreSQL does not know.
    pub backticks: bool,
    /// Where something begins that is never closed.
    pub unclosed: Option<Range<usize>>,
}

/// Cuts a text into tokens, one at a time.
pub(super) struct Lexer<'t> {
    text: &'t str,
    position: usize,
    pub odd: Oddities,
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t str, range: Range<usize>) -> Self {
        let text = text.get(..range.end).unwrap_or(text);
        Self { text, position: range.start, odd: Oddities::default() }
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.position..).unwrap_or_default()
    }

    /// Goes to the end of the line; the data of a `COPY ... FROM stdin` end with `\.`.
    pub(super) fn skip_data(&mut self) {
        let rest = self.rest();
        let end = rest.find("\n\\.").map_or(rest.len(), |at| at + 3);
        self.position += end;
    }

    fn skip_line(&mut self) {
        let rest = self.rest();
        self.position += rest.find('\n').unwrap_or(rest.len());
    }

    fn skip_comment(&mut self) {
        let start = self.position;
        let mut depth = 0_usize;
        let mut previous = '\0';
        for (at, next) in self.rest().char_indices() {
            match (previous, next) {
                ('/', '*') => depth += 1,
                ('*', '/') => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        self.position = start + at + 1;
                        return;
                    }
                }
                _ => {
                    previous = next;
                    continue;
                }
            }
            // What is part of one mark begins no other.
            previous = '\0';
        }
        self.position = self.text.len();
        self.odd.unclosed.get_or_insert(start..self.position);
    }

    /// The end of what is in quotes, which begins at `from` with the quote.
    fn quoted(&mut self, from: usize, quote: char, escapes: bool) -> usize {
        let body = from + quote.len_utf8();
        let mut marks = self.text.get(body..).unwrap_or_default().char_indices().peekable();
        while let Some((at, next)) = marks.next() {
            if escapes && next == '\\' {
                marks.next();
            } else if next == quote {
                if marks.peek().is_some_and(|(_, after)| *after == quote) {
                    marks.next();
                } else {
                    return body + at + quote.len_utf8();
                }
            }
        }
        self.odd.unclosed.get_or_insert(from..self.text.len());
        self.text.len()
    }

    /// The end of a text between dollars, if one begins here.
    fn dollar(&mut self) -> Option<usize> {
        let rest = self.rest();
        let tag = rest.get(1..)?.find('$').and_then(|at| rest.get(..at + 2))?;
        let inner = tag.trim_matches('$');
        let is_tag = inner.chars().all(in_word) && !inner.starts_with(|first: char| first.is_ascii_digit());
        if !is_tag {
            return None;
        }
        let body = self.position + tag.len();
        match self.text.get(body..)?.find(tag) {
            Some(at) => Some(body + at + tag.len()),
            None => {
                self.odd.unclosed.get_or_insert(self.position..self.text.len());
                Some(self.text.len())
            }
        }
    }

    fn token(&mut self, kind: Kind, end: usize) -> Token {
        let start = self.position;
        self.position = end.max(start + 1).min(self.text.len());
        Token { kind, start, end: self.position }
    }

    /// Where the characters end that belong to a word, from `from` on.
    fn word_end(&self, from: usize) -> usize {
        let rest = self.text.get(from..).unwrap_or_default();
        from + rest.find(|next: char| !in_word(next) && next != '$').unwrap_or(rest.len())
    }
}

impl Iterator for Lexer<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        loop {
            let rest = self.rest();
            let first = rest.chars().next()?;
            let second = rest.chars().nth(1);
            let start = self.position;
            match first {
                _ if first.is_whitespace() || first == '\u{feff}' => self.position += first.len_utf8(),
                '-' if second == Some('-') => self.skip_line(),
                '/' if second == Some('*') => self.skip_comment(),
                // psql ends a statement with a command such as \gexec; others stand on lines of their own.
                '\\' if rest.starts_with("\\g") || rest.starts_with("\\crosstabview") => {
                    let token = self.token(Kind::Sign, start + 1);
                    self.skip_line();
                    return Some(token);
                }
                '\\' => self.skip_line(),
                '\'' => {
                    let end = self.quoted(start, '\'', false);
                    return Some(self.token(Kind::Text, end));
                }
                '"' => {
                    let end = self.quoted(start, '"', false);
                    return Some(self.token(Kind::Name, end));
                }
                '`' => {
                    self.odd.backticks = true;
                    let end = self.quoted(start, '`', false);
                    return Some(self.token(Kind::Name, end));
                }
                '$' if second == Some('{') => {
                    let end = rest.find('}').map_or(start + 1, |at| start + at + 1);
                    return Some(self.token(Kind::Parameter, end));
                }
                '$' => {
                    if let Some(end) = self.dollar() {
                        return Some(self.token(Kind::Dollar, end));
                    }
                    let end = self.word_end(start + 1);
                    return Some(self.token(Kind::Parameter, end));
                }
                ':' if second == Some(':') => return Some(self.token(Kind::Sign, start + 2)),
                ':' if second.is_some_and(|next| next == '\'' || next == '"') => {
                    let end = self.quoted(start + 1, second.unwrap_or('\''), false);
                    return Some(self.token(Kind::Parameter, end));
                }
                ':' if second.is_some_and(|next| next.is_ascii_alphabetic() || next == '_') => {
                    let end = self.word_end(start + 1);
                    return Some(self.token(Kind::Parameter, end));
                }
                _ if first.is_ascii_digit() => {
                    let end = rest.find(|next: char| !next.is_ascii_alphanumeric() && next != '.');
                    return Some(self.token(Kind::Number, start + end.unwrap_or(rest.len())));
                }
                _ if in_word(first) => {
                    let end = self.word_end(start);
                    let word = self.text.get(start..end).unwrap_or_default();
                    let behind = self.text.get(end..).unwrap_or_default();
                    if behind.starts_with('\'') && ["e", "b", "x", "n"].contains(&word.to_ascii_lowercase().as_str()) {
                        let escapes = word.eq_ignore_ascii_case("e");
                        let end = self.quoted(end, '\'', escapes);
                        return Some(self.token(if escapes { Kind::Escaped } else { Kind::Text }, end));
                    }
                    if word.eq_ignore_ascii_case("u") && (behind.starts_with("&'") || behind.starts_with("&\"")) {
                        let quote = if behind.starts_with("&'") { '\'' } else { '"' };
                        let end = self.quoted(end + 1, quote, false);
                        return Some(self.token(if quote == '"' { Kind::Name } else { Kind::Text }, end));
                    }
                    return Some(self.token(Kind::Word, end));
                }
                _ => return Some(self.token(Kind::Sign, start + first.len_utf8())),
            }
        }
    }
}

/// Whether a character may be part of a name without quotes; it may not begin with a digit.
fn in_word(next: char) -> bool {
    next.is_alphanumeric() || next == '_'
}

/// What the quotes of a token hold; for a word the word in lower case, as PostgreSQL takes it.
pub(super) fn unquoted(token: Token, text: &str) -> Cow<'_, str> {
    let raw = text.get(token.start..token.end).unwrap_or_default();
    match token.kind {
        Kind::Word => match raw.bytes().any(|byte| byte.is_ascii_uppercase()) {
            true => Cow::Owned(raw.to_ascii_lowercase()),
            false => Cow::Borrowed(raw),
        },
        Kind::Name | Kind::Text | Kind::Escaped => {
            let quote = raw.chars().last().unwrap_or('"');
            let start = raw.find(quote).map_or(0, |at| at + quote.len_utf8());
            let inner = raw.get(start..raw.len() - quote.len_utf8()).unwrap_or_default();
            match inner.contains(quote) || (token.kind == Kind::Escaped && inner.contains('\\')) {
                true => {
                    let single = inner.replace(&format!("{quote}{quote}"), &quote.to_string());
                    let bare = if token.kind == Kind::Escaped { single.replace('\\', "") } else { single };
                    Cow::Owned(bare)
                }
                false => Cow::Borrowed(inner),
            }
        }
        Kind::Dollar => Cow::Borrowed(text.get(inside_dollars(token, text)).unwrap_or_default()),
        Kind::Number | Kind::Parameter | Kind::Sign => Cow::Borrowed(raw),
    }
}

/// The bytes between the dollars of a token.
pub(super) fn inside_dollars(token: Token, text: &str) -> Range<usize> {
    let raw = text.get(token.start..token.end).unwrap_or_default();
    let tag = raw.get(1..).and_then(|rest| rest.find('$')).map_or(0, |at| at + 2);
    let is_closed = raw.len() >= tag * 2 && raw.get(..tag).is_some_and(|tag| raw.ends_with(tag));
    token.start + tag..if is_closed { token.end - tag } else { token.end }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cut(text: &str) -> Vec<(Kind, String)> {
        Lexer::new(text, 0..text.len()).map(|token| (token.kind, unquoted(token, text).into_owned())).collect()
    }

    #[test]
    fn tokens_are_cut_as_postgres_does() {
        let text = "Select \"A\"\"b\" -- c\n/* x /* y */ z */ 'it''s' E'a\\'b' $f$ a;'$f$ $1 x::INT :'v' :w ${s}.t 1.5";
        let expected = [
            (Kind::Word, "select"),
            (Kind::Name, "A\"b"),
            (Kind::Text, "it's"),
            (Kind::Escaped, "a'b"),
            (Kind::Dollar, " a;'"),
            (Kind::Parameter, "$1"),
            (Kind::Word, "x"),
            (Kind::Sign, "::"),
            (Kind::Word, "int"),
            (Kind::Parameter, ":'v'"),
            (Kind::Parameter, ":w"),
            (Kind::Parameter, "${s}"),
            (Kind::Sign, "."),
            (Kind::Word, "t"),
            (Kind::Number, "1.5"),
        ];
        assert_eq!(cut(text), expected.map(|(kind, text)| (kind, text.to_owned())));
    }

    #[test]
    fn what_is_never_closed_is_noted() {
        for text in ["a 'b", "/* x", "$$ y", "\"z"] {
            let mut lexer = Lexer::new(text, 0..text.len());
            assert!(lexer.by_ref().count() < 3);
            assert!(lexer.odd.unclosed.is_some(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_cut_within_its_bounds(text in "[a-zA-Z0-9$'\"`/*\\-\\\\:;(){}. \\n\\té,_&]{0,120}") {
            let mut last = 0;
            for token in Lexer::new(&text, 0..text.len()) {
                prop_assert!(token.start >= last && token.end > token.start);
                prop_assert!(text.get(token.start..token.end).is_some());
                let _ = unquoted(token, &text);
                prop_assert!(token.kind != Kind::Dollar || text.get(inside_dollars(token, &text)).is_some());
                last = token.end;
            }
        }
    }
}
