//! What the name of a file says about it.

use crate::source::reader::file_name;
use crate::syntax::Syntax;

/// Words in the name of a file that shows how another one is to be written.
const SAMPLE: [&str; 8] = ["example", "sample", "template", "dist", "tmpl", "tpl", "default", "defaults"];

/// Words in a path of things that nobody deploys.
const TRIAL: [&str; 11] =
    ["test", "tests", "testing", "testdata", "fixture", "fixtures", "e2e", "mock", "mocks", "example", "examples"];

/// What the names of variables begin with that are built into pages for everybody to read.
const PUBLIC: [&str; 7] = ["VITE_", "NEXT_PUBLIC_", "REACT_APP_", "NUXT_PUBLIC_", "EXPO_PUBLIC_", "PUBLIC_", "GATSBY_"];

fn lower(path: &str) -> String {
    file_name(path).to_ascii_lowercase()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| !character.is_ascii_alphanumeric())
}

fn ends(name: &str, list: &[&str]) -> bool {
    list.iter().any(|end| name.ends_with(end))
}

/// Whether a file holds variables: `.env`, `.env.production`, `app.env`, `.envrc`.
pub(super) fn is_env(path: &str) -> bool {
    let name = lower(path);
    let is_code = ends(&name, &[".js", ".ts", ".go", ".py", ".rb", ".d.ts", ".md", ".yaml", ".yml", ".json"]);
    !is_code && (name == ".env" || name == ".envrc" || name.starts_with(".env.") || name.ends_with(".env"))
}

/// Whether a file only shows how another one is to be written.
pub(super) fn is_sample(path: &str) -> bool {
    words(&lower(path)).any(|word| SAMPLE.contains(&word))
}

/// Whether a path belongs to tests or examples.
pub(in crate::project) fn is_trial(path: &str) -> bool {
    words(&path.to_ascii_lowercase()).any(|word| TRIAL.contains(&word))
}

/// Whether a name is that of a file with a key, a token or passwords.
pub(super) fn is_key(path: &str) -> bool {
    let name = lower(path);
    let is_ssh = ["id_rsa", "id_ed25519", "id_ecdsa", "id_dsa"].iter().any(|start| name.starts_with(start));
    let is_token = name.ends_with(".json")
        && (name.contains("token") || name.contains("credentials") || name.contains("service-account"));
    (is_ssh && !name.ends_with(".pub"))
        || is_token
        || ends(&name, &[".pem", ".key"])
        || matches!(name.as_str(), "kubeconfig" | ".npmrc")
        || is_key_store(path)
        || is_password_file(path)
}

/// Whether a name is that of a store of keys. One of trusted certificates holds no key.
pub(super) fn is_key_store(path: &str) -> bool {
    let name = lower(path);
    ends(&name, &[".p12", ".pfx", ".jks", ".keystore", ".kdbx", ".ppk", ".key", ".der"])
        && !name.contains("trust")
        && !name.contains("cacerts")
}

/// Whether a file of this name is made of passwords.
pub(super) fn is_password_file(path: &str) -> bool {
    let name = lower(path);
    // What an app makes up for its first user, and waits for somebody to delete.
    let first = name.trim_start_matches('.').replace(['-', '_'], "");
    matches!(name.as_str(), ".pgpass" | ".netrc" | ".htpasswd" | ".git-credentials" | ".my.cnf")
        || matches!(first.as_str(), "initialadminpassword" | "initialrootpassword")
}

/// Whether a file holds commands.
pub(super) fn is_script(path: &str) -> bool {
    ends(&lower(path), &[".sh", ".bash", ".zsh", ".py", ".rb", ".pl", ".js", ".ts", ".sql"])
}

/// Whether everybody gets to read the variable.
pub(super) fn is_public_variable(name: &str) -> bool {
    PUBLIC.iter().any(|start| name.starts_with(start))
}

/// The grammar of a config file, if it has one that is known.
pub(super) fn syntax(path: &str) -> Option<Syntax> {
    let name = lower(path);
    match name.rsplit_once('.')?.1 {
        "yaml" | "yml" => Some(Syntax::Yaml),
        "json" => Some(Syntax::Json),
        "toml" => Some(Syntax::Toml),
        _ if name == "kubeconfig" => Some(Syntax::Yaml),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_what_a_file_is() {
        for path in [".env", "a/.env.production", "deploy/app.env", ".envrc", ".env.synctv"] {
            assert!(is_env(path) && !is_sample(path), "{path}");
        }
        for path in [".env.example", "a/.env.sample", "app.env.dist", ".env.template", "default.env"] {
            assert!(is_sample(path), "{path}");
        }
        for path in ["env.ts", "src/env.d.ts", "environment.yaml", "a.environment"] {
            assert!(!is_env(path), "{path}");
        }
        for path in [
            "tls/server.key",
            "ca.pem",
            "id_ed25519",
            "ops/.pgpass",
            "config/.initial-admin-password",
            "gcp-service-account.json",
            "a.p12",
        ] {
            assert!(is_key(path), "{path}");
        }
        for path in ["id_rsa.pub", "keys.md", "tokens.go", "compose.yaml"] {
            assert!(!is_key(path), "{path}");
        }
        assert!(!is_key_store("truststore.jks"));
        assert!(is_trial("app/testdata/a.key") && !is_trial("latest/a.key"));
    }
}
