//! Events of the parser as bytes, so that a text which is known when the program is built need not be
//! parsed whenever it runs.
//!
//! The build script writes them and the program reads them; both have this file. An event is a letter,
//! then four numbers of four bytes, the lowest first: where it starts and ends, its anchor, the length of
//! its text; then the text. Comments are left out; tags cannot be recorded.

use granit_parser::{Event, ScalarStyle, StructureStyle};
use std::borrow::Cow;
use std::ops::Range;

/// Adds one event; answers whether it can be recorded.
#[allow(dead_code, reason = "for the build script")]
pub fn record(event: &Event<'_>, at: &Range<usize>, into: &mut Vec<u8>) -> bool {
    let (letter, anchor) = match event {
        Event::DocumentStart(..) => (b'd', 0),
        Event::DocumentEnd => (b'e', 0),
        Event::Scalar(_, style, anchor, None) => (letter(*style), *anchor),
        Event::Alias(anchor) => (b'*', *anchor),
        Event::SequenceStart(StructureStyle::Flow, anchor, None) => (b'[', *anchor),
        Event::SequenceStart(StructureStyle::Block, anchor, None) => (b'-', *anchor),
        Event::SequenceEnd => (b']', 0),
        Event::MappingStart(_, anchor, None) => (b'{', *anchor),
        Event::MappingEnd => (b'}', 0),
        Event::StreamStart | Event::StreamEnd | Event::Comment(..) => return true,
        _ => return false,
    };
    let text = if let Event::Scalar(text, ..) = event { text.as_bytes() } else { &[] };
    into.push(letter);
    for number in [at.start, at.end, anchor, text.len()] {
        let Ok(number) = u32::try_from(number) else { return false };
        into.extend(number.to_le_bytes());
    }
    into.extend(text);
    true
}

/// Takes the next event off the bytes; nothing at their end.
#[allow(dead_code, reason = "for the program")]
pub fn next<'r>(bytes: &mut &'r [u8]) -> Option<(Event<'r>, Range<usize>)> {
    let letter = take(bytes, 1)?.first().copied()?;
    let (at, anchor, length) = (number(bytes)?..number(bytes)?, number(bytes)?, number(bytes)?);
    let text = Cow::Borrowed(std::str::from_utf8(take(bytes, length)?).ok()?);
    let event = match letter {
        b'd' => Event::DocumentStart(false, None),
        b'e' => Event::DocumentEnd,
        b'*' => Event::Alias(anchor),
        b'[' => Event::SequenceStart(StructureStyle::Flow, anchor, None),
        b'-' => Event::SequenceStart(StructureStyle::Block, anchor, None),
        b']' => Event::SequenceEnd,
        b'{' => Event::MappingStart(StructureStyle::Block, anchor, None),
        b'}' => Event::MappingEnd,
        _ => Event::Scalar(text, STYLES.iter().find(|(_, known)| *known == letter)?.0, anchor, None),
    };
    Some((event, at))
}

const STYLES: [(ScalarStyle, u8); 5] = [
    (ScalarStyle::Plain, b'p'),
    (ScalarStyle::SingleQuoted, b'\''),
    (ScalarStyle::DoubleQuoted, b'"'),
    (ScalarStyle::Literal, b'|'),
    (ScalarStyle::Folded, b'>'),
];

#[allow(dead_code, reason = "for the build script")]
fn letter(style: ScalarStyle) -> u8 {
    STYLES.iter().find(|(known, _)| *known == style).map_or(b'p', |(_, letter)| *letter)
}

fn take<'r>(bytes: &mut &'r [u8], count: usize) -> Option<&'r [u8]> {
    let (taken, rest) = bytes.split_at_checked(count)?;
    *bytes = rest;
    Some(taken)
}

fn number(bytes: &mut &[u8]) -> Option<usize> {
    let bytes = take(bytes, 4)?.try_into().ok()?;
    usize::try_from(u32::from_le_bytes(bytes)).ok()
}
