//! From characters to commands.

mod words;

use super::{Command, Piece, Word};

/// How deep substitutions may nest.
const DEPTH: usize = 12;

/// Words after which another command begins.
const OPENERS: [&str; 9] = ["if", "then", "else", "elif", "while", "until", "do", "!", "{"];

/// Words that end a compound command.
const CLOSERS: [&str; 3] = ["fi", "}", "time"];

/// Whether a word only opens or closes a compound command where one may begin.
pub(super) fn is_keyword(word: &str) -> bool {
    OPENERS.contains(&word) || CLOSERS.contains(&word) || ["done", "esac"].contains(&word)
}

/// The most commands of a script, or of one substitution in it.
const MOST: usize = 2000;

/// The commands of a script, and whether those are all.
pub(super) fn read(script: &str) -> (Vec<Command>, bool) {
    let mut reader = Reader {
        script,
        at: 0,
        depth: 0,
        found: Vec::new(),
        pipeline: 0,
        heredocs: Vec::new(),
        loops: Vec::new(),
        is_whole: true,
    };
    reader.commands(None);
    (reader.found, reader.is_whole)
}

/// Whether a loop ends.
#[derive(Clone, Copy, PartialEq)]
enum Loop {
    /// The command that decides comes next.
    Begun {
        until: bool,
    },
    Ends,
    Endless,
}

