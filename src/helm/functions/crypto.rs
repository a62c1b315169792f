//! Passwords, keys and certificates. Helm makes them up anew in each run; here they are stand-ins
//! of the right form, the same in each run, and marked as made up.

use super::hash::sha256;
use super::{Answer, Context, int, text};
use crate::helm::value::text::too_long;
use crate::helm::value::{Data, MAX_TEXT, Object, Value};
use crate::source::encoding::{base64, from_base64};

const DIGITS: &str = "0123456789";
const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Bytes that no other call gets.
fn made(context: &mut Context, count: usize) -> Vec<u8> {
    context.seed += 1;
    let mut out = Vec::with_capacity(count + 32);
    let mut round = 0_u64;
    while out.len() < count {
        let mut message = context.seed.to_be_bytes().to_vec();
        message.extend(round.to_be_bytes());
        out.extend(sha256(&message));
        round += 1;
    }
    out.truncate(count);
    out
}

fn characters(context: &mut Context, count: i64, alphabet: &str) -> Answer {
    let count = usize::try_from(count).unwrap_or(0);
    if count > MAX_TEXT {
        return Err(too_long());
    }
    let letters = alphabet.as_bytes();
    let pick = |byte: u8| char::from(letters[usize::from(byte) % letters.len()]);
    Ok(Value::from(made(context, count).into_iter().map(pick).collect::<String>()).generated())
}

pub(super) fn rand_alpha_num(context: &mut Context, args: &[Value]) -> Answer {
    characters(context, int(args, 0), &format!("{DIGITS}{LETTERS}"))
}

pub(super) fn rand_alpha(context: &mut Context, args: &[Value]) -> Answer {
    characters(context, int(args, 0), LETTERS)
}

pub(super) fn rand_numeric(context: &mut Context, args: &[Value]) -> Answer {
    characters(context, int(args, 0), DIGITS)
}

pub(super) fn rand_ascii(context: &mut Context, args: &[Value]) -> Answer {
    let printable: String = (' '..='~').collect();
    characters(context, int(args, 0), &printable)
}

pub(super) fn rand_bytes(context: &mut Context, args: &[Value]) -> Answer {
    let count = usize::try_from(int(args, 0)).unwrap_or(0);
    if count > MAX_TEXT {
        return Err(too_long());
    }
    Ok(Value::from(base64(&made(context, count))).generated())
}

pub(super) fn rand_int(context: &mut Context, args: &[Value]) -> Answer {
    let (low, high) = (int(args, 0), int(args, 1));
    if high <= low {
        return Err("the upper bound must be above the lower one".to_owned());
    }
    let number = made(context, 8).iter().fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
    let offset = number % high.abs_diff(low);
    Ok(Value::int(low.wrapping_add_unsigned(offset)).generated())
}

pub(super) fn shuffle(context: &mut Context, args: &[Value]) -> Answer {
    let mut characters: Vec<char> = text(args, 0).chars().collect();
    let order = made(context, characters.len());
    for (index, byte) in order.iter().enumerate().skip(1) {
        characters.swap(index, usize::from(*byte) % (index + 1));
    }
    Ok(Value::from(characters.into_iter().collect::<String>()).generated())
}

pub(super) fn uuidv4(context: &mut Context, _: &[Value]) -> Answer {
    let mut bytes = made(context, 16);
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let parts = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]];
    Ok(Value::from(parts.join("-")).generated())
}

fn hashed(context: &mut Context) -> String {
    let salt = base64(&made(context, 40)).replace(['+', '='], ".");
    format!("$2a$10${}", &salt[..53])
}

pub(super) fn bcrypt(context: &mut Context, _: &[Value]) -> Answer {
    Ok(Value::from(hashed(context)).generated())
}

pub(super) fn htpasswd(context: &mut Context, args: &[Value]) -> Answer {
    if text(args, 0).contains(':') {
        return Ok(format!("invalid username: {}", text(args, 0)).into());
    }
    Ok(Value::from(format!("{}:{}", text(args, 0), hashed(context))).generated())
}

