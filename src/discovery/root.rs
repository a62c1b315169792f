//! The read boundary.

use std::io;
use std::path::{Path, PathBuf};

/// The boundary for a set of paths: the smallest folder that holds the boundary of each, which is
/// the git work tree around it, else the folder itself (for a file, the folder that it is in).
///
/// # Errors
/// When one of the paths does not exist; the error names none.
pub fn boundary(paths: &[PathBuf]) -> io::Result<PathBuf> {
    let mut common: Option<PathBuf> = None;
    for path in paths {
        let full = path.canonicalize()?;
        let folder = if full.is_dir() { full } else { full.parent().map_or_else(|| full.clone(), Path::to_path_buf) };
        let own = work_tree(&folder).unwrap_or(folder);
        common = Some(match common {
            None => own,
            Some(common) => shared(&common, &own),
        });
    }
    common.map_or_else(|| Path::new(".").canonicalize(), Ok)
}

/// The git work tree around a folder: the nearest one upwards with a `.git` folder or file.
fn work_tree(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().find(|ancestor| ancestor.join(".git").exists()).map(Path::to_path_buf)
}

fn shared(one: &Path, other: &Path) -> PathBuf {
    one.components().zip(other.components()).take_while(|(a, b)| a == b).map(|(a, _)| a).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn the_work_tree_is_the_boundary_else_the_folder() {
        let temporary = tempfile::tempdir().unwrap();
        let base = temporary.path().canonicalize().unwrap();
        fs::create_dir_all(base.join("repo/.git")).unwrap();
        fs::create_dir_all(base.join("repo/deploy")).unwrap();
        fs::create_dir_all(base.join("plain/sub")).unwrap();
        fs::write(base.join("plain/sub/a.yaml"), "").unwrap();
        assert_eq!(boundary(&[base.join("repo/deploy")]).unwrap(), base.join("repo"));
        assert_eq!(boundary(&[base.join("plain/sub")]).unwrap(), base.join("plain/sub"));
        assert_eq!(boundary(&[base.join("plain/sub/a.yaml")]).unwrap(), base.join("plain/sub"));
        assert_eq!(boundary(&[base.join("repo/deploy"), base.join("plain")]).unwrap(), base);
        assert!(boundary(&[base.join("none")]).is_err());
    }
}
