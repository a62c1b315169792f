//! Writes YAML characters as go-yaml v2 does: which quotes a string gets, where lines break.
//!
//! The state and the order of the decisions follow the emitter of libyaml, of which go-yaml is a
//! translation, because charts compare texts.

use super::plain::{self, Plain};

/// The column after which a blank in a string may become a line break.
const BEST_WIDTH: usize = 80;
/// The longest key, in bytes, that is written without `?`.
const MAX_SIMPLE_KEY: usize = 128;

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    Plain,
    Single,
    Double,
    Literal,
}

/// What the characters of a string allow.
#[derive(Debug, Default)]
struct Analysis {
    multiline: bool,
    plain: bool,
    single: bool,
    block: bool,
}

/// Collects the text, and knows column and indentation.
#[derive(Debug)]
pub struct Writer {
    /// The text so far.
    pub out: String,
    column: usize,
    /// The last character was a blank that the layout needed.
    whitespace: bool,
    /// Only indentation and indicators stand on the line so far.
    pub indention: bool,
    /// The current indentation; -1 outside of everything.
    pub indent: i32,
}

impl Default for Writer {
    fn default() -> Self {
        Self { out: String::new(), column: 0, whitespace: true, indention: true, indent: -1 }
    }
}

impl Writer {
    fn put(&mut self, character: char) {
        self.out.push(character);
        self.column += 1;
    }

    fn put_break(&mut self) {
        self.out.push('\n');
        self.column = 0;
    }

    /// Begins a line at the current indentation, unless the place is right already.
    pub fn write_indent(&mut self) {
        let indent = usize::try_from(self.indent).unwrap_or(0);
        if !self.indention || self.column > indent || (self.column == indent && !self.whitespace) {
            self.put_break();
        }
        while self.column < indent {
            self.put(' ');
        }
        self.whitespace = true;
        self.indention = true;
    }

    /// Writes `-`, `?`, `:`, `[]` and the like.
    pub fn indicator(&mut self, text: &str, needs_blank: bool, is_whitespace: bool, is_indention: bool) {
        if needs_blank && !self.whitespace {
            self.put(' ');
        }
        for character in text.chars() {
            self.put(character);
        }
        self.whitespace = is_whitespace;
        self.indention = self.indention && is_indention;
    }

    /// Writes `null`, `true`, a number: what is never quoted.
    pub fn bare(&mut self, text: &str) {
        self.indicator(text, true, false, false);
    }

    /// Writes a string in the style that go-yaml picks for it. `simple_key` for a key before `:`.
    pub fn string(&mut self, text: &str, simple_key: bool) {
        let analysis = analyse(text);
        let style = pick(text, &analysis, simple_key);
        self.indent = if self.indent < 0 { 2 } else { self.indent + 2 };
        match style {
            Style::Plain => self.plain(text, !simple_key),
            Style::Single => self.single(text, !simple_key),
            Style::Double => self.double(text, !simple_key),
            Style::Literal => self.literal(text),
        }
        self.indent -= 2;
    }

    fn plain(&mut self, text: &str, may_break: bool) {
        if !self.whitespace {
            self.put(' ');
        }
        self.flow_text(text, may_break, false);
    }

    fn single(&mut self, text: &str, may_break: bool) {
        self.indicator("'", true, false, false);
        self.flow_text(text, may_break, true);
        self.indicator("'", false, false, false);
    }

    fn flow_text(&mut self, text: &str, may_break: bool, quoted: bool) {
        let (mut spaces, mut breaks) = (false, false);
        let mut characters = text.char_indices().peekable();
        while let Some((at, character)) = characters.next() {
            let next_is_space = characters.peek().is_some_and(|(_, next)| *next == ' ');
            if character == ' ' {
                let inner = !quoted || (at > 0 && at + 1 < text.len());
                if may_break && !spaces && self.column > BEST_WIDTH && inner && !next_is_space {
                    self.write_indent();
                } else {
                    self.put(' ');
                }
                spaces = true;
            } else if is_break(character) {
                self.out.push(character);
                self.column = 0;
                self.indention = true;
                breaks = true;
            } else {
                if breaks {
                    self.write_indent();
                }
                if quoted && character == '\'' {
                    self.put('\'');
                }
                self.put(character);
                self.indention = false;
                (spaces, breaks) = (false, false);
            }
        }
        self.whitespace = false;
        self.indention = false;
    }

    fn double(&mut self, text: &str, may_break: bool) {
        self.indicator("\"", true, false, false);
        // The original asks whether the *text* begins with a byte order mark, for every character.
        let escape_all = text.starts_with('\u{feff}');
        let mut spaces = false;
        let mut characters = text.char_indices().peekable();
        while let Some((at, character)) = characters.next() {
            if escape_all || !is_printable(character) || is_break(character) || matches!(character, '"' | '\\') {
                self.escape(character);
                spaces = false;
            } else if character == ' ' {
                let inner = at > 0 && at + 1 < text.len();
                if may_break && !spaces && self.column > BEST_WIDTH && inner {
                    self.write_indent();
                    if characters.peek().is_some_and(|(_, next)| *next == ' ') {
                        self.put('\\');
                    }
                } else {
                    self.put(' ');
                }
                spaces = true;
            } else {
                self.put(character);
                spaces = false;
            }
        }
        self.indicator("\"", false, false, false);
    }

