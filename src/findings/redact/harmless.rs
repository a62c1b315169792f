//! What may be shown of a line although nothing vouches for it.

use crate::model::secrecy;
use hashbrown::HashSet;

/// Words with a fixed meaning in deployment files.
#[rustfmt::skip]
const EVERYDAY: &[&str] = &[
    "true", "false", "yes", "no", "on", "off", "null", "none", "always", "never", "unless-stopped", "on-failure",
    "debug", "info", "warn", "warning", "error", "trace", "fatal", "critical", "notice", "verbose", "silent", "quiet",
    "production", "staging", "development", "prod", "dev", "json", "text", "logfmt", "plain", "pretty", "host", "bridge",
    "overlay", "internal", "external", "private", "public", "tcp", "udp", "sctp", "http", "https", "grpc", "default",
    "cmd", "cmd-shell", "sh", "bash", "/bin/sh", "curl", "wget", "pg_isready", "ping", "exit", "||", "&&", "latest",
    "stable", "main", "master", "edge", "nightly", "alpine", "slim", "json-file", "local", "journald", "syslog",
    "fluentd", "gelf", "awslogs", "start-first", "stop-first", "rollingupdate", "recreate", "ondelete", "clusterip",
    "nodeport", "loadbalancer", "externalname", "ifnotpresent", "filesystem", "readwriteonce", "readwritemany",
    "readonlymany", "retain", "delete", "all", "net_admin", "sys_admin", "net_raw", "sys_ptrace", "chown", "setuid",
    "setgid", "dac_override", "net_bind_service", "no-new-privileges", "unconfined", "runtimedefault", "localhost",
    "root", "nobody", "ro", "rw", "bind", "volume", "tmpfs", "npipe", "cluster", "service_started", "service_healthy",
    "service_completed_successfully", "opaque", "utf-8", "utc", "python3", "npm", "nginx", "redis-server", "redis-cli",
    "gunicorn", "uvicorn", "php-fpm",
    // Words of templates that are no words of a language, of which passphrases are made.
    "squote", "toyaml", "tojson", "nindent", "printf", "trimsuffix", "tpl", "b64enc",
];

/// Words that are often used as a password and as much else.
const COMMON: &[&str] =
    &["postgres", "password", "secret", "admin", "user", "test", "token", "example", "redis", "mysql"];

/// Letters of what is no word of a language any more.
const LONG: usize = 16;

/// Keys whose values say what is deployed and are no place for a secret.
#[rustfmt::skip]
const STRUCTURAL: &[&str] = &[
    "image", "kind", "apiVersion", "name", "namespace", "container_name", "hostname", "user", "restart",
    "restartPolicy", "network_mode", "pid", "ipc", "driver", "type", "protocol", "imagePullPolicy",
    "serviceAccountName", "serviceAccount", "storageClassName", "claimName", "secretName", "configMap", "mountPath",
    "condition", "order", "version", "context", "dockerfile", "target", "platform", "stop_signal", "pull_policy",
    "cpus", "memory", "cpu", "mem_limit", "replicas", "runAsUser", "runAsGroup", "interval", "timeout", "retries",
    "start_period", "stop_grace_period", "terminationGracePeriodSeconds", "max-size", "max-file", "port",
    "containerPort", "hostPort", "targetPort", "nodePort", "env_file", "schedule", "topologyKey",
];

/// Whether a value is a word that deployment files are made of.
pub(super) fn is_everyday(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    EVERYDAY.contains(&lower.as_str())
}

/// Whether a value is a word that cannot be told from a name.
pub(super) fn is_common(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    COMMON.contains(&lower.as_str())
}

/// Whether a value looks like a word of a language: letters in one case, or with a capital.
pub(super) fn is_word(value: &str) -> bool {
    let word = value.trim_matches(|next: char| next.is_ascii_punctuation());
    let rest = word.get(1..).unwrap_or_default();
    let is_lower = rest.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_upper = word.bytes().all(|byte| byte.is_ascii_uppercase());
    !word.is_empty()
        && word.len() < LONG
        && word.starts_with(|first: char| first.is_ascii_alphabetic())
        && (is_lower || is_upper)
}

