//! Writes values as Helm's `toYaml` does: by way of JSON, keys in natural order, lists not indented
//! under their key.

use super::number;
use super::plain::{self, Plain};
use super::tree::{At, Data, Entry, Layout, Table, Tree};
use super::writer::{Writer, is_simple_key};
use std::borrow::Cow;
use std::rc::Rc;

/// How lists stand under their key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lists {
    /// At the key's own indentation: `toYaml`.
    Flush,
    /// Indented: `toYamlPretty`.
    Indented,
}

/// The text, and where its parts came from.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Emitted {
    /// Without the line break at the end.
    pub text: String,
    /// By ascending offset; each reaches to the next.
    pub marks: Vec<Mark>,
}

/// From this byte of the text on, the characters come from a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Offset into the text.
    pub start: usize,
    /// The place of the key or value; `None` for what no file holds.
    pub at: Option<At>,
    /// How many lines below `at` the characters stand: for the lines of a literal block.
    pub line: u32,
}

/// Writes a value; `None` if Helm cannot (a string holds a control character that YAML forbids).
#[must_use]
pub fn emit(tree: &Tree, lists: Lists) -> Option<Emitted> {
    let mut emitter = Emitter { writer: Writer::default(), marks: Vec::new(), lists };
    emitter.node(tree, Context::Root)?;
    let mut text = emitter.writer.out;
    // Helm cuts one line break; a string that ends with several keeps the others.
    if text.ends_with('\n') {
        text.pop();
    }
    Some(Emitted { text, marks: emitter.marks })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Context {
    Root,
    /// An item of a list, or a key or value behind `?` or `:` on a line of its own.
    Item,
    /// The value of a simple key.
    Value,
}

struct Emitter {
    writer: Writer,
    marks: Vec<Mark>,
    lists: Lists,
}

impl Emitter {
    fn mark(&mut self, at: Option<At>) {
        self.mark_line(self.writer.out.len(), at, 0);
    }

    fn mark_line(&mut self, start: usize, at: Option<At>, line: u32) {
        match self.marks.last_mut() {
            Some(last) if last.start == start => *last = Mark { start, at, line },
            Some(last) if last.at == at && last.line == line => {}
            _ => self.marks.push(Mark { start, at, line }),
        }
    }

    fn node(&mut self, tree: &Tree, context: Context) -> Option<()> {
        match &tree.data {
            Data::List(items) if items.is_empty() => self.bare("[]", tree.at),
            Data::Map(entries) if entries.is_empty() => self.bare("{}", tree.at),
            Data::List(items) => return self.list(items, context),
            Data::Map(entries) => return self.map(entries),
            Data::Null => self.bare("null", tree.at),
            Data::Bool(value) => self.bare(if *value { "true" } else { "false" }, tree.at),
            Data::Int(value) => self.bare(&value.to_string(), tree.at),
            Data::Number(value) => self.bare(&through_json(*value), tree.at),
            Data::String(text, layout) => return self.string(text, *layout, tree.at, false),
        }
        Some(())
    }

    fn bare(&mut self, text: &str, at: Option<At>) {
        self.mark(at);
        self.writer.bare(text);
    }

    fn string(&mut self, text: &str, layout: Layout, at: Option<At>, simple_key: bool) -> Option<()> {
        let text = as_json_reads(text)?;
        self.mark(at);
        let from = self.writer.out.len();
        self.writer.string(&text, simple_key);
        let written = &self.writer.out[from..];
        if layout == Layout::Lines && written.trim_start().starts_with('|') {
            // The first line break follows the header; each line behind it is one of the text.
            let starts: Vec<usize> = written.match_indices('\n').map(|(index, _)| from + index + 1).collect();
            for (line, start) in (0..).zip(starts) {
                if start < self.writer.out.len() {
                    self.mark_line(start, at, line);
                }
            }
        }
        Some(())
    }

    fn list(&mut self, items: &[Tree], context: Context) -> Option<()> {
        let outer = self.writer.indent;
        let flush = self.lists == Lists::Flush && context == Context::Value;
        self.writer.indent = match outer {
            ..0 => 0,
            _ if flush => outer,
            _ => outer + 2,
        };
        for item in items {
            self.writer.write_indent();
            self.mark(item.at);
            self.writer.indicator("-", true, false, true);
            self.node(item, Context::Item)?;
        }
        self.writer.indent = outer;
        Some(())
    }

    fn map(&mut self, entries: &Table) -> Option<()> {
        let outer = self.writer.indent;
        self.writer.indent = if outer < 0 { 0 } else { outer + 2 };
        for (key, entry) in natural_order(entries) {
            self.writer.write_indent();
            if is_simple_key(key) {
                self.string(key, Layout::Flow, entry.key_at, true)?;
                self.writer.indicator(":", false, false, false);
                self.node(&entry.value, Context::Value)?;
            } else {
                self.writer.indicator("?", true, false, true);
                self.string(key, Layout::Flow, entry.key_at, false)?;
                self.writer.write_indent();
                self.writer.indicator(":", true, false, true);
                self.node(&entry.value, Context::Item)?;
            }
        }
        self.writer.indent = outer;
        Some(())
    }
}

/// A number is written as JSON and read as YAML on its way: whole numbers stay whole as long as 64
/// bits hold them.
fn through_json(value: f64) -> String {
    let json = number::json(value);
    match plain::resolve(&json) {
        Plain::Int(whole) => whole.to_string(),
        Plain::Unsigned(whole) => whole.to_string(),
        _ => number::yaml(value),
    }
}

/// What YAML's reader makes of the string's JSON form: a next-line character folds into a blank;
/// other control characters that JSON leaves alone are refused.
fn as_json_reads(text: &str) -> Option<Cow<'_, str>> {
    if text.is_ascii() && !text.contains('\u{7f}') {
        return Some(Cow::Borrowed(text));
    }
    if text
        .contains(|character| matches!(character, '\u{7f}'..='\u{84}' | '\u{86}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}'))
    {
        return None;
    }
    if text.contains('\u{85}') {
        let parts: Vec<&str> = text.split('\u{85}').map(|part| part.trim_matches([' ', '\t'])).collect();
        return Some(Cow::Owned(parts.join(" ")));
    }
    Some(Cow::Borrowed(text))
}

