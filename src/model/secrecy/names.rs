//! Which names are those of secrets.

use aho_corasick::AhoCorasickKind::DFA;
use aho_corasick::{AhoCorasick, Input};
use std::sync::LazyLock;

/// Words that by themselves say "secret", wherever they stand in a name.
#[rustfmt::skip]
const SECRET: &[&str] = &[
    "password", "passwords", "passwd", "passphrase", "passcode", "secret", "token", "apikey", "apikeys", "apitoken",
    "credential", "credentials", "creds", "masterkey", "privatekey", "secretkey", "accesskey", "encryptionkey",
    "signingkey", "requirepass", "masterauth", "sshpass", "dbpass", "userpass", "rootpass", "smtppass", "mailpass",
    "keypass", "storepass", "psk", "mnemonic",
];

/// Words that say "secret" only at the end of a name.
const SECRET_AT_END: &[&str] = &["pass", "pwd", "pw", "secrets", "salt", "pepper", "jwt", "hmac"];

/// Endings of words that were written without separators, such as `PGPASSWORD` and `clientsecret`.
const ENDINGS: &[&str] =
    &["password", "passwd", "passphrase", "secret", "token", "apikey", "secretkey", "privatekey", "accesskey"];

/// What makes a key a secret one: `api key`, `private key`...
#[rustfmt::skip]
const KEYS: &[&str] = &[
    "api", "private", "secret", "access", "master", "encryption", "encrypt", "encrypted", "decryption", "signing",
    "signature", "auth", "license", "licence", "session", "cookie", "app", "application", "hmac", "aes", "crypt",
    "crypto", "cipher", "fernet", "vault", "jwt", "jwe", "jws", "shared", "preshared", "unseal", "root", "recovery",
    "service", "role", "admin", "account", "storage", "security", "nonce", "webhook", "deploy", "kms", "paseto",
];

/// What makes several tokens secret ones; other plurals count things (`MAX_TOKENS`).
const TOKENS: &[&str] = &["auth", "api", "access", "bearer", "refresh", "registration", "bot", "admin", "service"];

/// Pairs of words that are secret by convention though neither word is.
const PAIRS: &[[&str; 2]] =
    &[["neo4j", "auth"], ["erlang", "cookie"], ["github", "pat"], ["gh", "pat"], ["gitlab", "pat"]];

/// Words that, behind the secret word, make the name speak of something else: `PASSWORD_FILE`.
#[rustfmt::skip]
const ABOUT: &[&str] = &[
    "file", "files", "filename", "path", "paths", "dir", "directory", "folder", "location", "mount", "volume", "name",
    "names", "id", "ids", "arn", "url", "urls", "uri", "endpoint", "host", "hostname", "port", "address", "domain",
    "ttl", "exp", "expiry", "expire", "expires", "expiration", "lifetime", "life", "lifespan", "duration", "age",
    "timeout", "interval", "seconds", "minutes", "hours", "days", "rotation", "rotate", "refresh", "renew", "renewal",
    "length", "len", "size", "bytes", "bits", "min", "max", "minimum", "maximum", "count", "limit", "limits", "quota",
    "rate", "budget", "policy", "policies", "enabled", "enable", "disabled", "disable", "required", "require",
    "allowed", "allow", "optional", "strength", "strategy", "complexity", "algorithm", "algorithms", "alg", "algo",
    "type", "types", "kind", "method", "methods", "mode", "format", "formats", "provider", "providers", "manager",
    "store", "backend", "engine", "driver", "class", "source", "issuer", "iss", "audience", "aud", "subject",
    "header", "headers", "prefix", "suffix", "field", "label", "param", "parameter", "claim", "claims", "scope",
    "scopes", "env", "var", "variable", "ref", "refs", "reference", "template", "annotations", "labels", "reset",
    "recovery", "change", "update", "hint", "prompt", "version", "generator", "generation", "cost", "rounds",
    "iterations", "encoding", "encryption", "validation", "validate", "validator", "verification", "verify", "check",
    "hasher", "hashing", "authentication", "auth", "login", "grant", "history", "reuse", "leeway", "skew", "cache",
    "namespace", "projection", "review", "reviewer", "usage", "kid", "schema", "service", "server", "client",
    "request", "requests", "response", "through", "link", "links", "page", "email", "subjects", "notice", "index",
    "table", "column", "word", "words",
];

