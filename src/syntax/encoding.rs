//! Bytes become text.

use super::limits::{Limits, Report};
use crate::source::{Place, Problem, SourceId};

/// What the bytes of a file are as text.
#[derive(Debug, Default)]
pub struct Decoded {
    /// The text; a byte order mark is left out, so that the first character is in column 1. Each
    /// place that cannot be decoded holds U+FFFD.
    pub text: String,
    /// Whether this is no text at all: it holds a NUL byte that no encoding explains.
    pub is_binary: bool,
    /// What could not be decoded. Places are those of `text`, in a source that has no id yet.
    problems: Vec<Problem>,
}

impl Decoded {
    /// What could not be decoded, now that the text is known as `source`.
    #[must_use]
    pub fn problems(&self, source: SourceId) -> Vec<Problem> {
        let mut problems = self.problems.clone();
        for problem in &mut problems {
            if let Place::Span(span) = &mut problem.place {
                span.source = source;
            }
        }
        problems
    }
}

/// The encodings that YAML and JSON files occur in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Utf8,
    Utf16 { is_little: bool },
}

/// Decodes UTF-8 and UTF-16, with or without a byte order mark. Binary bytes yield no text.
#[must_use]
pub fn decode(bytes: &[u8], limits: &Limits) -> Decoded {
    let mut report = Report::new(SourceId(0), limits);
    let (encoding, bytes) = detect(bytes);
    let text = match encoding {
        Encoding::Utf8 => utf8(bytes, &mut report),
        Encoding::Utf16 { is_little } => utf16(bytes, is_little, &mut report),
    };
    if text.contains('\0') {
        return Decoded { is_binary: true, ..Decoded::default() };
    }
    Decoded { text, is_binary: false, problems: report.finish() }
}

/// The encoding, and the bytes behind the mark. Without a mark a zero byte beside an ASCII one
/// tells UTF-16, as YAML 1.2 section 5.2 has it.
fn detect(bytes: &[u8]) -> (Encoding, &[u8]) {
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => (Encoding::Utf8, rest),
        [0xff, 0xfe, rest @ ..] => (Encoding::Utf16 { is_little: true }, rest),
        [0xfe, 0xff, rest @ ..] => (Encoding::Utf16 { is_little: false }, rest),
        [0, 1..=0x7f, ..] => (Encoding::Utf16 { is_little: false }, bytes),
        [1..=0x7f, 0, ..] => (Encoding::Utf16 { is_little: true }, bytes),
        _ => (Encoding::Utf8, bytes),
    }
}

fn utf8(bytes: &[u8], report: &mut Report) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if let [first, ..] = chunk.invalid() {
            let message = format!(
                "the byte 0x{first:02x} here is not UTF-8; save the file as UTF-8. The audit reads U+FFFD in its place"
            );
            report.error(text.len(), text.len() + char::REPLACEMENT_CHARACTER.len_utf8(), message);
            text.push(char::REPLACEMENT_CHARACTER);
        }
    }
    text
}

fn utf16(bytes: &[u8], is_little: bool, report: &mut Report) -> String {
    let pairs = bytes.chunks_exact(2);
    let is_odd = !pairs.remainder().is_empty();
    let units = pairs.map(|pair| match pair {
        [first, second] if is_little => u16::from_le_bytes([*first, *second]),
        [first, second] => u16::from_be_bytes([*first, *second]),
        _ => 0,
    });
    let mut text = String::with_capacity(bytes.len() / 2);
    for character in char::decode_utf16(units) {
        let character = character.unwrap_or_else(|_| {
            let message = "half of a UTF-16 surrogate pair stands alone here; save the file as UTF-8. The audit reads \
                           U+FFFD in its place";
            report.error(text.len(), text.len() + char::REPLACEMENT_CHARACTER.len_utf8(), message);
            char::REPLACEMENT_CHARACTER
        });
        text.push(character);
    }
    if is_odd {
        report.error(text.len(), text.len(), "the UTF-16 text ends in half of a character; the file may be cut off");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> Decoded {
        decode(bytes, &Limits::default())
    }

    #[test]
    fn every_encoding_gives_the_same_text() {
        let text = "a: é😀\n";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let variants = [
            text.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            [b"\xff\xfe", &little[..]].concat(),
            [b"\xfe\xff", &big[..]].concat(),
            little.clone(),
            big,
        ];
        for bytes in variants {
            let decoded = decoded(&bytes);
            assert_eq!(decoded.text, text);
            assert!(!decoded.is_binary && decoded.problems.is_empty());
        }
        assert_eq!(decoded(&little[..little.len() - 1]).problems.len(), 1);
    }

    #[test]
    fn a_bad_byte_is_told_and_the_rest_is_read() {
        let decoded = decoded(b"a: 1\nb: \xe9t\xe9\nc: 3\n");
        assert_eq!(decoded.text, "a: 1\nb: \u{fffd}t\u{fffd}\nc: 3\n");
        assert_eq!(decoded.problems.len(), 2);
        let Place::Span(span) = decoded.problems[0].place else { panic!("no span") };
        assert_eq!(&decoded.text[span.range()], "\u{fffd}");
        assert!(decoded.problems[0].message.contains("0xe9"));
    }

    #[test]
    fn nul_bytes_are_binary() {
        for bytes in [&b"abc\0def"[..], b"\x7fELF\x02\0\0\0", b"\0\0\0\0"] {
            assert!(decoded(bytes).is_binary && decoded(bytes).text.is_empty());
        }
        assert!(!decoded(b"").is_binary);
    }
}