struct Reader<'s> {
    script: &'s str,
    at: usize,
    depth: usize,
    found: Vec<Command>,
    /// Where the commands that are joined with the next one begin among those.
    pipeline: usize,
    /// The words that end the texts which follow this line.
    heredocs: Vec<(String, bool)>,
    /// The loops around, and whether each never ends.
    loops: Vec<Loop>,
    /// Whether nothing was left out so far.
    is_whole: bool,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.script.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn starts(&self, text: &str) -> bool {
        self.rest().starts_with(text)
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    /// Takes a text that stands here.
    fn take(&mut self, text: &str) -> bool {
        let is_here = self.starts(text);
        self.at += if is_here { text.len() } else { 0 };
        is_here
    }

    /// Takes characters while they fit.
    fn take_while(&mut self, fits: impl Fn(char) -> bool) -> &str {
        let start = self.at;
        while self.peek().is_some_and(&fits) {
            self.next();
        }
        &self.script[start..self.at]
    }

    /// Reads commands up to a closing character, or to the end.
    fn commands(&mut self, until: Option<char>) {
        let mut command = Command::default();
        // How many `case` are open, and whether patterns stand here instead of commands.
        let mut cases = 0_usize;
        let mut is_pattern = false;
        loop {
            self.take_while(|next| next == ' ' || next == '\t' || next == '\r');
            if self.take("\\\n") {
                continue;
            }
            let Some(next) = self.peek() else { break };
            if Some(next) == until && !is_pattern {
                self.next();
                break;
            }
            match next {
                '\n' => {
                    self.next();
                    self.end(&mut command, false);
                    self.skip_heredocs();
                }
                ';' => {
                    self.end(&mut command, false);
                    while self.take(";") || self.take("&") {
                        is_pattern |= cases > 0 && self.script[..self.at].ends_with(";;");
                    }
                }
                '&' if self.starts("&>") => {
                    self.at += 2;
                    self.take(">");
                    self.redirect();
                }
                '&' => {
                    self.next();
                    self.take("&");
                    self.end(&mut command, false);
                }
                '|' => {
                    self.next();
                    let is_or = self.take("|");
                    self.take("&");
                    if is_pattern {
                        command = Command::default();
                    } else {
                        self.end(&mut command, !is_or);
                    }
                }
                '(' if command.words.is_empty() && self.starts("((") => {
                    let length = self.rest().find("))").map_or(self.rest().len(), |end| end + 2);
                    self.at += length;
                }
                '(' => {
                    self.next();
                    self.end(&mut command, false);
                }
                ')' => {
                    self.next();
                    if is_pattern {
                        command = Command::default();
                        is_pattern = false;
                    } else {
                        self.end(&mut command, false);
                    }
                }
                '#' => {
                    self.take_while(|next| next != '\n');
                }
                '<' | '>' if !self.starts("<(") && !self.starts(">(") => self.arrow(&mut command),
                _ => {
                    let word = self.word();
                    if word.range.is_empty() {
                        // Nothing was taken: never stand still.
                        self.next();
                        continue;
                    }
                    self.place(word, &mut command, &mut cases, &mut is_pattern);
                }
            }
        }
        self.end(&mut command, false);
    }

    /// Puts a word where it belongs: a keyword, an assignment, a word of the command.
    fn place(&mut self, word: Word, command: &mut Command, cases: &mut usize, is_pattern: &mut bool) {
        let is_first = command.words.is_empty();
        let raw = self.script.get(word.range.clone()).unwrap_or_default();
        if is_first && *cases > 0 && raw == "esac" {
            *cases -= 1;
            *is_pattern = false;
            return;
        }
        if is_first && !*is_pattern {
            if OPENERS.contains(&raw) || CLOSERS.contains(&raw) {
                if raw == "while" || raw == "until" {
                    self.loops.push(Loop::Begun { until: raw == "until" });
                }
                return;
            }
            match raw {
                "done" => {
                    self.loops.pop();
                    return;
                }
                "for" | "select" => {
                    self.loops.push(if self.starts(" ((;;))") { Loop::Endless } else { Loop::Ends });
                    // The list is no command; what stands in it was read with it.
                    while self.peek().is_some_and(|next| next != ';' && next != '\n') {
                        if self.word().range.is_empty() {
                            self.next();
                        }
                    }
                    return;
                }
                "case" => {
                    self.take_while(char::is_whitespace);
                    self.word();
                    self.take_while(char::is_whitespace);
                    if self.take("in") {
                        *cases += 1;
                        *is_pattern = true;
                    }
                    return;
                }
                "function" => {
                    self.take_while(char::is_whitespace);
                    self.word();
                    self.take("()");
                    return;
                }
                _ => {}
            }
            if self.starts("()") {
                self.at += 2;
                return;
            }
            if let Some((name, value)) = words::assignment(&word) {
                command.range =
                    if command.assignments.is_empty() { word.range } else { command.range.start..word.range.end };
                command.assignments.push((name, value));
                return;
            }
        }
        let start = if is_first && command.assignments.is_empty() { word.range.start } else { command.range.start };
        command.range = start..word.range.end;
        command.words.push(word);
    }

    /// A `<` or `>` with what stands behind it.
    fn arrow(&mut self, command: &mut Command) {
        let is_output = self.peek() == Some('>');
        // `2>`: what is not the output proper is of no interest.
        let is_other = command.words.last().is_some_and(|word| {
            word.range.end == self.at
                && word.plain().is_some_and(|text| text.chars().all(|digit| digit.is_ascii_digit()))
        });
        let number = if is_other { command.words.pop() } else { None };
        let is_standard = number.as_ref().and_then(Word::plain).is_none_or(|number| number == "1");
        self.next();
        if !is_output && self.starts("<<") {
            self.at += 2;
            self.redirect();
            return;
        }
        if !is_output && self.take("<") {
            let strips = self.take("-");
            self.take_while(|next| next == ' ');
            let end = self.word();
            let end: String =
                end.pieces.iter().map(|piece| if let Piece::Text(text) = piece { text } else { "" }).collect();
            self.heredocs.push((end, strips));
            return;
        }
        while self.take(">") || self.take("|") {}
        if self.take("&") {
            self.take_while(|next| next.is_ascii_digit() || next == '-');
            return;
        }
        let target = self.redirect();
        if is_output && is_standard && target.plain() != Some("/dev/null") {
            command.range.end = command.range.end.max(target.range.end);
            command.writes.push(target);
        }
    }

    /// The word behind an arrow.
    fn redirect(&mut self) -> Word {
        self.take_while(|next| next == ' ' || next == '\t');
        self.word()
    }

    fn end(&mut self, command: &mut Command, pipes: bool) {
        let mut done = std::mem::take(command);
        if !done.words.is_empty() || !done.assignments.is_empty() || !done.writes.is_empty() {
            if self.found.len() >= MOST {
                return self.stop();
            }
            self.decide(&done);
            done.repeats = self.loops.contains(&Loop::Endless);
            done.pipes = pipes;
            self.found.push(done);
            if !pipes {
                self.pipeline = self.found.len();
            }
        }
    }

    /// The first command of a loop decides whether it ends.
    fn decide(&mut self, first: &Command) {
        let Some(Loop::Begun { until }) = self.loops.last().copied() else { return };
        let words: Vec<&str> = first.words.iter().filter_map(Word::plain).collect();
        let program = words.first().map_or("", |word| word.rsplit('/').next().unwrap_or(word));
        let is_endless = match program {
            "true" | ":" | "sleep" => !until,
            "false" => until,
            "[" | "test" | "[[" => !until && matches!(words.get(1).copied(), Some("1" | "true")),
            _ => false,
        };
        if let Some(last) = self.loops.last_mut() {
            *last = if is_endless { Loop::Endless } else { Loop::Ends };
        }
    }

    /// Leaves the rest of the script out.
    fn stop(&mut self) {
        self.at = self.script.len();
        self.is_whole = false;
    }

    /// Skips the texts that were announced on the line before.
    fn skip_heredocs(&mut self) {
        for (end, strips) in std::mem::take(&mut self.heredocs) {
            while self.at < self.script.len() {
                let line = self.take_while(|next| next != '\n').to_owned();
                self.take("\n");
                let line = if strips { line.trim_start_matches('\t') } else { &line };
                if line.trim_end_matches('\r') == end {
                    break;
                }
            }
        }
    }
}
