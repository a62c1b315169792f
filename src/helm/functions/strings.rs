//! Strings: cutting, trimming, padding, joining. Their origins are kept where characters survive.

use super::{Answer, Context, int, text};
use crate::helm::format::{quoted, strval, text_value};
use crate::helm::value::bytes::{raw, text as bytes_text};
use crate::helm::value::text::too_long;
use crate::helm::value::{Builder, Came, Data, MAX_ITEMS, MAX_TEXT, MapKind, Value};
use std::ops::Range;

/// Some bytes of a text; characters that a bound cuts through fall apart into bytes.
fn bytes(value: &Value, range: Range<usize>) -> Value {
    let whole = value.as_str().unwrap_or_default();
    let bytes = raw(whole);
    if bytes.len() == whole.len() && whole.is_char_boundary(range.start) && whole.is_char_boundary(range.end) {
        return value.cut(range);
    }
    let made = Value::from(bytes_text(bytes.get(range).unwrap_or_default()));
    value.came.main().map_or_else(|| made.clone(), |origin| made.clone().from_place(origin))
}

fn trimmed(value: &Value, inner: &str) -> Value {
    let text = value.as_str().unwrap_or_default();
    let start = inner.as_ptr() as usize - text.as_ptr() as usize;
    value.cut(start..start + inner.len())
}

pub(super) fn trunc(_: &mut Context, args: &[Value]) -> Answer {
    let (count, length) = (int(args, 0), raw(text(args, 1)).len());
    let size = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
    if size >= length {
        return Ok(args[1].clone());
    }
    Ok(bytes(&args[1], if count < 0 { length - size..length } else { 0..size }))
}

pub(super) fn substr(_: &mut Context, args: &[Value]) -> Answer {
    let (start, end, length) = (int(args, 0), int(args, 1), raw(text(args, 2)).len());
    let bound = |value: i64| usize::try_from(value).ok().filter(|value| *value <= length);
    let range = if start < 0 {
        bound(end).map(|end| 0..end)
    } else if bound(end).is_none() {
        bound(start).map(|start| start..length)
    } else {
        bound(start).zip(bound(end)).map(|(start, end)| start..end)
    };
    match range.filter(|range| range.start <= range.end) {
        Some(range) => Ok(bytes(&args[2], range)),
        None => Err("the bounds are out of range".to_owned()),
    }
}

pub(super) fn trim(_: &mut Context, args: &[Value]) -> Answer {
    Ok(trimmed(&args[0], text(args, 0).trim()))
}

pub(super) fn trim_all(_: &mut Context, args: &[Value]) -> Answer {
    let set: Vec<char> = text(args, 0).chars().collect();
    Ok(trimmed(&args[1], text(args, 1).trim_matches(set.as_slice())))
}

pub(super) fn trim_suffix(_: &mut Context, args: &[Value]) -> Answer {
    let whole = text(args, 1);
    Ok(whole.strip_suffix(text(args, 0)).map_or_else(|| args[1].clone(), |inner| trimmed(&args[1], inner)))
}

pub(super) fn trim_prefix(_: &mut Context, args: &[Value]) -> Answer {
    let whole = text(args, 1);
    Ok(whole.strip_prefix(text(args, 0)).map_or_else(|| args[1].clone(), |inner| trimmed(&args[1], inner)))
}

pub(super) fn nospace(_: &mut Context, args: &[Value]) -> Answer {
    Ok(text(args, 0).chars().filter(|character| !character.is_whitespace()).collect::<String>().into())
}

pub(super) fn contains(_: &mut Context, args: &[Value]) -> Answer {
    Ok(text(args, 1).contains(text(args, 0)).into())
}

pub(super) fn has_prefix(_: &mut Context, args: &[Value]) -> Answer {
    Ok(text(args, 1).starts_with(text(args, 0)).into())
}

pub(super) fn has_suffix(_: &mut Context, args: &[Value]) -> Answer {
    Ok(text(args, 1).ends_with(text(args, 0)).into())
}

pub(super) fn repeat(_: &mut Context, args: &[Value]) -> Answer {
    let count = usize::try_from(int(args, 0)).map_err(|_| "a count cannot be negative".to_owned())?;
    let piece = text(args, 1);
    if piece.len().saturating_mul(count) > MAX_TEXT {
        return Err(too_long());
    }
    let mut out = Builder::new();
    if piece.is_empty() {
        return out.finish();
    }
    for _ in 0..count {
        out.came(piece, &args[1].came);
    }
    out.finish()
}

