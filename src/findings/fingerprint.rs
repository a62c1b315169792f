//! What a finding is recognised by when its lines have moved.

/// A finding's identity: 32 hexadecimal digits that stay the same while the rule, the file, the
/// address in it and the text there stay the same, whatever line they are on.
///
/// The hash is FNV-1a with 128 bits over the parts, each followed by a zero byte (Fowler, Noll and
/// Vo; offset basis and prime as published). It is written out here because baselines are kept
/// for years: it must not change with a compiler or a library. It guards nothing.
#[must_use]
pub fn fingerprint(parts: &[&str]) -> String {
    const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    let mut hash = BASIS;
    for part in parts {
        for byte in part.bytes().chain([0]) {
            hash = (hash ^ u128::from(byte)).wrapping_mul(PRIME);
        }
    }
    format!("{hash:032x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_never_change() {
        assert_eq!(fingerprint(&[]), "6c62272e07bb014262b821756295c58d");
        // FNV-1a 128 of the single byte 0.
        assert_eq!(fingerprint(&[""]), "d228cb69101a8caf78912b704e4a147f");
        assert_ne!(fingerprint(&["a", "b"]), fingerprint(&["ab", ""]));
    }
}
