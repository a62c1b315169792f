//! Facts about values, which paths reach by a dot (RULES.md, section 3.4).

use crate::model::SubjectKind;
use crate::model::queryable::{ThingKind, Type};

/// Something that can be said of a value without looking elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fact {
    /// Image: the registry.
    Registry,
    /// Image: the repository without `library/`.
    Repository,
    /// Image: the tag.
    Tag,
    /// Image: the digest.
    Digest,
    /// Image: the version that the tag names.
    Version,
    /// Text: characters.
    Length,
    /// Text: bytes, decoded if it is hex or base64.
    Bytes,
    /// Text: different characters.
    Distinct,
    /// Text: estimated bits of entropy for each character.
    Entropy,
    /// Text: entropy times length.
    Bits,
    /// Text: `hex`, `base64`, `digits`, `letters` or `mixed`.
    Alphabet,
    /// Text: empty-looking or sample text.
    Placeholder,
    /// Text: repeated, a run, or its own user, host or database.
    Predictable,
    /// Text: published by an app as its default.
    KnownDefault,
    /// URL: the scheme.
    Scheme,
    /// URL: the user.
    User,
    /// URL: the password.
    Password,
    /// URL: the host.
    Host,
    /// URL: the port.
    Port,
    /// URL: the path.
    UrlPath,
    /// Host: loopback, private, example or public.
    Scope,
    /// Host: the number of labels.
    Labels,
    /// Host: the bits that the addresses of a network share; all of them for one address.
    Prefix,
    /// Version: the first number.
    Major,
    /// Version: the second number.
    Minor,
    /// Path: the mount of its container that holds it.
    Mount,
}

const IMAGE: &[(&str, Fact, Type)] = &[
    ("registry", Fact::Registry, Type::Host),
    ("repository", Fact::Repository, Type::Text),
    ("tag", Fact::Tag, Type::Text),
    ("digest", Fact::Digest, Type::Text),
    ("version", Fact::Version, Type::Version),
];

const TEXT: &[(&str, Fact, Type)] = &[
    ("length", Fact::Length, Type::Integer),
    ("bytes", Fact::Bytes, Type::Integer),
    ("distinct", Fact::Distinct, Type::Integer),
    ("entropy", Fact::Entropy, Type::Number),
    ("bits", Fact::Bits, Type::Number),
    ("alphabet", Fact::Alphabet, Type::Word),
    ("placeholder", Fact::Placeholder, Type::Boolean),
    ("predictable", Fact::Predictable, Type::Boolean),
    ("known-default", Fact::KnownDefault, Type::Boolean),
    // A text may be a path or a URL: what a setting names.
    ("mount", Fact::Mount, Type::Thing(ThingKind::Subject(SubjectKind::Mount))),
    ("scheme", Fact::Scheme, Type::Text),
    ("user", Fact::User, Type::Text),
    ("password", Fact::Password, Type::Text),
    ("host", Fact::Host, Type::Host),
    ("port", Fact::Port, Type::Integer),
];

const URL: &[(&str, Fact, Type)] = &[
    ("scheme", Fact::Scheme, Type::Text),
    ("user", Fact::User, Type::Text),
    ("password", Fact::Password, Type::Text),
    ("host", Fact::Host, Type::Host),
    ("port", Fact::Port, Type::Integer),
    ("path", Fact::UrlPath, Type::Text),
];

const HOST: &[(&str, Fact, Type)] = &[
    ("scope", Fact::Scope, Type::Word),
    ("labels", Fact::Labels, Type::Integer),
    ("prefix", Fact::Prefix, Type::Integer),
];

const VERSION: &[(&str, Fact, Type)] = &[("major", Fact::Major, Type::Integer), ("minor", Fact::Minor, Type::Integer)];

const PATH: &[(&str, Fact, Type)] = &[("mount", Fact::Mount, Type::Thing(ThingKind::Subject(SubjectKind::Mount)))];

fn table(of: Type) -> &'static [(&'static str, Fact, Type)] {
    match of {
        Type::Image => IMAGE,
        Type::Text | Type::Word | Type::Any => TEXT,
        Type::Url => URL,
        Type::Host => HOST,
        Type::Version => VERSION,
        Type::Path => PATH,
        _ => &[],
    }
}

/// The fact of this name about a value of this type, and its type.
#[must_use]
pub fn find(of: Type, name: &str) -> Option<(Fact, Type)> {
    table(of).iter().find(|(known, ..)| *known == name).map(|(_, fact, of)| (*fact, *of))
}

/// The names of all facts about values of this type.
#[must_use]
pub fn names(of: Type) -> Vec<&'static str> {
    table(of).iter().map(|(name, ..)| *name).collect()
}
