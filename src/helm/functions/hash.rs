//! Hash sums of FIPS 180-4 and RFC 1950, in hexadecimal.

use super::{Answer, Context, text};
use crate::helm::value::Value;
use crate::helm::value::bytes::raw;
use std::borrow::Cow;

fn hex(bytes: impl IntoIterator<Item = u8>) -> String {
    bytes.into_iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The message with its padding: a one bit, zeros, and the length in bits.
fn padded(message: &[u8], block: usize) -> Vec<u8> {
    let mut out = message.to_vec();
    let bits = (message.len() as u64).wrapping_mul(8);
    let length = block / 8;
    out.push(0x80);
    while out.len() % block != block - length {
        out.push(0);
    }
    out.resize(out.len() + length - 8, 0);
    out.extend(bits.to_be_bytes());
    out
}

/// The first bits of the fractional parts of the roots of primes.
fn roots<const N: usize>(cube: bool) -> [u64; N] {
    let mut found = [0; N];
    let mut candidate = 2_u128;
    let mut count = 0;
    while count < N {
        if (2..candidate)
            .take_while(|divisor| divisor * divisor <= candidate)
            .all(|divisor| !candidate.is_multiple_of(divisor))
        {
            found[count] = fraction(candidate, cube);
            count += 1;
        }
        candidate += 1;
    }
    found
}

/// 64 bits behind the point of the square or cube root, by bisection over whole numbers.
fn fraction(prime: u128, cube: bool) -> u64 {
    let (mut low, mut high) = (0_u128, 32_u128 << 64);
    while high - low > 1 {
        let middle = u128::midpoint(low, high);
        let is_below = if cube { cube_is_at_most(middle, prime) } else { square_is_at_most(middle, prime) };
        if is_below { low = middle } else { high = middle }
    }
    low as u64
}

/// The product of two numbers of up to 128 bits as limbs of 32 bits, the lowest first.
fn product(left: &[u32], right: &[u32]) -> Vec<u32> {
    let mut out = vec![0_u32; left.len() + right.len()];
    for (i, a) in left.iter().enumerate() {
        let mut carry = 0_u64;
        for (j, b) in right.iter().enumerate() {
            let sum = u64::from(*a) * u64::from(*b) + u64::from(out[i + j]) + carry;
            out[i + j] = (sum & 0xffff_ffff) as u32;
            carry = sum >> 32;
        }
        out[i + right.len()] = carry as u32;
    }
    out
}

fn limbs(number: u128) -> [u32; 4] {
    [number as u32, (number >> 32) as u32, (number >> 64) as u32, (number >> 96) as u32]
}

/// Whether a product does not exceed a prime shifted by whole limbs.
fn at_most(product: &[u32], prime: u128, shift: usize) -> bool {
    let mut limit = vec![0_u32; product.len().max(shift + 4)];
    limit[shift..shift + 4].copy_from_slice(&limbs(prime));
    let digit = |index: usize| product.get(index).copied().unwrap_or(0);
    for index in (0..limit.len()).rev() {
        if digit(index) != limit[index] {
            return digit(index) < limit[index];
        }
    }
    true
}

fn square_is_at_most(root: u128, prime: u128) -> bool {
    at_most(&product(&limbs(root), &limbs(root)), prime, 4)
}

fn cube_is_at_most(root: u128, prime: u128) -> bool {
    at_most(&product(&product(&limbs(root), &limbs(root)), &limbs(root)), prime, 6)
}

struct Tables {
    cubes: [u64; 80],
    squares: [u64; 8],
}

static TABLES: std::sync::LazyLock<Tables> =
    std::sync::LazyLock::new(|| Tables { cubes: roots(true), squares: roots(false) });

/// SHA-256.
#[must_use]
pub fn sha256(message: &[u8]) -> [u8; 32] {
    let mut state = TABLES.squares.map(|word| (word >> 32) as u32);
    let constants = TABLES.cubes.map(|word| (word >> 32) as u32);
    for block in padded(message, 64).chunks_exact(64) {
        let mut words = [0_u32; 64];
        for (word, bytes) in words.iter_mut().zip(block.chunks_exact(4)) {
            *word = bytes.iter().fold(0, |word, byte| (word << 8) | u32::from(*byte));
        }
        for t in 16..64 {
            let (a, b) = (words[t - 15], words[t - 2]);
            let small = a.rotate_right(7) ^ a.rotate_right(18) ^ (a >> 3);
            let large = b.rotate_right(17) ^ b.rotate_right(19) ^ (b >> 10);
            words[t] = words[t - 16].wrapping_add(small).wrapping_add(words[t - 7]).wrapping_add(large);
        }
        let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = state;
        for t in 0..64 {
            let mixed = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
            let choice = (e & f) ^ (!e & g);
            let one = h.wrapping_add(mixed).wrapping_add(choice).wrapping_add(constants[t]).wrapping_add(words[t]);
            let turned = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
            let two = turned.wrapping_add((a & b) ^ (a & c) ^ (b & c));
            (h, g, f, e, d, c, b, a) = (g, f, e, d.wrapping_add(one), c, b, a, one.wrapping_add(two));
        }
        for (word, add) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
            *word = word.wrapping_add(add);
        }
    }
    let mut out = [0; 32];
    for (bytes, word) in out.chunks_exact_mut(4).zip(state) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    out
}