pub(super) fn replace(_: &mut Context, args: &[Value]) -> Answer {
    args[2].replace(text(args, 0), &args[1], usize::MAX)
}

fn indented(args: &[Value], first: &str) -> Answer {
    let count = usize::try_from(int(args, 0)).map_err(|_| "the indentation cannot be negative".to_owned())?;
    let whole = text(args, 1);
    let lines = whole.matches('\n').count() + 1;
    if count.saturating_mul(lines) > MAX_TEXT {
        return Err(too_long());
    }
    let came = args[1].by_lines().came;
    let blanks = " ".repeat(count);
    let mut out = Builder::new();
    out.plain(first);
    let mut start = 0;
    for line in whole.split_inclusive('\n') {
        out.plain(&blanks);
        out.slice(whole, &came, start..start + line.len());
        start += line.len();
    }
    if whole.is_empty() || whole.ends_with('\n') {
        out.plain(&blanks);
    }
    out.finish()
}

pub(super) fn indent(_: &mut Context, args: &[Value]) -> Answer {
    indented(args, "")
}

pub(super) fn nindent(_: &mut Context, args: &[Value]) -> Answer {
    indented(args, "\n")
}

/// Each argument that is not nothing, changed and put side by side.
fn each(args: &[Value], change: fn(&str) -> String) -> Answer {
    let mut out = Builder::new();
    for value in args.iter().filter(|value| !value.is_nil()) {
        if !out.is_empty() {
            out.plain(" ");
        }
        let whole = strval(value)?;
        let changed = change(&whole);
        let plain = changed.len() == whole.len() + 2 && !matches!(value.came.main(), Some(origin) if origin.is_block);
        match (&value.came, plain) {
            // Between the quotes the characters are those of the value, in their order.
            (Came::Parts(_), true) if value.as_str().is_some() => {
                out.plain(&changed[..1]);
                out.came(&whole, &value.came);
                out.same(&changed[changed.len() - 1..]);
            }
            _ => out.place(&changed, value.came.main(), first_site(value)),
        }
    }
    out.finish()
}

/// Where the first part of a text was written.
fn first_site(value: &Value) -> Option<crate::helm::value::Site> {
    match &value.came {
        Came::Parts(parts) => parts.iter().find_map(|part| part.site),
        _ => None,
    }
}

pub(super) fn quote(_: &mut Context, args: &[Value]) -> Answer {
    each(args, quoted)
}

pub(super) fn squote(_: &mut Context, args: &[Value]) -> Answer {
    each(args, |text| format!("'{text}'"))
}

pub(super) fn cat(_: &mut Context, args: &[Value]) -> Answer {
    let mut out = Builder::new();
    for (index, value) in args.iter().filter(|value| !value.is_nil()).enumerate() {
        if index > 0 {
            out.plain(" ");
        }
        let shown = text_value(value)?;
        out.came(shown.as_str().unwrap_or_default(), &shown.came);
    }
    out.finish()
}

pub(super) fn to_string(_: &mut Context, args: &[Value]) -> Answer {
    text_value(&args[0])
}

/// The texts of a list without what is nothing; anything else as a list of one.
pub(super) fn string_list(value: &Value) -> Result<Vec<Value>, String> {
    match &value.data {
        Data::Nil(_) => Ok(Vec::new()),
        Data::List(_, items) => items.iter().filter(|item| !item.is_nil()).map(text_value).collect(),
        _ => Ok(vec![text_value(value)?]),
    }
}

pub(super) fn to_strings(_: &mut Context, args: &[Value]) -> Answer {
    Ok(Value::strings(string_list(&args[0])?))
}

pub(super) fn join(_: &mut Context, args: &[Value]) -> Answer {
    let mut out = Builder::new();
    for (index, item) in string_list(&args[1])?.iter().enumerate() {
        if index > 0 {
            out.came(text(args, 0), &args[0].came);
        }
        out.came(item.as_str().unwrap_or_default(), &item.came);
    }
    out.finish()
}

pub(super) fn sort_alpha(_: &mut Context, args: &[Value]) -> Answer {
    let mut items = match args[0].data {
        Data::Nil(_) => vec!["<nil>".into()],
        _ => string_list(&args[0])?,
    };
    items.sort_by(|left, right| left.as_str().cmp(&right.as_str()));
    Ok(Value::strings(items))
}

