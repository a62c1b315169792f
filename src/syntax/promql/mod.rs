//! A reader of PromQL: which metrics an expression names, with which labels, over which ranges, and
//! what it compares. Nothing is evaluated.
//!
//! It goes along the words once and keeps its own stack of brackets, so that neither depth nor length
//! matters. What it cannot read is a defect with its place, and the rest is read all the same.

mod lexer;

use self::lexer::{Kind, Word, words};
use std::ops::Range;

/// What an expression says. All places are bytes within it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Expression {
    /// The metrics in the order of the text.
    pub metrics: Vec<Selector>,
    /// The comparisons in the order of the text.
    pub comparisons: Vec<Comparison>,
    /// Functions and aggregations that are called, in the order of the text.
    pub functions: Vec<String>,
    /// What cannot be read: the place, and what stands there.
    pub defects: Vec<(Range<usize>, &'static str)>,
}

/// A metric with its label matchers and its range.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Selector {
    /// The name; empty where only labels choose the series.
    pub name: String,
    /// Where the name stands, or the braces.
    pub at: Range<usize>,
    /// The conditions on labels.
    pub matchers: Vec<Matcher>,
    /// The range behind it, in milliseconds.
    pub range: Option<u64>,
    /// The function around it, the nearest one.
    pub function: Option<String>,
}

/// A condition on a label.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Matcher {
    /// The label.
    pub label: String,
    /// `=`, `!=`, `=~` or `!~`.
    pub operator: &'static str,
    /// What it is held against.
    pub value: String,
    /// Where it stands.
    pub at: Range<usize>,
}

/// A comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// `==`, `!=`, `>`, `<`, `>=` or `<=`, as if the number stood on the right.
    pub operator: &'static str,
    /// The number that is compared with, if it is written as one.
    pub threshold: Option<f64>,
    /// Where the operator stands.
    pub at: Range<usize>,
    /// Whether it yields 0 or 1 instead of dropping what does not hold: `== bool`.
    pub is_number: bool,
}

impl Expression {
    /// Whether it yields nothing as long as all is well: it compares, or asks what is missing.
    #[must_use]
    pub fn compares(&self) -> bool {
        let asks = |name: &String| matches!(name.as_str(), "absent" | "absent_over_time");
        self.comparisons.iter().any(|comparison| !comparison.is_number) || self.functions.iter().any(asks)
    }

    /// The number that decides: that of the last comparison that has one.
    #[must_use]
    pub fn threshold(&self) -> Option<f64> {
        let deciding = self.comparisons.iter().rev().filter(|comparison| !comparison.is_number);
        deciding.into_iter().find_map(|comparison| comparison.threshold)
    }
}

/// Words that join expressions or shape what they join; in brackets behind some of them stand labels.
const KEYWORDS: [&str; 10] = ["and", "or", "unless", "bool", "offset", "atan2", "start", "end", "inf", "nan"];
const LABEL_LISTS: [&str; 6] = ["by", "without", "on", "ignoring", "group_left", "group_right"];
const AGGREGATIONS: [&str; 14] = [
    "sum",
    "min",
    "max",
    "avg",
    "group",
    "stddev",
    "stdvar",
    "count",
    "count_values",
    "bottomk",
    "topk",
    "quantile",
    "limitk",
    "limit_ratio",
];
const COMPARISONS: [&str; 6] = ["==", "!=", ">=", "<=", ">", "<"];
const MATCHERS: [&str; 4] = ["=~", "!~", "!=", "="];

/// Reads an expression.
#[must_use]
pub fn read(expression: &str) -> Expression {
    let (words, defects) = words(expression);
    let mut reader = Reader {
        words: &words,
        at: 0,
        end: expression.len(),
        open: Vec::new(),
        made: Expression { defects, ..Expression::default() },
    };
    while reader.at < words.len() {
        reader.step();
    }
    if let Some((at, _)) = reader.open.pop() {
        reader.made.defects.push((at, "a bracket that is never closed"));
    }
    if words.is_empty() && reader.made.defects.is_empty() {
        reader.made.defects.push((0..expression.len(), "nothing"));
    }
    reader.made
}

struct Reader<'e> {
    words: &'e [Word<'e>],
    at: usize,
    end: usize,
    /// Open round brackets, each with the function before it.
    open: Vec<(Range<usize>, Option<String>)>,
    made: Expression,
}

impl<'e> Reader<'e> {
    fn word(&self, at: usize) -> Option<&'e Word<'e>> {
        self.words.get(at)
    }

