//! Regular expressions with RE2's syntax and Go's ways of replacing and splitting.

use super::{Answer, Context, int, text};
use crate::helm::value::{Builder, Value};
use hashbrown::HashMap;
use regex::Regex;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

/// The largest repetition that RE2 accepts.
const MAX_REPEAT: u32 = 1000;
/// How much memory a compiled pattern may take, in bytes, and what it costs then: steps for every
/// 16 bytes of a text that it is held against.
const SIZES: [(usize, usize); 3] = [(1 << 14, 1), (1 << 17, 8), (1 << 21, 128)];
/// What it costs to compile a pattern, in steps, for each step that it costs to use it.
const STEPS_TO_COMPILE: usize = 300;
/// Bytes of a text that are one step to search for one more match; most often far fewer are read.
const BYTES_PER_MATCH: usize = 2048;

/// The pattern in this crate's syntax, where that differs: classes are ASCII, braces that repeat
/// nothing are characters, and brackets within brackets too.
fn translated(pattern: &str) -> Result<String, String> {
    let mut out = String::with_capacity(pattern.len() + 16);
    let mut in_class = false;
    let mut at = 0;
    let mut repeated = false;
    while let Some(character) = pattern[at..].chars().next() {
        let rest = &pattern[at..];
        let repeats = !in_class && (matches!(character, '*' | '+') || (character == '{' && repetition(rest)?));
        if repeats && repeated {
            return Err("a repetition is repeated".to_owned());
        }
        // A question mark behind a repetition makes it lazy, which is none of its own.
        repeated = repeats || (repeated && character == '?');
        at += character.len_utf8();
        match character {
            '\\' => {
                let Some(escaped) = pattern[at..].chars().next() else {
                    return Err("the pattern ends with a backslash".to_owned());
                };
                at += escaped.len_utf8();
                let set = match escaped.to_ascii_lowercase() {
                    'd' => "0-9",
                    'w' => "0-9A-Za-z_",
                    's' => r"\t\n\f\r ",
                    _ => "",
                };
                match escaped {
                    'd' | 'w' | 's' if in_class => out.push_str(set),
                    'd' | 'w' | 's' => out.push_str(&format!("[{set}]")),
                    'D' | 'W' | 'S' => out.push_str(&format!("[^{set}]")),
                    'b' | 'B' if !in_class => out.push_str(&format!(r"(?-u:\{escaped})")),
                    '<' | '>' => out.push(escaped),
                    'p' | 'P' | 'x' if pattern[at..].starts_with('{') => {
                        let end = pattern[at..].find('}').map_or(pattern.len(), |end| at + end + 1);
                        out.push('\\');
                        out.push(escaped);
                        out.push_str(&pattern[at..end]);
                        at = end;
                    }
                    'Q' => {
                        let quoted = pattern[at..].split("\\E").next().unwrap_or_default();
                        out.push_str(&regex::escape(quoted));
                        at = (at + quoted.len() + 2).min(pattern.len());
                    }
                    _ => {
                        out.push('\\');
                        out.push(escaped);
                    }
                }
            }
            '[' if in_class => {
                let named = rest.strip_prefix("[:").and_then(|rest| rest.find(":]"));
                match named {
                    Some(end) => {
                        out.push_str(&rest[..end + 4]);
                        at += end + 3;
                    }
                    None => out.push_str(r"\["),
                }
            }
            '[' => {
                in_class = true;
                out.push('[');
                if pattern[at..].starts_with('^') {
                    out.push('^');
                    at += 1;
                }
                if pattern[at..].starts_with(']') {
                    out.push_str(r"\]");
                    at += 1;
                }
            }
            ']' if in_class => {
                in_class = false;
                out.push(']');
            }
            '&' | '~' if in_class => {
                out.push('\\');
                out.push(character);
            }
            '{' if !in_class => match repetition(rest)? {
                true => out.push('{'),
                false => out.push_str(r"\{"),
            },
            _ => out.push(character),
        }
    }
    Ok(out)
}

/// Whether a brace begins `{n}`, `{n,}` or `{n,m}`.
fn repetition(rest: &str) -> Result<bool, String> {
    let Some(inner) = rest[1..].split_once('}').map(|(inner, _)| inner) else { return Ok(false) };
    let (least, most) = inner.split_once(',').unwrap_or((inner, inner));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(least) || !(is_number(most) || most.is_empty()) {
        return Ok(false);
    }
    let too_large = |text: &str| !text.is_empty() && text.parse::<u32>().map_or(true, |count| count > MAX_REPEAT);
    if too_large(least) || too_large(most) {
        return Err(format!("a repetition counts beyond {MAX_REPEAT}"));
    }
    Ok(true)
}

/// A pattern that can be matched, and what that costs for every 16 bytes.
pub struct Pattern {
    regex: Regex,
    cost: usize,
}

/// Patterns that some chart of this run needed; most charts need the same few.
static BUILT: LazyLock<RwLock<HashMap<String, Arc<Pattern>>>> = LazyLock::new(RwLock::default);
/// How many patterns are kept for other charts.
const MAX_KEPT: usize = 32;

fn build(pattern: &str) -> Result<Arc<Pattern>, String> {
    if let Some(known) = BUILT.read().unwrap_or_else(PoisonError::into_inner).get(pattern) {
        return Ok(known.clone());
    }
    let built = compile(pattern)?;
    let mut kept = BUILT.write().unwrap_or_else(PoisonError::into_inner);
    if kept.len() < MAX_KEPT && built.cost < SIZES[2].1 {
        kept.insert(pattern.to_owned(), built.clone());
    }
    Ok(built)
}