pub(super) fn derive_password(context: &mut Context, _: &[Value]) -> Answer {
    characters(context, 14, &format!("{DIGITS}{LETTERS}"))
}

/// Bytes of a certificate or key that are one step to make up.
const PEM_PER_STEP: usize = 16;

fn pem(context: &mut Context, label: &str, size: usize) -> Result<String, String> {
    context.work.spend(size / PEM_PER_STEP)?;
    let body = base64(&made(context, size));
    let lines: Vec<&str> = (0..body.len()).step_by(64).map(|at| &body[at..(at + 64).min(body.len())]).collect();
    Ok(format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n")))
}

pub(super) fn gen_private_key(context: &mut Context, args: &[Value]) -> Answer {
    let (label, size) = match text(args, 0) {
        "" | "rsa" => ("RSA PRIVATE KEY", 2348),
        "dsa" => ("DSA PRIVATE KEY", 830),
        "ecdsa" => ("EC PRIVATE KEY", 121),
        "ed25519" => ("PRIVATE KEY", 48),
        other => return Ok(format!("Unknown type {other}").into()),
    };
    Ok(Value::from(pem(context, label, size)?).generated())
}

fn certificate(context: &mut Context) -> Answer {
    let cert = pem(context, "CERTIFICATE", 800)?.into();
    let key = pem(context, "RSA PRIVATE KEY", 1190)?.into();
    Ok(Value::from(Data::Object(Object::Certificate { cert, key })).generated())
}

pub(super) fn gen_ca(context: &mut Context, _: &[Value]) -> Answer {
    certificate(context)
}

/// Checks the lists of addresses and names of a certificate.
fn check_names(args: &[Value]) -> Result<(), String> {
    for ip in args[1].items().map(|items| items.to_vec()).unwrap_or_default() {
        let Some(text) = ip.as_str() else { return Err("an address of a certificate must be a string".to_owned()) };
        if text.parse::<std::net::IpAddr>().is_err() {
            return Err("a certificate names an address that is none".to_owned());
        }
    }
    if args[2].items().is_some_and(|names| names.iter().any(|name| name.as_str().is_none())) {
        return Err("a name of a certificate must be a string".to_owned());
    }
    Ok(())
}

pub(super) fn gen_self_signed_cert(context: &mut Context, args: &[Value]) -> Answer {
    check_names(args)?;
    certificate(context)
}

pub(super) fn gen_signed_cert(context: &mut Context, args: &[Value]) -> Answer {
    check_names(args)?;
    match args[4].data {
        Data::Object(Object::Certificate { .. }) => certificate(context),
        _ => Err(format!("a certificate authority is needed, not a {}", args[4].type_name())),
    }
}

pub(super) fn build_custom_cert(_: &mut Context, args: &[Value]) -> Answer {
    let decode = |index: usize| {
        let bytes = from_base64(text(args, index)).map_err(|_| "this is not base64".to_owned())?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if text.contains("-----BEGIN") { Ok(text) } else { Err("this is no certificate or key in PEM form".to_owned()) }
    };
    let (cert, key) = (decode(0)?.into(), decode(1)?.into());
    Ok(Data::Object(Object::Certificate { cert, key }).into())
}

/// Not encrypted, for nobody reads it but [`decrypt_aes`].
pub(super) fn encrypt_aes(_: &mut Context, args: &[Value]) -> Answer {
    Ok(Value::from(base64(text(args, 1).as_bytes())).generated())
}

pub(super) fn decrypt_aes(_: &mut Context, args: &[Value]) -> Answer {
    match from_base64(text(args, 1)) {
        Ok(bytes) => Ok(Value::from(String::from_utf8_lossy(&bytes).into_owned()).generated()),
        Err(_) => Err("this is not base64".to_owned()),
    }
}