    fn step(&mut self) {
        let Some(word) = self.word(self.at) else { return };
        self.at += 1;
        match word.kind {
            Kind::Name => self.name(word),
            Kind::Sign if word.text == "(" => self.open.push((word.at.clone(), None)),
            Kind::Sign if word.text == ")" => {
                if self.open.pop().is_none() {
                    self.made.defects.push((word.at.clone(), "a bracket that was never opened"));
                }
            }
            Kind::Sign if word.text == "{" => {
                let selector = Selector { at: word.at.clone(), ..Selector::default() };
                self.at -= 1;
                self.selector(selector);
            }
            Kind::Sign if word.text == "[" => self.range(),
            Kind::Sign => self.compare(word),
            Kind::Number | Kind::Duration | Kind::Text => {}
        }
    }

    fn name(&mut self, word: &Word<'e>) {
        let next = self.word(self.at);
        let opens = next.is_some_and(|next| next.is("("));
        if LABEL_LISTS.iter().any(|list| word.is_keyword(list)) && opens {
            self.labels();
            return;
        }
        let is_aggregation = AGGREGATIONS.iter().any(|known| word.is_keyword(known));
        let groups = next.is_some_and(|next| next.is_keyword("by") || next.is_keyword("without"));
        if is_aggregation && groups {
            self.at += 1;
            self.labels();
            if let Some(open) = self.word(self.at).filter(|next| next.is("(")) {
                self.call(word, open);
            }
        } else if KEYWORDS.iter().chain(&LABEL_LISTS).any(|keyword| word.is_keyword(keyword)) {
            // `start()` and `end()` stand behind an @; the rest joins.
        } else if let Some(open) = next.filter(|_| opens) {
            self.call(word, open);
        } else {
            self.selector(Selector { name: word.text.to_owned(), at: word.at.clone(), ..Selector::default() });
        }
    }

    fn call(&mut self, word: &Word<'e>, open: &Word<'e>) {
        self.at += 1;
        self.made.functions.push(word.text.to_owned());
        self.open.push((open.at.clone(), Some(word.text.to_owned())));
    }

    /// Skips labels in round brackets.
    fn labels(&mut self) {
        let Some(open) = self.word(self.at).filter(|next| next.is("(")) else { return };
        self.at += 1;
        while let Some(word) = self.word(self.at) {
            self.at += 1;
            if word.is(")") {
                return;
            }
        }
        self.made.defects.push((open.at.clone(), "a list of labels that is never closed"));
    }

    /// The labels and the range behind a name.
    fn selector(&mut self, mut selector: Selector) {
        if let Some(open) = self.word(self.at).filter(|next| next.is("{")) {
            self.at += 1;
            self.matchers(&mut selector, open);
        }
        selector.function = self.open.iter().rev().find_map(|(_, name)| name.clone());
        self.made.metrics.push(selector);
        if self.word(self.at).is_some_and(|next| next.is("[")) {
            self.at += 1;
            self.range();
        }
    }

    fn matchers(&mut self, selector: &mut Selector, open: &Word<'e>) {
        while let Some(word) = self.word(self.at) {
            self.at += 1;
            if word.is("}") {
                return;
            }
            if !matches!(word.kind, Kind::Name | Kind::Text) {
                continue;
            }
            let operator = self.word(self.at).filter(|next| next.kind == Kind::Sign);
            let operator = operator.and_then(|next| MATCHERS.into_iter().find(|known| *known == next.text));
            let value = self.word(self.at + 1).filter(|value| value.kind == Kind::Text);
            match (operator, value) {
                (Some(operator), Some(value)) => {
                    self.at += 2;
                    let (label, value_text) = (word.text.to_owned(), unescaped(value.text));
                    if label == "__name__" && operator == "=" && selector.name.is_empty() {
                        selector.name.clone_from(&value_text);
                        selector.at = value.at.clone();
                    }
                    let at = word.at.start..value.at.end;
                    selector.matchers.push(Matcher { label, operator, value: value_text, at });
                }
                // A name in quotes by itself is the metric's.
                (None, _) if word.kind == Kind::Text && selector.name.is_empty() => {
                    selector.name = unescaped(word.text);
                    selector.at = word.at.clone();
                }
                _ => self.made.defects.push((word.at.clone(), "a label without what it has to be")),
            }
        }
        self.made.defects.push((open.at.clone(), "labels whose brace is never closed"));
    }