/// Whether a word of a line may be shown: `key` is the key that it stands under, if there is one
/// on that line, and `names` are the names of what is deployed.
pub(super) fn is_harmless(word: &str, key: Option<&str>, names: &HashSet<String>) -> bool {
    if is_bare_reference(word) {
        return true;
    }
    if word.len() > 200 || !secrecy::credentials(word).is_empty() || key.is_some_and(secrecy::names_a_secret) {
        return false;
    }
    is_everyday(word)
        || names.contains(word)
        || is_measure(word)
        || is_mapping(word)
        || is_flag(word)
        || is_path(word)
        || is_address(word)
        || is_plain_reference(word)
        || is_template_path(word)
        || (key.is_some_and(|key| STRUCTURAL.contains(&key)) && is_structural(word))
}

/// A number of up to five digits, with a unit or a percent sign or without; a version.
fn is_measure(word: &str) -> bool {
    let digits = word.trim_start_matches(['-', '+']);
    let number = digits.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
    let unit = digits.get(number..).unwrap_or_default();
    let unit_is_short = unit.is_empty()
        || unit == "%"
        || matches!(
            unit,
            "ms" | "s"
                | "m"
                | "h"
                | "d"
                | "w"
                | "b"
                | "k"
                | "g"
                | "t"
                | "kb"
                | "mb"
                | "gb"
                | "tb"
                | "Ki"
                | "Mi"
                | "Gi"
                | "Ti"
                | "K"
                | "M"
                | "G"
                | "T"
                | "KB"
                | "MB"
                | "GB"
        );
    number > 0 && number <= 6 && digits.bytes().filter(u8::is_ascii_digit).count() <= 5 && unit_is_short
}

/// Ports and addresses: `8080:80`, `127.0.0.1:5432:5432/tcp`, `10.0.0.0/8`, `1000:1000`.
fn is_mapping(word: &str) -> bool {
    let word = ["/tcp", "/udp", "/sctp"].iter().find_map(|end| word.strip_suffix(end)).unwrap_or(word);
    word.contains([':', '.', '-', '/'])
        && word
            .split([':', '.', '-', '/', '[', ']'])
            .all(|part| part.len() <= 5 && part.bytes().all(|b| b.is_ascii_digit()))
}

/// A flag without a value: `-x`, `--log-level`.
fn is_flag(word: &str) -> bool {
    let name = word.strip_prefix("--").or_else(|| word.strip_prefix('-').filter(|rest| rest.len() == 1));
    name.is_some_and(|name| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'))
}

/// A file path, or several as in a mount: `./data:/var/lib/app:ro`.
fn is_path(word: &str) -> bool {
    let mut parts = word.split(':');
    let rooted = |part: &str| {
        ["/", "./", "../", "~/"].iter().any(|start| part.starts_with(start)) || part == "." || part == ".."
    };
    let first = parts.next().unwrap_or_default();
    let second = parts.clone().next().unwrap_or_default();
    (rooted(first) || (rooted(second) && is_plain(first)))
        && parts.all(|part| rooted(part) || matches!(part, "ro" | "rw" | "z" | "Z"))
        && word.split(['/', ':']).all(is_plain)
}

/// A URL without user and query, an image with a registry or a path, a digest, a name in a domain.
fn is_address(word: &str) -> bool {
    if word.contains(['@', '?', '#', '=', '%']) && !word.contains("@sha256:") {
        return false;
    }
    let (scheme, rest) = word.split_once("://").unwrap_or(("", word));
    let place = rest.split(['/', ':', '@']).next().unwrap_or_default();
    let known_domain = [".local", ".internal", ".com", ".org", ".net", ".io", ".dev", ".test", ".example", ".svc"]
        .iter()
        .any(|end| place.ends_with(end));
    let digest = rest
        .rsplit_once("sha256:")
        .is_some_and(|(_, hex)| hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_hexdigit()));
    let plain = |text: &str| text.split(['/', ':', '@']).all(is_plain);
    if digest {
        return plain(rest.rsplit_once("sha256:").map_or("", |(before, _)| before.trim_end_matches(['@', ':'])));
    }
    let schemes = ["http", "https", "tcp", "unix", "redis", "postgres", "postgresql", "amqp", "mysql", "mongodb"];
    (known_domain || schemes.contains(&scheme)) && plain(rest)
}

