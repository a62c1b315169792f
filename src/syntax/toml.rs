//! TOML 1.0, read with the `toml` crate. Tables that are written in pieces (dotted keys, several
//! headers) become one mapping, whose span reaches from its first piece to its last.

use super::keys::Entries;
use super::limits::{Limits, Report};
use super::tree::{Document, Entry, Node, Parsed, Style, Value};
use crate::source::{SourceId, Span};
use std::ops::Range;
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};

/// Reads a text as TOML. What the defects leave of it is returned.
#[must_use]
pub fn parse(source: SourceId, text: &str, limits: &Limits) -> Parsed {
    let mut reader = Reader { limits, report: Report::new(source, limits), leaves: Vec::new() };
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let place = error.span().unwrap_or(0..0);
        let message = format!(
            "this is not TOML: {}. What could not be read is left out; mend it and run again",
            phrase(error.message())
        );
        reader.report.error(place.start.min(text.len()), place.end.min(text.len()), message);
    }
    let mut root = reader.table(table.get_ref(), 0..text.len(), 0);
    root.span = Span::new(source, 0, text.len());
    let comments = reader.comments(text);
    Parsed { documents: vec![Document { root, comments }], problems: reader.report.finish() }
}

/// What is wrong, without a guess at what the value was meant to be: that would tell its first
/// characters.
fn phrase(message: &str) -> &str {
    let is_guess = message.starts_with("invalid") || message.starts_with("string values must be quoted");
    if is_guess { "no value of TOML stands here; put texts in quotes" } else { message }
}

struct Reader<'t> {
    limits: &'t Limits,
    report: Report,
    /// Where keys and scalars are: a `#` in them is no comment.
    leaves: Vec<Range<usize>>,
}

impl Reader<'_> {
    fn table(&mut self, table: &DeTable<'_>, place: Range<usize>, depth: usize) -> Node {
        let mut span = self.report.span(place.start, place.end);
        let mut entries = Entries::default();
        let mut written: Vec<_> = table.iter().collect();
        // The crate sorts by key.
        written.sort_by_key(|(key, _)| key.span().start);
        for (key, value) in written {
            let place = key.span();
            let key_span = self.report.span(place.start, place.end);
            self.leaves.push(place);
            let key = Node::scalar(key_span, &**key.get_ref(), Style::Quoted);
            let value = self.value(value, depth + 1);
            span = span.to(key_span).to(value.span);
            entries.push(Entry { key, value });
        }
        Node::new(span, Value::Mapping(entries.finish()))
    }

    fn value(&mut self, value: &Spanned<DeValue<'_>>, depth: usize) -> Node {
        let place = value.span();
        let mut span = self.report.span(place.start, place.end);
        if depth > self.limits.depth {
            let message = "lists and tables nest deeper here than the audit follows; flatten the file";
            self.report.error(place.start, place.end, message);
            return Node::scalar(span, "", Style::Plain);
        }
        let (text, style) = match value.get_ref() {
            DeValue::Table(table) => return self.table(table, place, depth),
            DeValue::Array(array) => {
                let items: Vec<Node> = array.iter().map(|item| self.value(item, depth + 1)).collect();
                span = items.iter().fold(span, |span, item| span.to(item.span));
                return Node::new(span, Value::Sequence(items.into()));
            }
            DeValue::String(text) => (text.to_string(), Style::Quoted),
            DeValue::Integer(number) => (integer(number), Style::Plain),
            DeValue::Float(number) => (float(number.as_str()), Style::Plain),
            DeValue::Boolean(value) => (value.to_string(), Style::Plain),
            DeValue::Datetime(moment) => (moment.to_string(), Style::Plain),
        };
        self.leaves.push(place);
        Node::scalar(span, text, style)
    }

    /// The comments: what follows a `#` that stands between keys and values.
    fn comments(&mut self, text: &str) -> Arc<[Span]> {
        self.leaves.sort_by_key(|leaf| leaf.start);
        let mut comments = Vec::new();
        let mut at = 0;
        for leaf in self.leaves.iter().cloned().chain(std::iter::once(text.len()..text.len())) {
            while let Some(hash) = text.get(at..leaf.start).and_then(|gap| gap.find('#')) {
                let start = at + hash;
                let length = text[start..].find('\n').unwrap_or(text.len() - start);
                let comment = text[start..start + length].trim_end();
                comments.push(self.report.span(start, start + comment.len()));
                at = start + length;
            }
            at = at.max(leaf.end);
        }
        comments.into()
    }
}

/// A whole number as decimal digits, whatever its base; one that is too large keeps its digits.
fn integer(number: &DeInteger<'_>) -> String {
    i64::from_str_radix(number.as_str(), number.radix()).map_or_else(|_| number.to_string(), |value| value.to_string())
}

/// A float in the spelling that [`Flavour`](super::Flavour) reads.
fn float(text: &str) -> String {
    match text.trim_start_matches(['+', '-']) {
        "inf" => text.replace("inf", ".inf"),
        "nan" => ".nan".to_owned(),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::{Flavour, Resolved};

    fn parsed(text: &str) -> Parsed {
        parse(SourceId(0), text, &Limits::default())
    }

    #[test]
    fn tables_in_pieces_are_one() {
        let text = "# head\ntitle = \"a # b\" # side\nx.y = 1\nx.z = [1, 2] # end\n[srv.web]\nport = 0x1F\n\
                    [[job]]\nn = 1_000\n[[job]]\nn = 2\n[srv.db]\n'k#' = inf\nday = 1979-05-27\n";
        let parsed = parsed(text);
        assert!(parsed.problems.is_empty(), "{:?}", parsed.problems);
        let root = &parsed.documents[0].root;
        let keys: Vec<_> = root.entries().iter().map(super::Entry::name).collect();
        assert_eq!(keys, ["title", "x", "srv", "job"]);
        let resolve = |path: &[&str]| Flavour::Toml.resolve(root.at(path).unwrap());
        assert_eq!(resolve(&["title"]), Some(Resolved::String("a # b")));
        assert_eq!(resolve(&["x", "y"]), Some(Resolved::Integer(1)));
        assert_eq!(resolve(&["srv", "web", "port"]), Some(Resolved::Integer(31)));
        assert_eq!(resolve(&["srv", "db", "k#"]), Some(Resolved::Float(f64::INFINITY)));
        assert_eq!(resolve(&["srv", "db", "day"]), Some(Resolved::String("1979-05-27")));
        let jobs = root.get("job").unwrap().items();
        assert_eq!((jobs.len(), jobs[0].get("n").unwrap().text()), (2, Some("1000")));
        assert_eq!(&text[root.at(&["srv", "web", "port"]).unwrap().span.range()], "0x1F");
        assert_eq!(&text[root.at(&["srv", "web"]).unwrap().entries()[0].key.span.range()], "port");
        let comments: Vec<_> = parsed.documents[0].comments.iter().map(|span| &text[span.range()]).collect();
        assert_eq!(comments, ["# head", "# side", "# end"]);
    }

    #[test]
    fn defects_leave_the_rest() {
        let parsed = parsed("a = 1\nb = \nc = 3\na = 2\n");
        assert!(parsed.problems.len() >= 2, "{:?}", parsed.problems);
        assert_eq!(parsed.documents[0].root.get("c").unwrap().text(), Some("3"));
        assert!(!parse(SourceId(0), &format!("a = {}", "[".repeat(5000)), &Limits::default()).problems.is_empty());
        let dotted = vec!["a"; 5000].join(".");
        assert!(!parse(SourceId(0), &format!("{dotted} = 1"), &Limits::default()).problems.is_empty());
    }
}
