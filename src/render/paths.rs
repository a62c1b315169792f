//! Paths as they can be clicked.

use std::path::{Component, Path};

/// Turns paths relative to the root into paths relative to the working directory.
#[derive(Debug, Clone, Default)]
pub struct Paths {
    /// Components of the root and of the working directory behind their common part.
    down: Vec<String>,
    up: usize,
    /// Components of the working directory below the root.
    inside: Vec<String>,
    absolute: Option<String>,
}

impl Paths {
    /// Between two absolute paths without `..` in them.
    #[must_use]
    pub fn new(root: &Path, working_directory: &Path) -> Self {
        let (root_parts, here) = (parts(root), parts(working_directory));
        let common = root_parts.iter().zip(&here).take_while(|(one, other)| one == other).count();
        // From another part of the machine a full path is easier to read than many `..`.
        let far = common == 0 || here.len() - common > 3;
        let below = common == root_parts.len();
        Self {
            down: root_parts.iter().skip(common).cloned().collect(),
            up: here.len() - common,
            inside: if below { here.iter().skip(common).cloned().collect() } else { Vec::new() },
            absolute: (far && !below).then(|| root.to_string_lossy().trim_end_matches('/').to_owned()),
        }
    }

    /// The path as it is shown. Standard input, which is no file, stays as it is.
    #[must_use]
    pub fn show(&self, file: &str) -> String {
        if file == "-" || file.starts_with(['<', '/']) {
            return file.to_owned();
        }
        if let Some(absolute) = &self.absolute {
            return format!("{absolute}/{file}");
        }
        let common = self.inside.iter().zip(file.split('/')).take_while(|(one, other)| one == other).count();
        let mut shown = "../".repeat(self.up - common);
        for part in &self.down {
            shown.push_str(part);
            shown.push('/');
        }
        let rest: Vec<&str> = file.split('/').skip(common).filter(|part| *part != ".").collect();
        shown.push_str(&rest.join("/"));
        let shown = if file.starts_with("../") { without_detours(&shown) } else { shown };
        if shown.is_empty() { ".".to_owned() } else { shown }
    }
}

/// The path without going down where it goes up again at once. The root has no links in it, so what
/// goes down by name comes back by name.
fn without_detours(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for part in path.split('/') {
        if part == ".." && kept.last().is_some_and(|last| *last != "..") {
            kept.pop();
        } else {
            kept.push(part);
        }
    }
    kept.join("/")
}

fn parts(path: &Path) -> Vec<String> {
    let name = |component: Component<'_>| match component {
        Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
        _ => None,
    };
    path.components().filter_map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_can_be_clicked_from_where_one_stands() {
        let show = |root: &str, here: &str, file: &str| Paths::new(Path::new(root), Path::new(here)).show(file);
        assert_eq!(show("/w/app", "/w/app", "compose.yaml"), "compose.yaml");
        assert_eq!(show("/w/app", "/w/app/deploy", "deploy/compose.yaml"), "compose.yaml");
        assert_eq!(show("/w/app", "/w/app/deploy", ".env"), "../.env");
        assert_eq!(show("/w/app/x", "/w", "a.yaml"), "app/x/a.yaml");
        assert_eq!(show("/w/other", "/w/app", "a.yaml"), "../other/a.yaml");
        assert_eq!(show("/tmp/t", "/w/app", "a.yaml"), "/tmp/t/a.yaml");
        assert_eq!(show("/w", "/w", "-"), "-");
        assert_eq!(show("/w/app/x", "/w/app", "../prod.yaml"), "prod.yaml");
        assert_eq!(show("/w/app/x", "/w/app/x", "../prod.yaml"), "../prod.yaml");
    }
}
