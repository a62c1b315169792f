//! What is wrong with a text that is not YAML, in sentences that help.

use granit_parser::ErrorKind as Kind;

/// The sentences for an error of the parser at a byte offset. They name characters of YAML's
/// grammar only, never what else stands in the text.
pub(super) fn describe(kind: &Kind, text: &str, at: usize) -> String {
    let mut message = sentence(kind);
    if line_of(text, at).contains("{{") {
        message.push_str("; if this is a template, render it first and audit the result");
    }
    message + LEFT_OUT
}

/// The sentences for a document that nests too deep.
pub(super) fn too_deep() -> String {
    sentence(&Kind::RecursionLimitExceeded) + LEFT_OUT
}

const LEFT_OUT: &str = ". The audit goes on at the next document of the file";

fn sentence(kind: &Kind) -> String {
    let fixed = match kind {
        Kind::TabNotAllowed | Kind::TabInBlockIndentation | Kind::TabInIndentation | Kind::TabInPlainScalar => {
            "a tab is used for indentation, which YAML forbids; use spaces"
        }
        Kind::TabAtBlockScalarStart => "the text block begins with a tab; indent it with spaces",
        Kind::InvalidIndentation | Kind::InvalidFlowScalarIndent => {
            "this line is not indented enough for what it continues; align it with its siblings, with spaces"
        }
        Kind::ExpectedBlockMappingKey => {
            "a `key:` was expected here; the line is indented differently from its siblings, or a value above it is \
             not quoted or not closed"
        }
        Kind::ExpectedBlockSequenceEntry => {
            "a list entry that begins with `- ` was expected here; align it with the other entries"
        }
        Kind::MappingValueNotAllowed => {
            "a `:` makes this a second `key:` in one value; quote the value if the colon belongs to it, or indent the \
             line like its siblings"
        }
        Kind::MappingKeyNotAllowed | Kind::BlockSequenceEntryNotAllowed => {
            "a list entry or key cannot begin here; put it on a line of its own"
        }
        Kind::UnclosedQuotedScalar
        | Kind::DocumentIndicatorInQuotedScalar
        | Kind::InvalidQuotedScalarIndent
        | Kind::InvalidTrailingSingleQuotedScalar
        | Kind::InvalidTrailingDoubleQuotedScalar => {
            "a quoted text is not closed where it should be, or something follows its closing quote; check the quotes"
        }
        Kind::UnknownQuotedScalarEscape | Kind::InvalidQuotedScalarHexEscape | Kind::InvalidUnicodeEscape => {
            "a backslash in double quotes begins no known escape; write `\\\\` for a backslash, or use single quotes"
        }
        Kind::InvalidLowSurrogateHexEscape
        | Kind::InvalidLowSurrogate
        | Kind::MissingLowSurrogate
        | Kind::UnpairedLowSurrogate => {
            "half of a surrogate pair stands alone; write both `\\u` escapes, or the character"
        }
        Kind::UnexpectedEofFlowSequence
        | Kind::UnexpectedEofFlowMapping
        | Kind::UnexpectedEofImplicitFlowMapping
        | Kind::ExpectedFlowMappingSeparator
        | Kind::ExpectedFlowSequenceSeparator
        | Kind::InvalidColonPlacement => {
            "a `,` or the closing bracket was expected here; check the commas, the brackets and what has to be quoted"
        }
        Kind::UnclosedFlowCollection { open } => return format!("the bracket `{open}` is never closed; close it"),
        Kind::MisplacedFlowCollectionEnd => "a closing bracket has no opening one; remove it, or quote the value",
        Kind::MismatchedFlowCollectionEnd { open, close } => {
            return format!("the bracket `{open}` is closed by `{close}`; make them match");
        }
        Kind::UnexpectedCharacter { character } if character.is_control() => {
            "a control character stands here; remove it, the file may be damaged or binary"
        }
        Kind::UnexpectedCharacter { character } => {
            return format!("a plain value cannot begin with `{character}`; quote the value");
        }
        Kind::InvalidBlockScalarIndent | Kind::ZeroBlockScalarIndent | Kind::InvalidBlockScalarHeader => {
            "the text block after `|` or `>` has a bad header or a badly indented line; indent all its lines alike"
        }
        Kind::UndeclaredTagHandle => "the tag's prefix was not declared with %TAG; declare it or remove the tag",
        Kind::RecursionLimitExceeded => {
            "lists and mappings nest deeper here than the audit follows; flatten the document"
        }
        Kind::SimpleKeyExpected | Kind::InvalidSimpleKey => {
            "this line is neither a `key: value` nor a list entry; put `: ` after the key, with a space, and keep keys \
             on one line and under 1024 characters"
        }
        Kind::CommentNotSeparated => "a comment needs a space before its `#`; add it, or quote the value",
        Kind::UnsupportedYamlMajorVersion => "the %YAML directive names a version that does not exist; remove it",
        Kind::ExpectedDocumentStart | Kind::InvalidDocumentEnd | Kind::MissingDocumentEndBeforeDirective => {
            "something follows the end of the document; begin a new document with `---`"
        }
        Kind::BomInsideDocument => "a byte order mark stands inside the document; remove it",
        Kind::TooManyComments => "more comments follow each other than the audit reads; shorten them",
        _ => return format!("this is not YAML: {kind}"),
    };
    fixed.to_owned()
}

fn line_of(text: &str, at: usize) -> &str {
    let bytes = text.as_bytes();
    let at = at.min(bytes.len());
    let start = bytes[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |before| before + 1);
    let end = bytes[at..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |length| at + length);
    text.get(start..end).unwrap_or_default()
}