/// Words that, before the secret word, make the name speak of something else: `ALLOW_EMPTY_PASSWORD`.
#[rustfmt::skip]
const SAYING: &[&str] = &[
    "allow", "enable", "enabled", "disable", "disabled", "require", "requires", "required", "use", "uses", "has",
    "is", "no", "skip", "checksum", "min", "max", "minimum", "maximum", "num", "generate", "existing", "show", "hide", "forgot",
    "forget", "automount", "pull", "without", "validate", "verify", "check", "expose", "external",
];

/// Directives of web servers whose names end in "pass" and hand requests on.
const DIRECTIVES: &[&str] = &["proxy_pass", "fastcgi_pass", "uwsgi_pass", "scgi_pass", "grpc_pass", "memcached_pass"];

/// What every name of a secret has in it somewhere. Most names have none of these, and are told apart
/// by that alone.
#[rustfmt::skip]
const MARKS: &[&str] = &[
    "pass", "secret", "token", "key", "cred", "psk", "mnemonic", "auth", "pw", "salt", "pepper", "jwt", "hmac",
    "cookie", "git", "gh",
];

static MARKED: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    // Names are short: what makes searches of long texts fast only costs.
    let plain = AhoCorasick::builder().ascii_case_insensitive(true).prefilter(false).kind(Some(DFA)).build(MARKS);
    plain.ok()
});

/// Whether a name may be one of a secret. Letters outside of ASCII may become one of it in lower case.
fn may_name_a_secret(name: &str) -> bool {
    !name.is_ascii() || MARKED.as_ref().is_none_or(|marked| marked.is_match(name))
}

/// From a place in a text on, where the next thing begins that the name of a secret has in it. What may be
/// one for its letters outside of ASCII is left to the caller.
#[must_use]
pub fn next_mark(text: &str, from: usize) -> Option<usize> {
    let Some(marked) = MARKED.as_ref() else { return Some(from) };
    marked.find(Input::new(text).range(from..)).map(|hit| hit.start())
}

/// The words of a name in lower case: split at everything that is no letter or digit, and where
/// camel case begins a new word (`dbPassword`, `APIKey`).
#[must_use]
pub fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    for part in name.split(|character: char| !character.is_alphanumeric()) {
        let characters: Vec<char> = part.chars().collect();
        let mut word = String::new();
        for (index, character) in characters.iter().enumerate() {
            let before = index.checked_sub(1).and_then(|before| characters.get(before));
            let after = characters.get(index + 1);
            let starts = character.is_uppercase()
                && before
                    .is_some_and(|before| before.is_lowercase() || after.is_some_and(|after| after.is_lowercase()));
            if starts && !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
            word.extend(character.to_lowercase());
        }
        if !word.is_empty() {
            words.push(word);
        }
    }
    words
}

/// Whether a setting of this name holds a secret value, by the words in the name.
///
/// The last word that says "secret" counts. Words behind it may turn the name into one about the
/// secret (`PASSWORD_FILE`, `TOKEN_TTL`, `SECRET_NAME`), words before it into a question or a wish
/// (`ALLOW_EMPTY_PASSWORD`, `existingSecret`). Names of URLs are not secret: whether a URL holds a
/// password shows in its value.
#[must_use]
pub fn names_a_secret(name: &str) -> bool {
    if name.len() > 512 || !may_name_a_secret(name) || DIRECTIVES.contains(&name) {
        return false;
    }
    let words = words(name);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let Some((first, last)) = (0..words.len()).rev().find_map(|index| secret_at(&words, index)) else {
        return false;
    };
    let before = words.get(..first).unwrap_or_default();
    let after = words.get(last + 1..).unwrap_or_default();
    let whole = words.get(first..=last).unwrap_or_default();
    if after == ["id"] && whole == ["secret"] && before.iter().any(|word| matches!(*word, "vault" | "approle")) {
        return true;
    }
    if after.iter().any(|word| ABOUT.contains(word)) || before.iter().any(|word| SAYING.contains(word)) {
        return false;
    }
    match whole {
        // A key's name, as charts have it: `userPasswordKey`, `tokenKey`.
        _ if matches!(after, ["key" | "keys"]) => false,
        // A reference to a Secret by its name.
        ["secret"] if before.last().is_some_and(|word| matches!(*word, "tls" | "cert" | "crt" | "certificate")) => {
            false
        }
        // The key of a Secret that holds a config file.
        ["secret", "key"] if before.last() == Some(&"config") && !name.contains('_') => false,
        ["secret"] if is_annotation(name) => false,
        ["credentials"] if before.last() == Some(&"application") => false,
        ["token"] if before.last() == Some(&"public") => false,
        _ if before.ends_with(&["random"]) || before.ends_with(&["random", "root"]) => false,
        _ => true,
    }
}

