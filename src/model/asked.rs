//! What a command asks of its own container over HTTP: `curl http://localhost:8080/health`.

/// The hosts that are the container itself.
const OWN: [&str; 4] = ["localhost", "127.0.0.1", "0.0.0.0", "[::1]"];

/// Port and path of the first address of the container itself that a command names, if both are
/// written out.
#[must_use]
pub fn asked(command: &str) -> Option<(u16, &str)> {
    command.match_indices("http://").find_map(|(at, scheme)| {
        let rest = command.get(at + scheme.len()..)?;
        let rest = OWN.iter().find_map(|host| rest.strip_prefix(host))?;
        let end = rest.find(|next: char| next.is_whitespace() || "\"'`);|&<>,\\".contains(next)).unwrap_or(rest.len());
        let (authority, path) = rest[..end].split_at(rest[..end].find(['/', '?']).unwrap_or(end));
        let port = if authority.is_empty() { 80 } else { authority.strip_prefix(':')?.parse().ok()? };
        let path = path.split(['?', '#']).next().filter(|path| !path.is_empty()).unwrap_or("/");
        (!path.contains('$')).then_some((port, path))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_the_container_itself_is_found() {
        for (command, found) in [
            ("curl -f http://localhost:9001/health", Some((9001, "/health"))),
            ("curl -f 'http://127.0.0.1/' || exit 1", Some((80, "/"))),
            ("wget -q -O- http://[::1]:8080/health/ready?full=1 >/dev/null", Some((8080, "/health/ready"))),
            ("bun -e \"fetch('http://localhost:9001/health').then(r => 1)\"", Some((9001, "/health"))),
            ("curl http://app:80/ && curl http://0.0.0.0:3000", Some((3000, "/"))),
            ("curl http://localhost:$PORT/health", None),
            ("curl http://localhost:80/$CHECK", None),
            ("curl http://localhost.example:80/x", None),
            ("pg_isready", None),
        ] {
            assert_eq!(asked(command), found, "{command}");
        }
    }
}