    /// What stands in square brackets: a range, and for subqueries a resolution.
    fn range(&mut self) {
        let start = self.word(self.at.saturating_sub(1)).map_or(0..self.end, |word| word.at.clone());
        let mut first = None;
        while let Some(word) = self.word(self.at) {
            self.at += 1;
            if word.is("]") {
                match (first, self.made.metrics.last_mut()) {
                    (None, _) => self.made.defects.push((start, "a range without a length of time")),
                    (Some(range), Some(selector)) if selector.range.is_none() => selector.range = Some(range),
                    (Some(_), _) => {}
                }
                return;
            }
            if first.is_none() {
                first = duration(word.text);
            }
        }
        self.made.defects.push((start, "a range that is never closed"));
    }

    fn compare(&mut self, word: &Word<'e>) {
        let Some(operator) = COMPARISONS.into_iter().find(|known| *known == word.text) else { return };
        let is_number = self.word(self.at).is_some_and(|next| next.is_keyword("bool"));
        let behind = self.at + usize::from(is_number);
        let before = self.at.checked_sub(2);
        let (threshold, operator) = match (self.number_behind(behind), before.and_then(|at| self.number_before(at))) {
            (Some(number), _) => (Some(number), operator),
            (None, Some(number)) => (Some(number), turned(operator)),
            (None, None) => (None, operator),
        };
        self.made.comparisons.push(Comparison { operator, threshold, at: word.at.clone(), is_number });
    }

    /// A number that is all that stands on the right.
    fn number_behind(&self, mut at: usize) -> Option<f64> {
        let negative = self.word(at).is_some_and(|word| word.is("-"));
        at += usize::from(negative || self.word(at).is_some_and(|word| word.is("+")));
        let word = self.word(at)?;
        let number = number_of(word)?;
        let joins = |next: &Word<'_>| ["+", "-", "*", "/", "%", "^"].iter().any(|sign| next.is(sign));
        if self.word(at + 1).is_some_and(joins) {
            return None;
        }
        Some(if negative { -number } else { number })
    }

    /// A number that is all that stands on the left.
    fn number_before(&self, at: usize) -> Option<f64> {
        let number = number_of(self.word(at)?)?;
        let before = at.checked_sub(1).and_then(|at| self.word(at));
        before.is_none_or(|before| before.is("(")).then_some(number)
    }
}

fn turned(operator: &'static str) -> &'static str {
    match operator {
        ">" => "<",
        "<" => ">",
        ">=" => "<=",
        "<=" => ">=",
        same => same,
    }
}

/// The value of a number; `1e3` and hexadecimal ones too.
fn number_of(word: &Word<'_>) -> Option<f64> {
    if word.kind != Kind::Number {
        return None;
    }
    let text = word.text.replace('_', "");
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        #[allow(clippy::cast_precision_loss, reason = "thresholds are small")]
        Some(digits) => u64::from_str_radix(digits, 16).ok().map(|number| number as f64),
        None => text.parse().ok(),
    }
}

/// A length of time as Prometheus writes it (`90s`, `1h30m`), in milliseconds.
#[must_use]
pub fn duration(text: &str) -> Option<u64> {
    const UNITS: [(&str, u64); 7] = [
        ("ms", 1),
        ("s", 1000),
        ("m", 60_000),
        ("h", 3_600_000),
        ("d", 86_400_000),
        ("w", 604_800_000),
        ("y", 31_536_000_000),
    ];
    let mut rest = text;
    let mut sum = 0_u64;
    while !rest.is_empty() {
        let digits = rest.find(|next: char| !next.is_ascii_digit()).filter(|digits| *digits > 0)?;
        let number: u64 = rest.get(..digits)?.parse().ok()?;
        let behind = rest.get(digits..)?;
        let end = behind.find(|next: char| next.is_ascii_digit()).unwrap_or(behind.len());
        let unit = UNITS.iter().find(|(unit, _)| Some(*unit) == behind.get(..end))?.1;
        sum = sum.checked_add(number.checked_mul(unit)?)?;
        rest = behind.get(end..)?;
    }
    (!text.is_empty()).then_some(sum)
}

/// A text without its escapes, as far as they matter to names and patterns.
fn unescaped(text: &str) -> String {
    let mut made = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(next) = letters.next() {
        if next == '\\'
            && let Some(escaped) = letters.clone().next().filter(|escaped| "\\\"'".contains(*escaped))
        {
            made.push(escaped);
            letters.next();
        } else {
            made.push(next);
        }
    }
    made
}

#[cfg(test)]
mod tests;
