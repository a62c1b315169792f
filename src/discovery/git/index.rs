//! The paths in a git index (the format of git's `gitformat-index`, versions 2 to 4).

/// Why an index cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// Its bytes are no index of a version that is known.
    Malformed,
    /// Part of it is in another file (`git update-index --split-index`).
    Split,
}

/// The paths that an index lists, sorted as git sorts them: by bytes.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Paths {
    /// All paths, one behind the other.
    bytes: Vec<u8>,
    /// Where each of them ends.
    ends: Vec<usize>,
}

/// Bytes of an entry before its object name, and of its flags behind it.
const STAT: usize = 40;

/// The flag of an entry that has two more bytes of flags.
const EXTENDED: u16 = 0x4000;

impl Paths {
    /// Reads an index. `hash` is the length of an object name: 20 bytes, or 32 in a repository that
    /// uses SHA-256.
    ///
    /// # Errors
    /// [`Unreadable`].
    pub fn read(bytes: &[u8], hash: usize) -> Result<Self, Unreadable> {
        let mut paths = Self::default();
        let end = paths.fill(bytes, hash).ok_or(Unreadable::Malformed)?;
        let is_sorted = (1..paths.ends.len()).all(|number| paths.get(number - 1) <= paths.get(number));
        if !is_sorted {
            return Err(Unreadable::Malformed);
        }
        if is_split(bytes, end, hash) { Err(Unreadable::Split) } else { Ok(paths) }
    }

    /// Whether a path is among them.
    #[must_use]
    pub fn contains(&self, path: &str) -> bool {
        let (mut low, mut high) = (0, self.ends.len());
        while low < high {
            let middle = low + (high - low) / 2;
            match self.get(middle).cmp(path.as_bytes()) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return true,
            }
        }
        false
    }

    /// The paths that are UTF-8.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len()).filter_map(|number| std::str::from_utf8(self.get(number)).ok())
    }

    fn get(&self, number: usize) -> &[u8] {
        let start = number.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(number).copied().unwrap_or(start);
        self.bytes.get(start..end).unwrap_or_default()
    }

    fn fill(&mut self, bytes: &[u8], hash: usize) -> Option<usize> {
        let version = u32_at(bytes, 4)?;
        if bytes.get(..4)? != b"DIRC" || !(2..=4).contains(&version) {
            return None;
        }
        let count = u32_at(bytes, 8)?;
        let mut at = 12;
        for _ in 0..count {
            let start = at;
            let flags = u16::from_be_bytes(bytes.get(at + STAT + hash..)?.first_chunk::<2>().copied()?);
            at += STAT + hash + 2;
            if version > 2 && flags & EXTENDED != 0 {
                at += 2;
            }
            if version == 4 {
                // The path is the one before it with so many bytes cut off the end, and this behind.
                let (cut, length) = varint(bytes.get(at..)?)?;
                at += length;
                let before = self.get(self.ends.len().saturating_sub(1)).to_vec();
                let kept = if self.ends.is_empty() { 0 } else { before.len().checked_sub(cut)? };
                self.bytes.extend_from_slice(before.get(..kept)?);
            }
            let name = bytes.get(at..)?;
            let length = name.iter().position(|byte| *byte == 0)?;
            self.bytes.extend_from_slice(name.get(..length)?);
            self.ends.push(self.bytes.len());
            at += length + 1;
            if version < 4 {
                // One to eight zeros make the length of an entry a multiple of eight.
                at = start + (at - start).next_multiple_of(8);
            }
        }
        (at + hash <= bytes.len()).then_some(at)
    }
}

/// Whether one of the extensions behind the entries says that there is another file.
fn is_split(bytes: &[u8], mut at: usize, hash: usize) -> bool {
    let end = bytes.len().saturating_sub(hash);
    while at + 8 <= end {
        if bytes.get(at..at + 4) == Some(b"link") {
            return true;
        }
        let Some(length) = u32_at(bytes, at + 4) else { return false };
        at = at.saturating_add(8).saturating_add(length as usize);
    }
    false
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk::<4>().copied().map(u32::from_be_bytes)
}

/// A number as packs write offsets: seven bits a byte, each continuation adding one.
fn varint(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut value = 0_usize;
    for (number, byte) in bytes.iter().enumerate().take(8) {
        value = value.checked_shl(7)? | usize::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some((value, number + 1));
        }
        value = value.checked_add(1)?;
    }
    None
}

/// An index as git would write it, for tests.
#[cfg(test)]
pub(super) fn index(version: u32, paths: &[&str]) -> Vec<u8> {
    let mut bytes = b"DIRC".to_vec();
    bytes.extend(version.to_be_bytes());
    bytes.extend(u32::try_from(paths.len()).unwrap().to_be_bytes());
    let mut before = "";
    for path in paths {
        let start = bytes.len();
        bytes.extend([0; STAT + 20]);
        bytes.extend([0, 0]);
        if version == 4 {
            let shared = before.bytes().zip(path.bytes()).take_while(|(one, other)| one == other).count();
            bytes.push(u8::try_from(before.len() - shared).unwrap());
            bytes.extend(&path.as_bytes()[shared..]);
            bytes.push(0);
            before = path;
        } else {
            bytes.extend(path.as_bytes());
            bytes.push(0);
            bytes.resize(start + (bytes.len() - start).next_multiple_of(8), 0);
        }
    }
    bytes.extend(b"TREE");
    bytes.extend(0_u32.to_be_bytes());
    bytes.extend([0; 20]);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_version_lists_its_paths() {
        let paths = [".env", "a/b.yaml", "a/bc.yaml", "deploy/compose.yaml"];
        for version in 2..=4 {
            let read = Paths::read(&index(version, &paths), 20).unwrap();
            assert_eq!(read.iter().collect::<Vec<_>>(), paths, "version {version}");
            assert!(paths.iter().all(|path| read.contains(path)));
            assert!(!read.contains("a") && !read.contains("a/b") && !read.contains("z"));
        }
        assert_eq!(Paths::read(&index(2, &[]), 20), Ok(Paths::default()));
    }

    #[test]
    fn what_is_no_index_is_told() {
        let whole = index(2, &["a", "b"]);
        for end in 0..whole.len() - 28 {
            assert_eq!(Paths::read(&whole[..end], 20), Err(Unreadable::Malformed), "{end}");
        }
        assert_eq!(Paths::read(&index(2, &["b", "a"]), 20), Err(Unreadable::Malformed));
        assert_eq!(Paths::read(&index(5, &[]), 20), Err(Unreadable::Malformed));
        let mut split = index(2, &["a"]);
        let at = split.len() - 28;
        split[at..at + 4].copy_from_slice(b"link");
        assert_eq!(Paths::read(&split, 20), Err(Unreadable::Split));
    }
}
