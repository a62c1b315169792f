//! What single statements of HAProxy say.

use crate::model::{Duration, Field};
use crate::proxies::certificate_at;
use crate::source::{Span, Text};
use crate::syntax::statements::Statement;

/// The lowest version of TLS that the options of a `bind` leave.
pub(super) fn version(statement: &Statement) -> Option<(String, Span)> {
    let words: Vec<&str> = statement.arguments().collect();
    let has = |word: &str| words.contains(&word);
    let given = words.iter().position(|word| *word == "ssl-min-ver").and_then(|at| words.get(at + 1));
    let found = match given {
        Some(version) => version.strip_prefix("TLSv").unwrap_or("1.0"),
        None if has("force-tlsv13") => "1.3",
        None if has("force-tlsv12") || (has("no-tlsv10") && has("no-tlsv11")) => "1.2",
        None if has("force-tlsv10") || has("force-sslv3") => "1.0",
        None => return None,
    };
    Some((found.to_owned(), statement.at))
}

/// A time: a bare number is one of milliseconds.
pub(super) fn time(text: &str) -> Option<Duration> {
    match text.parse::<i64>() {
        Ok(number) => Duration::parse(&format!("{number}ms")),
        Err(_) => Duration::parse(text),
    }
}

/// Whether a statement sends clients on to HTTPS.
pub(super) fn sends_on(statement: &Statement) -> bool {
    let words: Vec<&str> = statement.words.iter().map(|word| word.text.expose()).collect();
    let is_redirect = words.first() == Some(&"redirect") || words.get(..2) == Some(&["http-request", "redirect"]);
    let to_https = words.windows(2).any(|pair| pair == ["scheme", "https"] || pair[1].starts_with("https://"));
    is_redirect && to_https
}

/// The header that a statement adds.
pub(super) fn header(statement: &Statement) -> Option<(String, Text, Span)> {
    let words = statement.words.as_slice();
    match words {
        [name, deed, header, value, ..]
            if matches!(name.text.expose(), "http-response" | "http-after-response")
                && matches!(deed.text.expose(), "set-header" | "add-header") =>
        {
            Some((header.text.expose().to_owned(), value.text.clone(), value.at))
        }
        // As versions before 2.1 say it.
        [name, line, ..] if matches!(name.text.expose(), "rspadd" | "rspset") => {
            let (header, value) = line.text.expose().split_once(':')?;
            Some((header.trim().to_owned(), Text::from(value.trim()), line.at))
        }
        _ => None,
    }
}

/// What kind of certificate a `bind` names, by its path.
pub(super) fn certificate(bind: &Statement) -> Field<String> {
    let mut words = bind.arguments().skip_while(|word| !matches!(*word, "crt" | "crt-list"));
    let path = words.nth(1).unwrap_or_default();
    Field::set(certificate_at(path).to_owned(), bind.at)
}