/// The pieces of a text between separators; every character if there is no separator.
fn pieces(value: &Value, separator: &str, most: Option<usize>) -> Result<Vec<Value>, String> {
    let value = &value.by_lines();
    let whole = value.as_str().unwrap_or_default();
    let most = most.unwrap_or(usize::MAX);
    let mut found = Vec::new();
    if separator.is_empty() {
        let mut at = 0;
        for character in whole.chars() {
            if found.len() + 1 >= most || found.len() > MAX_ITEMS {
                break;
            }
            found.push(value.cut(at..at + character.len_utf8()));
            at += character.len_utf8();
        }
        if at < whole.len() {
            found.push(value.cut(at..whole.len()));
        }
    } else {
        let mut start = 0;
        for (at, separator) in whole.match_indices(separator) {
            if found.len() + 1 >= most || found.len() > MAX_ITEMS {
                break;
            }
            found.push(value.cut(start..at));
            start = at + separator.len();
        }
        found.push(value.cut(start..whole.len()));
    }
    if found.len() > MAX_ITEMS {
        return Err(format!("the list grows beyond {MAX_ITEMS} items"));
    }
    Ok(found)
}

pub(super) fn split_list(_: &mut Context, args: &[Value]) -> Answer {
    Ok(Value::strings(pieces(&args[1], text(args, 0), None)?))
}

fn numbered(pieces: Vec<Value>) -> Value {
    let entries = pieces.into_iter().enumerate().map(|(index, piece)| (format!("_{index}").into(), piece));
    Value::map_of(MapKind::Strings, entries)
}

pub(super) fn split(_: &mut Context, args: &[Value]) -> Answer {
    Ok(numbered(pieces(&args[1], text(args, 0), None)?))
}

pub(super) fn splitn(_: &mut Context, args: &[Value]) -> Answer {
    let most = int(args, 1);
    if most == 0 {
        return Ok(numbered(Vec::new()));
    }
    Ok(numbered(pieces(&args[2], text(args, 0), usize::try_from(most).ok())?))
}

pub(super) fn plural(_: &mut Context, args: &[Value]) -> Answer {
    Ok(args[usize::from(int(args, 2) != 1)].clone())
}

fn abbreviated(whole: &str, offset: usize, width: usize) -> String {
    let length = whole.len();
    let cut =
        |range: Range<usize>| String::from_utf8_lossy(whole.as_bytes().get(range).unwrap_or_default()).into_owned();
    if length <= width || width < 4 {
        return whole.to_owned();
    }
    let offset = offset.min(length - (width - 3));
    if offset <= 4 {
        return cut(0..width - 3) + "...";
    }
    if width < 7 {
        return whole.to_owned();
    }
    if offset + width - 3 < length {
        return format!("...{}", abbreviated(&cut(offset..length), 0, width - 3));
    }
    format!("...{}", cut(length - (width - 3)..length))
}

pub(super) fn abbrev(_: &mut Context, args: &[Value]) -> Answer {
    Ok(abbreviated(text(args, 1), 0, usize::try_from(int(args, 0)).unwrap_or(0)).into())
}

pub(super) fn abbrevboth(_: &mut Context, args: &[Value]) -> Answer {
    let (left, right) = (int(args, 0), int(args, 1));
    if right < 4 || (left > 0 && right < 7) {
        return Ok(args[2].clone());
    }
    let size = |value: i64| usize::try_from(value).unwrap_or(0);
    Ok(abbreviated(text(args, 2), size(left), size(right)).into())
}

fn wrapped(whole: &str, width: i64, between: &str, breaks_words: bool) -> String {
    let width = usize::try_from(width).unwrap_or(1).max(1);
    let characters: Vec<char> = whole.chars().collect();
    let mut out = String::new();
    let mut at = 0;
    while characters.len() - at > width {
        if characters[at] == ' ' {
            at += 1;
            continue;
        }
        let line = &characters[at..=at + width];
        let end = match line.iter().rposition(|character| *character == ' ') {
            Some(end) => Some(at + end),
            None if breaks_words => None,
            None => match characters[at + width..].iter().position(|character| *character == ' ') {
                Some(end) => Some(at + width + end),
                None => break,
            },
        };
        out.extend(&characters[at..end.unwrap_or(at + width)]);
        out.push_str(between);
        at = end.map_or(at + width, |end| end + 1);
    }
    out.extend(&characters[at.min(characters.len())..]);
    out
}

pub(super) fn wrap(_: &mut Context, args: &[Value]) -> Answer {
    Ok(wrapped(text(args, 1), int(args, 0), "\n", false).into())
}

pub(super) fn wrap_with(_: &mut Context, args: &[Value]) -> Answer {
    Ok(wrapped(text(args, 2), int(args, 0), text(args, 1), true).into())
}