    fn escape(&mut self, character: char) {
        self.put('\\');
        let short = match character {
            '\0' => '0',
            '\u{7}' => 'a',
            '\u{8}' => 'b',
            '\t' => 't',
            '\n' => 'n',
            '\u{b}' => 'v',
            '\u{c}' => 'f',
            '\r' => 'r',
            '\u{1b}' => 'e',
            '"' | '\\' => character,
            '\u{85}' => 'N',
            '\u{a0}' => '_',
            '\u{2028}' => 'L',
            '\u{2029}' => 'P',
            _ => {
                let code = u32::from(character);
                let text = match code {
                    0..=0xff => format!("x{code:02X}"),
                    0x100..=0xffff => format!("u{code:04X}"),
                    _ => format!("U{code:08X}"),
                };
                text.chars().for_each(|digit| self.put(digit));
                return;
            }
        };
        self.put(short);
    }

    fn literal(&mut self, text: &str) {
        self.indicator("|", true, false, false);
        if text.starts_with(' ') || text.starts_with(is_break) {
            self.indicator("2", false, false, false);
        }
        let mut backwards = text.chars().rev();
        if !backwards.next().is_some_and(is_break) {
            self.indicator("-", false, false, false);
        } else if backwards.next().is_none_or(is_break) {
            self.indicator("+", false, false, false);
        }
        self.put_break();
        self.indention = true;
        self.whitespace = true;
        let mut breaks = true;
        for character in text.chars() {
            if is_break(character) {
                self.out.push(character);
                self.column = 0;
                self.indention = true;
                breaks = true;
            } else {
                if breaks {
                    self.write_indent();
                }
                self.put(character);
                self.indention = false;
                breaks = false;
            }
        }
    }
}

/// Whether a key can stand before `:` without `?`.
#[must_use]
pub fn is_simple_key(text: &str) -> bool {
    text.len() <= MAX_SIMPLE_KEY && !text.contains(is_break)
}

fn pick(text: &str, analysis: &Analysis, simple_key: bool) -> Style {
    let mut style = if text.contains('\n') {
        Style::Literal
    } else if is_plain_string(text) {
        Style::Plain
    } else {
        Style::Double
    };
    if simple_key && analysis.multiline {
        style = Style::Double;
    }
    if style == Style::Plain && (!analysis.plain || (text.is_empty() && simple_key)) {
        style = Style::Single;
    }
    if style == Style::Single && !analysis.single {
        style = Style::Double;
    }
    if style == Style::Literal && (!analysis.block || simple_key) {
        style = Style::Double;
    }
    style
}

/// Whether a reader of YAML 1.1 takes the text for a string when it is not quoted. `<<` counts as
/// one: go-yaml writes it plain.
fn is_plain_string(text: &str) -> bool {
    matches!(plain::resolve(text), Plain::String | Plain::Merge) && !plain::is_base60(text)
}

fn is_break(character: char) -> bool {
    matches!(character, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_printable(character: char) -> bool {
    matches!(character, '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}') && character != '\u{feff}'
}

fn is_blankz(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\0') || is_break(character)
}

fn analyse(text: &str) -> Analysis {
    if text.is_empty() {
        return Analysis { multiline: false, plain: true, single: true, block: false };
    }
    let mut indicators = text.starts_with("---") || text.starts_with("...");
    let (mut breaks, mut special) = (false, false);
    let (mut break_space, mut space_break) = (false, false);
    let (mut previous_space, mut previous_break) = (false, false);
    let mut after_blank = true;
    let mut characters = text.chars().peekable();
    let mut is_first = true;
    while let Some(character) = characters.next() {
        let before_blank = characters.peek().is_none_or(|next| is_blankz(*next));
        indicators |= match character {
            '#' => is_first || after_blank,
            ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`' => is_first,
            '?' | '-' => is_first && before_blank,
            ':' => before_blank,
            _ => false,
        };
        special |= !is_printable(character);
        if character == ' ' {
            break_space |= previous_break;
            (previous_space, previous_break) = (true, false);
        } else if is_break(character) {
            breaks = true;
            space_break |= previous_space;
            (previous_space, previous_break) = (false, true);
        } else {
            (previous_space, previous_break) = (false, false);
        }
        after_blank = is_blankz(character);
        is_first = false;
    }
    let edge = |character: Option<char>| character.is_some_and(|character| character == ' ' || is_break(character));
    let ragged = edge(text.chars().next()) || edge(text.chars().next_back());
    let impossible = space_break || special;
    Analysis {
        multiline: breaks,
        plain: !(ragged || break_space || impossible || breaks || indicators),
        single: !(break_space || impossible),
        block: !(text.ends_with(' ') || impossible),
    }
}