fn compile(pattern: &str) -> Result<Arc<Pattern>, String> {
    let built = SIZES.into_iter().find_map(|(size, cost)| {
        let mut builder = regex::RegexBuilder::new(pattern);
        let regex = builder.size_limit(size).dfa_size_limit(SIZES[2].0).build().ok()?;
        Some(Arc::new(Pattern { regex, cost }))
    });
    built.ok_or_else(|| "the pattern is not one that Go accepts".to_owned())
}

/// The outer error stops the chart; the inner one is about the pattern.
fn search(context: &mut Context, pattern: &str, whole: &str) -> Result<Result<Arc<Pattern>, String>, String> {
    let built = match context.patterns.get(pattern) {
        Some(known) => known.clone(),
        None => {
            let built = translated(pattern).and_then(|pattern| build(&pattern));
            context.patterns.insert(pattern.to_owned(), built.clone());
            let cost = built.as_ref().map_or(SIZES[2].1, |pattern| pattern.cost);
            context.work.spend(cost * STEPS_TO_COMPILE)?;
            built
        }
    };
    match built {
        Ok(pattern) => {
            context.work.spend(whole.len() / 16 * pattern.cost)?;
            Ok(Ok(pattern))
        }
        Err(message) => Ok(Err(message)),
    }
}

/// Counts one more match, of which the text behind it had to be searched.
fn found(context: &mut Context, whole: &str, end: usize) -> Result<(), String> {
    context.work.spend(1 + (whole.len() - end) / BYTES_PER_MATCH)
}

pub(super) fn matches(context: &mut Context, args: &[Value]) -> Answer {
    let pattern = search(context, text(args, 0), text(args, 1))?;
    Ok(pattern.is_ok_and(|pattern| pattern.regex.is_match(text(args, 1))).into())
}

pub(super) fn must_match(context: &mut Context, args: &[Value]) -> Answer {
    Ok(search(context, text(args, 0), text(args, 1))??.regex.is_match(text(args, 1)).into())
}

pub(super) fn find(context: &mut Context, args: &[Value]) -> Answer {
    let pattern = search(context, text(args, 0), text(args, 1))??;
    Ok(pattern.regex.find(text(args, 1)).map_or_else(|| "".into(), |found| args[1].cut(found.range())))
}

pub(super) fn find_all(context: &mut Context, args: &[Value]) -> Answer {
    let whole = args[1].by_lines();
    let pattern = search(context, text(args, 0), text(args, 1))??;
    let most = usize::try_from(int(args, 2)).unwrap_or(usize::MAX);
    let mut pieces = Vec::new();
    for hit in pattern.regex.find_iter(text(args, 1)).take(most) {
        found(context, text(args, 1), hit.end())?;
        pieces.push(whole.cut(hit.range()));
    }
    Ok(Value::strings(pieces))
}

fn replaced(context: &mut Context, args: &[Value], is_literal: bool) -> Answer {
    let (whole, with) = (text(args, 1), text(args, 2));
    let pattern = search(context, text(args, 0), whole)??;
    let came = args[1].by_lines().came;
    let mut out = Builder::new();
    let mut last = 0;
    for captures in pattern.regex.captures_iter(whole) {
        let Some(hit) = captures.get(0) else { continue };
        found(context, whole, hit.end())?;
        out.slice(whole, &came, last..hit.start());
        if is_literal {
            out.came(with, &args[2].came);
        } else {
            let mut expanded = String::new();
            captures.expand(with, &mut expanded);
            out.place(&expanded, came.main(), None);
        }
        if out.is_full() {
            break;
        }
        last = hit.end();
    }
    out.slice(whole, &came, last..whole.len());
    out.finish()
}

pub(super) fn replace_all(context: &mut Context, args: &[Value]) -> Answer {
    replaced(context, args, false)
}

pub(super) fn replace_all_literal(context: &mut Context, args: &[Value]) -> Answer {
    replaced(context, args, true)
}

pub(super) fn split(context: &mut Context, args: &[Value]) -> Answer {
    let (whole, count) = (text(args, 1), int(args, 2));
    let pattern = search(context, text(args, 0), whole)??;
    let value = args[1].by_lines();
    let most = match usize::try_from(count) {
        Ok(0) => return Ok(Value::strings(Vec::<Value>::new())),
        Ok(most) => most,
        Err(_) => usize::MAX,
    };
    if !text(args, 0).is_empty() && whole.is_empty() {
        return Ok(Value::strings([""]));
    }
    let mut pieces = Vec::new();
    let (mut begin, mut end) = (0, 0);
    for hit in pattern.regex.find_iter(whole) {
        if pieces.len() + 1 == most {
            break;
        }
        found(context, whole, hit.end())?;
        end = hit.start();
        if hit.end() != 0 {
            pieces.push(value.cut(begin..end));
        }
        begin = hit.end();
    }
    if end != whole.len() {
        pieces.push(value.cut(begin..whole.len()));
    }
    Ok(Value::strings(pieces))
}

pub(super) fn quote_meta(_: &mut Context, args: &[Value]) -> Answer {
    let mut out = String::new();
    for character in text(args, 0).chars() {
        if r"\.+*?()|[]{}^$".contains(character) {
            out.push('\\');
        }
        out.push(character);
    }
    Ok(out.into())
}
