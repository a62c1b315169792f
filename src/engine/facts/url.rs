//! The parts of a URL (RFC 3986), read leniently: passwords in connection strings often hold
//! characters that should have been escaped. Who connects where may also be said as PostgreSQL's clients
//! take it: `host=db user=app password=...`.

use std::borrow::Cow;

/// What stands before `://`.
pub(super) fn scheme(text: &str) -> Option<&str> {
    text.split_once("://").map(|(scheme, _)| scheme)
}

/// Everything between `://` and the path.
fn authority(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("://")?;
    // A password may hold a slash or a question mark; the host begins behind the last `@` before
    // the first slash that follows it.
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    Some(&rest[..end])
}

/// The user and password part.
fn credentials(text: &str) -> Option<&str> {
    authority(text)?.rsplit_once('@').map(|(credentials, _)| credentials)
}

/// The value of a keyword in `host=db user=app`; quotes around it are left out.
fn keyword<'t>(text: &'t str, wanted: &str) -> Option<&'t str> {
    let mut rest = text.trim();
    let mut found = None;
    while !rest.is_empty() {
        let (name, behind) = rest.split_once('=')?;
        let (name, behind) = (name.trim_end(), behind.trim_start());
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') {
            return None;
        }
        let (value, left) = match behind.strip_prefix('\'') {
            Some(quoted) => quoted.split_once('\'')?,
            None => behind.split_once(char::is_whitespace).unwrap_or((behind, "")),
        };
        if name == wanted {
            found = Some(value);
        }
        rest = left.trim_start();
    }
    found.filter(|value| !value.is_empty())
}

/// The user.
pub(super) fn user(text: &str) -> Option<&str> {
    if !text.contains("://") {
        return keyword(text, "user");
    }
    credentials(text).map(|part| part.split_once(':').map_or(part, |(user, _)| user)).filter(|user| !user.is_empty())
}

/// The password: before the host, else in a pair as drivers take them, `host=db password=x` or
/// `Server=db;Password=x`.
pub(super) fn password(text: &str) -> Option<&str> {
    let before_host = || credentials(text).and_then(|part| part.split_once(':')).map(|(_, password)| password);
    let keyed = || if text.contains("://") { None } else { keyword(text, "password") };
    let paired = || {
        let pairs = text.split([';', '&', '?']).filter_map(|part| part.split_once('='));
        let mut named =
            pairs.filter(|(key, _)| ["password", "pwd", "pass"].iter().any(|it| key.eq_ignore_ascii_case(it)));
        named.next().map(|(_, value)| value.trim_matches(['\'', '"']))
    };
    let found = before_host().filter(|it| !it.is_empty()).or_else(keyed).or_else(paired);
    found.filter(|it| !it.is_empty())
}

/// A part with what was escaped in it (RFC 3986, section 2.1) as it was meant.
pub(super) fn decoded(part: &str) -> Cow<'_, str> {
    if !part.contains('%') {
        return Cow::Borrowed(part);
    }
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part;
    while let Some((before, behind)) = rest.split_once('%') {
        bytes.extend_from_slice(before.as_bytes());
        let digits = behind.get(..2).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = behind.get(2..).unwrap_or_default();
            }
            // A sign that should have been escaped itself.
            None => {
                bytes.push(b'%');
                rest = behind;
            }
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8(bytes).map_or(Cow::Borrowed(part), Cow::Owned)
}

/// Host and port.
pub(super) fn place(text: &str) -> Option<&str> {
    authority(text).map(|part| part.rsplit_once('@').map_or(part, |(_, place)| place))
}

/// The host; brackets of an IPv6 address are left out.
pub(super) fn host(text: &str) -> Option<&str> {
    if !text.contains("://") {
        return keyword(text, "host");
    }
    let place = place(text)?;
    let host = match place.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => place.rsplit_once(':').map_or(place, |(host, _)| host),
    };
    Some(host).filter(|host| !host.is_empty())
}

/// The port.
pub(super) fn port(text: &str) -> Option<u16> {
    if !text.contains("://") {
        return keyword(text, "port").and_then(|port| port.parse().ok());
    }
    place(text)?.rsplit_once(':').and_then(|(_, port)| port.parse().ok())
}

/// The path, if there is more of it than one slash.
pub(super) fn path(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("://")?;
    let start = rest.find('/')?;
    let path = rest.get(start..)?;
    let path = path.split(['?', '#']).next().unwrap_or(path);
    Some(path).filter(|path| path.len() > 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_fall_into_their_parts() {
        let all = |text| (scheme(text), user(text), password(text), host(text), port(text), path(text));
        assert_eq!(
            all("postgres://app:s3cr@t@db:5432/shop?x=1"),
            (Some("postgres"), Some("app"), Some("s3cr@t"), Some("db"), Some(5432), Some("/shop"))
        );
        assert_eq!(all("https://[::1]:8443"), (Some("https"), None, None, Some("::1"), Some(8443), None));
        assert_eq!(all("no url"), (None, None, None, None, None, None));
        assert_eq!(password("redis://:pw@cache"), Some("pw"));
        assert_eq!(
            all("host=db.acme.io port = 5433 user=app password='s3 cr=t' sslmode=disable"),
            (None, Some("app"), Some("s3 cr=t"), Some("db.acme.io"), Some(5433), None)
        );
        assert_eq!(all("JWT_SECRET=abc user=app"), (None, None, None, None, None, None));
        assert_eq!(all("kJ8v2nQx7Lw4Tz=="), (None, None, None, None, None, None));
        assert_eq!(password("user=app password='s3cr3t' host=db"), Some("s3cr3t"));
        assert_eq!(password("Server=db;User Id=app;Password=s3cr3t"), Some("s3cr3t"));
        assert_eq!(password("jdbc:postgresql://db/app?user=app&password=s3cr3t"), Some("s3cr3t"));
        assert_eq!((password("a2V5cGFzc3dvcmQ="), password("password")), (None, None));
    }

    #[test]
    fn what_was_escaped_is_meant() {
        for (part, meant) in
            [("a%2Fb%3d", "a/b="), ("50%", "50%"), ("%zz%4", "%zz%4"), ("%ff", "%ff"), ("\u{e9}%41", "\u{e9}A")]
        {
            assert_eq!(decoded(part), meant, "{part}");
        }
    }
}