/// `${NAME}`, `$NAME` and `$(NAME)`, which say nothing whatever they stand under.
fn is_bare_reference(word: &str) -> bool {
    word.len() <= 100 && word.starts_with('$') && secrecy::is_reference(word)
}

/// `${NAME:-default}`, if the default is a word of everyday use.
fn is_plain_reference(word: &str) -> bool {
    let inner = word.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    let Some((name, default)) = inner.and_then(|inner| inner.split_once('-')) else { return false };
    let name = name.trim_end_matches(':');
    !secrecy::names_a_secret(name)
        && is_plain(name)
        && (default.is_empty() || is_everyday(default) || is_measure(default) || is_path(default))
}

/// A path of a template: `.Values.image.tag`, `$.Release.Name`.
fn is_template_path(word: &str) -> bool {
    let path = word.strip_prefix('$').unwrap_or(word);
    let begins = [".Values.", ".Release.", ".Chart.", ".Capabilities."].iter().any(|start| path.starts_with(start));
    begins && path.split('.').all(is_plain)
}

/// What a structural key may be followed by: one word of few signs, such as an image or a name.
fn is_structural(word: &str) -> bool {
    let known = word.bytes().all(|byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/' | b':' | b'@' | b'$' | b'{' | b'}')
    });
    known && (word.contains("@sha256:") || word.split(['/', ':']).all(is_plain_or_reference))
}

fn is_plain_or_reference(part: &str) -> bool {
    part.contains("${") || part.ends_with('}') || is_plain(part)
}

/// A name of modest length that does not look like chance: no long mix of letters and digits.
fn is_plain(part: &str) -> bool {
    let known = part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'~'));
    let digits = part.bytes().filter(u8::is_ascii_digit).count();
    let upper = part.bytes().filter(u8::is_ascii_uppercase).count();
    let lower = part.bytes().filter(u8::is_ascii_lowercase).count();
    known
        && part.len() <= 63
        && !(part.len() >= 16 && digits >= 4 && (upper + lower) >= 4 && !part.contains(['-', '.', '_']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_shown() {
        let names: HashSet<String> = ["proxy".to_owned()].into();
        for word in [
            "true",
            "512Mi",
            "50m",
            "0.5",
            "8080:80",
            "127.0.0.1:5432:5432",
            "10.0.0.0/8",
            "1000:1000",
            "-c",
            "--log-level",
            "./data:/var/lib/app:ro",
            "/run/secrets/db",
            "http://localhost:8080/health",
            "${TAG}",
            "$TAG",
            "${TAG:-latest}",
            "ghcr.io/acme/app:1.2",
            "proxy",
            "data:/var/lib/app",
            "host.docker.internal",
            "NET_ADMIN",
            "redis-server",
            "nindent",
            ".Values.image.tag",
            "$.Release.Name",
        ] {
            assert!(is_harmless(word, None, &names), "{word}");
        }
        for word in [
            "hunter2",
            "Zx9-planted",
            "123456",
            "postgres://u:p@db/x",
            "https://u@db/x",
            "https://a.io/x?y=z",
            "-phunter2",
            "--pw2",
            "${PW:-hunter2}",
            "${TAG:-hunter2}",
            "a:b",
            "https://a.io/AbCdEf0123456789AbCdEf",
            "hunter2.planted",
            "ENC[AES256_GCM,x]",
            ".Values.Zx9planted0123456789ab",
            ".hunter2",
        ] {
            assert!(!is_harmless(word, None, &names), "{word}");
        }
        assert!(is_harmless("postgres:16.2-alpine", Some("image"), &names));
        assert!(is_harmless("${IMG:-acme/app:1.2}", Some("image"), &names));
        assert!(!is_harmless("5432", Some("DB_PASSWORD"), &names));
        assert!(!is_harmless("acme", Some("MOTTO"), &names));
    }
}
