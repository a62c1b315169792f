//! Programs that run others: shells, wrappers such as `sudo`, and `docker exec`.

/// Programs that run scripts.
pub(super) const SHELLS: [&str; 7] = ["sh", "bash", "ash", "dash", "zsh", "ksh", "busybox"];

/// Programs that run another: the name, and how many words of their own stand before it, options
/// and assignments left out.
const WRAPPERS: [(&str, usize); 25] = [
    ("exec", 0),
    ("sudo", 0),
    ("doas", 0),
    ("nice", 0),
    ("ionice", 0),
    ("nohup", 0),
    ("env", 0),
    ("setsid", 0),
    ("stdbuf", 0),
    ("chronic", 0),
    ("command", 0),
    ("eval", 0),
    ("xargs", 0),
    ("tini", 0),
    ("dumb-init", 0),
    ("catatonit", 0),
    ("docker-init", 0),
    ("systemd-inhibit", 0),
    ("systemd-cat", 0),
    ("timeout", 1),
    ("gosu", 1),
    ("su-exec", 1),
    ("runuser", 1),
    ("flock", 1),
    ("chroot", 1),
];

/// Options of wrappers behind which a value stands as a word of its own.
const VALUED: [&str; 22] = [
    "-u",
    "-g",
    "-n",
    "-c",
    "-k",
    "-s",
    "-e",
    "-w",
    "-i",
    "-p",
    "-P",
    "-I",
    "-l",
    "--user",
    "--env",
    "--workdir",
    "--container",
    "--namespace",
    "-U",
    "-f",
    "--file",
    "-o",
];

/// How many words of its own a program has that runs another; `None` if it runs none.
pub(super) fn own_words(program: &str) -> Option<usize> {
    WRAPPERS.iter().find(|(name, _)| *name == program).map(|(_, own)| *own)
}

/// Whether arguments are a command of their own, which the entrypoints of images run as it is.
pub(super) fn is_command(words: &[String]) -> bool {
    words.first().is_some_and(|first| first.starts_with('/') || SHELLS.contains(&first.as_str()) || first == "exec")
}

/// The last part of a path.
pub(super) fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Where the words behind options, assignments and `own` further words begin.
pub(super) fn arguments_from(words: &[String], start: usize, own: usize) -> usize {
    let mut own = own;
    let mut at = start;
    while let Some(word) = words.get(at) {
        if word == "--" {
            return at + 1;
        }
        let is_assignment = word.split_once('=').is_some_and(|(name, _)| {
            !name.is_empty() && name.chars().all(|next| next.is_ascii_alphanumeric() || next == '_')
        });
        if word.starts_with('-') {
            at += if VALUED.contains(&word.as_str()) { 2 } else { 1 };
        } else if is_assignment {
            at += 1;
        } else if own > 0 {
            own -= 1;
            at += 1;
        } else {
            return at;
        }
    }
    words.len()
}

/// The container that a command runs another in, and where that begins: `docker exec`,
/// `docker compose exec`, `kubectl exec`.
pub(super) fn executed(words: &[String]) -> Option<(String, usize)> {
    let program = base(words.first()?);
    if !matches!(
        program,
        "docker" | "podman" | "docker-compose" | "podman-compose" | "kubectl" | "oc" | "k3s" | "nerdctl"
    ) {
        return None;
    }
    let exec = words.iter().position(|word| word == "exec")?;
    // What stands before belongs to the program: `compose -f x`, `-n namespace`.
    let name = arguments_from(words, exec + 1, 0);
    let found = words.get(name)?;
    let found = found.rsplit('/').next().unwrap_or(found).to_owned();
    let after = words.iter().skip(name + 1).position(|word| word == "--").map(|offset| name + 1 + offset + 1);
    Some((
        found,
        after.unwrap_or_else(|| {
            // Options such as `-c container` may stand behind the name too.
            if matches!(program, "kubectl" | "oc" | "k3s") { arguments_from(words, name + 1, 0) } else { name + 1 }
        }),
    ))
}
