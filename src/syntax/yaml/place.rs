//! Where things begin that the parser's events place imprecisely.

/// What to look for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// The `|` or `>` of a block scalar; the event begins at its content.
    BlockScalar,
    /// The first `-` of a list; of one that is not indented the event begins behind it.
    FirstDash,
}

/// Looks for the target between `from`, where the previous value ended, and `to`, where the event
/// begins; steps over blanks, comments, tags, anchors and indicators.
pub(super) fn find(text: &str, from: usize, to: usize, target: Target) -> Option<usize> {
    let bytes = text.as_bytes();
    let to = to.min(bytes.len());
    let mut at = from;
    while at < to {
        let ends_here = |next: usize| bytes.get(next).is_none_or(u8::is_ascii_whitespace);
        match bytes.get(at)? {
            b' ' | b'\t' | b'\r' | b'\n' | b',' => at += 1,
            b'#' => at = end_of(bytes, at, to, |byte| byte == b'\n'),
            b'&' | b'!' => at = end_of(bytes, at, to, |byte| byte.is_ascii_whitespace()),
            b'-' if target == Target::FirstDash && ends_here(at + 1) => return Some(at),
            b'|' | b'>' if target == Target::BlockScalar => return Some(at),
            b'-' if bytes[at..].starts_with(b"---") && ends_here(at + 3) => at += 3,
            b'-' | b'?' | b':' => at += 1,
            _ => return None,
        }
    }
    None
}

fn end_of(bytes: &[u8], from: usize, to: usize, is_end: impl Fn(u8) -> bool) -> usize {
    bytes[from..to].iter().position(|byte| is_end(*byte)).map_or(to, |length| from + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_over_what_stands_between() {
        let text = "a: &x !t |  # c\n  b\n";
        assert_eq!(find(text, 1, 18, Target::BlockScalar), Some(9));
        let text = "a: # - no\n- b\n";
        assert_eq!(find(text, 1, 12, Target::FirstDash), Some(10));
        assert_eq!(find("--- |\n x", 0, 7, Target::BlockScalar), Some(4));
        assert_eq!(find("a: b", 0, 4, Target::FirstDash), None);
    }
}
