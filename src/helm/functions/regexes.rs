//! Regular expressions with RE2's syntax and Go's ways of replacing and splitting.

use super::{Answer, Context, int, text};
use crate::helm::value::{Builder, MAX_ITEMS, Value};
use regex::Regex;

/// The largest repetition that RE2 accepts.
const MAX_REPEAT: u32 = 1000;
/// The most memory that a compiled pattern may take, in bytes.
const MAX_SIZE: usize = 1 << 21;

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

fn compiled(context: &mut Context, pattern: &str) -> Result<Regex, String> {
    if let Some(known) = context.patterns.get(pattern) {
        return known.clone();
    }
    let build = |pattern: String| {
        regex::RegexBuilder::new(&pattern)
            .size_limit(MAX_SIZE)
            .dfa_size_limit(MAX_SIZE)
            .build()
            .map_err(|_| "the pattern is not one that Go accepts".to_owned())
    };
    let regex = translated(pattern).and_then(build);
    context.patterns.insert(pattern.to_owned(), regex.clone());
    regex
}

pub(super) fn matches(context: &mut Context, args: &[Value]) -> Answer {
    Ok(must_match(context, args).unwrap_or_else(|_| false.into()))
}

pub(super) fn must_match(context: &mut Context, args: &[Value]) -> Answer {
    Ok(compiled(context, text(args, 0))?.is_match(text(args, 1)).into())
}

pub(super) fn find(context: &mut Context, args: &[Value]) -> Answer {
    let regex = compiled(context, text(args, 0))?;
    Ok(regex.find(text(args, 1)).map_or_else(|| "".into(), |found| args[1].cut(found.range())))
}

pub(super) fn find_all(context: &mut Context, args: &[Value]) -> Answer {
    let regex = compiled(context, text(args, 0))?;
    let most = usize::try_from(int(args, 2)).unwrap_or(MAX_ITEMS);
    Ok(Value::strings(regex.find_iter(text(args, 1)).take(most).map(|found| args[1].cut(found.range()))))
}

fn replaced(context: &mut Context, args: &[Value], is_literal: bool) -> Answer {
    let regex = compiled(context, text(args, 0))?;
    let (whole, with) = (text(args, 1), text(args, 2));
    let mut out = Builder::new();
    let mut last = 0;
    for captures in regex.captures_iter(whole) {
        let Some(found) = captures.get(0) else { continue };
        out.slice(whole, &args[1].came, last..found.start());
        if is_literal {
            out.came(with, &args[2].came);
        } else {
            let mut expanded = String::new();
            captures.expand(with, &mut expanded);
            out.place(&expanded, args[1].came.main(), None);
        }
        if out.len() > crate::helm::value::MAX_TEXT {
            break;
        }
        last = found.end();
    }
    out.slice(whole, &args[1].came, last..whole.len());
    out.finish()
}

pub(super) fn replace_all(context: &mut Context, args: &[Value]) -> Answer {
    replaced(context, args, false)
}

pub(super) fn replace_all_literal(context: &mut Context, args: &[Value]) -> Answer {
    replaced(context, args, true)
}

pub(super) fn split(context: &mut Context, args: &[Value]) -> Answer {
    let regex = compiled(context, text(args, 0))?;
    let (whole, count) = (text(args, 1), int(args, 2));
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
    for found in regex.find_iter(whole) {
        if pieces.len() + 1 == most {
            break;
        }
        end = found.start();
        if found.end() != 0 {
            pieces.push(args[1].cut(begin..end));
        }
        begin = found.end();
    }
    if end != whole.len() {
        pieces.push(args[1].cut(begin..whole.len()));
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
