//! Paths that the command line names: they have to be there.

use super::Error;
use crate::rules::suggestion;
use std::io::ErrorKind;
use std::path::Path;

/// What a path has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    Anything,
    File,
}

/// Sees to it that a path is there and of the right kind. `words` are names that may have been
/// meant beside those of the files around it.
pub(super) fn named(path: &Path, wanted: Wanted, words: &[String]) -> Result<(), Error> {
    let metadata = path.metadata().map_err(|error| missing(path, &error, words))?;
    match wanted {
        Wanted::File if metadata.is_dir() => {
            Err(Error::new(format!("\"{}\" is a folder, but a file is wanted", path.display())))
        }
        _ => Ok(()),
    }
}

/// Sees to it that a folder is there.
///
/// # Errors
/// When it is not, or is no folder; names what is near.
pub fn folder(path: &Path) -> Result<(), Error> {
    let metadata = path.metadata().map_err(|error| missing(path, &error, &[]))?;
    if metadata.is_dir() {
        return Ok(());
    }
    Err(Error::new(format!("\"{}\" is a file, but a folder with rules is wanted", path.display())))
}

fn missing(path: &Path, error: &std::io::Error, words: &[String]) -> Error {
    let shown = path.display();
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory if words.iter().any(|word| path == Path::new(word)) => {
            Error::with_help(
                format!("there is no file or folder \"{shown}\""),
                format!("to run the command of that name, write its flags behind it: `seaworthy {shown}`"),
            )
        }
        ErrorKind::NotFound | ErrorKind::NotADirectory => {
            let near = nearest(path, words);
            Error::new(format!("there is no file or folder \"{shown}\"{near}"))
        }
        ErrorKind::PermissionDenied => Error::new(format!("\"{shown}\" may not be looked at (permission denied)")),
        kind => Error::new(format!("\"{shown}\" cannot be looked at ({kind})")),
    }
}

/// What may have been meant: a name in the same folder, or one of the words.
fn nearest(path: &Path, words: &[String]) -> String {
    let Some(name) = path.file_name().map(|name| name.to_string_lossy().into_owned()) else { return String::new() };
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let mut names: Vec<String> = if parent.is_none() { words.to_vec() } else { Vec::new() };
    // A folder that cannot be listed only means that there is nothing to suggest.
    for entry in std::fs::read_dir(parent.unwrap_or(Path::new("."))).into_iter().flatten().flatten().take(10_000) {
        names.push(entry.file_name().to_string_lossy().into_owned());
    }
    suggestion(&name, names.iter().map(String::as_str))
}
