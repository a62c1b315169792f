//! Packed charts: `.tgz` files.

use super::files::{ChartFile, MAX_CHART, MAX_FILE, MAX_FILES};
use std::io::Read;
use std::sync::Arc;

/// The files of a packed chart, without its base folder, in the order of the archive.
///
/// `path` is the archive's own path relative to the root. Only regular files are taken. Sizes are
/// counted while unpacking, so that what the archive says of itself does not matter.
///
/// # Errors
/// A sentence about what is wrong with the archive: not a gzipped tar, a path that leaves the
/// chart, too much in it.
pub fn unpack(path: &str, bytes: &[u8]) -> Result<Vec<ChartFile>, String> {
    let mut total = 0;
    let mut files = Vec::new();
    let decoder = flate2::read::GzDecoder::new(bytes).take(MAX_CHART + MAX_CHART / 4);
    let mut archive = tar::Archive::new(decoder);
    let entries = archive.entries().map_err(|error| unreadable(&error))?;
    for (count, entry) in entries.enumerate() {
        if count > MAX_FILES * 2 {
            return Err(format!("the archive holds more than {MAX_FILES} entries"));
        }
        let entry = entry.map_err(|error| unreadable(&error))?;
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let raw = entry.path_bytes().into_owned();
        let Some(name) = inner_name(&String::from_utf8_lossy(&raw))? else { continue };
        let mut data = Vec::new();
        entry.take(MAX_FILE + 1).read_to_end(&mut data).map_err(|error| unreadable(&error))?;
        let size = data.len() as u64;
        total += size;
        if size > MAX_FILE || total > MAX_CHART || files.len() >= MAX_FILES {
            return Err(format!(
                "the archive unpacks to more than Helm's limits: {} MiB for a file, {} MiB and {MAX_FILES} files in all",
                MAX_FILE / 1024 / 1024,
                MAX_CHART / 1024 / 1024
            ));
        }
        let place = format!("{path}/{name}");
        files.push(ChartFile::new(name, place, Arc::from(data)));
    }
    if files.is_empty() {
        return Err("the archive holds no files".to_owned());
    }
    Ok(files)
}

fn unreadable(error: &std::io::Error) -> String {
    format!("it is not a gzipped tar archive, or a damaged one ({})", error.kind())
}

/// The path below the base folder; `None` for an entry that is the base folder itself.
fn inner_name(raw: &str) -> Result<Option<String>, String> {
    // Archives made on Windows may separate with backslashes.
    let path = if raw.contains('\\') { raw.replace('\\', "/") } else { raw.to_owned() };
    let drive = path.as_bytes().get(1) == Some(&b':') && path.as_bytes().first().is_some_and(u8::is_ascii_alphabetic);
    if path.starts_with('/') || drive {
        return Err("the archive holds an absolute path".to_owned());
    }
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => return Err("the archive holds a path with `..`".to_owned()),
            other => parts.push(other),
        }
    }
    match parts.as_slice() {
        [] => Ok(None),
        ["Chart.yaml"] => Err("Chart.yaml does not stand in a base folder of the archive".to_owned()),
        [_] => Ok(None),
        [_, inner @ ..] if inner.first().is_some_and(|first| is_drive(first)) => {
            Err("the archive holds a path with a drive".to_owned())
        }
        [_, inner @ ..] => Ok(Some(inner.join("/"))),
    }
}

fn is_drive(part: &str) -> bool {
    part.as_bytes().get(1) == Some(&b':') && part.as_bytes().first().is_some_and(u8::is_ascii_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pack(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut builder = tar::Builder::new(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast()));
        for (name, data) in entries {
            let mut header = tar::Header::new_gnu();
            header.set_size(data.len() as u64);
            header.set_mode(0o644);
            // Written by hand, because the library refuses the paths that the tests are about.
            header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
            header.set_cksum();
            builder.append(&header, *data).unwrap();
        }
        builder.into_inner().unwrap().finish().unwrap()
    }

    #[test]
    fn the_base_folder_is_cut_off() {
        let bytes =
            pack(&[("db/Chart.yaml", b"\xef\xbb\xbfname: db"), ("db\\templates\\a.yaml", b"a"), ("loose", b"x")]);
        let files = unpack("charts/db.tgz", &bytes).unwrap();
        let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["Chart.yaml", "templates/a.yaml"]);
        assert_eq!(&*files[0].path, "charts/db.tgz/Chart.yaml");
        assert_eq!(files[0].text(), "name: db");
    }

    #[test]
    fn paths_that_leave_the_chart_are_refused() {
        for name in ["../x/y", "db/../../x", "/etc/x", "c:/x/y", "db/c:/x", "Chart.yaml", "..\\x\\y"] {
            assert!(unpack("a.tgz", &pack(&[(name, b"x")])).is_err(), "{name}");
        }
        assert!(unpack("a.tgz", b"not an archive").is_err());
        assert!(unpack("a.tgz", &[]).is_err());
    }

    #[test]
    fn a_bomb_is_refused() {
        let zeros = vec![0; 6 * 1024 * 1024];
        assert!(unpack("a.tgz", &pack(&[("db/zeros", &zeros)])).is_err());
        let file = &zeros[..4 * 1024 * 1024];
        let many: Vec<(&str, &[u8])> = (0..30).map(|_| ("db/zeros", file)).collect();
        assert!(unpack("a.tgz", &pack(&many)).is_err());
    }
}