/// SHA-512.
#[must_use]
pub fn sha512(message: &[u8]) -> [u8; 64] {
    let mut state = TABLES.squares;
    for block in padded(message, 128).chunks_exact(128) {
        let mut words = [0_u64; 80];
        for (word, bytes) in words.iter_mut().zip(block.chunks_exact(8)) {
            *word = bytes.iter().fold(0, |word, byte| (word << 8) | u64::from(*byte));
        }
        for t in 16..80 {
            let (a, b) = (words[t - 15], words[t - 2]);
            let small = a.rotate_right(1) ^ a.rotate_right(8) ^ (a >> 7);
            let large = b.rotate_right(19) ^ b.rotate_right(61) ^ (b >> 6);
            words[t] = words[t - 16].wrapping_add(small).wrapping_add(words[t - 7]).wrapping_add(large);
        }
        let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = state;
        for (word, constant) in words.iter().zip(TABLES.cubes) {
            let mixed = e.rotate_right(14) ^ e.rotate_right(18) ^ e.rotate_right(41);
            let choice = (e & f) ^ (!e & g);
            let one = h.wrapping_add(mixed).wrapping_add(choice).wrapping_add(constant).wrapping_add(*word);
            let turned = a.rotate_right(28) ^ a.rotate_right(34) ^ a.rotate_right(39);
            let two = turned.wrapping_add((a & b) ^ (a & c) ^ (b & c));
            (h, g, f, e, d, c, b, a) = (g, f, e, d.wrapping_add(one), c, b, a, one.wrapping_add(two));
        }
        for (word, add) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
            *word = word.wrapping_add(add);
        }
    }
    let mut out = [0; 64];
    for (bytes, word) in out.chunks_exact_mut(8).zip(state) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    out
}

/// SHA-1.
#[must_use]
pub fn sha1(message: &[u8]) -> [u8; 20] {
    let mut state = [0x6745_2301_u32, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];
    for block in padded(message, 64).chunks_exact(64) {
        let mut words = [0_u32; 80];
        for (word, bytes) in words.iter_mut().zip(block.chunks_exact(4)) {
            *word = bytes.iter().fold(0, |word, byte| (word << 8) | u32::from(*byte));
        }
        for t in 16..80 {
            words[t] = (words[t - 3] ^ words[t - 8] ^ words[t - 14] ^ words[t - 16]).rotate_left(1);
        }
        let [mut a, mut b, mut c, mut d, mut e] = state;
        for (t, word) in words.iter().enumerate() {
            let (mixed, constant) = match t / 20 {
                0 => ((b & c) | (!b & d), 0x5a82_7999),
                1 => (b ^ c ^ d, 0x6ed9_eba1),
                2 => ((b & c) | (b & d) | (c & d), 0x8f1b_bcdc),
                _ => (b ^ c ^ d, 0xca62_c1d6_u32),
            };
            let next = a.rotate_left(5).wrapping_add(mixed).wrapping_add(e).wrapping_add(constant).wrapping_add(*word);
            (e, d, c, b, a) = (d, c, b.rotate_left(30), a, next);
        }
        for (word, add) in state.iter_mut().zip([a, b, c, d, e]) {
            *word = word.wrapping_add(add);
        }
    }
    let mut out = [0; 20];
    for (bytes, word) in out.chunks_exact_mut(4).zip(state) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    out
}

/// Bytes that are one step to hash: it takes far longer than looking at them.
const HASHED_PER_STEP: usize = 64;

/// The bytes of the argument, whose hashing is counted.
fn hashed<'a>(context: &mut Context, args: &'a [Value]) -> Result<Cow<'a, [u8]>, String> {
    let bytes = raw(text(args, 0));
    context.work.spend(bytes.len() / HASHED_PER_STEP)?;
    Ok(bytes)
}

pub(super) fn sha256sum(context: &mut Context, args: &[Value]) -> Answer {
    Ok(hex(sha256(&hashed(context, args)?)).into())
}

pub(super) fn sha512sum(context: &mut Context, args: &[Value]) -> Answer {
    Ok(hex(sha512(&hashed(context, args)?)).into())
}

pub(super) fn sha1sum(context: &mut Context, args: &[Value]) -> Answer {
    Ok(hex(sha1(&hashed(context, args)?)).into())
}

pub(super) fn adler32sum(context: &mut Context, args: &[Value]) -> Answer {
    let (mut low, mut high) = (1_u32, 0_u32);
    for byte in hashed(context, args)?.iter() {
        low = (low + u32::from(*byte)) % 65_521;
        high = (high + low) % 65_521;
    }
    Ok(((high << 16) | low).to_string().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_the_standards() {
        assert_eq!(hex(sha256(b"abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert!(hex(sha512(b"abc")).starts_with("ddaf35a193617abacc417349ae204131"));
        assert_eq!(hex(sha1(b"abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert_eq!(hex(sha256(&[b'a'; 200])), hex(sha256("a".repeat(200).as_bytes())));
    }
}