/// Keys in go-yaml's order: digit runs by value, letters behind other characters.
fn natural_order(entries: &Table) -> Vec<(&Rc<str>, &Entry)> {
    // Without digits and the characters between and behind the letters, the order of bytes is the same.
    let is_plain = |byte: u8| byte.is_ascii_alphabetic() || (byte < b'A' && !byte.is_ascii_digit());
    if entries.keys().all(|key| key.bytes().all(is_plain)) {
        return entries.iter().collect();
    }
    let mut keyed: Vec<(Vec<char>, _)> = entries.iter().map(|entry| (entry.0.chars().collect(), entry)).collect();
    let mut spare = Vec::with_capacity(keyed.len());
    merge_sort(&mut keyed, &mut spare);
    keyed.into_iter().map(|(_, entry)| entry).collect()
}

/// The comparison is not a total order for odd keys, which the standard sort may answer with a
/// panic; this one only compares.
fn merge_sort<T>(items: &mut Vec<(Vec<char>, T)>, spare: &mut Vec<(Vec<char>, T)>) {
    if items.len() < 2 {
        return;
    }
    let mut right = items.split_off(items.len() / 2);
    merge_sort(items, spare);
    merge_sort(&mut right, spare);
    let mut left = std::mem::take(items).into_iter().peekable();
    let mut right = right.into_iter().peekable();
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        let next = if is_less(&b.0, &a.0) { right.next() } else { left.next() };
        spare.extend(next);
    }
    items.append(spare);
    items.extend(left);
    items.extend(right);
}

fn is_less(left: &[char], right: &[char]) -> bool {
    for index in 0..left.len().min(right.len()) {
        let (a, b) = (left[index], right[index]);
        if a == b {
            continue;
        }
        match (a.is_alphabetic(), b.is_alphabetic()) {
            (true, true) => return a < b,
            (true, false) | (false, true) => return b.is_alphabetic(),
            (false, false) => {}
        }
        // Two zeros apart, the digits before may already have made the number.
        let led = (a == '0' || b == '0')
            && left[..index].iter().rev().take_while(|digit| digit.is_ascii_digit()).any(|digit| *digit != '0');
        let seed = u64::from(led);
        let (a_value, a_end) = digits(left, index, seed);
        let (b_value, b_end) = digits(right, index, seed);
        if a_value != b_value {
            return a_value < b_value;
        }
        if a_end != b_end {
            return a_end < b_end;
        }
        return a < b;
    }
    left.len() < right.len()
}

fn digits(text: &[char], from: usize, seed: u64) -> (u64, usize) {
    let mut value = seed;
    let mut at = from;
    while let Some(digit) = text.get(at).and_then(|character| character.to_digit(10)) {
        value = value.wrapping_mul(10).wrapping_add(u64::from(digit));
        at += 1;
    }
    (value, at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::helm::yaml::read;
    use crate::source::SourceId;

    #[test]
    fn values_print_as_helm_prints_them() {
        let mut wrong = Vec::new();
        for line in include_str!("../../../tests/data/helm/yaml-write.jsonl").lines() {
            let case: serde_json::Value = serde_json::from_str(line).unwrap();
            let tree = read::first(case["json"].as_str().unwrap(), SourceId(0)).unwrap();
            let text = emit(&tree, Lists::Flush).map_or(String::new(), |emitted| emitted.text);
            if text != case["yaml"].as_str().unwrap() {
                wrong.push(format!("{}\n got {text:?}\nwant {:?}", case["json"], case["yaml"].as_str().unwrap()));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn each_part_knows_its_place() {
        let text = "b: [x]\na:\n  k: v\n  lines: |\n    one\n    two\n";
        let tree = read::first(text, SourceId(0)).unwrap();
        let emitted = emit(&tree, Lists::Flush).unwrap();
        assert_eq!(emitted.text, "a:\n  k: v\n  lines: |\n    one\n    two\nb:\n- x");
        for mark in &emitted.marks {
            let at = mark.at.unwrap().offset as usize;
            let from = text[at..].lines().nth(mark.line as usize).unwrap().trim_start();
            let to = emitted.text[mark.start..].trim_start_matches([' ', '-', '|', ':']).trim_start();
            assert_eq!(from.trim_start_matches('[').chars().next(), to.chars().next(), "{mark:?} {from} {to}");
        }
        assert_eq!(emitted.marks.iter().filter(|mark| mark.line == 1).count(), 1);
    }

    #[test]
    fn odd_keys_sort_without_a_panic() {
        let keys: Vec<String> =
            (0..2000).map(|n| format!("{}{}0{}", n % 7, ["-", "a", "_", "0"][n % 4], n % 11)).collect();
        let json = format!("{{{}}}", keys.iter().map(|key| format!("\"{key}\": 1")).collect::<Vec<_>>().join(", "));
        assert!(emit(&read::first(&json, SourceId(0)).unwrap(), Lists::Flush).is_some());
    }
}