/// The first and last word of the secret that ends at `index`, if one does.
fn secret_at(words: &[&str], index: usize) -> Option<(usize, usize)> {
    let word = *words.get(index)?;
    let before = index.checked_sub(1).and_then(|before| words.get(before)).copied();
    let at_end = words.get(index + 1..)?.iter().all(|word| word.bytes().all(|byte| byte.is_ascii_digit()));
    let by_ending = |ending: &&str| word.len() > ending.len() && word.ends_with(*ending);
    if SECRET.contains(&word) || ENDINGS.iter().any(by_ending) {
        return Some((index, index));
    }
    if words.len() == 1 {
        // PWD alone is the working directory, and "secrets" a list of them.
        return matches!(word, "pass" | "pw" | "salt" | "jwt").then_some((0, 0));
    }
    let before = before?;
    let pair = match word {
        "key" | "keys" => KEYS.contains(&before) && !words.contains(&"public"),
        "tokens" => TOKENS.contains(&before),
        _ => PAIRS.contains(&[before, word]),
    };
    if pair {
        return Some((index - 1, index));
    }
    (at_end && SECRET_AT_END.contains(&word)).then_some((index, index))
}

/// Whether a name is qualified as annotations and labels are: `example.org/auth-secret`.
fn is_annotation(name: &str) -> bool {
    name.split_once('/').is_some_and(|(domain, _)| domain.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_split_at_separators_and_humps() {
        assert_eq!(words("POSTGRES_PASSWORD"), ["postgres", "password"]);
        assert_eq!(words("dbPassword"), ["db", "password"]);
        assert_eq!(words("APIKey"), ["api", "key"]);
        assert_eq!(words("jwt.signing-key/2"), ["jwt", "signing", "key", "2"]);
        assert_eq!(words("__"), Vec::<String>::new());
    }

    #[test]
    fn every_secret_word_has_a_mark() {
        let keys = ["key", "keys", "tokens"];
        let words = SECRET.iter().chain(SECRET_AT_END).chain(ENDINGS).chain(&keys);
        let unmarked: Vec<_> = words.filter(|word| !may_name_a_secret(word)).collect();
        assert!(unmarked.is_empty(), "{unmarked:?}");
        let unmarked: Vec<_> = PAIRS.iter().filter(|pair| !pair.iter().any(|word| may_name_a_secret(word))).collect();
        assert!(unmarked.is_empty(), "{unmarked:?}");
        assert!(!may_name_a_secret("mountPath") && names_a_secret("GITHUB_PAT") && names_a_secret("ghPat"));
        assert!(!may_name_a_secret("LOG_LEVEL") && may_name_a_secret("DB_PASSWORD"));
    }

    #[test]
    fn the_list_of_names_agrees() {
        let list = include_str!("../../../tests/data/secrecy/names.txt");
        let mut wrong = Vec::new();
        let mut cases = 0;
        for line in list.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (expected, name) = line.split_once(' ').unwrap();
            cases += 1;
            if names_a_secret(name) != (expected == "secret") {
                wrong.push(line);
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
        assert!(cases > 200, "{cases}");
    }
}
