//! The words of what the program says itself.
//!
//! A password may be a word of everyday use: `value`, `network`. Where that stands in a sentence of the
//! program it says nothing of the password, and a mask in its place would.

use hashbrown::HashSet;

/// What findings say beside the sentences of their rules.
const SENTENCES: &str = "\
    Not decided: the files do not say, is not written. Nothing in these files shows it. It does not apply here. There is no \
    here that this is asked of, or that does this. None can be seen that would decide this. This does not hold. \
    A person has to confirm, but nothing contradicts it. is not set in any file that is read; is not in these files; \
    is not here; the image decides; what is written there is not; the fact is not declared; it is made up at deployment time. \
    Give the variable a value in, with or put into the audited tree, check where it lives, by hand, on the running \
    system. Put in place and audit again. Set in the deployment file, or look into the image. Write, declare. \
    the same goes for of and more, them, unknown: empty, expected anything but, at least, at most, a key of Secret, \
    key of ConfigMap, Service, ServiceAccount, PersistentVolumeClaim, StorageClass, a binding of what selects, \
    the user that it runs as, the ports that it listens on, which program is, add the files that show it, \
    what else connects to, nothing says, is not known as, does not render with these values; audit the chart with \
    values that it takes.";

/// Those of some words, in lower case, that are spoken in sentences or above.
pub(super) fn spoken<'w>(words: &HashSet<String>, sentences: impl Iterator<Item = &'w str>) -> HashSet<String> {
    let mut found = HashSet::new();
    // Most deployments have no such secret, and the sentences are many.
    if words.is_empty() {
        return found;
    }
    let mut lower = String::new();
    let split = |sentence: &'w str| sentence.split(|next: char| !next.is_ascii_alphabetic());
    for word in sentences.chain([SENTENCES]).flat_map(split) {
        lower.clear();
        lower.extend(word.chars().map(|next| next.to_ascii_lowercase()));
        if let Some(word) = words.get(&lower) {
            found.insert(word.clone());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_letters_between_other_things() {
        let words = ["name", "read", "only", "files", "decided", "hunter", "roo"].map(str::to_owned).into();
        let spoken = spoken(&words, ["{{name}} has a Read-only root"].into_iter());
        assert!(["name", "read", "only", "files", "decided"].iter().all(|word| spoken.contains(*word)));
        assert_eq!(spoken.len(), 5);
    }
}
